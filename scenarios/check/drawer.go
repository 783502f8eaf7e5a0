package check

import "fmt"

// checkDrawer asks of a till that opens its drawer by orders that every sale
// that took cash ordered it once, and no other sale did. Whether an ordered kick
// arrives no printer confirms.
func (u *unit) checkDrawer(r *Result) {
	orders := make(map[*record]int)
	ordered := false
	for _, rec := range u.own {
		for i := range rec.entry.Intents {
			orders[rec] += cond(rec.entry.Intents[i].Kick != nil, 1, 0)
			ordered = ordered || rec.entry.Intents[i].Kick != nil
		}
	}
	if !ordered {
		return
	}
	for _, s := range u.sales {
		cash := 0
		for i := range s.Tenders {
			cash = cond(s.Tenders[i].Kind == "cash", 1, cash)
		}
		if orders[s.record] != cash {
			r.fail(Finding{Number: s.Number, Entry: s.record.key, Text: fmt.Sprintf(
				"sale %d of %s ordered its drawer to be opened %d times, and cash asks for %d", s.Number, u.name, orders[s.record], cash)},
				s.record.commit, s.record.own)
		}
	}
}
