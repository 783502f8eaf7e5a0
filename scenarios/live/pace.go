package live

import (
	"slices"
	"time"

	"stormrig/scenarios/rig"
)

// pace maps the day of a scenario onto the time of this rig: where devices are
// real, the idle time of the shop is left out, and nothing else can be.
type pace struct {
	warmUp time.Duration
	gap    time.Duration   // 0: nothing is left out
	marks  []time.Duration // when something happens, ascending
}

func newPace(parts *rig.Parts, o *Options) *pace {
	p := &pace{warmUp: rig.WarmUp, gap: o.Gap}
	if p.gap == 0 {
		return p
	}
	p.warmUp = min(p.gap, rig.WarmUp)
	for _, v := range parts.Visits {
		p.marks = append(p.marks, v.At)
	}
	for _, f := range o.Faults {
		if !f.When.IsPoint() {
			p.marks = append(p.marks, f.When.At)
		}
	}
	slices.Sort(p.marks)
	return p
}

// when is a moment of the scenario's day on this rig's clock, since the opening.
func (p *pace) when(t time.Duration) time.Duration {
	if p.gap == 0 {
		return t
	}
	at, before := time.Duration(0), time.Duration(0)
	for _, m := range p.marks {
		if m >= t {
			break
		}
		at += min(m-before, p.gap)
		before = m
	}
	return at + min(t-before, p.gap)
}

// Length is how long a day takes on this rig until the shop closes, if no sale
// takes longer than the time until the next shopper.
func Length(parts *rig.Parts, o Options) time.Duration {
	p := newPace(parts, &o)
	return p.warmUp + p.when(parts.Scenario.Shop.Length())
}
