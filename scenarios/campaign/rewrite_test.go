package campaign_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
	"stormrig/sim"
	"stormrig/sim/history"
)

// A cut inside what follows a failed sync: the entry comes with it or not at
// all, and once.
func TestCutInARewrite(t *testing.T) {
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	for _, permille := range []int{0, 250, 500, 750, 1000} {
		plan := fault.Plan{Scenario: sc.Name, Seed: 1, Faults: []fault.Fault{
			{ID: "sync", Kind: fault.Disk, Target: "phone", Args: fault.Args{Mode: sim.DiskEIOSync, Count: 1}, When: fault.On(fault.Point{Span: "tender", Basket: 1})},
			{ID: "cut", Kind: fault.Drop, Target: "phone", For: time.Second, When: fault.On(fault.Point{Span: fault.SpanRewrite, Permille: permille})},
		}}
		out, err := shrink.Playing(rig.Start)(sc, 1, plan)
		require.NoError(t, err)
		assert.Empty(t, out.Failing, "%v", out.Details)
		var cut *history.Cut
		for i := range out.Events {
			if c := out.Events[i].Cut; c != nil && cut == nil {
				cut = c
			}
		}
		require.NotNil(t, cut, "%d", permille)
		if permille > 0 && permille < 1000 {
			assert.Greater(t, cut.Begun, 2, "after the failed sync")
			assert.Less(t, cut.Ended, cut.Ops)
		}
	}
}
