package shrink

import (
	"context"
	"fmt"
	"math"

	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

// Point is a moment in a run, just after an event.
type Point struct {
	N     int64  `json:"n"` // number of the event; 0 is the beginning
	T     int64  `json:"t_ns"`
	Words string `json:"words"`
}

// Return is where a run could still have turned out well, and where no more.
type Return struct {
	// Last is the last event after which the run still holds if the faults
	// stop; Gone the first after which it is violated whatever follows.
	Last Point `json:"last"`
	Gone Point `json:"gone"`
	// Branches is how many copies were let go on to their end; Confirmed how
	// many of them came after Gone: all violated.
	Branches  int `json:"branches"`
	Confirmed int `json:"confirmed"`
	// Never: even with no fault at all the invariant is violated.
	Never bool `json:"never,omitempty"`
	// Always: it takes the whole run; only its very end is violated.
	Always bool `json:"always,omitempty"`
}

// confirmMost bounds the branches that confirm one by one.
const confirmMost = 400

// NoReturn finds the point of no return of a case that violates an invariant.
// At every event a copy of the world may be made in which no fault strikes any
// more; where it ends well, the run could still be saved. The point is found
// by bisection, then confirmed event by event from there to the end: were one
// of those branches to hold, it is the last of them that counts. Where not even the first fault is needed, nothing is bisected.
func NoReturn(ctx context.Context, c Case, invariant string, start Starter) (*Return, error) {
	if start == nil {
		start = rig.Start
	}
	w := &walker{ctx: ctx, c: c, invariant: invariant, start: start, most: confirmMost}
	return w.search(math.MaxInt)
}

// quickMost bounds the confirming branches of [Quickly], quickEvents the events
// of a day for which it bisects: a second or two of processor time.
const (
	quickMost   = 8
	quickEvents = 20_000
)

// Quickly is [NoReturn] for the report of a run: with few branches to confirm,
// and of a large day no more than whether any fault is needed. It is nil where
// that is all that is known: [NoReturn] then finds the point.
func Quickly(ctx context.Context, c Case, invariant string) (*Return, error) {
	w := &walker{ctx: ctx, c: c, invariant: invariant, start: rig.Start, most: quickMost}
	return w.search(quickEvents)
}

// search bisects a run of at most so many events.
func (w *walker) search(most int) (*Return, error) {
	if err := w.measure(); err != nil {
		return nil, err
	}
	if bad, err := w.violated(0); err != nil || bad {
		return &Return{Never: bad, Gone: w.point(0), Branches: w.branches}, err
	}
	if len(w.events) > most {
		return nil, nil
	}
	lo, hi := 1, len(w.steps)-1 // lo may hold, hi is violated
	for lo < hi {
		mid := (lo + hi) / 2
		bad, err := w.violated(mid)
		if err != nil {
			return nil, err
		}
		if bad {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	gone, confirmed, err := w.confirm(hi)
	if err != nil {
		return nil, err
	}
	return &Return{Last: w.point(gone - 1), Gone: w.point(gone), Branches: w.branches, Confirmed: confirmed, Always: gone == len(w.steps)-1}, nil
}

// walker walks along a run.
type walker struct {
	ctx       context.Context
	c         Case
	invariant string
	start     Starter
	steps     []int // how many steps lead to each place where something was recorded
	events    []history.Event
	upTo      []int // events recorded by then
	branches  int
	most      int // branches that confirm
}

// measure plays the run once and notes after which steps something had been
// recorded.
func (w *walker) measure() error {
	r, err := w.start(w.c.Scenario, w.c.Seed, &w.c.Plan)
	if err != nil {
		return err
	}
	defer r.Close()
	w.steps, w.upTo = []int{0}, []int{len(r.History())}
	for n := 1; !r.Ended(); n++ {
		if err := step(r); err != nil {
			break // broke down here: the last place is before it
		}
		if k := len(r.History()); k > w.upTo[len(w.upTo)-1] && !r.Ended() {
			w.steps, w.upTo = append(w.steps, n), append(w.upTo, k)
		}
	}
	w.events = r.History()
	return nil
}

func step(r *rig.Run) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &breakdown{value: v}
		}
	}()
	_, err = r.Step()
	return err
}

// violated tells whether the run is lost at place i: even if no fault strikes
// any more.
func (w *walker) violated(i int) (bool, error) {
	r, err := w.start(w.c.Scenario, w.c.Seed, &w.c.Plan)
	if err != nil {
		return false, err
	}
	defer r.Close()
	for range w.steps[i] {
		if err := step(r); err != nil {
			return true, nil
		}
	}
	return w.lost(r)
}

// lost lets a run go on without faults and tells whether it is violated. The
// run is used up.
func (w *walker) lost(r *rig.Run) (bool, error) {
	if w.ctx.Err() != nil {
		return false, w.ctx.Err()
	}
	w.branches++
	if err := r.EndFaults(); err != nil {
		return false, fmt.Errorf("ending the faults of a branch: %w", err)
	}
	out, err := judged(r, finish(r))
	return out.Fails(w.invariant), err
}

// confirm walks from place i to the end and branches at each: a copy of the
// world, not a run from the beginning. It returns the place after the last
// branch that holds.
func (w *walker) confirm(i int) (gone, confirmed int, err error) {
	r, err := w.start(w.c.Scenario, w.c.Seed, &w.c.Plan)
	if err != nil {
		return i, 0, err
	}
	defer r.Close()
	gone = i
	stride := 1 + (len(w.steps)-i)/w.most
	done := 0
	for p := i; p < len(w.steps); p += stride {
		for ; done < w.steps[p]; done++ {
			if err := step(r); err != nil {
				return gone, confirmed, nil
			}
		}
		branch := r.Clone()
		bad, err := w.lost(branch)
		branch.Close()
		if err != nil {
			return gone, confirmed, err
		}
		confirmed++
		if !bad {
			gone, confirmed = min(p+1, len(w.steps)-1), 0
		}
	}
	return gone, confirmed, nil
}

// point is the last event that was recorded at place i.
func (w *walker) point(i int) Point {
	if w.upTo[i] == 0 {
		return Point{Words: "the beginning"}
	}
	e := &w.events[w.upTo[i]-1]
	return Point{N: e.N, T: e.T, Words: words(e)}
}
