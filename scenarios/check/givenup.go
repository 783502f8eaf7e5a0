package check

import (
	"fmt"

	"stormrig/sim/history"
)

// settled is how long a display may go on showing what was there before.
const settled = 2e9

// checkGivenUp holds what the display shows until the next deed at the seat
// against a whole cart that was given up and of which the journal says so.
func (v *View) checkGivenUp(u *unit, r *Result) {
	screens := u.kind[history.KindScreen]
	deeds := merged(u.kind[history.KindKey], u.kind[history.KindDelivered])
	for _, rec := range u.own {
		if rec.commit == nil || !rec.givesUp() {
			continue
		}
		at := rec.commit
		key := last(deeds, at.N)
		if key == nil || key.Kind != history.KindKey || key.Text != "void" {
			continue
		}
		until := firstAfter(deeds, at.N, int64(len(v.Events)))
		until = min(until, firstAfter(u.off, at.N, until))
		shown := last(screens, until)
		if shown == nil || shown.N < at.N || v.Events[until-1].T-at.T < settled {
			continue
		}
		r.Checked++
		if shown.Text == "SALE" {
			r.fail(Finding{Basket: at.Basket, Entry: rec.key, Text: fmt.Sprintf(
				"%s gave up the cart, and its display still shows one", u.name)}, key, at, shown)
		}
	}
}

func (r *record) givesUp() bool {
	for i := range r.entry.Facts {
		if v := r.entry.Facts[i].Void; v != nil && v.N == 0 {
			return true
		}
	}
	return false
}
