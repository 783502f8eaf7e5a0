package scenarios_test

import (
	"fmt"
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/pos"
	"stormrig/sim/history"
)

var _ = Describe("The books", Label("report", "stock"), func() {
	// They are held against what shoppers carried out and paid, not against
	// the till's own sums.
	DescribeTable("of every copy have what was carried out, and the day report adds up to what was paid",
		func(name string) {
			for _, o := range shared(name).all {
				Expect(o.books).To(BeEmpty(), o.where)
			}
			shared(name).exercised(10*manySeeds, "S1")
		},
		Entry("through a storm", "storm-saturday"),
		Entry("after power cuts", "after-approved"),
		Entry("when the printer drops", "printer-drop"),
		Entry("when the clock says 1970", "flat-clock-battery"),
		Entry("when the hub dies", "hub-killed"),
	)
})

// wrongBooks holds the stock of all, and the phone's last Z report, against
// what shoppers carried out and paid.
func (o *ran) wrongBooks() []string {
	GinkgoHelper()
	wrong := o.wrongStock()
	pieces, money := o.carried()
	z := o.closing()
	if z == nil {
		return append(wrong, "there is no Z report")
	}
	if !maps.Equal(z.ByVariant, pieces) {
		wrong = append(wrong, fmt.Sprintf("the report has %v pieces, shoppers %v", z.ByVariant, pieces))
	}
	if int64(z.Total) != money {
		wrong = append(wrong, fmt.Sprintf("the report has %d, shoppers paid %d", z.Total, money))
	}
	sum := pos.Amount(0)
	for _, a := range z.ByTender {
		sum += a
	}
	if sum != z.Total {
		wrong = append(wrong, fmt.Sprintf("the tenders are %d, the total is %d", sum, z.Total))
	}
	return wrong
}

func (o *ran) wrongStock() []string {
	want := map[string]int64{}
	for _, a := range o.events[0].Header.Articles {
		want[a.SKU] = a.Stock
	}
	pieces, _ := o.carried()
	for sku, n := range pieces {
		want[sku] -= n
	}
	var wrong []string
	for _, e := range o.of(history.KindState) {
		for sku, n := range e.Stock {
			if n != want[sku] {
				wrong = append(wrong, fmt.Sprintf("%s has %d of %s, there are %d", e.Who, n, sku, want[sku]))
			}
		}
	}
	return wrong
}

// carried is what shoppers took home and what the display asked for it.
func (o *ran) carried() (pieces map[string]int64, money int64) {
	baskets := map[int][]history.Item{}
	pieces = map[string]int64{}
	for i := range o.events {
		switch e := &o.events[i]; e.Kind {
		case history.KindBasket:
			baskets[e.Basket] = e.Items
		case history.KindRung:
			money += e.Amount
		case history.KindServed:
			for _, it := range baskets[e.Basket] {
				pieces[it.SKU] += it.Qty
			}
		}
	}
	return pieces, money
}

// closing is the last Z report of the phone, or nil.
func (o *ran) closing() *pos.Report {
	GinkgoHelper()
	var z *pos.Report
	for _, f := range facts(o.entries("phone"), "phone") {
		if f.Report != nil && f.Report.Kind == "Z" {
			z = f.Report
		}
	}
	return z
}
