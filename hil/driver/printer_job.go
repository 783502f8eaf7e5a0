package driver

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

// start sends the next job if the printer is ready for one.
func (d *Printer) start(s *Step, now machine.Now) {
	if d.phase != printerReady || d.flight != nil || len(d.queue) == 0 || d.pulse.waits {
		return
	}
	if d.blocked() || d.xoff {
		if d.until < 0 && d.profile.Answers { // else its port tells of a change
			d.until = now.Mono + d.patience()
		}
		return
	}
	job := d.queue[0]
	d.queue = append(d.queue[:0:0], d.queue[1:]...)
	d.flight = &job
	s.Write(PortPrinter, d.encode(&job))
	d.dirty, d.grace = true, -1
	d.until = now.Mono + d.profile.JobBase + d.profile.JobLine*jobLines(&job.doc)
}

// jobLines estimates the length of a document in lines; codes count as what
// they are high.
func jobLines(doc *pos.Document) (n time.Duration) {
	n = time.Duration(len(doc.Lines)) + 4
	if doc.QR != "" {
		n += 10
	}
	if doc.Barcode != "" {
		n += 4
	}
	return n
}

// encode writes a whole job: fresh paper if an earlier job may hang out,
// default modes, the document, the cut, and the request for completion behind
// the cut, so that its answer means all of it.
func (d *Printer) encode(job *printJob) []byte {
	b := escpos.Builder{Pages: d.profile.Pages}
	b.Init()
	if d.dirty {
		d.separate(&b)
	}
	d.profile.layout(&b, &job.doc)
	b.Cut(0)
	switch {
	case d.profile.Completion:
		b.Complete(job.job)
	case d.profile.Answers:
		d.mark(&b)
	}
	return b.Bytes()
}

// separate ends what may hang out of the printer. With a cutter it goes off;
// with a tear bar it is moved past the bar, under a rule.
func (d *Printer) separate(b *escpos.Builder) {
	if !d.profile.Cutter {
		d.profile.line(b, &pos.DocLine{Rule: true})
	}
	b.Cut(0)
}

// end reports the job in flight.
func (d *Printer) end(s *Step, now machine.Now, outcome, reason string) {
	if d.flight == nil {
		return
	}
	s.Event(pos.PrintEnded{Job: d.flight.job, Outcome: outcome, Reason: reason})
	if outcome == pos.OutcomeUnknown {
		d.late = d.flight.job
	}
	d.flight, d.until, d.grace = nil, -1, -1
}

// overdue: a job takes longer than it should. First the printer is asked why;
// one that answers and names no trouble gets some grace.
func (d *Printer) overdue(s *Step, now machine.Now) {
	switch {
	case !d.profile.Answers && d.blocked(): // what of it is in the printer goes on when somebody has mended that
		return
	case !d.profile.Answers:
		d.dirty = false
		d.end(s, now, pos.OutcomeUnknown, "this printer cannot confirm printing")
		d.start(s, now)
		return
	case d.grace < 0 || d.blocked():
		d.grace = now.Mono + d.profile.Grace
	case now.Mono >= d.grace:
		d.end(s, now, pos.OutcomeUnknown, "printer answers but does not confirm")
		d.handshake(s, now)
		return
	}
	d.poll(s, now)
}

// giveUp fails the jobs that waited too long for a printer that is not there, or
// stopped. None of their bytes was sent.
func (d *Printer) giveUp(s *Step, now machine.Now) {
	for len(d.queue) > 0 && now.Mono >= d.failAt() {
		job, why := d.queue[0], "printer not connected"
		if d.gone < 0 {
			why = "printer stopped"
		}
		d.queue = append(d.queue[:0:0], d.queue[1:]...)
		s.Event(pos.PrintEnded{Job: job.job, Outcome: pos.OutcomeFailed, Reason: why})
	}
}
