package device

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"stormrig/hil/wire/escpos"
)

// PrinterProfile is a make of receipt printer.
type PrinterProfile struct {
	Maker       string `yaml:"maker"`       // what GS I 66 answers; a clone may lie
	Name        string `yaml:"name"`        // what GS I 67 answers
	Firmware    string `yaml:"firmware"`    // what GS I 65 answers
	DotsPerLine int    `yaml:"dots"`        // width of the print head, a multiple of 8
	DotsPerMM   int    `yaml:"dots-per-mm"` // along and across the paper
	LineSpeed   int    `yaml:"speed"`       // mm/s of paper
	BufferBytes int    `yaml:"buffer"`      // receive buffer
	// Flow says what happens when the buffer is full: FlowHold, FlowXOff or
	// FlowSilence.
	Flow string `yaml:"flow"`
	// Packet is the size of a radio packet in bytes; one that finds no room is
	// lost as a whole (with FlowSilence). 0 is a line of single bytes.
	Packet int `yaml:"packet"`
	// Answers: DLE EOT, GS r and GS I are answered at all.
	Answers bool `yaml:"answers"`
	// HasCompletion: GS ( H is answered. HasASB: GS a works.
	HasCompletion bool `yaml:"completion"`
	HasASB        bool `yaml:"asb"`
	// InDataRealTime: real-time commands act inside other commands' data.
	InDataRealTime bool `yaml:"live-in-data"`
	// LiveKick: DLE DC4 1 opens the drawer.
	LiveKick bool `yaml:"live-kick"`
	// DrawerPinHigh is the level of the drawer's sensor while it is shut.
	DrawerPinHigh bool `yaml:"drawer-pin-high"`
	// CoverNeedsRecovery: after the cover was opened in mid-print the printer
	// waits for DLE ENQ before it goes on.
	CoverNeedsRecovery bool `yaml:"cover-needs-recovery"`
	// ForgetsOnClose: a lost link empties the receive buffer.
	ForgetsOnClose bool  `yaml:"forgets-on-close"`
	Pages          Pages `yaml:"pages"`
	// Cutter is how long a cut takes; 0 is a printer with a tear bar only,
	// which answers a cut by feeding to the bar.
	Cutter       time.Duration `yaml:"cutter"`
	HeadToCutter int           `yaml:"head-to-cutter"` // dots from the head to cutter or tear bar
	// Units are what it counts distances in: dots where nothing is said.
	Units escpos.Units `yaml:"motion-units"`
	// Slip: it prints on single slips, which FF and ESC q let go of, and then
	// waits for the next.
	Slip bool `yaml:"slip"`
	// Second says what a second connection meets while one is open:
	// SecondWait or SecondRefuse.
	Second string `yaml:"second"`
	// QR: GS ( k cn 49. TwoD names the other codes of GS ( k that it has:
	// pdf417, datamatrix, aztec.
	QR   bool    `yaml:"qr"`
	TwoD NameSet `yaml:"two-dimensional"`
	// Images names the ways to send one: raster (GS v 0), columns (ESC *),
	// graphics (GS ( L), nv (FS p).
	Images   NameSet `yaml:"images"`
	PageMode bool    `yaml:"page-mode"`
	Battery  bool    `yaml:"battery"`
	// Impostor: it answers GS I with a name that is not its own.
	Impostor bool `yaml:"impostor"`

	// Defects are what is wrong with it; a sound device has none.
	Defects Defects `yaml:"-"`
}

// What happens when a printer's buffer is full.
const (
	FlowHold    = "hold"    // the link holds bytes back (USB, TCP, radio with credits)
	FlowXOff    = "xoff"    // the printer sends XOFF; what still comes to a full buffer is lost
	FlowSilence = "silence" // what comes is lost and nobody is told
)

// What a second connection meets.
const (
	SecondWait   = "wait"   // it is accepted and its bytes wait for the first to close
	SecondRefuse = "refuse" // it is closed at once
)

// Pages are a printer's code pages by their number in ESC t, ascending.
type Pages []escpos.Page

// UnmarshalYAML reads a map of numbers to names.
func (p *Pages) UnmarshalYAML(unmarshal func(any) error) error {
	var m map[int]string
	if err := unmarshal(&m); err != nil {
		return err
	}
	*p = nil
	for n, name := range m {
		if !escpos.KnownPage(name) {
			return fmt.Errorf("pages: there is no code page %q; there are %s", name, list(escpos.PageNames()))
		}
		if n < 0 || n > 255 {
			return fmt.Errorf("pages: %d is not a byte", n)
		}
		*p = append(*p, escpos.Page{N: n, Name: name})
	}
	sort.Slice(*p, func(i, j int) bool { return (*p)[i].N < (*p)[j].N })
	return nil
}

// MarshalYAML writes them as UnmarshalYAML reads them.
func (p Pages) MarshalYAML() (any, error) {
	m := map[int]string{}
	for _, page := range p {
		m[page.N] = page.Name
	}
	return m, nil
}

func (p *PrinterProfile) check() error {
	switch {
	case p.DotsPerLine < 64 || p.DotsPerLine > 2048 || p.DotsPerLine%8 != 0:
		return fmt.Errorf("dots: %d is not a multiple of 8 from 64 to 2048", p.DotsPerLine)
	case p.DotsPerMM < 1 || p.DotsPerMM > 24:
		return fmt.Errorf("dots-per-mm: %d is not 1 to 24", p.DotsPerMM)
	case p.LineSpeed < 1 || p.LineSpeed > 1000:
		return fmt.Errorf("speed: %d mm/s is not 1 to 1000", p.LineSpeed)
	case p.BufferBytes < 16 || p.BufferBytes > 1<<20:
		return fmt.Errorf("buffer: %d bytes is not 16 to 1048576", p.BufferBytes)
	case !slices.Contains([]string{FlowHold, FlowXOff, FlowSilence}, p.Flow):
		return fmt.Errorf("flow: %q is not hold, xoff or silence", p.Flow)
	case !slices.Contains([]string{"", SecondWait, SecondRefuse}, p.Second):
		return fmt.Errorf("second: %q is not wait or refuse", p.Second)
	case len(p.Pages) == 0:
		return fmt.Errorf("pages: a printer has at least one code page")
	case p.Units != (escpos.Units{}) && min(p.Units.Dots, p.Units.X, p.Units.Y) < 1:
		return fmt.Errorf("motion-units: dots, x and y are all above zero, to the inch")
	case p.Packet < 0 || p.HeadToCutter < 0 || p.Cutter < 0:
		return fmt.Errorf("packet, head-to-cutter and cutter are not below zero")
	}
	if err := p.Images.among("images", "raster", "columns", "graphics", "nv"); err != nil {
		return err
	}
	return p.TwoD.among("two-dimensional", "pdf417", "datamatrix", "aztec")
}

// The makes that the simulated world knows by name.
var (
	counter80 = builtin(ClassPrinter, "tm-t20", ParsePrinter)
	mobile80  = builtin(ClassPrinter, "tm-p80", ParsePrinter)
	mobile58  = builtin(ClassPrinter, "tm-p60", ParsePrinter)
	clone58   = builtin(ClassPrinter, "clone-58", ParsePrinter)
)

// Counter80 is an 80 mm counter printer on a cable: profile tm-t20.
func Counter80() PrinterProfile { return counter80() }

// Mobile80 is an 80 mm printer on a battery with a radio and a cutter: tm-p80.
func Mobile80() PrinterProfile { return mobile80() }

// Mobile58 is a 58 mm printer for the belt, with a radio and a tear bar:
// tm-p60.
func Mobile58() PrinterProfile { return mobile58() }

// Clone58 is a cheap 58 mm printer that calls itself an Epson: clone-58.
func Clone58() PrinterProfile { return clone58() }

// row is how long the paper takes for one row of dots at full speed.
func (p *PrinterProfile) row() time.Duration {
	return time.Second / time.Duration(p.LineSpeed*p.DotsPerMM)
}
