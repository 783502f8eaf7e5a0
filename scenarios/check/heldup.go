package check

import (
	"fmt"

	"stormrig/sim/history"
)

const (
	// putOffGap is how far apart a till asks again for what the host has put off.
	// A request that was not answered is repeated sooner.
	putOffGap = 20e9
	// putOffTimes is how often it was asked for by then.
	putOffTimes = 3
)

// heldUp finds stored payments that wait behind one that the host puts off: the
// till asks for that one again and again, with long pauses in which it asks for
// nothing else, and others were never sent. One whose line, disk or power was
// not well meanwhile has its reasons.
func (v *View) heldUp(r *Result, u *unit) {
	var run []*event
	for _, e := range v.kind[history.KindRequest] {
		p := v.payment[e.Ref]
		if p == nil || p.unit != u {
			continue
		}
		if n := len(run); n > 0 && (run[n-1].Ref != e.Ref || e.T-run[n-1].T < putOffGap) {
			run = run[:0]
		}
		if run = append(run, e); len(run) < putOffTimes || !p.waits(run[0].N, e.N) {
			continue
		}
		if w := v.neverSent(u, run[0].N, e.N); w != nil && v.wellSince(u, run[0], e) {
			r.fail(Finding{Ref: w.ref, Text: fmt.Sprintf("%s waited and was never sent, while %s was sent %s from %s on, and nothing else",
				w.ref, p.ref, times(len(run)), v.clock(run[0].T))}, run[0], e)
			return
		}
	}
}

// waits tells whether a payment was stored before an event, and has no end in the
// journal up to another.
func (p *payment) waits(from, until int64) bool {
	stored := false
	for _, s := range p.results {
		stored = stored || s.state == "deferred" && s.record.own != nil && s.record.at < from
	}
	return stored && !stepBefore(p.forwards, until) && !stepBefore(p.reverses, until)
}

// neverSent returns a stored payment of a unit that waits from one event to
// another and of which the host has not heard by then.
func (v *View) neverSent(u *unit, from, until int64) *payment {
	for _, p := range v.payments {
		if p.unit == u && p.waits(from, until) && (len(p.requests) == 0 || p.requests[0].N > until) {
			return p
		}
	}
	return nil
}

// wellSince tells whether nothing was wrong with a till's line to the host, with
// its disk and with its power from one event to another.
func (v *View) wellSince(u *unit, from, to *event) bool {
	for _, whom := range []string{"host", "disk"} {
		for _, s := range v.troubles(u, whom) {
			if s.from <= to.T && from.T <= s.to {
				return false
			}
		}
	}
	return firstAfter(u.off, from.N, to.N) >= to.N
}
