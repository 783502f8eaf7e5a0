// Package sabotage names bugs that can be put into a till on purpose.
//
// A harness that never found anything has proven nothing. Each field of [Set]
// is one deliberate bug that re-creates a failure seen in the field, at the one
// place in the till's code where it would be. 'stormrig prove' switches them on
// one by one and wants each to be caught by the checker that is there for it.
//
// Two kinds of bug are not here, because there is a seam outside the code that
// they would spoil: those of a disk (syncs out of order, names that nobody made
// durable), which lie between till and disk, and those of a driver or a message.
// scenarios/prove has them.
//
// The zero Set is an honest till, and no flag, file or environment makes
// another: only scenarios/prove and tests build one, which a test of the module
// holds.
package sabotage

// Set says which bugs a till or hub has.
type Set struct {
	// Commit and recovery (pos/till).

	// PrintBeforeCommit prints a receipt when the sale is decided and writes the
	// sale afterwards (Openbravo: 'failure proof ticket saving').
	PrintBeforeCommit bool
	// ArmBeforeCommit gives the dongle an amount before the intent to charge it
	// is written.
	ArmBeforeCommit bool
	// ConfirmBeforeCommit confirms a terminal's approval when the sale is decided
	// and writes the sale afterwards.
	ConfirmBeforeCommit bool
	// TwoFrames writes one decision as two entries: what came of the payment,
	// then the sale that it pays.
	TwoFrames bool
	// UnlinkedIncarnation begins a new chain after a torn tail without a word of
	// what it follows.
	UnlinkedIncarnation bool
	// LastCountWins keeps stock as counts of which the last writer wins: a sale
	// elsewhere that is older than the newest entry here no longer counts.
	LastCountWins bool
	// HostNotInBook leaves out of the book which request to the host the payment
	// under way is about.
	HostNotInBook bool
	// DoubtNotInBook leaves out of the book how far the clock is ahead.
	DoubtNotInBook bool
	// CardDroppedFirst removes stored card data before the entry is durable that
	// says what became of the payment.
	CardDroppedFirst bool
	// FullTooEarly shows 100 % as soon as sending has begun.
	FullTooEarly bool

	// Decisions (pos/engine).

	// UndoneTakenForPaid takes a payment that the terminal undid by itself for paid.
	UndoneTakenForPaid bool
	// UnsoldKept does not undo what a terminal approved and no sale was made of.
	UnsoldKept bool
	// SoldIfNewest looks at the newest sale alone for what a terminal was paid for.
	SoldIfNewest bool
	// RewrittenSale writes a finished sale again when its payment is settled
	// (odoo 13538).
	RewrittenSale bool
	// OutageUnsaid starts after a loss of power as if nothing had been.
	OutageUnsaid bool
	// RoundedTotal rounds a cash total without a line that says so (odoo 65043).
	RoundedTotal bool
	// RepricedAtPayment takes prices at payment from the catalogue as it is by
	// then, and not from the cart (POSNext 48).
	RepricedAtPayment bool
	// BlindRetry answers a silent card host with a new request under a fresh
	// trace number (odoo 228406).
	BlindRetry bool
	// ForwardRenumbered does the same with a stored payment.
	ForwardRenumbered bool
	// NotFoundIsNotCharged closes a payment that a restart finds without an
	// answer as not charged (odoo 122539: charged, ticket 0).
	NotFoundIsNotCharged bool
	// ReversalGivenUp takes one attempt to undo a payment for a success.
	ReversalGivenUp bool
	// PartKept takes a partial approval for a decline: what the host took stays
	// with it.
	PartKept bool
	// NumbersByCharge gives trace numbers by counting charges: those that stored
	// payments got for themselves come again.
	NumbersByCharge bool
	// DoubtExpires judges the age of stored payments by a clock that is in doubt.
	DoubtExpires bool
	// CapEachAlone holds each stored payment against the caps, and not their sum.
	CapEachAlone bool
	// CapMetRefused refuses a payment that meets the cap of each exactly.
	CapMetRefused bool
	// KickAgain opens the drawer again after a restart when it is not known that
	// it opened (node-escpos 151, odoo 35368).
	KickAgain bool
	// NothingOwed forgets what a customer owes after a late decline.
	NothingOwed bool
	// DuplicateOfLatest prints the newest receipt when another is missing.
	DuplicateOfLatest bool
	// ClockAsOrder takes for the last sale the one with the latest time.
	ClockAsOrder bool
	// RightClockDoubted goes on to doubt a clock that was set right.
	RightClockDoubted bool
	// JumpUnsaid does not journal that the clock was moved.
	JumpUnsaid bool
	// CutoffByHours takes the cut-off from the instant and not from the clock's
	// face: in a night that is an hour shorter or longer, the wrong day begins
	// (odoo 2115).
	CutoffByHours bool
	// DoubtMovesDay takes the business date from a clock that is in doubt.
	DoubtMovesDay bool
	// FixNeverAges stores an old position as if it had just been found.
	FixNeverAges bool
	// DrawerUnsaid opens the drawer without stating it.
	DrawerUnsaid bool
	// OtherDatesLeftOut sums for a report only the sales of its own business date.
	OtherDatesLeftOut bool
	// ReplacesByShortName looks up what an edit replaces by the name that the
	// person wrote, and not by the article's.
	ReplacesByShortName bool
	// ChangeCounted counts what was handed over as taken, the change with it.
	ChangeCounted bool

	// The back office (pos/hub).

	// AppliedTwice counts an entry again that comes again (odoo 40567, 85527,
	// 152259).
	AppliedTwice bool
	// NeverRanked keeps edits made under a doubtful clock and gives them no place.
	NeverRanked bool
}
