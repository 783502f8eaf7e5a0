package explore

import (
	"fmt"
	"strings"

	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// task is one step of the day with all its cut points. Tasks are numbered in
// the order of the day; each is explored by one worker, alone.
type task struct {
	n      int
	before *rig.Run // the world right before the step
	after  *rig.Run // and right after
	work   []sim.Handled
	wires  []sim.TransferBegun
}

// interesting returns what of a step can be cut: handlings that used a disk,
// and transfers from or to a unit that has one. A location receiver's sentences
// reach a till all day long and are left out: nothing is decided by one.
func (o *Options) interesting(r *rig.Run) (work []sim.Handled, wires []sim.TransferBegun) {
	for _, seen := range r.Seen() {
		switch v := seen.(type) {
		case sim.Handled:
			if len(v.Ops) > 0 {
				work = append(work, v)
			}
		case sim.TransferBegun:
			if !o.DiskOnly && !strings.HasSuffix(v.Wire, ".location") && (r.Disk(v.From) != nil || r.Disk(v.To) != nil) {
				wires = append(wires, v)
			}
		}
	}
	return work, wires
}

// start begins the day.
func (o *Options) start() (*rig.Run, error) { return rig.StartWith(o.Scenario, o.Seed, nil, o.Rig) }

// survey plays the day once and returns the steps that are tasks.
func (o *Options) survey() (steps []int, digest string, err error) {
	r, err := o.start()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	for n := 0; !r.Ended(); n++ {
		if _, err := r.Step(); err != nil {
			return nil, "", err
		}
		if work, wires := o.interesting(r); len(work)+len(wires) > 0 {
			steps = append(steps, n)
		}
	}
	v, err := judge(r)
	if err == nil && !v.holds() && !o.First {
		err = fmt.Errorf("the day does not hold without any cut: %s: %s", v, v.why)
	}
	return steps, r.Digest(), err
}

// tasks plays the day and hands out the tasks that want takes, until give
// says no.
func (o *Options) tasks(steps []int, want func(n int) bool, give func(*task) bool) error {
	r, err := o.start()
	if err != nil {
		return err
	}
	defer r.Close()
	at := 0
	for n := 0; !r.Ended() && at < len(steps); n++ {
		var t *task
		if n == steps[at] {
			if want(at) {
				t = &task{n: at, before: r.Clone()}
			}
			at++
		}
		if _, err := r.Step(); err != nil {
			return err
		}
		if t == nil {
			continue
		}
		t.work, t.wires = o.interesting(r)
		t.after = r.Clone()
		if !give(t) {
			return nil
		}
	}
	return nil
}

// do explores one task.
func (w *worker) do(t *task) (tally Tally, err error) {
	defer t.before.Close()
	defer t.after.Close()
	w.t = Tally{}
	for _, h := range t.work {
		s, err := w.newScene(t.after.Clone(), h, nil)
		if err != nil {
			w.failed(&scene{unit: h.Who}, point{words: "before the handling"}, ID{{Unit: h.Who, At: h.Begin}}, "", err.Error())
			continue
		}
		liar := *s
		liar.run = t.after.Clone()
		if err := w.explore(s); err != nil || w.enough() {
			return w.t, err
		}
		if w.o.StatesOnly {
			liar.run.Close()
			continue
		}
		if err := w.lie(&liar); err != nil {
			return w.t, err
		}
		if err := w.ambiguous(t.before, h); err != nil {
			return w.t, err
		}
	}
	done := map[instant]bool{}
	for _, tr := range t.wires {
		if err := w.transfer(t.after, tr, done); err != nil {
			return w.t, err
		}
	}
	return w.t, nil
}
