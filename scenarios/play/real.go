package play

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/live"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

// Real is a rig of real ports and real time, or of what the kernel has of
// them. One Real plays one day.
type Real struct {
	// Name is what the result calls the rig: "process", "hardware".
	Name    string
	Options live.Options // without Dir and Faults
	// Unseen are units ("phone.printer") of which nobody sees what they do:
	// checkers that need it are not exercised.
	Unseen []string

	parts  *rig.Parts
	faults fault.Plan
}

// CannotError says what of a scenario a rig cannot play. It never pretends.
type CannotError struct {
	Rig  string
	Errs []error
}

func (e *CannotError) Error() string {
	return fmt.Sprintf("the rig %s cannot play all of this scenario: %v", e.Rig, errors.Join(e.Errs...))
}

// Prepare draws the day and says what it takes: how long the shop is open on
// this rig, or a *CannotError.
func (r *Real) Prepare(job *Job) (time.Duration, error) {
	var err error
	if job.Plan != nil {
		r.faults = *job.Plan
	} else if r.faults, err = rig.Plan(job.Scenario, job.Seed); err != nil {
		return 0, err
	}
	if r.parts, err = rig.TakeApart(job.Scenario, job.Seed); err != nil {
		return 0, err
	}
	cannot := &CannotError{Rig: r.Name}
	for _, f := range r.faults.Faults {
		if err := r.Options.Supports(f); err != nil {
			cannot.Errs = append(cannot.Errs, err)
		}
	}
	if cannot.Errs != nil {
		return 0, cannot
	}
	r.Options.Faults, r.Options.Rig = r.faults.Faults, r.Name
	return live.Length(r.parts, r.Options), nil
}

// Visits are the shoppers of the day, in the order of their coming.
func (r *Real) Visits() []rig.Visit { return r.parts.Visits }

// Play plays the day that was prepared in a directory, judges it, and leaves
// the same evidence as a simulated run. Two runs of a seed differ in their
// interleaving: there is no digest. Where job.Progress is set, it hears at each
// tick how far the day is.
func (r *Real) Play(ctx context.Context, job Job, dir string, ticks <-chan time.Time) (*report.Bundle, error) {
	o := r.Options
	o.Dir = dir
	w, err := live.New(r.parts, o)
	if err != nil {
		return nil, err
	}
	began := job.Clock()
	stop := r.follow(w, &job, ticks)
	played := w.Play(ctx)
	stop()
	b := r.facts(w, &job)
	b.Result.WallSeconds = job.Clock().Sub(began).Seconds()
	var folder *report.Folder
	if job.Evidence == Full || played != nil && job.Evidence != None {
		if folder, err = keepReal(b, &job, w); err != nil {
			return nil, errors.Join(played, err)
		}
	}
	if played != nil {
		if folder != nil {
			played = fmt.Errorf("%w\nits history is in %s", played, folder.Path)
		}
		return nil, fmt.Errorf("%s, seed %d: %w", job.Scenario.Name, job.Seed, played)
	}
	if err := judged(b, job.Scenario, w.Converged(), r.unseen); err != nil {
		return nil, err
	}
	if folder == nil && job.Evidence == Failed && b.Result.Verdict != check.RunHolds {
		if folder, err = keepReal(b, &job, w); err != nil {
			return nil, err
		}
	}
	if folder == nil {
		return b, nil
	}
	if b.Papers, err = drawn(w); err != nil {
		return nil, err
	}
	return b, folder.Judgement(b)
}

// follow tells of a world under way until stop is called.
func (r *Real) follow(w *live.World, job *Job, ticks <-chan time.Time) (stop func()) {
	if job.Progress == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-ticks:
				job.Progress(progressOf(w.History(), job, len(r.faults.Faults)))
			}
		}
	}()
	return func() { close(done); <-ended }
}

func progressOf(events []history.Event, job *Job, planned int) (p Progress) {
	p.Planned = planned
	for _, e := range events {
		switch e.Kind {
		case history.KindRung:
			p.Sales++
		case history.KindFault:
			p.Faults++
		case history.KindAct:
			p.Act = e.State
		}
		p.Clock = job.Scenario.Shop.Opens.Add(time.Duration(e.T))
	}
	return p
}

// facts is the bundle of a day before it is judged.
func (r *Real) facts(w *live.World, job *Job) *report.Bundle {
	events := w.History()
	b := &report.Bundle{Scenario: job.Scenario, Plan: r.faults, Events: events, Line: job.Line, Result: report.Result{
		Schema: 1, Version: job.Version, Command: job.Command, Scenario: job.Scenario.Name, Rig: r.Name, Seed: job.Seed, Plan: r.faults,
		Build:  report.Build{Stormrig: job.Version, Till: "stormrig reference till " + job.Version},
		Events: len(events), Invented: job.Scenario.Invented,
	}}
	if n := len(events); n > 0 {
		b.Result.VirtualSeconds = float64(events[n-1].T-events[0].T) / float64(time.Second)
	}
	fired := w.Fired()
	for i, f := range r.faults.Faults {
		b.Result.Faults = append(b.Result.Faults, report.Fault{ID: f.ID, Kind: string(f.Kind), Target: f.Target, When: f.When.String(),
			Words: report.FaultWords(f, job.Scenario.Shop.Opens), Fired: fired[i], Optional: f.Optional})
	}
	return b
}

// unseen says what a checker needs that nobody saw.
func (r *Real) unseen(c check.Result) string {
	for _, u := range r.Unseen {
		if slices.Contains(check.Eyes(c.ID), strings.TrimPrefix(filepath.Ext(u), ".")) {
			return "needs eyes on " + u + ": what a device of metal does, nobody told"
		}
	}
	return ""
}

// keepReal writes down what happened.
func keepReal(b *report.Bundle, job *Job, w *live.World) (*report.Folder, error) {
	path := job.Out
	if path == "" {
		path = filepath.Join("reports", fmt.Sprintf("%s-%d", job.Scenario.Name, job.Seed))
	}
	folder, err := report.NewFolder(path)
	if err != nil {
		return nil, err
	}
	b.Result.Out, b.Taken = folder.Path, folder.Asked
	b.Disks = w.Files()
	return folder, folder.Facts(b)
}

// drawn are the pieces of paper of the printers that emulators stand in for.
func drawn(w *live.World) ([]report.Paper, error) {
	events := w.History()
	used := map[int64]bool{}
	var out []report.Paper
	for _, piece := range w.Papers() {
		png, err := piece.PNG()
		if err != nil {
			return nil, fmt.Errorf("drawing paper of %s: %w", piece.Unit, err)
		}
		p := report.Paper{Printer: piece.Unit, State: piece.State, Lines: piece.Lines, PNG: png}
		for _, e := range events {
			if e.Kind == history.KindPaper && e.Who == piece.Unit && e.State == piece.State && !used[e.N] && slices.Equal(e.Lines, piece.Lines) {
				p.Event, p.Number = e.N, e.Number
				used[e.N] = true
				break
			}
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b report.Paper) int { return int(a.Event - b.Event) })
	return out, nil
}
