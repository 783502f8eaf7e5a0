// Package check judges a run. Each [Checker] is a pure function over a
// history and reads nothing else: an old report can be judged again, and so
// can the run of any other point of sale, on what its history has.
//
// Checkers start from ground truth (what shoppers carried out, what the card
// host captured, what stands on the paper, what the drawer did) and hold the
// journal against it. They know no type of the till: an entry is decoded into
// this package's own structs, which name only the JSON members that a checker
// needs. A POS that exports the same members is judged by the same code.
//
// Every checker counts its premises: how often there was something that could
// have gone wrong. None means 'not exercised', never 'holds'.
package check

import (
	"fmt"

	"stormrig/sim/history"
)

// Verdicts of a checker.
const (
	Holds        = "holds"
	Violated     = "violated"
	NotExercised = "not exercised"
)

// Checker judges one invariant.
type Checker struct {
	ID    string // "J1"
	Title string // the invariant in a sentence
	// Level is what a history must have at least: 0 bytes, card host, paper
	// and people, 1 the exported journal too, 2 the POS watched from within.
	Level int
	// Premise says what Result.Checked counts.
	Premise string
	Check   func(*View) Result
}

// Result is a checker's word on one history.
type Result struct {
	ID      string    `json:"id"`
	Verdict string    `json:"verdict"`
	Checked int       `json:"checked"` // premises that were met
	Note    string    `json:"note,omitempty"`
	Details []Finding `json:"details,omitempty"`
}

// Finding is one thing that is wrong: what, and which events show it.
type Finding struct {
	Text   string  `json:"text"`
	Events []int64 `json:"events,omitempty"` // their N
	Basket int     `json:"basket,omitempty"`
	Number int64   `json:"number,omitempty"` // receipt number
	Ref    string  `json:"ref,omitempty"`    // payment
	Entry  Key     `json:"entry,omitzero"`   // "phone/1/57"
	// Where names what of these the text does not: see [Finding.Words].
	Where string `json:"where,omitempty"`
	// Expected and Found say in a few words what Entry was to say and says,
	// where that can be put so.
	Expected string `json:"expected,omitempty"`
	Found    string `json:"found,omitempty"`
}

// Detail returns the result in one line: the note, or the first finding and
// how many more there are.
func (r Result) Detail() string {
	switch len(r.Details) {
	case 0:
		return r.Note
	case 1:
		return r.Details[0].Words()
	}
	return fmt.Sprintf("%s (and %d more)", r.Details[0].Words(), len(r.Details)-1)
}

// All returns every checker, in the order of the list of invariants. The
// slice is made anew for each call.
func All() []Checker {
	return []Checker{
		j1, j2, j3, j4, j5, j7, j8, j9, j10, m1, m3, m5,
		p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, s1, r1, r2, r3, r4, r5, r6, y1, y2, y3, y7, y10, c1, c2, c3, c4, a1,
	}
}

// Run judges the history by all checkers.
func Run(v *View) []Result {
	all := All()
	results := make([]Result, len(all))
	for i, c := range all {
		results[i] = c.Judge(v)
	}
	return results
}

// Judge runs the checker if the history has what it needs.
func (c Checker) Judge(v *View) Result {
	if v.Header.Level < c.Level {
		return Result{ID: c.ID, Verdict: NotExercised, Note: fmt.Sprintf("needs level %d", c.Level)}
	}
	r := c.Check(v)
	r.ID = c.ID
	for i := range r.Details {
		v.locate(&r.Details[i])
	}
	switch {
	case len(r.Details) > 0:
		r.Verdict = Violated
	case r.Checked > 0:
		r.Verdict = Holds
	default:
		r.Verdict = NotExercised
		if r.Note == "" {
			r.Note = "nothing to check: no " + c.Premise
		}
	}
	return r
}

// Verdicts of a run, as `run` prints them.
const (
	RunHolds       = "holds"
	RunViolated    = "violated"
	RunStalled     = "stalled"
	RunUnavailable = "unavailable"
	RunBlind       = "blind"
)

// Verdict is the run's word. A violated invariant outweighs all, but for Y3,
// which says no more than that the run did not converge; then a run that did
// not converge; then a written fault that did not fire.
func Verdict(results []Result, converged bool, unfired int) string {
	quiet := true
	for _, r := range results {
		if r.Verdict != Violated {
			continue
		}
		if converged || r.ID != "Y3" {
			return RunViolated
		}
		quiet = false
	}
	switch {
	case !converged || !quiet:
		return RunStalled
	case unfired > 0:
		return RunBlind
	}
	return RunHolds
}

func (r *Result) fail(f Finding, events ...*history.Event) {
	for _, e := range events {
		if e != nil {
			f.Events = append(f.Events, e.N)
		}
	}
	r.Details = append(r.Details, f)
}
