package incident

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// Job is a search.
type Job struct {
	Scenario *spec.Scenario
	Windows  []Window
	Looked   Looked
	States   int // how many are tried at most
	Workers  int
	Options  rig.Options // of the till; only tests make other than the zero value
	Progress func(tried int)
	Find     spec.Finder
}

// Result is what came of it.
type Result struct {
	Reproduced bool
	Tried      int
	Seed       int64
	Scenario   *spec.Scenario // with the weather that did it
	Plan       fault.Plan
	Detail     string // what the checker said
	How        string // where the power went, in words
}

// Words say it just like that.
func (r *Result) Words() string {
	if r.Reproduced {
		return fmt.Sprintf("reproduced in state %d: %s", r.Tried, r.How)
	}
	return fmt.Sprintf("not in %d states", r.Tried)
}

// state is one way in which it may have been: the weather, and a seed.
type state struct {
	weather []spec.FaultFile
	seed    int64
	how     string
}

// Search plays states until one shows the symptom. The order is that of the
// list, whatever the number of workers.
func Search(ctx context.Context, job Job) (*Result, error) {
	basket, err := job.Looked.basketOf(job.Scenario)
	if err != nil {
		return nil, err
	}
	states := job.states(basket)
	res := &Result{}
	for from := 0; from < len(states) && ctx.Err() == nil; {
		to := min(from+max(job.Workers, 1), len(states))
		tries := make([]try, to-from)
		var group sync.WaitGroup
		for i := range tries {
			group.Go(func() { tries[i] = job.play(states[from+i], basket) })
		}
		group.Wait()
		for i, t := range tries {
			res.Tried++
			if t.err != nil {
				return nil, fmt.Errorf("%s, seed %d: %w", states[from+i].how, states[from+i].seed, t.err)
			}
			if t.found {
				res.Reproduced, res.Seed, res.How, res.Detail = true, states[from+i].seed, states[from+i].how, t.detail
				res.Scenario, res.Plan = t.scenario, t.plan
				return res, nil
			}
		}
		if job.Progress != nil {
			job.Progress(res.Tried)
		}
		from = to
	}
	return res, ctx.Err()
}

type try struct {
	found    bool
	detail   string
	scenario *spec.Scenario
	plan     fault.Plan
	err      error
}

func (job *Job) play(s state, basket int) (t try) {
	defer func() { // a bug may break a machine: that is no symptom
		if v := recover(); v != nil {
			t = try{}
		}
	}()
	file := *job.Scenario.File
	file.Weather = s.weather
	file.Expect = spec.ExpectFile{}
	sc, err := spec.Parse(file.Scenario+".yaml", file.YAML(), job.Find)
	if err != nil {
		return try{err: err}
	}
	r, err := rig.StartWith(sc, s.seed, nil, job.Options)
	if err != nil {
		return try{err: err}
	}
	defer r.Close()
	if err := r.Finish(); err != nil {
		return try{err: err}
	}
	events := r.History()
	detail, found, err := job.Looked.shows(events, basket)
	return try{found: found, detail: detail, scenario: sc, plan: r.Plan, err: err}
}

// between are the stretches in the life of a sale in which a loss of power has
// ever mattered, in the order in which a ticket makes them likely.
var between = []spec.InTime{
	{From: spec.Approval, To: spec.Record}, {From: spec.Request, To: spec.Approval}, {From: spec.Swipe, To: spec.Request},
	{From: spec.Commit, To: spec.Done}, {From: spec.Done, To: spec.Print}, {From: spec.Print, To: spec.Kick},
	{From: spec.Kick, To: spec.Printed}, {From: spec.Print, To: spec.Printed}, {From: spec.Charge, To: spec.Arm}, {From: spec.Arm, To: spec.Swipe},
	{From: spec.Tender, To: spec.Charge}, {From: spec.Scan, To: spec.Tender},
}

// around is how far a sale's time in an export may lie from what happened.
const around = 3 * time.Minute

// states lists what is tried: the windows as they are written, seed by seed,
// and between them each window's beginning at the moments of the sales that
// were under way in it.
func (job *Job) states(basket int) []state {
	var out []state
	add := func(s state) bool {
		out = append(out, s)
		return len(out) < job.States
	}
	weather := job.Scenario.File.Weather
	for seed := int64(1); ; seed++ {
		if !add(state{weather, seed, "the outages in their windows"}) {
			return out
		}
		grew := false
		for _, w := range job.Windows {
			for _, sale := range job.underWay(w, basket) {
				for _, when := range moments(sale, job.Scenario) {
					grew = true
					if !add(state{job.aim(w, when), seed, fmt.Sprintf("the mains goes %s (window from %s on)", when.words, clock(w.From))}) {
						return out
					}
				}
			}
		}
		if !grew && seed >= int64(job.States) {
			return out
		}
	}
}

func clock(d time.Duration) string { return spec.Clock{Time: d}.String() }

// underWay lists the sales that may have been under way when a window began.
func (job *Job) underWay(w Window, basket int) []spec.Sale {
	var out []spec.Sale
	open := midnightTo(job.Scenario)
	for _, s := range job.Scenario.Sales {
		at := s.At + open
		if s.N == 0 || basket != 0 && s.N != basket || !slices.Contains(w.Dies, s.Till) && !w.Network {
			continue
		}
		give := around
		if s.Invented {
			give = 10 * time.Minute
		}
		if at >= w.From-give && at <= w.From+w.Give+give {
			out = append(out, s)
		}
	}
	return out
}

// midnightTo is the time of day of the opening.
func midnightTo(sc *spec.Scenario) time.Duration { return sinceMidnight(sc.Shop.Opens) }

// moment is a point of a sale.
type moment struct {
	fault spec.FaultFile // its when-keys
	words string
}

// moments lists the points of a sale that are tried.
func moments(s spec.Sale, sc *spec.Scenario) []moment {
	var out []moment
	of := &spec.Of{Sale: spec.SaleRef{N: s.N}}
	name := s.Source
	if name == "" {
		name = fmt.Sprint(s.N)
	}
	for _, b := range between {
		card, cash := b.From.CardOnly() || b.To.CardOnly(), b.From.CashOnly() || b.To.CashOnly()
		if card && !s.Card || cash && s.Card {
			continue
		}
		out = append(out, moment{spec.FaultFile{Between: &b, Of: of}, fmt.Sprintf("between %s of sale %s", b, name)})
	}
	for op := 1; op <= 2; op++ {
		out = append(out, moment{spec.FaultFile{During: spec.SpanCommit, Of: of, Op: &op}, fmt.Sprintf("in the commit of sale %s, operation %d", name, op)})
	}
	after := spec.Durations{Max: spec.Duration(5 * time.Second)}
	done := &spec.Of{Moment: spec.Done, Sale: of.Sale}
	return append(out, moment{spec.FaultFile{Of: done, After: &after}, fmt.Sprintf("within 5 s of DONE of sale %s", name)})
}

// aim puts the beginning of one window at a moment of a sale; the others stay
// as they are written. A sale that is only remembered is put into the window.
func (job *Job) aim(w Window, m moment) []spec.FaultFile {
	out := slices.Clone(job.Scenario.File.Weather)
	for _, i := range w.Faults {
		f := out[i]
		f.At, f.After = nil, nil
		f.Between, f.During, f.Of, f.Op = m.fault.Between, m.fault.During, m.fault.Of, m.fault.Op
		if m.fault.After != nil {
			f.After = m.fault.After
		}
		out[i] = f
	}
	return out
}

// Events is what a state's history would be for somebody who looks closer.
func (job *Job) Events(r *Result) ([]history.Event, error) {
	run, err := rig.StartWith(r.Scenario, r.Seed, &r.Plan, job.Options)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	if err := run.Finish(); err != nil {
		return nil, err
	}
	return slices.Clone(run.History()), nil
}
