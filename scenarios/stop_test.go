package scenarios_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"stormrig/fault"
	"stormrig/hil/station"
	"stormrig/sim/history"
)

var _ = Describe("A start after a stop", Label("power"), func() {
	// Half an hour after the opening the till is switched off: in order, or
	// by its battery falling out.
	quiet := `
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 11:30"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
sales:
  - {at: "10:05", pay: card, lines: [scarf/jade, fan]}
  - {at: "10:10", lines: [fan]}
  - {at: "10:15", pay: card, lines: [wallet/sand]}
  - {at: "11:00", lines: [fan]}
weather:
  - {edit: scarf/jade, by: assistant, price: PHP 850.00, at: "10:20"}
  - {edit: fan, by: assistant, price: PHP 190.00, at: "10:58"}
expect: {rung: 4}
`
	at := 30 * time.Minute
	stop := fault.Fault{ID: "stop", Kind: fault.Device, Target: "phone", When: fault.At(at), Args: fault.Args{Action: station.ActStop}}
	off := fault.Fault{ID: "off", Kind: fault.Drop, Target: "phone", When: fault.At(at + 10*time.Second), For: 20 * time.Second}

	It("folds only what lies beyond the checkpoint, and after a stop in order that is nothing", func() {
		s := told("clean-stop", quiet).with(stop, off).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.folded()).To(BeZero(), o.where)
		})
		s.oneEach(4)
	})

	It("folds what came since when nobody stopped it", func() {
		s := told("unclean-stop", quiet).with(off).sweep(manySeeds, func(o *ran) {
			o.holds()
			Expect(o.folded()).To(BeNumerically(">", 0), o.where)
		})
		s.oneEach(4)
	})
})

// folded is how many entries the phone's second start folded. It asserts that
// there was something that could have been folded.
func (o *ran) folded() int64 {
	GinkgoHelper()
	for _, e := range o.of(history.KindStarted) {
		if e.Who == "phone" && e.Gen == 2 {
			Expect(e.Done).To(BeNumerically(">=", 10), "entries recovered; %s", o.where())
			return e.Total
		}
	}
	Fail("the phone did not start again; " + o.where())
	return -1
}
