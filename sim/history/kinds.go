package history

// The kinds of event. What each one carries stands in doc.go and in [Kinds].
const (
	KindHeader          = "header"
	KindAct             = "act"
	KindPower           = "power"
	KindCut             = "cut"
	KindLink            = "link"
	KindClock           = "clock"
	KindFault           = "fault"
	KindDisk            = "disk"
	KindBasket          = "basket"
	KindScan            = "scan"
	KindDelivered       = "delivered"
	KindKey             = "key"
	KindScreen          = "screen"
	KindTendered        = "tendered"
	KindRung            = "rung"
	KindServed          = "served"
	KindWalkout         = "walkout"
	KindRering          = "rering"
	KindRefusedCard     = "refused-card"
	KindAnswered        = "answered"
	KindArmed           = "armed"
	KindDisarmed        = "disarmed"
	KindSwipe           = "swipe"
	KindTerminal        = "terminal"
	KindRequest         = "request"
	KindLedger          = "ledger"
	KindPrintBegin      = "print-begin"
	KindPaper           = "paper"
	KindComplete        = "complete"
	KindKick            = "kick"
	KindFixed           = "fixed"
	KindScannedForLeaks = "scanned-for-leaks"
	KindEntry           = "entry"
	KindStarted         = "started"
	KindSpan            = "span"
	KindCheckpointed    = "checkpointed"
	KindDiskWork        = "disk-work"
	KindCommit          = "commit"
	KindReplicated      = "replicated"
	KindAcknowledged    = "acknowledged"
	KindProgress        = "progress"
	KindState           = "state"
	KindVault           = "vault"
	KindLeak            = "leak"
)

// KindDoc describes one kind of event.
type KindDoc struct {
	Kind  string
	Level int // 0 bytes and people, 1 with an exported journal, 2 watched from within
	Text  string
}

// Kinds lists every kind with what it carries and what it means, in the order
// of doc.go. The slice is made anew for each call.
func Kinds() []KindDoc {
	return []KindDoc{
		{KindHeader, 0, "Header: what the shop was before anything happened"},
		{KindAct, 0, "State storm or calm: the run's two acts; end at last, with Text stalled when it did not converge"},
		{KindPower, 0, "On, Text: a unit or device got or lost power, and why"},
		{KindCut, 0, "Cut: a till or hub lost power; follows its power event"},
		{KindLink, 0, "State up or down, Text: a cable or network link"},
		{KindClock, 0, "Wall, WallTo, Text: a device's clock was moved from, to"},
		{KindFault, 0, "Fault: a fault of the plan fired"},
		{KindDisk, 0, "State eio-write, eio-sync, full, lie, slow, healed, Text: what the disk did, or which trouble is over while that of State goes on; or killed, Cut: the process ended while power stayed"},
		{KindBasket, 0, "Basket, Who till, Items, State cash or card, Amount: a shopper steps up"},
		{KindScan, 0, "Basket, Code: the trigger was pulled and the scanner decoded"},
		{KindDelivered, 0, "Basket, Code: the scan's bytes reached a running till whole"},
		{KindKey, 0, "Basket, Text: a key press reached a running till"},
		{KindScreen, 0, "Text title, Lines, State tone: the display shows"},
		{KindTendered, 0, "Basket, State cash or card, Amount: money handed over or card presented"},
		{KindRung, 0, "Basket, Number, Amount: the display said DONE (sale accepted)"},
		{KindServed, 0, "Basket, Number: the shopper left with goods"},
		{KindWalkout, 0, "Basket, Text: the shopper left without"},
		{KindRering, 0, "Basket, Text: the cashier honestly rings the basket again"},
		{KindRefusedCard, 0, "Basket, Text: the display said DECLINED"},
		{KindAnswered, 0, "Basket, Number, State yes or no: RECEIPT? was answered after a look at the paper"},
		{KindArmed, 0, "Ref, Amount: the dongle was given an amount"},
		{KindDisarmed, 0, "Ref, Text: it was cancelled, forgotten or replaced"},
		{KindSwipe, 0, "Basket, Ref, Amount: a card was read for what the dongle was armed with; no Amount where that is told none"},
		{KindTerminal, 0, "Ref, Amount, State approved, declined, failed, settled or voided, Text host, till or terminal: a terminal's payment changed, and by whom"},
		{KindRequest, 0, "STAN, Ref, Amount, State authorise, forward, reverse or repeat, Text MTI: the host got it; State garbled, Text why: Who, the host or a till, could not read it"},
		{KindLedger, 0, "STAN, Ref, Amount, State captured, declined, reversed or settled, Text: the host's books changed"},
		{KindPrintBegin, 0, "Job 0: the first dots of a new piece of paper"},
		{KindPaper, 0, "Number, Job, Lines, State cut, torn off, power lost or open: a piece of paper as text"},
		{KindComplete, 0, "Job: the printer said that it finished a job"},
		{KindKick, 0, "the drawer was kicked"},
		{KindFixed, 0, "State fix or void, Text latitude and longitude in degrees x 10^7 and accuracy in cm: the location receiver spoke"},
		{KindScannedForLeaks, 0, "Done canaries, Total places: the rig has searched for card data in clear"},
		{KindEntry, 1, "Device, Inc, Seq, Prev, Hash, Payload: one entry of the chain as Who holds it, at the end"},
		{KindStarted, 2, "Done entries recovered, Total of them folded beyond the checkpoint, Inc incarnation of its own chain, Text: a recovery ended"},
		{KindSpan, 2, "State recovery, commit, checkpoint or pull: disk work begins"},
		{KindCheckpointed, 2, "Done records: the book was brought up to date"},
		{KindDiskWork, 2, "Text, Lines: disk work of Who of which an operation fails: what it makes of that, and its operations in order; a cut may end it earlier"},
		{KindCommit, 2, "Basket, Device, Inc, Seq, Hash, Payload: a decision became durable"},
		{KindReplicated, 2, "Device, Inc, Seq: Who holds the chain durably up to Seq; State recovered where a start found it"},
		{KindAcknowledged, 2, "Device, Inc, Seq: the hub's word that it holds the chain up to Seq reached Who"},
		{KindProgress, 2, "Ref session, Done, Total: what the display's progress figure rests on"},
		{KindState, 2, "Text digest, Stock, Done conflicts: Who's books at the end"},
		{KindVault, 2, "Ref: sealed card data of a payment that Who holds at the end"},
		{KindLeak, 2, "Text place, Done offset: card data was found in clear"},
	}
}

// Over is the Text of a disk's event that ends the trouble of one State while
// another goes on.
func Over(state string) string { return state + " is over" }

// Heals tells whether an event of a disk ends its trouble of that State.
func (e *Event) Heals(state string) bool { return e.State == "healed" || e.Text == Over(state) }
