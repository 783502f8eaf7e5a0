package shrink

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"stormrig/fault"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// defaultBudget is how many runs shrinking may cost.
const defaultBudget = 2000

// Options say how to shrink.
type Options struct {
	// Invariant is the one that must stay violated; empty for the first.
	Invariant string
	// Run plays a case; nil for the simulated rig as it is.
	Run Runner
	// Budget bounds the runs; 0 for 2000.
	Budget int
	// Progress hears of every run; may be nil.
	Progress func(Progress)
}

// Progress is how far shrinking is.
type Progress struct {
	Runs, Budget         int
	Faults, Sales, Lines int // of the smallest so far
	Pass                 string
}

// Result is the smallest case that was found.
type Result struct {
	Case
	Invariant string
	Outcome   Outcome
	Runs      int
	// Whole is false where the budget ran out before nothing more could be
	// taken away.
	Whole bool
	// Was is the size before.
	Was, Is Size
}

// Size counts what a person has to read.
type Size struct {
	Faults int `json:"faults"`
	Sales  int `json:"sales"`
	Lines  int `json:"lines"`
}

// Shrink makes a case small. It ends early, with what it has, when the context
// does or the budget is used up.
func Shrink(ctx context.Context, c Case, o Options) (*Result, error) {
	if o.Run == nil {
		o.Run = Playing(rig.Start)
	}
	if o.Budget == 0 {
		o.Budget = defaultBudget
	}
	s := &shrinker{ctx: ctx, options: o, tried: map[[32]byte]bool{}}
	if err := s.begin(c); err != nil {
		return nil, err
	}
	whole := s.loop()
	if s.err != nil {
		return nil, s.err
	}
	return &Result{Case: s.best, Invariant: s.invariant, Outcome: s.outcome, Runs: s.runs, Whole: whole,
		Was: s.was, Is: sizeOf(s.best)}, nil
}

type shrinker struct {
	ctx       context.Context
	options   Options
	invariant string
	best      Case
	outcome   Outcome
	cost      cost
	was       Size
	control   bool // the day holds without faults
	runs      int
	pass      string
	tried     map[[32]byte]bool
	err       error
}

// begin plays the case as it is: it must fail before it can be made smaller.
func (s *shrinker) begin(c Case) error {
	out, err := s.options.Run(c.Scenario, c.Seed, c.Plan)
	if err != nil {
		return err
	}
	s.runs++
	s.invariant = s.options.Invariant
	if s.invariant == "" && len(out.Failing) > 0 {
		s.invariant = out.Failing[0]
	}
	if !out.Fails(s.invariant) {
		if len(out.Failing) > 0 {
			return fmt.Errorf("%w for %s; violated: %s", ErrHolds, s.options.Invariant, strings.Join(out.Failing, ", "))
		}
		return ErrHolds
	}
	s.best, s.outcome, s.was = c, out, sizeOf(c)
	s.cost = costOf(c)
	s.control, err = s.innocent(c.Scenario, c.Seed)
	return err
}

// innocent tells whether a day holds when nothing goes wrong in it.
func (s *shrinker) innocent(sc *spec.Scenario, seed int64) (bool, error) {
	out, err := s.options.Run(sc, seed, fault.Plan{Schema: fault.PlanSchema, Scenario: sc.Name, Seed: seed})
	s.runs++
	return len(out.Failing) == 0, err
}

// controlled tells whether it still is the faults that make a case fail. A day
// that fails without any, such as one at a till whose printer was taken away,
// is another failure than the one that is being made small; unless the day
// failed without faults from the beginning.
func (s *shrinker) controlled(c Case) bool {
	if !s.control || c.Scenario == s.best.Scenario && len(c.Plan.Faults) > 0 {
		return true
	}
	holds, err := s.innocent(c.Scenario, c.Seed)
	if err != nil {
		s.err = err
	}
	return holds
}

// loop runs the passes until none of them finds anything; false when the
// budget ended first.
func (s *shrinker) loop() bool {
	passes := []struct {
		name string
		run  func()
	}{
		{"faults", s.faults}, {"write the day out", s.writeOut}, {"sales", s.sales}, {"one sale", s.alone}, {"lines", s.lines},
		{"tills and devices", s.furniture}, {"aim", s.aimed}, {"values", s.values}, {"the day's length", s.hours}, {"catalogue", s.catalogue},
	}
	for {
		before := s.cost
		for _, p := range passes {
			s.pass = p.name
			p.run()
			if s.over() {
				return false
			}
		}
		if !s.cost.less(before) {
			return true
		}
	}
}

func (s *shrinker) over() bool {
	return s.err != nil || s.ctx.Err() != nil || s.runs >= s.options.Budget
}

// try plays a candidate and keeps it if it is simpler and still fails.
func (s *shrinker) try(c Case) bool {
	if s.over() {
		return false
	}
	cost := costOf(c)
	key := keyOf(c)
	if !cost.less(s.cost) || s.tried[key] {
		return false
	}
	s.tried[key] = true
	out, err := s.options.Run(c.Scenario, c.Seed, c.Plan)
	if err != nil {
		s.err = fmt.Errorf("shrinking %s: %w", s.pass, err)
		return false
	}
	s.runs++
	fails := out.Fails(s.invariant) && s.controlled(c)
	if fails {
		s.best, s.outcome, s.cost = c, out, cost
	}
	if s.options.Progress != nil {
		is := sizeOf(s.best)
		s.options.Progress(Progress{s.runs, s.options.Budget, is.Faults, is.Sales, is.Lines, s.pass})
	}
	return fails
}

// edit tries the best case with its document changed. The document that change
// gets is its own.
func (s *shrinker) edit(change func(d *draft)) bool {
	d, err := newDraft(s.best)
	if err != nil {
		return false
	}
	change(d)
	c, err := d.done()
	return err == nil && s.try(c)
}

// keyOf tells cases apart.
func keyOf(c Case) [32]byte {
	plan, err := c.Plan.Encode()
	if err != nil {
		return [32]byte{}
	}
	return sha256.Sum256(append(c.Scenario.File.YAML(), plan...))
}

// sizeOf counts a case.
func sizeOf(c Case) Size {
	z := Size{Faults: len(c.Plan.Faults), Sales: c.Scenario.SaleCount()}
	for _, sale := range c.Scenario.Sales {
		z.Lines += len(sale.Lines)
	}
	if len(c.Scenario.Sales) == 0 {
		z.Lines = z.Sales * c.Scenario.Shoppers.Lines.Max
	}
	return z
}

// cost orders cases: the smaller one is the simpler one. Fewer faults come
// before fewer sales, sales before lines, lines before furniture, a shorter
// day before what is left: the length of what is written, and the digits in
// it that are not zero.
type cost [7]int

func (a cost) less(b cost) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

func costOf(c Case) cost {
	z := sizeOf(c)
	furniture := len(c.Scenario.Power.Mains) + len(c.Scenario.Power.Batteries)
	for _, t := range c.Scenario.Tills {
		furniture += 10 + len(t.Devices)
	}
	if len(c.Scenario.Sales) == 0 {
		furniture += 1000 // a day that the seed draws
	}
	text := planText(c)
	day := c.Scenario.File.YAML()
	return cost{z.Faults, z.Sales, z.Lines, furniture, int(c.Scenario.Shop.Length().Minutes()), len(text) + len(day), digits(text) + digits(day)}
}

func planText(c Case) []byte {
	text, err := c.Plan.Encode()
	if err != nil {
		return nil
	}
	return text
}

func digits(text []byte) int {
	n := 0
	for _, b := range text {
		if b >= '1' && b <= '9' {
			n++
		}
	}
	return n
}

// draft is a case being changed.
type draft struct {
	file *spec.File
	Case
}

// newDraft copies a case: the document is read anew, the faults are cloned.
func newDraft(c Case) (*draft, error) {
	sc, err := parse(WithPlan(c))
	if err != nil {
		return nil, err
	}
	d := &draft{file: sc.File, Case: c}
	d.Plan.Faults = append(d.Plan.Faults[:0:0], c.Plan.Faults...)
	return d, nil
}

// done reads the changed document.
func (d *draft) done() (Case, error) {
	sc, err := parse(d.file)
	if err != nil {
		return Case{}, err
	}
	c := d.Case
	c.Scenario = sc
	return c, nil
}
