package driver

import (
	"stormrig/hil/machine"
	"stormrig/hil/wire/seat"
	"stormrig/pos"
)

// Seat drives the cashier's place: keys come in as text, screens go out as
// frames. The last screen is kept and sent again whenever the display comes
// back, because a display shows nothing of what was sent while it was dark.
type Seat struct {
	link  redial
	keys  seat.Keys
	frame []byte // of the last screen; replaced, never written to
}

// NewSeat returns the driver of a seat.
func NewSeat() *Seat { return &Seat{} }

// Port is PortSeat.
func (d *Seat) Port() string { return PortSeat }

// Handle takes one input of the port. A seat that is gone is no event: nobody
// is there whom the till could tell.
func (d *Seat) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.link.dial(&s, now, PortSeat)
	case machine.Opened:
		d.keys.Reset()
		d.link.opened(&s, PortSeat)
		d.draw(&s)
	case machine.Closed:
		d.keys.Reset()
		d.link.closed(&s, now, PortSeat)
	case machine.Wake:
		d.link.due(&s, now, PortSeat)
	case machine.Data:
		for _, k := range d.keys.Feed(in.Data) {
			s.Event(pos.Pressed{Word: k.Word, Args: k.Args, Waited: max(now.Mono-in.At(len(in.Data)-1), 0)})
		}
	}
	return s
}

// Do carries out Show.
func (d *Seat) Do(_ machine.Now, e pos.Effect) (s Step) {
	if show, ok := e.(pos.Show); ok {
		d.frame = seat.AppendScreen(nil, seat.Screen(show.Screen))
		d.draw(&s)
	}
	return s
}

func (d *Seat) draw(s *Step) {
	if d.link.up && d.frame != nil {
		s.Write(PortSeat, d.frame)
	}
}

// Clone returns a copy that shares nothing changeable.
func (d *Seat) Clone() Driver {
	c := *d
	c.keys = d.keys.Clone()
	return &c
}
