package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

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
	More           int          // findings of the same invariant beyond this one
	Same           []followView // of the same sale, payment or entry: hardly more than consequences
	Follows        []followView
	Steps          []heroStep
	Note           string // what brought it about, in words
	Contrast       string // what comes of the day with one fault left out
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
	N           int64
	Time, Since string // of the shop's clock, and since opening
	Who, Text   string
	Role        string // what the step is to the finding
	Class       string // "fault", "path", "shown" or "decisive", which leads the eye
	Expect      string // what was expected here and what was found, where that is known
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
		if s.sameThing(f, w.finding) {
			h.Same = append(h.Same, v)
		} else {
			h.Follows = append(h.Follows, v)
		}
	}
	for _, v := range s.invariants() {
		if v.ID == h.ID {
			h.Title, h.How = v.Title, v.How
		}
	}
	h.Steps, h.Note = s.steps(f)
	h.Note = strings.TrimSpace(h.Note + s.blamed(s.around(f).unit))
	if len(h.Steps) == 0 && s.b.Result.Verdict == check.RunStalled {
		h.Steps = s.lastShown()
	}
	if p := s.b.Result.NoReturn; p != nil && p.Invariant == h.ID {
		h.Contrast = p.contrast(s.plannedWords)
	}
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		h.Sale = d.Basket
		h.SaleWords = fmt.Sprintf("%s, %s%s", s.clock(d.At), d.Tender, cond(d.Amount != 0, " "+s.amount(d.Amount)+" "+s.head.Currency, ""))
		if len(h.Steps) == 0 {
			h.Steps, _ = s.steps(check.Finding{Events: []int64{d.first}})
		}
	}
	return h
}

// sameThing tells of two findings about one sale, payment or entry.
func (s *story) sameThing(a, b check.Finding) bool {
	x, y := s.saleOfFinding(a.Basket, a.Number, a.Ref, nil), s.saleOfFinding(b.Basket, b.Number, b.Ref, nil)
	return x != nil && x == y || a.Ref != "" && a.Ref == b.Ref || a.Entry != (check.Key{}) && a.Entry == b.Entry
}

// around is what a finding's events span.
type around struct {
	shown       map[int64]bool
	first, last int64
	unit        string
	next        int64          // the next loss of power, where a lie comes to light
	decisive    int64          // the loss of power before a start that is shown
	named       map[int64]bool // entries that only the finding's words name
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
	a.named = make(map[int64]bool)
	for _, n := range s.named(f) {
		if !a.shown[n] && n < a.last {
			a.shown[n], a.named[n], a.first = true, true, min(a.first, n)
		}
	}
	if n := s.nextStart(a.last, "hub"); n > 0 && len(s.wrong) > 0 && s.wrong[0].result.ID == "Y2" { // what it acknowledged and had no more
		a.shown[n], a.last, a.unit = true, n, "hub"
	}
	if e := s.event(a.last); e != nil && e.Kind == history.KindStarted {
		a.decisive = s.cutBefore(a.last, a.unit)
	} else if e != nil && s.lying(a.unit, e.T) {
		a.next = s.nextCut(a.last, a.unit)
	}
	return a
}

// steps puts the events of a finding into their surroundings, in the order in
// which they happened: what brought it about, the way of its payment, and the
// losses of power that brought it to light. The note says what to make of it.
func (s *story) steps(f check.Finding) (list []heroStep, note string) {
	a := s.around(f)
	list, note = s.cause(f, a)
	list = append(append(s.did(f, a), list...), s.path(f, a.shown)...)
	for i := range s.b.Events {
		e := &s.b.Events[i]
		inside := a.first > 0 && e.N > a.first && e.N < a.last && unitName(e.Who) == a.unit
		switch {
		case a.shown[e.N]:
			list = append(list, s.expecting(f, s.shows(e, cond(a.named[e.N], "named in it", shownRole(e))), e))
		case e.N == a.decisive:
			list = append(list, s.step(e, "the loss of power that brought it out", "decisive"))
		case e.N == a.next:
			list = append(list, s.step(e, "the next loss of power", "fault"))
		case inside && e.Kind == history.KindStarted:
			list = append(list, s.step(e, "starts again", "fault"))
		case inside && e.Kind == history.KindCut:
			list = append(list, s.step(e, "in between", "fault"))
		}
	}
	list = inOrder(list)
	if slices.ContainsFunc(list, func(h heroStep) bool { return h.Expect != "" }) {
		for i := range list { // the step that does not fit leads, not where it became too late
			if list[i].Class == "decisive" && list[i].Expect == "" {
				list[i].Class = "fault"
			}
		}
	}
	return lead(list), note
}

// shows is an event that shows a finding; of paper, what stands on it.
func (s *story) shows(e *history.Event, role string) heroStep {
	h := s.step(e, role, "shown")
	if e.Kind == history.KindPaper {
		h.Text = s.t.paperText(e)
	}
	return h
}

// expecting puts what a finding expected beside the entry that it is about.
func (s *story) expecting(f check.Finding, h heroStep, e *history.Event) heroStep {
	if f.Expected != "" && e.Kind == history.KindCommit && f.Entry == (check.Key{Device: e.Device, Inc: e.Inc, Seq: e.Seq}) {
		h.Expect, h.Role, h.Class = "expected "+f.Expected+", found "+f.Found, "the step that does not fit", "decisive"
	}
	return h
}

// inOrder sorts steps by time; of two for one event the first stays.
func inOrder(list []heroStep) []heroStep {
	slices.SortStableFunc(list, func(a, b heroStep) int { return cmp.Compare(a.N, b.N) })
	return slices.CompactFunc(list, func(a, b heroStep) bool { return a.N == b.N })
}

// lead lets one step lead the eye: without a decisive one it is the entry that
// was wrong when it was written.
func lead(list []heroStep) []heroStep {
	at := -1
	for i := range list {
		switch {
		case list[i].Class == "decisive":
			return list
		case list[i].Role == "written":
			at = i
		}
	}
	if at >= 0 {
		list[at].Class = "decisive"
	}
	return list
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

// cutBefore is the last loss of power of the unit before an event, or 0.
func (s *story) cutBefore(n int64, unit string) int64 {
	for i := n - 1; i >= 1; i-- {
		if e := s.event(i); e.Kind == history.KindCut && unitName(e.Who) == unit {
			return e.N
		}
	}
	return 0
}

// nextStart is the next start of the unit after an event, or 0.
func (s *story) nextStart(n int64, unit string) int64 {
	for i := n + 1; n > 0 && i <= int64(len(s.b.Events)); i++ {
		if e := s.event(i); e.Kind == history.KindStarted && e.Who == unit {
			return i
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
	return heroStep{N: e.N, Time: s.clock(e.T), Since: fault.SinceOpening(time.Duration(e.T)), Who: e.Who, Text: s.words(e), Role: role, Class: class}
}
