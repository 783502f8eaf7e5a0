package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// feeds is how many rows of paper a make of printer moves for some bytes.
func feeds(t *testing.T, p device.PrinterProfile, bytes string) (rows int) {
	t.Helper()
	d := device.NewPrinter(p)
	d.Watched = true
	out := d.Handle(machine.Now{}, machine.Input{Kind: machine.Boot})
	out = append(out, d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: device.Port})...)
	out = append(out, d.Handle(machine.Now{}, machine.Input{Kind: machine.Data, Port: device.Port, Data: []byte(bytes)})...)
	out = append(out, d.Handle(machine.Now{Mono: time.Minute}, machine.Input{Kind: machine.Wake})...)
	for _, o := range out {
		if s, ok := o.Tell.(device.Printed); ok {
			rows += s.Height
		}
	}
	return rows
}

// The same distances on a make that counts in half dots and on one of which it
// is not known; cutter and head stand where they stand.
func TestMotionUnitsOfAProfile(t *testing.T) {
	text, err := device.Text(device.ClassPrinter, "tm-t88")
	require.NoError(t, err)
	tm, err := device.ParsePrinter("tm-t88", text)
	require.NoError(t, err)
	dots := tm.Settings
	dots.Units = escpos.Units{}
	const feedAndCut = "\x1bJ\x64\x1dVB\x14"
	assert.Equal(t, 100+20+98, feeds(t, dots, feedAndCut))
	assert.Equal(t, 50+10+98, feeds(t, tm.Settings, feedAndCut))
	assert.Equal(t, 100+20+98, feeds(t, tm.Settings, "\x1dP\xb4\xb4"+feedAndCut))

	_, err = device.ParsePrinter("bad", []byte("profile: bad\nlike: tm-t88\ntitle: x\ngrade: A\nsettings: {motion-units: {dots: 180, x: 0, y: 360}}\nsources: {motion-units: x}\n"))
	require.ErrorContains(t, err, "motion-units")
}
