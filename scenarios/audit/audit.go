package audit

import (
	"time"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/match"
)

// Outage is a time in which the shop had no power or no network, as somebody
// told it.
type Outage struct{ From, To time.Time }

// Input is what a shop has. Whatever is missing is nil; with nothing but one
// file some questions stay open, and the report says which.
type Input struct {
	Sales         *books.Sales
	Settlement    *books.Settlement
	Before, After *books.Stock
	Cash          *int64 // what was counted in the drawer, minor units
	Float         *int64 // what was in it before the first sale
	Outages       []Outage
	Offsets       map[string]time.Duration // how far a till's clock is ahead; others are estimated
	Currency      string                   // ISO 4217, for words; may be empty
	Decimals      int
	Zone          *time.Location  // of times that are shown; nil is UTC
	Known         map[string]bool // identities of findings that are known already
}

// The kinds of finding.
const (
	ChargedWithoutSale = "charged-without-sale"
	SaleWithoutCharge  = "sale-without-charge"
	ChargedTwice       = "charged-twice"
	SoldTwice          = "sold-twice"
	AmountDiffers      = "amount-differs"
	WrongTender        = "wrong-tender"
	DeclinedLate       = "declined-late"
	LateForward        = "late-forward"
	NumberGap          = "number-gap"
	NumberReused       = "number-reused"
	UnrecordedSale     = "unrecorded-sale"
	CashDifference     = "cash-difference"
	StockDifference    = "stock-difference"
	ClockDiffers       = "clock-differs"
	SumDiffers         = "sum-differs"
	CardNumber         = "card-number"
	FilesDoNotFit      = "files-do-not-fit"
)

// Evidence is one line of one file.
type Evidence struct {
	File string `json:"file"`
	Line int32  `json:"line,omitempty"`
	Text string `json:"text"`
}

// Finding is one mishap.
type Finding struct {
	ID         string     `json:"id"` // the same for the same mishap in another audit
	Kind       string     `json:"kind"`
	Text       string     `json:"text"`
	Do         string     `json:"do"` // what to do about it
	Evidence   []Evidence `json:"evidence"`
	Amount     int64      `json:"amount"`     // minor units; what is at stake
	Likelihood float64    `json:"likelihood"` // 1 where nothing was guessed
	At         time.Time  `json:"at,omitzero"`
	Till       string     `json:"till,omitempty"`
	Invariant  string     `json:"invariant,omitempty"` // the checker that judged it
}

// Note is something that is normal, or that helps to read the rest.
type Note struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Count is how often, where it is a habit of the shop.
	Count    int        `json:"count,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Check is a checker's word on the history that was made of the files.
type Check struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Verdict string `json:"verdict"`
	Checked int    `json:"checked"`
}

// Figures says what was compared.
type Figures struct {
	Sales     int   `json:"sales"`
	Cancelled int   `json:"cancelled"`
	Total     int64 `json:"total"`
	Card      int   `json:"card_sales"`
	CardTotal int64 `json:"card_total"`
	Cash      int64 `json:"cash_total"`
	Charges   int   `json:"charges"`
	Charged   int64 `json:"charged_total"`
	Matched   int   `json:"matched"`
	Certain   int   `json:"matched_by_number"`
	Articles  int   `json:"articles_counted"`
}

// Report is the answer.
type Report struct {
	Findings []Finding `json:"findings"`
	Baseline []Note    `json:"baseline"` // what is normal in this shop, or known
	Notes    []Note    `json:"notes"`    // how the files were read
	Unknown  []string  `json:"cannot_know"`
	Checks   []Check   `json:"checks"`
	Figures  Figures   `json:"figures"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Currency string    `json:"currency,omitempty"`
	Decimals int       `json:"decimals"`

	zone *time.Location
}

// Run audits.
func Run(in Input) *Report {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	a := &auditor{Input: in, report: &Report{Currency: in.Currency, Decimals: in.Decimals, zone: in.Zone}}
	a.files()
	a.lostClocks()
	a.figures()
	a.match()
	a.judge()
	a.late()
	a.numbers()
	a.clocks()
	a.stock()
	a.cash()
	a.unknowns()
	a.finish()
	return a.report
}

// auditor is an audit under way.
type auditor struct {
	Input
	report *Report

	cards    []int // indexes of the sales that may have been paid by card
	charges  []int // indexes of the charges that took or gave back money
	pairs    *match.Result
	chargeOf map[int]match.Pair // by index of the sale
	saleOf   map[int]match.Pair // by index of the charge
	lost     map[int]int64      // sales whose clock had lost its time: what it said
	between  map[int][2]int64   // within which they happened
	declines []int              // indexes of charges that were declined
	owed     map[int]bool       // those that a sale was found for
	undone   map[int]bool       // charges that were given back again, and what gave them back
	refs     refs
	mishaps  []*mishap
	unfit    bool // sales and settlement are not of the same shop or days
	ends     ends
}

// mishap is a finding that may still gather evidence.
type mishap struct {
	Finding
	at      int64 // corrected time; 0 unknown
	sale    int   // index, -1 none
	charge  int   // index, -1 none
	drawer  int64 // what it adds to the drawer beyond what the books expect
	gap     bool  // a missing number belongs to it
	shelf   bool  // missing pieces belong to it
	missing bool  // pieces are missing, not too many
	gone    bool  // it became part of another one
}

func (a *auditor) add(m *mishap) *mishap {
	a.mishaps = append(a.mishaps, m)
	return m
}

// tooMany is where mishaps are no longer brought together: files that do not
// belong together make thousands, and nobody is helped by evidence for them.
const tooMany = 1000

func (a *auditor) note(kind, text string, evidence ...Evidence) {
	a.report.Notes = append(a.report.Notes, Note{Kind: kind, Text: text, Evidence: evidence})
}

func (a *auditor) baseline(kind string, count int, text string, evidence ...Evidence) {
	const shown = 40
	if len(evidence) > shown {
		evidence = evidence[:shown]
	}
	a.report.Baseline = append(a.report.Baseline, Note{Kind: kind, Count: count, Text: text, Evidence: evidence})
}

// dark tells whether a moment lies in an outage, give or take two minutes.
func (a *auditor) dark(at int64) bool {
	for _, o := range a.Outages {
		if at >= o.From.Add(-2*time.Minute).UnixNano() && at <= o.To.Add(2*time.Minute).UnixNano() {
			return true
		}
	}
	return false
}
