package play

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// Evidence says which runs leave an evidence folder.
type Evidence string

// The levels of evidence.
const (
	Full   Evidence = "full"
	Failed Evidence = "failed" // runs that do not hold
	None   Evidence = "none"
)

// Job is one run to play.
type Job struct {
	Scenario *spec.Scenario
	Seed     int64
	Plan     *fault.Plan    // nil: drawn from the seed
	Line     string         // the command line that plays it again
	Command  string         // "run" or "replay"
	Version  string         // of stormrig
	Replay   *report.Replay // of a replay: what it is held against
	Evidence Evidence
	Out      string // evidence folder; empty for reports/<scenario>-<seed>
	Coverage bool   // of a sweep: keep which faults met which states
	// Progress hears how far the run is, every so many events; may be nil.
	Progress func(Progress)
	// Clock is the wall clock that a run is timed by; nil leaves wall_seconds
	// at 0.
	Clock func() time.Time
	// NoReturn finds the point of no return of a run that is kept as evidence and
	// violates the invariant; nil leaves it out. It may know of none.
	NoReturn func(ctx context.Context, r *rig.Run, invariant string) *report.NoReturn
	// Ended hears of each stage that ended; may be nil.
	Ended func(Stage)
}

// Stage is a part of [Play].
type Stage string

// The stages in their order; Kept and Reported only where evidence is written.
const (
	Begun    Stage = "begun"    // not heard: a name for the time before
	Played   Stage = "played"   // the day
	Kept     Stage = "kept"     // what happened in it is on the disk
	Judged   Stage = "judged"   // by the checkers
	Reported Stage = "reported" // trace, pictures, page
)

// PanicError is a panic of a machine, of the rig or of a checker.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v\n\n%s", e.Value, e.Stack) }

// Play plays and judges one run. An error is one of the machinery, never of
// the scenario; it names the seed, and where a history was begun, the folder
// with it.
func Play(ctx context.Context, job Job) (*report.Bundle, error) {
	p := &player{job: job}
	b, err := p.play(ctx)
	if err == nil {
		return b, nil
	}
	err = fmt.Errorf("%s, seed %d: %w", job.Scenario.Name, job.Seed, err)
	if ctx.Err() != nil {
		return nil, err
	}
	if kept := p.keep(); kept != nil {
		err = fmt.Errorf("%w (and keeping its history failed: %w)", err, kept)
	} else if p.folder != nil {
		err = fmt.Errorf("%w\nits history is in %s\nagain: %s", err, p.folder.Path, job.Line)
	}
	return nil, err
}

// player is one run being played.
type player struct {
	job    Job
	run    *rig.Run
	bundle *report.Bundle
	folder *report.Folder
}

func (p *player) play(ctx context.Context) (_ *report.Bundle, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
	}()
	began := p.now()
	if p.run, err = rig.Start(p.job.Scenario, p.job.Seed, p.job.Plan); err != nil {
		return nil, err
	}
	defer p.run.Close()
	if err = drive(ctx, p.run, p.job.Progress); err != nil {
		return nil, err
	}
	p.bundle = p.facts()
	p.ended(Played)
	played := p.now().Sub(began)
	if p.job.Evidence == Full {
		if err = p.keep(); err != nil {
			return nil, err
		}
	}
	p.ended(Kept)
	began = p.now()
	if err = p.judge(); err != nil {
		return nil, err
	}
	p.ended(Judged)
	p.bundle.Result.WallSeconds = (played + p.now().Sub(began)).Seconds()
	if p.job.Evidence == Failed && p.bundle.Result.Verdict != check.RunHolds {
		if err = p.keep(); err != nil {
			return nil, err
		}
	}
	if p.folder == nil {
		return p.bundle, nil
	}
	if first := p.bundle.First(); first != "" && p.job.NoReturn != nil {
		p.bundle.Result.NoReturn = p.job.NoReturn(ctx, p.run, first)
	}
	if p.bundle.Papers, err = papers(p.run); err != nil {
		return nil, err
	}
	err = p.folder.Judgement(p.bundle)
	p.ended(Reported)
	return p.bundle, err
}

func (p *player) ended(s Stage) {
	if p.job.Ended != nil {
		p.job.Ended(s)
	}
}

func (p *player) now() time.Time {
	if p.job.Clock == nil {
		return time.Time{}
	}
	return p.job.Clock()
}

// keep writes down what happened, once. A run that broke off has its history
// up to there.
func (p *player) keep() error {
	if p.folder != nil || p.run == nil || p.job.Evidence == None {
		return nil
	}
	if p.bundle == nil {
		p.bundle = p.begun()
	}
	path := p.job.Out
	if path == "" {
		path = filepath.Join("reports", fmt.Sprintf("%s-%d", p.job.Scenario.Name, p.job.Seed))
	}
	folder, err := report.NewFolder(path)
	if err != nil {
		return err
	}
	p.folder, p.bundle.Result.Out, p.bundle.Taken = folder, folder.Path, folder.Asked
	if p.bundle.Disks == nil {
		p.bundle.Disks = disks(p.run)
	}
	return folder.Facts(p.bundle)
}

// often is how many events lie between two looks at the context and two words
// of progress.
const often = 128

// drive lets the run go on to its end.
func drive(ctx context.Context, r *rig.Run, tell func(Progress)) error {
	watch := watcher{run: r}
	for n := 0; !r.Ended(); n++ {
		if n%often == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if tell != nil {
				tell(watch.look())
			}
		}
		if _, err := r.Step(); err != nil {
			return err
		}
	}
	if tell != nil {
		tell(watch.look())
	}
	return nil
}
