package nmea

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 7, 18, 6, 2, 3, 0, time.UTC)

// The checksums were computed by another program.
func TestAppendGolden(t *testing.T) {
	manila := Fix{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}
	assert.Equal(t, "$GPRMC,060203.00,A,1435.970000,N,12059.053200,E,0.0,,180726,,,A*7B\r\n"+
		"$GPGGA,060203.00,1435.970000,N,12059.053200,E,1,08,0.90,10.0,M,0.0,M,,*5D\r\n",
		string(Append(nil, &manila, noon)))
	assert.True(t, bytes.HasPrefix(Append(nil, nil, noon), []byte("$GPRMC,060203.00,V,,,,,,,180726,,,N*70\r\n")))
}

// Sentences of other makers' receivers, as published with their checksums.
func TestParsePublished(t *testing.T) {
	for _, c := range []struct {
		line string
		want Sentence
	}{
		{"$GNRMC,220516,A,5133.82,N,00042.24,W,173.8,231.8,130694,004.2,W*6E",
			Sentence{Type: "RMC", Valid: true, Clock: "220516", LatE7: 51_5636667, LonE7: -7040000}},
		{"$GNRMC,142754.0,A,4302.539570,N,07920.379823,W,0.0,,070617,0.0,E,A*21",
			Sentence{Type: "RMC", Valid: true, Clock: "142754.0", LatE7: 43_0423262, LonE7: -79_3396637}},
		{"$GNGGA,203415.000,6325.6138,N,01021.4290,E,1,8,2.42,72.5,M,41.5,M,,*7C",
			Sentence{Type: "GGA", Valid: true, Clock: "203415.000", LatE7: 63_4268967, LonE7: 10_3571500, HDOPE2: 242}},
		{"$GPGGA,034225.077,3356.4650,S,15124.5567,E,1,03,9.7,-25.0,M,21.0,M,,0000*51",
			Sentence{Type: "GGA", Valid: true, Clock: "034225.077", LatE7: -33_9410833, LonE7: 151_4092783, HDOPE2: 970}},
	} {
		got, ok, err := Parse(c.line)
		require.NoError(t, err, c.line)
		require.True(t, ok, c.line)
		assert.Equal(t, c.want, got, c.line)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, body := range []string{
		"GPRMC,060203.00,A,1460.000000,N,12059.053200,E,0.0,,180726,,,A", // 60 minutes
		"GPRMC,060203.00,A,9100.000000,N,12059.053200,E,0.0,,180726,,,A", // beyond the pole
		"GPRMC,060203.00,A,1435.97,X,12059.053200,E,0.0,,180726,,,A",     // no such side
		"GPRMC,060203.00,A,NaN,N,12059.05,E,0.0,,180726,,,A",             // a float may say so
		"GPRMC,060203.00,A,,,,,0.0,,180726,,,A",                          // valid, but nowhere
		"GPGGA,060203.00,1435.97,N,12059.05,E,1,08,,10.0,M,0.0,M,,",      // valid, but how good?
		"GPGGA,060203.00,1435.97",
	} {
		line := string(bytes.TrimSpace(appendSentence(nil, body)))
		_, ok, err := Parse(line)
		assert.ErrorIs(t, err, ErrSentence, body)
		assert.False(t, ok, body)
	}
	_, _, err := Parse("$GPRMC,060203.00,A,1435.970000,N,12059.053200,E,0.0,,180726,,,A*7A")
	assert.ErrorIs(t, err, ErrSentence, "checksum")
	for _, other := range []string{"", "$", "$GPGSV,1,1,00*79", "noise", "$GPRMCX,"} {
		_, ok, err := Parse(other)
		assert.NoError(t, err, other)
		assert.False(t, ok, other)
	}
}

func TestPairs(t *testing.T) {
	fix := Fix{LatE7: -33_9410833, LonE7: 151_4092783, AccuracyCM: 1000}
	pair := Append(nil, &fix, noon)
	later := Append(nil, &fix, noon.Add(time.Second))
	half := bytes.IndexByte(pair, '\n') + 1
	for name, c := range map[string]struct {
		data []byte
		want int
	}{
		"a pair":               {pair, 1},
		"two pairs":            {append(bytes.Clone(pair), later...), 2},
		"GGA first":            {append(bytes.Clone(pair[half:]), pair[:half]...), 1},
		"RMC alone":            {pair[:half], 0},
		"halves of two pairs":  {append(bytes.Clone(pair[:half]), later[half:]...), 0},
		"void":                 {Append(nil, nil, noon), 0},
		"cut line, then whole": {append(bytes.Clone(pair[:20]), pair...), 1},
		"others between":       {append(append(bytes.Clone(pair[:half]), "$GPGSV,1,1,00*79\r\n"...), pair[half:]...), 1},
		"bad one between":      {append(append(bytes.Clone(pair[:half]), "$GPRMC,1*00\r\n"...), pair[half:]...), 0},
	} {
		var p Pairs
		got := p.Feed(c.data)
		assert.Len(t, got, c.want, name)
		for _, g := range got {
			assert.Equal(t, fix, g, name)
		}
	}
}

// Every position survives the way through text, to the last digit.
func TestPositionsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fix := Fix{
			LatE7: rapid.Int64Range(-90_0000000, 90_0000000).Draw(t, "lat"),
			LonE7: rapid.Int64Range(-180_0000000, 180_0000000).Draw(t, "lon"),
			// HDOP has two digits, so accuracy comes in steps of 5 cm.
			AccuracyCM: 5 * rapid.Int64Range(1, 2000).Draw(t, "hdop"),
		}
		var p Pairs
		got := p.Feed(Append(nil, &fix, noon))
		if len(got) != 1 || got[0] != fix {
			t.Fatalf("%+v became %+v", fix, got)
		}
	})
}

func FuzzNMEA(f *testing.F) {
	fix := Fix{LatE7: 14_5995000, LonE7: 120_9842200, AccuracyCM: 450}
	f.Add(Append(nil, &fix, noon), 30)
	f.Add(Append(nil, nil, noon), 5)
	f.Add([]byte("$GNRMC,220516,A,5133.82,N,00042.24,W,173.8,231.8,130694,004.2,W*6E\r\n\\g:1-3-1234*hh\\$"), 2)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = min(max(cut, 0), len(data))
		var whole, parts Pairs
		want := whole.Feed(data)
		require.Equal(t, want, append(parts.Feed(data[:cut]), parts.Feed(data[cut:])...))
		for _, g := range want {
			require.LessOrEqual(t, max(g.LatE7, -g.LatE7), int64(90_0000000))
			require.LessOrEqual(t, max(g.LonE7, -g.LonE7), int64(180_0000000))
			require.GreaterOrEqual(t, g.AccuracyCM, int64(0))
		}
		require.LessOrEqual(t, len(whole.line), maxLine)
		// The parser itself, with a checksum that fits, gets deeper.
		if _, ok, err := Parse(string(bytes.TrimSpace(appendSentence(nil, string(data))))); ok {
			require.NoError(t, err)
		}
	})
}
