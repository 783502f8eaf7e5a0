package importer

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/scenarios/spec"
)

// tills takes tills, power and card rules from the weather's scenario, so
// that everybody whom a fault names is there.
func (m *maker) tills() {
	w := m.o.Weather
	if w == nil {
		m.file.Tills = spec.Named[spec.TillFile]{{Name: "phone", Value: spec.TillFile{Devices: spec.Devices()}}}
		return
	}
	m.file.Tills = append(m.file.Tills, w.File.Tills...)
	m.file.Power, m.file.Payment = w.File.Power, w.File.Payment
	m.dongles()
	m.note("tills (%s) and power are those of %s", strings.Join(w.File.Tills.Names(), ", "), w.Name)
	if caps := &m.file.Payment.Caps; m.shelf.cat.Currency != w.Shop.Catalogue.Currency && (caps.Each != nil || caps.Total != nil) {
		caps.Each, caps.Total = nil, nil
		m.note("the caps of stored payments are in %s and were left out; their number and age stay", w.Shop.Catalogue.Currency)
	}
}

// dongles gives a dongle to tills that sell without one, where the export
// says that people paid by card.
func (m *maker) dongles() {
	cards := false
	for _, b := range m.day.baskets {
		pay, _ := tender(b.tender)
		cards = cards || pay == "card"
	}
	for i := range m.file.Tills {
		t := &m.file.Tills[i].Value
		has := strings.Join(t.Devices, " ")
		if cards && strings.Contains(has, spec.Scanner) && !strings.Contains(has, spec.Dongle) {
			t.Devices = append(append([]string(nil), t.Devices...), spec.Dongle)
			m.note("%s got a dongle: the export has card payments", m.file.Tills[i].Name)
		}
	}
}

// cardShare is the share of cards, in basis points, for sales of which the
// export does not say how they were paid.
func (m *maker) cardShare() int64 {
	switch w := m.o.Weather; {
	case w == nil:
		return 5000
	case len(w.Selling()) > 0 && !w.Selling()[0].Has(spec.Dongle):
		return 0
	case w.Shoppers.Total() > 0:
		return int64(w.Shoppers.Card)
	}
	return 5000
}

// weather takes the faults over, at the same time of day, and returns the
// first and the last time that they need.
func (m *maker) weather() (from, to time.Duration) {
	from = 24 * time.Hour
	if m.o.Weather == nil {
		return from, 0
	}
	for _, f := range m.o.Weather.File.Weather {
		if f.At != nil && f.At.Clock != nil {
			c := spec.Clock{Time: f.At.Clock.Time}
			f.At = &spec.At{Clock: &c}
			from, to = min(from, c.Time), max(to, c.Time)
			if f.For != nil {
				to = max(to, min(c.Time+time.Duration(*f.For), 24*time.Hour-time.Second))
			}
		}
		if f.Edit != "" {
			m.edit(&f)
		}
		m.file.Weather = append(m.file.Weather, f)
	}
	return from, to
}

// edit gives an edit of what the shop lacks to its best seller; a price keeps
// its proportion to the price that it replaces.
func (m *maker) edit(f *spec.FaultFile) {
	was := m.o.Weather.Shop.Catalogue
	best := m.shelf.best()
	it := m.shelf.cat.Items[best.item]
	target := f.Edit
	if f.Price == nil {
		if !m.shelf.ids[target] {
			f.Edit = it.ID
			m.note("the shop has no %s: the edit of its name is one of %s", target, f.Edit)
		}
		return
	}
	if sku, err := m.shelf.cat.Resolve(target); err == nil && m.shelf.cat.Currency == f.Price.Currency {
		f.Edit = sku
		return
	}
	f.Edit = best.sku
	old := priceOf(was, target)
	now := scale(f.Price.Amount, it.Variants[best.vari].Price, old)
	price := spec.Money{Amount: now, Currency: m.shelf.cat.Currency}
	m.note("the shop has no %s: the edit to %s is one of %s to %s", target, f.Price, f.Edit, price)
	f.Price = &price
}

func priceOf(c *pos.Catalogue, path string) pos.Amount {
	sku, err := c.Resolve(path)
	if err != nil {
		return 0
	}
	for _, it := range c.Items {
		for _, v := range it.Variants {
			if it.SKU(v) == sku {
				return v.Price
			}
		}
	}
	return 0
}

// scale returns price times to/from in whole minor units, at least 1.
func scale(price, to, from pos.Amount) pos.Amount {
	if from <= 0 {
		return max(to, 1)
	}
	n := new(big.Int).Mul(big.NewInt(int64(price)), big.NewInt(int64(to)))
	n.Quo(n, big.NewInt(int64(from)))
	if !n.IsInt64() {
		return max(to, 1)
	}
	return max(pos.Amount(n.Int64()), 1)
}

// addMissing makes up the sales that the weather names and the day has not:
// one piece of the best seller each, spread over the rest of the dark, or of
// the day.
func (m *maker) addMissing() {
	if m.o.Weather == nil {
		return
	}
	all, storm := 0, 0
	for _, f := range m.file.Weather {
		if f.Of == nil {
			continue
		}
		if f.Of.Sale.Storm {
			storm = max(storm, f.Of.Sale.N)
		} else {
			all = max(all, f.Of.Sale.N)
		}
	}
	if from, to, ok := m.dark(); ok && storm > 0 {
		n, last := m.count(from, to)
		m.add(storm-n, max(last, from), to, "in the dark")
	}
	n, last := m.count(0, 24*time.Hour)
	m.add(all-n, last, min(last+time.Hour, 24*time.Hour), "of the day")
}

// dark is the time of day in which the network is cut.
func (m *maker) dark() (from, to time.Duration, ok bool) {
	w := m.o.Weather
	from, to, ok = w.Dark()
	if !ok {
		return 0, 0, false
	}
	clock := w.Shop.Opens
	start := time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
	return start + from, min(start+to, 24*time.Hour), true
}

// count counts the sales in a stretch and finds the time of the last.
func (m *maker) count(from, to time.Duration) (n int, last time.Duration) {
	for _, b := range m.day.baskets {
		if len(b.lines) > 0 && b.at >= from && b.at < to {
			n++
			last = b.at
		}
	}
	return n, last
}

func (m *maker) add(n int, from, to time.Duration, where string) {
	if n <= 0 {
		return
	}
	best := m.shelf.best()
	step := (to - from) / time.Duration(n+1)
	for i := range n {
		at := from + time.Duration(i+1)*step
		b := &basket{
			id: fmt.Sprintf("added-%d", i+1), at: at.Truncate(time.Second), order: 1 << 30, invented: true,
			lines: []line{{item: best.sku, qty: 1}},
		}
		m.shelf.byText[strings.ToLower(best.sku)] = best
		m.day.baskets = append(m.day.baskets, b)
	}
	m.day.sort()
	m.note("the weather names sales that the day has not: %d made up %s", n, where)
}
