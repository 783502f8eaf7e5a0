package audit

import (
	"fmt"
)

// cash holds the drawer against the books. What a mishap did to the drawer
// becomes its evidence; what is left is a finding.
func (a *auditor) cash() {
	if a.Cash == nil || a.Sales == nil || !a.Sales.HasTender {
		return
	}
	float := int64(0)
	if a.Float != nil {
		float = *a.Float
	}
	expected := float + a.report.Figures.Cash
	left := *a.Cash - expected
	line := Evidence{File: "drawer", Text: fmt.Sprintf("%s counted; %s float and %s cash sales make %s: %s", a.money(*a.Cash), a.money(float), a.money(a.report.Figures.Cash), a.money(expected), a.overShort(left))}
	if left == 0 {
		return
	}
	var shelf []*mishap
	for _, m := range a.explainCash(left) {
		m.Evidence = append(m.Evidence, line)
		left -= a.drawerOf(m)
		switch m.Kind {
		case ChargedWithoutSale:
			a.wrongTender(m)
		case SaleWithoutCharge:
			m.Kind, m.Likelihood = WrongTender, max(m.Likelihood, 0.97)
			m.Text = fmt.Sprintf("Sale %s is booked as paid by card; no card was charged and the drawer has %s too much: it was paid in cash.", a.Sales.List[m.sale].Number, a.money(a.Sales.List[m.sale].Card))
			m.Do = "Nothing is lost. Correct how the sale was paid."
		case StockDifference:
			shelf = append(shelf, m)
		}
	}
	if len(shelf) > 0 {
		a.unrecorded(a.oneSale(shelf))
	}
	if left == 0 || a.lostCash(left, line) {
		return
	}
	a.add(&mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: CashDifference, Amount: left, Likelihood: 1, Invariant: "M7",
		Text:     fmt.Sprintf("The drawer is %s against float and cash sales.", a.overShort(left)),
		Do:       "Look for money paid in or out, wrong change, or a sale that was booked with another way to pay.",
		Evidence: []Evidence{line},
	}})
}

// lostCash folds a drawer that is over into the only missing number, with what
// is missing on the shelf: one cash sale that was lost, whatever it sold.
func (a *auditor) lostCash(left int64, line Evidence) bool {
	var hole *mishap
	var shelf []*mishap
	worth, priced := int64(0), true
	for _, m := range a.mishaps {
		switch {
		case m.gone:
		case m.Kind == NumberGap && hole == nil:
			hole = m
		case m.Kind == NumberGap:
			return false
		case m.Kind == StockDifference && len(m.Evidence) > 0 && m.missing:
			shelf = append(shelf, m)
			worth += m.Amount
			priced = priced && m.Amount > 0
		}
	}
	if hole == nil || left <= 0 || worth > left || priced && worth != left && len(shelf) > 0 {
		return false
	}
	hole.Kind, hole.Amount, hole.Likelihood = UnrecordedSale, left, 0.9
	hole.Text += fmt.Sprintf(" The drawer has %s too much: a cash sale was lost.", a.money(left))
	hole.Do = "Book it: the tax is owed on it."
	hole.Evidence = append(hole.Evidence, line)
	for _, m := range shelf {
		hole.Evidence = append(hole.Evidence, m.Evidence...)
		m.gone = true
	}
	return true
}

func (a *auditor) overShort(n int64) string {
	if n < 0 {
		return a.money(-n) + " short"
	}
	return a.money(n) + " over"
}

// drawerOf is what a mishap would have done to the drawer.
func (a *auditor) drawerOf(m *mishap) int64 {
	switch m.Kind {
	case ChargedWithoutSale:
		if m.gap || m.shelf || a.cashSaleOf(m) < 0 {
			return 0
		}
		return -m.Amount // the sale stands in the books as paid in cash
	case SaleWithoutCharge:
		return a.Sales.List[m.sale].Card
	case WrongTender:
		return a.Sales.List[m.sale].Card
	case StockDifference, UnrecordedSale:
		return m.Amount
	}
	return m.drawer
}

// explainCash finds mishaps that together account for a difference: all that
// surely touched the drawer, then one, two or three of the others.
func (a *auditor) explainCash(left int64) []*mishap {
	if len(a.mishaps) > tooMany {
		return nil
	}
	var may []*mishap
	for _, m := range a.mishaps {
		if d := a.drawerOf(m); d != 0 && !m.gone {
			may = append(may, m)
		}
	}
	const fewEnough = 60
	if len(may) > fewEnough {
		may = may[:fewEnough]
	}
	var pick func(from int, left int64, n int) []*mishap
	pick = func(from int, left int64, n int) []*mishap {
		if left == 0 {
			return []*mishap{}
		}
		if n == 0 {
			return nil
		}
		for i := from; i < len(may); i++ {
			if rest := pick(i+1, left-a.drawerOf(may[i]), n-1); rest != nil {
				return append([]*mishap{may[i]}, rest...)
			}
		}
		return nil
	}
	for n := 1; n <= 4; n++ {
		if found := pick(0, left, n); found != nil {
			return found
		}
	}
	return nil
}

// cashSaleOf finds the cash sale that a charge without a sale may have paid.
func (a *auditor) cashSaleOf(m *mishap) int {
	best, gap := -1, int64(window)
	for i := range a.Sales.List {
		s := &a.Sales.List[i]
		if s.Cash != m.Amount || s.At == 0 || m.at == 0 {
			continue
		}
		d := a.clockOf(i) - m.at
		if d < 0 {
			d = -d
		}
		if d < gap {
			best, gap = i, d
		}
	}
	return best
}

func (a *auditor) wrongTender(m *mishap) {
	s := a.cashSaleOf(m)
	if s < 0 {
		return
	}
	m.Kind, m.sale, m.Likelihood = WrongTender, s, 0.97
	m.Text = fmt.Sprintf("Sale %s is booked as cash, a card was charged %s at that time and the drawer is short of it: it was paid by card.", a.Sales.List[s].Number, a.money(m.Amount))
	m.Do = "Nothing is lost. Correct how the sale was paid."
	m.Evidence = append(m.Evidence, a.saleLine(s))
}

// oneSale puts articles that are missing together: what one cash sale took.
func (a *auditor) oneSale(list []*mishap) *mishap {
	m := list[0]
	for _, o := range list[1:] {
		m.Amount += o.Amount
		m.Evidence = append(m.Evidence, o.Evidence...)
		o.gone = true
	}
	m.Likelihood = 0.9
	return m
}

// unrecorded is a sale that left goods missing and money in the drawer. What
// else it left, a missing number, becomes its evidence.
func (a *auditor) unrecorded(m *mishap) {
	m.Kind = UnrecordedSale
	m.Do = "Book it: the tax is owed on it."
	m.Text = fmt.Sprintf("Goods worth %s are missing and the drawer has just that too much: a cash sale was never booked.", a.money(m.Amount))
	for _, g := range a.mishaps {
		if g.Kind == NumberGap && !g.gone {
			g.gone = true
			m.at, m.Till = g.at, g.Till
			m.Evidence = append(g.Evidence, m.Evidence...)
			m.Text = fmt.Sprintf("%s Goods worth %s are missing and the drawer has just that too much: a cash sale was lost.", g.Text, a.money(m.Amount))
			return
		}
	}
}
