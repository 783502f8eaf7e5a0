package shrink

import (
	"slices"
	"time"

	"stormrig/fault"
)

// mostAimed is how many faults may be left for aiming to be worth its runs.
const mostAimed = 4

// aimed gets out of a dead end: where no fault can be taken away as the others
// stand, one of them may do the work of two when it strikes at another exact
// point of a sale.
func (s *shrinker) aimed() {
	if n := len(s.best.Plan.Faults); n < 2 || n > mostAimed {
		return
	}
	for i := 0; i < len(s.best.Plan.Faults); i++ {
		for j := 0; j < len(s.best.Plan.Faults); j++ {
			if i != j && s.aim(i, j) {
				return // the other passes go first now
			}
		}
	}
}

// aim takes fault i away and tries fault j at other points.
func (s *shrinker) aim(i, j int) bool {
	f := s.best.Plan.Faults[j]
	if !f.When.IsPoint() && !slices.Contains([]fault.Kind{fault.Drop, fault.Cut, fault.Kill, fault.Unplug}, f.Kind) {
		return false // a lasting trouble, from the time when it begins
	}
	for basket := 1; basket <= s.best.Scenario.SaleCount() && basket <= 3; basket++ {
		for _, p := range points(basket) {
			c := s.best
			c.Plan.Faults = slices.Clone(c.Plan.Faults)
			c.Plan.Faults[j].When = fault.On(p)
			c.Plan.Faults = slices.Delete(c.Plan.Faults, i, i+1)
			if s.try(c) {
				return true
			}
		}
	}
	return false
}

// points are one in each stretch of a sale's life.
func points(basket int) []fault.Point {
	commit := fault.Point{Span: fault.SpanCommit, Basket: basket}
	at := func(place fault.Place, permille int, after time.Duration) fault.Point {
		p := commit
		p.Place, p.Permille, p.After = place, permille, after
		return p
	}
	return []fault.Point{
		at(fault.Acted, 0, 0), at(fault.Acted, 0, time.Second), at(fault.Held, 500, 0), at(fault.Unsynced, 500, 0),
		{Span: "done", Basket: basket}, {Span: "done", Basket: basket, After: time.Second},
		{Span: fault.SpanReceipt, Basket: basket, Permille: 500}, {Span: fault.SpanApproval, Basket: basket, Permille: 500},
		{Span: fault.SpanIdle, Basket: basket, Permille: 500},
	}
}
