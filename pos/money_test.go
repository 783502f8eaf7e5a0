package pos

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMoneyIsWrittenAndRead(t *testing.T) {
	for _, tc := range []struct {
		currency Currency
		amount   Amount
		text     string
	}{
		{"PHP", 129000, "1290.00"},
		{"PHP", 5, "0.05"},
		{"PHP", 0, "0.00"},
		{"PHP", -5, "-0.05"},
		{"PHP", -129050, "-1290.50"},
		{"JPY", 500, "500"},
		{"JPY", -1, "-1"},
		{"KWD", 1234, "1.234"},
		{"KWD", 7, "0.007"},
		{"CLF", 12345, "1.2345"},
		{"CLF", -1, "-0.0001"},
		{"EUR", math.MaxInt64, "92233720368547758.07"},
		{"EUR", math.MinInt64, "-92233720368547758.08"},
	} {
		assert.Equal(t, tc.text, tc.currency.Decimal(tc.amount))
		assert.Equal(t, string(tc.currency)+" "+tc.text, tc.currency.Format(tc.amount))
		a, c, err := ParseMoney(tc.currency.Format(tc.amount))
		require.NoError(t, err)
		assert.Equal(t, tc.amount, a)
		assert.Equal(t, tc.currency, c)
	}
}

func TestShortAmountsAreRead(t *testing.T) {
	for text, want := range map[string]Amount{"12": 1200, "12.5": 1250, "0012.50": 1250, "-0": 0} {
		got, err := Currency("EUR").ParseDecimal(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestWhatIsNoAmount(t *testing.T) {
	for _, tc := range []struct{ currency, text, why string }{
		{"EUR", "", "not an amount"},
		{"EUR", "-", "not an amount"},
		{"EUR", ".", "not an amount"},
		{"EUR", ".50", "not an amount"},
		{"EUR", "1.", "not an amount"},
		{"EUR", "1.2.3", "not an amount"},
		{"EUR", "--1", "not an amount"},
		{"EUR", "+1", "not an amount"},
		{"EUR", "1,50", "not an amount"},
		{"EUR", "1 000", "not an amount"},
		{"EUR", "1e3", "not an amount"},
		{"EUR", "١", "not an amount"},
		{"EUR", "1.005", "has 3 decimals, EUR has 2"},
		{"JPY", "1.0", "has 1 decimals, JPY has 0"},
		{"KWD", "1.0000", "has 4 decimals, KWD has 3"},
		{"EUR", "92233720368547758.08", "too large"},
		{"EUR", "-92233720368547758.09", "too large"},
		{"EUR", "99999999999999999999", "too large"},
	} {
		_, err := Currency(tc.currency).ParseDecimal(tc.text)
		assert.ErrorContains(t, err, tc.why, "%s %q", tc.currency, tc.text)
	}
	for _, text := range []string{"", "EUR", "12.00", "XXX 1", "eur 1.00", "EUR1.00"} {
		_, _, err := ParseMoney(text)
		assert.ErrorContains(t, err, `write it like "PHP 1290.00"`, text)
	}
}

func TestCurrencies(t *testing.T) {
	for exponent, codes := range map[int][]Currency{
		0: {"JPY", "KRW", "VND", "CLP", "UGX", "XOF", "UYI"},
		2: {"PHP", "EUR", "USD", "HUF", "TWD", "XCG"},
		3: {"KWD", "BHD", "OMR", "TND"},
		4: {"CLF", "UYW"},
	} {
		for _, c := range codes {
			assert.True(t, c.Valid(), c)
			assert.Equal(t, exponent, c.Exponent(), c)
		}
	}
	for _, c := range []Currency{"", "XXX", "XAU", "XTS", "DEM", "php", "PH"} {
		assert.False(t, c.Valid(), c)
		assert.Equal(t, 2, c.Exponent(), c)
	}
}

func TestMoneyLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]Currency{"JPY", "PHP", "KWD", "CLF"}).Draw(t, "currency")
		a := Amount(rapid.Int64().Draw(t, "amount"))
		got, err := c.ParseDecimal(c.Decimal(a))
		require.NoError(t, err)
		assert.Equal(t, a, got)
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"PHP 1290.00", "JPY 500", "KWD -0.001", "EUR 1.", "", "EUR 99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, c, err := ParseMoney(s)
		if err != nil {
			return
		}
		back, err := c.ParseDecimal(c.Decimal(a))
		if err != nil || back != a {
			t.Fatalf("%q is %d and comes back as %d, %v", s, a, back, err)
		}
	})
}
