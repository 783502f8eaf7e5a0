package prove

import (
	"slices"

	"stormrig/pos/sabotage"
	"stormrig/scenarios/rig"
)

// Where a sabotage lies.
const (
	InCode   = "code"
	AtDisk   = "disk"
	AtDriver = "driver"
)

// Sabotage is one deliberate bug.
type Sabotage struct {
	Name      string
	FieldCase string // what was seen in the field, with its source
	By        string // the checker that is there for it
	Day       string // a built-in scenario, or one of this package's days
	Seeds     int    // 1 to Seeds are tried
	Place     string // InCode, AtDisk, AtDriver
	Options   rig.Options
}

// Catalogue lists all sabotages, in the order of the invariants that they
// break. The slice is made anew for each call.
func Catalogue() []Sabotage {
	return slices.Concat(journalBugs(), saleBugs(), paymentBugs(), stockAndReceiptBugs(), syncAndClockBugs())
}

// Find returns a sabotage by its name.
func Find(name string) (Sabotage, bool) {
	all := Catalogue()
	i := slices.IndexFunc(all, func(s Sabotage) bool { return s.Name == name })
	if i < 0 {
		return Sabotage{}, false
	}
	return all[i], true
}

func code(s sabotage.Set) rig.Options { return rig.Options{Sabotage: s} }

// tried is the budget of most sabotages: on a day that was made for it a bug
// shows within a few seeds.
const tried = 8

func journalBugs() []Sabotage {
	return []Sabotage{
		{"order-gone-when-unplugged", "an order was gone when the till was unplugged within about five seconds: told to the cashier, still in the page cache (odoo 125037)",
			"J1", "unplugged", tried, AtDisk, atDisk(writeBehind)},
		{"no-directory-sync", "the name of a new file was never made durable, and with it all that was in it (bbolt's Open of a new file)",
			"J1", "unplugged", tried, AtDisk, atDisk(noDirSync)},
		{"damage-taken-for-torn-tail", "a damaged entry was taken for an unfinished write, and what followed it was cut off (no case on record)",
			"J1", "unplugged", tried, AtDisk, atDisk(damageForTail)},
		{"archive-not-synced", "old entries were removed when their archive was written, and power went before that was durable (no case on record)",
			"J1", "archived", tried, AtDisk, atDisk(archiveNotSynced)},
		{"print-before-commit", "receipts were printed for tickets that were not saved yet (Openbravo, 'failure proof ticket saving')",
			"J2", "after-approved", tried, InCode, code(sabotage.Set{PrintBeforeCommit: true})},
		{"drawer-opens-on-the-key", "the cash key itself opened the drawer, whatever became of the sale (Openbravo, 'failure proof ticket saving')",
			"J2", "after-approved", tried, AtDriver, atDrivers(kickOnKey)},
		{"reused-numbers", "numbers came twice after a restart, and the server dropped new sales as duplicates (odoo 71455, 16781, 134891)",
			"J3", "unplugged", tried, AtDisk, atDisk(forgetLast)},
		{"chain-begun-anew", "after a repair the journal began again without a word of what it followed (fiscal rules: one unbroken chain)",
			"J4", "between-frames", tried, InCode, code(sabotage.Set{UnlinkedIncarnation: true})},
		{"sale-written-again", "a finished order was changed when its payment was settled (odoo 13538)",
			"J5", "forwarding", tried, InCode, code(sabotage.Set{RewrittenSale: true})},
		{"drawer-opened-in-silence", "the drawer was opened and no record said so (SKVFS 2014:9/10)",
			"J7", "unplugged", tried, InCode, code(sabotage.Set{DrawerUnsaid: true})},
		{"outage-unsaid", "a till came back after a loss of power as if nothing had been (AEAO zu § 146a)",
			"J8", "after-approved", tried, InCode, code(sabotage.Set{OutageUnsaid: true})},
		{"place-without-accuracy", "a position was stored as if it were exact (no case on record)",
			"J9", "after-approved", tried, AtDriver, atDrivers(inexactPlace)},
		{"old-place-called-fresh", "a position of hours ago was stored as the place of the sale (no case on record)",
			"J9", "flat-clock-battery", tried, InCode, code(sabotage.Set{FixNeverAges: true})},
		{"scan-swallowed", "a scan soon after another was swallowed: the scanner beeped, the line was missing (openboxes-mobile 437, opensourcepos 849)",
			"J10", "pence", tried, AtDriver, atDrivers(debounced)},
	}
}

func saleBugs() []Sabotage {
	return []Sabotage{
		{"total-rounded-in-silence", "cash totals were rounded without a line that says so, and did not add up (odoo 65043)",
			"M1", "pence", tried, InCode, code(sabotage.Set{RoundedTotal: true})},
		{"repriced-at-payment", "prices were taken anew after the customer had seen them (POSNext 48)",
			"M3", "edited-in-mid-sale", tried, InCode, code(sabotage.Set{RepricedAtPayment: true})},
		{"change-counted-as-taken", "the day's report counted what was handed over, and the drawer was short of the change (no case on record)",
			"M5", "pence", tried, InCode, code(sabotage.Set{ChangeCounted: true})},
		{"other-dates-left-out", "the report of a shop that was open over midnight left out what it sold before (no case on record)",
			"M5", "night-shift", tried, InCode, code(sabotage.Set{OtherDatesLeftOut: true})},
	}
}

func paymentBugs() []Sabotage {
	return []Sabotage{
		{"armed-before-commit", "a terminal held an amount that the till knew nothing of after its restart (no case on record)",
			"P1", "after-approved", tried, InCode, code(sabotage.Set{ArmBeforeCommit: true})},
		{"forward-renumbered", "a stored payment was sent again under a fresh number because its answer was lost, and taken twice (no case on record)",
			"P2", "forwarding", tried, InCode, code(sabotage.Set{ForwardRenumbered: true})},
		{"not-found-is-not-charged", "after a restart a payment was not found and taken for not charged: charged, ticket 0 (odoo 122539)",
			"P3", "silent-host", tried, InCode, code(sabotage.Set{NotFoundIsNotCharged: true})},
		{"reversal-given-up", "a reversal was sent once into a dead line and forgotten; the customer had paid for nothing (no case on record)",
			"P3", "silent-host", tried, InCode, code(sabotage.Set{ReversalGivenUp: true})},
		{"decision-in-two-frames", "payment and sale were stored one after the other, and power went in between: charged, ticket 0 (odoo 122539)",
			"P3", "between-frames", tried, InCode, code(sabotage.Set{TwoFrames: true})},
		{"stale-amount-on-the-dongle", "the next customer got the amount of the one before (OCA/pos 550)",
			"P4", "after-approved", tried, AtDriver, atDrivers(staleAmount)},
		{"blind-retry", "a payment without an answer was simply made again (odoo 228406)",
			"P5", "silent-host", tried, InCode, code(sabotage.Set{BlindRetry: true})},
		{"caps-one-by-one", "limits of stored payments were held against each payment and not their sum (limits of Square, Stripe, Moneris, NMI)",
			"P6", "forwarding", tried, InCode, code(sabotage.Set{CapEachAlone: true})},
		{"host-not-in-the-book", "a checkpoint forgot that the open payment was at the host already; after a restart it was given up as if nobody had been asked (no case on record)",
			"P3", "on-one-plug", tried, InCode, code(sabotage.Set{HostNotInBook: true})},
		{"part-kept", "a partial approval was taken for a decline, and what the host had taken stayed with it (no case on record)",
			"P3", "part-of-the-amount", tried, InCode, code(sabotage.Set{PartKept: true})},
		{"numbers-by-charge", "a stored payment got a trace number of its own, and a later customer's payment got it again (no case on record)",
			"P12", "late-answers", tried, InCode, code(sabotage.Set{NumbersByCharge: true})},
		{"expired-by-a-doubtful-clock", "a clock that was a day ahead made stored payments too old to be sent, and the money was never asked for (no case on record)",
			"P6", "clock-set-right", tried, InCode, code(sabotage.Set{DoubtExpires: true})},
		{"cap-met-refused", "a card that met the limit to the penny was refused as over it, and the customer paid in cash or went (no case on record)",
			"P6", "bakery-morning", tried, InCode, code(sabotage.Set{CapMetRefused: true})},
		{"card-dropped-first", "card data was removed before the end of its payment was durable, and the payment could not be sent again (no case on record)",
			"P10", "settled-twice", tried, InCode, code(sabotage.Set{CardDroppedFirst: true})},
		{"reversal-without-its-time", "a reversal named the time at which it was sent, and the host found no original for it (no case on record)",
			"P3", "late-answers", tried, AtDriver, atDrivers(reversalNow)},
		{"late-answer-for-the-next", "an approval that came late was taken for that of the next customer (no case on record)",
			"P7", "late-answers", tried, AtDriver, atDrivers(answerForNext)},
		{"late-decline-forgotten", "a stored payment was declined when it was forwarded, and nothing said that the customer owes it (no case on record)",
			"P8", "late-answers", tried, InCode, code(sabotage.Set{NothingOwed: true})},
		{"forwarded-part-owed", "a stored payment of which the host took a part was taken for declined: the customer paid the part and owed the whole (no case on record)",
			"P8", "stored-in-part", tried, AtDriver, atDrivers(takenForDecline("10", "08"))},
		{"not-now-taken-for-never", "a bank that could not be reached put a stored payment off, and the till took that for its last word (no case on record)",
			"P10", "bank-unwell", tried, AtDriver, atDrivers(takenForDecline("19", "91", "96"))},
		{"half-a-reply-kept", "half of the bank's answer stood in front of what the next connection brought, and the next answer could not be read (no case on record)",
			"P5", "broken-off", tried, AtDriver, rig.Options{Drivers: halfKept}},
		{"confirmed-before-commit", "a terminal was told that its approval is good before the sale was stored, and kept the money of a sale that nobody had (no case on record)",
			"P11", "one-terminal-card", tried, InCode, code(sabotage.Set{ConfirmBeforeCommit: true})},
		{"undone-taken-for-paid", "a terminal gave the money back by itself after a power cut, and the sale stayed paid for (SiTef, Rapyd, Cielo and PayGo differ in who undoes what)",
			"P11", "undone-by-itself", tried, InCode, code(sabotage.Set{UndoneTakenForPaid: true})},
		{"unsold-not-undone", "a payment that its till had given up was approved all the same, and nobody gave the money back (no case on record)",
			"P3", "who-undoes-it", tried, InCode, code(sabotage.Set{UnsoldKept: true})},
		{"paid-and-undone", "after a sale in cash a terminal told once more of its last payment, and the till undid what was sold (no case on record)",
			"P3", "told-again", tried, InCode, code(sabotage.Set{SoldIfNewest: true})},
		{"card-data-kept", "card data stayed on the disk after the payment was settled (PCI DSS 3.2)",
			"P9", "stale-queue", tried, AtDisk, atDisk(vaultKept)},
		{"card-data-in-a-log", "what a card reader said was noted for support, the card's number with it (PCI DSS 3.3)",
			"P9", "after-approved", tried, AtDriver, rig.Options{Drivers: cardInLog}},
	}
}

func stockAndReceiptBugs() []Sabotage {
	return []Sabotage{
		{"count-of-the-last-writer", "stock was kept as counts of which the last writer won, and the sales of two tills became one (no case on record)",
			"S1", "two-tills", tried, InCode, code(sabotage.Set{LastCountWins: true})},
		{"receipt-not-marked-copy", "a receipt of unknown fate was printed again as a second original (StarXpand-iOS 25)",
			"R1", "printer-drop", tried, AtDriver, atDrivers(unmarked)},
		{"silence-is-no-print", "a printer that did not answer had printed all the same, and the receipt came out again as an original (StarXpand-iOS 25)",
			"R1", "mute-printer", tried, AtDriver, atDrivers(silenceIsFailure)},
		{"another-receipt-again", "the newest receipt was printed again when an older one was missing (no case on record)",
			"R1", "paper-out", tried, InCode, code(sabotage.Set{DuplicateOfLatest: true})},
		{"job-number-on-paper", "the paper bore a provisional number, and the sale got another one (no case on record)",
			"R2", "printer-drop", tried, AtDriver, atDrivers(jobNumber)},
		{"drawer-kicked-again", "the drawer opened again after a restart, because nobody knew that it had (node-escpos 151, odoo 35368)",
			"R3", "unplugged", tried, InCode, code(sabotage.Set{KickAgain: true})},
		{"residue-on-paper", "the receipt after a lost link began with the rest of the one before (flutter_thermal_printer 8)",
			"R4", "printer-drop", tried, AtDriver, atDrivers(residue)},
		{"change-not-on-paper", "the receipt said what was handed over and not what came back (no case on record)",
			"R5", "pence", tried, AtDriver, atDrivers(changeless)},
		{"print-taken-for-done", "a receipt of unknown fate counted as printed, and nobody was asked (StarXpand-iOS 25)",
			"R6", "printer-drop", tried, AtDriver, atDrivers(takenForDone)},
	}
}

func syncAndClockBugs() []Sabotage {
	return []Sabotage{
		{"applied-twice", "entries that came again after a lost acknowledgement were counted again (odoo 40567, 85527, 152259; erpnext 11000)",
			"Y1", "everything-twice", tried, InCode, code(sabotage.Set{AppliedTwice: true})},
		{"sent-taken-for-acknowledged", "a day was complete for the till while operations still waited (odoo 203431)",
			"Y2", "hub-killed", tried, AtDriver, atDrivers(sentIsAcked)},
		{"hub-acknowledges-too-early", "a server acknowledged what it wrote to its disk later: 131,418 of 930,005 messages lost at a power cut (NATS 2.12.1, default settings)",
			"Y2", "hub-loses-power", tried, AtDisk, rig.Options{Disk: lazyHub}},
		{"poison-queue", "one operation that the server refused blocked all that waited behind it (erpnext 11000)",
			"Y3", "forwarding", tried, AtDriver, atDrivers(poison)},
		{"mark-past-an-unsent-entry", "the mark of what is synchronised stood past an entry that was never sent, and the copies stayed apart (jepsen-powersync)",
			"Y3", "hub-killed", tried, AtDriver, atDrivers(markTooFar)},
		{"two-syncs-swapped", "an entry became durable before the card data that it names (no case on record)",
			"P10", "card-in-the-dark", tried, AtDisk, atDisk(vaultAfterEntry)},
		{"full-too-early", "the progress bar said 100 % while operations waited (odoo 203431)",
			"Y7", "forwarding", tried, InCode, code(sabotage.Set{FullTooEarly: true})},
		{"replaces-by-short-name", "a correction of a price was a conflict with what it corrected, because the article was written in short (no case on record)",
			"Y10", "short-names", tried, InCode, code(sabotage.Set{ReplacesByShortName: true})},
		{"first-word-of-a-name", "an article that was given a name of several words got the first of them (no case on record)",
			"Y10", "bakery-morning", tried, AtDriver, atDrivers(firstWord)},
		{"clock-as-order", "the newest sale was the one with the latest time, until the clock ran back (no case on record)",
			"C1", "clock-back", tried, InCode, code(sabotage.Set{ClockAsOrder: true})},
		{"clock-jump-unsaid", "a clock was set in mid-day, and no record said so (SKVFS 2014:9/10)",
			"C2", "clock-forward", tried, InCode, code(sabotage.Set{JumpUnsaid: true})},
		{"doubt-not-in-the-book", "a clock was a day ahead, the till was switched off and on behind a checkpoint, and believed it (no case on record)",
			"C2", "clocks-ahead", tried, InCode, code(sabotage.Set{DoubtNotInBook: true})},
		{"right-clock-doubted", "a clock that had lost the time was set right, and no receipt after it had a time that was verified (no case on record)",
			"C2", "set-right", tried, InCode, code(sabotage.Set{RightClockDoubted: true})},
		{"edit-without-a-place", "a price typed under a wrong clock was kept and never came into force, and no correction could tell (no case on record)",
			"C3", "clocks-ahead", tried, InCode, code(sabotage.Set{NeverRanked: true})},
		{"reader-gone-for-good", "a card reader that was unplugged and plugged in again was 'not connected' until the till was switched off and on (no case on record)",
			"A1", "reader-unplugged", tried, AtDriver, atDrivers(goneForGood)},
		{"dst-hour-twice", "in the night in which an hour came twice, sales fell into the wrong business day (odoo 2115)",
			"C4", "autumn-night", tried, InCode, code(sabotage.Set{CutoffByHours: true})},
		{"sales-of-1970", "a till whose clock had lost the time booked its sales under 1970 (no case on record)",
			"C4", "flat-clock-battery", tried, InCode, code(sabotage.Set{DoubtMovesDay: true})},
	}
}
