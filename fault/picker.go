package fault

import (
	"fmt"
	"math"
	"time"

	"stormrig/fault/clock"
	"stormrig/sim"
)

// Picker aims the faults of a plan and fires them. It is a value with slices:
// Clone it with the world.
type Picker struct {
	armed   []armed
	firings []Firing
	taken   int
}

// armed is a fault and how far it is.
type armed struct {
	fault Fault
	state aim
	at    time.Duration // valid while aimed
	span  Span          // what it was aimed into
	seen  int           // matching spans so far
}

type aim uint8

const (
	waiting aim = iota // for its span
	aimed              // at a time
	fired
)

// Firing is a fault that fired.
type Firing struct {
	At    time.Duration
	Fault Fault
	// Effect: something changed by it. A drop of a phone that is off has
	// none.
	Effect bool
	// Late: its place had passed when its span became known; it struck as
	// soon as it could.
	Late bool
	Err  string // it could not be done: no such target
}

// NewPicker takes the faults of a plan. Faults of world times are aimed at
// once.
func NewPicker(faults []Fault) *Picker {
	p := &Picker{}
	for _, f := range faults {
		p.Add(f)
	}
	return p
}

// Add takes one more fault.
func (p *Picker) Add(f Fault) {
	a := armed{fault: f}
	if !f.When.IsPoint() {
		a.state, a.at = aimed, f.When.At
	}
	p.armed = append(p.armed, a)
}

// Clone returns a deep copy.
func (p *Picker) Clone() *Picker {
	return &Picker{
		armed:   append([]armed(nil), p.armed...),
		firings: append([]Firing(nil), p.firings...),
		taken:   p.taken,
	}
}

// Span announces a span; the faults that point into it are aimed. Call it
// before the next Step.
func (p *Picker) Span(s Span) {
	for i := range p.armed {
		a := &p.armed[i]
		point := a.fault.When.Point
		if a.state == fired || !a.fault.When.IsPoint() || !point.matches(s) {
			continue
		}
		a.seen++
		nth := s.Nth
		if nth == 0 {
			nth = a.seen
		}
		if a.state == aimed || point.Nth > 0 && point.Nth != nth {
			continue
		}
		if at, ok := s.Locate(point); ok {
			a.state, a.at, a.span = aimed, at, s
		}
	}
}

// See lets the picker know what happened: a fault aimed into a span that broke
// off before waits for the next such span. Step does it by itself.
func (p *Picker) See(seen []sim.Observation) {
	for _, o := range seen {
		switch o := o.(type) {
		case sim.PowerChanged:
			if !o.On {
				p.brokeOff(o.At, func(s Span) bool { return s.Unit == o.Who })
			}
		case sim.Connected:
			if !o.Up {
				p.brokeOff(o.At, func(s Span) bool { return s.Wire == o.Wire && s.Wire != "" })
			}
		}
	}
}

func (p *Picker) brokeOff(at time.Duration, hit func(Span) bool) {
	for i := range p.armed {
		a := &p.armed[i]
		if a.state == aimed && a.fault.When.IsPoint() && a.at > at && at < a.span.over() && hit(a.span) {
			a.state = waiting
		}
	}
}

// Next returns when the next aimed fault is due.
func (p *Picker) Next() (time.Duration, bool) {
	i := p.soonest()
	if i < 0 {
		return 0, false
	}
	return p.armed[i].at, true
}

func (p *Picker) soonest() int {
	best := -1
	for i := range p.armed {
		if a := &p.armed[i]; a.state == aimed && (best < 0 || a.at < p.armed[best].at) {
			best = i
		}
	}
	return best
}

// Step lets the next thing happen: an event of the world, or a fault that is
// due no later. It returns false when there is neither.
func (p *Picker) Step(w *sim.World) ([]sim.Observation, bool) {
	return p.StepBefore(w, math.MaxInt64)
}

// StepBefore is Step for what is due before world time limit.
func (p *Picker) StepBefore(w *sim.World, limit time.Duration) ([]sim.Observation, bool) {
	i, due := p.soonest(), limit
	if i >= 0 {
		due = min(due, p.armed[i].at)
	}
	if seen, ok := w.StepBefore(due); ok {
		p.See(seen)
		return seen, true
	}
	if i < 0 || p.armed[i].at >= limit {
		return nil, false
	}
	return p.fire(w, i), true
}

// fire does a fault now.
func (p *Picker) fire(w *sim.World, i int) []sim.Observation {
	a := &p.armed[i]
	late := a.at < w.Now()
	w.Advance(a.at)
	a.state = fired
	f := Firing{At: w.Now(), Fault: a.fault, Late: late}
	w.Note("fault", a.fault.ID+" "+a.fault.String(), nil)
	seen, err := Execute(w, a.fault)
	if err != nil {
		f.Err = err.Error()
	}
	f.Effect = err == nil && hadEffect(a.fault, seen)
	p.firings = append(p.firings, f)
	p.See(seen)
	return seen
}

// hadEffect tells from what was seen whether a fault did anything.
func hadEffect(f Fault, seen []sim.Observation) bool {
	k := f.Kind
	// A device need not show it, a sag takes its time, a clock may go wrong
	// later, and a link may be down already for want of its router.
	effect := k == Device || k == Stop || k == Network || k == Brownout || f.Args.Mode == clock.Flat || f.Args.Mode == clock.Drift
	for _, o := range seen {
		switch o := o.(type) {
		case sim.Lost:
			if (k == Device || k == Stop) && o.Wire == "" {
				return false
			}
		case sim.DiskAiled:
			return o.Err == ""
		case sim.PowerChanged, sim.LinkChanged, sim.ClockMoved, sim.Garbled, sim.Slowed:
			effect = true
		}
	}
	return effect
}

// TakeFired returns the faults that fired since the last call.
func (p *Picker) TakeFired() []Firing {
	got := p.firings[p.taken:]
	p.taken = len(p.firings)
	return got[:len(got):len(got)]
}

// Fired returns all faults that fired, in order.
func (p *Picker) Fired() []Firing { return append([]Firing(nil), p.firings...) }

// Unfired returns the faults that did not fire, or fired without effect, each
// with the reason. A run with one that is not Optional is blind.
func (p *Picker) Unfired() []Unfired {
	var un []Unfired
	for _, a := range p.armed {
		switch {
		case a.state == waiting && a.seen > 0:
			un = append(un, Unfired{a.fault, fmt.Sprintf("%d came; none lasted up to this place", a.seen)})
		case a.state == waiting:
			un = append(un, Unfired{a.fault, "there was none"})
		case a.state == aimed:
			un = append(un, Unfired{a.fault, "the run ended before"})
		}
	}
	for _, f := range p.firings {
		switch {
		case f.Err != "":
			un = append(un, Unfired{f.Fault, f.Err})
		case !f.Effect:
			un = append(un, Unfired{f.Fault, "it changed nothing"})
		}
	}
	return un
}

// Unfired is a fault that did not do what was written, and why.
type Unfired struct {
	Fault Fault
	Why   string
}
