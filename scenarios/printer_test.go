package scenarios_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/fault"
	"stormrig/sim/history"
)

var _ = Describe("A printer that drops in the middle of a receipt", Label("power"), func() {
	It("prints each receipt whole in the end, one original at most, one kick a sale", func() {
		builtIn("printer-drop").sweep(10, func(o *ran) {
			whole := map[int64]bool{}
			for _, p := range o.of(history.KindPaper) {
				whole[p.Number] = whole[p.Number] || p.State == "cut"
			}
			for _, e := range o.of(history.KindRung) {
				Expect(whole).To(HaveKeyWithValue(e.Number, true), "receipt %d, %s", e.Number, o.where())
			}
		})
		s := shared("printer-drop")
		s.hold(nil)
		s.oneEach(9)
		s.exercised(9*manySeeds, "R1")
		s.exercised(2*manySeeds, "R2", "R3")
		s.exercised(manySeeds, "R4")
	})

	It("bears paper that ends and a cover that opens", func() {
		s := told("paper", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
shoppers: {before: 4, card: 30%}
weather:
  - {paper-out: phone.printer, during: receipt, of: sale 1, at: 30%, for: 40s}
  - {cover-open: phone.printer, during: receipt, of: sale 2, at: 60%, for: 20s}
  - {paper-out: phone.printer, after: 0s..1s, of: scan of sale 3, for: 3m}
expect: {rung: 4}
`).sweep(manySeeds, func(o *ran) { o.holds() })
		s.oneEach(4)
		s.exercised(4*manySeeds, "R1")
	})

	It("loses its own power and its cable at once", func() {
		s := told("printer-dies", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
shoppers: {before: 5, card: 30%}
weather:
  - {drop: phone.printer, during: receipt, of: sale 1}
  - {drop: phone.printer, during: receipt, of: sale 2}
  - {drop: phone, during: receipt, of: sale 3}
  - {drop: phone.printer, during: receipt, of: sale 4}
expect: {rung: 5}
`).sweep(manySeeds, func(o *ran) { o.holds() })
		s.oneEach(5)
		s.exercised(2*manySeeds, "R4")
	})

	// The printer is gone over lunch. What was sold meanwhile is printed when it
	// is back, asked for, or dropped; and in the evening it has no paper for a while.
	for _, policy := range []string{"print", "ask", "drop"} {
		It("was away for hours, and its backlog is to "+policy, func() {
			days, drops := 0, 0
			s := told("backlog-"+policy, `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 18:00"}
tills:
  phone: {devices: [scanner, printer], backlog: `+policy+`}
sales:
  - {at: "10:20", lines: [scarf/jade]}
  - {at: "12:10", lines: [scarf/jade]}
  - {at: "12:40", lines: [beaded-sandals/38/gold]}
  - {at: "13:00", lines: [scarf/jade]}
  - {at: "15:30", lines: [scarf/jade]}
  - {at: "15:40", lines: [scarf/jade]}
  - {at: "16:50", lines: [scarf/jade]}
weather:
  - {unplug: phone.printer, at: "12:00", for: 2h}
  - {paper-out: phone.printer, at: "15:20", for: 1h}
expect: {rung: 7}
`).sweep(manySeeds, func(o *ran) {
				o.holds()
				printed, noted := map[int64]bool{}, 0
				for _, p := range o.of(history.KindPaper) {
					printed[p.Number] = true // 0 is the report
				}
				for _, e := range o.of(history.KindCommit) {
					noted += strings.Count(string(e.Payload), `"outcome":"dropped"`)
				}
				Expect(len(printed)-1+noted).To(Equal(7), "printed %v, %d dropped, %s", printed, noted, o.where())
				days, drops = days+1, drops+noted
			})
			s.oneEach(7)
			switch policy {
			case "print":
				Expect(drops).To(BeZero())
			case "drop":
				Expect(drops).To(Equal(5*days), "3 over lunch, 2 without paper")
			default:
				Expect(drops).To(And(BeNumerically(">", 0), BeNumerically("<", 5*days)))
			}
		})
	}

	It("gets a wrong byte, and nothing but the paper shows it", func() {
		garble := fault.Fault{ID: "noise", Kind: fault.Garble, Target: "phone.printer",
			When: fault.On(fault.Point{Span: fault.SpanReceipt, Basket: 2, Permille: 400})}
		quiet := told("noise", `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 12:00"}
tills:
  phone: {devices: [scanner, printer]}
shoppers: {before: 3}
expect: {rung: 3}
`)
		clean := map[int64]string{}
		quiet.sweep(manySeeds, func(o *ran) { clean[o.seed] = o.papers() })
		spoilt := 0
		s := quiet.with(garble).sweep(manySeeds, func(o *ran) {
			Expect(o.err).NotTo(HaveOccurred(), o.where)
			Expect(o.unfired).To(BeEmpty(), o.where)
			Expect(o.converged).To(BeTrue(), o.where)
			for _, id := range []string{"J1", "J2", "J3", "J4", "M1", "S1", "Y3"} {
				Expect(o.results[id].Details).To(BeEmpty(), o.where)
			}
			if o.papers() != clean[o.seed] {
				spoilt++
			}
		})
		Expect(spoilt).To(BeNumerically(">=", manySeeds/2), "days with a spoilt receipt")
		Expect([]int{s.sales.Lost, s.sales.Duplicated}).To(Equal([]int{0, 0}))
	})
})

// papers is all that came out of the printers, as text.
func (o *ran) papers() string {
	text := ""
	for _, p := range o.of(history.KindPaper) {
		text += strings.Join(p.Lines, "\n") + "\n"
	}
	return text
}
