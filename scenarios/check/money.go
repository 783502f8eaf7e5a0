package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

var m1 = Checker{
	ID: "M1", Level: 1, Check: checkM1,
	Title:   "lines = tenders - change in integer minor units, on the paper too",
	Premise: "finished sale",
}

// checkM1 adds up each sale and holds it against what the shopper handed over
// and what the paper says.
func checkM1(v *View) Result {
	var r Result
	for _, u := range v.units {
		for _, s := range u.sales {
			r.Checked++
			if text := s.adds(); text != "" {
				r.fail(Finding{Number: s.Number, Entry: s.record.key,
					Text: fmt.Sprintf("sale %d of %s: %s", s.Number, u.name, text)}, s.record.commit, s.record.own)
			}
		}
		u.checkDone(&r)
		for _, p := range u.pieces {
			if p.sale == nil {
				continue
			}
			if total, ok := p.total(); ok && total != p.sale.Total {
				r.fail(Finding{Number: p.paper.Number, Text: fmt.Sprintf(
					"the paper of sale %d of %s: expected the total %s, which the journal has, found %s", p.paper.Number, u.name, u.money(p.sale.Total), u.money(total))}, p.paper)
			}
		}
	}
	return r
}

// adds says what does not add up in a sale; empty when all does.
func (s *sale) adds() string {
	var lines, tenders, cash int64
	for i := range s.Lines {
		lines += s.Lines[i].Qty * s.Lines[i].Price
	}
	for i := range s.Tenders {
		tenders += s.Tenders[i].Amount
		if s.Tenders[i].Kind == "cash" {
			cash += s.Tenders[i].Amount
		}
	}
	var handed *event
	if s.basket != nil {
		handed = last(s.basket.tendered, s.record.at)
	}
	switch {
	case lines != s.Total:
		return fmt.Sprintf("expected the total %s, the sum of its lines, found %s", s.unit.money(lines), s.unit.money(s.Total))
	case tenders-s.Change != s.Total:
		return fmt.Sprintf("expected that %s tendered less %s change is the total %s, found %s", s.unit.money(tenders), s.unit.money(s.Change), s.unit.money(s.Total), s.unit.money(tenders-s.Change))
	case handed != nil && handed.State == "cash" && handed.Amount != cash:
		return fmt.Sprintf("expected %s in cash, which the shopper handed over, found %s", s.unit.money(handed.Amount), s.unit.money(cash))
	}
	return ""
}

var m3 = Checker{
	ID: "M3", Level: 1, Check: checkM3,
	Title:   "Price, tax rate and variant label are snapshots in the sale; sync never recomputes them",
	Premise: "line of a finished sale",
}

func checkM3(v *View) Result {
	var r Result
	c := v.newCatalogue()
	for _, u := range v.units {
		for _, s := range u.sales {
			f := Finding{Number: s.Number, Entry: s.record.key}
			for i := range s.Lines {
				r.Checked++
				if text := c.wrong(u, s, &s.Lines[i]); text != "" {
					f.Text = fmt.Sprintf("sale %d of %s: %s", s.Number, u.name, text)
					r.fail(f, s.record.commit, s.record.own)
				}
			}
			if text := s.taxOrLines(v.Header.TaxRounding); text != "" {
				f.Text = fmt.Sprintf("sale %d of %s: %s", s.Number, u.name, text)
				r.fail(f, s.record.commit, s.record.own)
			}
			if screen, text := s.shownDifferent(); text != "" {
				f.Text = fmt.Sprintf("sale %d of %s: %s", s.Number, u.name, text)
				r.fail(f, screen, s.record.own)
			}
		}
	}
	return r
}

func (s *sale) taxOrLines(rounding string) string {
	if text := s.taxDiffers(rounding); text != "" {
		return text
	}
	return s.linesRepeat()
}

// linesRepeat finds two lines under one number: taking one of them out of the
// cart would take out the other.
func (s *sale) linesRepeat() string {
	seen := make(map[int64]bool, len(s.Lines))
	for i := range s.Lines {
		n := s.Lines[i].N
		if n != 0 && seen[n] {
			return fmt.Sprintf("two of its lines are line %d", n)
		}
		seen[n] = true
	}
	return ""
}

// halfUpByRate is the rounding that a history may name: half up on the sum of
// all lines of a rate.
const halfUpByRate = "half up by rate"

// taxIn returns the tax that a gross sum contains, in whole minor units.
func taxIn(gross, rateBP int64) int64 {
	whole := 10000 + rateBP
	n := 2*gross*rateBP + whole
	tax := n / (2 * whole)
	if n < 0 && n%(2*whole) != 0 {
		tax-- // division cuts off towards zero, and down is meant
	}
	return tax
}

// taxDiffers holds the tax of each rate against the lines at that rate: net
// and tax together are what was paid, and where the history says how this POS
// rounds, the tax is what follows.
func (s *sale) taxDiffers(rounding string) string {
	gross := make(map[int64]int64, 2)
	for i := range s.Lines {
		gross[s.Lines[i].TaxBP] += s.Lines[i].Qty * s.Lines[i].Price
	}
	for _, t := range s.Tax {
		if gross[t.RateBP] != t.Net+t.Tax {
			return fmt.Sprintf("net and tax of the goods taxed at %s: expected %s together, the sum of their lines, found %s", Percent(t.RateBP), s.unit.money(gross[t.RateBP]), s.unit.money(t.Net+t.Tax))
		}
		if want := taxIn(gross[t.RateBP], t.RateBP); rounding == halfUpByRate && t.Tax != want {
			return fmt.Sprintf("tax of %s in %s: expected %s, found %s%s",
				Percent(t.RateBP), s.unit.money(gross[t.RateBP]), s.unit.money(want), s.unit.money(t.Tax), s.otherRounding(t))
		}
		delete(gross, t.RateBP)
	}
	for _, l := range s.Lines {
		if left := gross[l.TaxBP]; left != 0 {
			return fmt.Sprintf("tax of %s: expected %s in %s, found no tax of that rate", Percent(l.TaxBP), s.unit.money(taxIn(left, l.TaxBP)), s.unit.money(left))
		}
	}
	return ""
}

// otherRounding says which other way of rounding gives the tax that was found:
// that is where to look.
func (s *sale) otherRounding(t taxFact) string {
	var lines, pieces, gross int64
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.TaxBP != t.RateBP {
			continue
		}
		gross += l.Qty * l.Price
		lines += taxIn(l.Qty*l.Price, l.TaxBP)
		pieces += l.Qty * taxIn(l.Price, l.TaxBP)
	}
	switch t.Tax {
	case lines:
		return ": what comes of rounding each line by itself, not their sum"
	case pieces:
		return ": what comes of rounding each piece by itself, not their sum"
	case gross * t.RateBP / (10000 + t.RateBP):
		return ": what comes of rounding down, not half up"
	case (2*gross*t.RateBP + 10000) / 20000:
		return ": what comes of adding the tax to the prices, which contain it"
	}
	return ""
}

// shownDifferent compares the sale with the cart as the display last showed
// it before the sale was durable: what the customer saw is what she pays.
func (s *sale) shownDifferent() (*event, string) {
	if s.basket == nil || s.record.at == 0 {
		return nil, ""
	}
	screens := s.unit.kind[history.KindScreen]
	e := last(screens, s.record.at)
	for e != nil && e.Text != "SALE" && e.N > s.basket.event.N {
		e = last(screens, e.N)
	}
	if e == nil || e.Text != "SALE" || e.N < s.basket.event.N {
		return nil, ""
	}
	for i := 0; i+1 < len(e.Lines); i++ {
		_, label, ok := strings.Cut(e.Lines[i], " ")
		price, isLine := priceOf(e.Lines[i+1])
		if ok && isLine && !s.has(label, price) {
			return e, fmt.Sprintf("expected a line %q at %s, as the display had shown it, found %s", label, s.unit.money(price), s.lineWords(label))
		}
	}
	return e, ""
}

// lineWords says what a sale has in the place of what was looked for.
func (s *sale) lineWords(label string) string {
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Label == label {
			return "it at " + s.unit.money(l.Price)
		}
	}
	return "none"
}

func (s *sale) has(label string, price int64) bool {
	for i := range s.Lines {
		if s.Lines[i].Label == label && s.Lines[i].Price == price {
			return true
		}
	}
	return false
}

// priceOf reads "  1 x 1290.00 = 1290.00".
func priceOf(line string) (int64, bool) {
	words := strings.Fields(line)
	if len(words) != 5 || words[1] != "x" || words[3] != "=" {
		return 0, false
	}
	return minor(words[2])
}
