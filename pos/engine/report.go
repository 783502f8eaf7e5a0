package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stormrig/pos"
)

// report sums the own sales since the last Z: X looks, Z closes the day.
func (t *turn) report(arg string) {
	kind := strings.ToUpper(arg)
	if kind != "X" && kind != "Z" {
		t.refuse("REPORT X OR Z?")
		return
	}
	till := t.st.Till()
	r := &pos.Report{Kind: kind, BusinessDate: t.businessDate(), From: till.AfterZ, To: till.Head,
		ByTender: map[string]pos.Amount{}, ByItem: map[string]pos.Amount{}, ByVariant: map[string]int64{}}
	for n := max(till.FirstOpen, 1); n <= till.Number; n++ {
		if s, ok := t.st.Sale(n); ok {
			if t.cfg.Sabotage.OtherDatesLeftOut && s.BusinessDate != r.BusinessDate {
				continue
			}
			addSale(r, &s.Sale)
			if t.cfg.Sabotage.ChangeCounted {
				r.ByTender[string(pos.Cash)] += s.Change
			}
		}
	}
	r.Settled = till.Settled
	for _, x := range t.st.Exceptions() {
		r.Owed += x.Receivable
	}
	t.fact(pos.Fact{Report: r})
	t.message = []string{fmt.Sprintf("%s REPORT %s", kind, r.BusinessDate), fmt.Sprintf("%d SALES", r.Sales),
		"TOTAL " + t.cfg.Currency.Format(r.Total)}
	for _, kind := range slices.Sorted(maps.Keys(r.ByTender)) { // what the drawer is counted against
		t.message = append(t.message, strings.ToUpper(kind)+" "+t.cfg.Currency.Format(r.ByTender[kind]))
	}
	for _, l := range owedLines(r) {
		t.message = append(t.message, l.name+" "+t.cfg.Currency.Format(l.amount))
	}
	if kind == "Z" && !t.cfg.NoPrinter {
		t.orderPrint(pos.PrintOrder{Report: r.BusinessDate, Z: t.d.next.String(), Job: t.job()})
	}
}

func addSale(r *pos.Report, s *pos.Sale) {
	r.Sales++
	r.Total += s.Total
	s.SumInto(r.ByTender, r.ByItem, r.ByVariant)
}
