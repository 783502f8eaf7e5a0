package pos

import "strings"

// Fact is one thing that an entry states. Exactly one field is set.
type Fact struct {
	Boot      *Boot      `json:"boot,omitempty"`
	Outage    *Outage    `json:"outage,omitempty"`
	ClockJump *ClockJump `json:"clock_jump,omitempty"`
	Line      *Line      `json:"line,omitempty"`
	Void      *Void      `json:"void,omitempty"`
	Charge    *Charge    `json:"charge,omitempty"`
	Result    *Result    `json:"result,omitempty"`
	Sale      *Sale      `json:"sale,omitempty"`
	Note      *Note      `json:"note,omitempty"`
	Drawer    *Drawer    `json:"drawer,omitempty"`
	Copy      *Copy      `json:"copy,omitempty"`
	Edit      *Edit      `json:"edit,omitempty"`
	Forward   *Forward   `json:"forward,omitempty"`
	Renumber  *Renumber  `json:"renumber,omitempty"`
	Reversal  *Reversal  `json:"reversal,omitempty"`
	Report    *Report    `json:"report,omitempty"`
	Rank      *Rank      `json:"rank,omitempty"`
	Count     *Count     `json:"count,omitempty"`
	// See terminal.go.
	Exception  *Exception  `json:"exception,omitempty"`
	Settlement *Settlement `json:"settlement,omitempty"`
}

// Boot is the first fact of every life of a device: what it found.
type Boot struct {
	// Recovered is the number of entries that the journal held, Folded how
	// many of them lay beyond the book's checkpoint.
	Recovered uint64 `json:"recovered"`
	Folded    uint64 `json:"folded"`
	// TailBytes is the length of a torn tail that was cut.
	TailBytes int64 `json:"tail_bytes,omitempty"`
	// Rebuilt says why the book was built anew; empty when it was not.
	Rebuilt string `json:"rebuilt,omitempty"`
	// Lost says that witnesses know entries that the journal does not hold.
	Lost string `json:"lost,omitempty"`
	// Number is the last receipt number that a book put aside knew of: what is
	// lost with its entry is not given again.
	Number int64 `json:"number,omitempty"`
	// Before is the head of the incarnation before this one, with the hash of
	// its last frame in hex, when this is a new incarnation.
	Before     *Key   `json:"before,omitempty"`
	BeforeHash string `json:"before_hash,omitempty"`
}

// Outage is an interval without something, as the device could observe it.
// From is the last moment it was known to be there (the device's own clock),
// To the first moment it was there again.
type Outage struct {
	What  string `json:"what"`  // "till" (its own power), "hub", "host"
	From  int64  `json:"from"`  // wall ns
	To    int64  `json:"to"`    // wall ns
	Cause string `json:"cause"` // observed cause, or "unknown"
}

// ClockJump says that the wall clock moved against the monotonic clock.
type ClockJump struct {
	From int64 `json:"from"` // wall ns expected
	To   int64 `json:"to"`   // wall ns seen
}

// Line is one line of the open cart. Price, rate and label are snapshots:
// nothing that happens to the catalogue later changes them.
type Line struct {
	N     int    `json:"n"` // position in this cart, from 1
	SKU   string `json:"sku"`
	Label string `json:"label"`
	Code  string `json:"code,omitempty"` // the barcode that was read
	Qty   int64  `json:"qty"`
	Price Amount `json:"price"`  // each, tax included
	TaxBP int64  `json:"tax_bp"` // tax rate in basis points
	PLU   string `json:"plu,omitempty"`
}

// Total returns the line's amount.
func (l Line) Total() Amount { return Amount(l.Qty) * l.Price }

// Void takes one line out of the open cart, or with N 0 the whole cart.
type Void struct {
	N      int    `json:"n,omitempty"`
	Reason string `json:"reason"`
}

// Charge is the intent to take money from a card; it is durable before the
// amount leaves for the dongle.
type Charge struct {
	Ref    string `json:"ref"`  // dongle reference and idempotency key
	STAN   string `json:"stan"` // six digits, the host's trace number
	Amount Amount `json:"amount"`
	Cart   int    `json:"cart"` // number of lines charged for
}

// ResultState is how far a card payment has come.
type ResultState string

// The states of a card payment after its Charge.
const (
	Approved  ResultState = "approved"  // by the host, online
	Deferred  ResultState = "deferred"  // by the till, to be forwarded
	Declined  ResultState = "declined"  // by host or caps
	Cancelled ResultState = "cancelled" // nothing was or will be taken
	Unknown   ResultState = "unknown"   // a reversal is queued
)

// Result closes a Charge.
type Result struct {
	Ref    string      `json:"ref"`
	State  ResultState `json:"state"`
	STAN   string      `json:"stan,omitempty"`
	Auth   string      `json:"auth,omitempty"` // approval code
	Reason string      `json:"reason,omitempty"`
	Vault  string      `json:"vault,omitempty"` // Deferred: name of the vault file
}

// TenderKind names a means of payment.
type TenderKind string

// The tenders.
const (
	Cash TenderKind = "cash"
	Card TenderKind = "card"
)

// Tender is money that the shop got for a sale.
type Tender struct {
	Kind   TenderKind  `json:"kind"`
	Amount Amount      `json:"amount"`          // handed over, change not taken off
	Ref    string      `json:"ref,omitempty"`   // card: the Charge's
	Auth   string      `json:"auth,omitempty"`  // card: approval code
	State  ResultState `json:"state,omitempty"` // card: Approved or Deferred
}

// TaxLine is the tax contained in a sale at one rate.
type TaxLine struct {
	RateBP int64  `json:"rate_bp"`
	Net    Amount `json:"net"`
	Tax    Amount `json:"tax"`
}

// Move is a signed change of stock.
type Move struct {
	SKU string `json:"sku"`
	Qty int64  `json:"qty"`
}

// Sale is a finished sale. It never changes; corrections are new entries.
type Sale struct {
	Number       int64     `json:"number"` // receipt number: gapless for a device, never restarted
	Lines        []Line    `json:"lines"`
	Total        Amount    `json:"total"`
	Tax          []TaxLine `json:"tax"`
	Tenders      []Tender  `json:"tenders"`
	Change       Amount    `json:"change"`
	Moves        []Move    `json:"moves"`
	BusinessDate string    `json:"business_date"` // 2026-07-18
	Place        Place     `json:"place"`
}

// SumInto adds the sale to sums by means of payment (change taken off the
// cash), by item and, in pieces, by variant.
func (s *Sale) SumInto(byTender, byItem map[string]Amount, byVariant map[string]int64) {
	for _, t := range s.Tenders {
		byTender[string(t.Kind)] += t.Amount
	}
	if s.Change != 0 {
		byTender[string(Cash)] -= s.Change
	}
	for _, l := range s.Lines {
		item, _, _ := strings.Cut(l.SKU, "/")
		byItem[item] += l.Total()
		byVariant[l.SKU] += l.Qty
	}
}

// Place is where a sale happened: a fix with accuracy and age, or, with
// Unavailable set, the reason why there is none.
type Place struct {
	LatE7       int64  `json:"lat_e7,omitempty"` // degrees x 10^7
	LonE7       int64  `json:"lon_e7,omitempty"`
	AccuracyCM  int64  `json:"accuracy_cm,omitempty"`
	AgeMS       int64  `json:"age_ms,omitempty"`
	Unavailable string `json:"unavailable,omitempty"`
}

// Note is the outcome of an intent. A second note for one intent is no-op.
type Note struct {
	Intent  string `json:"intent"`
	Outcome string `json:"outcome"` // see the Outcome constants
	Detail  string `json:"detail,omitempty"`
}

// Outcomes of intents.
const (
	OutcomeDone    = "done"    // proven by the device
	OutcomeTold    = "told"    // a person said so
	OutcomeUnknown = "unknown" // may have happened; never tried again
	OutcomeFailed  = "failed"  // proven not to have happened
	OutcomeCopied  = "copied"  // fate unknown, a copy was printed instead
	OutcomeDropped = "dropped" // given up before any of it was printed: it came too late to be wanted
)

// Drawer says that the cash drawer was ordered to open.
type Drawer struct {
	Reason string `json:"reason"` // "sale 12"
}

// Copy says that a further print of a receipt was ordered.
type Copy struct {
	Number int64  `json:"number"`
	Reason string `json:"reason"`
}

// Edit changes one field of one item or variant in the catalogue.
type Edit struct {
	Target string `json:"target"` // item id or SKU
	Field  string `json:"field"`  // "price" (SKU), "name" (item)
	Value  string `json:"value"`  // price: minor units in decimal; name: text
	// Replaces names the edits that this one was made over; empty when it
	// was made over the catalogue as provisioned.
	Replaces []Key `json:"replaces,omitempty"`
}

// Forward is the host's late answer to a Deferred payment.
type Forward struct {
	Ref      string `json:"ref"`
	Settled  bool   `json:"settled"`
	Auth     string `json:"auth,omitempty"`
	Response string `json:"response,omitempty"` // ISO 8583 field 39
	// Receivable is what a customer owes the shop after a late decline.
	Receivable Amount `json:"receivable,omitempty"`
	Expired    bool   `json:"expired,omitempty"` // too old to be sent
	// CardLost: the vault no longer has the card data, so that it cannot be
	// sent (again).
	CardLost bool `json:"card_lost,omitempty"`
	// Unclear: the host refused for good to undo an earlier request of the
	// payment, which it may have taken; only the bank can tell. Nothing was sent.
	Unclear bool `json:"unclear,omitempty"`
}

// Renumber lets a Deferred payment go on under another trace number: the host
// does not say what it did with the first, which is being reversed.
type Renumber struct {
	Ref  string `json:"ref"`
	STAN string `json:"stan"`
}

// Why says why it was not paid, in words for the seat.
func (f *Forward) Why() string {
	switch {
	case f.Expired:
		return "too old to be sent"
	case f.CardLost:
		return "card data lost"
	case f.Unclear:
		return "only the bank can tell"
	}
	return "refused by the bank: " + f.Response
}

// Reversal is a request to undo whatever the host may have done for a STAN.
// It is repeated until acknowledged.
type Reversal struct {
	Ref          string `json:"ref"`
	STAN         string `json:"stan"`
	Amount       Amount `json:"amount"`
	Reason       string `json:"reason"`          // ISO 8583: "4000" customer, "4021" time-out
	Taken        int64  `json:"taken,omitempty"` // when the payment began, wall ns
	Acknowledged bool   `json:"acknowledged,omitempty"`
	// Refused is the response with which the host refused it for good: it is
	// not repeated, and a person must settle it with the bank.
	Refused string `json:"refused,omitempty"`
}

// Report is a closed or intermediate day report over the own chain.
type Report struct {
	Kind         string            `json:"kind"` // "X" or "Z"
	BusinessDate string            `json:"business_date"`
	From         Key               `json:"from"` // first and last entry covered
	To           Key               `json:"to"`
	Sales        int64             `json:"sales"`
	Total        Amount            `json:"total"`
	ByTender     map[string]Amount `json:"by_tender"`
	ByItem       map[string]Amount `json:"by_item"`
	ByVariant    map[string]int64  `json:"by_variant"` // pieces
	// Owed is what was sold, of whatever day, and is not paid yet; Settled is what
	// of it was closed since the last Z, and how: its cash is in the drawer, too.
	Owed    Amount              `json:"owed,omitempty"`
	Settled map[SettleBy]Amount `json:"settled,omitempty"`
}

// Rank is the hub's word on an entry whose clock was doubtful.
type Rank struct {
	Of  Key    `json:"of"`
	HLC uint64 `json:"hlc"`
}

// Count is a stocktake or delivery: a signed adjustment of stock.
type Count struct {
	Moves  []Move `json:"moves"`
	Reason string `json:"reason"`
}
