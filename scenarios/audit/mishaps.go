package audit

import (
	"fmt"
	"slices"
	"time"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/match"
)

// near is how soon a second charge of one card over one amount is taken for
// the same purchase.
const near = int64(10 * time.Minute)

// doubles finds charges and sales that look like a second one of a pair.
func (a *auditor) doubles() {
	byAmount := make(map[int64][]int) // charges that have a sale
	for _, i := range a.charges {
		if _, ok := a.saleOf[i]; ok {
			byAmount[a.Settlement.List[i].Amount] = append(byAmount[a.Settlement.List[i].Amount], i)
		}
	}
	for _, i := range a.charges {
		if _, ok := a.saleOf[i]; ok || a.ends.charges[i] || a.undone[i] {
			continue
		}
		if j := a.twinCharge(i, byAmount[a.Settlement.List[i].Amount]); j >= 0 {
			a.refs.give(a.refs.charge[j], -1, i)
		}
	}
	sales := make(map[int64][]int)
	for _, i := range a.cards {
		if _, ok := a.chargeOf[i]; ok {
			sales[a.Sales.List[i].Card] = append(sales[a.Sales.List[i].Card], i)
		}
	}
	for _, i := range a.cards {
		if _, ok := a.chargeOf[i]; ok || a.ends.sales[i] {
			continue
		}
		if j := a.twinSale(i, sales[a.Sales.List[i].Card]); j >= 0 {
			a.refs.give(a.refs.sale[j], i, -1)
		}
	}
}

// twinCharge finds the charge that i repeats: the same reference, or the same
// card over the same amount soon before or after.
func (a *auditor) twinCharge(i int, list []int) int {
	c := &a.Settlement.List[i]
	best, gap := -1, near+1
	for _, j := range list {
		o := &a.Settlement.List[j]
		if c.Ref != "" && c.Ref == o.Ref || c.Order != "" && c.Order == o.Order {
			return j
		}
		d := c.At - o.At
		if d < 0 {
			d = -d
		}
		if c.At == 0 || o.At == 0 || d >= gap || c.Last4 != o.Last4 || c.Last4 == "" && d > int64(2*time.Minute) {
			continue
		}
		if c.Ref != "" && o.Ref != "" && a.report.Figures.Certain > 0 {
			continue // both sides use these references, and they differ
		}
		if c.Last4 == "" && a.saleOf[j].Gap > int64(window) {
			continue // stored payments arrive together: that says nothing
		}
		best, gap = j, d
	}
	return best
}

// twinSale finds the sale that i repeats: the same payment reference, or the
// same articles for the same card at the same till soon before or after.
func (a *auditor) twinSale(i int, list []int) int {
	s := &a.Sales.List[i]
	for _, j := range list {
		o := &a.Sales.List[j]
		if s.Ref != "" && s.Ref == o.Ref {
			return j
		}
		d := s.At - o.At
		if s.At == 0 || o.At == 0 || d > near || -d > near || s.Till != o.Till || s.Last4 != o.Last4 || !slices.Equal(s.Lines, o.Lines) {
			continue
		}
		if s.Last4 == "" && (len(s.Lines) == 0 || d > int64(3*time.Minute) || -d > int64(3*time.Minute)) {
			continue
		}
		return j
	}
	return -1
}

func (a *auditor) chargedWithoutSale(c int, id string) {
	x := &a.Settlement.List[c]
	m := &mishap{at: x.At, sale: -1, charge: c, Finding: Finding{
		Kind: ChargedWithoutSale, Amount: x.Amount, Likelihood: a.alone(x.Last4), Invariant: id,
		Text:     fmt.Sprintf("A card was charged %s and there is no sale for it.", a.money(x.Amount)),
		Do:       "Look for the receipt of that minute. If goods left the shop, book the sale; if not, give the money back.",
		Evidence: []Evidence{a.chargeLine(c)},
	}}
	if x.Amount < 0 {
		m.Text = fmt.Sprintf("A card was given back %s and there is no return for it.", a.money(-x.Amount))
		m.Do = "Ask who gave the money back, and book the return."
	}
	a.add(m)
}

// alone is the likelihood that something without a partner really has none.
func (a *auditor) alone(last4 string) float64 {
	switch {
	case a.Sales.HasRef && a.Settlement.HasRef && a.report.Figures.Certain*2 > a.report.Figures.Matched:
		return 1
	case last4 != "" && a.Sales.HasLast4:
		return 0.98
	}
	return 0.9
}

func (a *auditor) saleWithoutCharge(s int, id string) {
	x := &a.Sales.List[s]
	m := &mishap{at: a.clockOf(s), sale: s, charge: -1, Finding: Finding{
		Kind: SaleWithoutCharge, Amount: x.Card, Likelihood: a.alone(x.Last4), Invariant: id, Till: a.Sales.Tills[x.Till],
		Text:     fmt.Sprintf("Sale %s says that a card paid %s, and the acquirer charged nothing for it.", x.Number, a.money(x.Card)),
		Do:       "Ask the acquirer for a charge of that minute. If there is none, the payment was never taken.",
		Evidence: []Evidence{a.saleLine(s)},
	}}
	if d := a.decline(s); d >= 0 {
		m.Kind, m.charge = DeclinedLate, d
		m.Text = fmt.Sprintf("Sale %s was paid by card, and the acquirer declined the %s afterwards: the money is missing.", x.Number, a.money(x.Card))
		m.Do = "The customer owes it. Look for who it was; some acquirers let you try the card again."
		m.Evidence = append(m.Evidence, a.chargeLine(d))
		m.Likelihood = min(m.Likelihood, 0.97)
		if a.Settlement.List[d].Ref == x.Ref && x.Ref != "" {
			m.Likelihood = 1
		}
	}
	a.add(m)
}

// decline finds the line of the settlement that declines a sale's payment.
func (a *auditor) decline(s int) int {
	if a.declines == nil {
		a.declines = []int{}
		for i := range a.Settlement.List {
			if a.Settlement.List[i].State == books.Declined {
				a.declines = append(a.declines, i)
			}
		}
		a.owed = make(map[int]bool)
	}
	x, at := &a.Sales.List[s], a.clockOf(s)
	for _, i := range a.declines {
		c := &a.Settlement.List[i]
		if a.owed[i] {
			continue
		}
		named := x.Ref != "" && c.Ref == x.Ref || c.Order != "" && c.Order == x.Number
		d := c.At - at
		if named || c.Amount == x.Card && c.At != 0 && d > -int64(window) && d < int64(late) &&
			(x.Last4 == c.Last4 || x.Last4 == "" || c.Last4 == "") && (x.Ref == "" || c.Ref == "") {
			a.owed[i] = true
			return i
		}
	}
	return -1
}

func (a *auditor) chargedTwice(s, first, second int, id string) {
	x := &a.Settlement.List[second]
	p := 0.97
	switch o := &a.Settlement.List[first]; {
	case x.Ref != "" && x.Ref == o.Ref, x.Order != "" && x.Order == o.Order:
		p = 1
	case x.Last4 == "":
		p = 0.75
	}
	a.add(&mishap{at: x.At, sale: s, charge: second, Finding: Finding{
		Kind: ChargedTwice, Amount: x.Amount, Likelihood: p, Invariant: id, Till: a.Sales.Tills[a.Sales.List[s].Till],
		Text:     fmt.Sprintf("Sale %s was charged twice: %s too much.", a.Sales.List[s].Number, a.money(x.Amount)),
		Do:       "Give the second charge back before the customer asks for it.",
		Evidence: []Evidence{a.saleLine(s), a.chargeLine(first), a.chargeLine(second)},
	}})
}

func (a *auditor) soldTwice(first, second, charge int, id string) *mishap {
	x := &a.Sales.List[second]
	m := &mishap{at: a.clockOf(second), sale: second, charge: charge, Finding: Finding{
		Kind: SoldTwice, Amount: x.Total, Likelihood: 0.95, Invariant: id, Till: a.Sales.Tills[x.Till],
		Text:     fmt.Sprintf("Sale %s stands in the books twice, over %s.", x.Number, a.money(x.Total)),
		Do:       "Cancel the second one: takings, tax and stock are wrong by it.",
		Evidence: []Evidence{a.saleLine(first), a.saleLine(second)},
	}}
	if y := &a.Sales.List[first]; y.Number != x.Number {
		m.Text = fmt.Sprintf("Sale %s looks like sale %s again: the same card, amount and articles, and only one charge.", x.Number, y.Number)
	} else {
		m.Likelihood = 1
	}
	if charge >= 0 {
		m.Evidence = append(m.Evidence, a.chargeLine(charge))
	}
	if x.Cash != 0 {
		m.drawer = -x.Cash
	}
	return a.add(m)
}

func (a *auditor) amountDiffers(p match.Pair, id string) {
	s, c := &a.Sales.List[p.Sale], &a.Settlement.List[p.Charge]
	if half := len(s.Lines) / 2; 2*c.Amount == s.Card && half > 0 && slices.Equal(s.Lines[:half], s.Lines[half:]) {
		a.add(&mishap{at: c.At, sale: p.Sale, charge: p.Charge, Finding: Finding{
			Kind: SoldTwice, Amount: c.Amount, Likelihood: 0.9, Invariant: id, Till: a.Sales.Tills[s.Till],
			Text:     fmt.Sprintf("Every article of sale %s stands in the books twice; its card was charged once, %s.", s.Number, a.money(c.Amount)),
			Do:       "Cancel the second half: takings, tax and stock are wrong by it.",
			Evidence: []Evidence{a.saleLine(p.Sale), a.chargeLine(p.Charge)},
		}})
		return
	}
	a.add(&mishap{at: c.At, sale: p.Sale, charge: p.Charge, Finding: Finding{
		Kind: AmountDiffers, Amount: c.Amount - s.Card, Likelihood: sure(p.How, p.Rivals), Invariant: id, Till: a.Sales.Tills[s.Till],
		Text:     fmt.Sprintf("Sale %s is %s, its card was charged %s.", s.Number, a.money(s.Card), a.money(c.Amount)),
		Do:       "A tip would be one reason. Otherwise one of the two is wrong: compare with the receipt.",
		Evidence: []Evidence{a.saleLine(p.Sale), a.chargeLine(p.Charge)},
	}})
}

// late tells of payments that came long after their sale. In an outage that is
// what stored payments do; without one somebody should know.
func (a *auditor) late() {
	if a.pairs == nil || a.unfit {
		return
	}
	n, sum, longest := 0, int64(0), int64(0)
	var evidence, wallets []Evidence
	for _, q := range a.pairs.Pairs {
		p := a.chargeOf[a.cards[q.Sale]]
		if p.How == match.ByMinute {
			wallets = append(wallets, a.saleLine(p.Sale), a.chargeLine(p.Charge))
		}
		if p.Gap <= int64(window) || p.How == match.ByFour {
			continue
		}
		s := &a.Sales.List[p.Sale]
		if a.dark(a.clockOf(p.Sale)) || a.dark(s.At) {
			n, sum, longest = n+1, sum+s.Card, max(longest, p.Gap)
			evidence = append(evidence, a.saleLine(p.Sale), a.chargeLine(p.Charge))
			continue
		}
		a.add(&mishap{at: a.clockOf(p.Sale), sale: p.Sale, charge: p.Charge, Finding: Finding{
			Kind: LateForward, Amount: s.Card, Likelihood: sure(p.How, p.Rivals), Till: a.Sales.Tills[s.Till],
			Text:     fmt.Sprintf("The payment of sale %s over %s reached the acquirer only %s later.", s.Number, a.money(s.Card), span(p.Gap)),
			Do:       "The money came. If there was an outage, say --outage and it is expected; if not, ask why the payment waited.",
			Evidence: []Evidence{a.saleLine(p.Sale), a.chargeLine(p.Charge)},
		}})
	}
	if n > 0 {
		a.baseline("late-forwards", n, fmt.Sprintf("%d card payments over %s were taken in the dark and came later, the last after %s: all of them arrived", n, a.money(sum), span(longest)), evidence...)
	}
	if len(wallets) > 0 {
		a.baseline("digits", len(wallets)/2, fmt.Sprintf("%d sales and charges agree in amount and minute and differ in the last four digits, as a phone and the card behind it do", len(wallets)/2), wallets...)
	}
	lone := 0
	for i := range a.Settlement.List {
		if a.Settlement.List[i].State == books.Declined && !a.owed[i] {
			lone++
		}
	}
	if lone > 0 {
		a.baseline("declines", lone, fmt.Sprintf("%d declined cards belong to no finished sale: no money is missing", lone))
	}
}

// span writes a duration for people.
func span(ns int64) string {
	d := time.Duration(ns).Round(time.Second)
	switch h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60; {
	case h >= 48:
		return fmt.Sprintf("%d days", h/24)
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0 && s > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	case m > 0:
		return fmt.Sprintf("%d min", m)
	default:
		return fmt.Sprintf("%d s", s)
	}
}
