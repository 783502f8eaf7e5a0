package peers_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/scan"
)

// aimScan is a scan as both parsers get it, gs1Reading what one makes of it.
type (
	aimScan struct {
		AIM   string `json:"aim"`
		Value string `json:"value"`
	}
	gs1Reading struct {
		GTIN     string
		Elements []scan.Element
	}
)

// drawn are the identifiers that the corpus is drawn from, with how long a
// value may be; a fixed one ends in its check digit or is a date.
var drawn = []struct {
	ai       string
	min, max int
	kind     string // digits, text, key, date
}{
	{"00", 18, 18, "key"}, {"01", 14, 14, "key"}, {"02", 14, 14, "key"}, {"10", 1, 20, "text"}, {"11", 6, 6, "date"},
	{"15", 6, 6, "date"}, {"17", 6, 6, "date"}, {"20", 2, 2, "digits"}, {"21", 1, 20, "text"}, {"30", 1, 8, "digits"},
	{"37", 1, 8, "digits"}, {"240", 1, 30, "text"}, {"3103", 6, 6, "digits"}, {"3202", 6, 6, "digits"}, {"3922", 1, 15, "digits"},
	{"3932", 4, 18, "digits"}, {"400", 1, 30, "text"}, {"410", 13, 13, "key"}, {"414", 13, 13, "key"}, {"421", 4, 12, "digits"},
	{"7003", 10, 10, "digits"}, {"8005", 6, 6, "digits"}, {"8020", 1, 25, "text"}, {"91", 1, 90, "text"},
}

const set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

// corpus is 300 GS1 codes and 60 EAN and UPC ones, always the same.
func corpus() (out []aimScan) {
	r := rand.New(rand.NewPCG(4, 1))
	pick := func(from string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = from[r.IntN(len(from))]
		}
		return string(b)
	}
	check := func(digits string) string {
		d, _ := scan.CheckDigit(digits)
		return digits + string(d)
	}
	for n := range 300 {
		var elements []scan.Element
		for range 1 + r.IntN(5) {
			d := drawn[r.IntN(len(drawn))]
			size, value := d.min+r.IntN(d.max-d.min+1), ""
			switch d.kind {
			case "key":
				value = check(pick("0123456789", size-1))
			case "date":
				value = fmt.Sprintf("%02d%02d%02d", r.IntN(100), 1+r.IntN(12), r.IntN(29))
			case "text":
				value = pick(set82, size)
			default:
				value = pick("0123456789", size)
			}
			elements = append(elements, scan.Element{AI: d.ai, Value: value})
		}
		id := []string{scan.GS1128, scan.GS1QR, scan.GS1Matrix, scan.DataBar}[n%4]
		out = append(out, aimScan{id, string(scan.AppendGS1(nil, elements))})
	}
	for n := range 60 {
		id, size := scan.EAN13, 13
		if n%3 == 0 {
			id, size = scan.EAN8, 8
		}
		out = append(out, aimScan{id, check(pick("0123456789", size-1))})
	}
	return out
}

func ours(s aimScan) (r gs1Reading, err error) {
	r.GTIN, _ = scan.GTIN(scan.Scan{Symbology: s.AIM, Code: s.Value})
	if scan.IsGS1(s.AIM) {
		r.Elements, err = scan.ParseGS1(s.Value)
	} else if r.GTIN != "" {
		r.Elements = []scan.Element{{AI: "01", Value: r.GTIN}}
	}
	return r, err
}

// On everything that is right both parsers say the same.
func TestGS1ParsersAgree(t *testing.T) {
	t.Parallel()
	p := node(t, "gs1.mjs")
	scans := corpus()
	scans = append(scans,
		aimScan{scan.GS1128, "0104006381333931"}, aimScan{scan.GS1128, "10AB\x1d"},
		aimScan{scan.GS1128, "10AB\x1d0104006381333931\x1d21X"}, // a separator that is not needed
		aimScan{scan.EAN13, "0036000291452"}, aimScan{scan.EAN8, "00000000"}, aimScan{scan.GS1QR, "3100000000"},
	)
	require.GreaterOrEqual(t, len(scans), 366)
	var theirs []gs1Reading
	p.call(map[string]any{"op": "parse", "scans": scans}, &theirs)
	require.Len(t, theirs, len(scans))
	var third [][]scan.Element // of gs1-barcode-parser-mod
	p.call(map[string]any{"op": "elements", "scans": scans}, &third)
	require.Len(t, third, len(scans))
	for i, s := range scans {
		mine, err := ours(s)
		require.NoError(t, err, "%q", s.Value)
		assert.Equal(t, theirs[i], mine, "%s %q", s.AIM, s.Value)
		if scan.IsGS1(s.AIM) {
			assert.Equal(t, third[i], mine.Elements, "%s %q", s.AIM, s.Value)
		}
	}
}

// Where they differ, and who is right by the GS1 General Specifications.
func TestGS1ParsersDisagree(t *testing.T) {
	t.Parallel()
	p := node(t, "gs1.mjs")
	for _, c := range []struct {
		why   string
		s     aimScan
		says  string // our refusal; empty: we take it
		gtin  string // theirs
		count int    // elements that they find
	}{
		{"3.3.2: the last digit of a GTIN is its check digit; they look at it in web links only",
			aimScan{scan.GS1128, "0104006381333932"}, "wrong check digit", "04006381333932", 1},
		{"3.3.2: a GTIN has 14 digits; they take what is left of one", aimScan{scan.GS1128, "010400638133393"}, "cut short", "0400638133393", 1},
		{"3.4.2: a date has a month and a day", aimScan{scan.GS1128, "17991399"}, "no date", "", 1},
		{"7.11: the character set has no braces", aimScan{scan.GS1128, "10{}"}, "character set", "", 1},
		{"3.4.1: at most 20 characters", aimScan{scan.GS1128, "10" + strings.Repeat("A", 21)}, "too long", "", 1},
		{"3.2: there is no AI 05; they return it as a value without an AI", aimScan{scan.GS1128, "05123"}, "no application identifier", "", 1},
		{"3.2: 235 is an AI since 2019; theirs has no name for it and cuts none off", aimScan{scan.GS1128, "235ABC"}, "", "", 1},
		{"3.2: 417 is an AI; their label table lacks it", aimScan{scan.GS1128, "4174006381333931"}, "", "", 1},
		{"3.2: 7040 is an AI; their label table lacks it", aimScan{scan.GS1128, "70401ABC"}, "", "", 1},
		{"ISO/IEC 15420: an EAN-13 has a check digit", aimScan{scan.EAN13, "4006381333932"}, "no GTIN", "04006381333932", 1},
	} {
		var theirs []gs1Reading
		p.call(map[string]any{"op": "parse", "scans": []aimScan{c.s}}, &theirs)
		assert.Equal(t, c.gtin, theirs[0].GTIN, c.why)
		assert.Len(t, theirs[0].Elements, c.count, c.why)
		mine, err := ours(c.s)
		switch c.says {
		case "":
			assert.NoError(t, err, c.why)
			assert.NotEmpty(t, mine.Elements[0].AI, c.why)
			assert.NotEqual(t, theirs[0], mine, c.why)
		case "no GTIN":
			assert.Empty(t, mine.GTIN, c.why)
		default:
			assert.ErrorContains(t, err, c.says, c.why)
		}
	}
}
