package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/machine"
	"stormrig/sim/device"
)

// hosted is what a printer prints, and what it notes, for some bytes.
func hosted(bytes string) (lines, notes []string) {
	d := device.NewPrinter(device.Counter80())
	d.Watched = true
	out := d.Handle(machine.Now{}, machine.Input{Kind: machine.Boot})
	out = append(out, d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: device.Port})...)
	d = d.Clone().(*device.Printer)
	out = append(out, d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: device.Port, Data: []byte(bytes)})...)
	d = d.Clone().(*device.Printer)
	out = append(out, d.Handle(machine.Now{Mono: time.Minute}, machine.Input{Kind: machine.Wake})...)
	for _, o := range out {
		if n, ok := o.Tell.(device.Noted); ok {
			notes = append(notes, n.What+": "+n.Detail)
		}
	}
	for _, p := range d.Pieces() {
		lines = append(lines, p.Lines...)
	}
	return lines, notes
}

// What stands between two GS : is done, kept over ESC @, and done again by GS ^.
func TestMacro(t *testing.T) {
	for _, c := range []struct {
		name, bytes  string
		lines, notes []string
	}{
		{"three more times", "\x1d:a\n\x1d:\x1b@b\n\x1d^\x03\x00\x00", []string{"a", "b", "a", "a", "a"}, nil},
		{"with ESC @ in it", "\x1d:\x1b@a\n\x1d:\x1d!\x11b\n\x1d^\x01\x00\x00", []string{"a", "b", "a"}, nil},
		{"none is kept", "\x1d^\x01\x00\x00a\n", []string{"a"}, []string{"ignored: no macro is kept (GS ^)"}},
		{"GS ^ inside forgets it", "\x1d:a\n\x1d^\x01\x00\x00\x1d^\x01\x00\x00", []string{"a"}, []string{"ignored: no macro is kept (GS ^)"}},
		{"two marks forget it", "\x1d:a\n\x1d:\x1d:\x1d:\x1d^\x01\x00\x00", []string{"a"}, []string{"ignored: no macro is kept (GS ^)"}},
		{"waits", "\x1d:a\n\x1d:\x1d^\x01\x05\x01", []string{"a", "a"}, []string{"ignored: GS ^ waits for no time and no button here"}},
	} {
		lines, notes := hosted(c.bytes)
		assert.Equal(t, c.lines, lines, c.name)
		assert.Equal(t, c.notes, notes, c.name)
	}
}

// What a make does not have is said, and what stands there stays.
func TestWhatAMakeLacksIsSaid(t *testing.T) {
	lines, notes := hosted("\x1bt\x47\x82\n\x1bR\x63#\n\x1dI\x45\x1be\x01")
	assert.Equal(t, []string{"é", "#"}, lines)
	assert.Equal(t, []string{
		"ignored: this printer has no code page 71 (ESC t): PC437 stays",
		"ignored: this printer has no character set of country 99 (ESC R)",
		"ignored: GS I 69 asks for what it does not say",
		"ignored: ESC e 01h (feeds lines backwards)",
	}, notes)
}
