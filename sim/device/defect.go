package device

import (
	"fmt"
	"math/bits"
	"slices"
)

// Defect is one thing that is wrong with a device: a switch that makes a sound
// emulated device a known-bad one, which certification has to find.
type Defect uint8

// Defects is a set of them. The zero value is a sound device.
type Defects uint64

// Has tells whether the device has a defect.
func (s Defects) Has(d Defect) bool { return s>>d&1 == 1 }

// With adds some.
func (s Defects) With(more ...Defect) Defects {
	for _, d := range more {
		s |= 1 << d
	}
	return s
}

// Names lists the defects in their fixed order.
func (s Defects) Names() []string {
	var out []string
	for s != 0 {
		d := Defect(bits.TrailingZeros64(uint64(s)))
		s &^= 1 << d
		for _, k := range KnownDefects() {
			if k.Defect == d {
				out = append(out, k.Name)
			}
		}
	}
	return out
}

// Printers' defects.
const (
	StatusAlwaysOK Defect = iota
	PaperOutHidden
	NearEndHidden
	CoverHidden
	StatusFrozen
	StatusLate
	AutoStatusMissing
	AutoStatusOnce
	TransmitOutOfTurn
	IdentityBorrowed
	WrongGlyph
	PageIgnored
	BoldIgnored
	WrapsEarly
	BarcodeThin
	BarcodeCheckWrong
	QRModuleIgnored
	QRDamaged
	ImageShifted
	ImageRowsMissing
	CutsEarly
	NeverCuts
	DrawerPinSwapped
	DrawerSensorInverted
	DrawerDead
	OverrunSilent
	XOnMissing
	CompletionEarly
	CompletionMissing
	CompletionWrongID
	PrintsTwice
	ClearForgotten
	ResumeSkips
	ReplaysAfterPower
	InitKeepsModes
	FeedsShort
	Slows
)

// Scanners' and readers' defects.
const (
	DropsDigits Defect = 40 + iota
	DoublesDigits
	NoIdentifier
	WrongIdentifier
	NoSuffix
	IgnoresNak
	KeepsUnplugged
	BeepsAlways
	ForgetsRequest
	KeepsOldRequest
	WrongAmount
	StatusIdle
	NoReportWhenBad
	MonthFirst
	TellsTwice
	CounterRepeats
	ShowsNumber
	ApprovesUnasked
	NeverVoids
)

// KnownDefect describes one for people and for whoever certifies.
type KnownDefect struct {
	Defect Defect `json:"-"`
	Name   string `json:"name"`
	Class  string `json:"class"`  // printer, scanner or reader
	Breaks string `json:"breaks"` // the capability that is not what it should be
	Says   string `json:"says"`
}

// KnownDefects lists all of them in a fixed order.
func KnownDefects() []KnownDefect {
	return slices.Concat(printerDefects(), scannerDefects(), readerDefects())
}

func printerDefects() []KnownDefect {
	const p = ClassPrinter
	return []KnownDefect{
		{StatusAlwaysOK, "status-always-ok", p, "status", "every status says that all is well, whatever is"},
		{PaperOutHidden, "paper-out-hidden", p, "status", "the end of the paper is not reported"},
		{NearEndHidden, "near-end-hidden", p, "status", "paper that comes to its end is not reported"},
		{CoverHidden, "cover-hidden", p, "status", "an open cover is not reported"},
		{StatusFrozen, "status-frozen", p, "status", "status is that of the moment when the power came"},
		{StatusLate, "status-late", p, "latency", "status is answered three seconds late"},
		{AutoStatusMissing, "asb-missing", p, "auto-status", "GS a is taken and nothing is ever sent"},
		{AutoStatusOnce, "asb-once", p, "auto-status", "GS a is answered once, changes are not told"},
		{TransmitOutOfTurn, "transmit-out-of-turn", p, "order", "GS r is answered before what stands before it is printed"},
		{IdentityBorrowed, "identity-borrowed", p, "identity", "GS I answers with another maker's name"},
		{WrongGlyph, "wrong-glyph", p, "code-pages", "page WPC1252 prints ¤ where € is meant"},
		{PageIgnored, "page-ignored", p, "code-pages", "ESC t is ignored: everything prints in PC437"},
		{BoldIgnored, "bold-ignored", p, "text", "bold, and double size, print as plain"},
		{WrapsEarly, "wraps-early", p, "text", "lines break four columns before the edge"},
		{BarcodeThin, "barcode-thin", p, "barcode", "bars are one dot a module, whatever is asked for"},
		{BarcodeCheckWrong, "barcode-check-wrong", p, "barcode", "the check character of CODE128 is wrong"},
		{QRModuleIgnored, "qr-module-ignored", p, "qr", "QR modules are two dots wide, whatever is asked for"},
		{QRDamaged, "qr-damaged", p, "qr", "a corner of each QR code is blank"},
		{ImageShifted, "image-shifted", p, "image", "images stand eight dots too far to the right"},
		{ImageRowsMissing, "image-rows-missing", p, "image", "every sixteenth row of an image is missing"},
		{CutsEarly, "cuts-early", p, "cut", "it cuts without feeding to the cutter: the last lines hang on"},
		{NeverCuts, "never-cuts", p, "cut", "it says that it has a cutter and does not cut"},
		{DrawerPinSwapped, "drawer-pin-swapped", p, "drawer", "a pulse for pin 2 goes to pin 5, and the reverse"},
		{DrawerSensorInverted, "drawer-sensor-inverted", p, "drawer", "the drawer's sensor reads low where it is high"},
		{DrawerDead, "drawer-dead", p, "drawer", "no pulse ever comes"},
		{OverrunSilent, "overrun-silent", p, "flow", "a full buffer loses bytes without a word"},
		{XOnMissing, "xon-missing", p, "flow", "after XOFF there is never an XON"},
		{CompletionEarly, "completion-early", p, "completion", "a job is said to be done when it was read, not when it is printed"},
		{CompletionMissing, "completion-missing", p, "completion", "GS ( H is forgotten"},
		{CompletionWrongID, "completion-wrong-id", p, "completion", "GS ( H is answered with the id of the job before"},
		{PrintsTwice, "prints-twice", p, "recovery", "after a reconnect the last piece is printed again"},
		{ClearForgotten, "clear-forgotten", p, "recovery", "DLE ENQ 2 goes on with what should be cleared"},
		{ResumeSkips, "resume-skips", p, "recovery", "after an open cover the line in print is left out"},
		{ReplaysAfterPower, "replays-after-power", p, "power", "what was in the buffer prints after the power came back"},
		{InitKeepsModes, "init-keeps-modes", p, "text", "ESC @ leaves modes as they are"},
		{FeedsShort, "feeds-short", p, "text", "paper is fed half as far as is asked for"},
		{Slows, "slows", p, "speed", "it prints at a fifth of its speed"},
	}
}

func scannerDefects() []KnownDefect {
	const s = ClassScanner
	return []KnownDefect{
		{DropsDigits, "drops-digits", s, "content", "the seventh character is lost"},
		{DoublesDigits, "doubles-digits", s, "content", "the third character comes twice"},
		{NoIdentifier, "no-identifier", s, "symbology", "AIM identifiers are set and not sent"},
		{WrongIdentifier, "wrong-identifier", s, "symbology", "everything is said to be Code 128"},
		{NoSuffix, "no-suffix", s, "framing", "the suffix is not sent"},
		{IgnoresNak, "ignores-nak", s, "handshake", "NAK is taken for ACK: what was not understood is not sent again"},
		{KeepsUnplugged, "keeps-unplugged", s, "unplug", "what was scanned without a host is sent when one comes"},
		{BeepsAlways, "beeps-always", s, "beep", "it beeps well also for what the host refuses"},
	}
}

func readerDefects() []KnownDefect {
	const r = ClassReader
	return []KnownDefect{
		{ForgetsRequest, "forgets-request", r, "memory", "the request is gone after each loss of the link"},
		{KeepsOldRequest, "keeps-old-request", r, "amount", "a new request is acknowledged and the old amount stays"},
		{WrongAmount, "wrong-amount", r, "amount", "it shows and charges a tenth of the amount"},
		{StatusIdle, "status-idle", r, "status", "asked for its status it always says that it holds nothing"},
		{NoReportWhenBad, "no-report-when-bad", r, "swipe", "a swipe that cannot be decoded is not reported"},
		{MonthFirst, "month-first", r, "track", "the expiry date comes as MMYY"},
		{TellsTwice, "tells-twice", r, "swipe", "one swipe is reported twice"},
		{CounterRepeats, "counter-repeats", r, "encryption", "the counter of the encryption stands still"},
		{ShowsNumber, "shows-number", r, "masking", "the masked number is not masked"},
		{ApprovesUnasked, "approves-unasked", r, "confirmation", "an unconfirmed approval stands after a power cut, whatever the profile says"},
		{NeverVoids, "never-voids", r, "void", "a void is acknowledged and not carried out"},
	}
}

// DefectNamed finds a defect of a class by its name.
func DefectNamed(class, name string) (Defect, error) {
	var names []string
	for _, k := range KnownDefects() {
		if k.Class != class {
			continue
		}
		if k.Name == name {
			return k.Defect, nil
		}
		names = append(names, k.Name)
	}
	return 0, fmt.Errorf("a %s has no defect %q; there are %s", class, name, list(names))
}

func defectsOf(class string, names []string) (Defects, error) {
	var out Defects
	for _, n := range names {
		d, err := DefectNamed(class, n)
		if err != nil {
			return 0, err
		}
		out = out.With(d)
	}
	return out, nil
}
