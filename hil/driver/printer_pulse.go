package driver

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

// pulseWait is how long a pulse may wait for the job before it and for the
// printer's answer: the shopper is still there.
const pulseWait = 5 * time.Second

// pulse is an order for the drawer of a printer that opens it only in the order
// of its buffer. Whether that moves nobody knows without asking: the printer must
// have nothing to print, and just then say that it is online. What is not sure
// within pulseWait is not sent.
type pulse struct {
	waits, asked bool
	order        pos.Kick
	by           time.Duration
}

func (p *pulse) until() time.Duration {
	if p.waits {
		return p.by
	}
	return -1
}

func (d *Printer) askThenKick(s *Step, now machine.Now, e pos.Kick) {
	switch {
	case d.blocked():
		s.Event(pos.KickFailed{Intent: e.Intent, Reason: "printer offline"})
		return
	case d.pulse.waits:
		s.Event(pos.KickFailed{Intent: e.Intent, Reason: "printer busy"})
		return
	}
	d.pulse = pulse{waits: true, order: e, by: now.Mono + pulseWait}
	d.tryPulse(s, now)
}

// tryPulse goes as far with a pulse as it can: no job, a question, its answer.
func (d *Printer) tryPulse(s *Step, now machine.Now) {
	p := &d.pulse
	switch {
	case !p.waits:
	case now.Mono >= p.by:
		d.refusePulse(s, "printer busy")
		d.start(s, now)
	case d.phase != printerReady || d.flight != nil || len(d.asked) > 0 || d.xoff:
	case !p.asked:
		p.asked = true
		d.poll(s, now)
	case d.blocked():
		d.refusePulse(s, "printer offline")
	default:
		var b escpos.Builder
		s.Write(PortPrinter, b.Kick(0, 25, 250).Bytes()) // 50 ms, then 500 ms of rest
		d.drawer.kicked(now.Mono, &d.profile)
		s.Event(pos.Kicked(p.order))
		*p = pulse{}
	}
}

func (d *Printer) refusePulse(s *Step, why string) {
	if d.pulse.waits {
		s.Event(pos.KickFailed{Intent: d.pulse.order.Intent, Reason: why})
		d.pulse = pulse{}
	}
}
