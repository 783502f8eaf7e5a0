package driver

import (
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
)

// Patience of the dongle's driver. A sealed card takes half a second over a
// link of 20-byte radio packets.
const (
	dongleAckWait    = 800 * time.Millisecond
	dongleTries      = 4
	dongleAnswerWait = 4 * time.Second // from a status to its answer
	dongleAsks       = 3               // statuses without an answer before hanging up
)

// Dongle drives a card reader of the reader class or a terminal (package card).
// After each opening it asks what the reader holds and reports the answer, so that
// a replug and a restart of the till look the same to the engine.
//
// What it repeats is decided by what a repeat may do. An unacknowledged cancel
// outlives a lost link and goes out first when the reader is back, or the next
// customer would meet the last one's amount. An arm does not: by then the
// engine may have decided otherwise, and it arms again when DongleState says
// that nothing is pending.
type Dongle struct {
	redial redial
	link   card.Link
	spoke  bool          // the reader answered since the link opened
	quiet  time.Duration // redial delay after a reader that opened and said nothing

	cancels []string // references to cancel, not acknowledged yet

	asking   bool // a status has no answer yet
	asks     int
	answerBy time.Duration
	stale    bool // something changed the reader behind that status
}

// NewDongle returns the driver of a card reader.
func NewDongle() *Dongle {
	return &Dongle{link: card.NewLink(card.Timing{AckWait: dongleAckWait, Tries: dongleTries})}
}

// Port is PortDongle.
func (d *Dongle) Port() string { return PortDongle }

// Do carries out Arm, Cancel, AskDongle and Vibrate; of a terminal also Confirm
// and Undo (terminal.go). Without a link an Arm is answered with DeviceDown: it
// was not done and will not be.
func (d *Dongle) Do(now machine.Now, e pos.Effect) (s Step) {
	switch e := e.(type) {
	case pos.Arm:
		if !d.redial.up {
			s.Event(pos.DeviceDown{Device: PortDongle, Reason: "not connected"})
			return s
		}
		d.send(&s, now, card.Message{Verb: card.Arm, Ref: e.Ref, Amount: int64(e.Amount)})
	case pos.Cancel:
		if !slices.Contains(d.cancels, e.Ref) {
			d.cancels = append(d.cancels, e.Ref)
		}
		d.send(&s, now, card.Message{Verb: card.Cancel, Ref: e.Ref})
	case pos.AskDongle:
		if d.asking {
			return s // its answer serves both
		}
		d.ask(&s, now)
	case pos.Vibrate:
		d.send(&s, now, card.Message{Verb: card.Vibrate})
	case pos.Confirm, pos.Undo:
		d.send(&s, now, terminalOrder(e))
	default:
		return s
	}
	d.plan(&s)
	return s
}

// Handle takes one input of the port.
func (d *Dongle) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.redial.dial(&s, now, PortDongle)
	case machine.Opened:
		d.opened(&s, now)
	case machine.Closed:
		d.down(&s, now, reasonClosed)
	case machine.Data:
		if d.redial.up { // else bytes that were under way when this side hung up
			d.data(&s, now, in.Data)
		}
	case machine.Wake:
		d.wake(&s, now)
	}
	return s
}

func (d *Dongle) opened(s *Step, now machine.Now) {
	if d.redial.up && d.spoke {
		s.Event(pos.DeviceDown{Device: PortDongle, Reason: "link opened anew"})
	}
	d.redial.opened(s, PortDongle)
	d.spoke = false
	d.forget()
	for _, ref := range d.cancels {
		d.send(s, now, card.Message{Verb: card.Cancel, Ref: ref})
	}
	d.ask(s, now)
	d.plan(s)
}

// forget drops what was under way on a link that is no more.
func (d *Dongle) forget() {
	d.link.Reset()
	d.answered()
}

func (d *Dongle) answered() { d.asking, d.asks, d.stale = false, 0, false }

func (d *Dongle) down(s *Step, now machine.Now, reason string) {
	if d.redial.closed(s, now, PortDongle) && d.spoke {
		s.Event(pos.DeviceDown{Device: PortDongle, Reason: reason})
	}
	d.spoke = false
	d.forget()
}

// hangUp gives up a link on which nobody answers. A reader that never spoke
// is tried less and less often.
func (d *Dongle) hangUp(s *Step, now machine.Now) {
	spoke := d.spoke
	s.Close(PortDongle)
	d.down(s, now, "no answer")
	if !spoke {
		d.quiet = min(max(2*d.quiet, redialFirst), redialMost)
		d.redial.at = now.Mono + d.quiet
		s.Wake(PortDongle, d.redial.at)
	}
}

// send puts a message on the link, if there is one. What changes the reader
// makes the answer to an earlier status worthless.
func (d *Dongle) send(s *Step, now machine.Now, m card.Message) {
	if !d.redial.up {
		return
	}
	d.stale = d.stale || d.asking && (m.Verb == card.Arm || m.Verb == card.Cancel)
	d.write(s, d.link.Send(now.Mono, m))
}

func (d *Dongle) ask(s *Step, now machine.Now) {
	if !d.redial.up {
		return // the opening asks
	}
	d.asking, d.stale = true, false
	d.asks++
	d.answerBy = now.Mono + dongleAnswerWait
	d.send(s, now, card.Message{Verb: card.Status})
}

func (d *Dongle) data(s *Step, now machine.Now, data []byte) {
	h := d.link.Feed(now.Mono, data)
	d.write(s, h.Reply)
	if h.Alive && !d.spoke {
		d.spoke, d.quiet = true, 0
		s.Event(pos.DeviceUp{Device: PortDongle})
	}
	for _, m := range h.Acked {
		if m.Verb == card.Cancel {
			d.cancels = slices.DeleteFunc(d.cancels, func(ref string) bool { return ref == m.Ref })
		}
	}
	for _, r := range h.Got {
		d.received(s, now, r)
	}
	d.plan(s)
}

func (d *Dongle) received(s *Step, now machine.Now, r card.Received) {
	// A repeat is old news, except a card that is asked for: a reader that
	// restarted unseen numbers its frames from the start again.
	if r.Again && !(d.asking && (r.Verb == card.Card || r.Verb == card.Result)) {
		return
	}
	switch r.Verb {
	case card.Card:
		d.answered()
		s.Event(pos.CardRead{Ref: r.Ref, Masked: r.Masked, Sealed: r.Sealed, Serial: r.Serial})
	case card.Result:
		d.answered()
		s.Event(terminalResult(r.Message))
	case card.Removed:
		s.Event(pos.CardRemoved{Ref: r.Ref})
	case card.State:
		again := d.asking && d.stale
		d.answered()
		if again {
			d.ask(s, now)
			return
		}
		s.Event(pos.DongleState{Pending: r.Ref, Lives: r.Lives})
	}
}

func (d *Dongle) wake(s *Step, now machine.Now) {
	if !d.redial.up {
		d.redial.due(s, now, PortDongle)
		return
	}
	out, dead := d.link.Due(now.Mono)
	d.write(s, out)
	if !dead && d.asking && now.Mono >= d.answerBy {
		if dead = d.asks >= dongleAsks; !dead {
			d.ask(s, now)
		}
	}
	if dead {
		d.hangUp(s, now)
		return
	}
	d.plan(s)
}

// plan asks for the earlier of the two times that matter while the link is up.
func (d *Dongle) plan(s *Step) {
	if !d.redial.up {
		return
	}
	at := d.link.At()
	if d.asking && (at < 0 || d.answerBy < at) {
		at = d.answerBy
	}
	s.Wake(PortDongle, at)
}

func (d *Dongle) write(s *Step, data []byte) {
	if len(data) > 0 {
		s.Write(PortDongle, data)
	}
}

// Clone returns a copy that shares nothing changeable.
func (d *Dongle) Clone() Driver {
	c := *d
	c.link = d.link.Clone()
	c.cancels = slices.Clone(d.cancels)
	return &c
}
