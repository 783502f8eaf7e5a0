package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/sim/history"
)

var _ = Describe("Real-looking extremes", Label("storm"), func() {
	It("a basket of fifty pieces, cut in the middle of its commit", func() {
		s := told("fifty", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 12:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
sales:
  - {at: "10:10", pay: card, lines: [20 x fan, 20 x bracelet/amber, 10 x earrings/blue]}
  - {at: "10:40", lines: [fan]}
weather:
  - {drop: phone, during: commit, of: sale 1}
  - {unplug: phone.printer, during: receipt, of: sale 1, for: 20s}
expect: {rung: 2}
`).sweep(manySeeds, func(o *ran) { o.holds() })
		s.oneEach(2)
	})

	It("the night of two one-o'clocks, batteries that end, a till on the mains alone", func() {
		s := told("night", `
shop: {catalogue: boutique, zone: America/New_York, opens: "2026-11-01 00:15", closes: "2026-11-01 05:00", cutoff: "05:00"}
power: {mains: [router, tablet], battery: {phone: 30m, phone.printer: 20m}}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  tablet: {devices: [scanner, dongle, printer]}
shoppers: {before: 2, storm: 3, after: 2, card: 60%}
weather:
  - {cut: mains, at: "01:10 first", for: 50m}
  - {cut: network, at: "01:10 first", for: 50m}
expect: {rung: 7}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.counts.Sales.Walkouts+o.counts.Sales.Rung).To(BeNumerically(">=", 7), o.where)
			for _, till := range []string{"phone", "tablet"} {
				for _, f := range facts(o.entries(till), till) {
					if f.Sale != nil { // one o'clock strikes twice that night
						Expect(f.Sale.BusinessDate).To(Equal("2026-10-31"), o.where)
					}
				}
			}
		})
		Expect([]int{s.sales.Lost, s.sales.Duplicated}).To(Equal([]int{0, 0}))
		Expect(s.sales.Hub).To(Equal(s.sales.Journaled))
	})

	It("everything at once on one small day", func() {
		s := told("everything", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 15:00"}
power: {mains: [router], battery: {phone: 5h, dongle: 8h, printer: 6h}}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 2, storm: 5, after: 2, card: 60%}
payment: {caps: {total: PHP 6000.00, count: 3}, declines: {online: 10%, forwarded: 30%}, deduplicates: 2h}
weather:
  - {cut: mains, at: "11:30", for: 90m}
  - {cut: network, at: "11:30", for: 90m}
  - {network: network, loss: 10%, duplicate: 20%, reorder: 20%, at: "13:01", for: 1h}
  - {clock: phone, battery: flat}
  - {drop: phone, during: commit, of: storm sale 2}
  - {drop: phone, during: recovery}
  - {drop: phone.dongle, after: 0s..1s, of: tender of storm sale 3}
  - {unplug: phone.printer, during: receipt, of: storm sale 4}
  - {kill: phone, after: 0s..2s, of: done of storm sale 5, for: 5s}
  - {kill: hub, at: "13:02", for: 1m}
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "12:00"}
  - {edit: scarf/jade, by: phone, price: PHP 790.00, at: "12:10"}
expect: {rung: 9}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			for _, e := range o.of(history.KindState) {
				Expect(e.Done).To(BeEquivalentTo(1), "conflicts of %s; %s", e.Who, o.where())
			}
		})
		Expect([]int{s.sales.Rung, s.sales.Lost, s.sales.Duplicated}).To(Equal([]int{9 * manySeeds, 0, 0}))
	})
})
