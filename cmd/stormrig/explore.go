package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/explore"
	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

type exploreFlags struct {
	seed, shard, only, out string
	depth, workers         int
	json                   bool
	merge                  []string
}

func (a *app) explore() *cobra.Command {
	var f exploreFlags
	cmd := &cobra.Command{
		Use:   "explore SCENARIO",
		Short: "Cut the power at every point of a scenario, one by one",
		Long: `Cut the power at every point of a scenario: before, inside and after every disk
operation of till and hub, between the bytes on every wire, and again in the
recovery from each cut. Every state that the disk may be left in is started and
compared with what its journal holds; states that go on alike finish their day
once. The count at the end is a claim about a model, which is printed with it.

What is done is kept in a file of the folder --out: an interrupted exploration
goes on where it was. Shards may run in other processes or on other machines;
--merge puts their files together.`,
		Example: `  stormrig explore one-sale
  stormrig explore storm-saturday --json
  stormrig explore storm-saturday --shard 1/4 --out shards
  stormrig explore storm-saturday --merge shards/a.jsonl,shards/b.jsonl
  stormrig explore one-sale --only 'phone@5m1.808720590s#1' --out failed`,
		Args:              exactly("SCENARIO"),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.exploreScenario(cmd.Context(), args[0], f) },
		ValidArgsFunction: completeScenarios,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.seed, "seed", "", "a number below 2^53, or 'random'; the scenario's own by default")
	fl.IntVar(&f.depth, "depth", 2, "1: no cut in a recovery, 2: one, 3: two")
	fl.StringVar(&f.shard, "shard", "1/1", "i/n: the i-th of n shares of the work")
	fl.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "how many cut points are explored at once")
	fl.StringVar(&f.out, "out", "", "folder of what is done (default reports/explore-<scenario>-<seed>); with --only of the evidence")
	fl.StringVar(&f.only, "only", "", "play one cut point, as a failure names it, and judge it")
	fl.StringSliceVar(&f.merge, "merge", nil, "files of shards to put together; nothing is explored")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) exploreScenario(ctx context.Context, name string, f exploreFlags) error {
	s, err := files.Scenario(name)
	if err != nil {
		return err
	}
	seed, _, err := seedsOf(runFlags{seed: f.seed}, s)
	if err != nil {
		return err
	}
	o := explore.Options{Scenario: s, Program: called(), Name: name, Seed: seed, Depth: f.depth, Workers: f.workers}
	if o.Shard, o.Shards, err = shardOf(f.shard); err != nil {
		return err
	}
	if o.Depth < 1 || o.Depth > 3 {
		return usage("--depth 1, 2 or 3", "--depth %d", o.Depth)
	}
	switch {
	case f.only != "":
		return a.exploreOnly(ctx, s, seed, name, f)
	case len(f.merge) > 0:
		r, err := explore.Merge(f.merge)
		if err != nil {
			return usage("--merge takes the .jsonl files that shards have written", "%w", err)
		}
		return a.explored(r, f.json)
	}
	return a.exploreAll(ctx, o, f)
}

// exploreAll explores a scenario or a shard of it.
func (a *app) exploreAll(ctx context.Context, o explore.Options, f exploreFlags) error {
	out := f.out
	if out == "" {
		out = filepath.Join("reports", fmt.Sprintf("explore-%s-%d", o.Scenario.Name, o.Seed))
	}
	o.State = filepath.Join(out, fmt.Sprintf("depth-%d-shard-%d-of-%d.jsonl", o.Depth, o.Shard, o.Shards))
	began, line := time.Now(), newProgressLine(a.IO)
	o.Clock, o.CPU = func() time.Duration { return time.Since(began) }, threadTime
	o.Progress = line.explored
	// Worlds are copied and dropped by the thousand; a collector that runs
	// less often costs memory that is there.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	r, err := explore.Explore(ctx, o)
	line.clear()
	switch {
	case err == nil:
		return a.explored(r, f.json)
	case ctx.Err() != nil:
		fmt.Fprintf(a.Stderr, "stormrig: what was explored is in %s; the same command goes on from there\n", o.State)
		return ctx.Err()
	case errors.Is(err, explore.ErrOther):
		return usage("another --out, or remove the file", "%w", err)
	}
	return err
}

// explored prints what exploring came to.
func (a *app) explored(r *explore.Report, asJSON bool) error {
	err := error(nil)
	if asJSON {
		err = a.printJSON("explore", r)
	} else {
		err = r.Text(a.Stdout)
	}
	if err == nil && !r.Holds() {
		return &Exit{Code: Violated}
	}
	return err
}

// exploreOnly plays one cut point as a run, with evidence that can be
// replayed.
func (a *app) exploreOnly(ctx context.Context, s *spec.Scenario, seed int64, name string, f exploreFlags) error {
	id, err := explore.ParseID(f.only)
	if err != nil {
		return usage("as a failure of stormrig explore prints it: phone@5m1.8s#1", "%w", err)
	}
	plan, err := rig.Plan(s, seed)
	if err != nil {
		return err
	}
	plan.Faults = append(plan.Faults, id.Faults()...)
	job := play.Job{Scenario: s, Seed: seed, Plan: &plan, Command: "explore", Version: version(), Out: f.out, Clock: time.Now,
		Line: fmt.Sprintf("%s explore %s --seed %d --only '%s'", called(), name, seed, id), Evidence: play.Full}
	if job.Out == "" {
		job.Evidence = play.None
	}
	b, err := play.Play(ctx, job)
	if err != nil {
		return interruption(ctx, err)
	}
	if f.json {
		err = object(a.Stdout, b.Result)
	} else {
		err = reports.Text(a.Stdout, b)
	}
	if err != nil {
		return err
	}
	return verdictError(b.Result.Verdict)
}

// shardOf reads i/n.
func shardOf(text string) (i, n int, err error) {
	a, b, ok := strings.Cut(text, "/")
	i, errI := strconv.Atoi(a)
	n, errN := strconv.Atoi(b)
	if !ok || errI != nil || errN != nil || i < 1 || n < i {
		return 0, 0, usage("--shard 1/4 is the first of four", "--shard %q", text)
	}
	return i, n, nil
}

// explored shows how far exploring is, how fast, and when it will end.
func (l *progressLine) explored(p explore.Progress) {
	if !l.due() || p.Done == p.Earlier {
		return
	}
	t := p.Tally
	states := t.States + t.Nested + t.Ambiguous.States + t.Lying.States
	left := time.Duration(float64(p.Elapsed) / float64(p.Done-p.Earlier) * float64(p.Of-p.Done))
	fmt.Fprintf(l.out, "%s%d of %d steps  %d states, %d days  %d failures  %.0f states/s  ends about %s", erase, p.Done, p.Of, states, t.Days, t.Failures,
		float64(states)/max(p.Elapsed.Seconds(), 0.001), time.Now().Add(left).Format("15:04:05"))
}
