package explain

import (
	"slices"

	"stormrig/scenarios/spec"
)

// Fault is a kind of fault of a scenario's weather.
type Fault struct {
	Kind  spec.Kind `json:"kind"`
	Title string    `json:"title"`
	Does  string    `json:"does"`  // what happens, and what it looks like
	Must  string    `json:"must"`  // what must survive, what may be lost
	Write []string  `json:"write"` // lines of a scenario
	Modes []Mode    `json:"modes,omitempty"`
}

// Mode is one of the ways in which a fault may go: a value of one of its keys.
type Mode struct {
	Write string `json:"write"` // "fail: lie"
	Does  string `json:"does"`
}

// Faults lists the kinds of fault in the order of the file format.
func Faults() []Fault {
	return slices.Concat(powerFaults(), otherFaults(), deeds())
}

// FaultByKind finds a kind of fault.
func FaultByKind(kind string) (Fault, bool) {
	for _, f := range Faults() {
		if string(f.Kind) == kind {
			return f, true
		}
	}
	return Fault{}, false
}

func powerFaults() []Fault {
	return []Fault{
		{
			spec.Cut, "the mains, the network or one link is gone",
			"What hangs on the mains alone dies at once, what has a battery runs on until it is empty. A network or link that is cut carries nothing, or with one-way nothing in that direction; the peers notice by silence. The line to the card host can be cut inside a request or a reply: half of the message arrives, and then the end of the connection.",
			"Sales go on. Everything acknowledged survives; what waits for the hub or the host is sent when it is back.",
			[]string{`{cut: mains, at: "14:02", for: 3h}`, `{cut: network, at: "14:02", for: 3h}`, `{cut: phone-hub, at: "15:00", for: 5m, one-way: in}`, `{cut: phone-host, during: reply, of: sale 2, at: 50%, for: 20s}`},
			nil,
		},
		{
			spec.BrownOut, "the voltage of the mains sags",
			"The voltage falls to what is written; the weakest devices die first, in an order that depends on them, while others live on.",
			"A printer that dies under a living phone must not lose or double a receipt.",
			[]string{`{brown-out: mains, to: 60%, at: "14:02", for: 2s}`},
			nil,
		},
		{
			spec.Drop, "the power of one unit vanishes at once",
			"The battery falls out. Writes that were not synced are dropped, reordered or torn at sector boundaries; messages under way are lost. The unit is switched on again after 'for', or after 5 to 20 seconds.",
			"What was acknowledged survives. A decision that was not yet durable may be lost as a whole, never in part.",
			[]string{`{drop: phone, during: commit, of: storm sale 12}`, `{drop: phone, between: approval and record, of: storm sale 20}`, `{drop: phone, times: 1..3, when: drawn}`},
			nil,
		},
		{
			spec.Kill, "a process dies, its machine lives on",
			"The process is gone in the middle of what it did, but the page cache keeps what it had written, synced or not. This is a crash of a program and no loss of power.",
			"As with a drop, but on the disk nothing is lost that was written.",
			[]string{`{kill: hub, between: apply and acknowledge, of: sale 3, for: 30s}`},
			nil,
		},
		{
			spec.Stop, "a till or the hub is switched off in order",
			"It writes down what it knows, brings its book up to date, marks its journal as ended, and the power goes 3 seconds later. It is switched on again after 'for', or after 15 to 90 seconds.",
			"What was open goes on. The next start reads only what it needs, and is misled by nothing when the power went in the middle of the stop.",
			[]string{`{stop: phone, at: "12:00", for: 1h}`, `{stop: hub, after: 1s..5s, of: done of sale 3, for: 10m}`},
			nil,
		},
		{
			spec.Unplug, "the cable or the radio of a device is gone",
			"The device keeps its power and what it had received; bytes under way are lost at an exact place. Both sides see the link close, at once or after a while.",
			"A receipt of which half is on paper must be told from one that is not; nothing of it may stand on the next one.",
			[]string{`{unplug: phone.printer, during: receipt, of: storm sale 15, at: 50%}`, `{unplug: phone.scanner, at: "14:30", for: 1m}`},
			nil,
		},
		{
			spec.Mute, "nobody hears what a device says",
			"The device hears, does what it is told and answers, and its answers do not arrive. Neither side sees the link close.",
			"What was done and not confirmed is unknown, and is treated so: a receipt that may be in the customer's hand is not printed again as an original.",
			[]string{`{mute: phone.printer, after: 0s..200ms, of: print of sale 2, for: 1m}`},
			nil,
		},
		{
			spec.Deaf, "a device hears nothing of what it is told",
			"What is sent to the device does not arrive, from the next message on. What it says itself does. Neither side sees the link close.",
			"As with a mute device: the till cannot know, and must not guess.",
			[]string{`{deaf: phone.printer, at: "11:00", for: 1m}`},
			nil,
		},
		{
			spec.Garble, "noise on the cable of a scanner",
			"One bit of the byte that is on the cable at that moment is turned over. Where nothing is on it nothing happens.",
			"A code that is not the one that was scanned is never taken: its check digit is wrong, the till sounds bad, and the cashier scans again.",
			[]string{`{garble: phone.scanner, after: 0s..18ms, of: scan of sale 2}`},
			nil,
		},
	}
}

func otherFaults() []Fault {
	return []Fault{
		{
			spec.Network, "the network or one link is bad",
			"Messages are late, lost, doubled or overtake each other, by the shares written.",
			"Nothing is booked twice, nothing waits for ever once the link is good again.",
			[]string{`{network: network, delay: 200ms..2s, loss: 10%, duplicate: 5%, reorder: 5%, at: "11:00", for: 1h}`, `{network: phone-host, delay: 60s, at: "11:00", for: 5m}`},
			[]Mode{
				{"delay: 200ms..2s", "every message comes so much later; of a range, one delay is drawn for the whole fault"},
				{"loss: 10%", "this share of the messages is lost"},
				{"duplicate: 5%", "this share comes twice"},
				{"reorder: 5%", "this share is overtaken by later ones"},
			},
		},
		{
			spec.ClockBad, "the clock of a till or of the hub is wrong",
			"The wall clock jumps, is set, runs fast or slow, or has a flat battery and starts at 1970 after each loss of power. The monotonic clock goes on as it did.",
			"Order and receipt numbers do not depend on it. Jumps are journaled, doubtful times are marked, and a wrong clock wins no conflict.",
			[]string{`{clock: phone, battery: flat}`, `{clock: phone, jump: -1h, at: "14:30"}`, `{clock: phone, set: "2099-01-01 00:00", at: "12:00", for: 1h}`, `{clock: hub, drift: 200 ppm, at: "10:00"}`},
			[]Mode{
				{"battery: flat", "starts at 1970 after each loss of power"},
				{"jump: -7m", "is moved by so much, back or forward"},
				{`set: "2099-01-01 00:00"`, "shows this time from then on; with `for` it is set right after that"},
				{"drift: 200 ppm", "runs fast (or, with a minus, slow) by so much"},
			},
		},
		{
			spec.PaperOut, "the paper of a printer is at its end",
			"The printer stops within the line, says so in its status, and keeps the rest or drops it, as its model does.",
			"The receipt comes out whole after the new roll, once, or as a copy that says so.",
			[]string{`{paper-out: phone.printer, during: receipt, of: sale 4, at: 30%, for: 1m}`},
			nil,
		},
		{
			spec.NearEnd, "the roll of a printer is near its end",
			"The printer's sensor sees it and its status says so. It prints as before, until the paper ends or somebody puts in a new roll.",
			"The till goes on printing: paper that is near its end is not out.",
			[]string{`{near-end: phone.printer, at: "11:40", for: 30m}`},
			nil,
		},
		{
			spec.CoverOpen, "somebody opened the cover of a printer",
			"The printer goes offline until it is closed.",
			"As with paper-out.",
			[]string{`{cover-open: phone.printer, at: "11:00", for: 30s}`},
			nil,
		},
		{
			spec.Slow, "a device answers late",
			"Every message of the device comes later by what is written.",
			"The till waits or goes on; a late answer is never taken for the answer to a later question.",
			[]string{`{slow: phone.dongle, delay: 1s..4s, at: "11:00", for: 30m}`},
			nil,
		},
		{
			spec.Disk, "the disk of a till or of the hub fails",
			"A write or a sync returns an error, the disk is full, it is slow, or it lies: it acknowledges syncs that it does not do. After a failed sync the page cache shows bytes that are not on the disk.",
			"A commit that failed is unknown: the till makes sure or stops selling, before it takes any money. On a lying disk a loss must be found; only one that nobody could have witnessed may be silent, and it is counted.",
			[]string{`{disk: phone, fail: lie, at: "14:30", for: 2h}`, `{disk: phone, fail: sync, during: commit, of: sale 3, op: 2}`, `{disk: phone, fail: full, room: 4 KiB, at: "11:00", for: 10m}`, `{disk: hub, fail: slow, delay: 200ms, at: "11:00", for: 1h}`},
			[]Mode{
				{"fail: write", "the next write returns an error (EIO); nothing of it is on the disk"},
				{"fail: sync", "the next sync returns an error; the page cache goes on showing bytes that are not on the disk"},
				{"fail: full, room: 4 KiB", "the disk takes so many more bytes, then writes fail (ENOSPC)"},
				{"fail: slow, delay: 200ms", "every operation takes so much longer, and works"},
				{"fail: lie", "syncs return at once and do nothing: what was written then is gone at the next loss of power, in whole or in part, though the till was told that it is durable"},
			},
		},
	}
}

// deeds are no failures: what people do at the worst moment.
func deeds() []Fault {
	return []Fault{
		{
			spec.Report, "somebody looks at the figures",
			"The person at a till asks for the figures of the day so far, in the middle of it. This is no failure.",
			"The figures are the sums of what was sold since the last Z, each sale is in exactly one Z, and the paper of a Z says the same.",
			[]string{`{report: phone, at: "14:10"}`, `{report: phone, reading: z, at: "13:00"}`},
			[]Mode{
				{"reading: x", "a look, which closes nothing: the Z at the end covers those sales, too; this is the default"},
				{"reading: z", "closes the day (or a shift), and is printed: the next Z begins behind it"},
			},
		},
		{
			spec.Copy, "somebody asks for a receipt once more",
			"The person at a till presses the key for a copy of an earlier receipt. This is no failure.",
			"The copy says COPY and what the receipt said, and the journal states that it was made.",
			[]string{`{copy: phone, receipt: 2, at: "14:10"}`},
			nil,
		},
		{
			spec.Edit, "somebody edits the catalogue",
			"The person at a till changes a price or a name, whether the network is there or not. This is no failure; two edits of the same field that do not know of each other are a conflict.",
			"Both edits are kept, every replica shows the same winner, and one conflict is recorded for a person. Finished sales keep their prices.",
			[]string{`{edit: beaded-sandals/38/gold, by: assistant, price: PHP 1290.00, at: "15:10"}`, `{edit: scarf, by: phone, name: Silk shawl, at: "15:20"}`},
			nil,
		},
	}
}
