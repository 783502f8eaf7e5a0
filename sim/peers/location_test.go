package peers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/nmea"
	"stormrig/pos"
)

// recorded are sentences of real receivers, with the fixes that are in them:
// degrees and minutes as written, HDOP times 5 m.
var recorded = []struct {
	file  string
	fixes []nmea.Fix
}{
	{"garmin38.nmea", []nmea.Fix{ // RMC before GGA, sentences of the maker's own between
		{LatE7: 33_8075333, LonE7: -118_3523833, AccuracyCM: 900},
		{LatE7: 33_8075167, LonE7: -118_3524000, AccuracyCM: 900},
		{LatE7: 33_8075167, LonE7: -118_3523667, AccuracyCM: 900},
	}},
	{"bu353s4.nmea", []nmea.Fix{ // GGA before RMC
		{LatE7: -37_7847883, LonE7: 175_3148967, AccuracyCM: 550},
		{LatE7: -37_7847917, LonE7: 175_3148967, AccuracyCM: 550},
		{LatE7: -37_7847933, LonE7: 175_3148900, AccuracyCM: 550},
	}},
}

func nmeaFile(name string) string { return filepath.Join("testdata", "nmea", name) }

// located lets the driver locate on a receiver that says these pieces.
func located(pieces [][]byte) (out []pos.Event) {
	d := driver.NewLocation()
	now := machine.Now{}
	d.Do(now, pos.Locate{})
	d.Handle(now, machine.Input{Kind: machine.Opened, Port: driver.PortLocation})
	for _, p := range pieces {
		s := d.Handle(now, machine.Input{Kind: machine.Data, Port: driver.PortLocation, Data: p})
		out = append(out, s.Events...)
	}
	return out
}

func TestRecordedReceivers(t *testing.T) {
	t.Parallel()
	for _, r := range recorded {
		text, err := os.ReadFile(nmeaFile(r.file))
		require.NoError(t, err)
		var p nmea.Pairs
		assert.Equal(t, r.fixes, p.Feed(text), r.file)
		// Byte by byte, the driver takes the first fix that is whole.
		assert.Equal(t, []pos.Event{at(r.fixes[0])}, located(bytes.SplitAfter(text, nil)), r.file)
	}
}

func at(f nmea.Fix) pos.Event {
	return pos.Located{LatE7: f.LatE7, LonE7: f.LonE7, AccuracyCM: f.AccuracyCM}
}
