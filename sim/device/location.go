package device

import (
	"fmt"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/nmea"
)

// LocationProfile is a make of location receiver.
type LocationProfile struct {
	Cold  time.Duration // from opening to the first sentence after power-on
	Hot   time.Duration // the same once it has had a fix
	Every time.Duration // between sentences while the port stays open
}

// DefaultLocation is a receiver as built into phones.
func DefaultLocation() LocationProfile {
	return LocationProfile{Cold: 26 * time.Second, Hot: time.Second, Every: 10 * time.Second}
}

// Fixed is told when the receiver spoke: with a fix, or void.
type Fixed struct {
	Valid bool
	nmea.Fix
}

// Location is a location receiver that speaks when its port is opened: one RMC
// and GGA after its time to fix, then another pair now and then. Nothing asks
// it for anything. Hands do:
//
//	place   Data is latitude and longitude in degrees times 10^7 and accuracy
//	        in centimetres, three integers with spaces between
//	nofix   it sees no satellites: void sentences
//
// Where it is needs no memory; that it had a fix is forgotten without power.
type Location struct {
	Profile  LocationProfile
	place    nmea.Fix
	sees     bool
	on, open bool
	hot      bool
	speakAt  time.Duration
	alarm    alarm
}

// NewLocation returns a receiver without power at a place, or with a nil place
// one that sees no satellites.
func NewLocation(p LocationProfile, place *nmea.Fix) *Location {
	d := &Location{Profile: p, speakAt: -1}
	if place != nil {
		d.place, d.sees = *place, true
	}
	return d
}

// Handle takes one input.
func (d *Location) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot || in.Kind == machine.Off {
		d.on, d.open, d.hot = in.Kind == machine.Boot, false, false
		d.speakAt, d.alarm = -1, alarm{}
		return nil
	}
	if in.Kind == machine.Do {
		// The sky is there with the receiver's power or without.
		out = d.do(out, in)
	}
	if !d.on {
		return out
	}
	switch in.Kind {
	case machine.Opened:
		d.open = true
		d.speakAt = now.Mono + d.Profile.Cold
		if d.hot {
			d.speakAt = now.Mono + d.Profile.Hot
		}
	case machine.Closed:
		d.open, d.speakAt = false, -1
	case machine.Wake:
		d.alarm.rang()
		out = d.speak(out, now)
	}
	return d.alarm.want(out, d.speakAt)
}

func (d *Location) do(out []machine.Output, in machine.Input) []machine.Output {
	switch in.Action {
	case "nofix":
		d.sees, d.hot = false, false
	case "place":
		var f nmea.Fix
		if _, err := fmt.Sscan(string(in.Data), &f.LatE7, &f.LonE7, &f.AccuracyCM); err != nil {
			return append(out, tell(Refused{Action: in.Action, Why: "want three integers: latitude and longitude in 1e-7 degrees, accuracy in cm"}))
		}
		d.place, d.sees = f, true
	default:
		return append(out, tell(Refused{Action: in.Action, Why: "a receiver can be placed, or see nothing"}))
	}
	return out
}

func (d *Location) speak(out []machine.Output, now machine.Now) []machine.Output {
	if !d.open || d.speakAt < 0 || now.Mono < d.speakAt {
		return out
	}
	d.speakAt = now.Mono + max(d.Profile.Every, time.Second)
	if !d.sees {
		return append(out, tell(Fixed{}), write(nmea.Append(nil, nil, now.Time())))
	}
	d.hot = true
	return append(out, tell(Fixed{Valid: true, Fix: d.place}), write(nmea.Append(nil, &d.place, now.Time())))
}

// Clone returns a copy that shares nothing changeable.
func (d *Location) Clone() machine.Machine {
	c := *d
	return &c
}
