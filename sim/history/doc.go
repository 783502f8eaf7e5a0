// Package history is the record of a run: what really happened, as seen from
// outside the point of sale, with the POS's own journal attached. Every rig
// writes one; checkers are pure functions over it and read nothing else, so
// an old report can be judged again.
//
// A history is JSON lines (history.jsonl): one [Event] each, the header
// first. N counts from 1 and is the order in which things happened; several
// events may share a time.
//
// # Kinds of level 0: bytes, card host, paper, people
//
//	header        Header
//	act           State "storm" or "calm": the run's two acts; "end" at last,
//	              with Text "stalled" when it did not converge
//	power         On, Text: a unit or device got or lost power, and why
//	cut           Cut: a till or hub lost power; follows its power event
//	link          State "up" or "down", Text: a cable or network link (Who "phone.printer", "phone-hub")
//	clock         Wall, WallTo, Text: a device's clock was moved from, to
//	fault         Fault: a fault of the plan fired
//	disk          State "eio-write", "eio-sync", "full", "lie", "slow", "healed", Text: what the
//	              disk did; "full", Text "slow is over": it is slow no longer and still full;
//	              or State "killed", Cut: the process ended while power stayed
//	basket        Basket, Who till, Items, State "cash" or "card", Amount (0, or what the shelf tags say): a shopper steps up
//	scan          Basket, Code: the trigger was pulled and the scanner decoded
//	delivered     Basket, Code: the scan's bytes reached a running till whole
//	key           Basket, Text: a key press reached a running till
//	screen        Text title, Lines (body, then "> " prompt, "# " status), State tone: the display shows
//	tendered      Basket, State "cash" or "card", Amount: money handed over or card presented
//	rung          Basket, Number, Amount: the display said DONE (sale accepted)
//	served        Basket, Number: the shopper left with goods
//	walkout       Basket, Text: the shopper left without
//	rering        Basket, Text: the cashier honestly rings the basket again
//	refused-card  Basket, Text: the display said DECLINED
//	answered      Basket, Number, State "yes" or "no": RECEIPT? was answered after a look at the paper
//	armed         Ref, Amount: the dongle was given an amount
//	disarmed      Ref, Text: it was cancelled, forgotten or replaced
//	swipe         Basket, Ref, Amount: a card was read for what the dongle was armed with
//	terminal      Ref, Amount, State "approved", "declined", "failed", "settled" (confirmed), "voided", Text "host",
//	              "till", "terminal": the payment of a terminal, which authorises by itself, changed, and by whom
//	request       STAN, Ref, Amount, State "authorise", "forward", "reverse", "repeat", Text MTI: the host got it
//	ledger        STAN, Ref, Amount, State "captured", "declined", "reversed", "settled", Text: the host's books changed
//	print-begin   Job 0: the first dots of a new piece of paper
//	paper         Number, Job, Lines, State "cut", "torn off", "power lost", "open": a piece of paper as text;
//	              a line cut short in mid-print ends with "~"; garbage counts as text
//	complete      Job: the printer said that it finished a job
//	kick          the drawer was kicked
//	fixed         State "fix" or "void", Text latitude and longitude in degrees x 10^7 and accuracy in cm,
//	              three integers with spaces between: the location receiver spoke
//	scanned-for-leaks  Done canaries, Total places: the rig has searched for card data in clear
//
// # Kinds of level 1: the POS's exported journal
//
//	entry         Device, Inc, Seq, Prev, Hash, Payload: one entry of the chain as Who holds it, at the end
//
// # Kinds of level 2: the POS watched from within
//
//	started       Done entries recovered, Total of them folded beyond the checkpoint, Text: a recovery ended;
//	              Inc the incarnation of its own chain, 0 if it has written nothing
//	span          State "recovery", "commit", "checkpoint", "pull": disk work begins
//	checkpointed  Done records: the book was brought up to date
//	disk-work     Text, Lines: disk work of which an operation fails: what Who makes of that, and its
//	              operations in order ("sync journal/x.seg: EIO"); a cut may end it earlier
//	commit        Basket, Device, Inc, Seq, Hash, Payload: a decision became durable
//	replicated    Device, Inc, Seq: Who holds the chain durably up to Seq;
//	              State recovered where a start found it
//	acknowledged  Device, Inc, Seq: the hub's word that it holds the chain up to Seq reached Who
//	progress      Ref session, Done, Total: what the display's progress figure rests on
//	state         Text digest of the shared state, Stock, Done conflicts: Who's books at the end
//	vault         Ref: sealed card data of a payment that Who holds at the end
//	leak          Text place, Done offset: card data was found in clear
//
// Who is a till ("phone"), a device of one ("phone.printer"), "hub", "host",
// a person ("phone.cashier") or a link ("phone-hub").
package history
