package explain

// Invariant is one thing that must hold of any offline point of sale.
type Invariant struct {
	ID      string `json:"id"`
	Holds   string `json:"holds"`   // what must hold
	Seen    string `json:"seen"`    // what was seen in the field; may be empty
	Checked string `json:"checked"` // how it is checked
}

// Invariants lists the invariants that are checked, in their usual order.
func Invariants() []Invariant {
	return append(append(append(journal(), money()...), payments()...), append(stockAndReceipts(), syncAndClock()...)...)
}

// ByID finds an invariant.
func ByID(id string) (Invariant, bool) {
	for _, inv := range Invariants() {
		if inv.ID == id {
			return inv, true
		}
	}
	return Invariant{}, false
}

func journal() []Invariant {
	return []Invariant{
		{
			"J1", "A sale that the display, the printer or the drawer has acknowledged is in the journal after any loss of power.",
			"Orders were gone when the till was unplugged within about five seconds of the payment (odoo 125037).",
			"Every 'done' on the display, every receipt and every kick of the drawer must find its sale in the journal at the end of the run. On a lying disk this fails even when the till found the loss itself; the detail says who found it.",
		},
		{
			"J2", "Nothing prints and no drawer opens for a sale before the journal has it durably.",
			"Openbravo had to add a 'failure proof ticket saving' after receipts were printed for tickets that did not exist.",
			"The first dot of a receipt and each kick must come after the end of the commit that ordered them, in the order of events.",
		},
		{
			"J3", "Device, incarnation and sequence name one entry for ever: without a gap, and never used again.",
			"A server dropped new sales as duplicates because numbers came twice (odoo 71455, 16781, 134891).",
			"The exported chains are walked from their first entry, on the till and at the hub: each number once, none missing, one content a number.",
		},
		{
			"J4", "Each entry carries the hash of the one before it, and the chain verifies from the first entry across restarts.",
			"Fiscal rules ask for it, and a database page has no checksum of its own: 24 of 70 flipped bits went unseen.",
			"The hashes are computed again over the bytes of each entry and compared with those that the till wrote.",
		},
		{
			"J5", "A finished sale never changes; a correction is a new entry.",
			"Paid orders were changed afterwards (odoo 13538).",
			"The bytes of a sale when it was committed must be those in the journal at the end, on the till and at the hub.",
		},
		{
			"J7", "Openings of the drawer and copies of receipts are entries of the journal, too.",
			"Rules for cash registers ask for a record of both (SKVFS 2014:9/10).",
			"Each order to open the drawer or to print a copy must stand beside a fact that says so, and each copy that is stated must have been wanted at the seat, and ordered.",
		},
		{
			"J8", "Every outage is in the journal, from the last moment known alive to the first moment alive again, with the cause that was observed or 'unknown'.",
			"Tax rules ask for a record of each outage; tills guess its cause.",
			"Each loss of power and each cut of the network in the history must be covered by an outage entry, and its interval must contain what really happened, by the till's own clock.",
		},
		{
			"J9", "The place of a sale is a position with accuracy and age, or an explicit 'unavailable' with the reason.",
			"", "Each sale in the journal is looked at: never both, never neither, never a position that no receiver gave, and never one that calls itself newer than the receiver's word is.",
		},
		{
			"J10", "Every scan that reached the till becomes a line or a refusal that a person can see; what was not scanned becomes neither, and a cart that is given up is gone.",
			"The scanner beeps when it decodes, and the article is missing in the cart (openboxes-mobile 437, opensourcepos 849).",
			"Each barcode whose bytes were delivered whole must show up as a line of a cart or on a refusal, once. A code that a display refuses and nobody scanned or typed must not be one whose check digit is wrong: noise made it. When the journal says that the whole cart was given up, the display must show none.",
		},
	}
}

func money() []Invariant {
	return []Invariant{
		{
			"M1", "Lines, tax and rounding are exactly what was tendered less the change, in whole minor units.",
			"Sums in floating point are a cent off, and nobody finds out which.",
			"Each sale is added up again in integers, and held against what the shopper handed over and what the host captured.",
		},
		{
			"M3", "Price, tax rate and label in a sale are those of the moment of the scan; what happens to the catalogue later changes nothing.",
			"Sync recomputed finished sales with new prices (POSNext 48).",
			"Each line is held against the catalogue as this device knew it at that moment, edits before it included; the tax is computed again by the rounding that is documented.",
		},
		{
			"M5", "X and Z are the sums of the sales that they cover, each sale is in exactly one Z, and the paper of a Z says what the journal says.",
			"A day was closed, and a sale that came late changed it (odoo 182058).",
			"The sales since the last Z are added up again from their lines and from what shoppers handed over: number, total, cash less change, card, each article. So is what was settled since, of what had not been paid. The figures on the paper are compared with the report.",
		},
	}
}

func payments() []Invariant {
	return []Invariant{
		{
			"P1", "The intent to charge is durable before the amount leaves for the dongle.",
			"", "Each arming of the dongle must come after the commit of a charge with its reference and amount.",
		},
		{
			"P2", "However often a request is repeated, late or doubled, at most one capture comes of one intent.",
			"Customers were charged twice after a retry.",
			"The card host's ledger is counted by payment reference; more than one capture that is not reversed is a violation.",
		},
		{
			"P3", "Every approval ends as exactly one tender of a sale, as a completed reversal, or as an open exception that a person sees.",
			"The card was charged and the ticket was over 0 (odoo 122539).",
			"Each capture in the host's ledger is followed to the journal; each card tender in the journal is followed back to the ledger.",
		},
		{
			"P4", "What the dongle still holds is cancelled or resolved before it is given something new.",
			"The next customer got the amount of the customer before (OCA/pos 550).",
			"Between two armings with different references there must be a card, a cancel or a proof of emptiness, and each swipe must be for the basket at the till.",
		},
		{
			"P5", "When the outcome of a payment is unknown the till asks first; it never tries again blindly and never decides in silence that it worked.",
			"A button 'force done' closed payments that were never made (odoo 228406).",
			"Each life of the till that ended between request and record must be followed by a question to the dongle or the host, or by a reversal, before anything new is charged.",
		},
		{
			"P6", "Stored card payments never exceed their caps: each, in sum and in number, decided in the write that stores; their age is decided when they are forwarded.",
			"Processors refuse what lies beyond their limits, and the shop has lost the money.",
			"The stored payments are added up again along the journal, entry by entry; each forwarding is held against the allowed age, and so is each payment that was given up as too old. One that was refused by a cap must have broken it: a cap that is met exactly is not exceeded.",
		},
		{
			"P7", "What must be undone is undone: a reversal names its original, is repeated until the host has acknowledged it, and no late answer takes its place.",
			"", "Each reversal in the journal must have reached the host and name the time of the request that it undoes; nothing is approved or stored under its trace number afterwards, and nothing is approved before the host has taken it.",
		},
		{
			"P8", "A stored payment that fails leaves the sale as it is, and what the customer owes in the books, until a person settles it.",
			"", "Each stored payment that the journal calls failed must leave its whole amount owed, its sale kept and nothing captured; each that it calls settled must stand in the host's ledger. What is not paid is replayed along the journal: a settlement must close a claim that is open then, for all that is owed, as somebody typed it.",
		},
		{
			"P9", "Card data is found nowhere in clear once a payment is complete: not in the store, logs, prints, messages, crash images or reports.",
			"PCI DSS 3.3 forbids it; logs are where it is usually found.",
			"Known test cards act as canaries. The rig scans everything that it can reach for them, encodings included, and writes place and offset of each hit into the history, never the digits. At the end, sealed card data may be there only for payments that still wait.",
		},
		{
			"P10", "What is stored to be forwarded stays until the host has answered: no store is wiped or lost while payments wait, and one that the host puts off holds up no other.",
			"Apps were signed out or reinstalled with payments in them, and the money was gone (Square, Loyverse).",
			"Each stored payment in the journal is followed to its forwarding. A till that says that it has lost the card data has failed, unless its disk lied; so has one that asks for the same payment again and again, nothing else in between, while another was never sent.",
		},
		{
			"P11", "A terminal is told that its approval is good only after the sale is durable; what it undid by itself is left to a person.",
			"Makers differ in who undoes what after a power cut: SiTef, Rapyd, Cielo and PayGo void, confirm or block.",
			"Each confirmation that reached a terminal must come after the commit of a sale that it pays. For each sale whose payment the terminal voided by itself, the journal must hold an exception of the whole amount and the display must have named the sale; no exception may claim what the card host took.",
		},
		{
			"P12", "A trace number names one payment: none is given again while the payments of the day can still be asked for.",
			"A host that knows payments by their number takes the second for a repeat of the first, or undoes the wrong one.",
			"The numbers of all charges and of all stored payments in each till's journal are collected: each may stand for one reference only.",
		},
	}
}

func stockAndReceipts() []Invariant {
	return []Invariant{
		{
			"S1", "Stock on hand is the initial stock plus the sum of all signed moves, on every replica, once all is quiet.",
			"", "The stock of each device at the end is compared with the initial stock less what shoppers really carried out.",
		},
		{
			"R1", "There is one original receipt of each sale; each further print says COPY, and one whose fate is unknown says so.",
			"Receipts were printed twice, both as originals (StarXpand-iOS 25).",
			"The pieces of paper are read: whole receipts without a mark are counted by number.",
		},
		{
			"R2", "The number on the paper is the final number of the sale.",
			"Provisional numbers were printed and replaced later.",
			"Number and total on each piece of paper must be those of the sale in the journal.",
		},
		{
			"R3", "The drawer is kicked once for each event that opens it, never by a retry and never after a restart.",
			"The drawer opened with every reprint (node-escpos 151, odoo 35368).",
			"The kicks that the printer really gave are counted against the orders in the journal, and each sale that took cash must have ordered one.",
		},
		{
			"R4", "After a fault of the printer the next receipt is whole and carries nothing of the job before.",
			"Garbage stood on the first receipt after paper-out (flutter_thermal_printer 8).",
			"The first piece of paper after each printer fault must hold one whole receipt and nothing else.",
		},
		{
			"R5", "A receipt says what was sold: the articles and their prices, the total, what was handed over, the change, the tax, the date and the place.",
			"", "Each receipt that nothing disturbed is read as a person would read it and held against the basket and its sale. What cannot be read, in another language or layout, is not judged.",
		},
		{
			"R6", "The journal says of each print what came of it: done only by the printer's word, handed over or copied only by the cashier's; dropped only when nothing of it was printed.",
			"", "Between a print's order and the note of its outcome the printer must have completed the job, or somebody must have answered the question. At the end every order has an outcome, and every sale of a till that prints was ordered to be printed. One that is dropped because it waited must have waited for as long as the note says. A display asks for a receipt only while nothing says what became of it, and says for which.",
		},
	}
}

func syncAndClock() []Invariant {
	return []Invariant{
		{
			"Y1", "Applying an entry is idempotent: doubled and reordered messages and lost acknowledgements change nothing.",
			"Sales were booked twice after a lost reply (odoo 40567, 85527, 152259; erpnext 11000).",
			"Every replica must end with the same set of entries and the same shared state, though the links doubled, lost and reordered messages.",
		},
		{
			"Y2", "The hub acknowledges only what it holds durably.",
			"A message store lost 131,418 of 930,005 acknowledged messages in one loss of power, by its default settings (NATS 2.12.1).",
			"Each acknowledgement must come after the hub's disk held the entries, and after each loss of power of the hub they must still be there.",
		},
		{
			"Y3", "Once the faults stop, queues drain in bounded time and all replicas have the same digest.",
			"In 30 to 40 % of runs with partitions replicas stayed apart (jepsen-powersync).",
			"The second act of a run: within a bound of virtual time all chains must be everywhere and all digests equal. A run that does not get there ends with exit code 3.",
		},
		{
			"Y7", "The progress of a sync is about the set fixed when it began, only grows, reaches 100 % only when all is durable at the hub, and counts nothing twice.",
			"Progress bars that reach 100 % and then go on.",
			"Each figure on the display is held against what was durable at the hub at that moment; one that says how many entries wait, against all that the till had made a minute before and the hub never held.",
		},
		{
			"Y10", "An edit of the catalogue says what was typed, and names what it was made over: all that its till knew of the field then, and nothing else.",
			"A correction that forgets what it corrects is a conflict that a person must settle; one that claims more hides a conflict.",
			"For each edit the edits of the same field are collected that its till had made or had received before; those that no other of them replaces must be the ones that it names. Field and value must be those of an edit that was typed at its seat. From what all edits name follows which pairs are conflicts: each replica's books must have as many.",
		},
		{
			"C1", "Order is by sequence, never by the time of day.",
			"A clock set back reordered a day's sales.",
			"Where a clock jumped, the order of entries and receipt numbers must still be the order in which things happened.",
		},
		{
			"C2", "A jump of the wall clock is an entry in the journal, times of doubtful quality are marked, and those of a clock that was set right are not.",
			"Tills woke up in 1970 and sold under that date.",
			"Each jump in the history must be followed by a clock-jump entry; each entry written under a wrong clock must carry the mark until the clock was put right, and none may carry it from then on. A doubt goes neither by a restart nor by a stop in order: what a till saw of its clock right before it is its last word.",
		},
		{
			"C3", "A clock that is wrong pulls no other along, wins no conflict for ever, and what was edited under it gets its place from the hub.",
			"A till whose clock once showed 2099 won every conflict from then on (no case on record).",
			"The hybrid clock of each entry whose time is trusted must not lie ahead of the times that its device trusted, that of the hub by no more than an hour; and once all is quiet each edit under a doubtful clock that the hub holds must have its rank.",
		},
		{
			"C4", "The business date is derived from cut-off and zone, stored at the sale, and right over both changes of summer time.",
			"Orders fell into the wrong day around the change of summer time (odoo 2115).",
			"The day of each sale is derived anew from what the clock showed: it begins when the clock on the shop's wall shows the cut-off, however many hours the night had. A clock in doubt moves no day: the sale is of the day of the latest good time that the till had.",
		},
		{
			"A1", "What a till gives as its reason not to work is so: a device, a line, a disk, a bank or a shopper that it blames is to blame.",
			"Tills go on saying 'terminal not connected' to one that is there, until somebody switches them off and on (no case on record).",
			"Each reason, when a display first gives it, is held against the world: the device, line or disk that it blames must have been in trouble in the minute before (paper near its end is none), and a decline in the bank's words needs a request that the bank got and did not approve; cash that is not enough must have been less than the total. A minute after the trouble or a start the till must have found out. One that says that no card was presented must have let its reader wait for one: it is given the amount again when it comes back with nothing.",
		},
	}
}
