package report

import (
	"fmt"
	"strings"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
	"stormrig/sim/history"
)

// invariantView is a row of the table of invariants.
type invariantView struct {
	ID, Title, Seen, How string
	Verdict, Class       string
	Checked              int
	Premise, Note        string
	Invented             string
	Findings, More       []findingView
}

// openFindings stand open; the rest can be unfolded.
const openFindings = 5

type findingView struct {
	Text   string
	Entry  string
	Events []eventRef
	Sale   int // basket, 0 for none
}

// eventRef is a link to an event.
type eventRef struct {
	N    int64
	Text string
}

// invariants lists what was judged: violated first, then what holds, then
// what had nothing to check.
func (s *story) invariants() []invariantView {
	known := make(map[string]check.Checker)
	for _, c := range check.All() {
		known[c.ID] = c
	}
	var out []invariantView
	for _, verdict := range []string{check.Violated, check.Holds, check.NotExercised} {
		for _, r := range s.b.Checks {
			if r.Verdict == verdict {
				out = append(out, s.invariantView(r, known[r.ID]))
			}
		}
	}
	return out
}

func (s *story) invariantView(r check.Result, c check.Checker) invariantView {
	v := invariantView{ID: r.ID, Title: c.Title, Verdict: r.Verdict, Checked: r.Checked, Premise: c.Premise, Note: r.Note}
	if text, ok := explain.ByID(r.ID); ok {
		v.Title, v.Seen, v.How = text.Holds, text.Seen, text.Checked
	}
	v.Class = map[string]string{check.Violated: "bad", check.Holds: "good"}[r.Verdict]
	v.Class = cond(v.Class == "", "idle", v.Class)
	v.Invented = s.overInvented(r.ID)
	for _, f := range r.Details {
		v.Findings = append(v.Findings, s.findingView(f))
	}
	if len(v.Findings) > openFindings+1 {
		v.Findings, v.More = v.Findings[:openFindings], v.Findings[openFindings:]
	}
	return v
}

// overInvented says over what an invariant about money was judged, when an
// import made it up.
func (s *story) overInvented(id string) string {
	var made []string
	for _, what := range s.head.Invented {
		prices := what == "prices" || what == "tax"
		if prices && (id[0] == 'M' || id[0] == 'P') || what == "tenders" && (id[0] == 'M' || id[0] == 'P') || what == "stock" && id[0] == 'S' {
			made = append(made, what)
		}
	}
	return listWords(made)
}

func (s *story) findingView(f check.Finding) findingView {
	v := findingView{Text: f.Text}
	if f.Entry != (check.Key{}) {
		v.Entry = f.Entry.String()
	}
	for _, n := range f.Events {
		if e := s.event(n); e != nil {
			v.Events = append(v.Events, eventRef{n, e.Who + " " + e.Kind})
		}
	}
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		v.Sale = d.Basket
	}
	return v
}

// blindView tells of a day that did not go as it was written, though nothing
// that was checked is violated.
type blindView struct {
	Unmet   []string
	Unfired []faultView
}

func (s *story) blind() *blindView {
	v := &blindView{Unmet: s.b.Result.Unmet}
	for _, f := range s.faults() {
		if !f.Fired && !f.Optional {
			v.Unfired = append(v.Unfired, f)
		}
	}
	if len(v.Unmet)+len(v.Unfired) == 0 {
		return nil
	}
	return v
}

// heroView leads from the verdict to the step that went wrong.
type heroView struct {
	ID, Title, How string
	Finding        string
	More           int    // findings of the same invariant beyond the first
	Others         string // other violated invariants
	Steps          []heroStep
	Sale           int
	SaleWords      string
}

// heroStep is an event on the way to the finding.
type heroStep struct {
	N         int64
	Time      string
	Who, Text string
	Role      string // what the step is to the finding
	Class     string // "fault", "shown" or "after"
}

// hero tells of the first violated invariant; nil when none is.
func (s *story) hero() *heroView {
	var first *check.Result
	var others []string
	for i := range s.b.Checks {
		r := &s.b.Checks[i]
		switch {
		case r.Verdict != check.Violated || len(r.Details) == 0:
		case first == nil:
			first = r
		default:
			others = append(others, r.ID)
		}
	}
	if first == nil {
		return nil
	}
	f := first.Details[0]
	h := &heroView{ID: first.ID, Finding: f.Text, More: len(first.Details) - 1, Others: strings.Join(others, ", ")}
	for _, v := range s.invariants() {
		if v.ID == first.ID {
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

// steps puts the events of a finding into their surroundings: the fault just
// before, those between, and the next loss of power at the same unit, which
// is where a lie comes to light.
func (s *story) steps(f check.Finding) []heroStep {
	shown := make(map[int64]bool)
	first, last, unit := int64(0), int64(0), ""
	for _, n := range f.Events {
		e := s.event(n)
		if e == nil {
			continue
		}
		shown[n] = true
		if atEnd(e) {
			continue
		}
		if first == 0 || n < first {
			first = n
		}
		if n > last {
			last, unit = n, unitName(e.Who)
		}
	}
	var out []heroStep
	out = append(out, s.inEffect(first)...)
	out = append(out, s.before(first)...)
	next := s.nextCut(last, unit)
	between := 0
	for i := range s.b.Events {
		e := &s.b.Events[i]
		inside := first > 0 && e.N > first && e.N < max(last, next) && isCause(e)
		switch {
		case shown[e.N]:
			out = append(out, s.step(e, cond(atEnd(e), "at the end of the run", "shows it"), "shown"))
		case e.N == next:
			out = append(out, s.step(e, "the next loss of power", "fault"))
		case inside && between < 6:
			between++
			out = append(out, s.step(e, cond(e.N < last, "in between", "then"), "fault"))
		}
	}
	return out
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

// faultView is a row of the table of faults.
type faultView struct {
	Number       int
	ID, Kind     string
	What         string
	Target, When string
	For, Why     string
	Fired        bool
	Optional     bool
	Event        int64
	Time         string
}

func (s *story) faults() []faultView {
	fired := make(map[string]*history.Event)
	for i := range s.b.Events {
		if e := &s.b.Events[i]; e.Kind == history.KindFault && e.Fault != nil && fired[e.Fault.ID] == nil {
			fired[e.Fault.ID] = e
		}
	}
	var out []faultView
	for i, f := range s.b.Plan.Faults {
		v := faultView{
			Number: i + 1, ID: f.ID, Kind: string(f.Kind), What: what(f.String(), f.When.String()),
			Target: f.Target, When: f.When.String(), Optional: f.Optional,
		}
		if f.For > 0 {
			v.For = lengthWords(int64(f.For))
		}
		if f.Args.Data != "" {
			v.What += ": " + readable(f.Args.Data)
		}
		if e := fired[f.ID]; e != nil {
			v.Fired, v.Event, v.Time = true, e.N, s.clock(e.T)
		}
		for _, r := range s.b.Result.Faults {
			if r.ID == f.ID {
				v.Fired, v.Why = r.Fired, r.Why
			}
		}
		out = append(out, v)
	}
	return out
}

// what is a fault's sentence up to its when.
func what(sentence, when string) string {
	if i := strings.Index(sentence, " "+when); i > 0 {
		return sentence[:i]
	}
	return sentence
}

// cutView counts losses of power by where they struck.
type cutView struct {
	Class, Words string
	Count        int
}

func (s *story) cuts() []cutView {
	count := make(map[string]int)
	for _, class := range s.cut {
		count[class]++
	}
	var out []cutView
	for _, class := range []string{
		"before_write", "write_to_sync", "sync_to_effect", "effect_to_note", "approval_to_record",
		"checkpoint", "pull", "recovery", "idle",
	} {
		out = append(out, cutView{class, cutClasses[class], count[class]})
	}
	return out
}

func (s *story) cutCount() int { return len(s.cut) }

func (s *story) images() string {
	i := s.b.Result.Images
	if i.Torn+i.Reordered == 0 {
		return ""
	}
	return fmt.Sprintf("The disk came back torn %s and reordered %s, and the till recovered.", times(i.Torn), times(i.Reordered))
}

func times(n int) string { return r2(n, "time", "times") }

// countGroup is a column of figures: what happened, what the books say, and
// where they part.
type countGroup struct {
	Title string
	Rows  []countRow
}

type countRow struct {
	Label, Note string
	N           int
	Class       string
}

func (s *story) counts() []countGroup {
	n := s.b.Result.Sales
	off := func(got, want int) string { return cond(s.exported() && got != want, "bad", "") }
	some := func(got int) string { return cond(got > 0, "bad", "good") }
	return []countGroup{
		{"What really happened", []countRow{
			{"rung", "sales that the display accepted", n.Rung, ""},
			{"captured", "card payments that the card host holds", n.Captured, ""},
			{"printed", "receipt numbers on an original", n.Printed, ""},
			{"walk-outs", "shoppers who left without", n.Walkouts, ""},
			{"re-rings", "baskets that the cashier honestly rang again", n.Rerings, ""},
			{"refused cards", "cards that were declined", n.RefusedCards, ""},
		}},
		{"What the books say", []countRow{
			{"journaled", "finished sales in the tills' journals", n.Journaled, off(n.Journaled, n.Rung)},
			{"at the hub", "finished sales that arrived", n.Hub, off(n.Hub, n.Rung)},
			{"in the dark", "of them durable while the network was down", n.Dark, ""},
		}},
		{"Where they part", []countRow{
			{"lost", "acknowledged and not in the journal", n.Lost, some(n.Lost)},
			{"duplicated", "booked more than once", n.Duplicated, some(n.Duplicated)},
		}},
	}
}
