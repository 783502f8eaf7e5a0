package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"stormrig/scenarios/coverage"
	playing "stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	shrinker "stormrig/scenarios/shrink"
)

// wired names what plays and judges in this build.
func wired() engines { return engines{Run: playRun, Replay: playReplay} }

// spareMemory lets the heap grow fivefold between collections: a run makes much
// and keeps little, and a third of its time went into collecting that. Who
// has set GOGC knows better.
func spareMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// playRun plays one seed, or many.
func playRun(ctx context.Context, req RunRequest) (Verdict, error) {
	spareMemory()
	if req.Many {
		return playMany(ctx, req)
	}
	job := req.job(req.From)
	job.NoReturn = noReturn
	line := newProgressLine(req.IO)
	if !req.JSON {
		fmt.Fprintf(req.Stdout, "%s, seed %d    again: %s\n\n", req.Scenario.Name, req.From, job.Line)
	}
	job.Progress = line.run
	b, err := playing.Play(ctx, job)
	line.clear()
	if err != nil {
		return "", interruption(ctx, err)
	}
	if err := req.finish(b); err != nil {
		return "", err
	}
	s := reports.NewSummary(version())
	s.Add(&b.Result)
	if req.Coverage {
		reached := coverage.Of(b.Events)
		s.Uncovered = uncovered(s, &reached)
	}
	return req.covered(s), nil
}

func (r RunRequest) job(seed int64) playing.Job {
	job := playing.Job{
		Scenario: r.Scenario, Seed: seed, Line: r.Line(seed), Command: "run", Version: version(),
		Evidence: playing.Evidence(r.Evidence), Out: r.Out, Clock: time.Now, Coverage: r.Coverage,
	}
	if r.Many && r.Out != "" {
		job.Out = filepath.Join(r.Out, fmt.Sprintf("%s-%d", r.Scenario.Name, seed))
	}
	return job
}

// noReturn finds the point of no return of a run and which of its faults are
// needed, or nothing: what a report says
// of it is worth no error.
func noReturn(ctx context.Context, r *rig.Run, invariant string) *reports.NoReturn {
	c := shrinker.Case{Scenario: r.Scenario, Seed: r.Seed, Plan: r.Plan}
	p, err := shrinker.Quickly(ctx, c, invariant)
	if err != nil || p == nil {
		return nil
	}
	out := &reports.NoReturn{Invariant: invariant, Last: p.Last.N, Gone: p.Gone.N, Never: p.Never, Always: p.Always, Branches: p.Branches}
	if p.Never {
		return out
	}
	without, err := shrinker.Contrast(ctx, c, invariant, nil)
	if err != nil {
		return out
	}
	for _, w := range without {
		out.Without = append(out.Without, reports.Without{Fault: w.Fault, Holds: w.Holds})
	}
	return out
}

// finish prints one run and writes its JUnit file.
func (r RunRequest) finish(b *reports.Bundle) error {
	if err := junit(r.JUnit, b); err != nil {
		return err
	}
	if r.Annotate {
		if err := reports.Annotate(r.Stderr, r.Name, b); err != nil {
			return err
		}
	}
	if !r.JSON {
		return reports.Text(r.Stdout, b)
	}
	if b.Taken != "" {
		fmt.Fprintf(r.Stderr, "stormrig: %s is there already: the evidence is in %s\n", b.Taken, b.Result.Out)
	}
	return object(r.Stdout, b.Result)
}

// playReplay plays the written plan of a report.
func playReplay(ctx context.Context, req ReplayRequest) (Verdict, error) {
	written, err := reports.Load(req.Report)
	if err != nil {
		return "", err
	}
	job := playing.Job{Line: called() + " replay " + reports.Quote(req.Typed), Command: "replay", Version: version(), Evidence: playing.None, Clock: time.Now, NoReturn: noReturn}
	if req.Out != "" {
		job.Evidence, job.Out = playing.Full, req.Out
	}
	line := newProgressLine(req.IO)
	job.Progress = line.run
	b, err := playing.Again(ctx, written, job)
	line.clear()
	if err != nil {
		return "", interruption(ctx, err)
	}
	if req.JSON {
		err = object(req.Stdout, b.Result)
	} else {
		err = reports.Text(req.Stdout, b)
	}
	return Verdict(b.Result.Verdict), err
}

// interruption is the context's error if that ended the run.
func interruption(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func object(w io.Writer, v any) error {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

func junit(name string, runs ...*reports.Bundle) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	return errors.Join(reports.JUnit(f, runs...), f.Close())
}
