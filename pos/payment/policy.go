package payment

import (
	"time"

	"stormrig/pos"
)

// Policy is what a shop may take on its own risk. A limit of zero means no
// limit; one below zero lets nothing through. In the field: 24 h, 100 to 5,000
// dollars, 500 records (Square, Stripe, Moneris, NMI).
type Policy struct {
	CapEach  pos.Amount    // of one payment
	CapTotal pos.Amount    // of all that wait
	CapCount int           // number of those that wait
	MaxAge   time.Duration // from storing to forwarding
}

// Why a payment may not be stored, in the words of the seat's display.
const (
	OverEach  = "OVER OFFLINE LIMIT"
	OverTotal = "OFFLINE TOTAL REACHED"
	OverCount = "OFFLINE COUNT REACHED"
	NoAmount  = "NOTHING TO CHARGE"
)

// Deferred is a payment that waits to be forwarded.
type Deferred struct {
	Ref        string // the payment's reference and idempotency key
	STAN       string // six digits; the forwarded request's too
	Amount     pos.Amount
	Vault      string           // name of the file with the sealed card data
	StoredWall int64            // when it was stored, wall ns
	Quality    pos.ClockQuality // of that time
	Renumbered bool             // STAN is its second number: what came of the first could not be learned
}

// Queue lists what waits, oldest first. It is a value: the functions below
// never change one.
type Queue []Deferred

// Total returns the sum of all that waits.
func (q Queue) Total() pos.Amount {
	var sum pos.Amount
	for _, d := range q {
		sum += d.Amount
	}
	return sum
}

// With returns q with d at its end.
func (q Queue) With(d Deferred) Queue {
	return append(q[:len(q):len(q)], d)
}

// Without returns q without the payment ref.
func (q Queue) Without(ref string) Queue {
	out := make(Queue, 0, len(q))
	for _, d := range q {
		if d.Ref != ref {
			out = append(out, d)
		}
	}
	return out
}

// Get finds a payment by its reference.
func (q Queue) Get(ref string) (Deferred, bool) {
	for _, d := range q {
		if d.Ref == ref {
			return d, true
		}
	}
	return Deferred{}, false
}

// MayStore tells whether one more payment of amount may join q, and if not,
// why. A limit that is met exactly is not exceeded. It must be asked by the
// decision whose entry stores the payment, over the queue as of that entry.
func (p Policy) MayStore(q Queue, amount pos.Amount) (ok bool, reason string) {
	switch {
	case amount <= 0:
		return false, NoAmount
	case p.CapEach != 0 && amount > p.CapEach:
		return false, OverEach
	case p.CapCount != 0 && len(q) >= p.CapCount:
		return false, OverCount
	// As a difference, because the sum could overflow.
	case p.CapTotal != 0 && amount > p.CapTotal-q.Total():
		return false, OverTotal
	}
	return true, ""
}
