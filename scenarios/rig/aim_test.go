package rig_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// A drawn fault strikes on every day, however little that day has.
func TestDrawnFaultsStrikeOnSmallDays(t *testing.T) {
	const all, bare = "scanner, dongle, printer, location", "scanner, dongle"
	for _, c := range []struct{ name, devices, rest string }{
		{"cash", all, `shoppers: {before: 2}
weather: [%s]`},
		{"cards", all, `shoppers: {before: 3, card: 100%%}
weather: [%s]`},
		{"cards that are declined", bare, `payment: {declines: {online: 100%%}}
shoppers: {before: 3, card: 100%%}
weather: [%s]`},
		{"without the hub", bare, `shoppers: {before: 2, card: 50%%}
weather: [{cut: phone-hub, at: "10:00"}, %s]`},
		{"without the host", bare, `shoppers: {before: 3, card: 100%%}
weather: [{cut: phone-host, one-way: in, at: "10:00"}, %s]`},
		{"in the dark, over the caps", bare, `payment: {caps: {each: PHP 500.00, count: 1}}
shoppers: {before: 1, storm: 3, card: 100%%}
weather: [{cut: network, at: "11:00", for: 2h}, %s]`},
		{"a terminal in the dark", bare, `shoppers: {before: 1, storm: 5, card: 100%%}
weather: [{cut: network, at: "11:00", for: 2h}, %s]`},
		{"on the mains", bare, `power: {mains: [router, phone, dongle]}
shoppers: {before: 3, card: 50%%}
weather: [{cut: mains, at: "12:00", for: 90m}, %s]`},
		{"two tills", bare, `shoppers: {before: 2, card: 50%%}
weather: [%s]`},
		{"a crowd", bare, `shoppers: {before: 60, card: 50%%, patience: 5m}
weather: [{cut: network, at: "10:50"}, %s]`},
		{"written faults", bare, `shoppers: {before: 3}
weather: [{drop: phone, during: commit, of: sale 1}, {drop: phone, during: recovery, times: 1..2}, {unplug: phone.scanner, at: "11:00", for: 1h}, %s]`},
	} {
		for _, drop := range []string{"times: 1..3", "times: 5", "times: 3, for: 30m"} {
			t.Run(c.name+" "+drop, func(t *testing.T) {
				t.Parallel()
				text := fmt.Sprintf(`
scenario: small
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 14:00"}
tills: {phone: {devices: [%s]}%s}
`, c.devices, map[bool]string{true: ", other: {devices: [scanner, dongle]}"}[c.name == "two tills"]) +
					fmt.Sprintf(c.rest, "{drop: phone, when: drawn, "+drop+"}")
				if strings.HasPrefix(c.name, "a terminal") {
					text = strings.Replace(text, "{devices:", "{dongle: terminal-confirm, devices:", 1)
				}
				sc, err := spec.Parse("small.yaml", []byte(text), files.Finder(""))
				require.NoError(t, err)
				seeds := int64(4)
				if strings.HasPrefix(c.name, "a terminal") { // one cell in nine is of a card
					seeds = 12
				}
				for seed := range seeds {
					strikesAll(t, sc, seed)
				}
			})
		}
	}
}

func strikesAll(t *testing.T, sc *spec.Scenario, seed int64) {
	t.Helper()
	r, err := rig.Start(sc, seed, nil)
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Finish())
	for _, f := range r.Faults() {
		assert.True(t, f.Fired, "seed %d: %s: %s", seed, f.Fault, f.Why)
	}
}
