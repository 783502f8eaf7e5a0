package audit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"stormrig/scenarios/audit/books"
)

// chain is a run of numbers that should have no gap.
type chain struct {
	till   int32 // -1: numbers are shared by all tills
	series int32
	day    string // empty: numbers do not begin anew each day
}

// gap is a stretch of missing numbers.
type gap struct {
	first, last   int64
	before, after int // indexes of the sales around it
	taken         int64
}

func (g gap) width() int64 { return g.last - g.first + 1 }

// numbers looks for gaps in the numbers of sales and for numbers that came
// twice.
func (a *auditor) numbers() {
	if a.Sales == nil || !a.Sales.HasNumbers {
		return
	}
	chains, order, ok := a.chains()
	if !ok {
		a.report.Unknown = append(a.report.Unknown, "whether numbers are missing: the numbers of this export are not counted up one by one")
		return
	}
	var gaps []gap
	for _, c := range order {
		list := chains[c]
		slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(a.Sales.List[i].Seq, a.Sales.List[j].Seq) })
		for n := 1; n < len(list); n++ {
			p, q := &a.Sales.List[list[n-1]], &a.Sales.List[list[n]]
			switch {
			case q.Seq == p.Seq:
				a.reused(list[n-1], list[n])
			case q.Seq > p.Seq+1:
				gaps = append(gaps, gap{first: p.Seq + 1, last: q.Seq - 1, before: list[n-1], after: list[n]})
			}
		}
	}
	a.gaps(gaps)
	a.carts()
}

// chains finds out how the shop counts: all tills together or each for itself,
// on and on or anew each day. It is the way that leaves the fewest gaps and
// repeats.
func (a *auditor) chains() (map[chain][]int, []chain, bool) {
	type way struct{ till, day bool }
	var best map[chain][]int
	var order []chain
	least := int64(-1)
	for _, w := range []way{{false, false}, {true, false}, {false, true}, {true, true}} {
		chains := make(map[chain][]int)
		var keys []chain
		for i := range a.Sales.List {
			s := &a.Sales.List[i]
			if s.Seq < 0 {
				continue
			}
			c := chain{till: -1, series: s.Series}
			if w.till {
				c.till = s.Till
			}
			if w.day && s.At != 0 {
				c.day = a.day(s.At)
			}
			if chains[c] == nil {
				keys = append(keys, c)
			}
			chains[c] = append(chains[c], i)
		}
		bad := a.untidy(chains, keys)
		if w.day && bad*2 >= least {
			continue // a gap over night is a gap, unless numbers really begin anew
		}
		if least < 0 || bad < least {
			best, order, least = chains, keys, bad
		}
	}
	return best, order, least >= 0 && least*2 < int64(len(a.Sales.List))+10
}

// untidy counts missing and repeated numbers. A jump counts as no more than
// a few: a new roll of numbers is one event.
func (a *auditor) untidy(chains map[chain][]int, keys []chain) int64 {
	bad := int64(0)
	for _, c := range keys {
		seqs := make([]int64, len(chains[c]))
		for n, i := range chains[c] {
			seqs[n] = a.Sales.List[i].Seq
		}
		slices.Sort(seqs)
		for n := 1; n < len(seqs); n++ {
			if d := seqs[n] - seqs[n-1]; d == 0 {
				bad++
			} else {
				bad += min(d-1, 10)
			}
		}
	}
	return bad
}

// reused is a number that came twice: the same sale again, or two sales.
func (a *auditor) reused(i, j int) {
	p, q := &a.Sales.List[i], &a.Sales.List[j]
	if p.Total == q.Total && slices.Equal(p.Lines, q.Lines) && p.State == q.State && a.cardTwin(i, j) {
		if m := a.mishapOf(i, j); m != nil { // the missing charge or the other charge told of it already
			m.gone = true
		}
		charge := -1
		if c, ok := a.chargeOf[i]; ok {
			charge = c.Charge
		} else if c, ok := a.chargeOf[j]; ok {
			charge = c.Charge
		}
		if !slices.ContainsFunc(a.mishaps, func(m *mishap) bool { return m.Kind == SoldTwice && !m.gone && (m.sale == i || m.sale == j) }) {
			a.soldTwice(i, j, charge, "J3")
		}
		return
	}
	m := a.add(&mishap{at: a.clockOf(j), sale: j, charge: -1, Finding: Finding{
		Kind: NumberReused, Likelihood: 1, Invariant: "J3", Till: a.Sales.Tills[q.Till], Amount: q.Total,
		Text:     fmt.Sprintf("Number %s was used for two different sales, over %s and %s.", q.Number, a.money(p.Total), a.money(q.Total)),
		Do:       "Servers that know sales by their number drop the second one. Look whether both reached your books.",
		Evidence: []Evidence{a.saleLine(i), a.saleLine(j)},
	}})
	if twin := a.mishapOf(i, j); twin != nil && twin != m && twin.Kind == SaleWithoutCharge {
		twin.gone = true
		m.Evidence = append(m.Evidence, twin.Evidence[0])
	}
}

// cardTwin tells whether two entries under one number are one sale: not, if
// each has a charge of its own.
func (a *auditor) cardTwin(i, j int) bool {
	_, first := a.chargeOf[i]
	_, second := a.chargeOf[j]
	return !first || !second
}

func (a *auditor) mishapOf(sales ...int) *mishap {
	for _, m := range a.mishaps[:min(len(a.mishaps), tooMany)] {
		if !m.gone && m.sale >= 0 && slices.Contains(sales, m.sale) && m.Kind == SaleWithoutCharge {
			return m
		}
	}
	return nil
}

// gaps gives missing numbers to charges without a sale, tells of those that
// stand out, and lays down the rest as a habit of the shop.
func (a *auditor) gaps(list []gap) {
	for _, outside := range []int64{0, slack} { // those that lie inside choose first
		for _, m := range a.mishaps[:min(len(a.mishaps), tooMany)] {
			if m.Kind == ChargedWithoutSale && m.at != 0 && m.Amount > 0 && !m.gap {
				a.claim(m, list, func(g *gap) bool {
					from, to := a.clockOf(g.before), a.clockOf(g.after)
					return from != 0 && to != 0 && m.at >= from-outside && m.at <= to+outside
				})
			}
		}
	}
	for _, m := range a.mishaps[:min(len(a.mishaps), tooMany)] { // a payment that was stored in the dark came after it
		if m.Kind == ChargedWithoutSale && m.at != 0 && m.Amount > 0 && !m.gap {
			a.claim(m, list, func(g *gap) bool { return a.storedIn(g, m.at) })
		}
	}
	habit := a.habit(list)
	var usual []Evidence
	n := 0
	for i := range list {
		g := &list[i]
		if g.taken >= g.width() {
			continue
		}
		if habit[g.width()] && g.taken == 0 && !a.gapInDark(*g) {
			n++
			usual = append(usual, Evidence{a.Sales.Name, a.Sales.List[g.after].Line, fmt.Sprintf("%s is missing before this line", a.numbersOf(*g))})
			continue
		}
		a.add(a.gapFound(*g))
	}
	if n > 0 {
		a.baseline("number-gaps", n, fmt.Sprintf("%d numbers are missing one by one, on many days: this till skips numbers in ordinary trade, so a lost cash sale could hide among them", n), usual...)
	}
}

func (a *auditor) gapFound(g gap) *mishap {
	s := &a.Sales.List[g.after]
	m := &mishap{at: a.clockOf(g.after), sale: -1, charge: -1, gap: true, Finding: Finding{
		Kind: NumberGap, Likelihood: 1, Invariant: "J3", Till: a.Sales.Tills[s.Till],
		Text:     fmt.Sprintf("%s is missing between %s and %s.", upper(a.numbersOf(g)), a.clock(a.Sales.List[g.before].At), a.clock(s.At)),
		Do:       "Look for the paper copy. A cancelled cart may use a number; a sale that was lost leaves the same hole.",
		Evidence: []Evidence{a.saleLine(g.before), a.saleLine(g.after)},
	}}
	if g.width()-g.taken > 1 {
		m.Text = fmt.Sprintf("%s are missing between %s and %s.", upper(a.numbersOf(g)), a.clock(a.Sales.List[g.before].At), a.clock(s.At))
	}
	return m
}

func (a *auditor) numbersOf(g gap) string {
	prefix := a.Sales.Series[a.Sales.List[g.after].Series]
	switch left := g.width() - g.taken; {
	case g.width() == 1:
		return fmt.Sprintf("number %s%d", prefix, g.first)
	case g.taken > 0 && left == 1:
		return fmt.Sprintf("one of the numbers %s%d to %s%d", prefix, g.first, prefix, g.last)
	case g.taken > 0:
		return fmt.Sprintf("%d of the numbers %s%d to %s%d", left, prefix, g.first, prefix, g.last)
	}
	return fmt.Sprintf("numbers %s%d to %s%d (%d)", prefix, g.first, prefix, g.last, g.width())
}

// slack is how far a charge may lie outside of the sales around a gap.
const slack = int64(3 * time.Minute)

// claim gives a charge without a sale a missing number of its time.
func (a *auditor) claim(m *mishap, list []gap, fits func(*gap) bool) {
	for i := range list {
		g := &list[i]
		if g.taken >= g.width() || !fits(g) {
			continue
		}
		g.taken++
		m.gap = true
		m.Likelihood = min(1, m.Likelihood+0.02)
		m.Till = a.Sales.Tills[a.Sales.List[g.after].Till]
		m.Text = fmt.Sprintf("A card was charged %s, and the sale is missing: %s was never booked.", a.money(m.Amount), a.numbersOf(gap{first: g.first, last: g.last, before: g.before, after: g.after}))
		m.Evidence = append(m.Evidence, a.saleLine(g.before), a.saleLine(g.after))
		return
	}
}

// storedIn tells whether a gap lies in an outage after which a charge came.
func (a *auditor) storedIn(g *gap, at int64) bool {
	from, to := a.clockOf(g.before), a.clockOf(g.after)
	for _, o := range a.Outages {
		if to >= o.From.UnixNano() && from <= o.To.UnixNano() && at >= o.From.UnixNano() && at <= o.To.UnixNano()+int64(late) {
			return true
		}
	}
	return false
}

func (a *auditor) gapInDark(g gap) bool {
	from, to := a.Sales.List[g.before].At, a.Sales.List[g.after].At
	for _, o := range a.Outages {
		if from <= o.To.Add(5*time.Minute).UnixNano() && to >= o.From.Add(-5*time.Minute).UnixNano() {
			return true
		}
	}
	return false
}

// habit finds the widths of gap that a shop has in ordinary trade: those that
// came on three days at least, outside of outages.
func (a *auditor) habit(list []gap) map[int64]bool {
	days := make(map[int64]map[string]bool)
	for _, g := range list {
		if g.taken > 0 || a.gapInDark(g) {
			continue
		}
		if days[g.width()] == nil {
			days[g.width()] = make(map[string]bool)
		}
		days[g.width()][a.day(a.Sales.List[g.after].At)] = true
	}
	out := make(map[int64]bool)
	for w, d := range days {
		out[w] = len(d) >= 3
	}
	return out
}

// carts lays down what a till notes without selling.
func (a *auditor) carts() {
	var none, corrected []Evidence
	for i := range a.Sales.List {
		s := &a.Sales.List[i]
		switch {
		case s.State != books.Cancelled:
		case s.Corrected > 0 && s.Voided == 0:
			corrected = append(corrected, a.saleLine(i))
		default:
			none = append(none, a.saleLine(i))
		}
	}
	if len(none) > 0 {
		a.baseline("cancelled-carts", len(none), fmt.Sprintf("%d carts were cancelled: every line of them was taken out again", len(none)), none...)
	}
	if len(corrected) > 0 {
		a.baseline("corrections", len(corrected), fmt.Sprintf("%d transactions are nothing but a correction", len(corrected)), corrected...)
	}
}
