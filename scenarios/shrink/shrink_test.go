package shrink_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/files"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/history"
)

// lying is a day with a phone whose disk acknowledges syncs that it did not
// do: something that is acknowledged gets lost.
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
	c := lying(t, "after-approved", 1)
	ctx := context.Background()
	var told []shrink.Progress
	res, err := shrink.Shrink(ctx, c, shrink.Options{Invariant: "J1", Progress: func(p shrink.Progress) { told = append(told, p) }})
	require.NoError(t, err)
	assert.True(t, res.Whole)
	assert.LessOrEqual(t, res.Is.Sales, 3)
	assert.LessOrEqual(t, res.Is.Faults, 2)
	assert.NotEmpty(t, told)
	assert.Equal(t, "J1", res.Invariant)

	story := shrink.Story(res.Outcome.Events, res.Invariant, res.Outcome.Details["J1"])
	assert.LessOrEqual(t, len(story), 10)
	assert.Contains(t, story[len(story)-1], "J1: basket 1 was acknowledged")

	idle := res.Case // beside what is needed, a fault that is not
	idle.Plan.Faults = append(idle.Plan.Faults[:len(idle.Plan.Faults):len(idle.Plan.Faults)],
		fault.Fault{ID: "idle", Kind: fault.Unplug, Target: "phone.scanner", When: fault.At(23 * time.Hour)})
	without, err := shrink.Contrast(ctx, idle, "J1", nil)
	require.NoError(t, err)
	require.Len(t, without, len(idle.Plan.Faults))
	for _, w := range without {
		assert.Equal(t, w.Fault != "idle", w.Holds, "without %s", w.Fault)
	}
	run := shrink.Playing(rig.Start)

	ret, err := shrink.NoReturn(ctx, res.Case, "J1", nil)
	require.NoError(t, err)
	assert.False(t, ret.Never)
	assert.Greater(t, ret.Gone.N, ret.Last.N)
	assert.Positive(t, ret.Confirmed)
	assert.Contains(t, ret.Gone.Words, "phone", "it is lost when the phone loses its power")

	dir := filepath.Join(t.TempDir(), "shrunk")
	text := shrink.Tell(res, ret)
	require.NoError(t, shrink.Write(dir, "bin/stormrig", res, text))
	w, err := report.Load(dir)
	require.NoError(t, err, "replay takes the folder")
	assert.Equal(t, "J1", w.Shrunk, "it has no digest: this must be violated again")
	again, err := run(w.Scenario, w.Plan.Seed, w.Plan)
	require.NoError(t, err)
	assert.Equal(t, res.Outcome.Details, again.Details)
	assert.Contains(t, shrink.Text(text), "no return")
	assert.Equal(t, "bin/stormrig replay "+dir, text.Again)
}

// guilty fails while a fault "guilty" strikes the sale whose first article is
// a red one, whatever its number is.
func guilty(sc *spec.Scenario, _ int64, plan fault.Plan) (shrink.Outcome, error) {
	for _, f := range plan.Faults {
		n := f.When.Point.Basket
		for _, sale := range sc.Sales {
			if f.ID == "guilty" && sale.N == n && sale.Lines[0].SKU == "scarf/jade" {
				return shrink.Outcome{Failing: []string{"X1"}, Details: map[string]string{"X1": "found"}}, nil
			}
		}
	}
	return shrink.Outcome{}, nil
}

// day has three sales; the second begins with the scarf.
func day(t *testing.T) *spec.Scenario {
	t.Helper()
	text := `scenario: day
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "18:00"}
tills:
  phone: {devices: [scanner, dongle, printer]}
  assistant: {at: across-town}
sales:
  - {at: "10:05", lines: [sunglasses, 2 x sunglasses]}
  - {at: "12:07", pay: card, voided: 1, lines: [3 x scarf/jade, sunglasses]}
  - {at: "17:30", lines: [sunglasses]}
`
	sc, err := spec.Parse("day.yaml", []byte(text), files.Catalogue)
	require.NoError(t, err)
	return sc
}

func TestFaultFollowsItsSale(t *testing.T) {
	plan := fault.Plan{Scenario: "day", Seed: 7}
	for i, basket := range []int{1, 2, 3} {
		id := []string{"early", "guilty", "late"}[i]
		plan.Faults = append(plan.Faults, fault.Fault{ID: id, Kind: fault.Drop, Target: "phone", For: 14969020958,
			When: fault.On(fault.Point{Span: "commit", Basket: basket, Place: fault.InWrite, Op: 1, Permille: 719})})
	}
	res, err := shrink.Shrink(context.Background(), shrink.Case{Scenario: day(t), Seed: 7, Plan: plan}, shrink.Options{Run: guilty})
	require.NoError(t, err)
	twice, err := shrink.Shrink(context.Background(), shrink.Case{Scenario: day(t), Seed: 7, Plan: plan}, shrink.Options{Run: guilty})
	require.NoError(t, err)
	assert.Equal(t, res.Plan, twice.Plan, "the same case shrinks the same way")
	assert.Equal(t, string(res.Scenario.File.YAML()), string(twice.Scenario.File.YAML()))
	require.Len(t, res.Plan.Faults, 1)
	f := res.Plan.Faults[0]
	assert.Equal(t, "guilty", f.ID)
	assert.Equal(t, 1, f.When.Point.Basket, "sale 2 became sale 1")
	assert.Equal(t, fault.InWrite, f.When.Point.Place, "the exact point is kept")
	assert.Equal(t, 1, f.When.Point.Op)
	assert.Equal(t, time.Second, f.For)
	require.Len(t, res.Scenario.Sales, 1)
	sale := res.Scenario.Sales[0]
	assert.False(t, sale.Card)
	assert.Zero(t, sale.Voided)
	assert.Equal(t, []spec.SaleLine{{SKU: "scarf/jade", Qty: 1}}, sale.Lines)
	assert.Len(t, res.Scenario.Tills, 1)
	assert.Less(t, res.Scenario.Shop.Length(), time.Hour)
	assert.Equal(t, shrink.Size{Faults: 1, Sales: 1, Lines: 1}, res.Is)
	assert.Equal(t, shrink.Size{Faults: 3, Sales: 3, Lines: 5}, res.Was)
}

func TestNothingToShrink(t *testing.T) {
	c := shrink.Case{Scenario: day(t), Seed: 1, Plan: fault.Plan{Seed: 1}}
	_, err := shrink.Shrink(context.Background(), c, shrink.Options{Run: guilty})
	assert.ErrorIs(t, err, shrink.ErrHolds)

	broken := errors.New("no world")
	_, err = shrink.Shrink(context.Background(), c, shrink.Options{Run: func(*spec.Scenario, int64, fault.Plan) (shrink.Outcome, error) {
		return shrink.Outcome{}, broken
	}})
	assert.ErrorIs(t, err, broken)
}

func TestBudgetIsKept(t *testing.T) {
	plan := fault.Plan{Seed: 7}
	for _, id := range []string{"a", "b", "c", "guilty"} {
		plan.Faults = append(plan.Faults, fault.Fault{ID: id, Kind: fault.Drop, Target: "phone", For: time.Second,
			When: fault.On(fault.Point{Span: "commit", Basket: 2})})
	}
	res, err := shrink.Shrink(context.Background(), shrink.Case{Scenario: day(t), Seed: 7, Plan: plan}, shrink.Options{Run: guilty, Budget: 5})
	require.NoError(t, err)
	assert.LessOrEqual(t, res.Runs, 6)
	assert.False(t, res.Whole)
}

// TestDayThatFailsByItself: taking the printer away makes a till wait for ever;
// that is another failure than the one of the fault.
func TestAnotherFailureIsNotTaken(t *testing.T) {
	run := func(sc *spec.Scenario, seed int64, plan fault.Plan) (shrink.Outcome, error) {
		if till := sc.Tills[0]; !till.Has(spec.Printer) {
			return shrink.Outcome{Failing: []string{"X1"}, Details: map[string]string{"X1": "no printer"}}, nil
		}
		return guilty(sc, seed, plan)
	}
	plan := fault.Plan{Seed: 7, Faults: []fault.Fault{{ID: "guilty", Kind: fault.Drop, Target: "phone", For: time.Second,
		When: fault.On(fault.Point{Span: "commit", Basket: 2})}}}
	res, err := shrink.Shrink(context.Background(), shrink.Case{Scenario: day(t), Seed: 7, Plan: plan}, shrink.Options{Run: run})
	require.NoError(t, err)
	assert.True(t, res.Scenario.Tills[0].Has(spec.Printer))
	assert.Len(t, res.Plan.Faults, 1)
	assert.Equal(t, "found", res.Outcome.Details["X1"])
}

// TestBrokenPart: a machine that breaks down is a failure that can be made
// small, too.
func TestBrokenPart(t *testing.T) {
	run := shrink.Playing(func(sc *spec.Scenario, seed int64, plan *fault.Plan) (*rig.Run, error) {
		return rig.Start(sc, seed, plan)
	})
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	bad := fault.Fault{ID: "no-such-action", Kind: fault.Device, Target: "phone.printer", When: fault.At(time.Minute), Args: fault.Args{Action: "dance"}}
	out, err := run(sc, 1, fault.Plan{Seed: 1, Faults: []fault.Fault{bad}})
	require.NoError(t, err)
	assert.Equal(t, []string{shrink.Broken}, out.Failing)
	assert.Contains(t, out.Details[shrink.Broken], "dance")
}

// TestStorySaysWhatHappened: a story is read by people who never saw a plan, on
// a telephone.
func TestStorySaysWhatHappened(t *testing.T) {
	stopped := func(status string) history.Event {
		return history.Event{Kind: history.KindScreen, Who: "phone.cashier", Text: "STOPPED", Lines: []string{"DISK FULL - NO SALES", "MAKE ROOM", "journal: store: no space left on device", status}}
	}
	cover := fault.Fault{Kind: fault.Device, Target: "phone.printer", When: fault.At(time.Second), For: time.Second, Args: fault.Args{Action: "open-cover", Undo: "close-cover"}}
	late := fault.Fault{Kind: fault.Drop, Target: "phone", When: fault.On(fault.Point{Span: fault.SpanRecovery, From: time.Hour})}
	events := []history.Event{
		{Kind: history.KindHeader, Header: &history.Header{}},
		{Kind: history.KindFault, T: 1e9, Fault: &history.Fault{Kind: "device", Target: "phone.printer", Words: cover.String()}},
		{Kind: history.KindRung},
		{Kind: history.KindScreen, Who: "phone", Text: "STOPPED", Lines: []string{"journal: store: no space left on device"}},
		stopped("# SYNC 0%"), stopped("# SYNC 50%"),
		{Kind: history.KindFault, T: 2e9, Fault: &history.Fault{Kind: "drop", Target: "phone", Words: late.String()}},
		{Kind: history.KindFault, T: 3e9, Fault: &history.Fault{Kind: "drop", Target: "phone", When: "at 3s"}},
	}
	for i := range events {
		events[i].N = int64(i) + 1
	}
	assert.Equal(t, []string{
		"0:00:01 phone.printer: its cover is opened, its cover is shut after 1 s; done, phone stops: DISK FULL - NO SALES",
		"0:00:02 drop phone at the start of the recovery, begun at opening +1:00:00 or later",
		"0:00:03 drop phone at 3s",
		"R6: wrong",
	}, shrink.Story(events, "R6", "wrong"))
}
