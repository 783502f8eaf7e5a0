// Package testbench puts emulated devices on a certifier's bench: the profile or
// the known-bad device that is named, on virtual time, with its paper and its
// lights in sight.
package testbench

import (
	"fmt"
	"time"

	"stormrig/hil/certify"
	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

// Device is an emulated device, ready to be examined.
type Device struct {
	Class   certify.Class
	Profile string // its name
	Bench   certify.Bench
	Claim   certify.Claim
	Options certify.Options
	// Grade is what its profile says that it must get; printers only.
	Grade certify.Grade
}

// The time of a byte: on a serial line of 19200 baud, which has software flow
// control; on a radio link or a line of 115200 baud, which has none; and on one
// that fills any buffer and is held back by it.
const (
	serialByte = 520 * time.Microsecond
	radioByte  = 87 * time.Microsecond
	fastByte   = 5 * time.Microsecond
)

// Printer returns a printer of a profile (its text), with more defects than
// the profile has.
func Printer(where string, text []byte, defects ...device.Defect) (*Device, error) {
	p, err := device.ParsePrinter(where, text)
	if err != nil {
		return nil, err
	}
	p.Settings.Defects = p.Settings.Defects.With(defects...)
	d := device.NewPrinter(p.Settings)
	d.Watched = true // it must wake when its buffer has room again
	out := &Device{Class: certify.Printer, Profile: p.Name, Grade: certify.Grade(p.Grade), Claim: claim(p.Name),
		Options: certify.Options{Pages: []escpos.Page(p.Settings.Pages), Width: p.Settings.DotsPerLine, XOnXOff: p.Settings.Flow == device.FlowXOff, Maker: documented(p.Settings)}}
	if !p.Settings.Impostor {
		out.Claim.Maker = p.Settings.Maker
	}
	out.Bench = twin(d, p.Settings.Flow, d.Room, func(told []any) (s certify.Scene) {
		for _, piece := range d.Pieces() {
			s.Sheets = append(s.Sheets, certify.Sheet{Lines: piece.Lines, State: piece.State, Width: piece.Width, Rows: piece.Rows()})
		}
		for _, v := range told {
			if k, ok := v.(device.Kicked); ok && k.Pin == 0 {
				s.Kicks++
			}
		}
		return s
	})
	if p.Settings.Slip {
		return out, out.Bench.Do(certify.Action{Name: "paper-in"})
	}
	return out, nil
}

// documented is what the profile's maker says. An impostor's maker is not who
// it says.
func documented(p device.PrinterProfile) certify.Documented {
	return certify.Documented{Known: true, AutoStatus: p.HasASB, Completion: p.HasCompletion, Cutter: p.Cutter > 0, Images: p.Images.Has("raster"), Codes: p.QR, Recovery: p.CoverNeedsRecovery, DrawerHigh: true, // of the drawer that the bench connects

		Buffer: p.BufferBytes, Speed: p.LineSpeed, DotsPerMM: p.DotsPerMM}
}

func claim(profile string) certify.Claim {
	return certify.Claim{Model: profile, Transport: "emulated"}
}

func twin(d machine.Machine, flow string, room func() int, scene func([]any) certify.Scene) *certify.Twin {
	perByte := radioByte
	switch flow {
	case device.FlowHold:
		perByte = fastByte
	case device.FlowXOff:
		perByte = serialByte
	}
	return certify.NewTwin(d, certify.TwinSpec{Port: device.Port, PerByte: perByte, XOnXOff: flow == device.FlowXOff, Room: room, Scene: scene, Refused: refused})
}

func refused(tell any) (string, bool) {
	r, ok := tell.(device.Refused)
	return r.Why, ok
}

// Named returns an emulated device of a profile that comes with stormrig.
func Named(class certify.Class, profile string, defects ...device.Defect) (*Device, error) {
	kind := KindOf(class)
	text, err := device.Text(kind, profile)
	if err != nil {
		return nil, err
	}
	return Parsed(class, profile, text, defects...)
}

// Parsed returns an emulated device of a profile's text.
func Parsed(class certify.Class, where string, text []byte, defects ...device.Defect) (*Device, error) {
	switch class {
	case certify.Printer:
		return Printer(where, text, defects...)
	case certify.Scanner:
		return Scanner(where, text, defects...)
	case certify.Dongle:
		return Reader(where, text, defects...)
	}
	return nil, fmt.Errorf("there is no class of device %q", class)
}

// KindOf is a class as the profiles call it.
func KindOf(c certify.Class) string {
	if c == certify.Dongle {
		return device.ClassReader
	}
	return string(c)
}

// Profiles lists the profiles of a class.
func Profiles(c certify.Class) []string { return device.ProfileNames(KindOf(c)) }
