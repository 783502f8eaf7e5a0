package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"stormrig/scenarios/check"
	playing "stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
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
	return req.covered(s), nil
}

func (r RunRequest) job(seed int64) playing.Job {
	job := playing.Job{
		Scenario: r.Scenario, Seed: seed, Line: r.Line(seed), Command: "run", Version: version(),
		Evidence: playing.Evidence(r.Evidence), Out: r.Out, Clock: time.Now,
	}
	if r.Many && r.Out != "" {
		job.Out = filepath.Join(r.Out, fmt.Sprintf("%s-%d", r.Scenario.Name, seed))
	}
	return job
}

// finish prints one run and writes its JUnit file.
func (r RunRequest) finish(b *reports.Bundle) error {
	if err := junit(r.JUnit, b); err != nil {
		return err
	}
	if r.JSON {
		return object(r.Stdout, b.Result)
	}
	return reports.Text(r.Stdout, b)
}

// playMany plays a range of seeds on all processors.
func playMany(ctx context.Context, req RunRequest) (Verdict, error) {
	began := time.Now()
	sum, line := reports.NewSummary(version()), newProgressLine(req.IO)
	var runs []*reports.Bundle
	var broken []error
	emit := func(o playing.Outcome) {
		if o.Err != nil {
			sum.Errors++
			line.clear()
			broken = append(broken, o.Err)
			fmt.Fprintf(req.Stderr, "stormrig: %v\n", o.Err)
			return
		}
		sum.Add(&o.Bundle.Result)
		if req.JUnit != "" {
			runs = append(runs, o.Bundle)
		}
		if req.JSON || o.Bundle.Result.Verdict != check.RunHolds {
			line.clear()
		}
		if req.JSON {
			if err := object(req.Stdout, o.Bundle.Result); err != nil {
				broken = append(broken, err)
			}
		} else if o.Bundle.Result.Verdict != check.RunHolds {
			fmt.Fprintln(req.Stdout, reports.Line(o.Bundle))
		}
		line.sweep(sum, req.To-req.From+1)
	}
	if !req.JSON {
		fmt.Fprintf(req.Stdout, "%s, seeds %d to %d    again: %s\n\n", req.Scenario.Name, req.From, req.To, req.seedsLine())
	}
	playing.Many(ctx, req.From, req.To, runtime.GOMAXPROCS(0), req.job, emit)
	line.clear()
	sum.WallSeconds, sum.Interrupted = time.Since(began).Seconds(), ctx.Err() != nil
	if err := errors.Join(req.summary(sum), junit(req.JUnit, runs...)); err != nil {
		return "", err
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if len(broken) > 0 {
		return "", fmt.Errorf("%d of the runs broke off: %w", len(broken), broken[0])
	}
	return req.covered(sum), nil
}

func (r RunRequest) seedsLine() string {
	return fmt.Sprintf("stormrig run %s --seeds %d..%d", r.Name, r.From, r.To)
}

func (r RunRequest) summary(s *reports.Summary) error {
	if r.JSON {
		return object(r.Stdout, s)
	}
	return reports.SummaryText(r.Stdout, r.Scenario.Name, r.seedsLine(), s)
}

// covered is the verdict, and blind where coverage was asked for and is not
// there.
func (r RunRequest) covered(s *reports.Summary) Verdict {
	verdict := Verdict(s.Verdict())
	if missing := s.Untried(); r.Coverage && verdict == check.RunHolds && len(missing) > 0 {
		fmt.Fprintf(r.Stderr, "stormrig: not covered: %s\nhint: more seeds, or a scenario with 'when: drawn'\n", strings.Join(missing, "; "))
		return check.RunBlind
	}
	return verdict
}

// playReplay plays the written plan of a report.
func playReplay(ctx context.Context, req ReplayRequest) (Verdict, error) {
	written, err := reports.Load(req.Report)
	if err != nil {
		return "", err
	}
	job := playing.Job{Line: "stormrig replay " + req.Report, Command: "replay", Version: version(), Evidence: playing.None, Clock: time.Now}
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
