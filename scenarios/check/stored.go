package check

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim/history"
)

var p10 = Checker{
	ID: "P10", Level: 1, Check: checkP10,
	Title:   "What is stored to be forwarded stays until the host has answered: nothing is lost while payments wait, and none holds up the others",
	Premise: "payment stored to be forwarded",
}

// checkP10 follows each stored payment to its forwarding. A till that has lost
// the card data says so and makes a claim of it, which is all it can do; on a
// disk that did not lie it should not have come to that. An answer that decides
// nothing ("not now") is no answer.
func checkP10(v *View) Result {
	var r Result
	for _, u := range v.units {
		lied := u.lied()
		v.heldUp(&r, u)
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				f := &rec.entry.Facts[i]
				if f.Result == nil || f.Result.State != "deferred" || rec.own == nil {
					continue
				}
				p := v.payment[f.Result.Ref]
				r.Checked++
				if v.ended && !v.stalled && len(p.forwards) == 0 {
					r.fail(Finding{Ref: p.ref, Entry: rec.key, Text: fmt.Sprintf("%s was stored and never forwarded", p.ref)}, rec.commit)
				}
			}
			for i := range rec.entry.Facts {
				if f := rec.entry.Facts[i].Forward; f != nil && f.CardLost && !lied {
					r.fail(Finding{Ref: f.Ref, Entry: rec.key, Text: fmt.Sprintf(
						"the card data of %s were gone when it was to be forwarded, and no disk had lied", f.Ref)}, rec.commit)
				} else if f != nil && v.putOff(f) {
					r.fail(Finding{Ref: f.Ref, Entry: rec.key, Text: fmt.Sprintf(
						"%s was given up as declined, and the card host had decided nothing on it", f.Ref)}, rec.commit)
				}
			}
		}
	}
	return r
}

// putOff tells whether a stored payment that failed was sent to a host whose
// books have no line of it. One that the till undid it may give up.
func (v *View) putOff(f *forwardFact) bool {
	p := v.payment[f.Ref]
	sent := lastAsked(p, "forward")
	if sent == nil || f.Settled || f.Expired || f.CardLost || !v.ended || v.stalled {
		return false
	}
	for _, e := range slices.Concat(p.ledger, p.requests) {
		undoes := e.Kind == history.KindRequest && strings.HasPrefix(e.Text, "04")
		if e.STAN == sent.STAN && (undoes || e.Kind == history.KindLedger) {
			return false
		}
	}
	return true
}

// lied tells whether the till's disk ever acknowledged what it did not do.
func (u *unit) lied() bool {
	for _, e := range u.kind[history.KindDisk] {
		if e.State == "lie" {
			return true
		}
	}
	return false
}
