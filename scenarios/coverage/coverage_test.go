package coverage_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/fault/clock"
	"stormrig/scenarios/coverage"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

func TestCellsAreNamedAndExplained(t *testing.T) {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, c := range coverage.Cells() {
		assert.False(t, ids[c.ID()], c.ID())
		assert.False(t, names[c.Name()], c.Name())
		ids[c.ID()], names[c.Name()] = true, true
		assert.NotEmpty(t, c.Fault.Means, c.ID())
		assert.NotEmpty(t, c.State.Means, c.ID())
	}
	assert.True(t, names["power lost while a card is at the host"])
	assert.True(t, names["clock at 1970 while the queue is forwarded"])
	assert.True(t, names["paper out while a day report is made"])
	assert.Len(t, ids, len(coverage.Faults())*len(coverage.States()))
}

func played(t *testing.T, name string, faults ...fault.Fault) []history.Event {
	t.Helper()
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	plan := fault.Plan{Scenario: name, Seed: 1, Faults: faults}
	r, err := rig.Start(sc, 1, &plan)
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Finish())
	return r.History()
}

func reached(m coverage.Matrix) map[string]bool {
	out := map[string]bool{}
	for _, c := range m.Counts() {
		if c.Runs > 0 {
			out[c.ID()] = true
		}
	}
	return out
}

func TestFaultsReachTheirCells(t *testing.T) {
	on := func(p fault.Point) fault.When { return fault.On(p) }
	drop := func(w fault.When) fault.Fault {
		return fault.Fault{ID: "f", Kind: fault.Drop, Target: "phone", For: time.Second, When: w}
	}
	for _, c := range []struct {
		name, cell string
		fault      fault.Fault
	}{
		{"cut in a commit", "cut/commit", drop(on(fault.Point{Span: "commit", Basket: 1, Place: fault.Unsynced, Permille: 500}))},
		{"cut with an open cart", "cut/cart", drop(on(fault.Point{Span: "scan", Basket: 1, After: 500 * time.Millisecond}))},
		{"cut while paper is printed", "cut/printing", drop(on(fault.Point{Span: "print", Basket: 1, After: 100 * time.Millisecond}))},
		{"cut at rest", "cut/idle", drop(fault.At(20 * time.Minute))},
		{"kill at rest", "kill/idle", fault.Fault{ID: "f", Kind: fault.Kill, Target: "phone", For: time.Second, When: fault.At(20 * time.Minute)}},
		{"kill with a cart", "kill/cart", fault.Fault{ID: "f", Kind: fault.Kill, Target: "phone", For: time.Second,
			When: on(fault.Point{Span: "scan", Basket: 1, After: 500 * time.Millisecond})}},
		{"the hub is away", "hub/cart", fault.Fault{ID: "f", Kind: fault.Drop, Target: "hub", For: 20 * time.Minute, When: fault.At(time.Minute)}},
		{"no cable", "printer/cart", fault.Fault{ID: "f", Kind: fault.Unplug, Target: "phone.printer", For: 20 * time.Minute, When: fault.At(time.Minute)}},
		{"no paper", "paper/cart", fault.Fault{ID: "f", Kind: fault.Device, Target: "phone.printer", For: 20 * time.Minute, When: fault.At(time.Minute),
			Args: fault.Args{Action: "paper-out", Undo: "paper-in"}}},
		{"1970", "1970/cart", fault.Fault{ID: "f", Kind: fault.Clock, Target: "phone", When: fault.At(time.Minute), Args: fault.Args{Mode: clock.Epoch}}},
		{"1970 in the report", "1970/report", fault.Fault{ID: "f", Kind: fault.Clock, Target: "phone", When: fault.At(time.Minute), Args: fault.Args{Mode: clock.Epoch}}},
		{"slow disk", "slow/commit", fault.Fault{ID: "f", Kind: fault.Disk, Target: "phone", When: fault.At(time.Minute), Args: fault.Args{Mode: "slow", Count: 3}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := reached(coverage.Of(played(t, "one-sale", c.fault)))
			assert.True(t, got[c.cell], "%v", got)
		})
	}
}

// Two faults are a pair when the second began within five seconds of the first
// and both were there.
func TestPairs(t *testing.T) {
	full := fault.Fault{ID: "a", Kind: fault.Disk, Target: "phone", When: fault.At(20 * time.Minute), For: time.Hour, Args: fault.Args{Mode: "full", Count: 1 << 20}}
	for after, want := range map[time.Duration][]string{
		0: {"clock moved and disk full"}, 4 * time.Second: {"clock moved and disk full"}, 6 * time.Second: nil, -time.Second: nil,
	} {
		m := coverage.Of(played(t, "one-sale", full, fault.Fault{ID: "b", Kind: fault.Clock, Target: "phone", When: fault.At(20*time.Minute + after),
			Args: fault.Args{Mode: clock.Jump, By: time.Hour}}))
		var sum coverage.Matrix
		sum.AddBits(m.Bits())
		sum.AddPairBits(m.PairBits())
		var got []string
		for _, p := range sum.Pairs() {
			if p.Runs > 0 {
				got = append(got, p.Name())
			}
		}
		assert.Equal(t, want, got, after.String())
	}
}

func TestFairDayReachesNothing(t *testing.T) {
	assert.Empty(t, reached(coverage.Of(played(t, "one-sale"))))
}

func TestMatrixAsTextAndBits(t *testing.T) {
	events := played(t, "one-sale", fault.Fault{ID: "f", Kind: fault.Drop, Target: "phone", For: time.Second,
		When: fault.On(fault.Point{Span: "print", Basket: 1, After: time.Millisecond})})
	m := coverage.Of(events)
	require.NotEmpty(t, reached(m))

	var sum, again coverage.Matrix
	sum.Add(events)
	sum.AddBits(m.Bits())
	assert.Equal(t, 2, sum.Runs())
	assert.Equal(t, reached(m), reached(sum))
	text, err := json.Marshal(sum)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, sum, again)

	sum.AddBits("nonsense")
	assert.Equal(t, 3, sum.Runs())
	assert.Error(t, json.Unmarshal([]byte(`{"runs":"x"}`), &again))
}

func TestMissingAndWithin(t *testing.T) {
	m := coverage.Of(played(t, "one-sale", fault.Fault{ID: "f", Kind: fault.Drop, Target: "phone", For: time.Second, When: fault.At(20 * time.Minute)}))
	var missing, within []string
	for _, c := range m.Missing() {
		missing = append(missing, c.ID())
	}
	for _, c := range m.Within() {
		within = append(within, c.ID())
	}
	assert.Contains(t, missing, "cut/commit")
	assert.NotContains(t, missing, "cut/idle")
	assert.Empty(t, within, "one fault in one state misses nothing")
	for _, c := range coverage.Cells() {
		if c.Impossible != "" {
			assert.NotContains(t, missing, c.ID())
			assert.True(t, strings.Contains(c.Impossible, " "), "%s: a reason is a sentence", c.ID())
		}
	}
}

// What a terminal gave back at the card host is over when that has booked it.
func TestTerminalReverses(t *testing.T) {
	got := reached(coverage.Of(played(t, "one-terminal-card",
		fault.Fault{ID: "a", Kind: fault.Drop, Target: "phone", For: 2 * time.Minute, When: fault.On(fault.Point{Span: fault.SpanApproval, Basket: 1})},
		fault.Fault{ID: "b", Kind: fault.Drop, Target: "phone", For: time.Second, When: fault.At(20 * time.Minute)})))
	assert.Contains(t, got, "cut/approved")
	assert.Contains(t, got, "cut/idle")
	assert.NotContains(t, got, "cut/reverse")
}
