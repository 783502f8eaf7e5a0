package shrink

import (
	"errors"
	"fmt"
	"runtime/debug"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// Case is a day and what goes wrong in it.
type Case struct {
	Scenario *spec.Scenario
	Seed     int64
	Plan     fault.Plan
}

// Load reads the case of an evidence folder.
func Load(path string) (Case, error) {
	w, err := report.Load(path)
	if err != nil {
		return Case{}, err
	}
	return Case{Scenario: w.Scenario, Seed: w.Plan.Seed, Plan: w.Plan}, nil
}

// Planned makes a case of a scenario and a written plan, whose seed it takes.
func Planned(sc *spec.Scenario, plan []byte) (Case, error) {
	p, err := fault.ParsePlan(plan)
	return Case{Scenario: sc, Seed: p.Seed, Plan: p}, err
}

// Broken stands in the place of an invariant where a machine broke down or
// never came to an end.
const Broken = "broken"

// Outcome is what came of a case.
type Outcome struct {
	// Failing lists the violated invariants, in the order of the checkers; or
	// [Broken] alone.
	Failing []string
	Details map[string]string // by invariant, in one line
	Events  []history.Event
}

// Fails tells whether an invariant is violated.
func (o Outcome) Fails(id string) bool { _, fails := o.Details[id]; return fails }

// Runner plays a case. An error is one of the machinery and ends shrinking; a
// machine that broke down is an [Outcome] with [Broken].
type Runner func(sc *spec.Scenario, seed int64, plan fault.Plan) (Outcome, error)

// Starter begins a run. It is the seam at which a test puts a broken part into
// the world.
type Starter func(sc *spec.Scenario, seed int64, plan *fault.Plan) (*rig.Run, error)

// Playing makes a runner that plays on the simulated rig and judges by all
// checkers.
func Playing(start Starter) Runner {
	return func(sc *spec.Scenario, seed int64, plan fault.Plan) (Outcome, error) {
		r, err := start(sc, seed, &plan)
		if err != nil {
			return Outcome{}, err
		}
		defer r.Close()
		return judged(r, finish(r))
	}
}

// breakdown is a panic of a machine.
type breakdown struct {
	value any
	stack []byte
}

func (b *breakdown) Error() string { return fmt.Sprint(b.value) }

func finish(r *rig.Run) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &breakdown{v, debug.Stack()}
		}
	}()
	return r.Finish()
}

// judged is the outcome of a run that ended with err.
func judged(r *rig.Run, err error) (Outcome, error) {
	o := Outcome{Events: r.History(), Details: map[string]string{}}
	if err != nil {
		o.Failing, o.Details[Broken] = []string{Broken}, err.Error()
		return o, nil
	}
	v, err := check.NewView(o.Events)
	if err != nil {
		return o, fmt.Errorf("judging the history: %w", err)
	}
	for _, c := range check.Run(v) {
		if c.Verdict == check.Violated {
			o.Failing = append(o.Failing, c.ID)
			o.Details[c.ID] = c.Detail()
		}
	}
	return o, nil
}

// ErrHolds is returned for a case in which no invariant is violated, or not
// the one that was asked for.
var ErrHolds = errors.New("nothing to shrink: every invariant holds (a figure that the scenario expects is none)")

// parse turns a document into a scenario.
func parse(f *spec.File) (*spec.Scenario, error) {
	return spec.Parse(f.Scenario+".yaml", f.YAML(), nil)
}

// WithPlan returns the document of a case that has its catalogue and seed
// within, and neither weather of its own (the plan has it) nor expectations.
func WithPlan(c Case) *spec.File {
	f := *c.Scenario.File
	f.Seed = &c.Seed
	f.Catalogue, f.Shop.Catalogue = spec.Describe(c.Scenario.Shop.Catalogue), ""
	f.Expect = spec.ExpectFile{}
	return &f
}
