package acquirer

import (
	"slices"
	"time"
)

// State is how a payment stands in the host's books.
type State string

// The states; the package comment has the arrows.
const (
	Captured State = "captured"
	Settled  State = "settled"
	Declined State = "declined"
	Reversed State = "reversed"
)

// Row is one payment in the ledger.
type Row struct {
	Terminal string
	STAN     string
	Ref      string
	Amount   int64  // minor units of Currency
	Currency string // ISO 4217
	Part     int64  // what a partial approval took of it; 0 for any other
	State    State
	// Captures counts how often the money was taken and not given back: 1
	// while captured or settled, more only at a host that did not recognise a
	// repeat, 0 otherwise.
	Captures int
	// Closed: a reversal was accepted; nothing can be taken any more.
	Closed   bool
	Response string
	Auth     string
	RRN      string
	Card     string        // masked, empty when no card was opened
	First    time.Duration // Mono of the host when the payment was first seen
	Taken    string        // when the payment began, as its first request says
}

// key is what a payment is known by.
type key struct{ terminal, stan, ref string }

// counter names one sealed track: heads never use a counter twice.
type counter struct {
	serial string
	n      uint64
}

// owner is the payment that used a sealed track.
type owner struct{ terminal, ref string }

// Ledger returns a copy of the books, in the order in which payments were
// first seen.
func (h *Host) Ledger() []Row { return slices.Clone(h.rows) }

// row finds a payment.
func (h *Host) row(k key) *Row {
	if i, ok := h.index[k]; ok {
		return &h.rows[i]
	}
	return nil
}

func (h *Host) add(k key, r Row) *Row {
	r.Terminal, r.STAN, r.Ref = k.terminal, k.stan, k.ref
	h.index[k] = len(h.rows)
	h.rows = append(h.rows, r)
	return &h.rows[len(h.rows)-1]
}
