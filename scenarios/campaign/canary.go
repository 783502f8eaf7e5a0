package campaign

import (
	"context"
	"fmt"
	"slices"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/shrink"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// Canary is a run that must fail. A campaign whose canary sings on sees
// nothing, whatever it says.
type Canary struct {
	What string `json:"what"`
	Want string `json:"want"` // the invariant that must be violated
	Red  bool   `json:"red"`
}

// canarySeeds is how many days may be tried: what a disk keeps that did not sync
// is drawn, and on some days it keeps all of it.
const canarySeeds = 10

// LyingDisk is the canary: the phone's disk acknowledges syncs that it does
// not do, and the power goes right after 'done'. The sale is gone, and J1 must
// say so. sc must have a till that sells.
func LyingDisk(_ context.Context, sc *spec.Scenario, run shrink.Runner) (Canary, error) {
	c := Canary{What: "a disk that acknowledges syncs that it did not do", Want: "J1"}
	selling := sc.Selling()[0].Name
	for seed := int64(1); seed <= canarySeeds && !c.Red; seed++ {
		plan := fault.Plan{Scenario: sc.Name, Seed: seed, Faults: []fault.Fault{
			{ID: "lie", Kind: fault.Disk, Target: selling, When: fault.At(0), Args: fault.Args{Mode: sim.DiskLie}},
			{ID: "drop", Kind: fault.Drop, Target: selling, For: time.Second, When: fault.On(fault.Point{Span: "done", Basket: 1})},
		}}
		out, err := run(sc, seed, plan)
		if err != nil {
			return c, fmt.Errorf("playing the canary: %w", err)
		}
		c.Red = slices.Contains(out.Failing, c.Want)
	}
	return c, nil
}
