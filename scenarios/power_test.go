package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// droppings is a day on which the phone's battery falls out again and again,
// wherever the seed wants it. The assistant's edits give it something to pull.
const droppings = `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 16:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 16, card: 50%}
weather:
  - {drop: phone, during: commit, of: sale 3}
  - {drop: phone, between: approval and record, of: sale 7}
  - {drop: phone, times: 3..4, when: drawn}
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "11:00"}
  - {edit: scarf/coral, by: assistant, price: PHP 840.00, at: "12:00"}
  - {edit: fan, by: assistant, price: PHP 190.00, at: "13:00"}
  - {edit: wallet, by: assistant, name: Wallet, at: "14:00"}
expect: {rung: 16}
`

var _ = Describe("Power lost at any moment", Label("power"), func() {
	It("loses no sale and makes none twice, whatever the till was doing", func() {
		s := told("droppings", droppings).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.counts.Sales.Rung).To(Equal(16), o.where)
		})
		Expect([]int{s.sales.Lost, s.sales.Duplicated}).To(Equal([]int{0, 0}))
		Expect(s.sales.Hub).To(Equal(s.sales.Journaled))
		for cell, n := range figures(s.cuts) {
			Expect(n).To(BeNumerically(">=", 15), "cuts in the cell %s: %+v", cell, s.cuts)
		}
		Expect(s.images.Torn).To(BeNumerically(">=", 15), "images with a torn write: %+v", s.images)
		Expect(s.images.Reordered).To(BeNumerically(">=", 15), "images with writes out of order: %+v", s.images)
		s.exercised(50, "J1", "J2", "J8", "R1", "R3", "P1", "P2", "P3")
	})

	It("strikes the storm's till in every cell too", func() {
		for cell, n := range figures(storm().cuts) {
			Expect(n).To(BeNumerically(">=", 3), "cuts in the cell %s: %+v", cell, storm().cuts)
		}
		Expect(storm().images.Torn).To(BeNumerically(">=", 10))
		Expect(storm().images.Reordered).To(BeNumerically(">=", 10))
	})

	It("comes through a recovery that is cut, and the next one, and the next", func() {
		s := told("boot-loop", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
shoppers: {before: 3, card: 50%}
weather:
  - {drop: phone, during: commit, of: sale 2, for: 5s}
  - {drop: phone, during: recovery, times: 8, for: 5s}
expect: {rung: 3}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.counts.Cuts.Recovery).To(Equal(8), o.where)
		})
		s.oneEach(3)
	})
})

var _ = Describe("A phone that dies just after it said 'approved'", Label("power", "payments"), func() {
	It("has the sale, and the customer pays once", func() {
		s := shared("after-approved")
		s.hold(func(o *ran) { Expect(o.counts.Sales.Walkouts).To(BeZero(), o.where) })
		s.oneEach(8)
		Expect(s.cuts.ApprovalToRecord).To(BeNumerically(">=", 50), "%+v", s.cuts)
		Expect(s.cuts.EffectToNote).To(BeNumerically(">=", 20), "%+v", s.cuts)
		s.exercised(manySeeds, "J1", "J2", "P2", "P3", "R1", "R3", "J8")
		s.exercised(20, "P5")
	})
})

var _ = Describe("A brown-out", Label("power"), func() {
	// The printer hangs on the mains and needs more volts than anything else:
	// it dies, the phone lives on its battery.
	It("takes the printer, then gives it back, and the receipts come out once", func() {
		s := told("brown-out", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 14:00"}
power: {mains: [router, phone.printer], battery: {phone: 5h, dongle: 8h}}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
shoppers: {before: 5, card: 30%}
weather:
  - {brown-out: mains, to: 60%, for: 40s, during: receipt, of: sale 1, at: 50%}
  - {brown-out: mains, to: 70%, for: 2m, after: 0s..3s, of: done of sale 2}
  - {brown-out: mains, to: 50%, for: 1m, after: 0s..2s, of: commit of sale 4}
expect: {rung: 5}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			died := 0
			for _, e := range o.of(history.KindPower) {
				Expect(e.Who == "phone" && !e.On).To(BeFalse(), o.where)
				if e.Who == "phone.printer" && !e.On {
					died++
				}
			}
			Expect(died).To(BeNumerically(">=", 3), o.where)
		})
		s.oneEach(5)
		s.exercised(manySeeds/2, "R1", "R3", "R4")
	})
})

var _ = Describe("A day without a fault", Label("power"), func() {
	It("holds too, and no cut is counted", func() {
		s := shared("one-sale")
		s.hold(func(o *ran) {
			Expect(o.counts.Cuts).To(Equal(check.Cuts{}), o.where)
		})
		s.oneEach(1)
	})
})
