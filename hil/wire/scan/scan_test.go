package scan

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCutAIM(t *testing.T) {
	for _, c := range []struct{ text, id, code, name string }{
		{"]E04006381333931", EAN13, "4006381333931", "EAN/UPC"},
		{"]E496385074", EAN8, "96385074", "EAN-8"},
		{"]C10104006381333931", GS1128, "0104006381333931", "GS1-128"},
		{"]C0SH-38-G", Code128, "SH-38-G", "Code 128"},
		{"]Q1https://example.com", QR, "https://example.com", "QR"},
		{"]d201", GS1Matrix, "01", "DataMatrix"},
		{"]e0", DataBar, "", "DataBar"},
		{"4006381333931", "", "4006381333931", "unknown"},
		{"]", "", "]", "unknown"},
		{"]-0x", "", "]-0x", "unknown"},
	} {
		id, code := CutAIM(c.text)
		assert.Equal(t, c.id, id, c.text)
		assert.Equal(t, c.code, code, c.text)
		assert.Equal(t, c.name, SymbologyName(id), c.text)
	}
}

func TestCheckDigits(t *testing.T) {
	for code, want := range map[string]bool{
		"4006381333931":  true, // EAN-13
		"4006381333932":  false,
		"96385074":       true,  // EAN-8
		"036000291452":   true,  // UPC-A
		"10614141000415": true,  // GTIN-14
		"400638133393":   false, // a digit dropped
		"40063813339311": false, // a digit doubled
		"":               false,
		"40063813A3931":  false,
	} {
		assert.Equal(t, want, ValidGTIN(code), code)
	}
	assert.Equal(t, EAN13, Guess("036000291452"))
	assert.Equal(t, EAN8, Guess("96385074"))
	assert.Equal(t, Code128, Guess("SH-38-G"))
}

func TestCutEmbedded(t *testing.T) {
	withDigit := func(digits string) string {
		d, ok := CheckDigit(digits)
		require.True(t, ok)
		return digits + string(d)
	}
	e, ok := CutEmbedded(withDigit("211234500995"))
	assert.True(t, ok)
	assert.Equal(t, Embedded{Prefix: "21", Item: "12345", Value: 995}, e)
	e, ok = CutEmbedded(withDigit("021234570995"))
	assert.True(t, ok)
	assert.Equal(t, Embedded{Prefix: "02", Item: "12345", Value: 995}, e)
	e, ok = CutEmbedded(withDigit("21234570995"))
	assert.True(t, ok, "as UPC-A")
	assert.Equal(t, "02", e.Prefix)
	for _, code := range []string{"2112345009950", "4006381333931", "96385074", "", "211234500995"} {
		_, ok := CutEmbedded(code)
		assert.False(t, ok, code)
	}
}

func TestParserLineEnds(t *testing.T) {
	one := []Scan{{Symbology: EAN13, Code: "4006381333931"}}
	for name, c := range map[string]struct {
		bytes string
		want  []Scan
	}{
		"CR":               {"]E04006381333931\r", one},
		"LF":               {"]E04006381333931\n", one},
		"CR LF":            {"]E04006381333931\r\n", one},
		"doubled CR":       {"]E04006381333931\r\r", one},
		"empty lines":      {"\r\n\r\n]E04006381333931\r\n\r\n", one},
		"stray AE trigger": {"\xAE]E04006381333931\r\n", one},
		"stray controls":   {"\x00]E0400638\x061333931\x7F\r\n", one},
		"no end yet":       {"]E04006381333931", nil},
		"UTF-8 in a QR":    {"]Q1caf\u00e9\r", []Scan{{Symbology: QR, Code: "caf\u00e9"}}},
		"GS kept":          {"]C10104\x1d10A\r", []Scan{{Symbology: GS1128, Code: "0104\x1d10A"}}},
		"dropped digit":    {"]E0400638133393\r", []Scan{{Symbology: EAN13, Code: "400638133393", Err: ErrCheckDigit}}},
		"short UPC-A":      {"]E0036000291452\r", []Scan{{Symbology: EAN13, Code: "036000291452", Err: ErrCheckDigit}}},
		"only an AIM":      {"]E0\r", []Scan{{Symbology: EAN13, Err: ErrEmpty}}},
	} {
		p := NewParser(Default())
		assert.Equal(t, c.want, p.Feed([]byte(c.bytes)), name)
	}
}

func TestParserPrefixAndLength(t *testing.T) {
	short := NewParser(Settings{Suffix: "\r", AIM: true, ShortUPC: true})
	assert.Equal(t, []Scan{{Symbology: EAN13, Code: "036000291452"}}, short.Feed([]byte("]E0036000291452\r")))
	p := NewParser(Settings{Prefix: "S:", Suffix: "\r", Max: 10})
	assert.Equal(t, []Scan{{Code: "12"}}, p.Feed([]byte("xxS:12\r")))
	got := p.Feed([]byte("12\r"))
	require.Len(t, got, 1)
	assert.ErrorIs(t, got[0].Err, ErrNoPrefix)
	got = p.Feed([]byte("S:123456789\rS:ok\r"))
	require.Len(t, got, 2)
	assert.ErrorIs(t, got[0].Err, ErrTooLong)
	assert.Equal(t, Scan{Code: "ok"}, got[1])
	p.Feed([]byte("S:half"))
	p.Reset()
	assert.Equal(t, []Scan{{Code: "new"}}, p.Feed([]byte("S:new\r")))
}

// The bytes are what other programs send to Symbol and Zebra scanners.
func TestBeepGolden(t *testing.T) {
	assert.Equal(t, []byte{0x05, 0xE6, 0x04, 0x00, 0x00, 0xFF, 0x11}, AppendGood(nil))
	assert.Equal(t, []byte{0x05, 0xE6, 0x04, 0x00, 0x13, 0xFE, 0xFE}, AppendBeep(nil, 0x13))
	assert.Equal(t, []byte{0x05, 0xE6, 0x04, 0x00, 0x0C, 0xFF, 0x05}, AppendBeep(nil, 0x0C))
}

func TestBeepsResynchronise(t *testing.T) {
	var p Beeps
	stream := append([]byte{0x00, 0x10, 0xFF, 0x05}, AppendGood(nil)...)
	stream = append(stream, 0x05, 0xE6, 0x04) // cut short
	stream = append(stream, AppendBad(nil)...)
	stream = append(stream, AppendBad(nil)...)
	var got []byte
	for _, c := range stream {
		got = append(got, p.Feed([]byte{c})...)
	}
	assert.Equal(t, []byte{BeepOneHigh, BeepTwoLow, BeepTwoLow}, got)
	assert.Empty(t, p.buf)
}

// What was encoded comes back, however it is cut and whatever follows.
func TestScanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Default()
		code := rapid.StringMatching(`[0-9A-Za-z ./+-]{1,40}`).Draw(t, "code")
		cut := rapid.IntRange(0, len(code)).Draw(t, "cut")
		line := s.Append(nil, Code128, code)
		p := NewParser(s)
		got := p.Feed(line[:cut])
		q := p.Clone()
		p.Feed([]byte("noise in the original must not reach the copy\r"))
		got = append(got, q.Feed(line[cut:])...)
		if len(got) != 1 || got[0].Code != code || got[0].Symbology != Code128 {
			t.Fatalf("sent %q, got %+v", code, got)
		}
	})
}

func FuzzScan(f *testing.F) {
	f.Add([]byte("]E04006381333931\r\n]E496385074\r"), 3)
	f.Add([]byte("\xAE12\r\rS:]Q1x\n"), 1)
	f.Add(AppendBeep(AppendGood(nil), 0x12), 2)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = min(max(cut, 0), len(data))
		for _, s := range []Settings{Default(), {Prefix: "S:", Max: 20}} {
			whole, parts := NewParser(s), NewParser(s)
			want := whole.Feed(bytes.Clone(data))
			got := append(parts.Feed(data[:cut]), parts.Feed(data[cut:])...)
			if len(want)+len(got) > 0 {
				require.Equal(t, want, got)
			}
			for _, g := range got {
				require.LessOrEqual(t, len(g.Code), whole.max())
				CutEmbedded(g.Code)
			}
		}
		var whole, parts Beeps
		want := whole.Feed(data)
		got := append(parts.Feed(data[:cut]), parts.Feed(data[cut:])...)
		require.Equal(t, want, got)
		require.LessOrEqual(t, len(whole.buf), ssiMost+ssiSum)
	})
}
