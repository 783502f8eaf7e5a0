package driver

import (
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

// Printer drives a receipt printer (ESC/POS).
//
// # Sent is not printed
//
// A job ends done only when the printer returned the job's own number after
// printing (GS ( H) on the connection that carried the job. Everything else
// that can happen after its first byte left is unknown: link lost, printer
// deaf, no completion. Failed is only a job of which no byte was sent.
//
// While the status names a cause (paper, cover, an error) a job in print waits
// without limit, since a person can see it and mend it. One of which no byte was
// sent fails after a while, there as where the printer is gone, and the engine
// decides what becomes of it. A printer that answers nothing may be at a port that
// has a status of its own (USB): that holds jobs back as well, and proves none.
//
// # Residue
//
// When a link dies, the printer may hold any part of a job: half a command
// that takes what comes next for its data, half a line, strange modes, half a
// receipt that hangs out. Therefore
//
//   - each connection begins with a run of NULs longer than the data of any
//     command that this side ever sends: they complete a half command, and
//     mean nothing when there is none; ESC @ then drops half a line and all
//     modes;
//   - GS r, which is answered in the order of the buffer, proves that the
//     printer has read all that; before its answer nothing is printed;
//   - the first job after a connection that may have left something is
//     preceded by a feed and a cut, so that it begins on fresh paper.
//
// What a NUL completes does no harm: a bar code with NULs in it is refused,
// QR functions need '0' as a parameter, GS ( H needs four digits, and a pulse
// of no length opens no drawer.
type Printer struct {
	profile PrinterProfile
	link    redial
	phase   printerPhase
	spoke   bool // DeviceUp was said
	replies escpos.Replies
	asked   []byte // n of each DLE EOT that waits for its answer
	status  escpos.Status
	said    pos.PrinterState
	saidAny bool

	queue  []printJob
	flight *printJob // being printed; never changed in place once shared
	// dirty: something of an earlier job may hang out.
	dirty bool
	// until is when patience with the present phase or job ends, -1 never;
	// grace when an unconfirmed job ends unknown, -1 not yet running.
	until, grace time.Duration
	// gone is since when nothing answers, stopped since when a named cause keeps
	// it from printing; -1 while it is not so.
	gone, stopped time.Duration
	tries         int  // handshakes without an answer
	marks         int  // GS r without an answer
	late          int  // the job that last ended unknown on this connection, 0 for none
	xoff          bool // the printer asks for silence: no job begins
	at            time.Duration

	drawer drawerSense
	pulse  pulse
}

// printJob is a document that waits, or prints.
type printJob struct {
	job   int
	doc   pos.Document
	since time.Duration
}

type printerPhase uint8

const (
	printerDown    printerPhase = iota // no link
	printerSyncing                     // waiting for proof that the parser is in step
	printerReady
)

// NewPrinter returns a driver for the profile.
func NewPrinter(p PrinterProfile) *Printer {
	return &Printer{profile: p, dirty: true, until: -1, grace: -1, gone: 0, stopped: -1, drawer: drawerSense{look: -1}}
}

// Port is PortPrinter.
func (d *Printer) Port() string { return PortPrinter }

// Clone returns a copy that shares nothing changeable.
func (d *Printer) Clone() Driver {
	c := *d
	c.asked = slices.Clone(d.asked)
	c.queue = slices.Clone(d.queue)
	if d.flight != nil {
		job := *d.flight
		c.flight = &job
	}
	return &c
}

// Handle takes one input of the port.
func (d *Printer) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.gone = now.Mono
		d.link.dial(&s, now, PortPrinter)
	case machine.Opened:
		d.opened(&s, now)
	case machine.Closed:
		d.closed(&s, now)
	case machine.Data:
		if d.link.up {
			d.data(&s, now, in.Data)
		}
	case machine.Status:
		if d.link.up && !d.profile.Answers && len(in.Data) == 1 {
			d.status = escpos.PortStatus(in.Data[0]).Status()
			d.changed(&s, now)
		}
	case machine.Wake:
		d.wake(&s, now)
	default:
		return s
	}
	d.plan(&s, now)
	return s
}

// Do carries out pos.Print and pos.Kick.
func (d *Printer) Do(now machine.Now, e pos.Effect) (s Step) {
	switch e := e.(type) {
	case pos.Print:
		d.queue = append(d.queue, printJob{job: e.Job, doc: e.Doc, since: now.Mono})
		d.start(&s, now)
	case pos.Kick:
		d.kick(&s, now, e)
	default:
		return s
	}
	d.plan(&s, now)
	return s
}

// kick opens the drawer at once, or says that it cannot; it is never kept for
// later. A pulse that waits in the printer's buffer opens the drawer when paper
// or cover are mended, with nobody there, and that the printer has stopped may
// not be known yet: so it goes in real time wherever a printer understands that,
// and elsewhere after a question (see pulse).
func (d *Printer) kick(s *Step, now machine.Now, e pos.Kick) {
	var b escpos.Builder
	switch {
	case !d.link.up:
		s.Event(pos.KickFailed{Intent: e.Intent, Reason: "printer not connected"})
		return
	case d.profile.LiveKick:
		s.Write(PortPrinter, b.LiveKick(0, 1).Bytes()) // XOFF does not hold it
	case d.profile.Answers:
		d.askThenKick(s, now, e)
		return
	case d.blocked() || d.xoff || d.phase == printerSyncing:
		s.Event(pos.KickFailed{Intent: e.Intent, Reason: "printer offline"})
		return
	default:
		s.Write(PortPrinter, b.Kick(0, 25, 250).Bytes()) // 50 ms, then 500 ms of rest
	}
	d.drawer.kicked(now.Mono, &d.profile)
	s.Event(pos.Kicked(e))
}

// blocked tells whether the status names a reason why nothing prints.
func (d *Printer) blocked() bool {
	st := &d.status
	return st.Offline || st.PaperOut || st.CoverOpen || st.Recoverable || st.CutterError || st.Fatal
}

// plan asks for the next Wake that matters, if it is another than before.
func (d *Printer) plan(s *Step, now machine.Now) {
	at := time.Duration(-1)
	if !d.link.up {
		at = d.link.at
	}
	for _, t := range []time.Duration{d.until, d.failAt(), d.drawer.look, d.pulse.until()} {
		if t >= 0 && (at < 0 || t < at) {
			at = t
		}
	}
	if at >= 0 {
		at = max(at, now.Mono)
	}
	for _, o := range s.Out {
		if o.Kind == machine.WakeAt {
			d.at = o.At
		}
	}
	if at != d.at {
		d.at = at
		s.Wake(PortPrinter, at)
	}
}

// failAt is when the oldest job that was never sent fails, -1 for none.
func (d *Printer) failAt() time.Duration {
	away := d.gone
	if away < 0 {
		away = d.stopped
	}
	if away < 0 || len(d.queue) == 0 {
		return -1
	}
	return max(away, d.queue[0].since) + d.profile.Patience
}
