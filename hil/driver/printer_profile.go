package driver

import (
	"time"

	"stormrig/hil/wire/escpos"
)

// PrinterProfile is what the host side must know of a make of printer.
type PrinterProfile struct {
	DotsPerLine int           // width of the head
	Pages       []escpos.Page // code pages, the preferred one first
	Cutter      bool          // else a tear bar
	QRModule    int           // dots of a module of the receipt's code
	// Answers: DLE EOT and GS r are answered. A printer that answers nothing
	// is written to blindly.
	Answers bool
	// Completion: GS ( H is answered when printing has completed. Without it
	// no print can be proven: every job ends unknown.
	Completion bool
	// AutoStatus: GS a is understood.
	AutoStatus bool
	// LiveKick: DLE DC4 1 is understood, so that the drawer opens at once
	// while a receipt prints or paper is out, and never afterwards.
	LiveKick bool

	// AnswerWithin is how long a status answer may take, PollEvery how often
	// a printer that lags or is stopped is asked.
	AnswerWithin, PollEvery time.Duration
	// JobBase and JobLine say how long a job may take before the printer is
	// asked what is wrong: base plus so much a line.
	JobBase, JobLine time.Duration
	// Grace is how long a printer that answers, names no trouble and does
	// not confirm is waited for beyond that.
	Grace time.Duration
	// Patience is how long a job that was never sent waits for a printer
	// that is not there or stopped, before it fails. What becomes of a backlog
	// then is the till's decision.
	Patience time.Duration
}

// PrinterCounter80 is the host side of an 80 mm counter printer.
func PrinterCounter80() PrinterProfile {
	return PrinterProfile{
		DotsPerLine: 576, Pages: escpos.EpsonPages(), Cutter: true, QRModule: 5,
		Answers: true, Completion: true, AutoStatus: true, LiveKick: true,
		AnswerWithin: 2 * time.Second, PollEvery: 2 * time.Second,
		JobBase: 4 * time.Second, JobLine: 80 * time.Millisecond,
		Grace: 20 * time.Second, Patience: 20 * time.Second,
	}
}

// PrinterMobile80 is the host side of an 80 mm radio printer with a cutter.
func PrinterMobile80() PrinterProfile { return PrinterCounter80() }

// PrinterMobile58 is the host side of a 58 mm radio printer with a tear bar.
func PrinterMobile58() PrinterProfile {
	p := PrinterCounter80()
	p.DotsPerLine, p.Cutter, p.QRModule, p.JobLine = 384, false, 5, 150*time.Millisecond
	return p
}

// PrinterClone58 is the host side of a cheap 58 mm printer.
func PrinterClone58() PrinterProfile {
	p := PrinterMobile58()
	p.Completion, p.AutoStatus, p.LiveKick = false, false, false
	p.Pages = []escpos.Page{{N: 0, Name: "PC437"}, {N: 2, Name: "PC850"}, {N: 16, Name: "WPC1252"}}
	return p
}

// PrinterSilent80 is the host side of a cheap 80 mm printer that answers nothing.
func PrinterSilent80() PrinterProfile {
	p := PrinterClone58()
	p.DotsPerLine, p.Cutter, p.Answers = 576, true, false
	return p
}

// Columns is how many characters of font A fit on a line.
func (p *PrinterProfile) Columns() int {
	w, _ := escpos.CharSize(escpos.FontA)
	return p.DotsPerLine / w
}
