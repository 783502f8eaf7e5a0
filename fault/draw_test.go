package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/sim"
)

func TestDrawnCutsStrikeTheirCell(t *testing.T) {
	draws := fault.Draws{ID: "x", Unit: "phone", FromBasket: 2, ToBasket: 4, ForMin: 20 * ms, ForMax: 80 * ms}
	want := map[fault.Cell]func(sim.CutHappened) bool{
		fault.CellBeforeWrite:  func(c sim.CutHappened) bool { return c.Busy && c.Begun == 0 },
		fault.CellWriteToSync:  func(c sim.CutHappened) bool { return c.Busy && c.Begun > 0 && !c.Synced },
		fault.CellSyncToEffect: func(c sim.CutHappened) bool { return c.Busy && c.Synced },
		fault.CellEffectToNote: func(c sim.CutHappened) bool { return !c.Busy },
	}
	for cell, fits := range want {
		for seed := range int64(50) {
			s := sim.NewStream(seed, "cuts", 0)
			draws.Cells = []fault.Cell{cell}
			f := fault.DrawCut(&s, draws)
			r := newRig(t, f)
			r.run(6 * time.Second)
			cuts := of[sim.CutHappened](r.seen)
			require.Len(t, cuts, 1, "%s: %s", cell, f)
			require.True(t, fits(cuts[0]), "%s: %s: %+v", cell, f, cuts[0])
			require.Empty(t, r.p.Unfired())
		}
	}
}

func TestDrawnRecoveryNeedsACutBefore(t *testing.T) {
	for seed := range int64(50) {
		s := sim.NewStream(seed, "cuts", 0)
		first := fault.DrawCut(&s, fault.Draws{ID: "first", Unit: "phone", FromBasket: 1, ToBasket: 1, Cells: []fault.Cell{fault.CellWriteToSync}})
		first.For = 10 * ms
		f := fault.DrawCut(&s, fault.Draws{ID: "x", Unit: "phone", Cells: []fault.Cell{fault.CellRecovery}, ForMin: ms, ForMax: ms})
		r := newRig(t, first, f)
		r.run(5 * time.Second)
		cuts := of[sim.CutHappened](r.seen)
		require.Len(t, cuts, 2)
		assert.Zero(t, cuts[1].Input.Kind, "in the boot")
		assert.True(t, cuts[1].Busy)
	}
}

func TestDrawsCoverEveryCellAndAreValid(t *testing.T) {
	var all fault.Coverage
	spans := map[string]int{}
	s := sim.NewStream(1, "cuts", 0)
	for range 900 {
		f := fault.DrawCut(&s, fault.Draws{ID: "x", Unit: "phone", FromBasket: 3, ToBasket: 40, CardBaskets: []int{5, 9}, Recoveries: 3, ForMin: time.Second, ForMax: time.Minute})
		require.NoError(t, f.Validate())
		p := f.When.Point
		spans[p.Span]++
		assert.Equal(t, "phone", p.Unit)
		if p.Span == fault.SpanApproval {
			assert.Contains(t, []int{5, 9}, p.Basket)
		}
	}
	assert.Len(t, spans, 6)
	assert.Panics(t, func() { fault.DrawCut(&s, fault.Draws{Cells: []fault.Cell{"sofa"}}) })

	one := fault.Coverage{}
	for _, c := range fault.Cells() {
		one.Add(c)
	}
	one.Add("sofa")
	one.Add(fault.CellIdle)
	all.Merge(one)
	all.Merge(one)
	assert.Equal(t, 4, all.Count(fault.CellIdle))
	assert.Zero(t, all.Count("sofa"))
	assert.Len(t, all.Missing(3), 8)
}
