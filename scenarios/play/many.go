package play

import (
	"context"
	"sync"
	"sync/atomic"

	"stormrig/scenarios/coverage"
	"stormrig/scenarios/report"
)

// Outcome is what came of one seed of a sweep.
type Outcome struct {
	Seed   int64
	Bundle *report.Bundle // nil after an error; without events and disks
	// Reached is which faults met which states in the run; nil after an error,
	// and where the job did not ask for it.
	Reached *coverage.Matrix
	Err     error
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
				j := job(seed)
				b, err := Play(ctx, j)
				if ctx.Err() != nil && err != nil {
					return // given up: there is no outcome
				}
				outcomes <- outcome(seed, b, err, j.Coverage)
			}
		})
	}
	go func() { group.Wait(); close(outcomes) }()
	inOrder(from, outcomes, emit)
}

// outcome takes from a run what a sweep keeps of it: what was reached must be
// read before the events are dropped.
func outcome(seed int64, b *report.Bundle, err error, covered bool) Outcome {
	o := Outcome{Seed: seed, Err: err}
	if b == nil {
		return o
	}
	o.Bundle = b.Slim()
	if covered {
		m := coverage.Of(b.Events)
		o.Reached = &m
	}
	return o
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
