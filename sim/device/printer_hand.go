package device

import (
	"strconv"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

// PrinterActions are what a hand can do to a printer, in the order in which a
// person looks for them.
func PrinterActions() []Action {
	return []Action{
		{"paper-out", "", "the roll is at its end; the line in print is finished"},
		{"paper-out-now", "", "the roll ends in the middle of what is in print"},
		{"near-end", "", "the sensor sees the end of the roll coming"},
		{"paper-in", "", "put a new roll in (a slip, where the printer takes slips)"},
		{"open-cover", "", "open the cover: what is in print stops at once"},
		{"close-cover", "", "shut the cover"},
		{"feed", "", "press the feed button: one line"},
		{"tear", "", "tear off what has come out"},
		{"take", "", "tear off what has come out, unless a print is not at its end"},
		{"jam", "", "the next cut jams the cutter"},
		{"clear", "", "clear a jam by hand"},
		{"overheat", "", "the print head is too hot: it stops until it is cool"},
		{"cool", "", "the print head is cool again"},
		{"brown-out", "", "the supply dips: it starts anew with the link up; the rest of what it was reading is residue"},
		{"shut-drawer", "", "shut the drawer"},
		{"drawer", "", "connect a drawer whose sensor is high while it is shut, as most are"},
		{"drawer-low", "", "connect one whose sensor is low while it is shut"},
		{"slow", "factor", "the paper moves so many times slower (1 to 1000)"},
		{"flow", "hold, xoff or silence", "what a full buffer does"},
		{"buffer", "bytes", "size of the receive buffer (16 to 1048576)"},
	}
}

// hand carries out what a hand does, with and without power.
func (d *Printer) hand(now time.Duration, in machine.Input, out []machine.Output) []machine.Output {
	was := d.blocked()
	w := &d.world
	switch in.Action {
	case "paper-out":
		w.paperOut, w.nearEnd = true, true
	case "paper-out-now":
		d.splitMotion(now)
		if d.moving() {
			d.queue[0].started, d.free = false, now
		}
		w.paperOut, w.nearEnd = true, true
	case "paper-in":
		w.paperOut, w.nearEnd = false, false
	case "near-end":
		w.nearEnd = true
	case "open-cover":
		d.openCover(now)
	case "close-cover":
		w.cover = false
	case "clear":
		d.recover, d.cutError, w.jam = false, false, false
	case "jam":
		w.jam = true
	case "overheat":
		w.hot = true
	case "cool":
		w.hot = false
	case "drawer", "drawer-low":
		w.drawer, w.drawerLow = true, in.Action == "drawer-low"
	case "shut-drawer":
		w.drawerOpen = false
	case "feed":
		if d.on && len(d.queue) == 0 && !was {
			d.push(motion{kind: moveStrip, arrived: now, strip: escpos.Strip{Kind: escpos.StripFeed, Height: feedLine}})
		}
	case "take":
		if len(d.queue) == 0 {
			out = d.tear(now, out)
		}
	case "tear":
		out = d.tear(now, out)
	case "brown-out":
		out = d.brownOut(now, out)
	default:
		return d.setting(in, out)
	}
	if was && !d.blocked() {
		d.free = max(d.free, now)
	}
	return out
}

// setting takes the actions with an argument.
func (d *Printer) setting(in machine.Input, out []machine.Output) []machine.Output {
	n, err := strconv.Atoi(string(in.Data))
	switch in.Action {
	case "slow":
		if err != nil || n < 1 || n > 1000 {
			return append(out, tell(Refused{in.Action, "the factor must be 1 to 1000"}))
		}
		d.world.slow = n
	case "flow":
		switch f := string(in.Data); f {
		case FlowHold, FlowXOff, FlowSilence:
			d.world.flow = f
		default:
			return append(out, tell(Refused{in.Action, "a full buffer can hold, xoff or silence"}))
		}
	case "buffer":
		if err != nil || n < 16 || n > 1<<20 {
			return append(out, tell(Refused{in.Action, "a buffer has 16 to 1048576 bytes"}))
		}
		d.world.buffer = n
	default:
		return append(out, tell(Refused{in.Action, "a printer has no such thing"}))
	}
	return out
}

func (d *Printer) openCover(now time.Duration) {
	if d.stopMotion(now, true) {
		d.recover = d.Profile.CoverNeedsRecovery
		if d.Profile.Defects.Has(ResumeSkips) {
			d.held -= d.queue[0].bytes
			d.queue = append([]motion(nil), d.queue[1:]...)
		}
	}
	d.world.cover = true
}

// brownOut is a dip of the supply, too short for the link to notice.
func (d *Printer) brownOut(now time.Duration, out []machine.Output) []machine.Output {
	if !d.on {
		return out
	}
	open := d.open
	out = d.off(now, out)
	d.boot()
	d.open, d.free = open, now
	return d.note(out, "brown-out", "started anew with the link up", nil)
}

const feedLine = 30 // dots of paper that the button feeds

// PrinterState is what can be seen of a printer from outside, and what its
// maker's debugger would show.
type PrinterState struct {
	On        bool   `json:"on"`
	Connected bool   `json:"connected"`
	Ready     bool   `json:"ready"` // nothing keeps it from printing
	PaperOut  bool   `json:"paper_out"`
	NearEnd   bool   `json:"near_end"`
	Cover     bool   `json:"cover_open"`
	Waiting   bool   `json:"waits_for_recovery"`
	CutterJam bool   `json:"cutter_jammed"`
	Hot       bool   `json:"head_hot"`
	Drawer    bool   `json:"drawer_open"`
	Printing  bool   `json:"printing"`
	Flow      string `json:"flow"`
	XOff      bool   `json:"xoff"`
	Buffered  int    `json:"buffered_bytes"`
	Buffer    int    `json:"buffer_bytes"`
	Received  int    `json:"received_bytes"`
	Lost      int    `json:"lost_bytes"`
	Unknown   int    `json:"unknown_commands"`
	Pieces    int    `json:"pieces"`
}

// State is the printer as it is now.
func (d *Printer) State() PrinterState {
	return PrinterState{
		On: d.on, Connected: d.open, Ready: d.on && !d.blocked(), PaperOut: d.world.paperOut, NearEnd: d.world.nearEnd,
		Cover: d.world.cover, Waiting: d.recover, CutterJam: d.cutError, Hot: d.world.hot, Drawer: d.world.drawerOpen,
		Printing: len(d.queue) > 0 && !d.blocked(), Flow: d.world.flow, XOff: d.xoff, Buffered: d.used() + d.parser.Held(), Buffer: d.world.buffer,
		Received: d.got, Lost: d.lost, Unknown: d.unknown, Pieces: len(d.paper.pieces),
	}
}
