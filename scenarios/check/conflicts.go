package check

import (
	"fmt"
	"slices"
)

// checkConflicts: each pair of edits with different values that were made over
// the same edit, or both over the catalogue as provisioned, is a conflict in every
// replica's books, settled or not: one that vanishes is a price that nobody chose.
func (c *catalogue) checkConflicts(r *Result) {
	held := make(map[string]map[Key]bool)
	for _, h := range c.view.holdings {
		if held[h.holder] == nil {
			held[h.holder] = make(map[Key]bool)
		}
		for _, e := range h.entries {
			held[h.holder][keyOf(e)] = true
		}
	}
	for _, s := range c.view.states() {
		var want int64
		for _, list := range c.edits {
			for i, a := range list {
				for _, b := range list[i+1:] {
					if held[s.Who][a.record.key] && held[s.Who][b.record.key] && a.Value != b.Value && a.sameOrigin(b) {
						want++
					}
				}
			}
		}
		r.Checked += cond(want > 0, 1, 0)
		if s.Done != want {
			r.fail(Finding{Text: fmt.Sprintf("the books of %s have %d conflicts; its entries have %d pairs of edits with different values that were made over the same one", s.Who, s.Done, want)}, s)
		}
	}
}

// sameOrigin tells whether neither of two edits knew of the other's change.
func (e *edit) sameOrigin(o *edit) bool {
	if len(e.Replaces) == 0 && len(o.Replaces) == 0 {
		return true
	}
	for _, k := range e.Replaces {
		if slices.Contains(o.Replaces, k) {
			return true
		}
	}
	return false
}
