package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

func TestEveryKindOfFaultIsExplained(t *testing.T) {
	var kinds []spec.Kind
	for _, f := range explain.Faults() {
		kinds = append(kinds, f.Kind)
		assert.NotEmpty(t, f.Title)
		assert.NotEmpty(t, f.Does)
		assert.NotEmpty(t, f.Must)
	}
	assert.Equal(t, spec.Kinds(), kinds)
}

// Every way in which a disk may fail is named where people look for it.
func TestEveryFailureOfADiskIsExplained(t *testing.T) {
	f, ok := explain.FaultByKind("disk")
	require.True(t, ok)
	for _, fail := range spec.DiskFailures() {
		found := false
		for _, m := range f.Modes {
			first, _, _ := strings.Cut(m.Write, ",")
			found = found || first == "fail: "+fail
		}
		assert.True(t, found, "explain disk does not name fail: %s", fail)
		assert.Contains(t, explain.ScenarioFormat(), "fail: "+fail)
	}
}

// What the texts tell people to write must be read.
func TestExamplesOfFaultsAreRight(t *testing.T) {
	var lines []string
	for _, f := range explain.Faults() {
		lines = append(lines, f.Write...)
		for _, m := range f.Modes {
			if f.Kind == spec.Network {
				lines = append(lines, "{network: network, "+m.Write+`, at: "11:00", for: 1h}`)
			} else if f.Kind == spec.ClockBad && m.Write == "battery: flat" {
				lines = append(lines, "{clock: phone, "+m.Write+"}")
			} else {
				lines = append(lines, fmt.Sprintf(`{%s: phone, %s, at: "11:00", for: 1h}`, f.Kind, m.Write))
			}
		}
	}
	for _, line := range append(lines, spec.ExampleFaults...) {
		text := `
scenario: example
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
tills: {phone: {devices: [scanner, dongle, printer]}, assistant: {at: across-town}}
shoppers: {before: 20, storm: 30}
weather:
  - {cut: network, at: "14:02", for: 3h}
  - ` + line + "\n"
		_, err := spec.Parse("example.yaml", []byte(text), files.Finder(""))
		require.NoError(t, err, line)
	}
}

func TestInvariantsHaveTheirTexts(t *testing.T) {
	seen := map[string]bool{}
	for _, inv := range explain.Invariants() {
		assert.False(t, seen[inv.ID], inv.ID)
		seen[inv.ID] = true
		assert.NotEmpty(t, inv.Holds, inv.ID)
		assert.NotEmpty(t, inv.Checked, inv.ID)
	}
	for _, c := range check.All() {
		assert.True(t, seen[c.ID], "%s is checked but not explained", c.ID)
	}
	assert.Len(t, seen, len(check.All()))
	_, ok := explain.ByID("J1")
	assert.True(t, ok)
	_, ok = explain.ByID("J99")
	assert.False(t, ok)
}
