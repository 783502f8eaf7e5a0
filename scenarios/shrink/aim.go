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

// alone tries the shortest day at once: one sale, struck at each of its
// points. Where a loss depends on what else was on the disk, taking sales away
// one by one ends early; this begins at the other end.
func (s *shrinker) alone() {
	if n := len(s.best.Plan.Faults); n == 0 || n > mostAimed || s.best.Scenario.SaleCount() < 3 || len(s.best.Scenario.Sales) == 0 {
		return
	}
	for _, keep := range s.firstOfEachTender() {
		for j, f := range s.best.Plan.Faults {
			if !f.When.IsPoint() && f.Kind != fault.Drop && f.Kind != fault.Kill {
				continue
			}
			for _, p := range points(1) {
				if s.edit(func(d *draft) {
					d.Plan.Faults[j].When = fault.When{}
					d.removeSales(keep+1, len(d.file.Sales))
					d.removeSales(0, keep)
					d.aimAt(f.ID, p)
				}) {
					return
				}
			}
		}
	}
}

// aimAt gives the fault with that id another point.
func (d *draft) aimAt(id string, p fault.Point) {
	for i := range d.Plan.Faults {
		if d.Plan.Faults[i].ID == id {
			d.Plan.Faults[i].When = fault.On(p)
		}
	}
}

// firstOfEachTender finds the first sale in cash and the first by card.
func (s *shrinker) firstOfEachTender() []int {
	var out []int
	seen := map[bool]bool{}
	for i, sale := range s.best.Scenario.Sales {
		if sale.N > 0 && !seen[sale.Card] {
			seen[sale.Card] = true
			out = append(out, i)
		}
	}
	return out
}
