package check

import "fmt"

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
	Title:   "A jump of the wall clock is a journal entry; times of doubtful quality are marked, and those of a clock that was set right are not",
	Premise: "clock that was moved by more than 2 s where the till could notice, or ran backwards between two entries, or was set right",
}

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
			v.checkTrusted(&r, u)
			v.checkDoubted(&r, u)
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
