package spec

import (
	"testing"

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

// A file that is no text must not reach the terminal as it is: a caret of four
// lines is no reason to let it change colours or the title of a window.
func TestAMessageHoldsNothingThatATerminalObeys(t *testing.T) {
	_, err := Parse("bell.yaml", []byte("scenario: \x1b[31m\x07\xff\n"), nil)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\x1b")
	require.NotContains(t, err.Error(), "\x07")
}
