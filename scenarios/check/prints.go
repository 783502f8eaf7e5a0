package check

import (
	"fmt"
	"strings"
	"time"

	"stormrig/sim/history"
)

var r6 = Checker{
	ID: "R6", Level: 2, Check: checkR6,
	Title:   "The journal says of each print what came of it: done by the printer's word, told or copied by the cashier's, dropped when nothing of it was printed",
	Premise: "print whose outcome the journal notes",
}

// printing is one order to print.
type printing struct {
	*printOrder
	record *record
	noted  bool
	ended  *record // the entry that says what became of it, so that nothing is open
}

// checkR6 looks, for each outcome that the journal notes of a print, for who
// could have said so: between order and note the printer must have completed
// the job, or the cashier must have answered. A receipt that is noted as done
// without that is one that nobody has; of one that is noted as dropped nobody may
// have any.
func checkR6(v *View) Result {
	var r Result
	for _, u := range v.units {
		orders := make(map[string]*printing)
		var inOrder []*printing
		for _, rec := range u.own {
			for i := range rec.entry.Intents {
				if in := &rec.entry.Intents[i]; in.Print != nil {
					orders[in.ID] = &printing{printOrder: in.Print, record: rec}
					inOrder = append(inOrder, orders[in.ID])
				}
			}
			for i := range rec.entry.Facts {
				n := rec.entry.Facts[i].Note
				if n == nil || orders[n.Intent] == nil {
					continue
				}
				o := orders[n.Intent]
				o.noted = true
				if n.Outcome != "unknown" {
					o.ended = rec
				}
				r.Checked++
				text := u.unfounded(o, n.Outcome, rec, v.heardLate())
				if text == "" && n.Outcome == "dropped" {
					text = u.waitedLonger(o, n.Detail, rec)
				}
				if text != "" {
					r.fail(Finding{Number: o.Number, Entry: rec.key, Text: fmt.Sprintf("%s says of %s that %s", rec.key, o, text)}, rec.commit)
				}
			}
		}
		v.checkPrinted(&r, u, inOrder)
		v.checkAsked(&r, u, inOrder)
	}
	return r
}

func (o *printing) String() string {
	if o.Number > 0 {
		return fmt.Sprintf("the print of receipt %d", o.Number)
	}
	return "the print of the report of " + o.Report
}

// heardLate is how much later than the till the world may hear of what a device
// does: on a bench its word comes to the till by one wire and to who watches it
// by another, and on a busy machine either may be first.
func (v *View) heardLate() int64 {
	return cond[int64](v.Header.Rig == "hardware", 10e9, 0)
}

// unfounded says what an outcome rests on that never happened; empty when it
// did happen.
func (u *unit) unfounded(o *printing, outcome string, noted *record, late int64) string {
	switch outcome {
	case "done":
		for e := next(u.kind[history.KindComplete], o.record.at); e != nil; e = next(u.kind[history.KindComplete], e.N) {
			if e.Job == o.Job && (e.N < noted.at || late > 0 && noted.commit != nil && e.T <= noted.commit.T+late) {
				return ""
			}
		}
		return fmt.Sprintf("it is done, and the printer never said so of job %d", o.Job)
	case "told", "copied":
		want := cond(outcome == "told", "yes", "no")
		for e := next(u.kind[history.KindAnswered], o.record.at); e != nil && e.N < noted.at; e = next(u.kind[history.KindAnswered], e.N) {
			if e.State == want && e.Number == o.Number {
				return ""
			}
		}
		return fmt.Sprintf("it was %s, and nobody answered %q", outcome, want)
	case "dropped":
		for _, p := range u.pieces {
			if p.paper.Job == o.Job && p.begin.N > o.record.at && o.Number > 0 && p.paper.Number == o.Number && p.mark == o.Mark {
				return fmt.Sprintf("it was dropped, and it was printed as job %d", o.Job)
			}
		}
	}
	return ""
}

// waitSlack is for the time from a till's decision to the entry that tells of it.
const waitSlack = 60e9

// waitedLonger holds the time for which a receipt waited, by the words with which
// it is dropped ("waited 11m3s for the printer"), against that since its order: by
// that age it is decided whether anybody still wants it. An entry of a disk that
// ailed may have come late.
func (u *unit) waitedLonger(o *printing, detail string, noted *record) string {
	words := strings.Fields(detail)
	if len(words) < 2 || words[0] != "waited" || o.record.commit == nil || noted.commit == nil || u.drifts() {
		return ""
	}
	said, err := time.ParseDuration(words[1])
	if e := next(u.kind[history.KindDisk], o.record.at); err != nil || e != nil && e.N < noted.at {
		return ""
	}
	waited := noted.commit.T - o.record.commit.T
	if d := waited - int64(said); d > waitSlack || d < -waitSlack {
		return fmt.Sprintf("it waited for %s, and it was ordered %s before", said, time.Duration(waited).Round(time.Second))
	}
	return ""
}

// checkPrinted asks at the end that every sale of a till that prints was
// ordered to be printed, and that something came of every order.
func (v *View) checkPrinted(r *Result, u *unit, orders []*printing) {
	if len(orders) == 0 || !v.ended {
		return
	}
	ordered := make(map[*record]bool)
	for _, o := range orders {
		ordered[o.record] = true
		if o.record.own != nil && !o.noted && (!v.stalled || v.couldPrint(u, o)) {
			r.fail(Finding{Number: o.Number, Entry: o.record.key,
				Text: fmt.Sprintf("nothing ever came of %s, which %s ordered", o, o.record.key)}, o.record.commit)
		}
	}
	for _, s := range u.sales {
		if s.record.own != nil && !ordered[s.record] {
			r.fail(Finding{Number: s.Number, Entry: s.record.key,
				Text: fmt.Sprintf("no receipt of sale %d of %s was ever ordered", s.Number, u.name)}, s.record.commit)
		}
	}
}

// printTime is how long a printer that is there may take for a receipt.
const printTime = 10 * 60e9

// couldPrint tells whether the till and its printer had been there for long
// enough when the run ended without having converged. A hand may still have
// been at a printer that a fault of the plan put out of action.
func (v *View) couldPrint(u *unit, o *printing) bool {
	end := v.Events[len(v.Events)-1].T
	if o.record.commit == nil || end-o.record.commit.T < printTime {
		return false
	}
	down := make(map[string]bool)
	for _, e := range merged(u.kind[history.KindPower], u.kind[history.KindLink]) {
		down[e.Who+e.Kind] = isDown(e)
		if end-e.T < printTime {
			return false
		}
	}
	for _, f := range v.kind[history.KindFault] {
		if f.Fault != nil && f.Fault.Kind == "device" && unitName(f.Fault.Target) == u.name {
			return false
		}
	}
	for _, is := range down {
		if is {
			return false
		}
	}
	return true
}
