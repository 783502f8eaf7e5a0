package live

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/fault"
	"stormrig/hil/port"
	"stormrig/scenarios/check"
	"stormrig/scenarios/spec"
)

// The same day with a terminal that waits for the till's word and asks the card
// host over a line of its own: its cable pulled, its power lost, its till killed
// in the middle of the payment, on a real tty.
func TestTerminal(t *testing.T) {
	for _, class := range []string{spec.DongleTerminal, spec.DongleConfirm, spec.DongleStands, spec.DongleBlocks} {
		text := strings.Replace(threeSales, "location]}", "location], dongle: "+class+"}", 1)
		for _, f := range []fault.Fault{
			on(fault.Unplug, "phone.dongle", "swipe", 2),
			on(fault.Drop, "phone.dongle", "swipe", 2),
			on(fault.Drop, "phone.dongle", "committed", 2),
			on(fault.Kill, "phone", "swipe", 2),
			on(fault.Kill, "phone", "committed", 2),
		} {
			t.Run(class+" "+f.ID, func(t *testing.T) {
				t.Parallel()
				_, results := play(t, scenario(t, text), port.PTY, f)
				assert.Equal(t, check.Holds, results["P1"].Verdict)
			})
		}
	}
}
