package live

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/fault/disk/mount/mounttest"
	"stormrig/scenarios/check"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/history"
)

func TestMain(m *testing.M) { mounttest.Main(m) }

// busy is a day with a checkpoint, entries of another till, and stored cards.
const busy = `scenario: busy
title: A busy day
story: a test
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 13:00"}
tills:
  phone: {devices: [scanner, dongle, printer]}
  assistant: {at: across-town}
sales:
  - {at: "10:05", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "10:35", pay: card, lines: [beaded-sandals/38/gold]}
  - {at: "10:45", pay: card, lines: [beaded-sandals/38/gold]}
  - {at: "11:15", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "11:25", pay: card, lines: [beaded-sandals/38/gold]}
  - {at: "11:35", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "11:45", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "12:05", pay: cash, lines: [beaded-sandals/38/gold]}
weather:
  - {cut: network, at: "10:30", for: 30m}
  - {edit: beaded-sandals/38/gold, by: assistant, price: PHP 820.00, at: "10:15"}
  - {edit: beaded-sandals/38/gold, by: assistant, price: PHP 830.00, at: "11:20"}
expect: {rung: 8}
`

// powerDay plays a day of a till on a disk that loses what was not synced.
func powerDay(t *testing.T, seed int64, faults ...fault.Fault) *World {
	t.Helper()
	return powerDayOf(t, threeSales, seed, faults...)
}

func powerDayOf(t *testing.T, day string, seed int64, faults ...fault.Fault) *World {
	t.Helper()
	mounttest.Need(t)
	dir := t.TempDir()
	sc := scenario(t, day)
	plan, err := rig.Plan(sc, seed)
	require.NoError(t, err)
	faults = append(plan.Faults, faults...)
	parts, err := rig.TakeApart(sc, seed)
	require.NoError(t, err)
	w, err := New(parts, Options{Dir: dir, Cable: OnPTY(dir), Faults: faults, PowerDisk: mounttest.Start})
	require.NoError(t, err)
	if err = w.Play(context.Background()); err != nil {
		dump(t, w)
	}
	require.NoError(t, err)
	return w
}

// inCommit is a drop of the till in the commit of a sale.
func inCommit(p fault.Point, basket int) fault.Fault {
	p.Span, p.Basket = fault.SpanCommit, basket
	return fault.Fault{ID: "drop", Kind: fault.Drop, Target: "phone", For: 20 * time.Second, When: fault.On(p)}
}

// cutsIn are what was written down of losses of power.
func cutsIn(w *World) (cuts []*history.Cut) {
	for _, e := range w.History() {
		if e.Kind == history.KindCut {
			cuts = append(cuts, e.Cut)
		}
	}
	return cuts
}

// The power goes at each place of the commit of each sale: what was not synced
// is gone, or half there, and nothing is lost that was acknowledged.
func TestPowerCutInACommit(t *testing.T) {
	for _, at := range []fault.Point{
		{Place: fault.InOp, Op: 1},
		{Place: fault.InOp, Op: 1, Permille: 1000},
		{Place: fault.InWrite, Op: 1, Permille: 500},
		{Place: fault.InSync, Op: 1, Permille: 500},
		{Place: fault.Within, Permille: 900},
		{Place: fault.Unsynced, Permille: 300},
		{Place: fault.Held, Permille: 500},
		{Place: fault.Acted, After: 10 * time.Millisecond},
	} {
		for basket := 1; basket <= 3; basket++ {
			f := inCommit(at, basket)
			t.Run(f.When.String(), func(t *testing.T) {
				t.Parallel()
				w := powerDay(t, int64(basket), f)
				results := judge(t, w)
				require.Len(t, cutsIn(w), 1)
				for _, id := range []string{"J1", "J2", "J3"} {
					assert.Equal(t, check.Holds, results[id].Verdict, "%s: %s", id, results[id].Detail())
				}
			})
		}
	}
}

// A till that falls again and again, between its operations.
func TestPowerCutAtTimes(t *testing.T) {
	var faults []fault.Fault
	for i := range 6 {
		faults = append(faults, fault.Fault{ID: fmt.Sprint(i), Kind: fault.Drop, Target: "phone", For: 5 * time.Second,
			When: fault.At(5*time.Minute + time.Duration(i)*4*time.Minute)})
	}
	w := powerDay(t, 1, faults...)
	judge(t, w)
	assert.Len(t, cutsIn(w), len(faults))
}

// The power goes in a recovery, a checkpoint, a pull, and where the end of a
// stored payment is written.
func TestPowerCutInOtherWork(t *testing.T) {
	for span, most := range spanOps {
		for i := range most {
			p := fault.Point{Span: span, Nth: 1, Permille: (1000*i + 500) / most}
			t.Run(p.String(), func(t *testing.T) {
				t.Parallel()
				drop := fault.Fault{ID: "drop", Kind: fault.Drop, Target: "phone", For: 5 * time.Second, When: fault.On(p)}
				again := drop
				again.ID, again.When = "again", fault.At(104*time.Minute)
				w := powerDayOf(t, busy, int64(i), drop, again)
				judge(t, w)
				assert.Len(t, slices.DeleteFunc(cutsIn(w), func(c *history.Cut) bool { return c.Span != span }), 1)
			})
		}
	}
}

// A write that the commit does not have is no place for a cut: the run is blind.
func TestNoSuchOperation(t *testing.T) {
	o := Options{PowerDisk: mounttest.Start}
	require.ErrorContains(t, o.Supports(inCommit(fault.Point{Place: fault.InOp, Op: 1, Byte: 7}, 1)), "only a simulated disk knows")
	w := powerDay(t, 1, inCommit(fault.Point{Place: fault.InSync, Op: 9, Permille: 500}, 1))
	assert.Len(t, w.Unfired(), 1)
	assert.Empty(t, cutsIn(w))
}

// A disk that acknowledges what it does not do loses sales of a till that does
// everything right, and the checkers say so.
func TestPowerCutOnALyingDisk(t *testing.T) {
	lie := fault.Fault{ID: "lie", Kind: fault.Disk, Target: "phone", When: fault.At(time.Minute), Args: fault.Args{Mode: sim.DiskLie}}
	w := powerDay(t, 1, lie, inCommit(fault.Point{Place: fault.Held, Permille: 500}, 3))
	view, err := check.NewView(w.History())
	require.NoError(t, err)
	for _, r := range check.Run(view) {
		if r.ID == "J1" {
			assert.Equal(t, check.Violated, r.Verdict, r.Detail())
		}
	}
}
