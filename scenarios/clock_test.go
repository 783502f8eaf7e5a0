package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/pos"
	"stormrig/sim/history"
)

// entries decodes the entries that a holder has at the end, in their order.
func (o *ran) entries(holder string) []*pos.Entry {
	GinkgoHelper()
	var out []*pos.Entry
	for _, e := range o.of(history.KindEntry) {
		if e.Who == holder {
			p, err := pos.DecodeEntry(e.Payload)
			Expect(err).NotTo(HaveOccurred(), o.where)
			out = append(out, p)
		}
	}
	return out
}

// facts yields what the entries of a device state, with the entry.
func facts(entries []*pos.Entry, device string) func(yield func(*pos.Entry, *pos.Fact) bool) {
	return func(yield func(*pos.Entry, *pos.Fact) bool) {
		for _, e := range entries {
			for i := range e.Facts {
				if e.Device == device && !yield(e, &e.Facts[i]) {
					return
				}
			}
		}
	}
}

var _ = Describe("A clock whose battery is flat", Label("clock"), func() {
	It("says so, keeps the order by sequence, and 1970 wins no conflict", func() {
		s := shared("flat-clock-battery")
		s.hold(nil)
		builtIn("flat-clock-battery").sweep(10, func(o *ran) {
			doubtful := 0
			for e, f := range facts(o.entries("phone"), "phone") {
				if f.Sale == nil {
					continue
				}
				Expect(f.Sale.BusinessDate).To(Equal("2026-07-18"), "sale %d, %s", f.Sale.Number, o.where())
				if e.Wall < 1e18 { // before 2001
					doubtful++
					Expect(e.Clock).To(Equal(pos.ClockDoubtful), "sale %d, %s", f.Sale.Number, o.where())
				}
			}
			Expect(doubtful).To(BeNumerically(">=", 5), o.where)
		})
		s.oneEach(11)
		s.exercised(manySeeds, "C1", "C2", "J8", "Y3")
	})

	It("has its edit ranked by the hub: the one of 1970 stands as the later, not as the winner by its clock", func() {
		builtIn("flat-clock-battery").sweep(10, func(o *ran) {
			var edit pos.Key
			for e, f := range facts(o.entries("phone"), "phone") {
				if f.Edit != nil {
					edit = e.Key
					Expect(e.Clock).To(Equal(pos.ClockDoubtful), o.where)
				}
			}
			ranked := false
			for _, f := range facts(o.entries("phone"), "hub") {
				ranked = ranked || f.Rank != nil && f.Rank.Of == edit
			}
			Expect(ranked).To(BeTrue(), o.where)
		})
	})
})

var _ = Describe("A clock that is wrong", Label("clock"), func() {
	It("jumps, drifts, goes backwards and is set into the next century, and no sale is lost", func() {
		s := told("bad-clocks", `
shop: {catalogue: boutique, zone: Europe/Berlin, opens: "2026-10-24 20:00", closes: "2026-10-25 04:30", cutoff: "04:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 8, card: 40%}
weather:
  - {clock: phone, jump: -1h, after: 0s..20s, of: scan of sale 2}
  - {clock: phone, jump: 45m, after: 0s..20s, of: scan of sale 3}
  - {clock: assistant, set: "2099-01-01 00:00", at: "21:00"}
  - {clock: phone, drift: 200 ppm, at: "22:00"}
  - {drop: phone, during: commit, of: sale 5}
  - {clock: hub, jump: -2h, at: "23:00"}
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "23:30"}
expect: {rung: 8}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			for _, f := range facts(o.entries("phone"), "phone") {
				if f.Sale != nil { // the night of the change to winter time is one business day
					Expect(f.Sale.BusinessDate).To(Equal("2026-10-24"), "sale %d, %s", f.Sale.Number, o.where())
				}
			}
		})
		s.oneEach(8)
		s.exercised(manySeeds, "C2", "Y3")
		s.exercised(30, "C1")
	})

	It("does not let 2099 win for ever", func() {
		told("from-2099", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 15:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 3, card: 40%}
weather:
  - {clock: assistant, set: "2099-01-01 00:00", at: "10:30"}
  - {edit: scarf/jade, by: assistant, price: PHP 1.00, at: "11:00"}
  - {edit: scarf/jade, by: phone, price: PHP 790.00, at: "13:00"}
expect: {rung: 3, conflicts: 0}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			for _, s := range o.of(history.KindState) {
				Expect(s.Done).To(BeZero(), "conflicts of %s; %s", s.Who, o.where())
			}
			// The later edit was made over the one of 2099: it replaces it.
			var last pos.Edit
			for _, f := range facts(o.entries("hub"), "phone") {
				if f.Edit != nil {
					last = *f.Edit
				}
			}
			Expect(last.Replaces).To(HaveLen(1), o.where)
			Expect(last.Replaces[0].Device).To(Equal("assistant"), o.where)
		})
	})
})
