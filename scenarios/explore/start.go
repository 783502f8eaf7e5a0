package explore

import (
	"errors"
	"fmt"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/fold"
	"stormrig/pos/hub"
	"stormrig/pos/journal"
	"stormrig/pos/till"
)

// outcome is what a start made of a state.
type outcome struct {
	// class tells outcomes apart that the rest of the day could tell apart.
	class string
	high  map[pos.Chain]uint64 // what it holds of each chain
	// found: the till said by itself that something is missing or damaged.
	found string
	wrong string // what is wrong on a disk that was honest; empty when all is well
	k     int    // how many entries of the handling it has
	// beyond is an entry on the disk that it did not reach.
	beyond string
}

// stopped tells whether the unit refused to go on.
func (o *outcome) stopped() bool { return strings.HasPrefix(o.class, "stopped") }

// start starts a till or hub on a state and holds what it recovered against
// the truth. A panic is something wrong like any other.
func (w *worker) start(s *scene, d *disk.Disk, st *disk.State) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			out = outcome{class: fmt.Sprint("panic ", p), wrong: fmt.Sprintf("the start panics: %v", p), found: "panic"}
		}
	}()
	on := d.Fork(*st)
	survivors := s.ground.survivors(on)
	want, err := w.truths.of(s.ground, survivors)
	if err != nil {
		return outcome{class: "error", wrong: err.Error()}
	}
	if t := s.run.TillOn(s.unit, on); t != nil {
		out = w.startTill(t, s, on, want)
		t.Close()
	} else {
		out = startHub(s.run.HubOn(s.unit, on), s.ground, want, s.run.World().Wall(s.unit))
	}
	out.k = len(survivors)
	out.class = fmt.Sprintf("%s; %d survive", out.class, out.k)
	for _, dir := range []string{journal.Dir, journal.ReplicaDir, "vault"} {
		names, _ := on.List(dir) // a missing directory is empty
		out.class += fmt.Sprintf("; %s %s", dir, strings.Join(names, ","))
	}
	return out
}

func (w *worker) startTill(t *till.Till, s *scene, on *disk.Disk, want *truth) outcome {
	rec, sums, err := w.recover(t, s.unit, on)
	if err != nil {
		return outcome{class: "stopped: " + kindOf(err), found: err.Error(), wrong: "the till stops: " + err.Error()}
	}
	r := &rec.Journal
	out := outcome{high: map[pos.Chain]uint64{}}
	// How long a cut tail was is told and never decides.
	out.class = fmt.Sprintf("%s %x tail %t link %v lost %d book %q", r.Head, r.Hash[:8], r.Tail != nil, r.Link.Before, r.LostTo, rec.Rebuilt)
	out.heads(s.ground, func(c pos.Chain) uint64 { return t.State().High(c) })
	switch {
	case rec.Lost != "":
		out.found = rec.Lost
	case rec.Rebuilt != "" && rec.Rebuilt != book.Missing.String():
		out.found = "book " + rec.Rebuilt
	case r.Tail != nil:
		out.found = "a torn tail"
	}
	if rec.Lost != "" || rec.Rebuilt != "" && rec.Rebuilt != book.Missing.String() {
		out.wrong = "on a disk that was honest the till finds its book " + rec.Rebuilt + " " + rec.Lost
	}
	if r.StaleMark {
		out.wrong = staleMark
	}
	if got, err := w.digest(t.State(), sums); err != nil || got != want.digest {
		out.wrong = "what the till recovered is not fold(surviving journal): " + difference(t, want)
		out.class += " wrong fold"
	}
	return out
}

// digest is digest, made from what changed since the book where that is known.
// One in so many is made in full all the same.
func (w *worker) digest(st *fold.State, since *sums) ([32]byte, error) {
	if since == nil || w.nth%fullEvery == 0 {
		return digest(st)
	}
	changes, err := st.Changes(false)
	return since.with(changes), err
}

// staleMark is wrong on any disk that was honest: the mark of a stop in order is
// taken back, durably, before anything else is written.
const staleMark = "the journal goes on behind the mark of a stop in order"

func startHub(h *hub.Hub, g *ground, want *truth, wall int64) outcome {
	r := h.Start(pos.Now{Wall: wall})
	defer h.Close()
	out := outcome{high: map[pos.Chain]uint64{}}
	st := want.state.Clone()
	for _, v := range r.Tells {
		switch v := v.(type) {
		case hub.Stopped:
			return outcome{class: "stopped", found: v.Why, wrong: "the hub stops: " + v.Why}
		case hub.Started:
			if v.StaleMark {
				out.wrong = staleMark
			}
		case hub.Committed:
			e, err := pos.DecodeEntry(v.Payload)
			if err != nil {
				return outcome{class: "error", wrong: err.Error()}
			}
			out.class = fmt.Sprintf("%s after %x", v.Key, v.Prev[:8])
			st.Apply(e)
		}
	}
	out.heads(g, func(c pos.Chain) uint64 { return h.Shared().High(c) })
	got, err := h.Shared().Digest()
	expected, err2 := st.Shared.Digest()
	if err = errors.Join(err, err2); err != nil || got != expected {
		out.wrong = "what the hub recovered is not fold(surviving journal)"
		out.class += " wrong fold"
	}
	return out
}

// heads notes what is held of each chain that there is, in words too.
func (o *outcome) heads(g *ground, high func(pos.Chain) uint64) {
	var b strings.Builder
	for i, c := range g.chains {
		n := high(c)
		o.high[c] = n
		fmt.Fprintf(&b, "%s%s/%d", [2]string{" holds ", ","}[min(i, 1)], c, n)
	}
	o.class += b.String()
}

func kindOf(err error) string {
	if errors.Is(err, journal.ErrDamaged) {
		return "damaged"
	}
	return err.Error()
}

// difference names the first records that differ.
func difference(t *till.Till, want *truth) string {
	got, err := t.State().Changes(true)
	if err != nil {
		return err.Error()
	}
	expected, err := want.state.Changes(true)
	if err != nil {
		return err.Error()
	}
	have := map[string]string{}
	for _, c := range got {
		have[c.Key] = string(c.Value)
	}
	for _, c := range expected {
		if v, ok := have[c.Key]; !ok || v != string(c.Value) {
			return fmt.Sprintf("record %s is %.120q, must be %.120q", c.Key, v, c.Value)
		}
		delete(have, c.Key)
	}
	for k := range have {
		return "record " + k + " is too many"
	}
	return "the order of records"
}
