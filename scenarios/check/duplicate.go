package check

import "fmt"

// checkDuplicates: when a person says that a receipt is not there, what is
// printed again is that receipt, and no other.
func (u *unit) checkDuplicates(r *Result) {
	orders := make(map[string]*printOrder)
	for _, rec := range u.own {
		for i := range rec.entry.Facts {
			n := rec.entry.Facts[i].Note
			if n == nil || n.Outcome != "copied" || orders[n.Intent] == nil {
				continue
			}
			r.Checked++
			missing, again := orders[n.Intent], rec.marked()
			if again == nil || again.Number != missing.Number || again.Report != missing.Report {
				r.fail(Finding{Number: missing.Number, Entry: rec.key, Text: fmt.Sprintf(
					"%s was missing, and %s prints %s again", missing.what(), rec.key, again.what())}, rec.commit)
			}
		}
		for i := range rec.entry.Intents {
			if p := rec.entry.Intents[i].Print; p != nil {
				orders[rec.entry.Intents[i].ID] = p
			}
		}
	}
}

// marked returns the print that an entry orders with a mark, or nil.
func (r *record) marked() *printOrder {
	for i := range r.entry.Intents {
		if p := r.entry.Intents[i].Print; p != nil && p.Mark != "" {
			return p
		}
	}
	return nil
}

func (p *printOrder) what() string {
	switch {
	case p == nil:
		return "nothing"
	case p.Report != "":
		return "the report of " + p.Report
	}
	return fmt.Sprintf("receipt %d", p.Number)
}
