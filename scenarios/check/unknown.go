package check

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"stormrig/sim/history"
)

var p5 = Checker{
	ID: "P5", Level: 2, Check: checkP5,
	Title:   "Unknown outcome: ask the status first. Never a blind retry, never a silent 'force done'",
	Premise: "payment whose outcome became unknown (power or answer lost between card and record), or message of the card host's line that could not be read",
}

func checkP5(v *View) Result {
	var r Result
	for _, e := range v.kind[history.KindRequest] {
		if e.State == "garbled" { // no line alters a message: half of one is none
			r.Checked++
			r.fail(Finding{Text: fmt.Sprintf("%s could not read a message on the line to the card host, which nothing had altered: %s", e.Who, e.Text)}, e)
		}
	}
	for _, p := range v.payments {
		since := p.unknownSince()
		if since == nil {
			continue
		}
		r.Checked++
		if blind := p.blindRetry(); blind != nil {
			r.fail(Finding{Ref: p.ref, Text: fmt.Sprintf(
				"%s was asked of the card host again, under the new trace number %s, while its first outcome was unknown", p.ref, blind.STAN)}, since, blind)
		}
		if other := v.chargedAgain(p, since); other != nil {
			r.fail(Finding{Ref: p.ref, Text: fmt.Sprintf(
				"the same shopper was charged again as %s while the outcome of %s was unknown", other.ref, p.ref)}, since, other.charged.commit)
		}
		if v.ended && !p.resolved() {
			r.fail(Finding{Ref: p.ref, Text: fmt.Sprintf(
				"the outcome of %s was unknown and no entry ever resolves it", p.ref)}, since)
		}
	}
	return r
}

// unknownSince returns the event that left the payment's outcome unknown: the
// till lost power after a card was read and before the result was durable, or
// the host was asked more than once.
func (p *payment) unknownSince() *event {
	if p.unit == nil {
		return nil
	}
	begun := append(append([]*event(nil), p.swipes...), p.requests...)
	for _, e := range begun {
		if loss := next(p.unit.off, e.N); loss != nil && e.State != "forward" &&
			!stepBefore(p.results, loss.N) {
			return loss
		}
	}
	for _, e := range p.requests {
		if e.State == "repeat" || e.State == "reverse" {
			return e
		}
	}
	return nil
}

// blindRetry returns a request under a fresh trace number that left while the
// one before was neither answered in the journal nor being reversed.
func (p *payment) blindRetry() *event {
	asked := make(map[string]bool)
	for _, e := range p.requests {
		if e.State == "reverse" || asked[e.STAN] {
			continue
		}
		if len(asked) > 0 && !stepBefore(p.results, e.N) && !stepBefore(p.reverses, e.N) {
			return e
		}
		asked[e.STAN] = true
	}
	return nil
}

// chargedAgain returns another payment that was begun for the same shopper
// after the outcome became unknown and before it was resolved.
func (v *View) chargedAgain(p *payment, since *event) *payment {
	b := p.unit.basketAt(since.N)
	for _, o := range v.payments {
		if o == p || o.unit != p.unit || o.charged == nil || b == nil {
			continue
		}
		at := o.charged.at
		if at > since.N && at < b.until && !stepBefore(p.results, at) && !stepBefore(p.reverses, at) {
			return o
		}
	}
	return nil
}

// resolved tells whether the journal has a last word on the payment.
func (p *payment) resolved() bool {
	for _, steps := range [][]paymentStep{p.results, p.reverses} {
		for _, s := range steps {
			if s.record.own != nil {
				return true
			}
		}
	}
	return false
}

var p6 = Checker{
	ID: "P6", Level: 1, Check: checkP6,
	Title:   "Stored payments stay within the caps: each, total and count when stored, age when forwarded and when given up",
	Premise: "payment stored to be forwarded under a cap, or refused by one",
}

// checkP6 replays each till's queue of stored payments in the order of its
// journal: a payment leaves the queue with the host's late answer. A cap that is
// met exactly is not exceeded, so that a payment refused by one must have broken it.
func checkP6(v *View) Result {
	var r Result
	h := &v.Header
	if h.CapEach == 0 && h.CapTotal == 0 && h.CapCount == 0 && h.CapAgeNS == 0 {
		return Result{Note: "this shop has no caps"}
	}
	for _, u := range v.units {
		stored := make(map[string]*record)
		q := make(map[string]int64)
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				f := &rec.entry.Facts[i]
				switch {
				case f.Forward != nil:
					delete(q, f.Forward.Ref)
					if text := v.tooEarly(u, stored[f.Forward.Ref], rec, f.Forward); text != "" {
						r.fail(Finding{Ref: f.Forward.Ref, Entry: rec.key, Text: text}, rec.commit)
					}
				case f.Result != nil && f.Result.State == "deferred":
					r.Checked++
					stored[f.Result.Ref] = rec
					p := v.payment[f.Result.Ref]
					q[p.ref] = p.owed()
					if text := overCap(h, q, p); text != "" {
						r.fail(Finding{Ref: p.ref, Entry: rec.key, Text: text}, rec.commit)
					}
					v.checkAge(&r, u, p, rec)
				case f.Result != nil && f.Result.State == "declined" && strings.Contains(f.Result.Reason, "OFFLINE") && !u.lied():
					r.Checked++
					p := v.payment[f.Result.Ref]
					with := maps.Clone(q)
					if with[p.ref] = p.owed(); overCap(h, with, p) == "" {
						r.fail(Finding{Ref: p.ref, Entry: rec.key, Text: fmt.Sprintf("%s of %s was refused with %q, and breaks no cap",
							p.ref, u.money(p.owed()), f.Result.Reason)}, rec.commit)
					}
				}
			}
		}
	}
	return r
}

// owed returns the payment's amount by its charge, else by its tender.
func (p *payment) owed() int64 {
	if p.charge == nil && len(p.tenders) > 0 {
		return p.tenders[0].tender.Amount
	}
	return p.amount
}

func overCap(h *history.Header, q map[string]int64, p *payment) string {
	var total int64
	for _, amount := range q {
		total += amount
	}
	switch {
	case h.CapEach > 0 && q[p.ref] > h.CapEach:
		return fmt.Sprintf("%s was stored for %s, the cap is %s", p.ref, Money(h.Currency, q[p.ref]), Money(h.Currency, h.CapEach))
	case h.CapTotal > 0 && total > h.CapTotal:
		return fmt.Sprintf("with %s the stored payments are %s, the cap is %s", p.ref, Money(h.Currency, total), Money(h.Currency, h.CapTotal))
	case h.CapCount > 0 && int64(len(q)) > h.CapCount:
		return fmt.Sprintf("with %s %d payments are stored, the cap is %d", p.ref, len(q), h.CapCount)
	}
	return ""
}

// checkAge asks by world time how old a stored payment was when the host got
// it. A till whose clock was moved cannot know.
func (v *View) checkAge(r *Result, u *unit, p *payment, stored *record) {
	if v.Header.CapAgeNS == 0 || stored.commit == nil || len(u.kind[history.KindClock]) > 0 {
		return
	}
	for _, e := range p.requests {
		if e.State == "forward" && e.T-stored.commit.T > v.Header.CapAgeNS+clockSlack {
			r.fail(Finding{Ref: p.ref, Text: fmt.Sprintf("%s was forwarded when it was too old", p.ref)}, stored.commit, e)
		}
	}
}

// tooEarly says how a stored payment was given up as too old, and was not. A
// clock that was moved without anybody's doubt can mislead a till; one that it
// doubts, or that was never moved, cannot.
func (v *View) tooEarly(u *unit, stored, rec *record, f *forwardFact) string {
	if !f.Expired || stored == nil || stored.commit == nil || rec.commit == nil {
		return ""
	}
	age := rec.commit.T - u.written(stored)
	doubted := rec.entry.doubtful() || stored.entry.doubtful()
	if v.Header.CapAgeNS > 0 && age > v.Header.CapAgeNS-clockSlack || !doubted && len(u.clockMoves()) > 0 {
		return ""
	}
	text := fmt.Sprintf("%s was given up as too old %s after it was stored, the cap is %s", f.Ref,
		time.Duration(age).Round(time.Second), time.Duration(v.Header.CapAgeNS))
	return text + cond(doubted, ", by a clock that the till itself doubts", "")
}

var p9 = Checker{
	ID: "P9", Level: 0, Check: checkP9,
	Title:   "Card data is found nowhere in clear (store, logs, prints, messages, crash images, reports)",
	Premise: "search for the canary cards",
}

func checkP9(v *View) Result {
	var r Result
	for _, e := range v.kind[history.KindScannedForLeaks] {
		if e.Done > 0 {
			r.Checked += int(e.Total)
		}
	}
	v.checkVaults(&r)
	for _, e := range v.kind[history.KindLeak] {
		r.fail(Finding{Text: fmt.Sprintf("card data stands in clear in %s at offset %d", e.Text, e.Done)}, e)
	}
	return r
}
