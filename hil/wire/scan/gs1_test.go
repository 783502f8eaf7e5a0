package scan

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseGS1(t *testing.T) {
	for code, want := range map[string][]Element{
		"0104006381333931":                            {{"01", "04006381333931"}},
		"0104006381333931112601011727123110AB-12":     {{"01", "04006381333931"}, {"11", "260101"}, {"17", "271231"}, {"10", "AB-12"}},
		"10AB-12\x1d0104006381333931":                 {{"10", "AB-12"}, {"01", "04006381333931"}},
		"21x\x1d3103000195\x1d39221250":               {{"21", "x"}, {"3103", "000195"}, {"3922", "1250"}},
		"17280200":                                    {{"17", "280200"}}, // some day in February
		"10A\x1d":                                     {{"10", "A"}},
		"39326081250\x1d253400638133393112AB":         {{"3932", "6081250"}, {"253", "400638133393112AB"}},
		"7007260101":                                  {{"7007", "260101"}},
		"7007260101260131":                            {{"7007", "260101260131"}},
		"8010A-/#9\x1d414400638133393184004006381333": nil,
	} {
		got, err := ParseGS1(code)
		if want == nil {
			assert.ErrorIs(t, err, ErrGS1, code)
			continue
		}
		assert.NoError(t, err, code)
		assert.Equal(t, want, got, code)
	}
}

func TestParseGS1Refuses(t *testing.T) {
	for code, says := range map[string]string{
		"":                             "empty",
		"05123":                        "no application identifier",
		"0104006381333932":             "wrong check digit",
		"010400638133393":              "cut short",
		"01040063813339\x1d31":         "cut short",
		"0104006381333931x":            "no application identifier",
		"10" + "123456789012345678901": "1 characters too long",
		"10":                           "cut short",
		"10\x1d21A":                    "cut short",
		"10Ä":                          "character set",
		"11261301":                     "no date",
		"11260230":                     "no date",
		"3106000195":                   "no application identifier",
		"310000019X":                   "character set",
		"8010a":                        "character set",
		"\x1d10A":                      "no application identifier",
	} {
		_, err := ParseGS1(code)
		require.ErrorIs(t, err, ErrGS1, "%q", code)
		assert.Contains(t, err.Error(), says, "%q", code)
	}
}

func TestElementAmount(t *testing.T) {
	for _, c := range []struct {
		e        Element
		value    int64
		decimals int
		currency string
		ok       bool
	}{
		{Element{"3103", "000195"}, 195, 3, "", true},
		{Element{"3922", "1250"}, 1250, 2, "", true},
		{Element{"3932", "6081250"}, 1250, 2, "608", true},
		{Element{"3930", "608"}, 0, 0, "", false},
		{Element{"3942", "1000"}, 0, 0, "", false},
		{Element{"10", "195"}, 0, 0, "", false},
		{Element{"3103", "x"}, 0, 0, "", false},
	} {
		value, decimals, currency, ok := c.e.Amount()
		assert.Equal(t, c, struct {
			e        Element
			value    int64
			decimals int
			currency string
			ok       bool
		}{c.e, value, decimals, currency, ok})
	}
}

func TestGTINOfScans(t *testing.T) {
	for _, c := range []struct {
		s    Scan
		want string
	}{
		{Scan{Symbology: EAN13, Code: "4006381333931"}, "04006381333931"},
		{Scan{Symbology: EAN8, Code: "96385074"}, "00000096385074"},
		{Scan{Symbology: GS1128, Code: "10A\x1d0104006381333931"}, "04006381333931"},
		{Scan{Symbology: GS1Matrix, Code: "10A"}, ""},
		{Scan{Symbology: GS1QR, Code: "nonsense"}, ""},
		{Scan{Symbology: Code128, Code: "0104006381333931"}, ""},
		{Scan{Symbology: EAN13, Code: "4006381333932", Err: ErrCheckDigit}, ""},
	} {
		got, ok := GTIN(c.s)
		assert.Equal(t, c.want, got, c.s)
		assert.Equal(t, c.want != "", ok, c.s)
	}
}

// No identifier begins another, so that the first that fits is the one.
func TestGS1IdentifiersAreAPrefixCode(t *testing.T) {
	for a := range gs1Table() {
		for b := range gs1Table() {
			assert.False(t, a != b && strings.HasPrefix(a, b), "%s begins %s", b, a)
		}
	}
	assert.Greater(t, len(gs1Table()), 400)
}

// element draws an element of any identifier.
func element(t *rapid.T) Element {
	id := rapid.SampledFrom(gs1Identifiers()).Draw(t, "identifier")
	n := rapid.IntRange(atoi(id.from), atoi(id.to)).Draw(t, "which")
	ai := []byte(id.from)
	for i := len(ai) - 1; i >= 0; i, n = i-1, n/10 {
		ai[i] = byte('0' + n%10)
	}
	value := ""
	for _, p := range id.parts {
		if p.mayBeLast && rapid.Bool().Draw(t, "last") {
			break
		}
		value += valueOf(t, p)
	}
	return Element{string(ai), value}
}

func valueOf(t *rapid.T, p part) string {
	n := rapid.IntRange(p.min, p.max).Draw(t, "length")
	if p.date {
		return rapid.StringMatching(`[0-9]{2}(0[1-9]|1[0-2])([01][0-9]|2[0-8])`).Draw(t, "date")
	}
	v := rapid.StringOfN(rapid.SampledFrom(members(p.kind)), n, n, -1).Draw(t, "value")
	if p.check {
		digit, _ := CheckDigit(v[:n-1])
		v = v[:n-1] + string(digit)
	}
	return v
}

// members lists the characters of a set.
func members(kind byte) (out []rune) {
	for c := byte(' '); c < 0x7f; c++ {
		if inSet(kind, c) {
			out = append(out, rune(c))
		}
	}
	return out
}

// The sets have as many members as their names say.
func TestCharacterSets(t *testing.T) {
	assert.Len(t, members('N'), 10)
	assert.Len(t, members('X'), 82)
	assert.Len(t, members('Y'), 39)
}

func TestGS1RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(element), 1, 6).Draw(t, "elements")
		code := string(AppendGS1(nil, want))
		got, err := ParseGS1(code)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q: %v, got %v of %v", code, err, got, want)
		}
	})
}

// What is taken for a GS1 code is written the same way again, but for
// separators that were not needed.
func FuzzGS1(f *testing.F) {
	f.Add("0104006381333931112601011727123110AB-12")
	f.Add("10A\x1d3103000195\x1d39326081250")
	f.Add("7007260101")
	f.Fuzz(func(t *testing.T, code string) {
		got, err := ParseGS1(code)
		if err != nil {
			require.ErrorIs(t, err, ErrGS1)
			return
		}
		again, err := ParseGS1(string(AppendGS1(nil, got)))
		require.NoError(t, err)
		require.Equal(t, got, again)
		for _, e := range got {
			if value, decimals, _, ok := e.Amount(); ok {
				require.GreaterOrEqual(t, value, int64(0))
				require.Less(t, decimals, 10)
			}
		}
	})
}
