package check

import "fmt"

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
		for _, rec := range u.own {
			drawers, copies := 0, 0
			for i := range rec.entry.Facts {
				drawers += cond(rec.entry.Facts[i].Drawer != nil, 1, 0)
				copies += cond(rec.entry.Facts[i].Copy != nil, 1, 0)
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
					copies--
					f.Number = in.Print.Number
					f.Text = cond(copies < 0, fmt.Sprintf("%s orders a copy of receipt %d and does not state it", rec.key, in.Print.Number), "")
				}
				if f.Text != "" {
					r.fail(f, rec.commit, rec.own)
				}
			}
		}
	}
	return r
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
