package driver

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/nmea"
	"stormrig/pos"
)

// LocateWithin is how long a Locate may take before it ends without a fix. A
// cold receiver needs about half a minute.
const LocateWithin = 40 * time.Second

// Location drives a receiver that speaks when its port is opened. Nothing is
// polled: the port is open from a Locate to its fix, and closed else, which is
// what lets a receiver on a battery sleep.
type Location struct {
	busy     bool
	link     redial
	deadline time.Duration // Mono, while busy
	pairs    nmea.Pairs
}

// NewLocation returns the driver of a location receiver.
func NewLocation() *Location { return &Location{} }

// Port is PortLocation.
func (d *Location) Port() string { return PortLocation }

// Do carries out Locate. One that comes while another is under way shares its
// answer.
func (d *Location) Do(now machine.Now, e pos.Effect) (s Step) {
	if _, ok := e.(pos.Locate); !ok || d.busy {
		return s
	}
	d.busy, d.link = true, redial{}
	d.deadline = now.Mono + LocateWithin
	d.pairs.Reset()
	d.link.dial(&s, now, PortLocation)
	d.bound(&s)
	return s
}

// bound lets the next attempt to open come at the deadline at the latest.
func (d *Location) bound(s *Step) {
	d.link.at = min(d.link.at, d.deadline)
	s.Wake(PortLocation, d.link.at)
}

// Handle takes one input of the port. Between two Locates nothing matters:
// bytes may still arrive behind a Close.
func (d *Location) Handle(now machine.Now, in machine.Input) (s Step) {
	if !d.busy {
		return s
	}
	switch in.Kind {
	case machine.Opened:
		d.pairs.Reset()
		d.link.opened(&s, PortLocation)
		s.Wake(PortLocation, d.deadline)
	case machine.Closed:
		d.pairs.Reset()
		d.link.closed(&s, now, PortLocation)
		d.bound(&s)
	case machine.Data:
		if fixes := d.pairs.Feed(in.Data); len(fixes) > 0 {
			f := fixes[len(fixes)-1]
			d.finish(&s, pos.Located{LatE7: f.LatE7, LonE7: f.LonE7, AccuracyCM: f.AccuracyCM})
		}
	case machine.Wake:
		d.wake(&s, now)
	}
	return s
}

func (d *Location) wake(s *Step, now machine.Now) {
	switch {
	case now.Mono >= d.deadline && d.link.up:
		d.finish(s, pos.NotLocated{Reason: "no fix in " + LocateWithin.String()})
	case now.Mono >= d.deadline:
		d.finish(s, pos.NotLocated{Reason: "receiver does not answer"})
	case d.link.up:
		s.Wake(PortLocation, d.deadline)
	default:
		d.link.due(s, now, PortLocation)
		d.bound(s)
	}
}

func (d *Location) finish(s *Step, e pos.Event) {
	d.busy = false
	d.pairs.Reset()
	s.Close(PortLocation)
	s.Wake(PortLocation, -1)
	s.Event(e)
}

// Clone returns a copy that shares nothing changeable.
func (d *Location) Clone() Driver {
	c := *d
	c.pairs = d.pairs.Clone()
	return &c
}
