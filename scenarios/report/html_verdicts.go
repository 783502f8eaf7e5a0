package report

import (
	"fmt"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/scenarios/explain"
	"stormrig/sim/history"
)

// invariantView is a row of the table of invariants.
type invariantView struct {
	ID, Title, Seen, How string
	Verdict, Class       string
	Order                string // of what is violated: "first" or "later"
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

// invariants lists what was judged: violated first, in the order in which it
// came about, then what holds, then what had nothing to check.
func (s *story) invariants() []invariantView {
	known := make(map[string]check.Checker)
	for _, c := range check.All() {
		known[c.ID] = c
	}
	var out []invariantView
	for i, w := range s.wrong {
		v := s.invariantView(*w.result, known[w.result.ID])
		v.Order = cond(i == 0, "first", "later")
		out = append(out, v)
	}
	for _, verdict := range []string{check.Holds, check.NotExercised} {
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
	for _, f := range r.Details[:min(len(r.Details), listedFindings)] {
		v.Findings = append(v.Findings, s.findingView(f))
	}
	if left := len(r.Details) - listedFindings; left > 0 {
		v.Note = strings.TrimSpace(fmt.Sprintf("%s %d more findings are not listed.", v.Note, left))
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
		money := what == "prices" || what == "tax" || what == "tenders" || what == "currency"
		if money && (id[0] == 'M' || id[0] == 'P') || what == "stock" && id[0] == 'S' || what == "zone" && id == "C4" {
			made = append(made, what)
		}
	}
	return listWords(made)
}

func (s *story) findingView(f check.Finding) findingView {
	v := findingView{Text: f.Words()}
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
	Broken  bool // an invariant is violated, too
	Unfired []faultView
}

func (s *story) blind() *blindView {
	v := &blindView{Unmet: s.b.Result.Unmet, Broken: len(s.wrong) > 0}
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

// faultView is a row of the table of faults.
type faultView struct {
	Number       int
	ID, Kind     string
	What         string
	Target, When string
	Why          string
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
			Number: i + 1, ID: f.ID, Kind: string(f.Kind), What: f.What(),
			Target: f.Target, When: shopWords(f.When.String(), s.clock) + f.Lasting(), Optional: f.Optional,
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
			{"lost", "accepted, and not in the journal", n.Lost, some(n.Lost)},
			{"duplicated", "booked more than once", n.Duplicated, some(n.Duplicated)},
		}},
	}
}
