package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/pos"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

const cardShop = `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:30"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
`

// five card sales of one scarf (PHP 890.00) each, all in the dark.
const fiveInTheDark = cardShop + `
sales:
  - {at: "11:10", pay: card, lines: [scarf/jade]}
  - {at: "11:20", pay: card, lines: [scarf/jade]}
  - {at: "11:30", pay: card, lines: [scarf/jade]}
  - {at: "11:40", pay: card, lines: [scarf/jade]}
  - {at: "11:50", pay: card, lines: [scarf/jade]}
expect: {rung: 5, dark: 5}
weather:
  - {cut: network, at: "11:00", for: 2h}
`

const scarf = pos.Amount(89000)

// money is what became of the card payments of a day.
type money struct {
	deferred, settled, receivable, expired int
	owed                                   pos.Amount
	card, cash                             int // sales
	declined                               map[string]int
}

func (o *ran) money() money {
	m := money{declined: map[string]int{}}
	for _, f := range facts(o.entries("phone"), "phone") {
		switch {
		case f.Result != nil && f.Result.State == pos.Deferred:
			m.deferred++
		case f.Result != nil && f.Result.State == pos.Declined:
			m.declined[f.Result.Reason]++
		case f.Forward != nil:
			m.owed += f.Forward.Receivable
			switch {
			case f.Forward.Settled:
				m.settled++
			case f.Forward.Expired:
				m.expired++
			default:
				m.receivable++
			}
		case f.Sale != nil && f.Sale.Tenders[0].Kind == pos.Card:
			m.card++
		case f.Sale != nil:
			m.cash++
		}
	}
	return m
}

var _ = Describe("Cards in the dark", Label("payments"), func() {
	It("that the host declines later become receivables, and the sales stay", func() {
		twoOfFive := 0
		s := told("late-declines", fiveInTheDark+`
payment: {declines: {forwarded: 40%}}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			m := o.money()
			Expect(m.deferred).To(Equal(5), o.where)
			Expect(m.settled+m.receivable).To(Equal(5), o.where)
			Expect(m.owed).To(Equal(pos.Amount(m.receivable)*scarf), o.where)
			Expect(o.counts.Sales.Captured).To(Equal(m.settled), o.where)
			if m.receivable == 2 {
				twoOfFive++
			}
		})
		Expect(twoOfFive).To(BeNumerically(">=", 10), "seeds in which two of five are declined")
		s.oneEach(5)
		s.exercised(2*manySeeds, "P2", "P3")
	})

	It("meet a cap exactly, and the one beyond it pays cash", func() {
		for _, c := range []struct {
			caps   string
			stored int
			reason string
		}{
			{"each: PHP 890.00", 5, ""},
			{"each: PHP 889.99", 0, "OVER OFFLINE LIMIT"},
			{"total: PHP 2670.00", 3, "OFFLINE TOTAL REACHED"},
			{"total: PHP 2669.99", 2, "OFFLINE TOTAL REACHED"},
			{"count: 4", 4, "OFFLINE COUNT REACHED"},
			{"each: PHP 890.00, total: PHP 4450.00, count: 5", 5, ""},
		} {
			s := told("caps", fiveInTheDark+"\npayment: {caps: {"+c.caps+"}}\n").sweep(manySeeds/5, func(o *ran) {
				o.holds()
				m := o.money()
				Expect([]int{m.deferred, m.card, m.cash}).To(Equal([]int{c.stored, c.stored, 5 - c.stored}), "caps %s: %+v; %s", c.caps, m, o.where())
				if c.reason != "" {
					Expect(m.declined).To(HaveKeyWithValue(c.reason, 5-c.stored), o.where)
				}
			})
			s.oneEach(5)
			if c.stored > 0 {
				s.exercised(c.stored*s.runs, "P6")
			}
		}
	})

	It("that waited too long are not sent; the customer owes the shop", func() {
		// Forwarding begins at 13:00, so two of five are over 80 minutes old.
		s := told("too-old", fiveInTheDark+`
payment: {caps: {age: 95m}}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			m := o.money()
			Expect([]int{m.deferred, m.expired, m.settled}).To(Equal([]int{5, 2, 3}), "%+v; %s", m, o.where())
			Expect(m.owed).To(Equal(2*scarf), o.where)
			Expect(o.counts.Sales.Captured).To(Equal(3), o.where)
		})
		s.exercised(5*manySeeds, "P6")
	})

	It("are forwarded once, however often the till dies over it", func() {
		s := told("forward", fiveInTheDark+`
  - {drop: phone, at: "13:00:02", for: 5s}
  - {drop: phone, at: "13:00:20", for: 5s}
  - {cut: phone-host, one-way: in, at: "13:00:40", for: 20s}
  - {drop: phone, at: "13:01:10", for: 5s}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.counts.Sales.Captured).To(Equal(5), o.where)
		})
		s.oneEach(5)
		s.exercised(5*manySeeds, "P2", "P3")
	})
})

// counterOf is a day whose troubles are all with the card host.
func counterOf(name, weather, payment string) tale {
	GinkgoHelper()
	return told(name, cardShop+`
shoppers: {before: 5, card: 100%}
expect: {rung: 5}
weather:
`+weather+payment)
}

var _ = Describe("A card payment whose outcome is unknown", Label("payments", "network"), func() {
	for _, c := range []struct {
		name, weather, payment string
		ids                    []string
		least                  int
	}{
		{"host-silent", `
  - {cut: phone-host, one-way: in, after: 0s..40ms, of: swipe of sale 1, for: 60s}
  - {cut: phone-host, one-way: out, after: 0s..10ms, of: swipe of sale 3, for: 60s}
`, "", []string{"P5"}, manySeeds},
		{"host-slow", `
  - {network: phone-host, delay: 4500ms..9s, after: 0s..10ms, of: swipe of sale 1, for: 90s}
  - {network: phone-host, delay: 12s..15s, after: 0s..10ms, of: swipe of sale 3, for: 4m}
`, "", []string{"P5"}, manySeeds},
		{"host-forgets", `
  - {cut: phone-host, one-way: in, after: 0s..40ms, of: swipe of sale 1, for: 60s}
  - {drop: phone, between: approval and record, of: sale 3}
`, "payment: {deduplicates: 1h}\n", []string{"P5"}, manySeeds},
		{"phone-dies", `
  - {drop: phone, after: 0s..100ms, of: arm of sale 1}
  - {drop: phone, after: 0s..100ms, of: swipe of sale 2}
  - {drop: phone, after: 0s..300ms, of: request of sale 3}
  - {drop: phone, between: approval and record, of: sale 4}
  - {kill: phone, after: 0s..300ms, of: request of sale 5, for: 3s}
`, "", []string{"P1", "P4"}, 5 * manySeeds},
		{"dongle-dies", `
  - {drop: phone.dongle, after: 0s..1s, of: arm of sale 1}
  - {drop: phone.dongle, after: 0s..50ms, of: swipe of sale 2}
  - {drop: phone, after: 0s..100ms, of: swipe of sale 3, for: 8s}
  - {drop: phone.dongle, after: 0s..100ms, of: swipe of sale 3, for: 5s}
  - {drop: phone, after: 0s..300ms, of: request of sale 4, for: 10s}
  - {drop: phone.dongle, after: 0s..300ms, of: request of sale 4, for: 5s}
`, "", []string{"P4"}, 5 * manySeeds},
		{"declined", `
  - {drop: phone, after: 0s..300ms, of: request of sale 3}
`, "payment: {declines: {online: 50%}}\n", []string{"P3"}, manySeeds},
	} {
		It("is settled by asking: "+c.name, func() {
			s := counterOf(c.name, c.weather, c.payment).sweep(manySeeds, func(o *ran) {
				o.holds()
				Expect(o.counts.Sales.Captured).To(Equal(o.money().card), "captured, and sold by card: %+v; %s", o.money(), o.where())
			})
			Expect([]int{s.sales.Rung, s.sales.Lost, s.sales.Duplicated}).To(Equal([]int{5 * manySeeds, 0, 0}))
			s.exercised(c.least, c.ids...)
			s.exercised(2*manySeeds, "P2", "P3")
			if c.name == "dongle-dies" {
				Expect(forgot(counterOf(c.name, c.weather, c.payment))).To(BeNumerically(">", 0), "readers that forgot")
			}
		})
	}
})

// forgot counts, over some seeds, the readers that lost their memory with
// their power.
func forgot(t tale) int {
	n := 0
	t.sweep(manySeeds/5, func(o *ran) {
		for _, e := range o.of(history.KindDisarmed) {
			if e.Text == "power lost" {
				n++
			}
		}
	})
	return n
}

var _ = Describe("Card data", Label("payments"), func() {
	It("is found nowhere in clear, in no seed of the storm", func() {
		for _, o := range storm().all {
			p9 := o.results["P9"]
			Expect(p9.Verdict).To(Equal(check.Holds), "%s; %s", p9.Detail(), o.where())
			Expect(p9.Checked).To(BeNumerically(">=", 500), "places looked at; %s", o.where())
		}
	})
})
