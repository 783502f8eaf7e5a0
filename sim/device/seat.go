package device

import (
	"bytes"

	"stormrig/hil/machine"
	"stormrig/hil/wire/seat"
)

// What a seat tells.
type (
	// Shown: the display shows this now.
	Shown struct{ Screen seat.Screen }
	// Dark: the display shows nothing; the till, the cable or its own power
	// is gone.
	Dark struct{}
)

// Seat is the display and keys in front of the cashier, for a harness whose
// cashier does not speak the seat's protocol itself. Hands do:
//
//	key   Data is a line in the form of package seat ("cash 1500.00")
//
// It remembers nothing without power; a key pressed without a till is lost.
type Seat struct {
	on, open bool
	lit      bool
	screens  seat.Screens
}

// NewSeat returns a seat without power.
func NewSeat() *Seat { return &Seat{} }

// Handle takes one input.
func (d *Seat) Handle(_ machine.Now, in machine.Input) (out []machine.Output) {
	switch in.Kind {
	case machine.Boot, machine.Off:
		out = d.dark(out)
		d.on, d.open = in.Kind == machine.Boot, false
		return out
	case machine.Opened, machine.Closed:
		out = d.dark(out)
		d.open = d.on && in.Kind == machine.Opened
	case machine.Data:
		if !d.open {
			return nil
		}
		for _, s := range d.screens.Feed(in.Data) {
			d.lit = true
			out = append(out, tell(Shown{Screen: s}))
		}
	case machine.Do:
		switch {
		case in.Action != "key":
			out = append(out, tell(Refused{Action: in.Action, Why: "a seat has keys"}))
		case d.open:
			line := bytes.TrimRight(in.Data, "\r\n")
			out = append(out, write(append(bytes.Clone(line), '\n')))
		}
	}
	return out
}

// dark forgets what is shown and half received.
func (d *Seat) dark(out []machine.Output) []machine.Output {
	d.screens.Reset()
	if d.lit {
		out = append(out, tell(Dark{}))
	}
	d.lit = false
	return out
}

// Clone returns a copy that shares nothing changeable.
func (d *Seat) Clone() machine.Machine {
	c := *d
	c.screens = d.screens.Clone()
	return &c
}
