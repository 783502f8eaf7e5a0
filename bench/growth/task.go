package growth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explore"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/sim/history"
)

// Names of what is measured.
const (
	Load    = "load"    // the catalogue and scenario files are read
	Run     = "run"     // the world is built and the day is played
	Check   = "check"   // a written history is read and judged
	Report  = "report"  // the evidence folder: history, disks, trace, pictures, page
	Explore = "explore" // some steps of the day, cut at every point and started again
)

// Tasks lists what can be measured.
func Tasks() []string { return []string{Load, Run, Check, Report, Explore} }

// ErrNotHeld says that the day that was to be measured did not hold: what it
// costs means nothing.
var ErrNotHeld = errors.New("the day does not hold")

// Cost is what one task cost in a process of its own.
type Cost struct {
	Task string `json:"task"`
	Size
	CPU    float64          `json:"cpu_seconds"` // of this task alone, of all threads
	Peak   int64            `json:"peak_bytes"`  // of the whole process, with what the task needed before it
	Counts map[string]int64 `json:"counts"`      // what the work came to, by name
}

// Job is one task to measure.
type Job struct {
	Task string
	Size
	// Dir is an empty folder for what the task writes.
	Dir string
	// Shards is of Explore: one of so many shards is explored.
	Shards int
	// CPU returns the processor time that this process has used.
	CPU func() time.Duration
}

// Do does a task once and says what it cost; Peak is left to whoever has the
// process to itself.
func Do(ctx context.Context, job Job) (Cost, error) {
	c := Cost{Task: job.Task, Size: job.Size, Counts: map[string]int64{}}
	do, ok := map[string]func(context.Context, Job, *Cost) error{Load: load, Run: run, Check: judge, Report: write, Explore: cut}[job.Task]
	if !ok {
		return c, fmt.Errorf("there is no task %q", job.Task)
	}
	if err := do(ctx, job, &c); err != nil {
		return c, fmt.Errorf("%s of %d sales and %d articles: %w", job.Task, job.Sales, job.SKUs, err)
	}
	return c, nil
}

// load measures reading the files; making the text is not part of it.
func load(_ context.Context, job Job, c *Cost) error {
	began := job.CPU()
	_, err := Scene(job.Size)
	c.CPU = (job.CPU() - began).Seconds()
	return err
}

// played plays the day and tells when each stage ended, in processor time.
func played(ctx context.Context, job Job, evidence play.Evidence) (*report.Bundle, map[play.Stage]time.Duration, error) {
	sc, err := Scene(job.Size)
	if err != nil {
		return nil, nil, err
	}
	ended := map[play.Stage]time.Duration{play.Begun: job.CPU()}
	b, err := play.Play(ctx, play.Job{Scenario: sc, Seed: 1, Command: "bench", Line: "stormrig bench growth", Version: "-", Evidence: evidence,
		Out: filepath.Join(job.Dir, "evidence"), Ended: func(s play.Stage) { ended[s] = job.CPU() }})
	if err == nil && b.Result.Verdict != check.RunHolds {
		err = fmt.Errorf("%w: %s: %s", ErrNotHeld, b.Result.Verdict, why(b))
	}
	return b, ended, err
}

func why(b *report.Bundle) string {
	for _, c := range b.Checks {
		if c.Verdict == check.Violated {
			return c.ID + ": " + c.Detail()
		}
	}
	for _, f := range b.Result.Faults {
		if !f.Fired {
			return f.Words + ": " + f.Why
		}
	}
	return "it did not converge"
}

func run(ctx context.Context, job Job, c *Cost) error {
	b, ended, err := played(ctx, job, play.None)
	if err != nil {
		return err
	}
	c.CPU = (ended[play.Played] - ended[play.Begun]).Seconds()
	c.Counts["steps"], c.Counts["events"] = int64(b.Result.Events), int64(len(b.Events))
	return nil
}

// write measures what is written after the day: everything but the playing and
// the judging.
func write(ctx context.Context, job Job, c *Cost) error {
	b, ended, err := played(ctx, job, play.Full)
	if err != nil {
		return err
	}
	c.CPU = (ended[play.Kept] - ended[play.Played] + ended[play.Reported] - ended[play.Judged]).Seconds()
	for name, file := range map[string]string{"page_bytes": report.FileReport, "history_bytes": report.FileHistory} {
		info, err := os.Stat(filepath.Join(b.Result.Out, file))
		if err != nil {
			return err
		}
		c.Counts[name] = info.Size()
	}
	return nil
}

// History plays the day once and writes its history to a folder, for Check.
func History(ctx context.Context, job Job) error {
	b, _, err := played(ctx, job, play.None)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(job.Dir, report.FileHistory), func(w io.Writer) error { return history.Write(w, b.Events) })
}

func writeFile(name string, fill func(io.Writer) error) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(fill(out), out.Close())
}

// judge measures what 'stormrig check' does with the history in Dir.
func judge(_ context.Context, job Job, c *Cost) error {
	began := job.CPU()
	in, err := os.Open(filepath.Join(job.Dir, report.FileHistory))
	if err != nil {
		return err
	}
	defer in.Close()
	events, err := history.Read(in)
	if err != nil {
		return err
	}
	v, err := check.NewView(events)
	if err != nil {
		return err
	}
	results := check.Run(v)
	c.CPU = (job.CPU() - began).Seconds()
	c.Counts["events"] = int64(len(events))
	for _, r := range results {
		c.Counts["premises"] += int64(r.Checked)
	}
	if i := slices.IndexFunc(results, func(r check.Result) bool { return r.Verdict == check.Violated }); i >= 0 {
		return fmt.Errorf("%w: %s: %s", ErrNotHeld, results[i].ID, results[i].Detail())
	}
	return nil
}

// cut measures exploring: one shard of many, so that the number of steps stays
// about the same however long the day is.
func cut(ctx context.Context, job Job, c *Cost) error {
	sc, err := Scene(job.Size)
	if err != nil {
		return err
	}
	began := job.CPU()
	r, err := explore.Explore(ctx, explore.Options{Scenario: sc, Seed: 1, Depth: 1, Shard: job.Shards, Shards: job.Shards, Workers: 1, DiskOnly: true, StatesOnly: true,
		Clock: func() time.Duration { return job.CPU() }})
	if err != nil {
		return err
	}
	if !r.Holds() {
		return fmt.Errorf("%w: %s", ErrNotHeld, r.Claim)
	}
	c.CPU = (job.CPU() - began).Seconds()
	c.Counts["steps"], c.Counts["states"], c.Counts["steps_of_the_day"] = int64(r.Done), r.All(), int64(r.Tasks)
	c.Counts["states_us"] = r.Spent.States.Microseconds()
	return nil
}
