// Package match brings what a till says together with what an acquirer says,
// where no number joins them.
//
// References and order numbers come first: they are certain. Then each till's
// clock is held against the acquirer's: the difference that most pairs of
// equal amount agree on. Then equal amounts (and equal last four digits, where
// both sides have them) are matched in the order of time within a window, so
// that as many as possible find a partner and all of them as near as possible.
// What is left may be a payment that was stored and forwarded later.
//
// Everything is a function of its input: no map is walked to decide.
package match

// Item is one sale that was paid by card, or one charge.
type Item struct {
	At     int64 // unix nanoseconds; 0 unknown
	Amount int64
	Last4  string // empty: unknown
	Ref    string // of the payment
	Order  string // number of the sale, as either side has it
	From   int64  // where At is unknown: not before
	To     int64  // and not after
	Group  int32  // whose clock At is from: the till; not used for charges
}

// How says what a pair rests on.
type How uint8

// From certain to guessed.
const (
	ByRef    How = iota // the same payment reference
	ByOrder             // the same number of the sale
	ByCard              // amount, last four digits and time
	ByAmount            // amount and time
	Later               // amount, and digits where known; the charge came long after
	ByMinute            // amount and minute; the digits differ, as those of a phone and its card do
	ByFour              // last four digits and time; the amounts differ
)

// Pair is a sale with its charge.
type Pair struct {
	Sale, Charge int
	How          How
	Gap          int64 // how much later the charge is, by the corrected clocks, in nanoseconds
	Rivals       int   // others that would have fitted as well
}

// Offset is how far a till's clock is ahead of the acquirer's, from a day on.
type Offset struct {
	Group int32
	From  int64 // unix nanoseconds of the till's clock; 0: from the beginning
	By    int64 // nanoseconds; above 0: the till's clock is ahead
	Votes int   // pairs that agree on it
	Given bool
}

// Options says how to match.
type Options struct {
	Window int64           // how far apart a sale and its charge may be, in nanoseconds
	Late   int64           // how much later a stored payment may come
	Given  map[int32]int64 // clocks that are known, by group
	Dark   func(at int64) bool
	// Declined tells of a sale whose payment was declined about when it was
	// made: it was not stored, and no later charge is its own. nil: of none.
	Declined func(sale int) bool
}

// Result is what belongs together. Clocks hold for all groups.
type Result struct {
	Pairs   []Pair
	Offsets []Offset
	named   bool // both files use the same references
	sales   []bool
	charges []bool
}

// Sale tells whether a sale found its charge.
func (r *Result) Sale(i int) bool { return r.sales[i] }

// Charge tells whether a charge found its sale.
func (r *Result) Charge(i int) bool { return r.charges[i] }

// Clock returns what a till's clock was ahead by at a moment of its own.
func (r *Result) Clock(group int32, at int64) int64 {
	by := int64(0)
	for _, o := range r.Offsets {
		if o.Group == group && o.From <= at {
			by = o.By
		}
	}
	return by
}
