package check

import "fmt"

var p8 = Checker{
	ID: "P8", Level: 1, Check: checkP8,
	Title:   "A deferred decline never deletes the sale: it becomes a receivable and an alert, until a person settles it, once and for what is owed",
	Premise: "stored payment whose end is in the journal, or settlement of what was not paid",
}

// checkP8 holds each end of a stored payment against the host's books: what
// failed is owed and not taken as well, what is settled was taken.
func checkP8(v *View) Result {
	var r Result
	for _, u := range v.units {
		v.checkClaims(&r, u)
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				f := rec.entry.Facts[i].Forward
				if f == nil {
					continue
				}
				r.Checked++
				if text := v.wrongEnd(u, f); text != "" {
					r.fail(Finding{Ref: f.Ref, Entry: rec.key, Text: text}, rec.commit)
				}
			}
		}
	}
	return r
}

func (v *View) wrongEnd(u *unit, f *forwardFact) string {
	p := v.payment[f.Ref]
	taken := len(p.took()) > 0
	undoing := len(p.reverses) > 0 && p.reverses[len(p.reverses)-1].state == "open"
	switch {
	case f.Settled && f.Receivable != 0:
		return fmt.Sprintf("%s is settled, and the customer owes %s", f.Ref, u.money(f.Receivable))
	case f.Settled && !taken:
		return fmt.Sprintf("%s is settled for the till, and the card host took nothing", f.Ref)
	case f.Settled:
		return ""
	case f.Unclear && !undoing:
		return fmt.Sprintf("%s is called unclear, and no reversal of it was refused", f.Ref)
	case f.Unclear && f.Receivable == 0:
		return "" // a person asks the bank
	case f.Receivable != p.owed():
		return fmt.Sprintf("%s failed when it was forwarded: %s is owed, the books say %s", f.Ref, u.money(p.owed()), u.money(f.Receivable))
	case taken && !undoing:
		return fmt.Sprintf("the card host took %s, and the till says that the customer owes it", f.Ref)
	case len(p.tenders) > 0 && len(p.keptTenders()) == 0:
		return fmt.Sprintf("%s failed when it was forwarded, and its sale is gone", f.Ref)
	}
	return ""
}
