package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/bench/compare"
	"stormrig/bench/load"
	"stormrig/bench/plot"
	"stormrig/bench/suite"
)

type benchFlags struct {
	dir, peers, plot, against, fill, profile string
	engines                                  []string
	callers, open                            []int
	rounds                                   int
	round                                    time.Duration
	minutes, tolerance                       float64
	noPeers, json                            bool
}

func (a *app) benchJournal() *cobra.Command {
	var f benchFlags
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "The till's journal beside raw appends, bbolt, SQLite, pebble and badger, on a disk of yours",
		Long: `Measure journals on one disk: ours beside raw appends and other storage engines,
each doing the same durable work (a sale of 300 bytes and three counters), in
turns, so that the machine's drift hits all alike. Ratios are to one caller's
raw append and sync. Bytes and syncs a sale are the block device's own counters,
which see whatever else writes there: let the machine be idle.

The heavy engines are a program of their own, stormrig-peers, looked for next to
this one, then on the PATH; it is built by
  go build -C bench/peers -o stormrig-peers .`,
		Example: `  stormrig bench journal --dir /mnt/card
  stormrig bench journal --json > then.json
  stormrig bench journal --against then.json
  stormrig bench journal --plot journals.html
  stormrig bench journal --dir /mnt/card --fill 80% --minutes 10`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.benchJournals(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", ".", "an existing folder on the disk to measure; a folder is made in it and removed")
	fl.StringSliceVar(&f.engines, "engines", nil, "only these (raw-append always takes part)")
	fl.IntSliceVar(&f.callers, "callers", []int{1, 8, 64, 256}, "how many sell at a time; the first is what ratios are to")
	fl.IntVar(&f.rounds, "rounds", 7, "turns of each engine with each number of callers")
	fl.DurationVar(&f.round, "round", 500*time.Millisecond, "length of a turn")
	fl.IntSliceVar(&f.open, "open", []int{10_000, 100_000, 1_000_000}, "measure opening with so many sales; 0 for none")
	fl.StringVar(&f.peers, "peers", "", "the program stormrig-peers")
	fl.BoolVar(&f.noPeers, "no-peers", false, "leave the heavy peers out")
	fl.StringVar(&f.fill, "fill", "", "fill the file system up to this share first (80%), then run for --minutes")
	fl.Float64Var(&f.minutes, "minutes", 0, "one caller for so long, p99.9 over time, in place of the rounds")
	fl.StringVar(&f.plot, "plot", "", "draw it into this file (.html or .svg)")
	fl.StringVar(&f.against, "against", "", "compare with an older --json; exit code 1 when something got worse")
	fl.Float64Var(&f.tolerance, "tolerance", 5, "percent of loss that --against calls nothing")
	fl.StringVar(&f.profile, "profile", "", "write a processor profile of the engines here to this file; its tags are engine and callers")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) benchJournals(ctx context.Context, f benchFlags) error {
	old, err := readBench(f.against)
	if err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	o.Say = func(format string, args ...any) { fmt.Fprintf(a.Stderr, format+"\n", args...) }
	program := f.peersProgram()
	if program != "" {
		p, err := load.StartPeer(ctx, program, a.Stderr)
		if err != nil {
			return lacking("--no-peers leaves them out", "%w", err)
		}
		defer p.Close()
		o.Peer = p
	} else if !f.noPeers {
		fmt.Fprintln(a.Stderr, "SQLite, pebble and badger are missing: there is no stormrig-peers next to this program or on the PATH.\n"+
			"Build it: go build -C bench/peers -o stormrig-peers .")
	}
	stop, err := profiling(f.profile)
	if err != nil {
		return err
	}
	rep, err := suite.Run(ctx, o)
	err = errors.Join(err, stop())
	var unknown *suite.UnknownError
	switch {
	case errors.As(err, &unknown):
		return usage("--engines takes names of this list", "%w", err)
	case err != nil:
		return err
	}
	rep.Peers = program
	if f.plot != "" {
		if err := writePlot(f.plot, rep); err != nil {
			return err
		}
	}
	return a.benched(rep, old, f)
}

// options checks what was typed.
func (f *benchFlags) options() (suite.Options, error) {
	o := suite.Options{Dir: f.dir, Engines: f.engines, Callers: f.callers, Rounds: f.rounds, Round: f.round, Seed: 1, Minutes: f.minutes}
	if info, err := os.Stat(f.dir); err != nil || !info.IsDir() {
		return o, usage("--dir wants an existing folder on the disk that is to be measured", "%s is no folder", f.dir)
	}
	if len(o.Callers) == 0 || slices.Min(o.Callers) < 1 || slices.Max(o.Callers) > 10_000 {
		return o, usage("--callers 1,8,64,256", "--callers %v: want numbers from 1 to 10000", f.callers)
	}
	if f.rounds < 1 || f.round < time.Millisecond {
		return o, usage("--rounds 7 --round 500ms", "--rounds %d --round %v: too little to measure", f.rounds, f.round)
	}
	for _, n := range f.open {
		if n < 0 || n > 100_000_000 {
			return o, usage("--open 10000,100000", "--open %d", n)
		}
		if n > 0 {
			o.Open = append(o.Open, n)
		}
	}
	slices.Sort(o.Open)
	if f.fill != "" {
		share, err := strconv.ParseFloat(strings.TrimSuffix(f.fill, "%"), 64)
		if err != nil || share <= 0 || share > 95 {
			return o, usage("--fill 80%", "--fill %q: want a share of the file system, up to 95%%", f.fill)
		}
		if o.FillTo = share / 100; o.Minutes == 0 {
			o.Minutes = 10
		}
	}
	return o, nil
}

// peersProgram finds the program of the heavy peers; empty when it is not there.
func (f *benchFlags) peersProgram() string {
	if f.noPeers || f.peers != "" {
		return f.peers
	}
	name := "stormrig-peers"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && !info.IsDir() {
			return beside
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return found
}

func readBench(name string) (*suite.Report, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var r suite.Report
	if err := json.Unmarshal(data, &r); err != nil || len(r.Engines) == 0 {
		return nil, usage("--against wants what --json printed", "%s is no result of bench journal", name)
	}
	return &r, nil
}

func writePlot(name string, rep *suite.Report) error {
	w, err := os.Create(name)
	if err != nil {
		return err
	}
	draw := plot.Page
	if filepath.Ext(name) == ".svg" {
		draw = plot.Picture
	}
	return errors.Join(draw(w, rep), w.Close())
}

// benched prints, and judges against an older run.
func (a *app) benched(rep, old *suite.Report, f benchFlags) error {
	out := struct {
		*suite.Report
		Against []compare.Change `json:"against,omitempty"`
	}{Report: rep}
	worse := false
	if old != nil {
		var err error
		if out.Against, err = compare.Against(old, rep, f.tolerance/100); err != nil {
			return usage("measure the same engines and callers", "%w", err)
		}
		worse = slices.ContainsFunc(out.Against, func(c compare.Change) bool { return c.Worse })
	}
	if f.json {
		if err := a.printJSON("bench journal", out); err != nil {
			return err
		}
	} else if err := printBench(a.Stdout, rep, out.Against); err != nil {
		return err
	}
	if worse {
		return &Exit{Code: Violated}
	}
	return nil
}

func printBench(w io.Writer, rep *suite.Report, changes []compare.Change) error {
	p := &benchTable{printer{w: w}}
	p.head(&rep.Limit)
	p.engines(rep)
	p.commits(rep.Engines)
	p.openings(rep.Open)
	p.long(rep.Fill)
	p.changes(changes)
	return p.err
}
