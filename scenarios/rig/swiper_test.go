package rig_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// A swiper knows of no payment: its swipe is of the one that the till has just
// charged. A till that dies with the card in its memory asks for it once more.
func TestSwiper(t *testing.T) {
	sc, err := files.Scenario("after-approved")
	require.NoError(t, err)
	sc.Tills[0].Dongle = spec.DongleSwiper
	for _, c := range []struct {
		faults []fault.Fault
		swipes int
	}{
		{nil, 1},
		{[]fault.Fault{{ID: "a", Kind: fault.Drop, Target: "phone", For: time.Second, When: fault.On(fault.Point{Span: "swipe", Basket: 2})}}, 2},
	} {
		r, err := rig.Start(sc, 1, &fault.Plan{Scenario: sc.Name, Seed: 1, Faults: c.faults})
		require.NoError(t, err)
		require.NoError(t, r.Finish())
		assert.True(t, r.Converged())
		swipes, took := map[string]int{}, map[string]int{}
		for _, e := range r.History() {
			switch e.Kind {
			case history.KindSwipe:
				swipes[e.Ref]++
			case history.KindLedger:
				took[e.Ref]++
			case history.KindArmed:
				t.Error("a swiper cannot be armed")
			}
		}
		r.Close()
		require.NotEmpty(t, took)
		for ref := range took {
			assert.Positive(t, swipes[ref], ref)
			swipes[""] = max(swipes[""], swipes[ref])
		}
		assert.Equal(t, c.swipes, swipes[""])
	}
}
