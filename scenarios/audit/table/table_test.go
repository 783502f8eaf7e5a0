package table_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/scenarios/audit/table"
)

func TestMoney(t *testing.T) {
	m := table.Money{Decimals: 2}
	for text, want := range map[string]int64{
		"12.90": 1290, "12,90": 1290, "1.290,00": 129000, "1,290.00": 129000, "$1,290.00": 129000, "1 290,00 €": 129000,
		"1.290": 129000, "1,290": 129000, "1'290.50": 129050, "12": 1200, "12.9": 1290, "(12.90)": -1290, "-12,90": -1290,
		"12,90-": -1290, "\u221212.90": -1290, "EUR 12.90": 1290, "12.90 PHP": 1290, "1.234.567,89": 123456789, "0.00": 0, "12.900": 1290000, "12.9000": 1290,
	} {
		n, err := m.Parse(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "abc", "-", "1.2.3", "1.290,00,5", "12.905.1", "1e5", "12.9051"} {
		_, err := m.Parse(text)
		assert.Error(t, err, text)
	}
	n, err := table.Money{Decimals: 2, Mark: '.'}.Parse("1.290")
	assert.NoError(t, err, "a mark that is given stands")
	assert.Equal(t, int64(129), n)
	n, err = table.Money{Decimals: 3}.Parse("12.345")
	assert.NoError(t, err)
	assert.Equal(t, int64(12345), n, "dinars have three decimals")
	n, err = table.Money{}.Parse("1,290")
	assert.NoError(t, err)
	assert.Equal(t, int64(1290), n, "yen")
}

// TestMoneyIsReadBack: however an amount is written, it is read as it was.
func TestMoneyIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1e11, 1e11).Draw(t, "n")
		marks := rapid.SampledFrom([]string{".,", ",.", ".", ",", ". ", ", "}).Draw(t, "marks")
		sign, abs := "", n
		if n < 0 {
			sign, abs = "-", -n
		}
		whole := table.Money{}
		_ = whole
		digits := []byte{}
		for i, v := 0, abs/100; i == 0 || v > 0; i, v = i+1, v/10 {
			if i > 0 && i%3 == 0 && len(marks) > 1 {
				digits = append([]byte{marks[1]}, digits...)
			}
			digits = append([]byte{byte('0' + v%10)}, digits...)
		}
		text := sign + string(digits) + marks[:1] + string([]byte{byte('0' + abs/10%10), byte('0' + abs%10)})
		got, err := table.Money{Decimals: 2}.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, n, got, text)
	})
}

func TestMoments(t *testing.T) {
	manila, err := time.LoadLocation("Asia/Manila")
	require.NoError(t, err)
	want := "2016-11-05 14:02:30"
	for _, tt := range []struct {
		date, clock string
		order       table.Order
	}{
		{"2016-11-05 14:02:30", "", ""}, {"2016-11-05T14:02:30", "", ""}, {"05.11.2016", "14:02:30", ""}, {"5.11.2016", "14:02:30", ""},
		{"11/05/2016", "2:02:30 PM", table.MonthFirst}, {"5/11/2016 14:02:30", "", table.DayFirst}, {"Nov 5, 2016", "14:02:30", ""},
		{"05-Nov-2016", "14:02:30.123", ""}, {"2016-11-05 14:02:30 +0800", "", ""}, {"2016-11-05T06:02:30Z", "", ""}, {"2016-11-05 06:02:30 UTC", "", ""},
		{"2016/11/05", "140230", ""}, {"11/5/16", "2:02:30PM", table.MonthFirst},
	} {
		c := table.Clock{Zone: manila, Order: tt.order}
		at, whole, err := c.Parse(tt.date, tt.clock)
		if assert.NoError(t, err, "%s %s", tt.date, tt.clock) {
			assert.True(t, whole)
			assert.Equal(t, want, at.In(manila).Format(time.DateTime), "%s %s", tt.date, tt.clock)
		}
	}
	c := table.Clock{}
	_, _, err = c.Parse("03/04/2016", "10:00")
	assert.ErrorIs(t, err, table.ErrOrder)
	assert.Equal(t, table.DayFirst, table.Tell("31/12/2016"))
	assert.Equal(t, table.MonthFirst, table.Tell("12/31/2016 10:00"))
	assert.Equal(t, table.AnyOrder, table.Tell("2016-12-31"))
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"4012888888881881":                     "****1881",
		"4012 8888 8888 1881":                  "****1881",
		"card 4012-8888-8888-1881 exp 12/20":   "card ****1881 exp 12/20",
		"378282246310005":                      "****0005",
		"4012888888881882":                     "4012888888881882", // the check digit is wrong
		"2000000000039":                        "2000000000039",    // a barcode
		"1479859200000000000":                  "1479859200000000000",
		"order 5550000001":                     "order 5550000001",
		"c4012888888881881c":                   "c****1881c",
		"4012888888881881 and 378282246310005": "****1881 and ****0005",
	} {
		got, masked := table.Mask(text, false)
		assert.Equal(t, want, got)
		assert.Equal(t, want != text, masked, text)
	}
	got, _ := table.Mask("4222222222222", true)
	assert.Equal(t, "****2222", got, "13 digits in a column of cards")
	for text, want := range map[string]string{"**** 1234": "1234", "Visa 1234": "1234", "1234": "1234", "123": "0123", "": "", "Visa": "", "12345678": "5678", "x12": ""} {
		assert.Equal(t, want, table.LastFour(text), text)
	}
}

// FuzzMask: no whole card number survives, whatever stands around it.
func FuzzMask(f *testing.F) {
	f.Add("a", "b")
	f.Add(" ", "-1")
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.ContainsAny(before+after, "0123456789- ") {
			t.Skip() // more digits make another number
		}
		got, masked := table.Mask(before+"4012888888881881"+after, false)
		assert.True(t, masked)
		assert.NotContains(t, got, "4012888888881881")
	})
}
