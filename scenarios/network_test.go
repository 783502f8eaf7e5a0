package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/sim/history"
)

const corner = `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 12:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 4, card: 75%}
expect: {rung: 4}
weather:
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "10:40"}
  - {edit: scarf/coral, by: phone, price: PHP 840.00, at: "11:00"}
`

var _ = Describe("A bad network", Label("network"), func() {
	DescribeTable("costs time, never a sale or a payment",
		func(name string, weather string, ids ...string) {
			s := told(name, corner+weather).sweep(manySeeds, func(o *ran) {
				o.holds()
				Expect(o.counts.Sales.Captured).To(Equal(o.paidByCard()), "captured, and paid by card; %s", o.where())
			})
			s.oneEach(4)
			s.exercised(manySeeds/2, append(ids, "Y1", "Y2", "Y3", "P2", "P3")...)
		},
		Entry("that loses messages", "loss", `
  - {network: network, loss: 20%, at: "10:01"}
`),
		Entry("that repeats messages", "duplicate", `
  - {network: network, duplicate: 50%, at: "10:01"}
`),
		Entry("on which messages overtake each other", "reorder", `
  - {network: network, reorder: 50%, at: "10:01"}
`),
		Entry("that does all of it, slowly", "all", `
  - {network: network, loss: 10%, duplicate: 20%, reorder: 20%, delay: 200ms..2s, at: "10:01"}
`),
		Entry("on which nothing comes in", "one-way-in", `
  - {cut: network, one-way: in, at: "10:20", for: 40m}
`, "P5"),
		Entry("on which nothing goes out", "one-way-out", `
  - {cut: network, one-way: out, at: "10:20", for: 40m}
`, "P5"),
		Entry("whose answers come and go", "flapping", `
  - {cut: phone-host, one-way: in, for: 25s, after: 0s..100ms, of: swipe of sale 1}
  - {cut: phone-host, for: 20s, after: 0s..300ms, of: request of sale 2}
  - {cut: phone-hub, one-way: out, for: 2m, after: 0s..1s, of: commit of sale 3}
  - {cut: network, for: 10s, after: 0s..1s, of: arm of sale 4}
`),
	)

	It("is noticed by the till, which journals when it was gone", func() {
		s := builtIn("flat-clock-battery").sweep(10, func(o *ran) {
			outages := map[string]int{}
			for _, f := range facts(o.entries("phone"), "phone") {
				if f.Outage != nil {
					outages[f.Outage.What]++
				}
			}
			Expect(outages).To(HaveKey("hub"), o.where)
			Expect(outages).To(HaveKey("host"), o.where)
			Expect(outages).To(HaveKey("till"), o.where)
		})
		s.exercised(10, "J8")
	})
})

// paidByCard counts the sales of the books that were paid by card.
func (o *ran) paidByCard() int {
	n := 0
	for _, till := range o.events[0].Header.Tills {
		for _, f := range facts(o.entries(till), till) {
			if f.Sale == nil {
				continue
			}
			for _, td := range f.Sale.Tenders {
				if td.Kind == "card" {
					n++
				}
			}
		}
	}
	return n
}

var _ = Describe("A device that is unplugged in mid-use", Label("power"), func() {
	DescribeTable("is plugged in again and the day goes on",
		func(device, moments string) {
			s := told("unplug-"+device, `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 12:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
shoppers: {before: 5, card: 40%}
expect: {rung: 5}
weather:
`+moments).sweep(manySeeds, func(o *ran) {
				o.holds()
				down := 0
				for _, e := range o.of(history.KindLink) {
					if e.Who == "phone."+device && e.State == "down" {
						down++
					}
				}
				Expect(down).To(BeNumerically(">=", 2), o.where)
			})
			s.oneEach(5)
			s.exercised(manySeeds, "J1", "J2", "J10", "R1")
		},
		Entry("scanner", "scanner", `
  - {unplug: phone.scanner, after: 0s..200ms, of: scan of sale 1, for: 10s}
  - {unplug: phone.scanner, after: 0s..3s, of: scan of sale 2, for: 30s}
  - {drop: phone.scanner, after: 0s..3s, of: scan of sale 3}
  - {unplug: phone.scanner, after: 0s..1s, of: done of sale 4, for: 90s}
`),
		Entry("dongle", "dongle", `
  - {unplug: phone.dongle, after: 0s..50ms, of: charge of sale 1, for: 10s}
  - {unplug: phone.dongle, after: 0s..200ms, of: swipe of sale 2, for: 20s}
  - {drop: phone.dongle, after: 0s..2s, of: arm of sale 3}
  - {unplug: phone.dongle, after: 0s..1s, of: request of sale 4, for: 60s}
  - {drop: phone.dongle, after: 0s..100ms, of: swipe of sale 5}
`),
		Entry("printer", "printer", `
  - {unplug: phone.printer, during: receipt, of: sale 1, for: 20s}
  - {unplug: phone.printer, after: 0s..100ms, of: commit of sale 2, for: 20s}
  - {unplug: phone.printer, after: 0s..1s, of: printed of sale 3, for: 20s}
  - {drop: phone.printer, during: receipt, of: sale 4}
`),
		Entry("location receiver", "location", `
  - {unplug: phone.location, after: 0s..3s, of: scan of sale 1, for: 5m}
  - {unplug: phone.location, after: 0s..1s, of: scan of sale 2, for: 30m}
  - {drop: phone.location, after: 0s..1s, of: scan of sale 4}
`),
	)
})
