package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"stormrig/scenarios/check"
	"stormrig/scenarios/coverage"
	playing "stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
)

// sweeping is a range of seeds being played.
type sweeping struct {
	RunRequest
	sum       *reports.Summary
	line      *progressLine
	runs      []*reports.Bundle // for JUnit
	reached   coverage.Matrix
	annotated int
	broken    []error
}

// playMany plays a range of seeds on all processors.
func playMany(ctx context.Context, req RunRequest) (Verdict, error) {
	began := time.Now()
	s := &sweeping{RunRequest: req, sum: reports.NewSummary(version()), line: newProgressLine(req.IO)}
	if !req.JSON {
		fmt.Fprintf(req.Stdout, "%s, seeds %d to %d    again: %s\n\n", req.Scenario.Name, req.From, req.To, req.seedsLine())
	}
	playing.Many(ctx, req.From, req.To, runtime.GOMAXPROCS(0), req.job, s.emit)
	s.line.clear()
	sum := s.sum
	sum.WallSeconds, sum.Interrupted = time.Since(began).Seconds(), ctx.Err() != nil
	if req.Coverage {
		sum.Uncovered = uncovered(sum, &s.reached)
	}
	if err := errors.Join(req.summary(sum), junit(req.JUnit, s.runs...)); err != nil {
		return "", err
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if len(s.broken) > 0 {
		return "", fmt.Errorf("%d of the runs broke off: %w", len(s.broken), s.broken[0])
	}
	return req.covered(sum), nil
}

// emit takes what came of one seed.
func (s *sweeping) emit(o playing.Outcome) {
	if o.Err != nil {
		s.sum.Errors++
		s.line.clear()
		s.broken = append(s.broken, o.Err)
		fmt.Fprintf(s.Stderr, "stormrig: %v\n", o.Err)
		return
	}
	s.sum.Add(&o.Bundle.Result)
	if o.Reached != nil {
		s.reached.Merge(*o.Reached)
	}
	if s.JUnit != "" {
		s.runs = append(s.runs, o.Bundle)
	}
	bad := o.Bundle.Result.Verdict != check.RunHolds
	if s.JSON || bad {
		s.line.clear()
	}
	if err := s.print(o.Bundle, bad); err != nil {
		s.broken = append(s.broken, err)
	}
	s.line.sweep(s.sum, s.To-s.From+1)
}

func (s *sweeping) print(b *reports.Bundle, bad bool) error {
	if s.Annotate && bad && s.annotated < reports.MostAnnotations {
		s.annotated++
		if err := reports.Annotate(s.Stderr, s.Name, b); err != nil {
			return err
		}
	}
	if s.JSON {
		return object(s.Stdout, b.Result)
	}
	if bad {
		fmt.Fprintln(s.Stdout, reports.Line(b))
	}
	return nil
}

func (r RunRequest) seedsLine() string {
	return fmt.Sprintf("%s run %s --seeds %d..%d", called(), r.Name, r.From, r.To)
}

func (r RunRequest) summary(s *reports.Summary) error {
	if r.JSON {
		return object(r.Stdout, s)
	}
	return reports.SummaryText(r.Stdout, r.Scenario.Name, r.seedsLine(), s)
}

// uncovered names what a sweep left untried: places of power loss, kinds of
// disk image, and faults of this weather that never met a state which its days
// came through.
func uncovered(s *reports.Summary, reached *coverage.Matrix) []string {
	missing := s.Untried()
	for _, c := range reached.Within() {
		missing = append(missing, fmt.Sprintf("%s: no run had %s", c.ID(), c.Name()))
	}
	return missing
}

// covered is the verdict, and blind where coverage was asked for and is not
// there.
func (r RunRequest) covered(s *reports.Summary) Verdict {
	verdict := Verdict(s.Verdict())
	if len(s.Uncovered) == 0 || verdict != check.RunHolds {
		return verdict
	}
	fmt.Fprintf(r.Stderr, "stormrig: not covered, %d:\n  %s\nhint: more seeds, or a scenario with 'when: drawn'; 'stormrig campaign' draws faults for every cell\n",
		len(s.Uncovered), strings.Join(s.Uncovered, "\n  "))
	return check.RunBlind
}
