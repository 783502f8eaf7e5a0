package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

// A person wants to see at once what can be known, in the order of the file, and
// nothing that only follows from something else.
func TestAllMistakesInOneGo(t *testing.T) {
	const text = `scenario: Rounds
titel: one line
shop: {catalog: boutique, zone: Manila, opens: "2026-07-18 10:00", close: "2026-07-18 21:00"}
power: {mains: [router, fridge], battery: {phone: 5}}
tills:
  phone: {devices: [scaner, printer], backlog: wait}
tills:
  other: {devices: [scanner]}
payment: {caps: {each: EUR 10.00}, declines: {online: 0.5}}
sales:
  - {at: "10:05", lines: [2x fan]}
  - {at: "22:05", lines: [scraf/jade]}
  - {at: "10:06", pay: card, lines: [fan]}
  - {at: "10:07", cancelled: true, lines: [fan]}
  - {at: "10:08", till: phones, line: [fan]}
weather:
  - {cut: internet, at: "25:00"}
  - {drp: phone, during: commits, of: sale 2}
  - {unplug: phone.scanner, at: "11:00", four: 3m}
  - {unplug: phone.dongle}
  - {drop: phone, of: done of sale 5}
  - {edit: fan, by: phone, price: PHP 1, name: Fan, at: "11:00"}
  - {flood: shop, depth: 2, at: "11:00"}
  - {network: network, delay: 5, at: "11:00"}
expect: {rang: 3}
`
	_, err := spec.Parse("day.yaml", []byte(text), files.Finder(""))
	var all spec.Errors
	require.ErrorAs(t, err, &all)
	var got []string
	for _, e := range all {
		got = append(got, fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg))
	}
	assert.Equal(t, []string{
		`1:11: "Rounds" is no name`,
		`2:1: the file has no key "titel"`,
		`3:8: shop has no key "catalog"`,
		`3:33: there is no time zone "Manila"`,
		`3:68: shop has no key "close"`,
		`4:25: nothing here is called "fridge"`,
		`4:51: phone: "5" has no unit of time`,
		`6:21: there is no device "scaner"`,
		`6:48: there is no backlog "wait"`,
		`7:1: key "tills" already defined at [5:1]`,
		`9:24: EUR 10.00 is not in the shop's currency, PHP`,
		`9:55: online: "0.5" has no percent sign`,
		`11:27: lines[0]: "2x fan" is no article`,
		`12:10: 22:05 is outside of the opening hours, 2026-07-18 10:00 to 2026-07-18 21:00`,
		`12:27: catalogue boutique has no variant "scraf/jade"`,
		`13:24: a card, but phone has no dongle`,
		`15:25: there is no selling till "phones"`,
		`15:33: sale 5 has no key "line"`,
		`17:11: cut: nothing here is called "internet"`,
		`17:25: at: "25:00" is not a time of day`,
		`18:6: fault 2 has no key "drp"`,
		`18:26: there is no span "commits"`,
		`19:42: fault 3 has no key "four"`,
		`20:5: unplug does not say when`,
		`21:23: there is no sale 5: the day has 4`,
		`22:5: edit changes one thing`,
		`23:6: fault 7 has no key "flood"`,
		`23:19: fault 7 has no key "depth"`,
		`24:31: delay: "5" has no unit of time`,
		`25:10: expect has no key "rang"`,
	}, got)
	assert.Equal(t, "baskets with cancelled: true are no sales and have no number", all[24].Hint)
	assert.True(t, strings.HasSuffix(err.Error(), "and 10 more"))
}

// A caret stands under what is meant, whatever a screen makes of the letters
// before it, and however long the line is.
func TestCarets(t *testing.T) {
	x, y := strings.Repeat("x", 200), strings.Repeat("y", 40)
	for _, c := range []struct {
		text          string
		column, width int
		line, carets  string
	}{
		{"a: {id: bad}", 9, 3, "a: {id: bad}", "        ^^^"},
		{"おにぎり: bad", 7, 3, "おにぎり: bad", "          ^^^"},
		{"a: お茶", 4, 2, "a: お茶", "   ^^^^"},
		{x + y + "bad" + x, 241, 3, "..." + y + "bad" + x[:40] + "...", strings.Repeat(" ", 43) + "^^^"},
		{"a: " + x, 4, 200, "a: " + x[:80] + "...", "   " + strings.Repeat("^", 83)},
		{"a: b", 9, 3, "a: b", "    ^"},
	} {
		e := spec.Error{File: "f", Line: 7, Column: c.column, Width: c.width, Text: c.text, Msg: "m"}
		assert.Equal(t, fmt.Sprintf("f:7:%d: m\n    7 | %s\n      | %s", c.column, c.line, c.carets), e.Error())
	}
}
