package explore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"stormrig/pos/fold"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// Options says what is explored.
type Options struct {
	Scenario *spec.Scenario
	Program  string // as called, and
	Name     string // as typed, for the line that replays
	Seed     int64
	Depth    int // 1: no cut in a recovery; 2: one; 3: two
	Shard    int // from 1
	Shards   int
	Workers  int
	// State is the file that finished tasks are written to and found in
	// again; empty for none.
	State string
	// Progress hears of each task that ended; may be nil.
	Progress func(Progress)
	// Clock returns time that has passed; nil leaves all rates at 0.
	Clock func() time.Duration
	// CPU returns processor time that the calling thread has used, so that the
	// rates are those of the machine and not of what else runs on it; nil where
	// that is not known, and Clock is asked.
	CPU func() time.Duration
	// DiskOnly leaves the cut points on wires out.
	DiskOnly bool
	// StatesOnly starts every state and finishes no day: what one state costs,
	// for a benchmark. What lying and failing disks do is left out, too.
	StatesOnly bool
	// First stops at the first failure; also of a day that fails by itself.
	First bool
	// Rig is what is wrong in the world, for a test of the explorer itself.
	Rig rig.Options
}

// Progress is how far exploring is.
type Progress struct {
	Done, Of int // tasks of this shard
	Earlier  int // of Done: found in the state file
	Tally    *Tally
	Elapsed  time.Duration // of this session
}

// Explore explores a scenario, or a shard of it. When the context ends, what
// was done is in the state file, and the error is the context's.
func Explore(ctx context.Context, o Options) (*Report, error) {
	base, err := fold.NewBase(*o.Scenario.Shop.Catalogue)
	if err != nil {
		return nil, err
	}
	steps, digest, err := o.survey()
	if err != nil {
		return nil, err
	}
	var mine []int
	for n := range steps {
		if n%o.Shards == o.Shard-1 {
			mine = append(mine, n)
		}
	}
	head := header{Schema: 1, Scenario: o.Scenario.Name, Seed: o.Seed, Depth: o.Depth, Tasks: len(steps), Digest: digest, DiskOnly: o.DiskOnly}
	st, err := openState(o.State, head)
	if err != nil {
		return nil, err
	}
	x := &explorer{o: &o, base: base, steps: steps, mine: mine, state: st, earlier: len(st.done)}
	err = errors.Join(x.run(ctx), st.close(x.elapsed()))
	if err != nil {
		return nil, err
	}
	return x.report(), nil
}

// explorer is one session.
type explorer struct {
	o       *Options
	base    *fold.Base
	steps   []int
	mine    []int
	state   *state
	earlier int
	began   time.Duration
	mu      sync.Mutex
}

func (x *explorer) now() time.Duration {
	if x.o.Clock == nil {
		return 0
	}
	return x.o.Clock()
}

func (x *explorer) elapsed() time.Duration { return x.now() - x.began }

func (x *explorer) run(ctx context.Context) error {
	x.began = x.now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	tasks := make(chan *task)
	var group sync.WaitGroup
	for range max(x.o.Workers, 1) {
		group.Go(func() {
			if x.o.CPU != nil { // a thread of its own, whose time is read
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
			}
			w := newWorker(x.o, x.base)
			for t := range tasks {
				if err := x.one(w, t); err != nil {
					cancel(err)
				}
			}
		})
	}
	want := func(n int) bool { return n%x.o.Shards == x.o.Shard-1 && !x.state.has(n) }
	err := x.o.tasks(x.steps, want, func(t *task) bool {
		select {
		case tasks <- t:
			return ctx.Err() == nil
		case <-ctx.Done():
			return false
		}
	})
	close(tasks)
	group.Wait()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errEnough) {
		return cause
	}
	return err
}

// errEnough ends an exploration that has found what it looks for.
var errEnough = errors.New("a failure was found")

// one explores a task and keeps what came of it.
func (x *explorer) one(w *worker, t *task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("exploring task %d: %v\n%s", t.n, p, debug.Stack())
		}
	}()
	tally, err := w.do(t)
	if err != nil {
		return fmt.Errorf("exploring task %d: %w", t.n, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.state.add(t.n, tally); err != nil {
		return err
	}
	if x.o.First && x.state.sum.Failures > 0 {
		return errEnough
	}
	if x.o.Progress != nil {
		x.o.Progress(Progress{Done: len(x.state.done), Of: len(x.mine), Earlier: x.earlier, Tally: &x.state.sum, Elapsed: x.elapsed()})
	}
	return nil
}
