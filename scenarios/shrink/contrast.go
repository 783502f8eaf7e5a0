package shrink

import (
	"context"
	"slices"

	"stormrig/scenarios/rig"
)

// Without is what comes of a case with one fault left out.
type Without struct {
	Fault string // its ID
	Holds bool   // the invariant is not violated then: the fault is needed
}

// mostLeftOut bounds the runs of a contrast.
const mostLeftOut = 8

// Contrast plays a case again with one fault left out at a time, the first few
// of a long plan: which of them an invariant's violation needs. start nil is
// the simulated rig as it is.
func Contrast(ctx context.Context, c Case, invariant string, start Starter) ([]Without, error) {
	if start == nil {
		start = rig.Start
	}
	run := Playing(start)
	var out []Without
	for i, f := range c.Plan.Faults[:min(len(c.Plan.Faults), mostLeftOut)] {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		less := c.Plan
		less.Faults = slices.Delete(slices.Clone(c.Plan.Faults), i, i+1)
		o, err := run(c.Scenario, c.Seed, less)
		if err != nil {
			return out, err
		}
		out = append(out, Without{f.ID, !o.Fails(invariant)})
	}
	return out, nil
}
