package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

var p11 = Checker{
	ID: "P11", Level: 1, Check: checkP11,
	Title:   "A terminal's confirmation leaves only after the sale is durable; a payment that the terminal undid by itself is an open exception",
	Premise: "confirmation that reached a terminal, sold payment that a terminal undid, or exception",
}

// checkP11 follows what each terminal did to the journal, and each exception of
// the journal to the terminal and the card host's books.
func checkP11(v *View) Result {
	var r Result
	for _, u := range v.units {
		for _, e := range u.kind[history.KindTerminal] {
			p := v.payment[e.Ref]
			switch {
			case p == nil: // a payment that no till and no host has heard of
			case e.State == "settled" && e.Text == "till":
				r.Checked++
				v.confirmed(&r, u, p, e)
			case e.State == "voided" && e.Text == "terminal" && len(p.keptTenders()) > 0:
				r.Checked++
				v.undone(&r, u, p, e)
			}
		}
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				if x := rec.entry.Facts[i].Exception; x != nil && rec.own != nil {
					r.Checked++
					v.excepted(&r, u, rec, x)
				}
			}
		}
	}
	return r
}

// confirmed: the sale was durable when the terminal was told.
func (v *View) confirmed(r *Result, u *unit, p *payment, e *event) {
	for _, t := range p.tenders {
		if !u.watched || t.sale.record.at < e.N {
			return
		}
	}
	text := fmt.Sprintf("the terminal of %s was told that the payment %s is good, and no sale was ever made of it", u.name, p.ref)
	f := Finding{Ref: p.ref}
	if len(p.tenders) > 0 {
		s := p.tenders[0].sale
		text = fmt.Sprintf("the terminal of %s was told that the payment %s is good before sale %d was durable", u.name, p.ref, s.Number)
		f.Number, f.Entry = s.Number, s.record.key
	}
	f.Text = text
	r.fail(f, e)
}

// undone: a sale whose payment the terminal gave back by itself is a claim in
// the journal, and was shown to somebody.
func (v *View) undone(r *Result, u *unit, p *payment, e *event) {
	s := p.keptTenders()[0].sale
	f := Finding{Ref: p.ref, Number: s.Number, Entry: s.record.key}
	for _, x := range p.exceptions {
		if x.record.own != nil {
			if f.Text = u.unseen(s.Number, x.record); f.Text != "" {
				r.fail(f, e, x.record.commit)
			}
			return
		}
	}
	if v.ended && !v.stalled {
		f.Text = fmt.Sprintf("the terminal of %s undid the payment %s of sale %d by itself: expected an exception in the journal, found none", u.name, p.ref, s.Number)
		r.fail(f, e, s.record.commit)
	}
}

// unseen tells how nobody can have known of an exception: screens came
// afterwards that had room for it, and none named the sale.
func (u *unit) unseen(number int64, rec *record) string {
	room := false
	screens := u.kind[history.KindScreen]
	for e := next(screens, rec.at); u.watched && e != nil; e = next(screens, e.N) {
		free := e.Text != "STOPPED"
		for _, l := range e.Lines {
			if rest, ok := strings.CutPrefix(l, "# NOT PAID: SALE "); ok {
				if sales, _, _ := strings.Cut(rest, "; "); contains(strings.Split(sales, ", "), fmt.Sprint(number)) {
					return ""
				}
			}
			free = free && !contains(urgent, l)
		}
		room = room || free
	}
	if !room {
		return ""
	}
	return fmt.Sprintf("sale %d is not paid, by the exception in %s, and the display of %s never said so", number, rec.key, u.name)
}

// urgent is what a status line says before all else.
var urgent = []string{"# PAPER OUT", "# PRINTER COVER OPEN", "# DISK FULL - MAKE ROOM"}

func contains(list []string, text string) bool {
	for _, l := range list {
		if l == text {
			return true
		}
	}
	return false
}

// excepted: an exception claims what is owed, and nothing that was taken.
func (v *View) excepted(r *Result, u *unit, rec *record, x *exceptionFact) {
	p := v.payment[x.Ref]
	took := p.took()
	f := Finding{Ref: x.Ref, Number: x.Number, Entry: rec.key}
	switch {
	case x.Receivable > 0 && len(took) > 0:
		f.Text = fmt.Sprintf("the till says that the customer owes %s for sale %d, and the card host took it", u.money(x.Receivable), x.Number)
	case len(took) == 0 && x.Receivable != p.owed():
		f.Text = fmt.Sprintf("the payment %s of sale %d was undone: expected the claim %s, found %s", x.Ref, x.Number, u.money(p.owed()), u.money(x.Receivable))
	default:
		return
	}
	r.fail(f, append([]*event{rec.commit}, took...)...)
}
