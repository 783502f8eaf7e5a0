package driver

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/machine"
)

// A device that never pauses takes no more room than a report.
func TestSwiperThatNeverPauses(t *testing.T) {
	d := NewSwiper()
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: PortDongle})
	for range 100 {
		d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: PortDongle, Data: make([]byte, 1000)})
	}
	assert.Len(t, d.buf, swipeMost)
}
