package spec

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A time of day without a date may mean the night after, and then an hour of
// that night which a change to summer time skips.
func TestAFaultInAnHourThatIsSkipped(t *testing.T) {
	_, err := Parse("night.yaml", []byte(`scenario: night
shop: {zone: Europe/Berlin, opens: "2026-03-28 20:00", closes: "2026-03-29 06:00"}
catalogue: {catalogue: c, currency: EUR, items: [{id: tea, name: Tea, price: EUR 2.00, barcode: "4006381333931"}]}
tills: {phone: {devices: [scanner]}}
shoppers: {before: 2}
weather:
  - {drop: phone, at: "02:40"}
`), nil)
	require.ErrorContains(t, err, "night.yaml:7:23: 02:40 does not exist on 2026-03-29 in Europe/Berlin")
}

// When summer time ends an hour comes twice: a time in it says which.
func TestAnHourThatComesTwice(t *testing.T) {
	const night = `scenario: night
shop: {zone: America/New_York, opens: "2026-10-31 20:00", closes: "2026-11-01 06:00"}
catalogue: {catalogue: c, currency: EUR, items: [{id: tea, name: Tea, price: EUR 2.00, barcode: "4006381333931"}]}
tills: {phone: {devices: [scanner]}}
shoppers: {before: 2}
weather:
  - {drop: phone, at: "%s"}
`
	for at, want := range map[string]time.Duration{
		"01:30 first": 5*time.Hour + 30*time.Minute, "01:30 second": 6*time.Hour + 30*time.Minute,
		"2026-11-01 01:59:59 second": 7*time.Hour - time.Second, "00:59": 4*time.Hour + 59*time.Minute, "02:00": 7 * time.Hour,
	} {
		s, err := Parse("night.yaml", fmt.Appendf(nil, night, at), nil)
		require.NoError(t, err, at)
		require.Equal(t, want, s.Weather[0].When.At, at)
		again, err := Parse("again.yaml", s.File.YAML(), nil)
		require.NoError(t, err, at)
		require.Equal(t, want, again.Weather[0].When.At, at)
		if c := ClockAt(s.Shop.Opens.Add(want)); s.File.Weather[0].At.Clock.Date == "" {
			require.Equal(t, at, c.String())
		}
	}
	for at, want := range map[string]string{
		"01:30":        `night.yaml:7:23: 01:30 comes twice on 2026-11-01 in America/New_York`,
		"02:30 second": `night.yaml:7:23: 02:30 comes only once on 2026-10-31 in America/New_York`,
		"01:30 third":  `"01:30 third" is not a time of day`,
	} {
		_, err := Parse("night.yaml", fmt.Appendf(nil, night, at), nil)
		require.ErrorContains(t, err, want, at)
	}
	_, err := Parse("night.yaml", fmt.Appendf(nil, night, "01:30"), nil)
	require.ErrorContains(t, err, `write "01:30 first" (summer time) or "01:30 second"`)
}

// A file that is no text must not reach the terminal as it is: a caret of four
// lines is no reason to let it change colours or the title of a window.
func TestAMessageHoldsNothingThatATerminalObeys(t *testing.T) {
	_, err := Parse("bell.yaml", []byte("scenario: \x1b[31m\x07\xff\n"), nil)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\x1b")
	require.NotContains(t, err.Error(), "\x07")
}
