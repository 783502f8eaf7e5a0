package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/sim/history"
)

var _ = Describe("A hub that dies between apply and acknowledge", Label("sync", "power"), func() {
	It("knows the entries again, counts none twice and waves none through", func() {
		builtIn("hub-killed").sweep(10, func(o *ran) {
			cuts, kills := 0, 0
			for _, e := range o.events {
				if e.Who == "hub" && e.Cut != nil {
					cuts++
					if e.State == "killed" {
						kills++
					}
				}
			}
			Expect([]int{cuts, kills}).To(Equal([]int{2, 1}), o.where)
		})
		s := shared("hub-killed")
		s.hold(nil)
		s.oneEach(8)
		s.exercised(manySeeds, "Y1", "Y2", "Y3", "Y7")
	})

	It("comes through losses of its power at any moment, and a disk that fails a sync", func() {
		s := told("hub-dies", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 14:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 5, card: 50%}
weather:
  - {drop: hub, between: push and acknowledge, of: sale 1, for: 20s}
  - {drop: hub, between: commit and push, of: sale 2, for: 20s}
  - {drop: hub, during: recovery, for: 10s}
  - {disk: hub, fail: sync, after: 0s..1s, of: scan of sale 3}
  - {kill: hub, after: 0s..300ms, of: push of sale 4}
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "11:00"}
expect: {rung: 5}
`).sweep(manySeeds, func(o *ran) { o.holds() })
		s.oneEach(5)
		s.exercised(manySeeds, "Y1", "Y2", "Y3")
	})
})

var _ = Describe("Two tills and an assistant", Label("sync", "stock"), func() {
	It("end with the same books after being apart, each edit's conflict recorded once", func() {
		s := told("apart", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  tablet: {devices: [scanner, dongle, printer]}
  assistant: {at: across-town}
sales:
  - {at: "10:20", till: phone, lines: [scarf/jade]}
  - {at: "10:25", till: tablet, lines: [2 x fan]}
  - {at: "11:30", till: phone, pay: card, lines: [scarf/jade, wallet/sand]}
  - {at: "11:40", till: tablet, lines: [scarf/jade]}
  - {at: "12:20", till: phone, lines: [fan]}
  - {at: "12:40", till: phone, lines: [scarf/jade]}
weather:
  - {cut: network, at: "11:00", for: 90m}
  - {edit: scarf/jade, by: phone, price: PHP 850.00, at: "11:10"}
  - {edit: scarf/jade, by: tablet, price: PHP 840.00, at: "11:12"}
  - {edit: scarf/jade, by: assistant, price: PHP 830.00, at: "11:14"}
  - {edit: fan, by: assistant, name: Bamboo fan, at: "11:20"}
  - {edit: fan, by: phone, price: PHP 199.00, at: "11:21"}
  - {drop: tablet, during: commit, of: sale 4}
  - {drop: phone, between: approval and record, of: sale 3}
  - {drop: phone, during: pull}
expect: {rung: 6, conflicts: 3}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			states := o.of(history.KindState)
			Expect(states).To(HaveLen(4), o.where)
			for _, s := range states {
				Expect(s.Done).To(BeEquivalentTo(3), "conflicts of %s (each pair of three edits); %s", s.Who, o.where())
			}
		})
		s.oneEach(6)
		s.exercised(manySeeds, "Y1", "Y3", "Y7", "S1", "M3")
	})
})
