package play

import (
	"context"
	"sync"
	"sync/atomic"

	"stormrig/scenarios/report"
)

// Outcome is what came of one seed of a sweep.
type Outcome struct {
	Seed   int64
	Bundle *report.Bundle // nil after an error
	Err    error
}

// Many plays the seeds from..to, both included, by so many workers at once.
// job makes the job of a seed. emit gets each outcome in the order of the
// seeds, whatever the order in which they ended, one at a time. When the
// context ends, runs under way are given up, and what had ended is emitted.
func Many(ctx context.Context, from, to int64, workers int, job func(seed int64) Job, emit func(Outcome)) {
	outcomes := make(chan Outcome, workers)
	var next atomic.Int64
	next.Store(from)
	var group sync.WaitGroup
	for range max(workers, 1) {
		group.Go(func() {
			for ctx.Err() == nil {
				seed := next.Add(1) - 1
				if seed > to {
					return
				}
				b, err := Play(ctx, job(seed))
				if ctx.Err() != nil && err != nil {
					return // given up: there is no outcome
				}
				outcomes <- Outcome{seed, slim(b), err}
			}
		})
	}
	go func() { group.Wait(); close(outcomes) }()
	inOrder(from, outcomes, emit)
}

// slim drops what only an evidence folder needs: a sweep of thousands of runs
// must not keep their histories.
func slim(b *report.Bundle) *report.Bundle {
	if b == nil {
		return nil
	}
	return &report.Bundle{Result: b.Result, Checks: b.Checks, Line: b.Line, Taken: b.Taken}
}

// inOrder emits outcomes by seed. At the end it emits what came after a seed
// that never did, in order, too.
func inOrder(from int64, outcomes <-chan Outcome, emit func(Outcome)) {
	waiting := make(map[int64]Outcome)
	last := from - 1
	for o := range outcomes {
		waiting[o.Seed] = o
		last = max(last, o.Seed)
		for {
			ready, ok := waiting[from]
			if !ok {
				break
			}
			delete(waiting, from)
			emit(ready)
			from++
		}
	}
	for ; from <= last; from++ {
		if o, ok := waiting[from]; ok {
			emit(o)
		}
	}
}
