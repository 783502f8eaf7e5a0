package shrink

import (
	"slices"

	"stormrig/fault"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// drop takes away as many of n things as it can, in halves, quarters, and so
// on down to one by one (delta debugging). without tries the best case without
// a stretch of them.
func (s *shrinker) drop(count func() int, without func(from, to int) bool) {
	for size := count(); size > 0 && !s.over(); {
		took := false
		for from := 0; from < count() && !s.over(); {
			if to := min(from+size, count()); without(from, to) {
				took = true
			} else {
				from = to
			}
		}
		if size == 1 && !took {
			return
		}
		size = max(1, min(size/2, count()))
		if count() == 0 {
			return
		}
	}
}

func (s *shrinker) faults() {
	s.drop(func() int { return len(s.best.Plan.Faults) }, func(from, to int) bool {
		c := s.best
		c.Plan.Faults = slices.Delete(slices.Clone(c.Plan.Faults), from, to)
		return s.try(c) || s.earlier(c, func(nth int) int { return nth - (to - from) }) || s.earlier(c, func(int) int { return 1 })
	})
}

// earlier tries a case from which faults were taken with those that name the
// n-th recovery, pull or checkpoint following it to its new number: what was
// the third is the second when the fault that led to the first is gone.
func (s *shrinker) earlier(c Case, number func(nth int) int) bool {
	c.Plan.Faults = slices.Clone(c.Plan.Faults)
	moved := false
	for i := range c.Plan.Faults {
		if p := &c.Plan.Faults[i].When.Point; p.Nth > 1 {
			p.Nth, moved = max(number(p.Nth), 1), true
		}
	}
	return moved && s.try(c)
}

// writeOut replaces shoppers that come from the seed by baskets.
func (s *shrinker) writeOut() {
	if len(s.best.Scenario.Sales) > 0 {
		s.edit(func(d *draft) { d.file.Weather, d.file.Story = nil, "" })
		return
	}
	f, err := rig.WrittenOut(s.best.Scenario, s.best.Seed)
	if err != nil {
		return
	}
	f.Story = ""
	if sc, err := parse(f); err == nil {
		c := s.best
		c.Scenario = sc
		s.try(c)
	}
}

func (s *shrinker) sales() {
	if len(s.best.Scenario.Sales) == 0 {
		return
	}
	s.drop(func() int { return len(s.best.Scenario.Sales) }, func(from, to int) bool {
		return s.edit(func(d *draft) { d.removeSales(from, to) })
	})
}

// removeSales takes sales out of the day. Faults that name a later sale follow
// it to its new number; those that name one of them go with it.
func (d *draft) removeSales(from, to int) {
	if from >= to {
		return
	}
	renumbered := map[int]int{} // by the numbers that the document gives now
	was, is := 0, 0
	for i, sale := range d.file.Sales {
		if sale.Cancelled {
			continue
		}
		was++
		if i < from || i >= to {
			is++
			renumbered[was] = is
		}
	}
	d.file.Sales = slices.Delete(d.file.Sales, from, to)
	d.Plan.Faults = slices.DeleteFunc(d.Plan.Faults, func(f fault.Fault) bool {
		b := f.When.Point.Basket
		return b > 0 && b <= was && renumbered[b] == 0
	})
	for i := range d.Plan.Faults {
		p := &d.Plan.Faults[i].When.Point
		switch {
		case renumbered[p.Basket] > 0:
			p.Basket = renumbered[p.Basket]
		case p.Basket > was: // a shopper who came in another's place
			p.Basket -= was - is
		}
	}
}

// lines makes each sale as plain as it can be: one article, cash.
func (s *shrinker) lines() {
	for i := range s.best.Scenario.Sales {
		sale := func(change func(f *spec.SaleFile)) bool {
			return s.edit(func(d *draft) { change(&d.file.Sales[i]) })
		}
		if sale(func(f *spec.SaleFile) {
			f.Lines, f.Voided, f.Corrections = f.Lines[:min(1, len(f.Lines))], 0, 0
			f.Invented, f.Source = false, ""
			for j := range f.Lines {
				f.Lines[j].Qty = 1
			}
		}) {
			sale(func(f *spec.SaleFile) { f.Pay = "" })
			continue
		}
		sale(func(f *spec.SaleFile) { f.Pay = "" })
		sale(func(f *spec.SaleFile) { f.Voided, f.Corrections = 0, 0 })
		for j := len(s.best.Scenario.Sales[i].Lines) - 1; j >= 0; j-- {
			sale(func(f *spec.SaleFile) { f.Lines = slices.Delete(f.Lines, j, j+1) })
		}
		for j := range s.best.Scenario.Sales[i].Lines {
			sale(func(f *spec.SaleFile) { f.Lines[j].Qty = 1 })
		}
	}
}

// furniture takes tills, devices, batteries and rules away.
func (s *shrinker) furniture() {
	for i := len(s.best.Scenario.File.Tills) - 1; i >= 0; i-- {
		s.edit(func(d *draft) { d.file.Tills = slices.Delete(d.file.Tills, i, i+1) })
	}
	for i := range s.best.Scenario.File.Tills {
		for j := len(s.best.Scenario.File.Tills[i].Value.Devices) - 1; j >= 0; j-- {
			s.edit(func(d *draft) {
				t := &d.file.Tills[i].Value
				t.Devices = slices.Delete(t.Devices, j, j+1)
			})
		}
	}
	s.edit(func(d *draft) { d.file.Payment = spec.PaymentFile{} })
	s.edit(func(d *draft) { d.file.Power = spec.PowerFile{} })
	for i := len(s.best.Scenario.File.Power.Battery) - 1; i >= 0; i-- {
		s.edit(func(d *draft) { d.file.Power.Battery = slices.Delete(d.file.Power.Battery, i, i+1) })
	}
	s.edit(func(d *draft) { d.file.Title, d.file.Story = "", "" })
}

// catalogue keeps what is sold.
func (s *shrinker) catalogue() {
	s.edit(func(d *draft) {
		sold := map[string]bool{}
		for _, sale := range d.Scenario.Sales {
			for _, l := range sale.Lines {
				sold[l.SKU] = true
			}
		}
		if len(sold) == 0 || d.file.Catalogue == nil {
			return
		}
		c := *d.Scenario.Shop.Catalogue
		c.Items = nil
		for _, it := range d.Scenario.Shop.Catalogue.Items {
			kept := it
			kept.Variants = nil
			for _, v := range it.Variants {
				if sold[it.SKU(v)] {
					kept.Variants = append(kept.Variants, v)
				}
			}
			if len(kept.Variants) > 0 {
				c.Items = append(c.Items, kept)
			}
		}
		d.file.Catalogue = spec.Describe(&c)
	})
}
