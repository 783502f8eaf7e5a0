package explore

import (
	"fmt"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos/journal"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// ambiguous lets each sync of journal and book in a handling fail with EIO,
// the page cache going on to show what was written, and then cuts what the
// unit does about it at every point. before is the world right before the
// handling.
func (w *worker) ambiguous(before *rig.Run, h sim.Handled) error {
	nth := 0
	for i, op := range h.Ops {
		if op.Kind != sim.OpSync {
			continue
		}
		nth++
		if !strings.HasPrefix(op.File, journal.Dir+"/") && !strings.HasPrefix(op.File, "book/") {
			continue
		}
		id := ID{{Unit: h.Who, At: h.Begin, Kind: EIO, Index: nth}}
		w.t.Ambiguous.EIO++
		if err := w.alone(before, id, h.Who, fmt.Sprintf("the sync of %s fails", op.File)); err != nil {
			return err
		}
		c := before.Clone()
		c.Add(id[0].fault("explored.1"))
		again, err := until(c, h)
		if err != nil {
			return err
		}
		s, err := w.newScene(c, again, id)
		if err != nil {
			return err
		}
		if err := w.killed(s, i); err != nil {
			return err
		}
		if err := w.explore(s); err != nil {
			return err
		}
	}
	return nil
}

// killed lets the process die right after a sync has failed, before it could
// write again what may not be durable. The start after it finds in the page cache
// what need not be on the disk: the power goes at every point of that start.
func (w *worker) killed(s *scene, sync int) error {
	if sync+1 >= len(s.h.Ops) {
		return nil // it wrote nothing again
	}
	at := s.h.Ops[sync+1].Begin
	id := s.id(Cut{Unit: s.unit, At: at, Kind: Kill})
	w.t.Ambiguous.Killed++
	v, err := w.day(s, id, true)
	if err == nil && !v.holds() && !v.gaveUp() {
		w.failed(s, point{CutPoint: disk.CutPoint{At: at}, words: "killed after a sync that failed"}, id, "", v.String()+": "+v.why)
	}
	return err
}

// until steps to a handling that is known to come.
func until(r *rig.Run, h sim.Handled) (sim.Handled, error) {
	for !r.Ended() {
		if _, err := r.Step(); err != nil {
			return h, err
		}
		for _, o := range r.Seen() {
			if got, ok := o.(sim.Handled); ok && got.Who == h.Who && got.Gen == h.Gen && got.N == h.N {
				return got, nil
			}
		}
	}
	return h, fmt.Errorf("the handling %d of %s did not come again", h.N, h.Who)
}
