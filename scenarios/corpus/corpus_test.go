package corpus_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/corpus"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
)

// TestCorpusHolds plays every plan that once failed: it must hold now, and
// still do what it did.
func TestCorpusHolds(t *testing.T) {
	cases, err := corpus.All()
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			out, err := shrink.Playing(rig.Start)(c.Scenario, c.Plan.Seed, c.Plan)
			require.NoError(t, err)
			assert.Empty(t, out.Failing, "%v\nit once failed like this:\n%s", out.Details, c.Story)
			struck := 0
			for i := range out.Events {
				if out.Events[i].Fault != nil {
					struck++
				}
			}
			assert.Equal(t, len(c.Plan.Faults), struck, "a plan that strikes no more tests nothing")
			assert.LessOrEqual(t, c.Scenario.SaleCount(), 5, "small enough to read")
			assert.Contains(t, c.Story, "no return")
		})
	}
}
