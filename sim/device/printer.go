package device

import (
	"strconv"
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
	// Completed: the printer said that it finished a job.
	Completed struct{ Job int }
	// Kicked: a pulse went to the drawer.
	Kicked struct{}
)

// Printer is a receipt printer. Hands do:
//
//	paper-out    the roll is at its end; the line in print is finished
//	paper-in     a new roll
//	near-end     the sensor sees the end coming
//	open-cover   what is in print stops at once and is printed again later
//	close-cover
//	feed         the button: one line of paper
//	tear         what has come out is torn off
//	slow         Data is a factor: the paper moves so many times slower
//	clear        a jam is cleared by hand
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

	// The life: gone with the power.
	on, open bool
	parser   escpos.Parser
	draw     escpos.Renderer
	queue    []motion
	free     time.Duration // when the mechanism was or will be free
	held     int           // bytes of motions not yet done
	loose    int           // bytes that belong to the next motion
	lost     int           // bytes that found the buffer full
	xoff     bool
	mask     int           // of GS a
	told     escpos.Status // as last seen by automatic status
	recover  bool          // waits for DLE ENQ
	reply    []byte        // what goes out with this input
	alarm    alarm

	// The world: outlives power.
	slow                     int // 0 and 1: full speed
	paperOut, nearEnd, cover bool
	paper                    paper
}

// NewPrinter returns a printer without power, with a full roll.
func NewPrinter(p PrinterProfile) *Printer {
	return &Printer{Profile: p, paper: paper{width: p.DotsPerLine}}
}

// Clone returns a copy that shares only what never changes.
func (d *Printer) Clone() machine.Machine {
	c := *d
	c.parser, c.draw = d.parser.Clone(), d.draw.Clone()
	c.queue = append([]motion(nil), d.queue...)
	c.reply = nil
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
	if len(d.reply) > 0 && d.open {
		out = append(out, write(d.reply))
	}
	d.reply = nil
	return d.alarm.want(out, d.next())
}

func (d *Printer) boot() {
	*d = Printer{Profile: d.Profile, slow: d.slow, paperOut: d.paperOut, nearEnd: d.nearEnd, cover: d.cover,
		paper: d.paper, on: true,
		parser: escpos.Parser{LiveInData: d.Profile.InDataRealTime},
		draw:   escpos.Renderer{Width: d.Profile.DotsPerLine, Pages: d.Profile.Pages}}
	d.draw.Reset()
	d.told = d.status()
}

// off settles what was moving and forgets the rest.
func (d *Printer) off(now time.Duration, out []machine.Output) []machine.Output {
	job := d.jobAhead()
	d.stopMotion(now, false)
	if p, ok := d.paper.interrupted(job); ok {
		out = append(out, tell(PieceEnded{p}))
	}
	*d = Printer{Profile: d.Profile, slow: d.slow, paperOut: d.paperOut, nearEnd: d.nearEnd, cover: d.cover, paper: d.paper}
	return out
}

func (d *Printer) link(open bool) {
	d.open, d.xoff = open, false
	if !open && d.Profile.ForgetsOnClose {
		d.clear()
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

func (d *Printer) status() escpos.Status {
	return escpos.Status{
		Offline: d.blocked(), CoverOpen: d.cover, PaperOut: d.paperOut, NearEnd: d.nearEnd,
		DrawerHigh: d.Profile.DrawerPinHigh, Recoverable: d.recover, WaitRecovery: d.recover && !d.cover,
	}
}

func (d *Printer) blocked() bool { return d.paperOut || d.cover || d.recover }

// autoStatus sends ASB if something changed that the host wants to know.
func (d *Printer) autoStatus() {
	if d.mask == 0 {
		return
	}
	now := d.status()
	was := d.told
	d.told = now
	wanted := d.mask&0x02 != 0 && (now.Offline != was.Offline || now.CoverOpen != was.CoverOpen) ||
		d.mask&0x04 != 0 && now.Recoverable != was.Recoverable ||
		d.mask&0x08 != 0 && (now.PaperOut != was.PaperOut || now.NearEnd != was.NearEnd)
	if wanted {
		d.reply = append(d.reply, escpos.AutoReply(now)...)
	}
}

// used is what the receive buffer holds. A command that is not yet whole does
// not count: an image is printed as it comes.
func (d *Printer) used() int { return d.held + d.loose }

// flow sends XOFF when the buffer is nearly full, XON when there is room.
func (d *Printer) flow() {
	if !d.Profile.XOnXOff || !d.open {
		return
	}
	switch room := d.Profile.BufferBytes - d.used(); {
	case !d.xoff && room < d.Profile.BufferBytes/16:
		d.xoff = true
		d.reply = append(d.reply, escpos.XOff)
	case d.xoff && room > d.Profile.BufferBytes/8:
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

// hand carries out what a hand does, with and without power.
func (d *Printer) hand(now time.Duration, in machine.Input, out []machine.Output) []machine.Output {
	was := d.blocked()
	switch in.Action {
	case "paper-out":
		d.paperOut, d.nearEnd = true, true
	case "paper-in":
		d.paperOut, d.nearEnd = false, false
	case "near-end":
		d.nearEnd = true
	case "open-cover":
		if d.stopMotion(now, true) {
			d.recover = d.Profile.CoverNeedsRecovery
		}
		d.cover = true
	case "close-cover":
		d.cover = false
	case "clear":
		d.recover = false
	case "feed":
		if d.on && len(d.queue) == 0 && !was {
			d.push(motion{kind: moveStrip, arrived: now, strip: escpos.Strip{Kind: escpos.StripFeed, Height: feedLine}})
		}
	case "tear":
		out = d.tear(now, out)
	case "slow":
		n, err := strconv.Atoi(string(in.Data))
		if err != nil || n < 1 || n > 1000 {
			return append(out, tell(Refused{in.Action, "the factor must be 1 to 1000"}))
		}
		d.slow = n
	default:
		return append(out, tell(Refused{in.Action, "a printer has no such thing"}))
	}
	if was && !d.blocked() {
		d.free = max(d.free, now)
	}
	return out
}

const feedLine = 30 // dots of paper that the button feeds
