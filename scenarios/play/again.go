package play

import (
	"context"

	"stormrig/scenarios/report"
)

// Again plays the written plan of a report. job's scenario, seed and plan are
// taken from there. The result says whether the run reproduced: its digest is
// that of the report.
func Again(ctx context.Context, written *report.Written, job Job) (*report.Bundle, error) {
	job.Scenario, job.Seed, job.Plan = written.Scenario, written.Plan.Seed, &written.Plan
	job.Replay = &report.Replay{Report: written.Path, Digest: written.Result.Digest, Version: written.Result.Version, Invariant: written.Shrunk}
	return Play(ctx, job)
}
