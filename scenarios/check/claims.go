package check

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim/history"
)

// claim is what a till's journal holds to be not paid, until a person closes it.
type claim struct {
	by     Key // the entry that opened it
	amount int64
	closed Key // by its settlement
}

// checkClaims replays what is not paid: a stored payment that failed, a payment
// that a terminal gave back, a reversal that the bank refused. A settlement closes
// one that is open, for all that is owed, because somebody at the seat said so;
// one of a payment that still waits to be forwarded would have it paid twice.
func (v *View) checkClaims(r *Result, u *unit) {
	claims := make(map[string]*claim)
	for _, rec := range u.own {
		if rec.own == nil {
			continue
		}
		for i := range rec.entry.Facts {
			switch f := &rec.entry.Facts[i]; {
			case f.Exception != nil:
				claims[f.Exception.Ref] = &claim{by: rec.key, amount: f.Exception.Receivable}
			case f.Forward != nil && !f.Forward.Settled:
				claims[f.Forward.Ref] = &claim{by: rec.key, amount: f.Forward.Receivable}
			case f.Reversal != nil && f.Reversal.Refused != "":
				if c := claims[f.Reversal.Ref]; c == nil || c.closed != (Key{}) {
					claims[f.Reversal.Ref] = &claim{by: rec.key}
				}
			case f.Settlement != nil:
				r.Checked++
				s := f.Settlement
				if text := v.wrongSettlement(u, s, claims[s.Ref], rec); text != "" {
					r.fail(Finding{Ref: s.Ref, Number: s.Number, Entry: rec.key, Text: fmt.Sprintf("%s settles %s %s", rec.key, s.Ref, text)}, rec.commit)
				}
				if c := claims[s.Ref]; c != nil {
					c.closed = rec.key
				}
			}
		}
	}
}

func (v *View) wrongSettlement(u *unit, s *settlementFact, c *claim, rec *record) string {
	switch {
	case c == nil:
		return "and no entry says that it is not paid" + cond(u.waits(s.Ref), ": it still waits to be forwarded", "")
	case c.closed != (Key{}):
		return fmt.Sprintf("once more: %s has closed it", c.closed)
	case s.Amount != c.amount:
		return fmt.Sprintf("for %s: %s is owed, by %s", u.money(s.Amount), u.money(c.amount), c.by)
	case s.Of.key() != (Key{}) && s.Of.key() != c.by:
		return fmt.Sprintf("as opened by %s: it was %s", s.Of.key(), c.by)
	case v.nobodySettled(u, s, rec):
		return fmt.Sprintf("as %q, which nobody typed at %s", s.How, u.name)
	}
	return ""
}

// nobodySettled tells whether nobody had typed the settlement when it became
// durable, where it was seen what people type to settle.
func (v *View) nobodySettled(u *unit, s *settlementFact, rec *record) bool {
	known := false
	for _, k := range v.kind[history.KindKey] {
		words := strings.Fields(k.Text)
		if len(words) < 3 || words[0] != "settle" {
			continue
		}
		known = true
		if unitName(k.Who) == u.name && (rec.at == 0 || k.N < rec.at) && words[2] == s.How && (words[1] == s.Ref || words[1] == fmt.Sprint(s.Number)) {
			return false
		}
	}
	return known
}

// settles tells whether an entry closes what was not paid.
func (r *record) settles() bool {
	return r != nil && slices.ContainsFunc(r.entry.Facts, func(f fact) bool { return f.Settlement != nil })
}
