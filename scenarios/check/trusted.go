package check

import "fmt"

// rightWithin is how near to the true time a clock is right: its own error, and
// how long it takes from a decision to its commit.
const rightWithin = 10e9

// checkTrusted: a clock that lay behind what the till knew, and was set right, is
// right. A till that goes on to doubt it corrects nothing and expires nothing;
// every receipt says that its time is not verified. Asked are the entries from
// the jump to the next one, or to the next start.
func (v *View) checkTrusted(r *Result, u *unit) {
	var good int64 // the newest time that the till had for sure
	var since *record
	for _, rec := range u.own {
		if rec.own == nil || rec.commit == nil {
			continue
		}
		if j := rec.jump(); j != nil || rec.boot() != nil {
			since = nil
			if j != nil && good > 0 && j.From < good-jumpLimit && j.To >= good && v.right(rec, j.To) {
				since = rec
			}
		}
		if since != nil && v.right(rec, rec.entry.Wall) {
			r.Checked += cond(rec == since, 1, 0)
			if rec.entry.doubtful() {
				r.fail(Finding{Entry: rec.key, Text: fmt.Sprintf(
					"the clock of %s was set right at %s, and %s still calls its time doubtful", u.name, v.clock(since.commit.T), rec.key)}, since.commit, rec.commit)
				since = nil
			}
		}
		if !rec.entry.doubtful() {
			good = max(good, rec.entry.Wall)
		}
	}
}

// right tells whether a wall time was true when the entry became durable.
func (v *View) right(rec *record, wall int64) bool {
	return magnitude(v.Header.OpensAt+rec.commit.T-wall) <= rightWithin
}
