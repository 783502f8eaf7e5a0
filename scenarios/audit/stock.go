package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// article is one article that was counted before and after.
type article struct {
	sku                   string
	before, sold, after   int64 // thousandths of a piece
	beforeLine, afterLine int32
	price                 int64
	left                  int64 // what is on the shelf beyond what the books expect, and not explained
}

// stock holds what was sold against what was counted. S1 judges each article;
// what is missing or too much then becomes evidence of the mishaps that it
// fits, and what is left is a finding of its own.
func (a *auditor) stock() {
	if a.Before == nil || a.After == nil || a.Sales == nil || !a.Sales.HasLines {
		return
	}
	list, foreign := a.articles()
	result := Check{ID: "S1", Title: titleOf("S1"), Verdict: check.NotExercised}
	var wrong []*article
	for _, x := range list {
		verdict := x.judge()
		if verdict == check.NotExercised {
			continue
		}
		result.Checked++
		if verdict == check.Violated {
			x.left = x.after - (x.before - x.sold)
			wrong = append(wrong, x)
		}
	}
	if result.Checked > 0 {
		result.Verdict = check.Holds
	}
	if len(wrong) > 0 {
		result.Verdict = check.Violated
	}
	a.report.Checks = append(a.report.Checks, result)
	a.report.Figures.Articles = len(list)
	if foreign > 0 {
		a.note("stock", fmt.Sprintf("%d articles were sold that one of the stock counts does not have: nobody knows about them", foreign))
	}
	if len(a.mishaps) <= tooMany {
		a.explainStock(wrong)
	}
	a.explainRest(wrong)
	a.explainGaps(wrong)
	for _, x := range wrong {
		if x.left != 0 {
			a.shelf(x)
		}
	}
}

func (a *auditor) articles() (list []*article, foreign int) {
	at := make(map[string]*article)
	for _, c := range a.Before.List {
		at[c.SKU] = &article{sku: c.SKU, before: c.Milli, beforeLine: c.Line, price: c.Price}
	}
	for _, c := range a.After.List {
		if x := at[c.SKU]; x != nil {
			x.after, x.afterLine = c.Milli, c.Line
			list = append(list, x)
		}
	}
	sold := make([]int64, len(a.Sales.SKUs))
	for i := range a.Sales.List {
		s := &a.Sales.List[i]
		if s.State == books.Cancelled {
			continue
		}
		for _, l := range s.Lines {
			sold[l.SKU] += l.Milli
		}
	}
	for i, sku := range a.Sales.SKUs {
		x := at[sku]
		if x == nil || x.afterLine == 0 {
			foreign++
			continue
		}
		x.sold = sold[i]
		if p := a.Sales.Prices[i]; p != 0 {
			x.price = p
		}
	}
	return list, foreign
}

// judge lets S1 say whether the shelf is what it should be. The history says
// that shoppers carried out what the books sold: the count is what it is held
// against.
func (x *article) judge() string {
	if x.sold == 0 && x.before == x.after {
		return check.NotExercised
	}
	payload, err := json.Marshal(map[string]any{"device": "books", "inc": 1, "seq": 1,
		"facts": []any{map[string]any{"sale": map[string]any{"number": 1,
			"lines": []any{map[string]any{"sku": x.sku, "qty": x.sold}}, "moves": []any{map[string]any{"sku": x.sku, "qty": -x.sold}}}}}})
	if err != nil { // plain values: cannot happen
		panic(err)
	}
	events := []history.Event{
		{Kind: history.KindHeader, Who: "audit", Header: &history.Header{Schema: 1, Level: 1, Tills: []string{"books"},
			Articles: []history.Article{{SKU: x.sku, Code: x.sku, Stock: x.before}}}},
		{Kind: history.KindBasket, Who: "books", Basket: 1, Items: []history.Item{{SKU: x.sku, Code: x.sku, Qty: x.sold}}},
		{Kind: history.KindServed, Who: "books", Basket: 1},
		{Kind: history.KindEntry, Who: "books", Device: "books", Inc: 1, Seq: 1, Hash: "1", Payload: payload},
		{Kind: history.KindState, Who: "shelf", Stock: map[string]int64{x.sku: x.after}},
	}
	for i := range events {
		events[i].N, events[i].Gen = int64(i)+1, 1
	}
	v, err := check.NewView(events)
	if err != nil {
		panic(err)
	}
	for _, c := range check.All() {
		if c.ID == "S1" {
			if r := c.Judge(v); r.Verdict != check.NotExercised || x.sold != 0 {
				return r.Verdict
			}
		}
	}
	return check.Violated // nothing was sold and the count differs
}

// explainStock gives pieces to mishaps: what a lost sale took off the shelf,
// and what a doubled one did not.
func (a *auditor) explainStock(wrong []*article) {
	for _, m := range a.mishaps {
		if m.gone {
			continue
		}
		switch m.Kind {
		case ChargedWithoutSale:
			a.missingFor(m, m.Amount, wrong)
		case SoldTwice:
			for _, l := range a.Sales.List[m.sale].Lines {
				for _, x := range wrong {
					if x.sku == a.Sales.SKUs[l.SKU] && x.left >= l.Milli && l.Milli > 0 {
						x.left -= l.Milli
						m.shelf = true
						m.Evidence = append(m.Evidence, a.countLines(x, l.Milli)...)
					}
				}
			}
		}
	}
}

// explainRest gives what is missing and has no price to the only charge
// without a sale that could have sold it: one mishap, not two.
func (a *auditor) explainRest(wrong []*article) {
	var only *mishap
	for _, m := range a.mishaps {
		if m.Kind == ChargedWithoutSale && !m.gone && !m.shelf && m.Amount > 0 {
			if only != nil {
				return
			}
			only = m
		}
	}
	if only == nil {
		return
	}
	sum, nameless := int64(0), false
	for _, x := range wrong {
		if x.left < 0 {
			sum += -x.left * x.price / 1000
			nameless = nameless || x.price == 0
		}
	}
	if !nameless || sum >= only.Amount {
		return
	}
	for _, x := range wrong {
		if x.left < 0 {
			only.Evidence = append(only.Evidence, a.countLines(x, x.left)...)
			only.shelf, x.left = true, 0
		}
	}
}

// explainGaps folds missing pieces into missing numbers, where nobody counted
// the drawer: a cash sale that was lost leaves both, and no amount that would
// say which piece belongs to which number.
func (a *auditor) explainGaps(wrong []*article) {
	if a.Cash != nil {
		return
	}
	var holes []*mishap
	for _, m := range a.mishaps {
		if m.Kind == NumberGap && !m.gone {
			holes = append(holes, m)
		}
	}
	for _, x := range wrong {
		if x.left >= 0 || len(holes) == 0 {
			continue
		}
		m := holes[0]
		if m.Kind != UnrecordedSale {
			m.Kind, m.Likelihood, m.shelf = UnrecordedSale, 0.85, true
			m.Text += " Goods are missing as well: a sale was lost."
			m.Do = "Look for the paper copy and book the sale: the tax is owed on it."
			if len(holes) > 1 {
				m.Likelihood = 0.7
				m.Text += " Which of the missing numbers sold which of them, nobody knows."
			}
		}
		m.Amount += -x.left * x.price / 1000
		m.Evidence = append(m.Evidence, a.countLines(x, x.left)...)
		x.left = 0
	}
}

// missingFor looks for pieces that are missing on the shelf and cost exactly
// an amount: one kind, or two.
func (a *auditor) missingFor(m *mishap, amount int64, wrong []*article) bool {
	found := pieces(amount, wrong)
	if found == nil {
		return false
	}
	for _, f := range found {
		f.x.left += f.n * 1000
		m.Evidence = append(m.Evidence, a.countLines(f.x, -f.n*1000)...)
	}
	m.shelf = true
	return true
}

// part is some pieces of an article.
type part struct {
	x *article
	n int64
}

// pieces finds missing pieces that cost exactly an amount.
func pieces(amount int64, wrong []*article) []part {
	if amount <= 0 {
		return nil
	}
	most := func(x *article) int64 {
		if x.left >= 0 || x.price <= 0 {
			return 0
		}
		return min(-x.left/1000, 20)
	}
	var pick func(from int, left int64, kinds int) []part
	pick = func(from int, left int64, kinds int) []part {
		if left == 0 {
			return []part{}
		}
		if kinds == 0 {
			return nil
		}
		for i := from; i < len(wrong); i++ {
			for n := int64(1); n <= most(wrong[i]) && n*wrong[i].price <= left; n++ {
				if rest := pick(i+1, left-n*wrong[i].price, kinds-1); rest != nil {
					return append([]part{{wrong[i], n}}, rest...)
				}
			}
		}
		return nil
	}
	const fewEnough = 60 // more differences than that are no few lost sales
	if len(wrong) > fewEnough {
		return pick(0, amount, 1)
	}
	return pick(0, amount, 3)
}

func (a *auditor) countLines(x *article, by int64) []Evidence {
	return []Evidence{
		{a.Before.Name, x.beforeLine, fmt.Sprintf("%s: %s before", x.sku, quantity(x.before))},
		{a.After.Name, x.afterLine, fmt.Sprintf("%s: %s after, %s sold; %s", x.sku, quantity(x.after), quantity(x.sold), difference(by))},
	}
}

func difference(milli int64) string {
	if milli < 0 {
		return quantity(-milli) + " missing"
	}
	return quantity(milli) + " too many"
}

func quantity(milli int64) string {
	if milli%1000 == 0 {
		return fmt.Sprint(milli / 1000)
	}
	return fmt.Sprintf("%.3f", float64(milli)/1000)
}

// shelf is a difference that nothing explains.
func (a *auditor) shelf(x *article) {
	worth := -x.left * x.price / 1000
	m := &mishap{sale: -1, charge: -1, shelf: true, missing: x.left < 0, Finding: Finding{
		Kind: StockDifference, Likelihood: 1, Invariant: "S1", Amount: worth,
		Text:     fmt.Sprintf("%s: %s on the shelf against what was counted before and sold since.", x.sku, difference(x.left)),
		Do:       "Count again. Missing pieces were sold without a sale, broken or stolen; too many were booked and stayed.",
		Evidence: a.countLines(x, x.left),
	}}
	a.add(m)
}

// sorted puts findings in an order that does not depend on how they were found.
func sorted(list []Finding) {
	rank := []string{FilesDoNotFit, ChargedWithoutSale, ChargedTwice, SaleWithoutCharge, DeclinedLate, UnrecordedSale, SoldTwice, WrongTender, AmountDiffers,
		NumberGap, NumberReused, CashDifference, StockDifference, LateForward, ClockDiffers, SumDiffers, CardNumber}
	slices.SortStableFunc(list, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, x.Kind), slices.Index(rank, y.Kind)), x.At.Compare(y.At))
	})
}
