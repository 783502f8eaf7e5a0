package testbench

import (
	"slices"

	"stormrig/hil/certify"
	"stormrig/sim/device"
)

// Expected is what a sound profile must get beside its grade, written down
// before it was examined: the checks that fail it, with the reason.
type Expected struct {
	Class   certify.Class
	Profile string
	Fails   []string // ids; grades forgive theirs, which do not stand here
	Why     string
}

// Expectations are the profiles that do not pass. All others do.
func Expectations() []Expected {
	return []Expected{
		{certify.Printer, "clone-58", []string{"identity"}, "an impostor: it answers with Epson's name and not like one"},
		{certify.Printer, "ble-58", []string{"flow.buffer"}, "radio packets that find the buffer full are lost without a word"},
		{certify.Scanner, "bt-ack", []string{"scan.unplugged"}, "batch mode: what was scanned out of range comes in a later sale"},
	}
}

// Case is a known-bad device: a sound profile with one defect, and the check
// that has to name it.
type Case struct {
	Class   certify.Class
	Profile string
	Defect  device.KnownDefect
	Check   string
}

// caught says which check finds a defect, and on which profile it shows where
// that is not the first of its class.
var caught = map[string][2]string{
	"status-always-ok": {"status.cover"}, "paper-out-hidden": {"status.paper-out"}, "near-end-hidden": {"status.near-end"},
	"cover-hidden": {"status.cover"}, "status-frozen": {"status.paper-out"}, "status-late": {"status.live"},
	"asb-missing": {"status.auto"}, "asb-once": {"status.auto"}, "transmit-out-of-turn": {"status.transmit"},
	"identity-borrowed": {"identity"}, "wrong-glyph": {"glyphs"}, "page-ignored": {"glyphs"}, "bold-ignored": {"looks"},
	"wraps-early": {"looks"}, "barcode-thin": {"codes.size"}, "barcode-check-wrong": {"codes"}, "qr-module-ignored": {"codes.size"},
	"qr-damaged": {"codes"}, "image-shifted": {"image"}, "image-rows-missing": {"image"}, "cuts-early": {"cut"}, "never-cuts": {"cut"},
	"drawer-pin-swapped": {"drawer"}, "drawer-sensor-inverted": {"drawer"}, "drawer-dead": {"drawer"},
	"overrun-silent": {"flow.buffer"}, "xon-missing": {"flow.buffer", "tm-u295"},
	"completion-early": {"completion.answer"}, "completion-missing": {"completion.answer"}, "completion-wrong-id": {"completion.answer"},
	"prints-twice": {"link.once"}, "clear-forgotten": {"recovery.clear"}, "resume-skips": {"recovery.cover"},
	"replays-after-power": {"power.cut"}, "init-keeps-modes": {"looks"}, "feeds-short": {"looks"}, "slows": {"speed"},

	"drops-digits": {"scan.exact"}, "doubles-digits": {"scan.exact"}, "no-identifier": {"scan.aim"}, "wrong-identifier": {"scan.aim"},
	"no-suffix": {"scan.frame"}, "ignores-nak": {"scan.nak", "bt-ack"}, "keeps-unplugged": {"scan.unplugged"}, "beeps-always": {"scan.beep"},

	"forgets-request": {"card.host"}, "keeps-old-request": {"card.replace"}, "wrong-amount": {"card.read"}, "status-idle": {"card.status"},
	"no-report-when-bad": {"swipe.unreadable", "swiper"}, "month-first": {"card.expiry"}, "tells-twice": {"card.once"},
	"counter-repeats": {"swipe.counter", "swiper"}, "shows-number": {"card.clear"},
	"approves-unasked": {"pay.unconfirmed", "terminal-confirm"}, "never-voids": {"pay.void", "terminal"},
}

// sound is the profile of a class on which defects are tried first.
var sound = map[certify.Class]string{certify.Printer: "tm-t20", certify.Scanner: "serial-aim", certify.Dongle: "reader"}

// ofTerminals says which check finds a defect on every profile of a terminal
// that can have it. approves-unasked is what terminal-confirm-stands says of
// itself, and terminal has no such step.
func ofTerminals() (out []Case) {
	for _, profile := range []string{"terminal", "terminal-confirm", "terminal-confirm-blocks", "terminal-confirm-stands"} {
		for _, f := range [][2]string{{"forgets-request", "pay.host"}, {"wrong-amount", "pay.approve"}, {"status-idle", "card.status"},
			{"shows-number", "pay.clear"}, {"never-voids", "pay.void"}, {"approves-unasked", "pay.unconfirmed"}} {
			if f[0] == "approves-unasked" && (profile == "terminal" || profile == "terminal-confirm-stands") {
				continue
			}
			i := slices.IndexFunc(device.KnownDefects(), func(k device.KnownDefect) bool { return k.Name == f[0] })
			out = append(out, Case{Class: certify.Dongle, Profile: profile, Defect: device.KnownDefects()[i], Check: f[1]})
		}
	}
	return out
}

// KnownBad lists a device for every defect that the emulator has, and every
// terminal with every defect of a terminal.
func KnownBad() (out []Case) {
	terminals := ofTerminals()
	for _, k := range device.KnownDefects() {
		class := certify.Class(k.Class)
		if k.Class == device.ClassReader {
			class = certify.Dongle
		}
		c := Case{Class: class, Profile: sound[class], Defect: k, Check: caught[k.Name][0]}
		if p := caught[k.Name][1]; p != "" {
			c.Profile = p
		}
		if !slices.ContainsFunc(terminals, c.same) {
			out = append(out, c)
		}
	}
	return append(out, terminals...)
}

func (c Case) same(o Case) bool { return c.Profile == o.Profile && c.Defect.Name == o.Defect.Name }
