package rig

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/port"
)

const whole = `rig: counter-one
till: phone
pause: 30s
devices:
  scanner: {port: "hidraw:/dev/hidraw0", speaks: hid-pos}
  printer:
    port: serial:/dev/ttyUSB0?baud=19200&flow=xonxoff
    profile: counter80
    power: {relay: "serial:/dev/ttyUSB1", channel: 2, inverted: true}
  dongle:
    port: tcp:127.0.0.1:9102
    operator: http://127.0.0.1:8102
    power: {shelly: "http://192.168.1.20/", generation: 2, id: 1}
`

func TestParse(t *testing.T) {
	r, err := Parse("rig.yaml", []byte(whole))
	require.NoError(t, err)
	assert.Equal(t, []any{"counter-one", "phone", 30 * time.Second}, []any{r.Name, r.Till, r.Pause})
	require.Len(t, r.Bench, 3)
	assert.Equal(t, []string{"scanner", "dongle", "printer"}, []string{r.Bench[0].Class, r.Bench[1].Class, r.Bench[2].Class})
	assert.Equal(t, port.HIDRaw, r.Bench[0].Port.Kind)
	assert.Equal(t, []string{"hand", "hid-pos"}, []string{r.Bench[0].Operator, r.Bench[0].Speaks})
	assert.Nil(t, r.Bench[0].Switch)
	assert.Equal(t, "Shelly http://192.168.1.20 switch 1", r.Bench[1].Switch.String())
	assert.Contains(t, r.Bench[2].Switch.String(), "channel 2, inverted")
	assert.Equal(t, 576, r.Bench[2].Printer.DotsPerLine)
}

func TestSwiper(t *testing.T) {
	r, err := Parse("rig.yaml", []byte("rig: a\ndevices:\n  dongle: {port: 'hidraw:/dev/hidraw1', speaks: swiper}\n"))
	require.NoError(t, err)
	assert.Equal(t, driver.SpeaksSwiper, r.Bench[0].Speaks)
}

func TestWrongFiles(t *testing.T) {
	for _, c := range []struct{ text, says, caret string }{
		{"rig: a\ndevices:\n  printer: {port: usb}\n", `rig.yaml:3:19: port "usb": it must begin with one of`, "                  ^"},
		{"rig: a\ndevices:\n  printr: {port: usb}\n", `rig.yaml:3:3: unknown field "printr"`, "  ^"},
		{"rig: a\npause: soon\ndevices:\n  printer: {port: 'tcp:h:1'}\n", `rig.yaml:2:8: "soon" is no time`, "       ^"},
		{"rig: a\n", "nothing stands on the bench", "^"},
		{"devices:\n  printer: {port: 'tcp:h:1'}\n", "the bench has no name", "^"},
		{"rig: a\ndevices:\n  scanner: {port: 'tcp:h:1', profile: counter80}\n", `a scanner has no profile "counter80"`, "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', operator: cat}\n", `"cat" is nobody`, "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', power: {relay: 'tcp:h:1', channel: 1}}\n", `"tcp:h:1" is no serial port`, "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', power: {relay: 'serial:/dev/x'}}\n", "a relay has no channel 0", "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', power: {shelly: 'http://a'}}\n", "which generation", "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', power: {shelly: 'http://a', relay: 'serial:/dev/x'}}\n", "a device has one switch", "^"},
		{"rig: a\ndevices:\n  printer: {port: 'tcp:h:1', power: {}}\n", "which switch?", "^"},
		{"rig: a\ndevices:\n  scanner: {port: 'tcp:h:1', speaks: latin}\n", `does not speak "latin"`, "^"},
		{"rig: a\ndevices:\n  scanner: {port: 'tcp:h:1', speaks: keyboard, layout: es}\n", `no layout "es"`, "^"},
		{"rig: a\ndevices:\n  scanner: {port: 'tcp:h:1', speaks: swiper}\n", `a scanner does not speak "swiper"`, "^"},
		{"rig: a\ndevices:\n  dongle: {port: 'tcp:h:1', speaks: keyboard}\n", `a dongle does not speak "keyboard"`, "^"},
		{"rig: [\n", "rig.yaml:", ""},
	} {
		_, err := Parse("rig.yaml", []byte(c.text))
		require.Error(t, err, c.text)
		assert.Contains(t, err.Error(), c.says, c.text)
		assert.Contains(t, err.Error(), "hint: ", c.text)
		assert.Contains(t, err.Error(), c.caret, c.text)
	}
}

func TestEverythingWrongIsSaid(t *testing.T) {
	_, err := Parse("rig.yaml", []byte("rig: a\npause: soon\ndevices:\n  printer: {port: usb}\n"))
	require.Error(t, err)
	assert.Less(t, strings.Index(err.Error(), "soon"), strings.Index(err.Error(), "usb"))
}

// The schema is what editors are given: it changes only with the format.
func TestSchema(t *testing.T) {
	got, err := Schema()
	require.NoError(t, err)
	golden := filepath.Join("testdata", "schema.json")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
	assert.True(t, json.Valid(got))
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("rig: a\ndevices: {printer: {port: x, power: {}}}")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse("rig.yaml", []byte(text))
		if err == nil && len(r.Bench) == 0 {
			t.Fatal("a bench with nothing on it")
		}
	})
}
