package audit

import (
	"fmt"
	"slices"
	"time"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/match"
)

const (
	window = 10 * time.Minute // a sale and its charge lie within that
	late   = 72 * time.Hour   // a stored payment is forwarded within that
)

// ends is what lies outside of what both files cover.
type ends struct {
	sales, charges map[int]bool
}

func (a *auditor) files() {
	var list []*books.File
	if a.Sales != nil {
		list = append(list, &a.Sales.File)
	}
	if a.Settlement != nil {
		list = append(list, &a.Settlement.File)
	}
	for _, s := range []*books.Stock{a.Before, a.After} {
		if s != nil {
			list = append(list, &s.File)
		}
	}
	for _, f := range list {
		text := fmt.Sprintf("%s: %d lines, read as %s", f.Name, f.Rows, f.Title)
		if f.Encoding != "UTF-8" {
			text += ", " + f.Encoding
		}
		a.note("file", text)
		if f.Backward > 0 {
			a.note("backward", fmt.Sprintf("%s: times go backwards at line %d; a clock was set, or the lines are not in order", f.Name, f.Backward), Evidence{File: f.Name, Line: f.Backward})
		}
		a.cardNumbers(f)
	}
	if a.Sales != nil && a.Sales.Skipped > 0 {
		a.note("skipped", fmt.Sprintf("%s: %d lines are no sale of this period and were left out", a.Sales.Name, a.Sales.Skipped))
	}
	if a.Settlement != nil && a.Settlement.Skipped > 0 {
		a.note("skipped", fmt.Sprintf("%s: %d lines are no charge of this period (fees, payouts, sums) and were left out", a.Settlement.Name, a.Settlement.Skipped))
	}
}

func (a *auditor) figures() {
	f := &a.report.Figures
	if a.Sales != nil {
		for i := range a.Sales.List {
			s := &a.Sales.List[i]
			if s.State == books.Cancelled {
				f.Cancelled++
				continue
			}
			f.Sales++
			f.Total += s.Total
			f.Cash += s.Cash
			if s.Card != 0 {
				f.Card++
				f.CardTotal += s.Card
			}
			a.span(s.At)
		}
	}
	if a.Settlement == nil {
		return
	}
	for i := range a.Settlement.List {
		c := &a.Settlement.List[i]
		if c.State != books.Declined {
			f.Charges++
			f.Charged += c.Amount
		}
	}
}

func (a *auditor) span(at int64) {
	if at == 0 {
		return
	}
	t := time.Unix(0, at).In(a.Zone)
	if a.report.From.IsZero() || t.Before(a.report.From) {
		a.report.From = t
	}
	if t.After(a.report.To) {
		a.report.To = t
	}
}

// match brings sales and charges together.
func (a *auditor) match() {
	a.chargeOf, a.saleOf, a.undone = make(map[int]match.Pair), make(map[int]match.Pair), make(map[int]bool)
	if a.Sales == nil || a.Settlement == nil {
		return
	}
	var sales, charges []match.Item
	for i := range a.Sales.List {
		s := &a.Sales.List[i]
		if s.State == books.Cancelled || s.Card == 0 && (a.Sales.HasTender || s.Total == 0) {
			continue
		}
		a.cards = append(a.cards, i)
		amount := s.Card
		if amount == 0 {
			amount = s.Total
		}
		sales = append(sales, match.Item{At: s.At, Amount: amount, Last4: s.Last4, Ref: s.Ref, Order: s.Number, Group: s.Till, From: a.between[i][0], To: a.between[i][1]})
	}
	netted := a.netted()
	for i := range a.Settlement.List {
		c := &a.Settlement.List[i]
		if c.State == books.Declined || netted[i] {
			continue
		}
		a.charges = append(a.charges, i)
		charges = append(charges, match.Item{At: c.At, Amount: c.Amount, Last4: c.Last4, Ref: c.Ref, Order: c.Order})
	}
	o := match.Options{Window: int64(window), Late: int64(late), Dark: a.dark, Given: make(map[int32]int64)}
	for i, name := range a.Sales.Tills {
		if by, ok := a.Offsets[name]; ok {
			o.Given[int32(i)] = int64(by)
		} else if by, ok := a.Offsets["till"]; ok && len(a.Sales.Tills) == 1 {
			o.Given[int32(i)] = int64(by)
		}
	}
	refused := a.refusals()
	o.Declined = func(n int) bool {
		s := &sales[n]
		return slices.ContainsFunc(refused[s.Amount], func(i int) bool {
			c := &a.Settlement.List[i]
			d := c.At - s.At
			return d < int64(window) && -d < int64(window) && (c.Last4 == "" || s.Last4 == "" || c.Last4 == s.Last4) && (c.Ref == "" || s.Ref == "" || c.Ref == s.Ref)
		})
	}
	a.pairs = match.Match(sales, charges, o)
	a.report.Figures.Matched = len(a.pairs.Pairs)
	for _, p := range a.pairs.Pairs {
		p.Sale, p.Charge = a.cards[p.Sale], a.charges[p.Charge]
		a.chargeOf[p.Sale], a.saleOf[p.Charge] = p, p
		if p.How <= match.ByOrder {
			a.report.Figures.Certain++
		}
	}
	a.givenBack()
	a.cover()
	if n, most := len(a.pairs.Pairs), min(len(a.cards), len(a.charges)); n*2 < most && most >= 12 && a.report.Figures.Certain == 0 {
		a.misfit(n)
	}
}

// misfit says that two files are not of the same shop, days or zone, instead
// of thousands of losses that are none.
func (a *auditor) misfit(n int) {
	a.unfit = true
	m := &mishap{sale: -1, charge: -1, Finding: Finding{
		Kind: FilesDoNotFit, Likelihood: 0.95,
		Text: fmt.Sprintf("Of %d charges only %d fit one of %d card sales: these files do not belong together, and nothing can be said of payments.", len(a.charges), n, len(a.cards)),
		Do:   "Are both of the same shop and the same days? Is the time zone right (--zone, --settlement-zone)? Are the columns (--map)?",
		Evidence: []Evidence{a.saleLine(a.cards[0]), a.saleLine(a.cards[len(a.cards)-1]),
			a.chargeLine(a.charges[0]), a.chargeLine(a.charges[len(a.charges)-1])},
	}}
	a.add(m)
}

// refusals are the declined lines of the settlement, by amount.
func (a *auditor) refusals() map[int64][]int {
	out := make(map[int64][]int)
	for i := range a.Settlement.List {
		if c := &a.Settlement.List[i]; c.State == books.Declined && c.At != 0 {
			out[c.Amount] = append(out[c.Amount], i)
		}
	}
	return out
}

// givenBack finds money that was given back for a charge without a sale:
// nothing stands. Of several charges it is the last one before. A payment that
// was made, undone and made again leaves the last of three: the sale then
// belongs to that one.
func (a *auditor) givenBack() {
	alone, paired := make(map[int64][]int), make(map[int64][]int) // positions in a.charges, by amount
	for n, i := range a.charges {
		to := alone
		if _, ok := a.saleOf[i]; ok {
			to = paired
		}
		to[a.Settlement.List[i].Amount] = append(to[a.Settlement.List[i].Amount], n)
	}
	undone := 0
	for _, i := range a.charges {
		c := &a.Settlement.List[i]
		if _, ok := a.saleOf[i]; ok || c.Amount >= 0 || c.At == 0 {
			continue
		}
		n := a.lastBefore(c, alone[-c.Amount], int64(late))
		if m := a.lastBefore(c, paired[-c.Amount], int64(late)); m >= 0 && (n < 0 || a.chargeAt(m) > a.chargeAt(n)) {
			switch k := a.swap(m, c, alone[-c.Amount]); {
			case k >= 0:
				n = k
			case n < 0 && c.State == books.Reversed: // what the sale was paid with was undone
				a.part(m)
				n = m
			}
		}
		if n >= 0 {
			a.undone[i], a.undone[a.charges[n]] = true, true
			undone++
		}
	}
	if undone > 0 {
		a.note("reversed", fmt.Sprintf("%d charges were given back over the same amount: nothing was taken", undone))
	}
}

// lastBefore finds the last of these charges before money was given back that
// may be what was undone.
func (a *auditor) lastBefore(c *books.Charge, list []int, within int64) int {
	best := -1
	for _, n := range list {
		o := &a.Settlement.List[a.charges[n]]
		if a.undone[a.charges[n]] || o.At == 0 || o.At > c.At || c.At-o.At > within || !alike(o, c) {
			continue
		}
		if best < 0 || o.At > a.Settlement.List[a.charges[best]].At {
			best = n
		}
	}
	return best
}

// part takes a charge from its sale.
func (a *auditor) part(n int) {
	a.pairs.Pairs = slices.DeleteFunc(a.pairs.Pairs, func(p match.Pair) bool { return p.Charge == n })
	p := a.saleOf[a.charges[n]]
	delete(a.saleOf, a.charges[n])
	delete(a.chargeOf, p.Sale)
}

func (a *auditor) chargeAt(n int) int64 { return a.Settlement.List[a.charges[n]].At }

// alike tells whether two lines of a settlement may be about one payment.
func alike(o, c *books.Charge) bool {
	return o.Last4 == c.Last4 && (o.Ref == "" || c.Ref == "" || o.Ref == c.Ref || o.Order != "" && o.Order == c.Order)
}

// swap gives the sale of a charge that was undone to one that came soon
// after; -1 where there is none.
func (a *auditor) swap(n int, c *books.Charge, list []int) int {
	within := 2 * int64(window)
	if c.State == books.Reversed { // the till undid it, and may have stored the payment
		within = int64(late)
	}
	for _, m := range list {
		o := &a.Settlement.List[a.charges[m]]
		if a.undone[a.charges[m]] || o.At < c.At || o.At-c.At > within || !alike(o, c) {
			continue
		}
		for k := range a.pairs.Pairs {
			if p := &a.pairs.Pairs[k]; p.Charge == n {
				p.Gap += o.At - a.Settlement.List[a.charges[n]].At
				p.Charge = m
				q := a.saleOf[a.charges[n]]
				q.Charge, q.Gap = a.charges[m], p.Gap
				delete(a.saleOf, a.charges[n])
				a.saleOf[a.charges[m]], a.chargeOf[q.Sale] = q, q
				return n
			}
		}
	}
	return -1
}

// netted finds charges that were reversed under the same reference: nothing
// was taken.
func (a *auditor) netted() map[int]bool {
	took := make(map[string][]int)
	out := make(map[int]bool)
	n := 0
	for i := range a.Settlement.List {
		c := &a.Settlement.List[i]
		switch {
		case c.Ref == "":
		case c.State == books.Captured:
			took[c.Ref] = append(took[c.Ref], i)
		case c.State == books.Reversed && len(took[c.Ref]) > 0:
			list := took[c.Ref]
			j := list[len(list)-1]
			if a.Settlement.List[j].Amount == -c.Amount {
				out[i], out[j] = true, true
				took[c.Ref] = list[:len(list)-1]
				n++
			}
		}
	}
	if n > 0 {
		a.note("reversed", fmt.Sprintf("%d charges were reversed under their own reference: nothing was taken", n))
	}
	return out
}

// clockOf is when a sale happened by the acquirer's clock.
func (a *auditor) clockOf(i int) int64 {
	s := &a.Sales.List[i]
	if s.At == 0 || a.pairs == nil {
		return s.At
	}
	return s.At - a.pairs.Clock(s.Till, s.At)
}

// few is how many records beyond a file's end are still looked at one by one.
const few = 3

// cover finds what the other file does not cover: charges of days without any
// sale, and what comes after the last line of the other file.
func (a *auditor) cover() {
	a.ends = ends{make(map[int]bool), make(map[int]bool)}
	days, last, lastCharge := make(map[string]bool), int64(0), int64(0)
	for i := range a.Sales.List {
		if at := a.clockOf(i); at != 0 {
			days[a.day(at)] = true
			last = max(last, at)
		}
	}
	for _, i := range a.charges {
		lastCharge = max(lastCharge, a.Settlement.List[i].At)
	}
	other, after := []int(nil), []int(nil)
	for _, i := range a.charges {
		c := &a.Settlement.List[i]
		if _, paired := a.saleOf[i]; paired || a.undone[i] || c.At == 0 || !a.Sales.HasTimes {
			continue
		}
		switch {
		case !days[a.day(c.At)]:
			other = append(other, i)
		case c.At > last+int64(window):
			after = append(after, i)
		}
	}
	if len(other) > 0 {
		a.note("other-days", fmt.Sprintf("%d charges are of days on which the sales file has no sale at all; they were left out", len(other)))
	}
	if len(after) > few {
		a.report.Unknown = append(a.report.Unknown, fmt.Sprintf("the sales file ends at %s, %d charges came after that: it may be cut short, and nobody knows their sales", a.clock(last), len(after)))
		other = append(other, after...)
	}
	for _, i := range other {
		a.ends.charges[i] = true
	}
	var beyond []int
	for _, i := range a.cards {
		if _, paired := a.chargeOf[i]; !paired && a.clockOf(i) > lastCharge+int64(window) {
			beyond = append(beyond, i)
		}
	}
	if len(beyond) > few {
		a.report.Unknown = append(a.report.Unknown, fmt.Sprintf("the settlement ends at %s, %d card sales came after that: whether they were charged stands in a later settlement", a.clock(lastCharge), len(beyond)))
		for _, i := range beyond {
			a.ends.sales[i] = true
		}
	}
}

func (a *auditor) day(at int64) string { return time.Unix(0, at).In(a.Zone).Format(time.DateOnly) }

func (a *auditor) clock(at int64) string {
	if at == 0 {
		return "an unknown time"
	}
	return time.Unix(0, at).In(a.Zone).Format("2006-01-02 15:04:05")
}
