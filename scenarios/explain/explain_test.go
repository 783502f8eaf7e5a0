package explain_test

import (
	"regexp"
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

// exampleBase is the file that each example is a part of: what it has itself it
// replaces.
const exampleBase = `scenario: example
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
tills: {phone: {devices: [scanner, dongle, printer]}}
shoppers: {before: 3, card: 50%}
`

func exampleFile(text string) string {
	top := func(line string) string { key, _, _ := strings.Cut(line, ":"); return key }
	own := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		own[top(line)] = true
	}
	var out []string
	for _, line := range strings.Split(exampleBase, "\n") {
		if !own[top(line)] && (top(line) != "shoppers" || !own["sales"]) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n") + "\n" + text
}

// What is shown of a key is right, and each key is shown.
func TestEveryKeyIsShown(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range explain.Examples() {
		sc, err := spec.Parse(e.Key+".yaml", []byte(exampleFile(e.Text)), files.Finder(""))
		require.NoError(t, err, e.Text)
		b, err := play.Play(t.Context(), play.Job{Scenario: sc, Seed: 1, Evidence: play.None})
		require.NoError(t, err)
		assert.Equal(t, check.RunHolds, b.Result.Verdict, "%s: %+v", e.Key, b.Result.Unmet)
		assert.True(t, strings.Contains("\n"+e.Text, "\n"+e.Key+":"), "%s is not in its example", e.Key)
		for _, word := range keyRE.FindAllStringSubmatch(e.Text, -1) {
			shown[word[1]] = true
		}
	}
	for _, line := range explain.Lines() {
		for _, word := range keyRE.FindAllStringSubmatch(line, -1) {
			shown["weather."+word[1]] = true
		}
	}
	for _, k := range spec.Keys() {
		last := k.Path[strings.LastIndex(k.Path, ".")+1:]
		if strings.HasPrefix(k.Path, "weather.") {
			last = k.Path
		}
		assert.True(t, shown[last], "no example has %s", k.Path)
		assert.NotEmpty(t, k.Says, k.Path)
		keys, examples := explain.Keys(k.Path)
		assert.Contains(t, keys, k)
		assert.Contains(t, strings.Join(examples, ""), strings.TrimPrefix(last, "weather.")+":")
	}
	none, _ := explain.Keys("colour")
	assert.Empty(t, none)
}

var keyRE = regexp.MustCompile(`(?m)([a-z-]+):(?: |$)`)
