package device

import (
	"time"

	"stormrig/hil/wire/escpos"
)

// PrinterProfile is a make of receipt printer.
type PrinterProfile struct {
	Name        string // what GS I 67 answers; a clone may lie
	DotsPerLine int    // width of the print head, a multiple of 8
	DotsPerMM   int
	LineSpeed   int // mm/s of paper
	BufferBytes int // receive buffer
	// XOnXOff: the cable has no flow control of its own, the printer sends
	// XOFF and XON, and what comes while the buffer is full is lost. Without
	// it the link holds bytes back (USB, radio with credits).
	XOnXOff bool
	// HasCompletion: GS ( H is answered. HasASB: GS a works.
	HasCompletion, HasASB bool
	// InDataRealTime: real-time commands act inside other commands' data.
	InDataRealTime bool
	// DrawerPinHigh is the level of the drawer's sensor while it is shut.
	DrawerPinHigh bool
	// CoverNeedsRecovery: after the cover was opened in mid-print the printer
	// waits for DLE ENQ before it goes on.
	CoverNeedsRecovery bool
	// ForgetsOnClose: a lost link empties the receive buffer.
	ForgetsOnClose bool
	Pages          []escpos.Page
	// CutterMillis is how long a cut takes; 0 is a printer with a tear bar
	// only, which answers a cut by feeding to the bar.
	CutterMillis int
	HeadToCutter int // dots from the head to cutter or tear bar
}

// Counter80 is an 80 mm counter printer on a cable (Epson TM-T20 class).
func Counter80() PrinterProfile {
	return PrinterProfile{
		Name: "TM-T20", DotsPerLine: 576, DotsPerMM: 8, LineSpeed: 150, BufferBytes: 4096,
		HasCompletion: true, HasASB: true, InDataRealTime: true, CoverNeedsRecovery: true,
		Pages: escpos.EpsonPages(), CutterMillis: 350, HeadToCutter: 112,
	}
}

// Mobile80 is an 80 mm printer on a battery with a radio and a cutter (Epson
// TM-P80 class).
func Mobile80() PrinterProfile {
	p := Counter80()
	p.Name, p.LineSpeed, p.CoverNeedsRecovery, p.HeadToCutter = "TM-P80", 100, false, 96
	return p
}

// Mobile58 is a 58 mm printer for the belt, with a radio and a tear bar
// (Epson TM-P60 class).
func Mobile58() PrinterProfile {
	p := Mobile80()
	p.Name, p.DotsPerLine, p.LineSpeed, p.CutterMillis, p.HeadToCutter = "TM-P60", 384, 60, 0, 80
	return p
}

// Clone58 is a cheap 58 mm printer that calls itself an Epson: no completion,
// no automatic status, a small buffer.
func Clone58() PrinterProfile {
	p := Mobile58()
	p.BufferBytes, p.HasCompletion, p.HasASB, p.InDataRealTime = 1024, false, false, false
	p.Pages = []escpos.Page{{N: 0, Name: "PC437"}, {N: 2, Name: "PC850"}, {N: 16, Name: "WPC1252"}}
	return p
}

// row is how long the paper takes for one row of dots at full speed.
func (p *PrinterProfile) row() time.Duration {
	return time.Second / time.Duration(p.LineSpeed*p.DotsPerMM)
}
