package device

import (
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/scan"
)

// ScannerProfile is a make of scanner.
type ScannerProfile struct {
	Settings   scan.Settings
	Decode     time.Duration // from trigger to bytes
	DecodeBeep bool          // beeps by itself when it has decoded
}

// DefaultScanner is a handheld scanner on a serial port.
func DefaultScanner() ScannerProfile {
	return ScannerProfile{Settings: scan.Default(), Decode: 60 * time.Millisecond, DecodeBeep: true}
}

// What a scanner tells.
type (
	// Scanned: a code was decoded. It is told with and without a host; only
	// the bytes can get lost. Beeped says that the scanner beeped by itself,
	// which proves nothing.
	Scanned struct {
		Code, Symbology string
		Beeped          bool
	}
	// Beeped: the host let the scanner beep.
	Beeped struct{ Good bool }
)

// Scanner is a handheld barcode scanner. Hands do:
//
//	trigger    Data is the code in front of it, with an AIM identifier before
//	           it or without
//	symbology  Data is the AIM identifier for codes that come without one;
//	           empty: as Guess tells
//
// It remembers only the set symbology.
type Scanner struct {
	Profile   ScannerProfile
	on, open  bool
	symbology string
	decoding  []decode
	beeps     scan.Beeps
	alarm     alarm
}

// decode is a code on its way through the decoder.
type decode struct {
	at       time.Duration
	id, code string
}

// NewScanner returns a scanner without power.
func NewScanner(p ScannerProfile) *Scanner { return &Scanner{Profile: p} }

// Handle takes one input.
func (d *Scanner) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot {
		*d = Scanner{Profile: d.Profile, symbology: d.symbology, on: true}
		return nil
	}
	if !d.on {
		return nil
	}
	switch in.Kind {
	case machine.Off:
		*d = Scanner{Profile: d.Profile, symbology: d.symbology}
		return nil
	case machine.Opened, machine.Closed:
		d.open = in.Kind == machine.Opened
		d.beeps.Reset()
	case machine.Data:
		for _, code := range d.beeps.Feed(in.Data) {
			out = append(out, tell(Beeped{Good: code == scan.BeepOneHigh}))
		}
	case machine.Do:
		out = d.do(out, now, in)
	case machine.Wake:
		d.alarm.rang()
		out = d.decoded(out, now)
	}
	next := time.Duration(-1)
	if len(d.decoding) > 0 {
		next = d.decoding[0].at
	}
	return d.alarm.want(out, next)
}

func (d *Scanner) do(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	switch in.Action {
	case "symbology":
		d.symbology = string(in.Data)
	case "trigger":
		id, code := scan.CutAIM(string(in.Data))
		if id == "" {
			id = d.symbology
		}
		if id == "" {
			id = scan.Guess(code)
		}
		if id == scan.EAN13 && len(code) == 12 {
			code = "0" + code // a UPC-A is sent as the EAN-13 that it is
		}
		d.decoding = append(d.decoding, decode{at: now.Mono + d.Profile.Decode, id: id, code: code})
		return d.decoded(out, now)
	default:
		return append(out, tell(Refused{Action: in.Action, Why: "a scanner has a trigger and a symbology"}))
	}
	return out
}

// decoded lets out what has gone through the decoder by now.
func (d *Scanner) decoded(out []machine.Output, now machine.Now) []machine.Output {
	n := 0
	for ; n < len(d.decoding) && d.decoding[n].at <= now.Mono; n++ {
		c := d.decoding[n]
		out = append(out, tell(Scanned{Code: c.code, Symbology: c.id, Beeped: d.Profile.DecodeBeep}))
		if d.open {
			out = append(out, write(d.Profile.Settings.Append(nil, c.id, c.code)))
		}
	}
	d.decoding = slices.Delete(d.decoding, 0, n)
	return out
}

// Clone returns a copy that shares nothing changeable.
func (d *Scanner) Clone() machine.Machine {
	c := *d
	c.decoding = slices.Clone(d.decoding)
	c.beeps = d.beeps.Clone()
	return &c
}
