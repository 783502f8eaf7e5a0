package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"stormrig/scenarios/files"
	shrinker "stormrig/scenarios/shrink"
)

type shrinkFlags struct {
	invariant, plan, out string
	runs                 int
	json, noReturn       bool
}

func (a *app) shrink() *cobra.Command {
	f := shrinkFlags{noReturn: true}
	cmd := &cobra.Command{
		Use:   "shrink REPORT",
		Short: "Find the smallest day and plan that still fail",
		Long: `Take a failed run, and away from it what is not needed for the same invariant to
be violated: faults, sales, lines, devices, digits. The result is a scenario and
a plan that replay takes, a story of at most ten lines, and the point of no
return: the last event up to which the run could still have been saved.

REPORT is an evidence folder, or a scenario together with --plan. The exit code
is 0 when something was found, 2 when every invariant holds: there is nothing to shrink.`,
		Example: "  stormrig shrink reports/storm-saturday-17\n  stormrig shrink my.yaml --plan plan.json --invariant J1",
		Args:    exactly("REPORT"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.shrinkReport(cmd.Context(), args[0], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.invariant, "invariant", "", "the one that must stay violated (default: the first)")
	fl.StringVar(&f.plan, "plan", "", "a fault plan; REPORT is then a scenario")
	fl.StringVar(&f.out, "out", "", "folder of the result (default REPORT-shrunk)")
	fl.IntVar(&f.runs, "runs", 2000, "how many runs it may cost")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.BoolVar(&f.noReturn, "no-return", true, "look for the point of no return; --no-return=false leaves it out")
	return cmd
}

func (a *app) shrinkReport(ctx context.Context, path string, f shrinkFlags) error {
	c, err := caseOf(path, f.plan)
	if err != nil {
		return err
	}
	if f.out == "" {
		f.out = strings.TrimSuffix(strings.TrimRight(path, string(filepath.Separator)), ".yaml") + "-shrunk"
	}
	spareMemory()
	told, err := a.shrunk(ctx, c, f)
	if errors.Is(err, shrinker.ErrHolds) {
		return usage("stormrig replay "+path+" shows what it does in this build", "%s: %w", path, err)
	}
	if err != nil {
		return err
	}
	if f.json {
		return a.printJSON("shrink", told)
	}
	_, err = fmt.Fprint(a.Stdout, shrinker.Text(told))
	return err
}

// shrunk shrinks a case and writes what came of it.
func (a *app) shrunk(ctx context.Context, c shrinker.Case, f shrinkFlags) (*shrinker.Told, error) {
	line := newProgressLine(a.IO)
	res, err := shrinker.Shrink(ctx, c, shrinker.Options{Invariant: f.invariant, Budget: f.runs, Progress: line.shrinking})
	line.clear()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var ret *shrinker.Return
	if f.noReturn {
		if ret, err = shrinker.NoReturn(ctx, res.Case, res.Invariant, nil); err != nil {
			return nil, err
		}
	}
	told := shrinker.Tell(res, ret)
	return told, shrinker.Write(f.out, called(), res, told)
}

// caseOf reads what is to be shrunk.
func caseOf(path, plan string) (shrinker.Case, error) {
	if plan == "" {
		return shrinker.Load(path)
	}
	sc, err := files.Scenario(path)
	if err != nil {
		return shrinker.Case{}, err
	}
	text, err := os.ReadFile(plan)
	if err != nil {
		return shrinker.Case{}, err
	}
	c, err := shrinker.Planned(sc, text)
	if err != nil {
		return c, usage("a plan is the plan.json of an evidence folder", "%s: %w", plan, err)
	}
	return c, nil
}

func (l *progressLine) shrinking(p shrinker.Progress) {
	if l.due() {
		fmt.Fprintf(l.out, "%srun %d of at most %d: %d faults, %d sales, %d lines; now %s", erase, p.Runs, p.Budget, p.Faults, p.Sales, p.Lines, p.Pass)
	}
}
