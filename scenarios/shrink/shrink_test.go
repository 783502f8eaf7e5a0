package shrink_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
	"stormrig/sim"
)

// lying is the Saturday with a phone whose disk acknowledges syncs that it
// did not do: something that is acknowledged gets lost.
func lying(t *testing.T, name string, seed int64) shrink.Case {
	t.Helper()
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	plan, err := rig.Plan(sc, seed)
	require.NoError(t, err)
	lie := fault.Fault{ID: "lie", Kind: fault.Disk, Target: "phone", When: fault.At(0), Args: fault.Args{Mode: sim.DiskLie}}
	plan.Faults = append(plan.Faults, lie)
	return shrink.Case{Scenario: sc, Seed: seed, Plan: plan}
}

func TestLyingDiskShrinks(t *testing.T) {
	c := lying(t, "storm-saturday", 1)
	res, err := shrink.Shrink(context.Background(), c, shrink.Options{Invariant: "J1"})
	require.NoError(t, err)
	for _, f := range res.Plan.Faults {
		t.Log(f.String())
	}
	t.Log("\n" + string(res.Scenario.File.YAML()))
	t.Log(res.Runs, res.Was, res.Is, res.Whole)
	assert.LessOrEqual(t, res.Is.Sales, 3)
	assert.LessOrEqual(t, res.Is.Faults, 2)
	for _, l := range shrink.Story(res.Outcome.Events, res.Invariant, res.Outcome.Details[res.Invariant]) {
		t.Log(l)
	}
	ret, err := shrink.NoReturn(context.Background(), res.Case, res.Invariant, nil)
	require.NoError(t, err)
	t.Logf("%+v", ret)
}
