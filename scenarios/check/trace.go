package check

import "fmt"

var p12 = Checker{
	ID: "P12", Level: 1, Check: checkP12,
	Title:   "A trace number names one payment: none is given again while the day's payments can still be asked for",
	Premise: "trace number that was given to a payment",
}

// checkP12 takes the numbers of charges and of stored payments from each till's
// journal. A number comes back after a million others, which no run has.
func checkP12(v *View) Result {
	var r Result
	for _, u := range v.units {
		holder := make(map[string]string)
		given := func(stan, ref string, rec *record) {
			if stan == "" || holder[stan] == ref {
				return
			}
			r.Checked++
			if other := holder[stan]; other != "" {
				r.fail(Finding{Ref: ref, Entry: rec.key, Text: fmt.Sprintf(
					"the trace number %s of %s was given again to %s", stan, other, ref)}, rec.commit)
			}
			holder[stan] = ref
		}
		for _, rec := range u.own {
			if len(rec.copies) == 0 {
				continue // lost: its numbers are skipped, not known
			}
			for i := range rec.entry.Facts {
				f := &rec.entry.Facts[i]
				if f.Charge != nil {
					given(f.Charge.STAN, f.Charge.Ref, rec)
				}
				if f.Result != nil && f.Result.State == "deferred" {
					given(f.Result.STAN, f.Result.Ref, rec)
				}
			}
		}
	}
	return r
}
