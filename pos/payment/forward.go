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

// Expired tells whether a payment is known to be too old to be sent.
func (p Policy) Expired(d Deferred, wall int64, clock pos.ClockQuality) bool {
	return p.Judge(d, wall, clock).Expired
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

// Pace is how fast a queue is forwarded, in monotonic time.
type Pace struct {
	Settle  time.Duration // from the link's coming up to the first request
	Spacing time.Duration // from one request to the next
	First   time.Duration // before the first repeat of one that got no answer or 'later'
	Most    time.Duration // between later repeats, which double up to it
}

// FieldPace returns what is usual in the field: 60 s after the link came up,
// then one a second; a repeat after 5 s, then ever slower up to 5 minutes.
func FieldPace() Pace {
	return Pace{Settle: time.Minute, Spacing: time.Second, First: 5 * time.Second, Most: 5 * time.Minute}
}

// Next returns when the next request may leave. up is when the link came up,
// last when a request left, negative if none has in this life. A payment of
// unknown age does not wait for the link to settle.
func (p Pace) Next(up, last time.Duration, ageUnknown bool) time.Duration {
	at := up
	if !ageUnknown {
		at += p.Settle
	}
	if last >= 0 {
		at = max(at, last+p.Spacing)
	}
	return at
}

// Retry returns how long to wait for the repeat after the tries-th try (from
// 1). Meanwhile the others go on: one that the host cannot take blocks none.
func (p Pace) Retry(tries int) time.Duration {
	wait := p.First
	for ; tries > 1 && wait < p.Most; tries-- {
		wait *= 2
	}
	return min(wait, p.Most)
}
