package check

import (
	"fmt"
	"time"
)

var c4 = Checker{
	ID: "C4", Level: 1, Check: checkC4,
	Title:   "The business date is derived from cut-off and zone, stored at the sale, and right over both changes of summer time",
	Premise: "finished sale or report with a business date",
}

// checkC4 derives each sale's business date anew from what the till's clock
// showed: a day begins when the clock on the shop's wall shows the cut-off,
// however many hours the night had. A clock in doubt moves no day: the sale is
// of the day of the latest time that the till ever had from a good clock. Where
// it never had one (it was new, or its journal begins in doubt) any day before
// the true one would be a guess, and it is not judged.
func checkC4(v *View) Result {
	var r Result
	zone, err := time.LoadLocation(v.Header.Zone)
	cutoff, timeErr := time.Parse("15:04", v.Header.Cutoff)
	if err != nil || timeErr != nil || v.Header.Zone == "" {
		return Result{Note: "needs the shop's zone and cut-off"}
	}
	begins := time.Duration(cutoff.Hour())*time.Hour + time.Duration(cutoff.Minute())*time.Minute
	for _, u := range v.units {
		good := u.goodTimes()
		for _, s := range u.sales {
			wall := s.record.entry.Wall
			if s.record.entry.doubtful() {
				wall = good[s.record]
			}
			if wall == 0 || s.BusinessDate == "" {
				continue
			}
			r.Checked++
			shown := time.Unix(0, wall).In(zone)
			if want := businessDate(shown, begins); s.BusinessDate != want {
				r.fail(Finding{Number: s.Number, Entry: s.record.key, Text: fmt.Sprintf("sale %d of %s at %s is of %s, not of %s",
					s.Number, u.name, shown.Format("2006-01-02 15:04"), want, s.BusinessDate)}, s.record.commit, s.record.own)
			}
		}
	}
	for _, u := range v.units {
		good := u.goodTimes()
		for _, rec := range u.own {
			for i := range rec.entry.Facts {
				f := rec.entry.Facts[i].Report
				wall := cond(rec.entry.doubtful(), good[rec], rec.entry.Wall)
				if f == nil || f.BusinessDate == "" || wall == 0 {
					continue
				}
				r.Checked++
				if want := businessDate(time.Unix(0, wall).In(zone), begins); f.BusinessDate != want {
					r.fail(Finding{Entry: rec.key, Text: fmt.Sprintf("the %s report in %s is of %s, not of %s", f.Kind, rec.key, want, f.BusinessDate)},
						rec.commit, rec.own)
				}
			}
		}
	}
	return r
}

// goodTimes returns, for each entry that the till still has, the latest wall
// time of the entries before it whose clock was good; 0 for none.
func (u *unit) goodTimes() map[*record]int64 {
	out := make(map[*record]int64, len(u.own))
	var latest int64
	for _, rec := range u.own {
		if rec.own == nil {
			continue
		}
		out[rec] = latest
		if !rec.entry.doubtful() {
			latest = max(latest, rec.entry.Wall)
		}
	}
	return out
}

// businessDate is the day by the clock's face: the day before where it shows
// less than the cut-off.
func businessDate(shown time.Time, cutoff time.Duration) string {
	face := time.Duration(shown.Hour())*time.Hour + time.Duration(shown.Minute())*time.Minute
	year, month, day := shown.Date()
	if face < cutoff {
		day--
	}
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Format("2006-01-02")
}
