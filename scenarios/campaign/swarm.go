package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// mostFaults is how many faults a seed may add to a scenario's day. Few faults
// find what a fault does; many find what faults do to each other.
const mostFaults = 12

// Swarm draws the fault plan of a seed for any scenario. The seed first draws
// which kinds of fault it may use at all: a run that can do everything does a
// little of everything, and the states that need much of one thing never come.
// Then it draws how many, what they strike, and when: at a time of the day,
// close to another fault, or at an exact point.
//
// Half of the seeds keep the scenario's own weather too. Every drawn fault is
// optional: a point that the day never reaches makes no run blind. Every fault
// ends: what a hand must mend, a hand mends.
func Swarm(sc *spec.Scenario, seed int64) (fault.Plan, error) {
	s := sim.NewStream(seed, "swarm "+sc.Name, 0)
	p, err := rig.Plan(sc, seed)
	if err != nil {
		return p, fmt.Errorf("swarm: %w", err)
	}
	p.Faults = kept(&s, p.Faults)
	all := recipes(sc)
	d := &drawer{s: &s, sc: sc, recipes: chosen(&s, all)}
	deeds, err := d.deeds()
	if err != nil {
		return p, err
	}
	p.Faults = append(p.Faults, deeds...)
	for range 1 + s.Intn(1+s.Intn(mostFaults)) {
		p.Faults = append(p.Faults, d.faults()...)
	}
	p.Faults = append(p.Faults, stops(sc, seed)...)
	p.Faults = append(p.Faults, company(sc, seed, all, p.Faults)...)
	for i := range p.Faults {
		if f := &p.Faults[i]; f.ID == "" {
			f.ID, f.Optional = fmt.Sprintf("swarm-%d", i+1), true
		}
	}
	return p, fault.Validate(p.Faults)
}

// kept drops the scenario's own faults in half of the seeds, but for what a
// person was to do. What stays is optional: an added fault may be in its way.
func kept(s *sim.Stream, faults []fault.Fault) []fault.Fault {
	all := s.Chance(1, 2)
	var out []fault.Fault
	for _, f := range faults {
		if all || isDeed(f) {
			f.Optional = true
			out = append(out, f)
		}
	}
	return out
}

// stops switches a till or the hub off in order, in one seed of four. It draws
// from a stream of its own.
func stops(sc *spec.Scenario, seed int64) []fault.Fault {
	s := sim.NewStream(seed, "swarm stops "+sc.Name, 0)
	units := append(slices.Clone(partsOf(sc).tills), hub)
	var out []fault.Fault
	for len(out) < 3 && s.Chance(1, 4) {
		f := fault.Fault{Kind: fault.Stop, Target: units[s.Intn(len(units))], For: short(&s, moment.from, while.to)}
		f.When = fault.At(s.Duration(0, sc.Shop.Length()-time.Minute))
		if s.Chance(1, 2) {
			d := &drawer{s: &s, sc: sc}
			f.When = fault.On(d.point(f.Target))
		}
		out = append(out, f)
	}
	return out
}

// company aims, in one seed of three, a second fault of any kind at the place of a
// drawn one, of the same till where there is one: at the same moment, or within
// seconds. It draws from a stream of its own.
func company(sc *spec.Scenario, seed int64, all []recipe, faults []fault.Fault) []fault.Fault {
	s := sim.NewStream(seed, "swarm company "+sc.Name, 0)
	if !s.Chance(1, 3) {
		return nil
	}
	d := &drawer{s: &s, sc: sc}
	var out []fault.Fault
	for _, f := range faults {
		if f.ID != "" || s.Chance(1, 3) { // of the scenario, or a deed
			continue
		}
		r := all[s.Intn(len(all))]
		r.targets = near(r.targets, f.Target)
		g := d.made(r)
		after := time.Duration(0)
		if s.Chance(3, 4) {
			after = short(&s, time.Millisecond, 4*time.Second)
		}
		if g.When = f.When; g.When.IsPoint() {
			g.When.Point.After += after
		} else {
			g.When.At += after
		}
		out = append(out, g)
	}
	return out
}

// near keeps the targets that belong to the till of another, if there are any.
func near(targets []string, other string) []string {
	till, _, _ := strings.Cut(strings.ReplaceAll(other, "-", "."), ".")
	mine := slices.DeleteFunc(slices.Clone(targets), func(t string) bool {
		return t != till && !strings.HasPrefix(t, till+".") && !strings.HasPrefix(t, till+"-")
	})
	if len(mine) == 0 {
		return targets
	}
	return mine
}

// isDeed tells whether a fault is no fault but what a person does.
func isDeed(f fault.Fault) bool { return f.Kind == fault.Device && f.Args.Action == "task" }

// chosen draws the recipes that a seed may use: each with the same chance,
// which the seed draws too, and at least one.
func chosen(s *sim.Stream, all []recipe) []recipe {
	share := 1 + s.Intn(4)
	var out []recipe
	for _, r := range all {
		if s.Chance(share, 5) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		out = append(out, all[s.Intn(len(all))])
	}
	return out
}

// drawer draws the faults of one plan.
type drawer struct {
	s       *sim.Stream
	sc      *spec.Scenario
	recipes []recipe
	times   []time.Duration // of the faults before
	edits   []edit
}

// faults draws a fault, and what must go wrong before for its moment to come.
func (d *drawer) faults() []fault.Fault {
	r := d.recipes[d.s.Intn(len(d.recipes))]
	if len(d.edits) > 0 && d.s.Chance(1, 5) {
		return d.whileEdited(r)
	}
	f := d.made(r)
	var before []fault.Fault
	switch d.s.Intn(4) {
	case 0:
		f.When = fault.On(d.point(f.Target))
	case 1, 2:
		var p fault.Point
		p, before = d.aimed()
		f.When = fault.On(p)
	default:
		f.When = fault.At(d.time())
	}
	return append(before, f)
}

// made draws what a recipe leaves open, but not when.
func (d *drawer) made(r recipe) fault.Fault {
	f := fault.Fault{Kind: r.kind, Target: r.targets[d.s.Intn(len(r.targets))]}
	if r.lasts != (span{}) {
		f.For = short(d.s, r.lasts.from, r.lasts.to)
	}
	if r.args != nil {
		f.Args = r.args(d.s, d.sc)
	}
	return f
}

// time draws a time of the day; half of them lie within a minute after
// another.
func (d *drawer) time() time.Duration {
	at := d.s.Duration(0, d.sc.Shop.Length()-time.Minute)
	if n := len(d.times); n > 0 && d.s.Chance(1, 2) {
		at = d.times[d.s.Intn(n)] + short(d.s, time.Millisecond, time.Minute)
	}
	d.times = append(d.times, at)
	return at
}

// short draws a duration whose order of magnitude is as likely as any other:
// most troubles are short, some are not.
func short(s *sim.Stream, from, to time.Duration) time.Duration {
	octaves := 0
	for x := from; x < to; x *= 2 {
		octaves++
	}
	if octaves == 0 {
		return from
	}
	low := from << s.Intn(octaves)
	return s.Duration(low, min(2*low, to))
}
