package report

import (
	"fmt"
	"math"
	"sort"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// wrongness is a violated invariant with the finding that came about first.
type wrongness struct {
	result  *check.Result
	finding check.Finding
	moment  int64 // N of the event with which it was complete; past all where only the books at the end show it
}

// missing are the invariants of which a finding says that something never
// came. That shows at the end of a run, whatever its events.
var missing = map[string]bool{"J8": true, "P3": true, "Y3": true}

// wrongs puts what is violated into the order in which it came about: what
// came first is where a reader begins, the rest often follows from it. The
// run's failure to come to rest says least and stands last.
func wrongs(checks []check.Result, events []history.Event) []wrongness {
	var out []wrongness
	written := commits(events)
	for i := range checks {
		r := &checks[i]
		if r.Verdict != check.Violated || len(r.Details) == 0 {
			continue
		}
		w := wrongness{r, r.Details[0], math.MaxInt64}
		for _, f := range r.Details {
			if m := moment(f, events, written); m < w.moment {
				w.finding, w.moment = f, m
			}
		}
		if missing[r.ID] {
			w.finding, w.moment = r.Details[0], math.MaxInt64
		}
		out = append(out, w)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].moment < out[j].moment })
	return out
}

// commits finds when each entry was written, by its hash.
func commits(events []history.Event) map[string]int64 {
	at := make(map[string]int64)
	for i := range events {
		if e := &events[i]; e.Kind == history.KindCommit && at[e.Hash] == 0 {
			at[e.Hash] = e.N
		}
	}
	return at
}

// moment is the last of a finding's events that is no look at the books; an
// entry was wrong when it was written. What the books at the end contradict
// shows only then.
func moment(f check.Finding, events []history.Event, written map[string]int64) int64 {
	last, before := int64(0), ""
	for _, n := range f.Events {
		if n < 1 || n > int64(len(events)) {
			continue
		}
		switch e := &events[n-1]; {
		case e.Kind == history.KindEntry && before != "" && e.Hash != before:
			return math.MaxInt64
		case e.Kind == history.KindEntry:
			last = max(last, written[e.Hash])
		case !atEnd(e):
			last, before = max(last, n), e.Hash
		}
	}
	if last == 0 {
		return math.MaxInt64
	}
	return last
}

// heroView leads from the verdict to the step that went wrong.
type heroView struct {
	ID, Title, How string
	Finding        string
	More           int // findings of the same invariant beyond this one
	Follows        []followView
	Steps          []heroStep
	Sale           int
	SaleWords      string
}

// followView is what else is violated, in a line.
type followView struct {
	ID, Text, When string
	More           int
}

// heroStep is an event on the way to the finding.
type heroStep struct {
	N         int64
	Time      string
	Who, Text string
	Role      string // what the step is to the finding
	Class     string // "fault", "shown" or "after"
}

// hero tells of what went wrong first; nil when nothing did.
func (s *story) hero() *heroView {
	if len(s.wrong) == 0 {
		return nil
	}
	first := s.wrong[0]
	f := first.finding
	h := &heroView{ID: first.result.ID, Finding: f.Words(), More: len(first.result.Details) - 1}
	for _, w := range s.wrong[1:] {
		v := followView{ID: w.result.ID, Text: w.finding.Words(), More: len(w.result.Details) - 1, When: "at the end"}
		if e := s.event(w.moment); e != nil {
			v.When = s.clock(e.T)
		}
		h.Follows = append(h.Follows, v)
	}
	for _, v := range s.invariants() {
		if v.ID == h.ID {
			h.Title, h.How = v.Title, v.How
		}
	}
	h.Steps = s.steps(f)
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		h.Sale = d.Basket
		h.SaleWords = fmt.Sprintf("%s, %s%s", s.clock(d.At), d.Tender, cond(d.Amount != 0, " "+s.amount(d.Amount)+" "+s.head.Currency, ""))
		if len(h.Steps) == 0 {
			h.Steps = s.steps(check.Finding{Events: []int64{d.first}})
		}
	}
	return h
}

// around is what a finding's events span.
type around struct {
	shown       map[int64]bool
	first, last int64
	unit        string
	next        int64 // the next loss of power, where a lie comes to light
	decisive    int64 // the loss of power before a start that is shown
}

func (s *story) around(f check.Finding) around {
	a := around{shown: make(map[int64]bool)}
	for _, n := range f.Events {
		e := s.event(n)
		if e == nil {
			continue
		}
		if at := s.written[e.Hash]; e.Kind == history.KindEntry && at > 0 {
			n, e = at, s.event(at) // where it was written tells more than who holds it
		}
		a.shown[n] = true
		if atEnd(e) {
			continue
		}
		if a.first == 0 || n < a.first {
			a.first = n
		}
		if n > a.last {
			a.last, a.unit = n, unitName(e.Who)
		}
	}
	if e := s.event(a.last); e != nil && e.Kind == history.KindStarted {
		a.decisive = s.cutBefore(a.last, a.unit)
	} else {
		a.next = s.nextCut(a.last, a.unit)
	}
	return a
}

// steps puts the events of a finding into their surroundings: the fault just
// before, those between, and the loss of power that brought it to light.
func (s *story) steps(f check.Finding) []heroStep {
	a := s.around(f)
	var out []heroStep
	out = append(out, s.inEffect(a.first)...)
	out = append(out, s.before(a.first)...)
	between := 0
	for i := range s.b.Events {
		e := &s.b.Events[i]
		inside := a.first > 0 && e.N > a.first && e.N < max(a.last, a.next) && isCause(e) && s.concerns(e, a.unit)
		switch {
		case a.shown[e.N]:
			out = append(out, s.step(e, shownRole(e), "shown"))
		case e.N == a.decisive:
			out = append(out, s.step(e, "the loss of power that brought it out", "fault"))
		case e.N == a.next:
			out = append(out, s.step(e, "the next loss of power", "fault"))
		case a.first > 0 && e.N > a.first && e.N < a.last && e.Kind == history.KindStarted && e.Who == a.unit:
			out = append(out, s.step(e, "starts again", "fault"))
		case inside && between < 6:
			between++
			out = append(out, s.step(e, cond(e.N < a.last, "in between", "then"), "fault"))
		}
	}
	return out
}

// concerns leaves out what befell another unit's cashier: a price that is
// edited elsewhere explains nothing here.
func (s *story) concerns(e *history.Event, unit string) bool {
	if e.Kind == history.KindFault && e.Fault != nil && e.Fault.Kind == string(fault.Device) {
		return unitName(e.Fault.Target) == unit
	}
	return true
}

func shownRole(e *history.Event) string {
	switch e.Kind {
	case history.KindEntry, history.KindState:
		return "at the end of the run"
	case history.KindBasket:
		return "the shopper"
	case history.KindCommit:
		return "written"
	case history.KindRung:
		return "acknowledged"
	case history.KindStarted:
		return "the start that found it gone"
	}
	return "shows it"
}

// atEnd tells whether an event is a look at the books after the run.
func atEnd(e *history.Event) bool { return e.Kind == history.KindEntry || e.Kind == history.KindState }

// isCause tells what may have led to something. What a disk does follows from
// a fault, and stands beside it.
func isCause(e *history.Event) bool { return e.Kind == history.KindFault || e.Kind == history.KindCut }

// before finds the last fault before an event, with the cut that belongs to
// it.
func (s *story) before(n int64) []heroStep {
	for i := n - 1; i >= 1; i-- {
		e := s.event(i)
		if !isCause(e) {
			continue
		}
		role := "the fault just before, " + lengthWords(s.event(n).T-e.T) + " earlier"
		if e.Kind == history.KindCut {
			for j := i - 1; j >= max(1, i-4); j-- {
				if f := s.event(j); f.Kind == history.KindFault {
					return []heroStep{s.step(f, role, "fault"), s.step(e, "what it did", "fault")}
				}
			}
		}
		return []heroStep{s.step(e, role, "fault")}
	}
	return nil
}

// inEffect lists the faults that were still going on when something went
// wrong, but for the one just before, at most four.
func (s *story) inEffect(n int64) []heroStep {
	var out []heroStep
	at := s.event(n)
	just := s.before(n)
	for i := int64(1); i < n && len(out) < 4; i++ {
		e := s.event(i)
		if e.Kind != history.KindFault || e.Fault == nil || just[0].N == e.N {
			continue
		}
		p := s.number[e.Fault.ID]
		if p == 0 {
			continue
		}
		f := s.b.Plan.Faults[p-1]
		stays := f.For == 0 && (f.Kind == fault.Disk || f.Kind == fault.Network || f.Kind == fault.Unplug || f.Kind == fault.Cut)
		if stays || e.T+int64(f.For) > at.T {
			out = append(out, s.step(e, "going on since", "fault"))
		}
	}
	return out
}

// cutBefore is the last loss of power of the unit before an event, or 0.
func (s *story) cutBefore(n int64, unit string) int64 {
	for i := n - 1; i >= 1; i-- {
		if e := s.event(i); e.Kind == history.KindCut && unitName(e.Who) == unit {
			return e.N
		}
	}
	return 0
}

// nextCut is the next loss of power of the unit within half an hour, or 0.
func (s *story) nextCut(n int64, unit string) int64 {
	const soon = 30 * 60 * int64(1e9)
	from := s.event(n)
	if from == nil {
		return 0
	}
	for i := n + 1; i <= int64(len(s.b.Events)); i++ {
		e := s.event(i)
		if e.T > from.T+soon {
			return 0
		}
		if e.Kind == history.KindCut && unitName(e.Who) == unit {
			return e.N
		}
	}
	return 0
}

func (s *story) step(e *history.Event, role, class string) heroStep {
	return heroStep{N: e.N, Time: s.clock(e.T), Who: e.Who, Text: s.words(e), Role: role, Class: class}
}
