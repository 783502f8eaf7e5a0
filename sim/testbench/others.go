package testbench

import (
	"fmt"

	"stormrig/hil/certify"
	"stormrig/hil/wire/card"
	"stormrig/sim/device"
)

// Scanner returns a scanner of a profile (its text).
func Scanner(where string, text []byte, defects ...device.Defect) (*Device, error) {
	p, err := device.ParseScanner(where, text)
	if err != nil {
		return nil, err
	}
	p.Settings.Defects = p.Settings.Defects.With(defects...)
	return &Device{Class: certify.Scanner, Profile: p.Name, Claim: claim(p.Name), Bench: twin(device.NewScanner(p.Settings), "", nil, heard),
		Options: certify.Options{Speaks: p.Settings.Speaks, Acks: p.Settings.Tries > 0, AIM: p.Settings.Settings.AIM, Layout: p.Settings.Layout}}, nil
}

// emulatedHost is the secret of the card host that emulated heads seal for.
// It protects test cards from nobody.
var emulatedHost = card.BaseKey{'e', 'm', 'u', 'l', 'a', 't', 'e', 'd'}

// serial is every emulated reader's.
const serial = "EMULATED-1"

// Reader returns a card reader of a profile (its text), of any class.
func Reader(where string, text []byte, defects ...device.Defect) (*Device, error) {
	p, err := device.ParseReader(where, text)
	if err != nil {
		return nil, err
	}
	p.Settings.Defects = p.Settings.Defects.With(defects...)
	return &Device{Class: certify.Dongle, Profile: p.Name, Claim: claim(p.Name),
		Bench: twin(device.NewReader(p.Settings, serial, emulatedHost.HeadKey(serial)), "", nil, charged),
		Options: certify.Options{Kind: p.Settings.Kind, Confirms: p.Settings.Confirms, Unconfirmed: unconfirmed(p.Settings), Unseal: func(serial string, sealed []byte) (string, error) {
			track, _, err := card.Open(emulatedHost.HeadKey(serial), serial, sealed)
			return track, err
		}}}, nil
}

// unconfirmed is a terminal's profile in the words of a check.
func unconfirmed(p device.ReaderProfile) string {
	if !p.Confirms {
		return ""
	}
	return p.Unconfirmed + "s"
}

// heard tells the sounds that a scanner made for its host.
func heard(told []any) (s certify.Scene) {
	for _, v := range told {
		switch b, ok := v.(device.Beeped); {
		case ok && b.Good:
			s.Shown = append(s.Shown, "good beep")
		case ok:
			s.Shown = append(s.Shown, "bad beep")
		}
	}
	return s
}

// charged tells what a reader shows, and what a terminal charged, as its slip
// would.
func charged(told []any) (s certify.Scene) {
	for _, v := range told {
		switch c := v.(type) {
		case device.Settled:
			s.Shown = append(s.Shown, fmt.Sprintf("charged %s %d", c.Ref, c.Amount))
		case device.Armed:
			s.Shown = append(s.Shown, fmt.Sprintf("shows %s %d", c.Ref, c.Amount))
		}
	}
	return s
}
