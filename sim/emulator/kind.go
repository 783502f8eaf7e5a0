package emulator

import (
	"fmt"
	"os"
	"strings"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/sim/device"
)

// Kind is a device to be served, with what an emulator must know of its class.
type Kind struct {
	Class   string // printer, scanner, dongle, location
	Profile string
	Title   string
	Defects []string
	Device  machine.Machine
	// Wait is how many hosts wait behind the one that is connected; 0 closes
	// them at once.
	Wait int

	printer *device.Printer
	reader  string   // the class of a card reader: device.KindReader and so on
	begin   []string // actions before the first host
	actions []device.Action
	state   func() any
}

// Actions lists what a hand can do to the device, its line and its plug.
func (k Kind) Actions() []device.Action { return k.actions }

// Printer makes a printer of a profile (a name, or the path of a file), with
// defects by name.
func Printer(profile string, defects []string) (Kind, error) {
	text, where, err := profileText(device.ClassPrinter, profile)
	if err != nil {
		return Kind{}, err
	}
	p, err := device.ParsePrinter(where, text)
	if err != nil {
		return Kind{}, err
	}
	if p.Settings.Defects, p.Defects, err = withDefects(device.ClassPrinter, p.Settings.Defects, defects); err != nil {
		return Kind{}, err
	}
	d := device.NewPrinter(p.Settings)
	d.Watched = true
	k := Kind{Class: "printer", Profile: p.Name, Title: p.Title, Defects: p.Defects, Device: d, printer: d,
		begin: []string{"drawer"}, state: func() any { return d.State() }}
	if p.Settings.Second == device.SecondWait {
		k.Wait = waiters
	}
	k.actions = allActions(device.PrinterActions(), true)
	return k, nil
}

// Scanner makes a scanner.
func Scanner(profile string, defects []string) (Kind, error) {
	text, where, err := profileText(device.ClassScanner, profile)
	if err != nil {
		return Kind{}, err
	}
	p, err := device.ParseScanner(where, text)
	if err != nil {
		return Kind{}, err
	}
	if p.Settings.Defects, p.Defects, err = withDefects(device.ClassScanner, p.Settings.Defects, defects); err != nil {
		return Kind{}, err
	}
	scan := device.Action{Name: "scan", Arg: "code", Says: "pull the trigger with this code before it; an AIM identifier may stand before it (]E04006381333931)"}
	return Kind{Class: "scanner", Profile: p.Name, Title: p.Title, Defects: p.Defects, Device: device.NewScanner(p.Settings),
		actions: allActions(append([]device.Action{scan}, device.ScannerActions()...), false), state: func() any { return nil }}, nil
}

// testKey is the secret from which emulated heads derive theirs. It protects
// nothing: only published test numbers ever come near it.
var testKey = card.BaseKey{'s', 't', 'o', 'r', 'm', 'r', 'i', 'g', ' ', 't', 'e', 's', 't', ' ', 'k', 'e', 'y'}

// Serial is that of an emulated card reader.
const Serial = "EMULATED-1"

// Dongle makes a card reader of any class.
func Dongle(profile string, defects []string) (Kind, error) {
	text, where, err := profileText(device.ClassReader, profile)
	if err != nil {
		return Kind{}, err
	}
	p, err := device.ParseReader(where, text)
	if err != nil {
		return Kind{}, err
	}
	if p.Settings.Defects, p.Defects, err = withDefects(device.ClassReader, p.Settings.Defects, defects); err != nil {
		return Kind{}, err
	}
	d := device.NewReader(p.Settings, Serial, testKey.HeadKey(Serial))
	return Kind{Class: "dongle", Profile: p.Name, Title: p.Title, Defects: p.Defects, Device: d, reader: p.Settings.Kind,
		actions: allActions(device.ReaderActions(p.Settings.Kind), false),
		state:   func() any { return d.(interface{ State() device.ReaderState }).State() }}, nil
}

// Location makes a location receiver; it has one profile.
func Location() Kind {
	place := []device.Action{
		{Name: "place", Arg: "lat lon accuracy", Says: "three whole numbers: latitude and longitude in degrees times 10^7, accuracy in centimetres"},
		{Name: "nofix", Says: "it sees no satellites"},
	}
	return Kind{Class: "location", Profile: "phone", Title: "a receiver as built into phones", Device: device.NewLocation(device.DefaultLocation(), nil),
		actions: allActions(place, false), state: func() any { return nil }}
}

func allActions(of []device.Action, printer bool) []device.Action {
	return append(append(append([]device.Action{}, of...), device.CableActions(printer)...), own()...)
}

// profileText finds a profile by its name or by the path of its file.
func profileText(class, profile string) (text []byte, where string, err error) {
	if strings.ContainsAny(profile, "/\\.") {
		text, err = os.ReadFile(profile)
		if err != nil {
			return nil, "", fmt.Errorf("profile: %w", err)
		}
		return text, profile, nil
	}
	text, err = device.Text(class, profile)
	return text, profile, err
}

// withDefects adds named defects to those of a profile.
func withDefects(class string, has device.Defects, names []string) (device.Defects, []string, error) {
	for _, n := range names {
		d, err := device.DefectNamed(class, n)
		if err != nil {
			return 0, nil, fmt.Errorf("%w: %w", device.ErrProfile, err)
		}
		has = has.With(d)
	}
	return has, has.Names(), nil
}
