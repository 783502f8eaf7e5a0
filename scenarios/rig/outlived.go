package rig

import (
	"slices"
	"strings"

	"stormrig/pos"
	"stormrig/sim/history"
)

// outlived writes down what a till that started holds of others' chains beyond what
// it ever said: a pull failed, and what it had written survived in the page cache or
// on the disk. The start has made that durable and knows it, and nothing of it is
// pulled again.
func (r *Run) outlived(who string, gen int) {
	if !r.failedPull(who) {
		return
	}
	for _, k := range heads(r.export(who)) {
		if k.Device != who && k.Seq > r.saidOf(who, k.Chain()) {
			r.record(history.Event{Kind: history.KindReplicated, Who: who, Gen: gen, State: "recovered",
				Device: k.Device, Inc: k.Incarnation, Seq: k.Seq})
		}
	}
}

// failedPull tells whether the disk of a till ever failed in a write of others'
// chains.
func (r *Run) failedPull(who string) bool {
	return slices.ContainsFunc(r.events, func(e history.Event) bool {
		return e.Kind == history.KindDiskWork && e.Who == who &&
			slices.ContainsFunc(e.Lines, func(l string) bool { return strings.Contains(l, " replica/") && !strings.HasSuffix(l, ": ok") })
	})
}

// saidOf returns up to where a unit has said that it holds a chain durably.
func (r *Run) saidOf(who string, c pos.Chain) uint64 {
	var seq uint64
	for i := range r.events {
		e := &r.events[i]
		if e.Kind == history.KindReplicated && e.Who == who && e.Device == c.Device && e.Inc == c.Incarnation {
			seq = max(seq, e.Seq)
		}
	}
	return seq
}

// heads returns the last entry of each chain, as they come.
func heads(held []entry) []pos.Key {
	var out []pos.Key
	for _, e := range held {
		if n := len(out); n > 0 && out[n-1].Chain() == e.key.Chain() {
			out[n-1] = e.key
		} else {
			out = append(out, e.key)
		}
	}
	return out
}
