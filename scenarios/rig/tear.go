package rig

import (
	"stormrig/sim"
	"stormrig/sim/device"
	"stormrig/sim/shop"
)

// hangs lets the cashier see that printed paper hangs out of a printer without a
// cutter.
func (r *Run) hangs(printer string) error {
	return r.apply(sim.Act{Unit: cashierOf(tillOf(printer)), Action: shop.ActHangs})
}

func (r *Run) hasCutter(printer string) bool {
	return sim.Inside(r.world.Unit(printer)).(*device.Printer).Profile.Cutter > 0
}
