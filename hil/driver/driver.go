// Package driver is the host side of the till's devices: what stands between
// the engine, which speaks in [pos.Event] and [pos.Effect], and a port, which
// speaks in bytes.
//
// A driver is a state machine for one port. Handle takes what happened on the
// port (Boot, Opened, Closed, Data, Wake), Do takes an effect that the engine
// let out; both answer with a [Step]: outputs for the pump, events for the
// engine. A driver never blocks, keeps no goroutine, and never decides what a
// sale means. It lives and dies with the till: nothing in it survives a loss
// of power, and what was in flight is found again by asking the device.
//
// # Time
//
// A driver asks for time with a WakeAt output whose Port is its own; the
// station keeps one time for each driver and hands each Wake back with that
// Port. A WakeAt replaces the driver's earlier one, a negative At cancels it.
// A Wake that comes early or twice does no harm: drivers compare with their
// own deadline.
//
// # Links
//
// A driver that needs its device all day opens its port at Boot and asks again
// after a Closed (and while no answer comes) with a growing delay, so that a
// replug needs no hand. An Opened that nobody asked for is taken too.
package driver

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/pos"
)

// Port names, as used in Input.Port, Output.Port, pos.DeviceUp and pos.LinkUp.
const (
	PortScanner  = "scanner"
	PortDongle   = "dongle"
	PortPrinter  = "printer"
	PortLocation = "location"
	PortSeat     = "seat"
	PortHub      = "hub"
	PortHost     = "host"
)

// Driver is what a station drives. Inputs for other ports never reach it.
type Driver interface {
	// Port is the name of the driver's only port.
	Port() string
	// Handle takes one input: Boot, or Opened, Closed, Data and Wake of Port.
	Handle(now machine.Now, in machine.Input) Step
	// Do carries out an effect. Effects of other drivers give an empty Step.
	Do(now machine.Now, e pos.Effect) Step
	// Clone returns a copy that shares nothing changeable with the original.
	Clone() Driver
}

// Step is what a driver answers with.
type Step struct {
	Out    []machine.Output
	Events []pos.Event
}

// Write adds bytes for port. The step keeps data: the caller hands it over.
func (s *Step) Write(port string, data []byte) {
	s.Out = append(s.Out, machine.Output{Kind: machine.Write, Port: port, Data: data})
}

// Open asks for the peer of port.
func (s *Step) Open(port string) {
	s.Out = append(s.Out, machine.Output{Kind: machine.Open, Port: port})
}

// Close hangs up on port.
func (s *Step) Close(port string) {
	s.Out = append(s.Out, machine.Output{Kind: machine.Close, Port: port})
}

// Wake asks for a Wake of port at a monotonic time; negative cancels.
func (s *Step) Wake(port string, at time.Duration) {
	s.Out = append(s.Out, machine.Output{Kind: machine.WakeAt, Port: port, At: at})
}

// Event adds an event for the engine.
func (s *Step) Event(e pos.Event) { s.Events = append(s.Events, e) }

// Add appends another step.
func (s *Step) Add(o Step) {
	s.Out = append(s.Out, o.Out...)
	s.Events = append(s.Events, o.Events...)
}

// Delays of redialling.
const (
	redialFirst = 250 * time.Millisecond
	redialMost  = 8 * time.Second
	// redialFar is the longest delay towards a hub or a host: in a dark of
	// hours a radio that calls every few seconds empties the battery.
	redialFar = 30 * time.Second
	// absentDials is how often a peer that never was there is called in vain
	// before it is said to be absent: 4 s after the start.
	absentDials = 5
)

// redial is the link of a driver that wants its port open all day. It is a
// plain value; copying it copies the link's state.
type redial struct {
	far   bool // the peer is far away, and may be gone for hours
	up    bool
	delay time.Duration // before the next attempt
	at    time.Duration // Mono of the next attempt, meaningful while down
	dials int           // since the start
	met   bool          // the peer was there once
}

// dial asks for the port now and again later if nothing answers.
func (r *redial) dial(s *Step, now machine.Now, port string) {
	if r.delay == 0 {
		r.delay = redialFirst
	}
	r.up = false
	r.at = now.Mono + r.delay
	r.delay = min(2*r.delay, r.most())
	r.dials++
	s.Open(port)
	s.Wake(port, r.at)
}

func (r *redial) most() time.Duration {
	if r.far {
		return redialFar
	}
	return redialMost
}

// opened notes that the peer is there. It reports whether the link was down,
// and cancels the pending attempt.
func (r *redial) opened(s *Step, port string) bool {
	was := r.up
	r.up, r.met, r.delay, r.at = true, true, 0, 0
	s.Wake(port, -1)
	return !was
}

// closed notes that the peer is gone and plans the next attempt. It reports
// whether the link was up.
func (r *redial) closed(s *Step, now machine.Now, port string) bool {
	was := r.up
	r.up = false
	r.delay = redialFirst
	r.at = now.Mono + r.delay
	s.Wake(port, r.at)
	return was
}

// due dials again if it is time to. A Wake that came early or from an older
// plan only asks again for the planned time. It reports, once, that a peer who
// never was there since the start does not come: nobody else says so.
func (r *redial) due(s *Step, now machine.Now, port string) (absent bool) {
	switch {
	case r.up:
	case now.Mono >= r.at:
		r.dial(s, now, port)
		return !r.met && r.dials == absentDials
	default:
		s.Wake(port, r.at)
	}
	return false
}
