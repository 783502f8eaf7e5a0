package rig

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"stormrig/hil/driver"
	"stormrig/hil/port"
	"stormrig/hil/wire/scan"
)

// File is a rig file as it is written.
type File struct {
	// Rig names the bench.
	Rig string `yaml:"rig" json:"rig" jsonschema:"the bench's name"`
	// Till is the till of the scenario that the devices stand at; the first
	// one that sells by default.
	Till string `yaml:"till,omitempty" json:"till,omitempty" jsonschema:"the till of the scenario that the devices stand at; the first that sells by default"`
	// Pause is how much of the shop's idle time is kept between two shoppers.
	Pause   string  `yaml:"pause,omitempty" json:"pause,omitempty" jsonschema:"how much of the shop's idle time is kept between two shoppers (45s)"`
	Devices Devices `yaml:"devices" json:"devices" jsonschema:"what stands on the bench; emulators stand in for the rest"`
}

// Devices are those of a bench, by class.
type Devices struct {
	Scanner  *Device `yaml:"scanner,omitempty" json:"scanner,omitempty" jsonschema:"a barcode scanner"`
	Dongle   *Device `yaml:"dongle,omitempty" json:"dongle,omitempty" jsonschema:"a card reader"`
	Printer  *Device `yaml:"printer,omitempty" json:"printer,omitempty" jsonschema:"a receipt printer"`
	Location *Device `yaml:"location,omitempty" json:"location,omitempty" jsonschema:"a location receiver"`
}

// Device is one of them.
type Device struct {
	// Port is where it is: port.Spec's text.
	Port string `yaml:"port" json:"port" jsonschema:"where it is, as stormrig doctor names ports: serial:/dev/ttyUSB0?baud=19200, tcp:192.168.1.50:9100, lp:/dev/usb/lp0"`
	// Profile is how the till's driver takes a printer: see Profiles.
	Profile string `yaml:"profile,omitempty" json:"profile,omitempty" jsonschema:"how the till's driver takes the printer: counter80, mobile80, mobile58, clone58 or silent80"`
	// Speaks is what a scanner sends: "serial" (lines; the default), "hid-pos"
	// or "keyboard" reports, the latter in a Layout ("us"); of a card reader
	// "swiper", where it only reports swipes.
	Speaks string `yaml:"speaks,omitempty" json:"speaks,omitempty" jsonschema:"what a scanner sends: serial (the default), hid-pos or keyboard; of a dongle: swiper, where it only reports swipes"`
	Layout string `yaml:"layout,omitempty" json:"layout,omitempty" jsonschema:"the keyboard layout that a scanner is set to: us, de or fr"`
	// Operator works it: "hand" (a person is asked; the default), or the
	// address of a served emulator's control plane.
	Operator string `yaml:"operator,omitempty" json:"operator,omitempty" jsonschema:"who works it: hand, or http://ADDRESS of the control plane of 'stormrig device'"`
	Power    *Power `yaml:"power,omitempty" json:"power,omitempty" jsonschema:"the switch of its power; without one a person pulls the plug"`
}

// Power is a switch: one of Relay and Shelly, or neither for a hand.
type Power struct {
	Relay      string `yaml:"relay,omitempty" json:"relay,omitempty" jsonschema:"port of a USB relay of the LCUS type"`
	Channel    int    `yaml:"channel,omitempty" json:"channel,omitempty" jsonschema:"channel of the relay, from 1"`
	Shelly     string `yaml:"shelly,omitempty" json:"shelly,omitempty" jsonschema:"address of a Shelly: http://192.168.1.20"`
	Generation int    `yaml:"generation,omitempty" json:"generation,omitempty" jsonschema:"of the Shelly: 1, or 2 (and later)"`
	ID         int    `yaml:"id,omitempty" json:"id,omitempty" jsonschema:"number of the Shelly's switch, from 0"`
	Hand       bool   `yaml:"hand,omitempty" json:"hand,omitempty" jsonschema:"a person pulls the plug"`
	// Inverted: the device has power while the switch is off, as on a relay's
	// normally closed contact.
	Inverted bool `yaml:"inverted,omitempty" json:"inverted,omitempty" jsonschema:"the device has power while the switch is off (a relay's normally closed contact)"`
}

// Rig is a file that was read and holds together.
type Rig struct {
	Name, Till string
	Pause      time.Duration
	Bench      []Placed // in the order scanner, dongle, printer, location
}

// Placed is a device on the bench.
type Placed struct {
	Class    string // scanner, dongle, printer, location
	Port     port.Spec
	Printer  *driver.PrinterProfile // of a printer that the file gives one
	Speaks   string                 // "", or of a scanner as of driver.NewReportScanner, of a dongle driver.SpeaksSwiper
	Layout   string                 // of a scanner that is a keyboard
	Operator string                 // "hand" or an address
	Switch   Switch
}

// Error is one thing that is wrong in a rig file, with its place.
type Error struct {
	File         string
	Line, Column int // from 1
	Text         string
	Msg, Hint    string
}

// Error writes place and message, the line, a caret, a hint.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
	if e.Text != "" {
		fmt.Fprintf(&b, "\n%5d | %s\n      | %s^", e.Line, e.Text, strings.Repeat(" ", max(e.Column-1, 0)))
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\n      hint: %s", e.Hint)
	}
	return b.String()
}

// DefaultPause keeps enough of the idle time for a hand to come back.
const DefaultPause = 20 * time.Second

// Parse reads a rig file. The error is an [*Error], or several joined.
func Parse(name string, text []byte) (*Rig, error) {
	r := &reader{name: name, text: text}
	var f File
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return nil, r.syntax(err)
	}
	out := &Rig{Name: f.Rig, Till: f.Till, Pause: DefaultPause}
	if f.Rig == "" {
		r.bad("$", "the bench has no name", "rig: counter-one")
	}
	if f.Pause != "" {
		d, err := time.ParseDuration(f.Pause)
		if err != nil || d < time.Second || d > time.Hour {
			r.bad("$.pause", fmt.Sprintf("%q is no time from 1s to 1h", f.Pause), "pause: 20s")
		}
		out.Pause = d
	}
	for _, c := range []struct {
		class string
		dev   *Device
	}{{"scanner", f.Devices.Scanner}, {"dongle", f.Devices.Dongle}, {"printer", f.Devices.Printer}, {"location", f.Devices.Location}} {
		if c.dev != nil {
			out.Bench = append(out.Bench, r.place(c.class, c.dev))
		}
	}
	if len(out.Bench) == 0 && r.errs == nil {
		r.bad("$", "nothing stands on the bench", "devices: {printer: {port: \"serial:/dev/ttyUSB0\"}}")
	}
	if r.errs != nil {
		sort.SliceStable(r.errs, func(i, j int) bool { return r.errs[i].Line < r.errs[j].Line })
		var all []error
		for _, e := range r.errs {
			all = append(all, e)
		}
		return nil, errors.Join(all...)
	}
	return out, nil
}

// reader keeps what is wrong.
type reader struct {
	name string
	text []byte
	errs []*Error
}

// Profiles lists how a till's driver can take a printer.
func Profiles() []string { return []string{"counter80", "mobile80", "mobile58", "clone58", "silent80"} }

func profile(name string) (p driver.PrinterProfile, ok bool) {
	switch name {
	case "counter80":
		return driver.PrinterCounter80(), true
	case "mobile80":
		return driver.PrinterMobile80(), true
	case "mobile58":
		return driver.PrinterMobile58(), true
	case "clone58":
		return driver.PrinterClone58(), true
	case "silent80":
		return driver.PrinterSilent80(), true
	}
	return p, false
}

func (r *reader) place(class string, d *Device) Placed {
	at := "$.devices." + class
	p := Placed{Class: class, Operator: d.Operator}
	var err error
	if p.Port, err = port.Parse(d.Port); err != nil {
		r.bad(at+".port", err.Error(), "stormrig doctor lists the ports of this machine")
	}
	if d.Profile != "" {
		prof, ok := profile(d.Profile)
		if !ok || class != "printer" {
			r.bad(at+".profile", fmt.Sprintf("a %s has no profile %q", class, d.Profile), "of a printer: "+strings.Join(Profiles(), ", "))
		}
		p.Printer = &prof
	}
	r.speaks(at, class, d, &p)
	switch {
	case d.Operator == "" || d.Operator == "hand":
		p.Operator = "hand"
	case !address(d.Operator):
		r.bad(at+".operator", fmt.Sprintf("%q is nobody", d.Operator), "hand, or http://ADDRESS that 'stormrig device' prints")
	}
	p.Switch = r.power(at+".power", class, d.Power)
	return p
}

func (r *reader) speaks(at, class string, d *Device, p *Placed) {
	known := []string{"serial", driver.SpeaksPOS, driver.SpeaksKeyboard}
	switch {
	case d.Speaks == "" && d.Layout == "":
		return
	case class == "dongle" && d.Speaks == driver.SpeaksSwiper && d.Layout == "":
		p.Speaks = d.Speaks
		return
	case class != "scanner" || !slices.Contains(known, d.Speaks):
		r.bad(at+".speaks", fmt.Sprintf("a %s does not speak %q", class, d.Speaks), "of a scanner: "+strings.Join(known, ", ")+"; of a dongle: "+driver.SpeaksSwiper)
	case d.Layout != "" && !slices.Contains(scan.Layouts(), d.Layout):
		r.bad(at+".layout", fmt.Sprintf("there is no layout %q", d.Layout), strings.Join(scan.Layouts(), ", "))
	}
	if p.Layout = d.Layout; p.Layout == "" {
		p.Layout = scan.Layouts()[0]
	}
	if d.Speaks != "serial" {
		p.Speaks = d.Speaks
	}
}

func (r *reader) power(at, class string, p *Power) Switch {
	switch {
	case p == nil:
		return nil
	case p.Relay != "" && p.Shelly != "" || p.Hand && p.Relay+p.Shelly != "":
		r.bad(at, "a device has one switch", "leave one of them")
	case p.Relay != "":
		spec, err := port.Parse(p.Relay)
		if err != nil || !slices.Contains([]port.Kind{port.Serial, port.PTY}, spec.Kind) {
			r.bad(at+".relay", fmt.Sprintf("%q is no serial port", p.Relay), "relay: serial:/dev/ttyUSB1")
		}
		if p.Channel < 1 || p.Channel > 255 {
			r.bad(at, fmt.Sprintf("a relay has no channel %d", p.Channel), "channel: 1")
		}
		return inverted(Relay{Port: spec, Channel: byte(p.Channel)}, p.Inverted)
	case p.Shelly != "":
		if !address(p.Shelly) {
			r.bad(at+".shelly", fmt.Sprintf("%q is no address", p.Shelly), "shelly: http://192.168.1.20")
		}
		if p.Generation != 1 && p.Generation != 2 {
			r.bad(at, "which generation is the Shelly?", "generation: 1, or 2 for all later ones")
		}
		return inverted(Shelly{Base: strings.TrimRight(p.Shelly, "/"), Generation: p.Generation, ID: p.ID}, p.Inverted)
	case !p.Hand:
		r.bad(at, "which switch?", "relay, shelly, or hand: true")
	}
	return nil
}

func address(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// bad adds an error at a path of the file, or at the first of its parents that
// is there.
func (r *reader) bad(path, msg, hint string) {
	e := &Error{File: r.name, Line: 1, Column: 1, Msg: msg, Hint: hint}
	for p := path; ; p = p[:strings.LastIndexByte(p, '.')] {
		if at, err := yaml.PathString(p); err == nil {
			if node, err := at.ReadNode(strings.NewReader(string(r.text))); err == nil && node.GetToken() != nil {
				pos := node.GetToken().Position
				e.Line, e.Column = pos.Line, pos.Column
				break
			}
		}
		if !strings.Contains(p, ".") {
			break
		}
	}
	e.Text = r.line(e.Line)
	r.errs = append(r.errs, e)
}

func (r *reader) line(n int) string {
	lines := strings.Split(string(r.text), "\n")
	if n < 1 || n > len(lines) || !utf8.ValidString(lines[n-1]) {
		return ""
	}
	return strings.ReplaceAll(strings.TrimRight(lines[n-1], "\r"), "\t", " ")
}

// syntax gives an error of the YAML library our form.
func (r *reader) syntax(err error) error {
	e := &Error{File: r.name, Line: 1, Column: 1, Msg: err.Error(), Hint: "stormrig explain rig-file --schema prints the format"}
	var known yaml.Error
	if errors.As(err, &known) {
		e.Msg = known.GetMessage()
		if t := known.GetToken(); t != nil {
			e.Line, e.Column = t.Position.Line, t.Position.Column
		}
	}
	e.Text = r.line(e.Line)
	return e
}
