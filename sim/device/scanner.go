package device

import (
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/scan"
)

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
	// Acknowledged: the host answered ACK (Good) or NAK, or the last try went
	// unanswered (Lost).
	Acknowledged struct{ Good, Lost bool }
)

// Scanner is a handheld barcode scanner. Hands do:
//
//	trigger    Data is the code in front of it, with an AIM identifier before
//	           it or without
//	symbology  Data is the AIM identifier for codes that come without one;
//	           empty: as Guess tells
//	spoil      Data says how the next scan goes wrong: drop, double, cr-twice,
//	           stray
//	layout     Data is the layout that a wedge types for from now on
//
// It remembers the set symbology and layout. With ACK and NAK a code waits
// until the one before it is through.
type Scanner struct {
	Profile   ScannerProfile
	on, open  bool
	symbology string
	layout    string
	spoil     string
	decoding  []decode
	sending   []decode // the first is under way; with keys: what is still to be typed
	tries     int
	tryAt     time.Duration // when the first is sent again, or the next key goes down
	beeps     scan.Beeps
	alarm     alarm
}

// decode is a code on its way through the decoder, then as bytes to the host.
type decode struct {
	at       time.Duration
	id, code string
	bytes    []byte
}

// NewScanner returns a scanner without power.
func NewScanner(p ScannerProfile) *Scanner { return &Scanner{Profile: p, layout: p.Layout} }

// ScannerActions are what a hand can do to a scanner.
func ScannerActions() []Action {
	return []Action{
		{"trigger", "code", "scan a code; an AIM identifier may stand before it (]E04006381333931)"},
		{"symbology", "AIM identifier", "what codes without an identifier are said to be; empty: as they look"},
		{"spoil", "drop, double, cr-twice or stray", "how the next scan goes wrong"},
		{"layout", "us, de or fr", "the keyboard layout that a wedge types for"},
	}
}

// Handle takes one input.
func (d *Scanner) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot {
		*d = Scanner{Profile: d.Profile, symbology: d.symbology, layout: d.layout, on: true}
		return nil
	}
	if !d.on {
		return nil
	}
	switch in.Kind {
	case machine.Off:
		*d = Scanner{Profile: d.Profile, symbology: d.symbology, layout: d.layout}
		return nil
	case machine.Opened, machine.Closed:
		out = d.link(out, now, in.Kind == machine.Opened)
	case machine.Data:
		out = d.heard(out, now, in.Data)
	case machine.Do:
		out = d.do(out, now, in)
	case machine.Wake:
		d.alarm.rang()
		out = d.decoded(out, now)
		out = d.again(out, now)
	}
	next := time.Duration(-1)
	if len(d.decoding) > 0 {
		next = d.decoding[0].at
	}
	if len(d.sending) > 0 && d.open && d.waits() {
		next = earlier(next, d.tryAt)
	}
	return d.alarm.want(out, next)
}

// waits tells whether what is sent takes time or an answer.
func (d *Scanner) waits() bool { return d.Profile.Tries > 0 || d.Profile.KeyGap > 0 }

func (d *Scanner) link(out []machine.Output, now machine.Now, open bool) []machine.Output {
	d.open = open
	d.beeps.Reset()
	if !open || !d.keeps() {
		d.sending = nil
		return out
	}
	kept := d.sending
	d.sending = nil
	for _, c := range kept {
		out = d.send(out, now, c)
	}
	return out
}

func (d *Scanner) keeps() bool { return d.Profile.Keeps || d.Profile.Defects.Has(KeepsUnplugged) }

// heard takes the host's bytes: beeps, and ACK or NAK where they are waited
// for.
func (d *Scanner) heard(out []machine.Output, now machine.Now, data []byte) []machine.Output {
	for i, b := range data {
		// Inside a beep command 06 and 15 are nobody's answer.
		if d.Profile.Tries > 0 && len(d.sending) > 0 && d.beeps.Idle() && (b == scanACK || b == scanNAK) {
			out = d.verdict(out, now, b)
			continue
		}
		for _, code := range d.beeps.Feed(data[i : i+1]) {
			out = append(out, tell(Beeped{Good: code == scan.BeepOneHigh || d.Profile.Defects.Has(BeepsAlways)}))
		}
	}
	return out
}

// Bytes of the handshake (Symbol LS2208 product reference guide, RS-232
// software handshaking).
const (
	scanACK = 0x06
	scanNAK = 0x15
)

func (d *Scanner) verdict(out []machine.Output, now machine.Now, b byte) []machine.Output {
	if b == scanACK || d.Profile.Defects.Has(IgnoresNak) {
		out = append(out, tell(Acknowledged{Good: true}))
		return d.through(out, now)
	}
	out = append(out, tell(Acknowledged{}))
	d.tryAt = now.Mono
	return d.again(out, now)
}

// through takes the first off the list and sends the next.
func (d *Scanner) through(out []machine.Output, now machine.Now) []machine.Output {
	d.sending, d.tries = d.sending[1:], 0
	if len(d.sending) > 0 {
		return d.try(out, now)
	}
	return out
}

func (d *Scanner) do(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	arg := string(in.Data)
	switch in.Action {
	case "symbology":
		d.symbology = arg
	case "spoil":
		if !slices.Contains([]string{"", "drop", "double", "cr-twice", "stray"}, arg) {
			return append(out, tell(Refused{in.Action, "a scan can drop, double, cr-twice or stray"}))
		}
		d.spoil = arg
	case "layout":
		if !slices.Contains(scan.Layouts(), arg) {
			return append(out, tell(Refused{in.Action, "the layouts are " + list(scan.Layouts())}))
		}
		d.layout = arg
	case "trigger":
		id, code := scan.CutAIM(arg)
		if code == "" {
			return append(out, tell(Refused{in.Action, "there is no code in front of it: give its text"}))
		}
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
		return append(out, tell(Refused{Action: in.Action, Why: "a scanner has a trigger, a symbology, a layout and ways to spoil"}))
	}
	return out
}

// decoded lets out what has gone through the decoder by now.
func (d *Scanner) decoded(out []machine.Output, now machine.Now) []machine.Output {
	n := 0
	for ; n < len(d.decoding) && d.decoding[n].at <= now.Mono; n++ {
		c := d.decoding[n]
		out = append(out, tell(Scanned{Code: c.code, Symbology: c.id, Beeped: d.Profile.DecodeBeep}))
		c.bytes = d.encode(c.id, c.code)
		switch {
		case d.open:
			out = d.send(out, now, c)
		case d.keeps():
			d.sending = append(d.sending, c)
		}
	}
	d.decoding = slices.Delete(d.decoding, 0, n)
	return out
}

// send gives a scan to the host, now or in its turn.
func (d *Scanner) send(out []machine.Output, now machine.Now, c decode) []machine.Output {
	if !d.waits() {
		return append(out, write(c.bytes))
	}
	d.sending = append(d.sending, c)
	if len(d.sending) > 1 {
		return out
	}
	return d.try(out, now)
}

// try sends the first of the list once: a line, or the next key of a wedge.
func (d *Scanner) try(out []machine.Output, now machine.Now) []machine.Output {
	c := &d.sending[0]
	if d.Profile.Tries > 0 {
		d.tries++
		d.tryAt = now.Mono + d.Profile.AckWait
		return append(out, write(c.bytes))
	}
	const key = 16 // a report down and one up
	n := min(key, len(c.bytes))
	out = append(out, write(c.bytes[:n]))
	c.bytes = c.bytes[n:]
	d.tryAt = now.Mono + d.Profile.KeyGap
	return out
}

// again is the next try, or the next key, if it is time.
func (d *Scanner) again(out []machine.Output, now machine.Now) []machine.Output {
	if len(d.sending) == 0 || !d.open || !d.waits() || now.Mono < d.tryAt {
		return out
	}
	done := len(d.sending[0].bytes) == 0
	if d.Profile.Tries > 0 {
		if done = d.tries >= d.Profile.Tries; done {
			out = append(out, tell(Acknowledged{Lost: true}))
		}
	}
	if done {
		return d.through(out, now)
	}
	return d.try(out, now)
}

// Clone returns a copy that shares nothing changeable.
func (d *Scanner) Clone() machine.Machine {
	c := *d
	c.decoding, c.sending = slices.Clone(d.decoding), slices.Clone(d.sending)
	c.beeps = d.beeps.Clone()
	return &c
}
