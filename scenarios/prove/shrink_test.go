package prove_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/prove"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
	"stormrig/scenarios/spec"
)

// TestEachShrinks: what catches a bug can be told as a short story.
func TestEachShrinks(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of runs")
	}
	r, _, err := proof()
	require.NoError(t, err)
	for i, s := range prove.Catalogue() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			day, err := prove.Day(s.Day)
			require.NoError(t, err)
			seed := int64(r.Sabotages[i].Seeds)
			plan, err := rig.Plan(day, seed)
			require.NoError(t, err)
			start := func(sc *spec.Scenario, seed int64, plan *fault.Plan) (*rig.Run, error) {
				return rig.StartWith(sc, seed, plan, s.Options)
			}
			small, err := shrink.Shrink(context.Background(), shrink.Case{Scenario: day, Seed: seed, Plan: plan},
				shrink.Options{Invariant: s.By, Run: shrink.Playing(start)})
			require.NoError(t, err)
			assert.True(t, small.Whole, "within the budget")
			assert.LessOrEqual(t, small.Is.Sales, 3)
			assert.LessOrEqual(t, small.Is.Faults, 2)
			assert.True(t, small.Outcome.Fails(s.By), "it still fails what it failed")
		})
	}
}
