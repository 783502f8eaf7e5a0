package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/sim/history"
)

var _ = Describe("Stock", Label("stock"), func() {
	It("goes below nothing when the last piece is sold twice, and both sales stand", func() {
		s := told("oversell", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 14:00"}
tills:
  phone: {devices: [scanner, printer]}
  tablet: {devices: [scanner, printer]}
sales:
  - {at: "10:30", till: phone, lines: [9 x linen-dress/s/white]}
  - {at: "11:30", till: phone, lines: [4 x linen-dress/s/white, fan]}
  - {at: "11:31", till: tablet, lines: [4 x linen-dress/s/white]}
weather:
  - {cut: network, at: "11:00", for: 1h}
  - {drop: tablet, during: commit, of: sale 3}
expect: {rung: 3}
`).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.wrongStock()).To(BeEmpty(), o.where)
			for _, e := range o.of(history.KindState) { // 15 there were, 17 were sold
				Expect(e.Stock).To(HaveKeyWithValue("linen-dress/s/white", int64(-2)), "at %s; %s", e.Who, o.where())
			}
		})
		s.oneEach(3)
	})
})
