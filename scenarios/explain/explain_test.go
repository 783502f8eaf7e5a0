package explain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
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
