package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/explore"
	"stormrig/scenarios/files"
	playing "stormrig/scenarios/play"
)

type simFlags struct {
	seconds   float64
	scenarios []string
	json      bool
	one       float64 // a process of the scaling: play so long and print a row
}

// simRow is what one scenario costs.
type simRow struct {
	Scenario         string  `json:"scenario"`
	Runs             int     `json:"runs"`
	RunsPerSecond    float64 `json:"runs_per_second"`    // one process, one goroutine
	VirtualPerSecond float64 `json:"virtual_per_second"` // virtual seconds a second
	EventsPerRun     int     `json:"events_per_run"`
	Held             int     `json:"held"`
}

// simScale is how much more several processes do.
type simScale struct {
	Processes int     `json:"processes"`
	Runs      int     `json:"runs"`
	PerSecond float64 `json:"runs_per_second"`
	Ratio     float64 `json:"ratio"` // to one process of the same measurement
}

func (a *app) benchSim() *cobra.Command {
	var f simFlags
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Runs a second of each built-in scenario, states a second of exploring, scaling over processes",
		Long: `Measure the simulation on this machine: days played and judged a second and
virtual seconds a second for each built-in scenario, in one goroutine; states a
second of 'stormrig explore one-sale'; and what one, two, ... processes play
together, as many as there are processors. Seeds differ from run to run.`,
		Example: "  stormrig bench sim\n  stormrig bench sim --seconds 10 --json",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.benchSimulation(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.Float64Var(&f.seconds, "seconds", 2, "how long each is played")
	fl.StringSliceVar(&f.scenarios, "scenario", nil, "only these")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.Float64Var(&f.one, "one", 0, "")
	_ = fl.MarkHidden("one") // a flag that is there can be hidden
	return cmd
}

func (a *app) benchSimulation(ctx context.Context, f simFlags) error {
	if f.one > 0 {
		row, err := simRate(ctx, "storm-saturday", f.one)
		if err != nil {
			return err
		}
		return json.NewEncoder(a.Stdout).Encode(row)
	}
	names := f.scenarios
	if len(names) == 0 {
		names = files.Names()
	}
	rows, err := simRates(ctx, names, f.seconds)
	if err != nil {
		return interruption(ctx, err)
	}
	began := time.Now()
	sc, err := files.Scenario("one-sale")
	if err != nil {
		return err
	}
	ex, err := explore.Explore(ctx, explore.Options{Scenario: sc, Seed: sc.Seed, Depth: 1, Shard: 1, Shards: 1, Workers: runtime.GOMAXPROCS(0),
		Clock: func() time.Duration { return time.Since(began) }, CPU: threadTime})
	if err != nil {
		return interruption(ctx, err)
	}
	exploreTook := time.Since(began).Seconds()
	scale, err := simScaling(ctx, f.seconds)
	if err != nil {
		return interruption(ctx, err)
	}
	x := exploreRate{Scenario: "one-sale", States: ex.States, Seconds: exploreTook, StatesPerSecond: ex.StatesPerSecond, FloorPerSecond: ex.FloorPerSecond}
	if f.json {
		return a.printJSON("bench sim", map[string]any{"scenarios": rows, "processes": scale, "explore": x})
	}
	return a.printSim(rows, x, scale)
}

// exploreRate is what exploring a small scenario whole costs; rates are of
// processor time.
type exploreRate struct {
	Scenario        string  `json:"scenario"`
	States          int64   `json:"states"`
	Seconds         float64 `json:"seconds"`
	StatesPerSecond float64 `json:"states_per_second"`
	FloorPerSecond  float64 `json:"floor_per_second"`
}

func (a *app) printSim(rows []simRow, x exploreRate, scale []simScale) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "scenario\truns/s\tvirtual s/s\tevents a run\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%.1f\t%.0f\t%d\t\n", r.Scenario, r.RunsPerSecond, r.VirtualPerSecond, r.EventsPerRun)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	p := &printer{w: a.Stdout}
	p.line("\nexplore %s  %.0f states/s of processor time, floor %.0f; whole in %.1f s\n", x.Scenario, x.StatesPerSecond, x.FloorPerSecond, x.Seconds)
	for _, s := range scale {
		p.line("%2d processes      %.1f runs/s of storm-saturday, %.2f times one\n", s.Processes, s.PerSecond, s.Ratio)
	}
	return p.err
}

func simRates(ctx context.Context, names []string, seconds float64) (rows []simRow, err error) {
	for _, n := range names {
		row, err := simRate(ctx, n, seconds)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// simRate plays seeds of a scenario, one after the other.
func simRate(ctx context.Context, name string, seconds float64) (simRow, error) {
	row := simRow{Scenario: name}
	sc, err := files.Scenario(name)
	if err != nil {
		return row, err
	}
	events, virtual := 0, 0.0
	began := time.Now()
	for row.Runs == 0 || time.Since(began).Seconds() < seconds {
		b, err := playing.Play(ctx, playing.Job{Scenario: sc, Seed: int64(row.Runs) + 1, Evidence: playing.None})
		if err != nil {
			return row, err
		}
		row.Runs++
		events, virtual = events+b.Result.Events, virtual+b.Result.VirtualSeconds
		if b.Result.Verdict == "holds" {
			row.Held++
		}
	}
	took := time.Since(began).Seconds()
	row.RunsPerSecond, row.VirtualPerSecond, row.EventsPerRun = float64(row.Runs)/took, virtual/took, events/row.Runs
	return row, nil
}

// simScaling plays the Saturday in one process, then in two, ...
func simScaling(ctx context.Context, seconds float64) ([]simScale, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var out []simScale
	for n := 1; n <= runtime.NumCPU(); n *= 2 {
		s, err := together(ctx, self, n, seconds)
		if err != nil {
			return nil, fmt.Errorf("a process of the scaling: %w", err)
		}
		s.Ratio = 1
		if len(out) > 0 {
			s.Ratio = s.PerSecond / out[0].PerSecond
		}
		out = append(out, s)
	}
	return out, nil
}

// together plays in n processes at once, each with one processor.
func together(ctx context.Context, self string, n int, seconds float64) (s simScale, err error) {
	s.Processes = n
	type child struct {
		cmd  *exec.Cmd
		said bytes.Buffer
	}
	all := make([]child, n)
	for i := range all {
		c := &all[i]
		c.cmd = exec.CommandContext(ctx, self, "bench", "sim", "--one", fmt.Sprint(seconds))
		c.cmd.Env, c.cmd.Stdout = append(os.Environ(), "GOMAXPROCS=1"), &c.said
		if err := c.cmd.Start(); err != nil {
			return s, err
		}
	}
	for i := range all {
		var row simRow
		if err := errors.Join(all[i].cmd.Wait(), json.Unmarshal(all[i].said.Bytes(), &row)); err != nil {
			return s, err
		}
		s.Runs, s.PerSecond = s.Runs+row.Runs, s.PerSecond+row.RunsPerSecond
	}
	return s, nil
}
