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

// LyingDisk is the canary: the phone's disk acknowledges syncs that it does
// not do, and the power goes right after 'done'. The sale is gone, and J1 must
// say so. sc must have a till that sells.
func LyingDisk(_ context.Context, sc *spec.Scenario, run shrink.Runner) (Canary, error) {
	c := Canary{What: "a disk that acknowledges syncs that it did not do", Want: "J1"}
	selling := sc.Selling()[0].Name
	plan := fault.Plan{Scenario: sc.Name, Seed: 1, Faults: []fault.Fault{
		{ID: "lie", Kind: fault.Disk, Target: selling, When: fault.At(0), Args: fault.Args{Mode: sim.DiskLie}},
		{ID: "drop", Kind: fault.Drop, Target: selling, For: time.Second, When: fault.On(fault.Point{Span: "done", Basket: 1})},
	}}
	out, err := run(sc, 1, plan)
	if err != nil {
		return c, fmt.Errorf("playing the canary: %w", err)
	}
	c.Red = slices.Contains(out.Failing, c.Want)
	return c, nil
}
