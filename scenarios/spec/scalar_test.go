package spec

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestScalarsReadAndWrite(t *testing.T) {
	for _, c := range []struct {
		into scalar
		text string
		want string // as written again; "" when the same
	}{
		{new(Duration), "3h", ""},
		{new(Duration), "90s", "1m30s"},
		{new(Duration), "1 h 30 m", "1h30m"},
		{new(Duration), "500ms", ""},
		{new(Jump), "-1h", ""},
		{new(Jump), "30s", "+30s"},
		{new(Durations), "0s..5s", ""},
		{new(Durations), "200ms", ""},
		{new(Clock), "14:02", ""},
		{new(Clock), "2026-07-18 14:02:30", ""},
		{new(At), "14:02", ""},
		{new(At), "50 %", "50%"},
		{new(Percent), "2.5%", ""},
		{new(Percent), "0%", ""},
		{new(Percent), "0.05%", ""},
		{new(PPM), "-50 ppm", ""},
		{new(PPM), "200ppm", "200 ppm"},
		{new(Size), "4 KiB", "4096 B"},
		{new(Size), "64KB", "64000 B"},
		{new(Money), "PHP 1290.00", ""},
		{new(Money), "JPY 500", ""},
		{new(Money), "PHP 3", "PHP 3.00"},
		{new(Range), "1..3", ""},
		{new(Range), "2", ""},
		{new(Of), "storm sale 12", ""},
		{new(Of), "approval of sale 2", ""},
		{new(InTime), "approval and record", ""},
		{new(Line), "2 x scarf/jade", ""},
		{new(Line), "1 x fan", "fan"},
		{new(Decimal), "17", ""},
	} {
		require.NoError(t, c.into.parse(c.text), c.text)
		want := c.want
		if want == "" {
			want = c.text
		}
		assert.Equal(t, want, fmt.Sprint(c.into))
	}
}

func TestScalarsRefuse(t *testing.T) {
	for _, c := range []struct {
		into scalar
		text string
	}{
		{new(Duration), ""},
		{new(Duration), "-3h"},
		{new(Duration), "3 fortnights"},
		{new(Duration), "99999999999h"},
		{new(Jump), "0s"},
		{new(Clock), "1:02"},
		{new(Clock), "24:00"},
		{new(Clock), "14:02 2026-07-18"},
		{new(Percent), "%"},
		{new(Percent), "-5%"},
		{new(Percent), "+5%"},
		{new(Percent), "1.234%"},
		{new(PPM), "200000 ppm"},
		{new(Size), "-1 B"},
		{new(Size), "99999999999 GB"},
		{new(Money), "PHP -3.00"},
		{new(Money), "PHP"},
		{new(Money), "PHP 1,290.00"},
		{new(Range), "-1..3"},
		{new(Range), "1...3"},
		{new(Of), "sale 0"},
		{new(Of), "sales 3"},
		{new(Of), "storm storm sale 3"},
		{new(InTime), "approval, record"},
		{new(Line), "10000 x fan"},
		{new(Decimal), "-1"},
	} {
		assert.Error(t, c.into.parse(c.text), "%T %q", c.into, c.text)
	}
}

func TestDurationsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "ns"))
		var again Duration
		require.NoError(t, again.parse(d.String()))
		assert.Equal(t, d, again)
		p := Percent(rapid.Int64Range(0, int64(Whole)).Draw(t, "bp"))
		var q Percent
		require.NoError(t, q.parse(p.String()))
		assert.Equal(t, p, q)
	})
}

func TestNear(t *testing.T) {
	known := []string{"cut", "drop", "unplug", "network", "clock"}
	assert.Equal(t, "unplug", Near("unplg", known))
	assert.Equal(t, "network", Near("netwrok", known))
	assert.Equal(t, "drop", Near("Drop", known))
	assert.Equal(t, "", Near("weather", known))
	assert.Equal(t, "", Near("x", nil))
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching("[a-c]{0,6}").Draw(t, "a"), rapid.StringMatching("[a-c]{0,6}").Draw(t, "b")
		assert.Equal(t, distance(a, b), distance(b, a))
		assert.Equal(t, a == b, distance(a, b) == 0)
		assert.LessOrEqual(t, distance(a, b), max(len(a), len(b)))
	})
}
