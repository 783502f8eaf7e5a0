package prove

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"stormrig/scenarios/check"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// Result is what came of one sabotage.
type Result struct {
	Name      string   `json:"name"`
	FieldCase string   `json:"field_case"`
	Caught    bool     `json:"caught"`
	By        string   `json:"by"`    // the checker meant for it
	Seeds     int      `json:"seeds"` // tried, up to the one on which it was caught
	Day       string   `json:"scenario"`
	Place     string   `json:"place"`
	Checks    string   `json:"invariant"`        // title of the checker
	Also      []string `json:"also,omitempty"`   // other checkers that reported it
	Detail    string   `json:"detail,omitempty"` // what the checker said
	Broke     string   `json:"broke,omitempty"`  // how a run ended that could not be judged
}

// Report is the outcome of all sabotages and of their control.
type Report struct {
	Sabotages []Result `json:"sabotages"`
	Caught    int      `json:"caught"`
	Total     int      `json:"total"`
	// CleanControl tells that no checker reported anything on the same days and
	// seeds with an honest till.
	CleanControl bool     `json:"clean_control"`
	Control      Control  `json:"control"`
	Blamed       []string `json:"blamed,omitempty"` // what the control was blamed for
}

// Control is what was played with an honest till.
type Control struct {
	Runs int `json:"runs"`
}

// Proven tells whether every sabotage was caught and the control was not.
func (r *Report) Proven() bool { return r.CleanControl && r.Caught == r.Total }

// Progress is how far a proof is: of the sabotages first, then of the control.
type Progress struct {
	Done, Of, Caught int
	Control          bool
	Name             string // of what ended last
}

// Job says what is proven, and by how many workers.
type Job struct {
	Sabotages []Sabotage // nil: the catalogue
	Workers   int
	Progress  func(Progress) // may be nil; called one at a time
}

// Run tries every sabotage, and plays the control. An error is one of the
// machinery: a day that cannot be read, a context that ended.
func Run(ctx context.Context, job Job) (*Report, error) {
	if job.Sabotages == nil {
		job.Sabotages = Catalogue()
	}
	days, err := daysOf(job.Sabotages)
	if err != nil {
		return nil, err
	}
	r := &Report{Sabotages: make([]Result, len(job.Sabotages)), Total: len(job.Sabotages)}
	p := Progress{Of: r.Total}
	each(ctx, job, r.Total, func(i int) func() Progress {
		s := job.Sabotages[i]
		res := try(ctx, s, days[s.Day])
		return func() Progress {
			r.Sabotages[i] = res
			p.Done, p.Name = p.Done+1, s.Name
			if res.Caught {
				p.Caught++
			}
			return p
		}
	})
	r.Caught = p.Caught
	r.control(ctx, job, days, p)
	return r, ctx.Err()
}

func daysOf(list []Sabotage) (map[string]*spec.Scenario, error) {
	days := make(map[string]*spec.Scenario)
	for _, s := range list {
		if days[s.Day] != nil {
			continue
		}
		sc, err := Day(s.Day)
		if err != nil {
			return nil, fmt.Errorf("sabotage %s: %w", s.Name, err)
		}
		days[s.Day] = sc
	}
	return days, nil
}

// each does n pieces of work by the job's workers. What a piece returns is
// called one at a time, and tells how far all is.
func each(ctx context.Context, job Job, n int, work func(i int) func() Progress) {
	var group sync.WaitGroup
	var mu sync.Mutex
	next := 0
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		i := next
		next++
		return i, i < n && ctx.Err() == nil
	}
	for range max(job.Workers, 1) {
		group.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				end := work(i)
				mu.Lock()
				if p := end(); job.Progress != nil {
					job.Progress(p)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
}

// try plays a sabotage's day until its checker reports it.
func try(ctx context.Context, s Sabotage, day *spec.Scenario) Result {
	res := Result{Name: s.Name, FieldCase: s.FieldCase, By: s.By, Day: s.Day, Place: s.Place, Checks: titleOf(s.By)}
	for seed := int64(1); seed <= int64(s.Seeds) && ctx.Err() == nil; seed++ {
		res.Seeds++
		found, err := play(day, seed, s.Options)
		if err != nil {
			res.Broke = err.Error()
			continue
		}
		res.Also = nil
		for _, f := range found {
			if f.ID != s.By {
				res.Also = append(res.Also, f.ID)
				continue
			}
			res.Caught, res.Detail, res.Broke = true, f.Detail(), ""
		}
		if res.Caught {
			return res
		}
	}
	return res
}

// play plays one seed and returns what checkers found wrong.
func play(day *spec.Scenario, seed int64, o rig.Options) (found []check.Result, err error) {
	defer func() { // a bug may break a machine; that is no verdict
		if v := recover(); v != nil {
			err = fmt.Errorf("%s, seed %d: the till broke down: %v", day.Name, seed, v)
		}
	}()
	r, err := rig.StartWith(day, seed, nil, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.Finish(); err != nil {
		return nil, err
	}
	v, err := check.NewView(r.History())
	if err != nil {
		return nil, err
	}
	for _, res := range check.Run(v) {
		if res.Verdict == check.Violated {
			found = append(found, res)
		}
	}
	return found, nil
}

// control plays every day and seed that a sabotage may be tried on, once, with
// an honest till.
func (r *Report) control(ctx context.Context, job Job, days map[string]*spec.Scenario, p Progress) {
	type run struct {
		day  string
		seed int64
	}
	var runs []run
	for _, s := range job.Sabotages {
		for seed := int64(1); seed <= int64(s.Seeds); seed++ {
			if !slices.Contains(runs, run{s.Day, seed}) {
				runs = append(runs, run{s.Day, seed})
			}
		}
	}
	p = Progress{Of: len(runs), Caught: p.Caught, Control: true}
	blamed := make([][]string, len(runs))
	each(ctx, job, len(runs), func(i int) func() Progress {
		found, err := play(days[runs[i].day], runs[i].seed, rig.Options{})
		return func() Progress {
			for _, f := range found {
				blamed[i] = append(blamed[i], fmt.Sprintf("%s, seed %d: %s: %s", runs[i].day, runs[i].seed, f.ID, f.Detail()))
			}
			if err != nil {
				blamed[i] = append(blamed[i], err.Error())
			}
			p.Done, p.Name = p.Done+1, runs[i].day
			return p
		}
	})
	r.Blamed, r.Control.Runs = slices.Concat(blamed...), len(runs)
	r.CleanControl = len(r.Blamed) == 0
}

func titleOf(id string) string {
	for _, c := range check.All() {
		if c.ID == id {
			return c.Title
		}
	}
	return ""
}
