package driver

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

// flushBytes completes any command of ours that a lost link left half sent:
// its data, and at most ten bytes before them.
const flushBytes = escpos.MaxData + 16

// autoMask asks for changes of drawer, online, errors and paper.
const autoMask = 0x01 | 0x02 | 0x04 | 0x08

// opened begins a connection: see Residue at Printer.
func (d *Printer) opened(s *Step, now machine.Now) {
	if d.link.up {
		d.lost(s, now, "link opened anew")
	}
	d.link.opened(s, PortPrinter)
	d.at = -1
	d.replies.Reset()
	d.status, d.saidAny, d.drawer.seen, d.stopped = escpos.Status{}, false, false, -1
	d.asked, d.tries, d.marks, d.late = nil, 0, 0, 0
	d.handshake(s, now)
}

// handshake brings the printer's parser in step and asks for its status. XOFF does
// not hold it: an XON may have been lost, and would be waited for for ever. What a
// full buffer drops of it is written again, since nothing prints before its answer.
func (d *Printer) handshake(s *Step, now machine.Now) {
	d.xoff = false
	b := escpos.Builder{}
	b.Nuls(flushBytes).Init()
	if d.profile.AutoStatus {
		b.AutoStatus(autoMask)
	}
	if !d.profile.Answers {
		s.Write(PortPrinter, b.Bytes())
		d.phase, d.until, d.gone = printerReady, -1, -1
		d.up(s)
		d.start(s, now)
		return
	}
	d.phase, d.grace = printerSyncing, -1
	d.asked = d.asked[:0]
	d.ask(&b, 1, 2, 3, 4)
	d.mark(&b)
	s.Write(PortPrinter, b.Bytes())
	d.until = now.Mono + d.profile.AnswerWithin
}

// mark adds a GS r, whose answer proves that all before it was read.
func (d *Printer) mark(b *escpos.Builder) {
	b.Transmit(1)
	d.marks++
}

// ask adds status requests.
func (d *Printer) ask(b *escpos.Builder, ns ...int) {
	for _, n := range ns {
		b.LiveStatus(n)
		d.asked = append(d.asked, byte(n))
	}
}

// poll asks for all that may explain why nothing happens.
func (d *Printer) poll(s *Step, now machine.Now) {
	d.askNow(s, now.Mono, 1, 2, 3, 4)
}

func (d *Printer) askNow(s *Step, now time.Duration, ns ...int) {
	var b escpos.Builder
	d.asked = d.asked[:0]
	d.ask(&b, ns...)
	s.Write(PortPrinter, b.Bytes()) // real time: XOFF does not hold it
	d.until = now + d.profile.AnswerWithin
}

func (d *Printer) up(s *Step) {
	if !d.spoke {
		d.spoke = true
		s.Event(pos.DeviceUp{Device: PortPrinter})
	}
}

func (d *Printer) closed(s *Step, now machine.Now) {
	d.lost(s, now, reasonClosed)
	d.link.closed(s, now, PortPrinter)
	d.phase, d.until = printerDown, -1
}

// lost is the end of a connection for whatever it carried.
func (d *Printer) lost(s *Step, now machine.Now, reason string) {
	d.away(s, reason)
	if d.gone < 0 {
		d.gone = now.Mono
	}
	d.refusePulse(s, "printer lost")
	d.end(s, now, pos.OutcomeUnknown, "printer lost in mid-job")
}

// away says that the printer is not there, once.
func (d *Printer) away(s *Step, reason string) {
	if d.spoke {
		s.Event(pos.DeviceDown{Device: PortPrinter, Reason: reason})
	}
	d.spoke = false
}

// data reads answers.
func (d *Printer) data(s *Step, now machine.Now, data []byte) {
	var room [2]escpos.Reply
	for _, b := range data {
		for _, r := range d.replies.Feed(b, room[:0]) {
			d.gone, d.tries = -1, 0
			d.up(s)
			d.reply(s, now, r)
		}
	}
	d.changed(s, now)
}

// changed takes what follows from the status as it is now.
func (d *Printer) changed(s *Step, now machine.Now) {
	switch {
	case d.blocked() && d.stopped < 0:
		d.stopped = now.Mono
	case !d.blocked() && d.stopped >= 0:
		d.stopped = -1
		if d.flight != nil { // its time runs from now on
			d.grace = now.Mono + d.profile.Grace
			if !d.profile.Answers {
				d.until = d.grace
			}
		}
	}
	d.tell(s)
	d.answered(now)
	d.resume(s)
	d.tryPulse(s, now)
	d.start(s, now)
}

func (d *Printer) reply(s *Step, now machine.Now, r escpos.Reply) {
	switch r.Kind {
	case escpos.ReplyXOff:
		d.xoff = true
	case escpos.ReplyXOn:
		d.xoff = false
	case escpos.ReplyLive:
		if len(d.asked) > 0 {
			d.status.Merge(int(d.asked[0]), r.B)
			if d.asked[0] == 1 {
				d.drawer.level(now.Mono, d.status.DrawerHigh)
			}
			d.asked = d.asked[1:]
		}
	case escpos.ReplyAuto:
		d.status = escpos.AutoStatusOf(r.Auto)
		d.drawer.level(now.Mono, d.status.DrawerHigh)
	case escpos.ReplyByte:
		d.inStep(s, now)
	case escpos.ReplyComplete:
		d.completed(s, now, r)
	}
}

// completed takes the proof that a job is printed. One that was given up on
// this connection may still bring it.
func (d *Printer) completed(s *Step, now machine.Now, r escpos.Reply) {
	job, ok := r.Job()
	switch {
	case !ok:
	case d.flight != nil && d.flight.job == job:
		d.dirty = false
		d.end(s, now, pos.OutcomeDone, "")
	case d.late != 0 && d.late == job:
		d.dirty = d.flight != nil
		d.late = 0
		s.Event(pos.PrintEnded{Job: job, Outcome: pos.OutcomeDone, Reason: "completion came late"})
	}
}

// inStep is the answer to GS r: all before it was read.
func (d *Printer) inStep(s *Step, now machine.Now) {
	d.marks = max(d.marks-1, 0)
	switch {
	case d.phase == printerSyncing:
		d.phase, d.until = printerReady, -1
		if len(d.asked) > 0 { // an answer in real time comes before this one, or never
			d.poll(s, now)
		}
	case d.flight != nil && !d.profile.Completion && d.marks == 0:
		d.dirty = false
		d.end(s, now, pos.OutcomeUnknown, "read to its end; this printer cannot confirm printing")
	}
}

// tell reports a change of status.
func (d *Printer) tell(s *Step) {
	st := pos.PrinterState{Online: !d.blocked(), PaperOut: d.status.PaperOut, NearEnd: d.status.NearEnd, CoverOpen: d.status.CoverOpen,
		Drawer: d.drawer.state()}
	if len(d.asked) > 0 || d.saidAny && st == d.said {
		return // half an answer is no status
	}
	d.said, d.saidAny = st, true
	s.Event(st)
}

// answered plans the next question once all answers are there.
func (d *Printer) answered(now machine.Now) {
	if len(d.asked) > 0 || d.phase == printerDown || !d.profile.Answers {
		return
	}
	waiting := d.phase == printerSyncing || d.flight != nil && d.grace >= 0
	switch {
	case d.blocked(), waiting:
		d.until = now.Mono + d.patience()
	case d.flight == nil: // nothing is waited for
		d.until = -1
	}
}

// patience is the time between polls: longer when the printer reports a
// change of its trouble by itself.
func (d *Printer) patience() time.Duration {
	if d.blocked() && d.phase == printerReady && d.profile.AutoStatus {
		return 8 * d.profile.PollEvery
	}
	return d.profile.PollEvery
}

// resume lets the printer go on after an error that a person has mended.
func (d *Printer) resume(s *Step) {
	if d.status.WaitRecovery && !d.status.CoverOpen && !d.status.PaperOut && len(d.asked) == 0 {
		var b escpos.Builder
		s.Write(PortPrinter, b.LiveEnquiry(1).Bytes())
		d.status.WaitRecovery = false
	}
}

func (d *Printer) wake(s *Step, now machine.Now) {
	d.at = -1
	if !d.link.up {
		d.link.due(s, now, PortPrinter)
	}
	if at := d.failAt(); at >= 0 && now.Mono >= at {
		d.giveUp(s, now)
	}
	d.tryPulse(s, now)
	d.lookAtDrawer(s, now.Mono)
	if d.until < 0 || now.Mono < d.until {
		return
	}
	d.until = -1
	switch {
	case !d.link.up:
	case len(d.asked) > 0:
		d.deaf(s, now)
	case d.flight != nil:
		d.overdue(s, now)
	case d.phase == printerSyncing && !d.blocked():
		d.outOfStep(s, now)
	default: // stopped: with jobs waiting, or before it was in step
		d.grace = -1
		d.poll(s, now)
	}
}

// outOfStep: a printer that names no trouble answers in real time, and not from its
// buffer. It may be slow; after some grace that answer was lost on the way.
func (d *Printer) outOfStep(s *Step, now machine.Now) {
	switch {
	case d.grace < 0:
		d.grace = now.Mono + d.profile.Grace
	case now.Mono >= d.grace:
		d.marks = 0
		d.handshake(s, now)
		return
	}
	d.poll(s, now)
}

// deaf: a question got no answer in time.
func (d *Printer) deaf(s *Step, now machine.Now) {
	if d.gone < 0 {
		d.gone = now.Mono
	}
	d.end(s, now, pos.OutcomeUnknown, "printer does not answer")
	d.away(s, "no answer")
	d.tries++
	d.handshake(s, now)
	// A printer that stays deaf is asked less and less often.
	d.until = now.Mono + min(d.profile.AnswerWithin<<min(d.tries, 4), time.Minute)
}
