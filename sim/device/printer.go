package device

import (
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

// What a printer tells.
type (
	// PieceBegun: the first dots of a new piece of paper.
	PieceBegun struct{}
	// PieceEnded: a piece of paper came to an end, or (State PiecePowerLost)
	// stopped for want of power; then it hangs on, and what prints next is on
	// the same piece, which ends later with all its lines.
	PieceEnded struct{ Piece }
	// AtBar: printed paper was moved to the tear bar, where a hand may take it off.
	AtBar struct{}
	// Completed: the printer said that it finished a job.
	Completed struct{ Job int }
	// Kicked: a pulse went to the drawer on this pin (0: connector pin 2, 1:
	// pin 5).
	Kicked struct{ Pin int }
	// Printed, if Watched: a strip of paper came out, in Takes.
	Printed struct {
		escpos.Strip
		Takes time.Duration
	}
	// Noted, if Watched: something that the host did came to nothing.
	// What is "unknown command", "not printed", "bytes lost" or "ignored".
	Noted struct {
		What, Detail string
		Bytes        []byte
	}
)

// Printer is a receipt printer. Hands do:
//
//	paper-out    the roll is at its end; the line in print is finished
//	paper-in     a new roll
//	near-end     the sensor sees the end coming
//	open-cover   what is in print stops at once and is printed again later
//	close-cover
//	paper-out-now the roll ends in the middle of what is in print
//	feed         the button: one line of paper
//	tear         what has come out is torn off
//	take         the same, unless a print is not at its end
//	slow         Data is a factor: the paper moves so many times slower
//	clear        a jam is cleared by hand
//	jam          the next cut jams the cutter
//	overheat     the head is too hot; it goes on by itself after cool
//	cool
//	brown-out    the supply dips: the printer starts anew, the link stays, and
//	             what still comes of the command that it was reading is residue
//	drawer       connects a drawer to its sensor, which a pulse then opens;
//	             high while it is shut (drawer-low: low)
//	shut-drawer
//	flow         Data is hold, xoff or silence: what a full buffer does
//	buffer       Data is the size of the receive buffer in bytes
//
// The paper outlives power: finished pieces, and what hangs out. Buffers,
// modes and everything else are gone with it. A printer that lost its link
// keeps what it has in its buffer (unless ForgetsOnClose), prints on, and
// takes the first bytes of the next connection for the rest of what it was
// reading: residue is the host's problem, as it is on a counter.
//
// # Time
//
// A byte counts from the moment it arrived (Input.At). A line is set in
// motion when its last byte is there and the mechanism is free; each row of
// dots takes its time. At Off the rows that have passed the head are on the
// paper and the buffer is lost.
type Printer struct {
	Profile PrinterProfile
	// Watched: tell each strip as it is printed, and what came to nothing.
	// For a screen; it costs a Wake a line.
	Watched bool

	// The life: gone with the power.
	on, open bool
	mute     bool // ESC = has switched it off
	parser   escpos.Parser
	draw     escpos.Renderer
	queue    []motion
	free     time.Duration // when the mechanism was or will be free
	held     int           // bytes of motions not yet done
	loose    int           // bytes that belong to the next motion
	lost     int           // bytes that found the buffer full
	got      int           // bytes received
	taken    bool          // the byte or packet under way found room
	unknown  int           // commands that nobody knows
	macro    macro
	xoff     bool
	mask     int           // of GS a
	told     escpos.Status // as last seen by automatic status
	recover  bool          // waits for DLE ENQ
	cutError bool          // the cutter is stuck
	reply    []byte        // what goes out with this input
	late     []lateReply   // what goes out later
	lastID   [4]byte       // of the completion before
	first    escpos.Status // as it was when the power came
	alarm    alarm

	world printerWorld
	paper paper
}

// printerWorld is what outlives power.
type printerWorld struct {
	slow                     int // 0 and 1: full speed
	paperOut, nearEnd, cover bool
	jam, hot                 bool
	drawer, drawerOpen       bool // one is connected; it is open
	drawerLow                bool // its sensor is low while it is shut
	flow                     string
	buffer                   int
	kept                     escpos.Kept
	stash                    []escpos.Strip // what a defect prints after the power came back
}

type lateReply struct {
	at   time.Duration
	data []byte
}

// NewPrinter returns a printer without power, with a full roll; one for slips
// has none in it.
func NewPrinter(p PrinterProfile) *Printer {
	return &Printer{Profile: p, world: printerWorld{flow: p.Flow, buffer: p.BufferBytes, paperOut: p.Slip}, paper: paper{width: p.DotsPerLine}}
}

// Clone returns a copy that shares only what never changes.
func (d *Printer) Clone() machine.Machine {
	c := *d
	c.parser, c.draw = d.parser.Clone(), d.draw.Clone()
	c.queue = append([]motion(nil), d.queue...)
	c.macro.commands = slices.Clip(d.macro.commands)
	c.reply = nil
	c.late = append([]lateReply(nil), d.late...)
	c.world.stash = append([]escpos.Strip(nil), d.world.stash...)
	c.paper = d.paper.clone()
	return &c
}

// Handle takes one input.
func (d *Printer) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot {
		d.boot()
		return nil
	}
	if !d.on {
		if in.Kind == machine.Do {
			out = d.hand(now.Mono, in, out)
			d.reply = nil
		}
		return out
	}
	out = d.advance(now.Mono, out)
	switch in.Kind {
	case machine.Off:
		return d.off(now.Mono, out)
	case machine.Opened, machine.Closed:
		d.link(in.Kind == machine.Opened)
	case machine.Data:
		out = d.read(in, out)
		out = d.advance(now.Mono, out)
	case machine.Wake:
		d.alarm.rang()
	case machine.Do:
		out = d.hand(now.Mono, in, out)
		out = d.advance(now.Mono, out)
	}
	d.autoStatus()
	d.flow()
	out = d.answer(now.Mono, out)
	out = d.drain(out)
	return d.alarm.want(out, d.next())
}

// answer sends what this input called for, and what was put off.
func (d *Printer) answer(now time.Duration, out []machine.Output) []machine.Output {
	if !d.Profile.Answers || !d.open {
		d.reply, d.late = nil, nil
		return out
	}
	if len(d.reply) > 0 && d.Profile.Defects.Has(StatusLate) {
		d.late = append(d.late, lateReply{now + lateness, d.reply})
		d.reply = nil
	}
	for len(d.late) > 0 && d.late[0].at <= now {
		d.reply = append(d.reply, d.late[0].data...)
		d.late = d.late[1:]
	}
	if len(d.reply) > 0 {
		out = append(out, write(d.reply))
	}
	d.reply = nil
	return out
}

const lateness = 3 * time.Second

// drain tells what was printed since, if somebody watches.
func (d *Printer) drain(out []machine.Output) []machine.Output {
	for _, s := range d.paper.fresh {
		out = append(out, tell(Printed{s, time.Duration(s.Height*max(d.world.slow, 1)) * d.Profile.row()}))
	}
	d.paper.fresh = nil
	return out
}

// note tells whoever watches that something came to nothing.
func (d *Printer) note(out []machine.Output, what, detail string, data []byte) []machine.Output {
	if !d.Watched {
		return out
	}
	return append(out, tell(Noted{what, detail, data}))
}

func (d *Printer) boot() {
	*d = d.bare()
	d.on = true
	d.paper.watch = d.Watched
	d.parser = escpos.Parser{LiveInData: d.Profile.InDataRealTime}
	d.draw = escpos.Renderer{Width: d.Profile.DotsPerLine, Pages: d.Profile.Pages, Units: d.Profile.Units, Kept: d.world.kept,
		BadCheck: d.Profile.Defects.Has(BarcodeCheckWrong)}
	d.draw.Reset()
	d.narrow()
	d.told = d.claims()
	d.first = d.status()
	for _, s := range d.world.stash {
		d.push(motion{kind: moveStrip, strip: s})
	}
	d.world.stash = nil
}

// bare is the printer without its life.
func (d *Printer) bare() Printer {
	return Printer{Profile: d.Profile, Watched: d.Watched, world: d.world, paper: d.paper}
}

// off settles what was moving and forgets the rest.
func (d *Printer) off(now time.Duration, out []machine.Output) []machine.Output {
	job := d.jobAhead()
	d.stopMotion(now, false)
	out = d.drain(out)
	if p, ok := d.paper.interrupted(job); ok {
		out = append(out, tell(PieceEnded{p}))
	}
	d.world.kept = d.draw.Kept
	if d.Profile.Defects.Has(ReplaysAfterPower) {
		for _, m := range d.queue {
			if m.kind == moveStrip {
				d.world.stash = append(d.world.stash, m.strip)
			}
		}
	}
	*d = d.bare()
	return out
}

func (d *Printer) link(open bool) {
	d.open, d.xoff = open, false
	if !open && d.Profile.ForgetsOnClose {
		d.clear()
	}
	if open && d.Profile.Defects.Has(PrintsTwice) {
		if n := len(d.paper.pieces); n > 0 {
			for _, s := range d.paper.pieces[n-1].Strips {
				d.push(motion{kind: moveStrip, strip: s})
			}
			d.push(motion{kind: moveCut})
		}
	}
}

// clear empties both buffers; what is in motion ends.
func (d *Printer) clear() {
	d.parser.Reset()
	d.draw.Reset()
	if len(d.queue) > 0 && d.queue[0].started {
		d.queue = d.queue[:1]
		d.held, d.loose = d.queue[0].bytes, 0
		return
	}
	d.queue, d.held, d.loose = nil, 0, 0
}

// status is how it is.
func (d *Printer) status() escpos.Status {
	return escpos.Status{
		Offline: d.blocked(), CoverOpen: d.world.cover, PaperOut: d.world.paperOut, NearEnd: d.world.nearEnd,
		DrawerHigh:  d.pin(),
		Recoverable: d.recover, WaitRecovery: (d.recover || d.cutError) && !d.world.cover,
		CutterError: d.cutError, Hot: d.world.hot,
	}
}

// pin is the level of the drawer's sensor.
func (d *Printer) pin() bool {
	if !d.world.drawer {
		return d.Profile.DrawerPinHigh
	}
	return d.world.drawerOpen == d.world.drawerLow
}

// claims is how it says that it is: the same, on a sound device.
func (d *Printer) claims() escpos.Status {
	s, bad := d.status(), d.Profile.Defects
	if bad == 0 {
		return s
	}
	if bad.Has(StatusFrozen) {
		s = d.first
	}
	if bad.Has(PaperOutHidden) && s.PaperOut {
		s.PaperOut, s.NearEnd, s.Offline = false, false, d.world.cover || d.recover
	}
	if bad.Has(NearEndHidden) && !s.PaperOut {
		s.NearEnd = false
	}
	if bad.Has(CoverHidden) && s.CoverOpen {
		s.CoverOpen, s.Offline = false, d.world.paperOut || d.recover
	}
	if bad.Has(StatusAlwaysOK) {
		s = escpos.Status{DrawerHigh: s.DrawerHigh}
	}
	if bad.Has(DrawerSensorInverted) {
		s.DrawerHigh = !s.DrawerHigh
	}
	return s
}

func (d *Printer) blocked() bool {
	return d.world.paperOut || d.world.cover || d.recover || d.cutError || d.world.hot
}

// autoStatus sends ASB if something changed that the host wants to know.
func (d *Printer) autoStatus() {
	if d.mask == 0 {
		return
	}
	now := d.claims()
	was := d.told
	d.told = now
	wanted := d.mask&0x02 != 0 && (now.Offline != was.Offline || now.CoverOpen != was.CoverOpen) ||
		d.mask&0x01 != 0 && now.DrawerHigh != was.DrawerHigh ||
		d.mask&0x04 != 0 && (now.Recoverable != was.Recoverable || now.CutterError != was.CutterError || now.Hot != was.Hot) ||
		d.mask&0x08 != 0 && (now.PaperOut != was.PaperOut || now.NearEnd != was.NearEnd)
	if wanted {
		d.reply = append(d.reply, escpos.AutoReply(now)...)
	}
}

// used is what the receive buffer holds. A command that is not yet whole does
// not count: an image is printed as it comes.
func (d *Printer) used() int { return d.held + d.loose }

// Room is how many bytes the receive buffer still takes where the link holds
// bytes back; on any other line the host can always send, and loses them.
func (d *Printer) Room() int {
	if d.world.flow != FlowHold || d.Profile.Defects.Has(OverrunSilent) || !d.on {
		return 1 << 20
	}
	return max(d.world.buffer-d.used(), 0)
}

// overruns tells whether a byte that finds the buffer full is lost.
func (d *Printer) overruns() bool {
	return d.world.flow != FlowHold || d.Profile.Defects.Has(OverrunSilent)
}

// flow sends XOFF when the buffer is nearly full, XON when there is room.
func (d *Printer) flow() {
	if d.world.flow != FlowXOff || !d.open || d.Profile.Defects.Has(OverrunSilent) {
		return
	}
	switch room := d.world.buffer - d.used(); {
	case !d.xoff && room < d.world.buffer/16:
		d.xoff = true
		d.reply = append(d.reply, escpos.XOff)
	case d.xoff && room > d.world.buffer/8 && !d.Profile.Defects.Has(XOnMissing):
		d.xoff = false
		d.reply = append(d.reply, escpos.XOn)
	}
}

// Pieces returns the pieces of paper that are off the printer, and last the
// one that hangs out (State PieceOpen) if it has dots. The harness's view;
// the result must not be changed.
func (d *Printer) Pieces() []Piece { return d.paper.all() }

// Hanging returns the piece that hangs out; ok is false when nothing is
// printed on it.
func (d *Printer) Hanging() (Piece, bool) { return d.paper.hanging() }

// Dots is a running hash of every dot that ever got on paper.
func (d *Printer) Dots() uint64 { return d.paper.hash }

// LostBytes counts what found the buffer full since the power came.
func (d *Printer) LostBytes() int { return d.lost }
