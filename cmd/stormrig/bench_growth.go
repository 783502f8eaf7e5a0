package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/bench/growth"
	"stormrig/bench/load"
	"stormrig/bench/plot"
)

type growthFlags struct {
	sales, skus []int
	tasks       []string
	rounds      int
	json        bool
	plot        string
	profile     string
	one, dir    string // a process of one measurement
	shards      int
}

func (a *app) benchGrowth() *cobra.Command {
	var f growthFlags
	cmd := &cobra.Command{
		Use:   "growth",
		Short: "Days of 37 to 3,700 sales, shops of 100 to 100,000 articles: what each step costs",
		Long: `Measure how the harness grows with its work: a day of four tills with a few faults,
played, judged, shown and explored; processor time and peak of memory, each in a
process of its own. 'run' builds the world and plays the day, 'check' reads a
written history and judges it, 'report' writes the evidence folder, 'load' reads
the catalogue, 'explore' starts a till or the hub on every state of about eighty
steps of the day (no day is finished from there).

The exponent is the slope in logarithms of what each size costs more than the
smallest: 1 is growth with the work. Exit code 1 when one is above 1.15 (1.25 for
'load': the tree of a large file outgrows a processor's caches), but for states a
step, which must not grow at all.`,
		Example: "  stormrig bench growth\n  stormrig bench growth --plot growth.html\n  stormrig bench growth --sales 37,370 --skus 100 --json",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.growthOf(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.IntSliceVar(&f.sales, "sales", []int{37, 370, 3700}, "sales of the day, in a shop of the fewest articles")
	fl.IntSliceVar(&f.skus, "skus", []int{100, 1000, 10_000, 100_000}, "articles of the shop, on a day of the fewest sales")
	fl.StringSliceVar(&f.tasks, "tasks", growth.Tasks(), "only these")
	fl.IntVar(&f.rounds, "rounds", 2, "how often each is measured; the least processor time counts")
	fl.StringVar(&f.plot, "plot", "", "draw it into this file (.html or .svg)")
	fl.StringVar(&f.profile, "profile", "", "an existing folder for a processor profile of each measurement")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.StringVar(&f.one, "one", "", "")
	fl.StringVar(&f.dir, "dir", "", "")
	fl.IntVar(&f.shards, "shards", 1, "")
	for _, name := range []string{"one", "dir", "shards"} {
		_ = fl.MarkHidden(name) // a flag that is there can be hidden
	}
	return cmd
}

func (a *app) growthOf(ctx context.Context, f growthFlags) error {
	if f.one != "" {
		return a.growthOne(ctx, f)
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	o.Stderr = a.Stderr
	o.Say = func(format string, args ...any) { fmt.Fprintf(a.Stderr, format+"\n", args...) }
	r, err := growth.Measure(ctx, o)
	if err != nil {
		return interruption(ctx, err)
	}
	if f.plot != "" {
		if err := plotGrowth(f.plot, r); err != nil {
			return err
		}
	}
	if f.json {
		err = a.printJSON("bench growth", r)
	} else {
		err = printGrowth(a.Stdout, r)
	}
	if err == nil && len(r.Worse) > 0 {
		return &Exit{Code: Violated}
	}
	return err
}

// options checks what was typed.
func (f growthFlags) options() (growth.Options, error) {
	o := growth.Options{Sales: f.sales, SKUs: f.skus, Tasks: f.tasks, Rounds: f.rounds}
	if len(f.sales) == 0 || slices.Min(f.sales) < 8 || slices.Max(f.sales) > 3700 {
		return o, usage("--sales 37,370,3700", "--sales %v: want numbers from 8 to 3700: a scenario is open for 48 hours at most", f.sales)
	}
	if len(f.skus) == 0 || slices.Min(f.skus) < 10 || slices.Max(f.skus) > 100_000 {
		return o, usage("--skus 100,1000", "--skus %v: want numbers from 10 to 100000", f.skus)
	}
	for _, t := range f.tasks {
		if !slices.Contains(growth.Tasks(), t) {
			return o, usage("one of "+strings.Join(growth.Tasks(), ", "), "--tasks: there is no task %q", t)
		}
	}
	if f.rounds < 1 {
		return o, usage("--rounds 2", "--rounds %d", f.rounds)
	}
	var err error
	if o.Program, err = os.Executable(); err != nil {
		return o, fmt.Errorf("finding this program: %w", err)
	}
	o.Args = func(job growth.Job) []string {
		return append([]string{"bench", "growth", "--profile=" + f.profile}, job.Flags()...)
	}
	return o, nil
}

// growthOne is a process of one measurement.
func (a *app) growthOne(ctx context.Context, f growthFlags) error {
	job := growth.Job{Task: f.one, Size: growth.Size{Sales: f.sales[0], SKUs: f.skus[0]}, Dir: f.dir, Shards: f.shards, CPU: load.CPU}
	if f.one == "history" {
		return growth.History(ctx, job)
	}
	name := ""
	if f.profile != "" {
		name = filepath.Join(f.profile, fmt.Sprintf("%s-%d-%d.pprof", job.Task, job.Sales, job.SKUs))
	}
	stop, err := profiling(name)
	if err != nil {
		return err
	}
	c, err := growth.Do(ctx, job)
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	return json.NewEncoder(a.Stdout).Encode(c)
}

// profiling writes a processor profile to a file, if one is named.
func profiling(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	out, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return func() error { pprof.StopCPUProfile(); return out.Close() }, nil
}

func printGrowth(out io.Writer, r *growth.Result) error {
	fmt.Fprintf(out, "%s; the least of %d rounds\n\n", r.System, r.Rounds)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "task\tsales\tarticles\tprocessor s\tpeak MiB\tevents\tpage KiB\tstates\tms a state\t")
	for _, c := range r.Costs {
		state := ""
		if n := c.Counts["states"]; n > 0 {
			state = fmt.Sprintf("%.2f", float64(c.Counts["states_us"])/float64(n)/1000)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%.2f\t%d\t%s\t%s\t%s\t%s\t\n", c.Task, c.Sales, c.SKUs, c.CPU, c.Peak>>20,
			count(c.Counts["events"]), count(c.Counts["page_bytes"]>>10), count(c.Counts["states"]), state)
	}
	fmt.Fprintln(w, "\t\t\t\t\t\t\t\t\t")
	if err := w.Flush(); err != nil {
		return err
	}
	w = tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, c := range r.Curves {
		word := fmt.Sprintf("grows as %s to the power %.2f", c.Axis, c.Exponent)
		if c.Exponent == 0 {
			word = "hardly grows with " + c.Axis
		}
		if c.Worse() {
			word += fmt.Sprintf(": faster than its work (at most %.2f)", c.Limit)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Task, c.Of, word)
	}
	return w.Flush()
}

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// plotGrowth draws time and memory over both axes, and what a state costs.
func plotGrowth(name string, r *growth.Result) error {
	var charts []plot.Chart
	for _, axis := range []string{growth.BySales, growth.ByArticles} {
		for _, of := range []struct {
			what, unit string
			scale      float64
		}{{growth.Time, " s", 1}, {growth.Memory, " MiB", 1 << 20}, {growth.State, " ms", 1000}} {
			c := plot.Chart{Title: strings.ToUpper(of.what[:1]) + of.what[1:] + " over " + axis, Unit: of.unit, Axis: axis}
			for _, curve := range r.Curves {
				if curve.Axis != axis || curve.Of != of.what {
					continue
				}
				l := plot.Line{Name: fmt.Sprintf("%s (^%.2f)", curve.Task, curve.Exponent), Colour: slices.Index(growth.Tasks(), curve.Task)}
				for _, p := range curve.Points {
					l.Points = append(l.Points, [2]float64{p[0], p[1] / of.scale})
				}
				c.Lines = append(c.Lines, l)
			}
			if len(c.Lines) > 0 {
				charts = append(charts, c)
			}
		}
	}
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	if strings.HasSuffix(name, ".svg") {
		return errors.Join(plot.SVG(out, charts), out.Close())
	}
	return errors.Join(plot.Charts(out, "Growth", r.System, charts), out.Close())
}
