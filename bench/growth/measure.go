package growth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
)

// Options says what is measured.
type Options struct {
	// Sales are the sizes of the day in a shop of the fewest articles, SKUs
	// those of the shop on the day of the fewest sales.
	Sales, SKUs []int
	Tasks       []string
	// Rounds is how often each is measured; the least processor time counts,
	// because whatever else a machine does only ever adds to it.
	Rounds int
	// Program is this program: it is started once for each measurement, with
	// Args and then the size.
	Program string
	Args    func(job Job) []string
	// Stderr hears what a process says.
	Stderr io.Writer
	Say    func(format string, args ...any)
}

// Result is what growing came to.
type Result struct {
	System string  `json:"system"`
	Rounds int     `json:"rounds"`
	Costs  []Cost  `json:"costs"`
	Curves []Curve `json:"curves"`
	Worse  []Curve `json:"worse"` // those that grow faster than their work
}

// steps is about how many steps of a day are explored, and stepsASale how many
// there are.
const (
	steps      = 80
	stepsASale = 22
)

// historyOf is the task of a process that writes a history and measures
// nothing.
const historyOf = "history"

// Measure measures all sizes, one process after the other.
func Measure(ctx context.Context, o Options) (*Result, error) {
	r := &Result{System: fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()), Rounds: o.Rounds}
	o.Sales, o.SKUs = slices.Sorted(slices.Values(o.Sales)), slices.Sorted(slices.Values(o.SKUs))
	var sizes []Size
	for _, n := range append([]int{1}, o.Sales...) { // one sale: what a day costs that hardly sells
		sizes = append(sizes, Size{n, o.SKUs[0]})
	}
	for _, n := range o.SKUs[1:] {
		sizes = append(sizes, Size{o.Sales[0], n})
	}
	for _, size := range sizes {
		costs, err := o.size(ctx, size)
		if err != nil {
			return nil, err
		}
		r.Costs = append(r.Costs, costs...)
	}
	r.Curves = Curves(r.Costs, o)
	for _, c := range r.Curves {
		if c.Worse() {
			r.Worse = append(r.Worse, c)
		}
	}
	return r, nil
}

// size measures every task on a day of one size.
func (o Options) size(ctx context.Context, size Size) (costs []Cost, err error) {
	for _, task := range o.Tasks {
		best := Cost{}
		for n := range max(o.Rounds, 1) {
			o.Say("%s: %d sales, %d articles", task, size.Sales, size.SKUs)
			c, err := o.once(ctx, Job{Task: task, Size: size, Shards: max(1, size.Sales*stepsASale/steps)})
			if err != nil {
				return nil, err
			}
			if n == 0 || c.CPU < best.CPU {
				best = c
			}
		}
		costs = append(costs, best)
	}
	return costs, nil
}

// once measures one task in a process of its own.
func (o Options) once(ctx context.Context, job Job) (c Cost, err error) {
	if job.Dir, err = os.MkdirTemp("", "stormrig-growth-"); err != nil {
		return c, fmt.Errorf("a folder for what is measured: %w", err)
	}
	defer func() { _ = os.RemoveAll(job.Dir) }()
	if job.Task == Check {
		before := job
		before.Task = historyOf
		if _, _, err := o.start(ctx, before); err != nil {
			return c, err
		}
	}
	said, state, err := o.start(ctx, job)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(said, &c); err != nil {
		return c, fmt.Errorf("the process of %s said no cost: %w", job.Task, err)
	}
	c.Peak = Peak(state)
	return c, nil
}

func (o Options) start(ctx context.Context, job Job) ([]byte, *os.ProcessState, error) {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, o.Program, o.Args(job)...)
	cmd.Stdout, cmd.Stderr = &said, o.Stderr
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("%s of %d sales and %d articles: %w", job.Task, job.Sales, job.SKUs, err)
	}
	return said.Bytes(), cmd.ProcessState, nil
}

// Flags writes the size of a job as flags.
func (j Job) Flags() []string {
	return []string{"--one", j.Task, "--sales", strconv.Itoa(j.Sales), "--skus", strconv.Itoa(j.SKUs), "--dir", j.Dir, "--shards", strconv.Itoa(j.Shards)}
}
