package spec_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

const right = `scenario: my-day
seed: 7
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
power: {mains: [router], battery: {phone: 5h, dongle: 8h}}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
  assistant: {at: across-town}
shoppers: {before: 9, storm: 37, after: 4, card: 60%}
payment: {caps: {each: PHP 10000.00}}
weather:
  - {cut: network, at: "14:02", for: 3h}
  - {drop: phone, during: commit, of: storm sale 12, op: 2}
  - {unplug: phone.printer, during: receipt, of: sale 15, at: 50%}
  - {edit: beaded-sandals/38/gold, by: assistant, price: PHP 1290.00, at: "15:10"}
expect: {dark: 37}
`

// wrongCase changes one thing in the right scenario.
type wrongCase struct{ old, new, want, hint string }

const (
	shoppers = `shoppers: {before: 9, storm: 37, after: 4, card: 60%}`
	edit     = `edit: beaded-sandals/38/gold, by: assistant, price: PHP 1290.00`
	drop     = `during: commit, of: storm sale 12, op: 2`
)

func TestWrongScenarios(t *testing.T) {
	_, err := spec.Parse("day.yaml", []byte(right), files.Finder(""))
	require.NoError(t, err)
	for _, c := range slices.Concat(wrongForms, wrongWeather) {
		require.Contains(t, right, c.old)
		text := strings.Replace(right, c.old, c.new, 1)
		if strings.HasPrefix(c.new, "sales:") {
			text = strings.NewReplacer("storm sale 12", "sale 1", "sale 15", "sale 1").Replace(text)
		}
		_, err := spec.Parse("day.yaml", []byte(text), files.Finder(""))
		var all spec.Errors
		if !assert.True(t, errors.As(err, &all), "%q: %v", c.new, err) {
			continue
		}
		first := all[0]
		for _, e := range all[1:] {
			assert.Contains(t, []string{first.Msg, "cards, but phone has no dongle"}, e.Msg, "nothing follows from %s", c.new)
		}
		got := fmt.Sprintf("%d:%d: %s", first.Line, first.Column, first.Msg)
		assert.Equal(t, c.want, got, c.new)
		assert.Equal(t, c.hint, first.Hint, c.new)
	}
}

// A cut of the mains that reaches nobody would count as a fault that struck.
func TestMainsThatFeedNobody(t *testing.T) {
	text := strings.Replace(right, "power: {mains: [router], battery: {phone: 5h, dongle: 8h}}\n", "", 1)
	for _, fault := range []string{"cut: mains", "brown-out: mains, to: 60%"} {
		_, err := spec.Parse("day.yaml", []byte(strings.Replace(text, edit, fault, 1)), files.Finder(""))
		var all spec.Errors
		require.ErrorAs(t, err, &all, fault)
		assert.Equal(t, "nothing here hangs on the mains", all[0].Msg)
		assert.Equal(t, 13, all[0].Line)
		assert.Equal(t, "write power: {mains: [router, phone]}; it can be assistant, phone, phone.dongle, phone.location, phone.printer, phone.scanner, router", all[0].Hint)
	}
}

func TestReceiptsOfAShopWithoutPrinter(t *testing.T) {
	text := strings.NewReplacer("dongle, printer, location]", "dongle]", "unplug: phone.printer", "drop: phone").Replace(right)
	_, err := spec.Parse("day.yaml", []byte(text), files.Finder(""))
	var all spec.Errors
	require.ErrorAs(t, err, &all)
	assert.Equal(t, "no till has a printer, so there is no receipt", all[0].Msg)
	assert.Equal(t, 13, all[0].Line)
}

// A card opens no drawer, and a till without a printer neither prints nor kicks.
func TestMomentsThatASaleCannotHave(t *testing.T) {
	const fault = `drop: phone, of: kick of sale 3`
	text := strings.Replace(right, edit+`, at: "15:10"`, fault, 1)
	sc, err := spec.Parse("day.yaml", []byte(text), files.Finder(""))
	require.NoError(t, err)
	assert.Equal(t, []int{3}, sc.CashSales())
	byCard := strings.NewReplacer(shoppers, `sales: [{at: "10:05", lines: [fan]}, {at: "10:06", lines: [fan]}, {at: "10:07", pay: card, lines: [fan]}]`,
		"storm sale 12", "sale 1", "sale 15", "sale 1")
	for _, c := range []struct{ text, want string }{
		{strings.Replace(text, "expect:", "  - {drop: phone, between: approval and record, of: sale 3}\nexpect:", 1), "14:23: sale 3 is paid by card, which kicks no drawer"},
		{byCard.Replace(text), "14:23: sale 3 is paid by card, which kicks no drawer"},
		{strings.NewReplacer("dongle, printer, location]", "dongle]", "unplug: phone.printer, during: receipt", "unplug: phone.dongle, during: commit").Replace(text), "14:23: no till has a printer, so nothing is printed"},
	} {
		_, err := spec.Parse("day.yaml", []byte(c.text), files.Finder(""))
		var all spec.Errors
		if assert.ErrorAs(t, err, &all, c.want) {
			assert.Equal(t, c.want, fmt.Sprintf("%d:%d: %s", all[0].Line, all[0].Column, all[0].Msg))
		}
	}
}
