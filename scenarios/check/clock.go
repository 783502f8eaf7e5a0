package check

import (
	"fmt"

	"stormrig/sim/history"
)

var c1 = Checker{
	ID: "C1", Level: 1, Check: checkC1,
	Title:   "Order is by sequence, never by wall time",
	Premise: "entry whose wall clock showed an earlier time than the entry before it",
}

// checkC1: whatever the clock does, receipt numbers ascend with the sequence,
// one by one, and reports cover ranges that ascend with it.
func checkC1(v *View) Result {
	var r Result
	for _, u := range v.units {
		var before *record
		var number int64
		var covered Key
		for _, rec := range u.own {
			if rec.own == nil {
				continue
			}
			if before != nil && rec.entry.Wall < before.entry.Wall {
				r.Checked++
			}
			before = rec
			for i := range rec.entry.Facts {
				f := &rec.entry.Facts[i]
				if f.Sale != nil {
					if f.Sale.Number <= number {
						r.fail(Finding{Number: f.Sale.Number, Entry: rec.key, Text: fmt.Sprintf(
							"%s is sale %d and comes after sale %d", rec.key, f.Sale.Number, number)}, rec.own)
					}
					number = f.Sale.Number
				}
				if f.Report != nil {
					if text := f.Report.wrong(rec.key, covered); text != "" {
						r.fail(Finding{Entry: rec.key, Text: text}, rec.own)
					}
					covered = f.Report.To.key()
				}
			}
		}
	}
	return r
}

// wrong says why a report does not cover a range before its own entry. An X
// may cover what an earlier report covered, but never end before it did.
func (f *reportFact) wrong(at, covered Key) string {
	from, to := f.From.key(), f.To.key()
	switch {
	case to.Device != at.Device:
		return fmt.Sprintf("the report in %s covers up to %s, which is not of its chain", at, to)
	case from.chain() == to.chain() && from.Seq > to.Seq:
		return fmt.Sprintf("the report in %s covers %s to %s", at, from, to)
	case to.chain() == at.chain() && to.Seq > at.Seq:
		return fmt.Sprintf("the report in %s covers up to %s, which comes later", at, to)
	case to.chain() == covered.chain() && to.Seq < covered.Seq:
		return fmt.Sprintf("the report in %s ends with %s, one before it with %s", at, to, covered)
	}
	return ""
}

var c2 = Checker{
	ID: "C2", Level: 1, Check: checkC2,
	Title:   "A jump of the wall clock is a journal entry; times of doubtful quality are marked",
	Premise: "clock that was moved by more than 2 s where the till could notice, or ran backwards between two entries",
}

const (
	// jumpLimit is the smallest jump that a till must journal.
	jumpLimit = 2e9
	// jumpSlack is how far a journaled jump may be from the true one: drift
	// since the last look at the clock.
	jumpSlack = 5e9
	// farAway is a jump forward that even a till that was off must doubt.
	farAway = 366 * 24 * 3600e9
)

func checkC2(v *View) Result {
	var r Result
	for _, u := range v.units {
		var before *record
		for _, rec := range u.own {
			if rec.own != nil && before != nil && before.key.chain() == rec.key.chain() &&
				rec.entry.Wall < before.entry.Wall-jumpLimit {
				r.Checked++
				if rec.jump() == nil && !rec.entry.doubtful() {
					r.fail(Finding{Entry: rec.key, Text: fmt.Sprintf(
						"%s has an earlier time than %s, and neither a jump nor a doubt", rec.key, before.key)}, rec.own)
				}
			}
			if rec.own != nil {
				before = rec
			}
		}
		if u.watched {
			checkJumps(&r, u)
		}
	}
	return r
}

func (r *record) jump() *jumpFact {
	for i := range r.entry.Facts {
		if j := r.entry.Facts[i].ClockJump; j != nil {
			return j
		}
	}
	return nil
}

// checkJumps holds each true jump of a till's clock against the first entry
// decided after it. While the till ran it could see any jump; across a restart
// only one behind its newest entry, or years away from it.
func checkJumps(r *Result, u *unit) {
	clocks := u.kind[history.KindClock]
	for i, c := range clocks {
		before, after := u.around(c)
		if after == nil || before == nil || c.Who != u.name {
			continue
		}
		loss := last(u.off, after.at)
		ran := after.boot() == nil && u.ranFor(c, 0) && (loss == nil || loss.N < c.N)
		moved, ahead := c.WallTo-c.Wall, c.WallTo-before.entry.Wall
		noticeable := ran && (moved > jumpLimit || moved < -jumpLimit) || !ran && (ahead < -jumpLimit || ahead > farAway)
		if i+1 < len(clocks) && clocks[i+1].N < after.at || !noticeable {
			continue // moved again before anyone looked
		}
		r.Checked++
		f := Finding{Entry: after.key}
		j := after.jump()
		switch {
		case j == nil && !after.entry.doubtful():
			f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s, and %s says nothing of it", u.name, float64(moved)/1e9, after.key)
		case j != nil && ran && (j.To-j.From-moved > jumpSlack || j.To-j.From-moved < -jumpSlack):
			f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s, %s says %.1f s",
				u.name, float64(moved)/1e9, after.key, float64(j.To-j.From)/1e9)
		default:
			continue
		}
		r.fail(f, c, after.commit)
	}
}

// around returns the own entries before a clock event and the first one that
// was decided after it: a commit that was under way still has the old time.
func (u *unit) around(c *event) (before, after *record) {
	for _, rec := range u.own {
		if rec.at > c.N && !rec.decidedBefore(c) {
			return before, rec
		}
		before = rec
	}
	return before, nil
}

func (r *record) decidedBefore(c *event) bool {
	if r.commit == nil {
		return false
	}
	passed := r.commit.T - c.T
	old, moved := r.entry.Wall-c.Wall-passed, r.entry.Wall-c.WallTo-passed
	return old*cond[int64](old < 0, -1, 1) < moved*cond[int64](moved < 0, -1, 1)
}
