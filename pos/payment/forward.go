package payment

import (
	"fmt"
	"time"

	"stormrig/pos"
)

// Verdict is what forwarding does with one payment.
type Verdict struct {
	Deferred
	// Expired: it is known to be too old. It is not sent; the sale stays, the
	// amount becomes a receivable, a person is told.
	Expired bool
	// AgeUnknown: a clock is doubtful, so it is sent at once and before all
	// others, whatever its age: the issuer is the better judge.
	AgeUnknown bool
	Age        time.Duration // meaningful unless AgeUnknown
	// Why explains Expired and AgeUnknown in words for journal and alert.
	Why string
}

// Judge decides one payment's age at forwarding. wall and clock are the till's
// time now and how far it trusts it. It is for payments that the host cannot
// hold: one that was sent and not answered is repeated, however old it is.
func (p Policy) Judge(d Deferred, wall int64, clock pos.ClockQuality) Verdict {
	v := Verdict{Deferred: d, Age: time.Duration(wall - d.StoredWall)}
	switch {
	case d.Quality != pos.ClockGood:
		v.AgeUnknown, v.Why = true, "stored under a doubtful clock"
	case clock != pos.ClockGood:
		v.AgeUnknown, v.Why = true, "the clock is doubtful now"
	case v.Age < 0:
		v.AgeUnknown, v.Why = true, "stored after now: the clock went backwards"
	case p.MaxAge != 0 && v.Age > p.MaxAge:
		v.Expired, v.Why = true, fmt.Sprintf("stored %s ago, limit %s", v.Age.Round(time.Second), p.MaxAge)
	}
	return v
}

// Plan judges a whole queue and puts it in the order in which to treat it:
// payments of unknown age first, then the oldest.
func (p Policy) Plan(q Queue, wall int64, clock pos.ClockQuality) []Verdict {
	plan := make([]Verdict, 0, len(q))
	for _, unknown := range []bool{true, false} {
		for _, d := range q {
			if v := p.Judge(d, wall, clock); v.AgeUnknown == unknown {
				plan = append(plan, v)
			}
		}
	}
	return plan
}
