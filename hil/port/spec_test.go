package port

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	line := defaultLine()
	fast := Line{Baud: 115200, Flow: FlowXOnXOff, Data: 7, Parity: 'e', Stop: 2}
	for _, c := range []struct {
		text string
		want Spec
	}{
		{"serial:/dev/ttyUSB0", Spec{Kind: Serial, Addr: "/dev/ttyUSB0", Line: line}},
		{"serial:/dev/ttyS0?baud=115200&flow=xonxoff&data=7&parity=e&stop=2", Spec{Kind: Serial, Addr: "/dev/ttyS0", Line: fast}},
		{"serial:?by-id=usb-FTDI_A50285BI-if00-port0", Spec{Kind: Serial, Line: line, Want: Identity{ByID: "usb-FTDI_A50285BI-if00-port0"}}},
		{"serial:?usb=04B8:0202&sn=A+1&at=1-1.2", Spec{Kind: Serial, Line: line, Want: Identity{USB: "04b8:0202", Serial: "A+1", At: "1-1.2"}}},
		{"rfcomm:/dev/rfcomm0", Spec{Kind: RFCOMM, Addr: "/dev/rfcomm0", Line: line}},
		{"rfcomm:AA:BB:CC:DD:EE:FF:3", Spec{Kind: RFCOMM, Addr: "AA:BB:CC:DD:EE:FF:3", Line: line}},
		{"tcp:192.168.1.87", Spec{Kind: TCP, Addr: "192.168.1.87:9100", Line: line}},
		{"tcp:printer:9101", Spec{Kind: TCP, Addr: "printer:9101", Line: line}},
		{"tcp:[::1]:9100", Spec{Kind: TCP, Addr: "[::1]:9100", Line: line}},
		{"tcp:[::1]", Spec{Kind: TCP, Addr: "[::1]:9100", Line: line}},
		{"tcp:fe80::1%eth0", Spec{Kind: TCP, Addr: "[fe80::1%eth0]:9100", Line: line}},
		{"lp:/dev/usb/lp0", Spec{Kind: LP, Addr: "/dev/usb/lp0", Line: line}},
		{"hidraw:?usb=05e0:1300", Spec{Kind: HIDRaw, Line: line, Want: Identity{USB: "05e0:1300"}}},
		{"ble:AA:BB:CC:DD:EE:FF", Spec{Kind: BLE, Addr: "AA:BB:CC:DD:EE:FF", Line: line}},
		{"pty:./printer", Spec{Kind: PTY, Addr: "./printer", Line: line}},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, err := Parse(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			again, err := Parse(got.String())
			require.NoError(t, err, got.String())
			assert.Equal(t, got, again)
		})
	}
}

func TestParseWrong(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "it must begin with one of"},
		{"com1", "it must begin with one of"},
		{"usb:/dev/x", "serial:"},
		{"serial:", "say where"},
		{"serial:/dev/ttyS0?baud=9601", "one of 1200"},
		{"serial:/dev/ttyS0?flow=maybe", "none, xonxoff or rtscts"},
		{"serial:/dev/ttyS0?speed=9600", `there is no option "speed"; known: baud`},
		{"tcp:printer:lots", "no port number"},
		{"tcp:0]0", "neither a name nor an address"},
		{"rfcomm:AA:BB:CC:DD:EE:FF:31", "1 to 30"},
		{"rfcomm:AA:BB", "neither a path nor a radio address"},
		{"ble:printer", "no radio address"},
		{"lp:/dev/usb/lp0?baud=9600", `there is no option "baud"`},
	} {
		t.Run(c.text, func(t *testing.T) {
			_, err := Parse(c.text)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// What String writes, Parse reads.
func TestSpecRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Spec{Kind: Serial, Addr: rapid.StringMatching(`/dev/[a-zA-Z0-9_.-]{1,12}`).Draw(t, "addr"), Line: Line{
			Baud: rapid.SampledFrom(Bauds()).Draw(t, "baud"), Flow: rapid.SampledFrom([]Flow{FlowNone, FlowXOnXOff, FlowRTSCTS}).Draw(t, "flow"),
			Data: rapid.IntRange(7, 8).Draw(t, "data"), Parity: rapid.SampledFrom([]byte("neo")).Draw(t, "parity"), Stop: rapid.IntRange(1, 2).Draw(t, "stop")}}
		s.Want.Serial = rapid.StringMatching(`[ -~]{0,10}`).Draw(t, "serial")
		s.Want.At = rapid.StringMatching(`[0-9.:-]{0,8}`).Draw(t, "at")
		got, err := Parse(s.String())
		require.NoError(t, err, s.String())
		require.Equal(t, s, got)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"serial:/dev/ttyS0?baud=9600&flow=none", "rfcomm:AA:BB:CC:DD:EE:FF:1", "tcp:[::1]:9100", "hidraw:?usb=1:2&sn=%20", "ble:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(s.String())
		require.NoError(t, err, "%q became %q", text, s.String())
		require.Equal(t, s, again)
	})
}

func TestPick(t *testing.T) {
	all := []Found{
		{"/dev/ttyUSB0", Identity{At: "1-1", USB: "0403:6001", Serial: "A1"}},
		{"/dev/ttyUSB1", Identity{At: "1-2", USB: "0403:6001", Serial: "A1"}}, // the same serial: a cheap make
	}
	got, err := pick(Serial, all, Identity{At: "1-2"})
	require.NoError(t, err)
	assert.Equal(t, "/dev/ttyUSB1", got.Path)
	_, err = pick(Serial, all, Identity{Serial: "A1"})
	require.ErrorContains(t, err, "there are several: /dev/ttyUSB0 (at=1-1 usb=0403:6001 sn=A1), /dev/ttyUSB1")
	assert.NotErrorIs(t, err, ErrAbsent, "it will not go away by waiting")
	_, err = pick(Serial, all, Identity{At: "1-3"})
	require.ErrorIs(t, err, ErrAbsent)
}

func TestParseDeviceID(t *testing.T) {
	id := ParseDeviceID("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;\x00")
	assert.Equal(t, map[string]string{"MFG": "EPSON", "CMD": "ESC/POS", "MDL": "TM-T20II", "CLS": "PRINTER"}, id)
	assert.Empty(t, ParseDeviceID(""))
}
