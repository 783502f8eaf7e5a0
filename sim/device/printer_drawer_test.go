package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/driver"
	"stormrig/pos"
	"stormrig/sim/device"
)

// The drawer's state is told by printers that report a change by themselves and
// by those that must be asked, whatever level their drawers have when shut, and
// by none that has no drawer.
func TestDrawerStateIsTold(t *testing.T) {
	for name, p := range map[string]struct {
		host driver.PrinterProfile
		dev  device.PrinterProfile
	}{
		"reports by itself": {driver.PrinterCounter80(), device.Counter80()},
		"must be asked":     {driver.PrinterClone58(), device.Clone58()},
	} {
		for _, drawer := range []string{"drawer", "drawer-low", ""} {
			t.Run(name+" "+drawer, func(t *testing.T) {
				r := newPrinterRig(p.host, p.dev)
				if drawer != "" {
					r.hand(drawer, "")
				}
				r.powerOn()
				r.start()
				r.do(pos.Kick{Intent: "1"})
				r.do(pos.Print{Job: 1, Doc: receipt(1)})
				r.run(15 * time.Second)
				states := r.states()
				want := pos.PrinterState{Online: true}
				assert.Equal(t, want, states[0], "before the first pulse")
				if drawer != "" {
					want.Drawer = pos.DrawerOpen
				}
				assert.Equal(t, want, states[len(states)-1])
				if drawer == "" || !p.host.AutoStatus {
					return // it says no more of itself
				}
				r.hand("shut-drawer", "")
				r.run(time.Second)
				states = r.states()
				assert.Equal(t, pos.DrawerShut, states[len(states)-1].Drawer)
			})
		}
	}
}

// Between sales nothing is asked any more.
func TestNoPollingOfAnIdlePrinter(t *testing.T) {
	r := rigWith(driver.PrinterClone58(), device.Clone58())
	r.do(pos.Kick{Intent: "1"})
	r.run(30 * time.Second)
	asked := r.toDev
	r.run(time.Hour)
	assert.Equal(t, asked, r.toDev)
}
