package payment

import "slices"

// State is how far a card payment has come; the package comment has the table.
type State string

// The states.
const (
	Draft           State = "draft"
	IntentDurable   State = "intent-durable"
	AtDongle        State = "at-dongle"
	ApprovedOnline  State = "approved-online"
	ApprovedSAF     State = "approved-saf"
	Declined        State = "declined"
	Cancelled       State = "cancelled"
	Unknown         State = "unknown"
	StatusQuery     State = "status-query"
	NotFound        State = "not-found"
	Committed       State = "committed"
	Forwarding      State = "forwarding"
	Settled         State = "settled"
	DeclinedLater   State = "declined-later"
	Expired         State = "expired"
	ReversalPending State = "reversal-pending"
	Reversed        State = "reversed"
)

// arrows is the table's graph. A state that repeats itself (send again, ask
// again) has an arrow to itself.
var arrows = map[State][]State{
	Draft:         {IntentDurable},
	IntentDurable: {AtDongle, Cancelled, Unknown},
	AtDongle:      {ApprovedOnline, ApprovedSAF, Declined, Cancelled, Unknown},
	Unknown:       {StatusQuery, ReversalPending},
	// A reader that still holds the card lets the payment go on as if nothing
	// had happened, by either way.
	StatusQuery:    {StatusQuery, ApprovedOnline, ApprovedSAF, Declined, NotFound, ReversalPending},
	NotFound:       {Cancelled, ReversalPending},
	ApprovedOnline: {Committed, ReversalPending}, // the latter when the sale cannot be committed
	ApprovedSAF:    {Committed},
	// Online, approval is capture; a deferred payment has its decision ahead.
	Committed: {Settled, Forwarding, Expired, ReversalPending},
	// What was sent cannot expire: the host may have taken it. Only its answer
	// 'later' puts the payment back.
	Forwarding:      {Forwarding, Committed, Settled, DeclinedLater, ReversalPending},
	ReversalPending: {ReversalPending, Reversed},
	Settled:         {},
	Declined:        {},
	Cancelled:       {},
	DeclinedLater:   {},
	Expired:         {},
	Reversed:        {},
}

// States lists all states, in the table's order of a payment's life.
func States() []State {
	return []State{Draft, IntentDurable, AtDongle, ApprovedOnline, ApprovedSAF, Declined, Cancelled, Unknown,
		StatusQuery, NotFound, Committed, Forwarding, Settled, DeclinedLater, Expired, ReversalPending, Reversed}
}

// May tells whether a payment may go from s to next.
func (s State) May(next State) bool { return slices.Contains(arrows[s], next) }

// Final tells whether nothing can follow s.
func (s State) Final() bool { return len(arrows[s]) == 0 }
