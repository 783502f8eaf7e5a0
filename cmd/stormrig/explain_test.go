package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	"stormrig/scenarios/spec"
)

// What the texts tell people to write is read and does what it says: a day of a
// few shoppers with it holds, and the fault fired.
func TestLinesOfExplainArePlayed(t *testing.T) {
	for _, line := range explained(t) {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			sc, err := spec.Parse("example.yaml", []byte(fmt.Sprintf(exampleDay, line)), files.Finder(""))
			require.NoError(t, err)
			b, err := play.Play(t.Context(), play.Job{Scenario: sc, Seed: 1, Evidence: play.None})
			require.NoError(t, err)
			for _, f := range b.Result.Faults {
				assert.True(t, f.Fired, "%s %s: %s", f.ID, f.Words, f.Why)
			}
			assert.Equal(t, check.RunHolds, b.Result.Verdict, "%+v", b.Result.Invariants)
		})
	}
}

// exampleDay has what the lines name.
const exampleDay = `
scenario: example
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
power: {mains: [router], battery: {printer: 6h}}
tills: {phone: {devices: [scanner, dongle, printer, location]}, assistant: {at: across-town}}
shoppers: {before: 5, storm: 21, card: 60%%}
weather:
  - {cut: network, at: "14:02", for: 3h}
  - %s
`

// explained are the lines of weather that 'explain' prints: of each fault, of
// each way in which it may go, and of the scenario file.
func explained(t *testing.T) []string {
	var lines []string
	for _, k := range append(spec.Kinds(), "scenario") {
		var out bytes.Buffer
		require.NoError(t, (&app{IO: IO{Stdout: &out}}).explainName(string(k), false))
		_, shown, _ := strings.Cut(strings.Replace(out.String(), "EXAMPLES", "In a scenario", 1), "In a scenario")
		for _, line := range strings.Split(shown, "\n") {
			if line, ok := strings.CutPrefix(line, "  - "); ok {
				lines = append(lines, line)
			}
		}
	}
	for _, f := range explain.Faults() {
		for _, m := range f.Modes {
			lines = append(lines, mode(f.Kind, m.Write))
		}
	}
	return lines
}

func mode(kind spec.Kind, write string) string {
	switch {
	case kind == spec.Network:
		return "{network: network, " + write + `, at: "11:00", for: 1h}`
	case write == "battery: flat":
		return "{clock: phone, " + write + "}"
	case kind == spec.Report:
		return "{report: phone, " + write + `, at: "11:00"}`
	}
	return fmt.Sprintf(`{%s: phone, %s, at: "11:00", for: 1h}`, kind, write)
}
