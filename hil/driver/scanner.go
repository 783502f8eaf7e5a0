package driver

import (
	"stormrig/hil/machine"
	"stormrig/hil/wire/scan"
	"stormrig/pos"
)

// reasonClosed is what DeviceDown says when a link went without a word.
const reasonClosed = "link closed"

// Scanner drives a barcode scanner, a serial one or one that sends reports
// (NewReportScanner). A line that is no scan (a lost
// digit, noise) never becomes an event: the scanner is told to sound bad, and
// the person pulls the trigger again.
type Scanner struct {
	link    redial
	lines   scan.Parser
	reports reports
}

// NewScanner returns the driver of a scanner with this set-up.
func NewScanner(s scan.Settings) *Scanner { return &Scanner{lines: scan.NewParser(s)} }

// Port is PortScanner.
func (d *Scanner) Port() string { return PortScanner }

// Handle takes one input of the port.
func (d *Scanner) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.link.dial(&s, now, PortScanner)
	case machine.Opened:
		d.lines.Reset()
		d.reports.reset()
		if d.link.opened(&s, PortScanner) {
			s.Event(pos.DeviceUp{Device: PortScanner})
		}
	case machine.Closed:
		d.lines.Reset()
		d.reports.reset()
		if d.link.closed(&s, now, PortScanner) {
			s.Event(pos.DeviceDown{Device: PortScanner, Reason: reasonClosed})
		}
	case machine.Wake:
		d.link.due(&s, now, PortScanner)
	case machine.Data:
		for _, got := range d.lines.Feed(d.reports.lines(in.Data)) {
			switch {
			case got.Err != nil && d.reports.deaf():
				continue // the person sees that nothing came, and scans again
			case got.Err != nil:
				s.Write(PortScanner, scan.AppendBad(nil))
				continue
			}
			s.Event(pos.Scanned{Code: got.Code, Symbology: got.Symbology})
		}
	}
	return s
}

// Do carries out Beep. Without a scanner there is nothing to beep, and nobody
// waits for it.
func (d *Scanner) Do(_ machine.Now, e pos.Effect) (s Step) {
	beep, ok := e.(pos.Beep)
	switch {
	case !ok || !d.link.up || d.reports.deaf():
	case beep.Good:
		s.Write(PortScanner, scan.AppendGood(nil))
	default:
		s.Write(PortScanner, scan.AppendBad(nil))
	}
	return s
}

// Clone returns a copy that shares nothing changeable.
func (d *Scanner) Clone() Driver {
	c := *d
	c.lines, c.reports = d.lines.Clone(), d.reports.clone()
	return &c
}
