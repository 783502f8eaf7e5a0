package peers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/nmea"
)

// reading is what a module makes of a sentence.
type reading struct {
	Valid    bool
	Lat, Lon float64
	Time     time.Time
}

// The sentences of the emulated receiver, as gps and nmea-simple read them: all
// four corners of the earth, to the last digit, and none without satellites.
func TestOurSentences(t *testing.T) {
	t.Parallel()
	p := node(t, "nmea.mjs")
	at := time.Date(2026, 11, 22, 6, 7, 8, 90e6, time.UTC)
	for _, fix := range []*nmea.Fix{
		{LatE7: 14_5995000, LonE7: 120_9842000, AccuracyCM: 350}, {LatE7: -33_8568000, LonE7: -70_9842123, AccuracyCM: 800},
		{LatE7: 89_9999999, LonE7: 179_9999999, AccuracyCM: 500}, {LatE7: -1, LonE7: -1, AccuracyCM: 500}, nil,
	} {
		lines := strings.Fields(string(nmea.Append(nil, fix, at)))
		require.Len(t, lines, 2)
		var got [][]reading
		p.call(map[string]any{"op": "parse", "lines": lines}, &got)
		for i, both := range got {
			for k, r := range both {
				want := reading{Valid: fix != nil}
				if fix != nil {
					want.Lat, want.Lon = float64(fix.LatE7)/1e7, float64(fix.LonE7)/1e7
				}
				assert.Equal(t, want.Valid, r.Valid, "%s, module %d", lines[i], k)
				assert.InDelta(t, want.Lat, r.Lat, 5e-9, "%s, module %d", lines[i], k)
				assert.InDelta(t, want.Lon, r.Lon, 5e-9, "%s, module %d", lines[i], k)
				assert.Equal(t, "06:07:08.09", r.Time.UTC().Format("15:04:05.99"), "%s, module %d", lines[i], k)
			}
		}
	}
}
