package campaign

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"stormrig/scenarios/check"
	"stormrig/scenarios/coverage"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/scenarios/shrink"
	"stormrig/scenarios/spec"
)

// Options say what a campaign plays.
type Options struct {
	Scenarios []*spec.Scenario
	// Typed is what each scenario was asked for by, a path for one of a file;
	// empty: their names.
	Typed    []string
	From, To int64 // seeds, both played in every scenario
	Shard    int   // 1 to Shards
	Shards   int   // 0: one
	Workers  int
	Version  string
	// Program is how this program was called; empty: stormrig.
	Program string
	// Build tells programs of one version apart, such as a hash; only a state
	// file asks for it.
	Build string
	// Done are runs of an earlier part of the same campaign: they are not
	// played again.
	Done []Run
	// Play plays one job; nil for play.Play. A test puts a broken rig there.
	Play func(context.Context, play.Job) (*report.Bundle, error)
	// Emit gets every run that was played, in the order of seeds and
	// scenarios, with its result (empty after an error). May be nil.
	Emit func(Run, *report.Result) error
	// Clock times runs; may be nil.
	Clock func() time.Time
}

// Run is what came of one seed in one scenario; a line of the state file.
type Run struct {
	Scenario string    `json:"scenario"`
	Seed     int64     `json:"seed"`
	Verdict  string    `json:"verdict"` // of play, or "broken"
	Failures []Failure `json:"failures,omitempty"`
	Digest   string    `json:"digest,omitempty"`
	Sales    int       `json:"sales,omitempty"`
	Faults   int       `json:"faults,omitempty"` // fired
	Cells    string    `json:"cells,omitempty"`  // reached, see coverage.Matrix.Bits
	Pairs    string    `json:"pairs,omitempty"`  // see coverage.Matrix.PairBits
}

// Failure is one finding.
type Failure struct {
	Invariant string `json:"invariant"`
	Detail    string `json:"detail"`
}

// item is one run to play.
type item struct {
	n  int
	sc *spec.Scenario
	Seed
}

// Seed is a seed of a scenario.
type Seed struct {
	Scenario string
	Seed     int64
}

// items lists the shard's runs that were not played yet: every scenario by
// seed 1, then by seed 2, so that any beginning is a fair sample.
func (o *Options) items() []item {
	done := make(map[Seed]bool)
	for _, r := range o.Done {
		done[Seed{r.Scenario, r.Seed}] = true
	}
	var out []item
	k := 0
	for seed := o.From; seed <= o.To; seed++ {
		for _, sc := range o.Scenarios {
			mine := o.Shards < 2 || k%o.Shards == o.Shard-1
			k++
			if s := (Seed{sc.Name, seed}); mine && !done[s] {
				out = append(out, item{len(out), sc, s})
			}
		}
	}
	return out
}

// Total is how many runs the shard has, those that are done included.
func (o *Options) Total() int { return len(o.items()) + len(o.Done) }

// Play plays the campaign and returns every run of it, those done before
// first. When the context ends, what had ended is returned with its error.
func Play(ctx context.Context, o Options) ([]Run, error) {
	if o.Play == nil {
		o.Play = play.Play
	}
	todo := o.items()
	feed, ended := make(chan item), make(chan finished, max(o.Workers, 1))
	var group sync.WaitGroup
	for range max(o.Workers, 1) {
		group.Go(func() {
			for it := range feed {
				ended <- o.one(ctx, it)
			}
		})
	}
	go func() {
		defer func() { close(feed); group.Wait(); close(ended) }()
		for _, it := range todo {
			select {
			case feed <- it:
			case <-ctx.Done():
				return
			}
		}
	}()
	runs := append([]Run(nil), o.Done...)
	err := inOrder(ended, func(f finished) error {
		if f.gaveUp {
			return nil
		}
		runs = append(runs, f.run)
		if o.Emit == nil {
			return nil
		}
		return o.Emit(f.run, f.result)
	})
	if err != nil {
		return runs, err
	}
	return runs, ctx.Err()
}

// finished is a run that ended.
type finished struct {
	n      int
	run    Run
	result *report.Result
	gaveUp bool // the context ended it
}

// inOrder hands on what ended in the order of the items.
func inOrder(ended <-chan finished, hand func(finished) error) error {
	waiting := make(map[int]finished)
	next := 0
	var err error
	for f := range ended {
		waiting[f.n] = f
		for {
			ready, ok := waiting[next]
			if !ok {
				break
			}
			delete(waiting, next)
			next++
			if err == nil {
				err = hand(ready)
			}
		}
	}
	return err
}

// one plays one run.
func (o *Options) one(ctx context.Context, it item) finished {
	f := finished{n: it.n, run: Run{Scenario: it.Scenario, Seed: it.Seed.Seed}}
	job, err := o.JobOf(it.Seed)
	if err == nil {
		job.Clock = o.Clock
		var b *report.Bundle
		if b, err = o.Play(ctx, job); err == nil {
			f.take(b)
			return f
		}
	}
	if ctx.Err() != nil {
		f.gaveUp = true
		return f
	}
	f.run.Verdict, f.run.Failures = shrink.Broken, []Failure{{shrink.Broken, err.Error()}}
	return f
}

// take keeps of a run what a campaign needs; its history is let go.
func (f *finished) take(b *report.Bundle) {
	f.result = &b.Result
	f.run.Verdict, f.run.Digest, f.run.Sales = b.Result.Verdict, b.Result.Digest, b.Result.Sales.Rung
	for _, x := range b.Result.Faults {
		if x.Fired {
			f.run.Faults++
		}
	}
	for _, c := range b.Checks {
		if c.Verdict != check.Violated {
			continue
		}
		for _, d := range c.Details {
			f.run.Failures = append(f.run.Failures, Failure{c.ID, d.Text})
		}
	}
	m := coverage.Of(b.Events)
	f.run.Cells, f.run.Pairs = m.Bits(), m.PairBits()
}

// Job is the run of a seed: the scenario with the seed's devices and swarm, judged
// by the invariants alone. What the scenario expects is left out, since under other
// faults other figures are right.
func Job(sc *spec.Scenario, seed int64, version string) (play.Job, error) {
	plain, file := *sc, *sc.File
	file.Expect, plain.Expect = spec.ExpectFile{}, spec.Expect{}
	plain.File = &file
	equip(&plain, seed)
	plan, err := Swarm(&plain, seed)
	if err != nil {
		return play.Job{}, err
	}
	return play.Job{Scenario: &plain, Seed: seed, Plan: &plan, Command: "campaign", Version: version, Evidence: play.None, Line: Line("stormrig", sc.Name, seed)}, nil
}

// JobOf is the run of a seed of the campaign.
func (o *Options) JobOf(s Seed) (play.Job, error) {
	for _, sc := range o.Scenarios {
		if sc.Name == s.Scenario {
			job, err := Job(sc, s.Seed, o.Version)
			job.Line = o.line(s)
			return job, err
		}
	}
	return play.Job{}, fmt.Errorf("the campaign has no scenario %s", s.Scenario)
}

// line is the command line that plays a run again, where this one was typed.
func (o *Options) line(s Seed) string {
	for i, sc := range o.Scenarios {
		if sc.Name == s.Scenario && i < len(o.Typed) {
			return Line(o.program(), report.Quote(o.Typed[i]), s.Seed)
		}
	}
	return Line(o.program(), s.Scenario, s.Seed)
}

func (o *Options) program() string { return cmp.Or(o.Program, "stormrig") }

// Line is the command line that plays one seed of a campaign again.
func Line(program, scenario string, seed int64) string {
	return fmt.Sprintf("%s campaign %s --seeds %d..%d", program, scenario, seed, seed)
}
