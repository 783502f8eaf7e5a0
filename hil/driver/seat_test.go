package driver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/machine"
	"stormrig/pos"
)

// A key is as old as its last byte.
func TestAKeyThatWaited(t *testing.T) {
	d := NewSeat()
	in := machine.Input{Kind: machine.Data, Port: PortSeat, Data: []byte("no\n"), First: 3 * time.Second, Per: time.Millisecond}
	for _, waited := range []time.Duration{0, time.Second} {
		s := d.Handle(machine.Now{Mono: 3*time.Second + 2*time.Millisecond + waited}, in)
		assert.Equal(t, []pos.Event{pos.Pressed{Word: "no", Waited: waited}}, s.Events)
	}
}
