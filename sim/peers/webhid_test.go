package peers_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/scan"
	"stormrig/sim/emulator"
)

// What the module makes of a scan.
type hidScan struct {
	Value, Symbology, AIM, GTIN string
	FNC1, Reports               int
}

// The reports of our HID POS scanner, as a page in a browser decodes them.
func TestWebHIDDecodesOurReports(t *testing.T) {
	t.Parallel()
	p := node(t, "webhid.mjs")
	kind, err := emulator.Scanner("hid-pos", nil)
	s := serve(t, kind, err, "tcp:127.0.0.1:0")
	host, number := s.address()
	port, err := strconv.Atoi(number)
	require.NoError(t, err)
	var none any
	p.call(map[string]any{"op": "connect", "host": host, "port": port}, &none)
	require.Eventually(t, func() bool { return s.Status().Connected }, patience, time.Millisecond)
	long := "(01)-free text with " + strings.Repeat("0123456789", 12)
	for _, c := range []struct {
		trigger string
		want    hidScan
	}{
		{"4006381333931", hidScan{"4006381333931", "ean13", "]E0", "04006381333931", 0, 1}},
		{"96385074", hidScan{"96385074", "ean8", "]E4", "00000096385074", 0, 1}},
		// A UPC-A is the EAN-13 that it is (ISO/IEC 15424): the module, which
		// goes by the length, then calls it so. Its GTIN is the same.
		{"036000291452", hidScan{"0036000291452", "ean13", "]E0", "00036000291452", 0, 1}},
		{"]C0SALE-12", hidScan{"SALE-12", "code128", "]C0", "", 0, 1}},
		{"]C1010400638133393110AB12", hidScan{"010400638133393110AB12", "gs1-128", "]C1", "04006381333931", 1, 1}},
		{"]C110AB12\x1d0104006381333931", hidScan{"10AB12\x1d0104006381333931", "gs1-128", "]C1", "04006381333931", 1, 1}},
		{"]Q1https://example.com/1", hidScan{"https://example.com/1", "qr-code", "]Q1", "", 0, 1}},
		{"]Q3010400638133393121X", hidScan{"010400638133393121X", "qr-code", "]Q3", "04006381333931", 1, 1}},
		{"]d1matrix", hidScan{"matrix", "data-matrix", "]d1", "", 0, 1}},
		{"]d2010400638133393117301231", hidScan{"010400638133393117301231", "data-matrix", "]d2", "04006381333931", 1, 1}},
		{"]e00104006381333931", hidScan{"0104006381333931", "gs1-databar-omni", "]e0", "04006381333931", 0, 1}},
		{scan.QR + long, hidScan{long, "qr-code", "]Q1", "", 0, 3}}, // over three reports
	} {
		s.do("trigger", c.trigger)
		var got hidScan
		p.call(map[string]any{"op": "next"}, &got)
		assert.Equal(t, c.want, got, c.trigger)
	}
}
