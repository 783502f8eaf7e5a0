package disk

import (
	"fmt"
	"slices"
	"time"
)

// The lists that a forced state is taken from.
const (
	// Honest is what States lists.
	Honest = ""
	// Lied is what Lies lists.
	Lied = "lied"
)

// Forced names the state that a loss of power at a time shall leave, in place
// of one that is drawn. It makes a cut point that was enumerated once happen
// again: the lists are in a fixed order.
type Forced struct {
	At    time.Duration
	List  string
	Index int
}

// Force makes a Cut at f.At leave that state. Times that never come change
// nothing.
func (d *Disk) Force(f Forced) { d.forced = append(slices.Clip(d.forced), f) }

// force returns the state that was ordered for a cut at a time. An index
// beyond the list is a plan of another till or another model: it is drawn.
func (d *Disk) force(at time.Duration) (State, bool) {
	for _, f := range d.forced {
		if f.At != at {
			continue
		}
		list := d.States
		if f.List == Lied {
			list = d.Lies
		}
		if all := list(at); f.Index < len(all) {
			return all[f.Index], true
		}
	}
	return State{}, false
}

// CutPoint is an instant among the operations since Begin.
type CutPoint struct {
	At time.Duration
	// Op is the operation that Where speaks of, from 0; len(ops) when there
	// is none.
	Op    int
	Where string // "before", "inside" or "after"
}

// CutPoints returns the instants before, inside and after every operation
// since Begin. Between two operations that follow each other at once lies one
// instant: before the later.
func (d *Disk) CutPoints() []CutPoint {
	var out []CutPoint
	for i, op := range d.ops {
		if i > 0 && d.ops[i-1].End < op.Begin {
			out = append(out, CutPoint{d.ops[i-1].End, i - 1, "after"})
		}
		out = append(out, CutPoint{op.Begin, i, "before"})
		if mid := op.Begin + (op.End-op.Begin)/2; mid > op.Begin && mid < op.End {
			out = append(out, CutPoint{mid, i, "inside"})
		}
	}
	if n := len(d.ops); n > 0 {
		out = append(out, CutPoint{d.ops[n-1].End, n - 1, "after"})
	}
	return out
}

// String says where a cut point lies.
func (d *Disk) String(p CutPoint) string {
	if p.Op >= len(d.ops) {
		return "after the last operation"
	}
	op := &d.ops[p.Op]
	return fmt.Sprintf("%s operation %d of %d, %s %s", p.Where, p.Op+1, len(d.ops), op.Kind, op.File)
}

// Key tells images apart: two states with one key are the same disk, name by
// name and byte by byte.
func (s *State) Key() [32]byte { return s.key }

// Sum is a SHA-256 over the size and the bytes of a file as reads see it; false
// when there is none. It costs nothing for what was hashed before and has not
// changed since.
func (d *Disk) Sum(name string) ([32]byte, bool) {
	c := d.cache.get(d.cache.lookup(name))
	if c == nil {
		return [32]byte{}, false
	}
	return c.hash(), true
}

// Data returns the bytes that a write wrote. They must not be changed.
func (o *Op) Data() []byte { return o.data }

// Reached tells how many of the operations since Begin a loss of power at a
// time finds begun, a sync only when it had ended. Instants that agree in it
// leave the same states.
func (d *Disk) Reached(at time.Duration) int {
	n := 0
	for n < len(d.ops) && d.ops[n].Begin < at {
		if op := &d.ops[n]; op.End > at && (op.Kind == Sync || op.Kind == SyncDir) {
			break
		}
		n++
	}
	return n
}
