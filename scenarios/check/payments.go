package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

var p1 = Checker{
	ID: "P1", Level: 2, Check: checkP1,
	Title:   "The intent to charge is durable before the amount leaves for the dongle",
	Premise: "amount given to a dongle",
}

func checkP1(v *View) Result {
	var r Result
	for _, p := range v.payments {
		for _, e := range p.armed {
			r.Checked++
			f := Finding{Ref: p.ref}
			switch {
			case p.charge == nil || p.charged.at >= e.N:
				f.Text = fmt.Sprintf("the dongle got %s before the intent to charge it was durable", p.ref)
			case p.chargeBefore(e.N).Amount != e.Amount:
				f.Text = fmt.Sprintf("the dongle got %s for %s, the intent says %s", v.money(e.Amount), p.ref, v.money(p.chargeBefore(e.N).Amount))
			case p.chargeBefore(e.N).record != p.charged:
				f.Text = v.givenTwice(p, p.charges[0], p.chargeBefore(e.N))
				r.fail(f, p.charged.commit, p.chargeBefore(e.N).record.commit, e)
				continue
			default:
				continue
			}
			r.fail(f, e)
		}
	}
	return r
}

// givenTwice says of a payment's reference whose it was before.
func (v *View) givenTwice(p *payment, first, again chargedAt) string {
	who := func(c chargedAt) string {
		words := v.money(c.Amount)
		if b := p.unit.basketAt(c.record.at); b != nil {
			words += fmt.Sprintf(" of basket %d", b.n)
		}
		return fmt.Sprintf("%s (%s%s)", words, c.record.key, v.when(c.record))
	}
	return fmt.Sprintf("the payment reference %s was given twice: to %s and again to %s", p.ref, who(first), who(again))
}

var p2 = Checker{
	ID: "P2", Level: 0, Check: checkP2,
	Title:   "At most one capture per intent under every retry, crash, duplicate or late reply",
	Premise: "payment that the card host captured",
}

// checkP2 counts, ledger line by ledger line, how often money was taken for a
// reference and not yet given back. A trace number that settles what it
// captured takes nothing more; one that captures twice does.
func checkP2(v *View) Result {
	var r Result
	for _, p := range v.payments {
		state := make(map[string]string)
		standing, captured := 0, false
		for _, e := range p.ledger {
			was := state[e.STAN]
			switch {
			case e.State == "reversed" && (was == "captured" || was == "settled"):
				standing--
			case tookMoney(e) && !(was == "captured" && e.State == "settled"):
				standing++
				captured = true
			}
			state[e.STAN] = e.State
			if standing > 1 {
				r.fail(Finding{Ref: p.ref, Text: fmt.Sprintf("the card host took money twice for %s", p.ref)}, p.ledger...)
				break
			}
		}
		r.Checked += cond(captured, 1, 0)
	}
	return r
}

var p3 = Checker{
	ID: "P3", Level: 1, Check: checkP3,
	Title:   "Every approval maps to exactly one tender, or a completed reversal, or an open exception that a person sees",
	Premise: "payment that the card host captured",
}

func checkP3(v *View) Result {
	var r Result
	for _, p := range v.payments {
		kept := p.keptTenders()
		f := Finding{Ref: p.ref}
		if took := p.took(); len(took) > 0 {
			r.Checked++
			if f.Text = p.unmatched(kept, took); f.Text == "" {
				f.Text = p.codeDiffers(kept)
			}
			if f.Text != "" {
				r.fail(f, took...)
			}
			continue
		}
		r.Checked += cond(p.everTook(), 1, 0)
		for _, t := range kept {
			if t.tender.State == "approved" && len(p.exceptions) == 0 {
				f.Number = t.sale.Number
				f.Text = fmt.Sprintf("sale %d was paid by %s, for which the card host took nothing", t.sale.Number, p.ref)
				r.fail(f, t.sale.record.own)
			}
		}
	}
	return r
}

// lastWord is what the journal says of a payment last.
func (p *payment) lastWord() string {
	var last *paymentStep
	for _, steps := range [][]paymentStep{p.results, p.forwards, p.reverses} {
		for i := range steps {
			if s := &steps[i]; last == nil || s.record.at > last.record.at {
				last = s
			}
		}
	}
	switch {
	case last != nil:
		return fmt.Sprintf("; the till's last word on it: %s in %s", last.state, last.record.key)
	case p.charged != nil:
		return fmt.Sprintf("; the till's last word on it: the intent to charge in %s", p.charged.key)
	}
	return "; the journal has no word of it"
}

func (p *payment) everTook() bool {
	for _, e := range p.ledger {
		if tookMoney(e) {
			return true
		}
	}
	return false
}

// keptTenders are those in a journal at the end, whoever holds it.
func (p *payment) keptTenders() []tenderOf {
	var kept []tenderOf
	for _, t := range p.tenders {
		if len(t.sale.record.copies) > 0 {
			kept = append(kept, t)
		}
	}
	return kept
}

// unmatched says how money that was taken is not accounted for. An open
// exception is a reversal that the till has queued and the host has not
// answered; a reversal that the till calls acknowledged is none.
func (p *payment) unmatched(kept []tenderOf, took []*event) string {
	open, amount := false, took[0].Amount
	for _, s := range p.reverses {
		open = s.state == "open"
	}
	switch {
	case len(kept) > 1:
		return fmt.Sprintf("%s was taken once and pays for sales %d and %d", p.ref, kept[0].sale.Number, kept[1].sale.Number)
	case len(kept) == 1 && kept[0].tender.Amount != amount && !open:
		return fmt.Sprintf("%s was taken for %s and pays %s of sale %d", p.ref, kept[0].sale.unit.money(amount), kept[0].sale.unit.money(kept[0].tender.Amount), kept[0].sale.Number)
	case len(took) > len(kept) && !open:
		return fmt.Sprintf("the card host took %s for %s, and no sale, reversal or open exception knows of it%s", p.unit.money(took[len(took)-1].Amount), p.ref, p.lastWord())
	}
	return ""
}

var p4 = Checker{
	ID: "P4", Level: 0, Check: checkP4,
	Title:   "A pending request on the dongle is cancelled or resolved before a new one",
	Premise: "amount given to a dongle, or card read",
}

// checkP4 follows what each dongle holds. The next customer must never meet
// the amount of the one before.
func checkP4(v *View) Result {
	var r Result
	for _, u := range v.units {
		pending := (*event)(nil)
		for _, e := range merged(u.kind[history.KindArmed], u.kind[history.KindDisarmed], u.kind[history.KindSwipe]) {
			f := Finding{Ref: e.Ref, Basket: e.Basket}
			switch e.Kind {
			case history.KindArmed:
				r.Checked++
				if pending != nil && pending.Ref != e.Ref {
					f.Text = fmt.Sprintf("the dongle of %s got %s while %s was pending", u.name, e.Ref, pending.Ref)
					r.fail(f, pending, e)
				}
				pending = e
			case history.KindDisarmed:
				if !strings.HasPrefix(e.Text, "replaced") && pending != nil && pending.Ref == e.Ref {
					pending = nil
				}
			case history.KindSwipe:
				if e.Amount == 0 { // of a reader that is told no amount
					continue
				}
				r.Checked++
				if f.Text = u.wrongSwipe(e); f.Text != "" {
					r.fail(f, e)
				}
				pending = nil
			}
		}
	}
	return r
}

// wrongSwipe says how a card was read for something else than this shopper
// owes: what was armed before she came, or not what the display asked for.
func (u *unit) wrongSwipe(e *event) string {
	b := u.basketAt(e.N)
	armed := (*event)(nil)
	for a := last(u.kind[history.KindArmed], e.N); a != nil && armed == nil; a = last(u.kind[history.KindArmed], a.N) {
		if a.Ref == e.Ref {
			armed = a
		}
	}
	if b == nil || armed == nil || armed.N < b.event.N {
		return fmt.Sprintf("a card was read for %s, which is not this shopper's", e.Ref)
	}
	if armed.Amount != e.Amount {
		return fmt.Sprintf("a card was read for %s of %s, armed was %s", u.money(e.Amount), e.Ref, u.money(armed.Amount))
	}
	screens := u.kind[history.KindScreen]
	for s := last(screens, e.N); s != nil && s.N > b.event.N; s = last(screens, s.N) {
		if s.Text != "CARD" {
			continue
		}
		if shown, ok := shownAmount(s.Lines); ok && shown != e.Amount {
			return fmt.Sprintf("a card was read for %s of %s, the display asked for %s", u.money(e.Amount), e.Ref, u.money(shown))
		}
		break
	}
	return ""
}

// shownAmount reads "AMOUNT PHP 1290.00".
func shownAmount(lines []string) (int64, bool) {
	for _, line := range lines {
		var currency, amount string
		if n, _ := fmt.Sscanf(line, "AMOUNT %s %s", &currency, &amount); n == 2 {
			return minor(amount)
		}
	}
	return 0, false
}

// merged returns events of several kinds in the order of the history.
func merged(lists ...[]*event) []*event {
	var all []*event
	for {
		first := -1
		for i, l := range lists {
			if len(l) > 0 && (first < 0 || l[0].N < lists[first][0].N) {
				first = i
			}
		}
		if first < 0 {
			return all
		}
		all = append(all, lists[first][0])
		lists[first] = lists[first][1:]
	}
}
