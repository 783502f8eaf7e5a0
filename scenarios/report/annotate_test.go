package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
)

func annotated(t *testing.T, scenario string, b *Bundle) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Annotate(&out, scenario, b))
	return out.String()
}

func TestAnnotationIsOneLineThatNothingEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my,day.yaml")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	b := &Bundle{Line: "stormrig run my.yaml --seed 7", Checks: []check.Result{
		{ID: "M1", Verdict: check.Violated, Details: []check.Finding{{Text: "12 %\n::error::forged\r"}}}, {ID: "S1", Verdict: check.Violated, Details: []check.Finding{{}}},
	}}
	b.Result = Result{Scenario: "day", Seed: 7, Verdict: check.RunViolated, Out: "reports/day-7"}
	got := annotated(t, file, b)
	assert.Equal(t, 1, strings.Count(got, "\n"))
	assert.NotContains(t, got, "\r")
	assert.True(t, strings.HasPrefix(got, "::error file="+strings.ReplaceAll(file, ",", "%2C")+",line=1,title=stormrig%3A day%2C seed 7%3A violated::M1: 12 %25%0A"), got)
	assert.Contains(t, got, "(and 1 invariant more violated)%0Aagain: stormrig run my.yaml --seed 7%0Aevidence: reports/day-7\n")

	assert.True(t, strings.HasPrefix(annotated(t, "storm-saturday", b), "::error title="), "a built-in scenario is no file")
	b.Result.Verdict = check.RunHolds
	assert.Empty(t, annotated(t, file, b))
}

func TestAnnotationOfABlindRunNamesTheFault(t *testing.T) {
	b := &Bundle{Result: Result{Verdict: check.RunBlind, Faults: []Fault{{ID: "w1", Words: "drop phone at 14:02:00", Why: "no such span came"}}}}
	assert.Contains(t, annotated(t, "x", b), "w1 drop phone at 14:02:00: no such span came")
}
