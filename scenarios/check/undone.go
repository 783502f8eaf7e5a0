package check

import (
	"fmt"
	"strings"
	"time"

	"stormrig/sim/history"
)

var p7 = Checker{
	ID: "P7", Level: 1, Check: checkP7,
	Title:   "A reversal repeats until acknowledged; a late reply never overwrites it",
	Premise: "reversal, or payment that the journal calls approved",
}

// checkP7 follows each reversal to the host and back to what it undoes, and
// each approval to the host's own books: an approval that the host has not
// given yet is the answer to something else.
func checkP7(v *View) Result {
	var r Result
	for _, u := range v.units {
		asked := make(map[string]*hostOrder) // by trace number, what is not a reversal
		undone := make(map[string]*record)   // by trace number
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				v.undoneFact(&r, u, rec, &rec.entry.Facts[i], asked, undone)
			}
			for i := range rec.entry.Intents {
				if h := rec.entry.Intents[i].Host; h != nil && h.Kind != "reverse" {
					asked[h.STAN] = h
				}
			}
		}
	}
	return r
}

func (v *View) undoneFact(r *Result, u *unit, rec *record, f *fact, asked map[string]*hostOrder, undone map[string]*record) {
	switch {
	case f.Reversal != nil:
		r.Checked += cond(f.Reversal.Acknowledged, 0, 1)
		undone[f.Reversal.STAN] = rec
		if text := v.wrongReversal(f.Reversal, asked[f.Reversal.STAN]); text != "" {
			r.fail(Finding{Ref: f.Reversal.Ref, Entry: rec.key, Text: text}, rec.commit)
		}
	case f.Result != nil && (f.Result.State == "approved" || f.Result.State == "deferred"):
		before := undone[f.Result.STAN]
		text := ""
		switch {
		case before != nil:
			text = fmt.Sprintf("%s is %s under the trace number %s, which %s reverses", f.Result.Ref, f.Result.State, f.Result.STAN, before.key)
		case f.Result.State == "approved":
			r.Checked++
			if !v.tookBefore(f.Result, rec.commit) {
				text = fmt.Sprintf("%s is approved in %s, before the card host took it", f.Result.Ref, rec.key)
			}
		}
		if text != "" {
			r.fail(Finding{Ref: f.Result.Ref, Entry: rec.key, Text: text}, rec.commit)
		}
	}
}

// wrongReversal says what is wrong with an order to undo something: it names
// another time than its original, or counts as done and never reached the host.
func (v *View) wrongReversal(f *reversalFact, original *hostOrder) string {
	if original != nil && original.Taken != 0 && f.Taken != original.Taken {
		return fmt.Sprintf("the reversal of %s names %s as the time of its original, which was %s",
			f.Ref, wallTime(f.Taken), wallTime(original.Taken))
	}
	if !f.Acknowledged {
		return ""
	}
	for _, e := range v.payment[f.Ref].requests {
		if e.STAN == f.STAN && (e.State == "reverse" || e.State == "repeat" && strings.HasPrefix(e.Text, "04")) {
			return ""
		}
	}
	return fmt.Sprintf("the reversal of %s counts as done and never reached the card host", f.Ref)
}

func wallTime(ns int64) string { return time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05.000 MST") }

// tookBefore tells whether the host had taken a payment when it was called
// approved; at any time, where nobody saw when that was.
func (v *View) tookBefore(f *resultFact, at *event) bool {
	for _, e := range v.payment[f.Ref].ledger {
		if e.STAN == f.STAN && tookMoney(e) && (at == nil || e.N < at.N) {
			return true
		}
	}
	return false
}

// checkVaults: sealed card data that a till still holds at the end is that of
// payments that wait.
func (v *View) checkVaults(r *Result) {
	for _, e := range v.kind[history.KindVault] {
		r.Checked++
		u := v.unitOf(e.Who)
		if !u.waits(e.Ref) {
			r.fail(Finding{Ref: e.Ref, Text: fmt.Sprintf("%s still holds the sealed card data of %s, for which nothing waits", e.Who, e.Ref)}, e)
		}
	}
}

// waits tells whether a stored payment has no end in the till's journal.
func (u *unit) waits(ref string) bool {
	stored := false
	for _, rec := range u.own {
		for i := range rec.entry.Facts {
			switch f := &rec.entry.Facts[i]; {
			case f.Result != nil && f.Result.Ref == ref:
				stored = f.Result.State == "deferred"
			case f.Forward != nil && f.Forward.Ref == ref:
				stored = false
			}
		}
	}
	return stored
}
