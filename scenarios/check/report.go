package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

var m5 = Checker{
	ID: "M5", Level: 1, Check: checkM5,
	Title:   "X and Z are the sums of the sales in their range; each sale is in exactly one Z; the paper says the same",
	Premise: "day report with sums",
}

// checkM5 adds up the sales since the last Z again, from their lines and from
// what shoppers handed over, and holds report and paper against that.
func checkM5(v *View) Result {
	var r Result
	for _, u := range v.units {
		sales := make(map[*record][]*sale, len(u.sales))
		for _, s := range u.sales {
			sales[s.record] = append(sales[s.record], s)
		}
		sum := newSums()
		var papers reportPapers
		for _, rec := range u.own {
			if rec.own == nil {
				continue
			}
			for _, s := range sales[rec] {
				sum.add(s)
			}
			for i := range rec.entry.Facts {
				if s := rec.entry.Facts[i].Settlement; s != nil {
					sum.settled[s.How] += s.Amount
				}
				f := rec.entry.Facts[i].Report
				if f == nil || f.Sales == nil {
					continue
				}
				r.Checked++
				if text := sum.differs(u, f); text != "" {
					r.fail(Finding{Entry: rec.key, Text: fmt.Sprintf("the %s report in %s, %s", f.Kind, rec.key, text)}, rec.commit, rec.own)
				}
				if f.Kind == "Z" {
					papers.closed(rec, f)
					sum = newSums()
				}
			}
		}
		papers.check(&r, u)
	}
	return r
}

// sums are what a report must say.
type sums struct {
	sales, total int64
	list         []*sale
	tender       map[string]int64
	item         map[string]int64
	variant      map[string]int64
	settled      map[string]int64 // of what was not paid, by how
}

func newSums() *sums {
	return &sums{tender: make(map[string]int64), item: make(map[string]int64), variant: make(map[string]int64), settled: make(map[string]int64)}
}

// add takes a sale in: by its lines, and by what the shopper handed over
// where that is known. Change goes off the cash.
func (n *sums) add(s *sale) {
	var due int64
	for i := range s.Lines {
		l := &s.Lines[i]
		due += l.Qty * l.Price
		n.item[itemOf(l.SKU)] += l.Qty * l.Price
		n.variant[l.SKU] += l.Qty
	}
	n.sales++
	n.total += due
	n.list = append(n.list, s)
	if len(s.Tenders) == 1 {
		kind := s.Tenders[0].Kind
		if s.basket != nil {
			if e := last(s.basket.tendered, s.record.at); e != nil {
				kind = e.State
			}
		}
		n.tender[kind] += due
		return
	}
	over := -due
	for i := range s.Tenders {
		n.tender[s.Tenders[i].Kind] += s.Tenders[i].Amount
		over += s.Tenders[i].Amount
	}
	n.tender["cash"] -= over
}

func (n *sums) differs(u *unit, f *reportFact) string {
	from, to := f.From.key(), f.To.key()
	for _, s := range n.list {
		k := s.record.key
		if k.after(to) || from != (Key{}) && from.after(k) {
			return fmt.Sprintf("covers %s to %s: expected the sale in %s in it, too", from, to, k)
		}
	}
	switch {
	case *f.Sales != n.sales:
		return fmt.Sprintf("number of sales: expected %d, found %d%s", n.sales, *f.Sales, n.leftOut(u, f))
	case f.Total != n.total:
		return fmt.Sprintf("total: expected %s, which was sold since the last Z, found %s", u.money(n.total), u.money(f.Total))
	}
	for _, m := range []struct {
		got, want map[string]int64
		say       func(int64) string
	}{
		{f.ByTender, n.tender, u.money}, {f.ByItem, n.item, u.money},
		{f.ByVariant, n.variant, func(n int64) string { return fmt.Sprint(n) }},
		{f.Settled, n.settled, u.money},
	} {
		if m.got == nil {
			continue
		}
		for _, k := range union(m.got, m.want) {
			if m.got[k] != m.want[k] {
				return fmt.Sprintf("%s: expected %s, found %s", k, m.say(m.want[k]), m.say(m.got[k]))
			}
		}
	}
	return ""
}

// leftOut names the one sale, or none, whose sum is what a report lacks; the
// last of a day is the likeliest of those that would do.
func (n *sums) leftOut(u *unit, f *reportFact) string {
	switch {
	case f.Total == n.total:
		return "; its total is that of all of them"
	case *f.Sales != n.sales-1:
		return ""
	}
	for i := len(n.list) - 1; i >= 0; i-- {
		s := n.list[i]
		if s.Total != n.total-f.Total {
			continue
		}
		words := fmt.Sprintf("; what it lacks is the sum of receipt %d over %s in %s", s.Number, u.money(s.Total), s.record.key)
		if s.basket != nil {
			words += fmt.Sprintf(", basket %d", s.basket.n)
		}
		return words + cond(i == len(n.list)-1, ", the last sale before it", "")
	}
	return ""
}

// reportPapers are the closed days of a till, for its Z papers.
type reportPapers struct {
	reports []*reportFact
	records []*record
}

func (p *reportPapers) closed(rec *record, f *reportFact) {
	p.reports, p.records = append(p.reports, f), append(p.records, rec)
}

// check holds each undisturbed paper that was ordered as a Z against the Z that
// the order names, or else the newest of its day. What is not found on the paper is not asked for, unless
// its like is.
func (p *reportPapers) check(r *Result, u *unit) {
	orders := u.printOrders()
	for i, piece := range u.pieces {
		order, ok := orders.orderBefore(piece.paper.Job, piece.begin.N)
		if piece.paper.Number > 0 || !ok || order.report == "" || !piece.taken() || u.disturbed(i) {
			continue
		}
		var f *reportFact
		for j, rec := range p.records {
			ofDay := rec.at <= order.at && p.reports[j].BusinessDate == order.report
			if order.z == "" && ofDay || order.z == rec.key.String() {
				f = p.reports[j]
			}
		}
		if f == nil {
			continue
		}
		r.Checked++
		if text := zDiffers(u, read(piece.paper.Lines, 0), f); text != "" {
			r.fail(Finding{Text: fmt.Sprintf("the Z paper of %s, %s", u.name, text)}, piece.paper)
		}
	}
}

func zDiffers(u *unit, paper *reading, f *reportFact) string {
	number := func(n int64) string { return fmt.Sprint(n) }
	for _, m := range []struct {
		want map[string]int64
		say  func(int64) string
	}{
		{map[string]int64{"SALES": *f.Sales}, number},
		{map[string]int64{"TOTAL " + u.currency: f.Total}, u.money},
		{f.ByTender, u.money}, {f.ByItem, u.money}, {f.ByVariant, number},
	} {
		known := false
		for _, k := range union(m.want, nil) {
			known = known || len(paper.of(k)) > 0
		}
		for _, k := range union(m.want, nil) {
			got := paper.of(k)
			switch {
			case !known:
			case len(got) == 0:
				return fmt.Sprintf("%s: expected %s, found nothing of it", k, m.say(m.want[k]))
			case !holds(got, m.want[k]): // an item without variants stands there twice: its money and its pieces
				return fmt.Sprintf("%s: expected %s, which the report has, found %s", strings.ToLower(k), m.say(m.want[k]), m.say(got[0]))
			}
		}
	}
	return ""
}

func holds(list []int64, n int64) bool {
	for _, m := range list {
		if m == n {
			return true
		}
	}
	return false
}

// disturbed tells whether anything happened to printer, cable or till since
// the piece before the i-th.
func (u *unit) disturbed(i int) bool {
	p := u.pieces[i]
	var since int64
	if i > 0 {
		since = u.pieces[i-1].paper.N
	}
	if p.faulty() != nil {
		return true
	}
	for _, kind := range []string{history.KindPower, history.KindLink, history.KindCut} {
		for e := next(u.kind[kind], since); e != nil && e.N < p.paper.N; e = next(u.kind[kind], e.N) {
			if (e.Who == p.paper.Who || e.Who == u.name) && (kind == history.KindCut || isDown(e)) {
				return true
			}
		}
	}
	for e := next(p.faults, since); e != nil && e.N < p.paper.N; e = next(p.faults, e.N) {
		if e.Fault != nil && strings.Contains(e.Fault.Target, p.paper.Who) {
			return true
		}
	}
	return false
}
