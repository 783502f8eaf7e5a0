package pos

// What a till and a card terminal, which authorises by itself, have to say to
// each other. A terminal's approval may stay open until the till confirms it;
// what nobody confirmed the terminal voids, confirms or holds by itself.

// TerminalResult is what a terminal says of the last payment that it was armed
// for: unasked when it has ended, and as the answer to AskDongle, Confirm and
// Undo. It comes again after every lost link.
type TerminalResult struct {
	Ref     string
	Outcome TerminalOutcome
	Masked  string
	Code    string // the host's response code, or a word
	STAN    string // of the terminal's own request to the host
	Auth    string // approval code
}

// TerminalOutcome is how a terminal's payment stands.
type TerminalOutcome string

// The outcomes. Approved money is taken; with a confirmation step it is open.
const (
	TerminalApproved TerminalOutcome = "approved"
	TerminalSettled  TerminalOutcome = "settled" // approved and confirmed
	TerminalDeclined TerminalOutcome = "declined"
	TerminalVoided   TerminalOutcome = "voided" // was approved, and is undone
	TerminalFailed   TerminalOutcome = "failed" // no card was charged
)

// Took tells whether the customer's money is taken.
func (o TerminalOutcome) Took() bool { return o == TerminalApproved || o == TerminalSettled }

// ConfirmOrder confirms an approval to the terminal: the sale is durable.
type ConfirmOrder struct {
	Ref    string `json:"ref"`
	Number int64  `json:"number"` // receipt number
	Amount Amount `json:"amount"`
}

// UndoOrder has a terminal undo a payment for which there is no sale.
type UndoOrder struct {
	Ref string `json:"ref"`
}

// Confirm tells the terminal that its approval is good.
type Confirm struct{ Ref string }

// Undo has the terminal give up a payment, or give the money back.
type Undo struct{ Ref string }

// Exception says that the payment of a finished sale is not what the sale says
// of it. The sale stays; a person has to settle it with the customer.
type Exception struct {
	Ref    string `json:"ref"`
	Number int64  `json:"number"` // receipt number
	Reason string `json:"reason"`
	// Receivable is what the customer owes the shop.
	Receivable Amount `json:"receivable,omitempty"`
}

// Settlement closes an exception, or the end of a stored payment that was not
// paid: the entry that opened it stays as it is.
type Settlement struct {
	Ref    string   `json:"ref"`
	Number int64    `json:"number,omitempty"` // receipt number; 0 where there is no sale
	Of     Key      `json:"of"`               // the entry that opened it
	How    SettleBy `json:"how"`
	Amount Amount   `json:"amount,omitempty"` // what was owed
}

// SettleBy is how a person has closed what was not paid.
type SettleBy string

// The ways.
const (
	SettledCash SettleBy = "cash" // the customer came back with the money: it is in the drawer
	SettledBank SettleBy = "bank" // the bank's own statement has it, or the customer sent it there
	SettledLoss SettleBy = "loss" // written off
)

// Recalled is what the hub holds of a payment that this device took before its
// journal: on a disk that was replaced, or that lost all. Number 0: no sale.
type Recalled struct {
	Ref     string
	Number  int64  // receipt number
	Amount  Amount // of the tender
	Claimed bool   // there is an exception of it already
}

func (Recalled) event()       {}
func (TerminalResult) event() {}
func (Confirm) effect()       {}
func (Undo) effect()          {}
