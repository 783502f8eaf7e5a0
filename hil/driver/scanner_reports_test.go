package driver

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/machine"
	"stormrig/hil/wire/scan"
	"stormrig/pos"
)

// reported plays reports to a driver that is connected, in pieces as a port
// hands them out, and returns what the till hears.
func reported(d Driver, pieces ...[]byte) (events []pos.Event, written int) {
	now := machine.Now{}
	d.Handle(now, machine.Input{Kind: machine.Boot})
	d.Handle(now, machine.Input{Kind: machine.Opened, Port: PortScanner})
	for _, p := range pieces {
		s := d.Handle(now, machine.Input{Kind: machine.Data, Port: PortScanner, Data: p})
		events = append(events, s.Events...)
		written += len(s.Out)
		d = d.Clone() // a copy goes on where its original was
	}
	return events, written
}

func TestReportScanner(t *testing.T) {
	long := "01040063813339311021LOT-OF-MORE-THAN-FIFTY-SIX-CHARACTERS-IN-TWO-REPORTS-0123456789"
	longPOS := scan.AppendPOS(nil, scan.QR, long)
	keys, _ := scan.AppendKeys(nil, "de", "]E04006381333931\r")
	for name, c := range map[string]struct {
		d      Driver
		pieces [][]byte
		want   []pos.Event
	}{
		"pos":               {NewReportScanner(SpeaksPOS, "us", scan.Default()), [][]byte{scan.AppendPOS(nil, scan.EAN13, "4006381333931")}, []pos.Event{pos.Scanned{Code: "4006381333931", Symbology: scan.EAN13}}},
		"pos, a lost digit": {NewReportScanner(SpeaksPOS, "us", scan.Default()), [][]byte{scan.AppendPOS(nil, scan.EAN13, "400638133393")}, nil},
		"pos, two reports":  {NewReportScanner(SpeaksPOS, "us", scan.Default()), [][]byte{longPOS[:64], longPOS[64:]}, []pos.Event{pos.Scanned{Code: long, Symbology: scan.QR}}},
		"keyboard":          {NewReportScanner(SpeaksKeyboard, "de", scan.Default()), [][]byte{keys[:40], keys[40:]}, []pos.Event{pos.Scanned{Code: "4006381333931", Symbology: scan.EAN13}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, written := reported(c.d, c.pieces...)
			assert.Equal(t, c.want, got)
			assert.Zero(t, written, "it can be told nothing")
		})
	}
}

// What a scanner had begun before its plug was pulled is not the beginning of
// what it scans afterwards.
func TestReportScannerReplugged(t *testing.T) {
	long := scan.AppendPOS(nil, scan.QR, "0123456789012345678901234567890123456789012345678901234567890123456789")
	d := NewReportScanner(SpeaksPOS, "us", scan.Default())
	reported(d, long[:64])
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Closed, Port: PortScanner})
	got, _ := reported(d, scan.AppendPOS(nil, scan.EAN13, "4006381333931"))
	assert.Equal(t, []pos.Event{pos.Scanned{Code: "4006381333931", Symbology: scan.EAN13}}, got)
	assert.Empty(t, d.Do(machine.Now{}, pos.Beep{Good: true}).Out)
}
