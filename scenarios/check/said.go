package check

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/sim/history"
)

var j7 = Checker{
	ID: "J7", Level: 1, Check: checkJ7,
	Title:   "Openings of the drawer and copies of receipts are journal entries, too",
	Premise: "drawer or copy that was ordered",
}

// checkJ7 asks of each entry that orders the drawer to be opened, or a copy,
// that it says so as a fact: an order alone is gone once it is carried out. A
// till that never states such a fact keeps its books in another way.
func checkJ7(v *View) Result {
	var r Result
	for _, u := range v.units {
		ordered := make(map[int64]*record) // by receipt: the last order of a copy
		var stated []copyOf
		for _, rec := range u.own {
			drawers, copies := 0, []int64(nil)
			for i := range rec.entry.Facts {
				drawers += cond(rec.entry.Facts[i].Drawer != nil, 1, 0)
				if c := rec.entry.Facts[i].Copy; c != nil {
					copies = append(copies, c.Number)
					stated = append(stated, copyOf{c.Number, rec})
				}
			}
			for i := range rec.entry.Intents {
				in := &rec.entry.Intents[i]
				f := Finding{Entry: rec.key}
				switch {
				case in.Kick != nil:
					r.Checked++
					drawers--
					f.Number = in.Kick.Number
					f.Text = cond(drawers < 0, fmt.Sprintf("%s orders the drawer of %s to be opened and does not state it", rec.key, u.name), "")
				case in.Print != nil && in.Print.Mark == "COPY":
					r.Checked++
					ordered[in.Print.Number] = rec
					at := slices.IndexFunc(copies, func(n int64) bool { return n == in.Print.Number || n == 0 })
					f.Number = in.Print.Number
					if at < 0 {
						f.Text = fmt.Sprintf("%s orders a copy of receipt %d and does not state it", rec.key, in.Print.Number)
					} else {
						copies = slices.Delete(copies, at, at+1)
					}
				}
				if f.Text != "" {
					r.fail(f, rec.commit, rec.own)
				}
			}
		}
		u.checkCopies(&r, stated, ordered)
	}
	return r
}

// copyOf is a copy of a receipt that an entry states.
type copyOf struct {
	number int64
	record *record
}

// checkCopies asks of each copy that a till states whether somebody at its seat
// wanted it, and whether it was ordered. A till without a printer orders none.
func (u *unit) checkCopies(r *Result, stated []copyOf, ordered map[int64]*record) {
	wanted := make(map[string]bool)
	for _, k := range u.kind[history.KindKey] {
		if words := strings.Fields(k.Text); len(words) == 2 && words[0] == "copy" {
			wanted[words[1]] = true
		}
	}
	prints := len(u.printOrders()) > 0
	for _, c := range stated {
		text := ""
		switch order := ordered[c.number]; {
		case c.number == 0: // it does not say of which
		case len(wanted) > 0 && !wanted[fmt.Sprint(c.number)]:
			text = "nobody asked for one"
		case prints && (order == nil || order.at < c.record.at):
			text = "none was ordered"
		}
		if text != "" {
			r.fail(Finding{Number: c.number, Entry: c.record.key,
				Text: fmt.Sprintf("%s states a copy of receipt %d, and %s", c.record.key, c.number, text)}, c.record.commit, c.record.own)
		}
	}
}

// codeDiffers tells of a tender that does not name the approval code that the
// payment was given: without it a disputed payment cannot be proven.
func (p *payment) codeDiffers(kept []tenderOf) string {
	for _, t := range kept {
		for _, step := range p.results {
			if step.auth != "" && t.tender.State == step.state && t.tender.Auth != step.auth {
				return fmt.Sprintf("%s was approved with the code %s, sale %d names %q", p.ref, step.auth, t.sale.Number, t.tender.Auth)
			}
		}
	}
	return ""
}
