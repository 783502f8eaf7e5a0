// Package machine is the protocol of everything in stormrig that speaks
// bytes and decides: tills, hubs, drivers, emulated devices, the card host,
// the cashier.
//
// A machine is a pure function with memory. It is handed one [Input] and the
// time, and answers with [Output] values. It has no goroutine, no timer, no
// random number and no clock of its own, and nothing leaves it but its
// outputs. Two things follow: the same inputs give the same outputs for ever,
// and a machine can be copied between two inputs (Clone). A pump ties
// machines to wires: an event queue in the simulated rig, goroutines on real
// ports.
//
// This package is a leaf: standard library only.
package machine

import "time"

// Now is the time as a machine sees it.
type Now struct {
	// Mono is monotonic time since the machine was switched on. It never
	// steps, and it starts again from zero in the machine's next life.
	Mono time.Duration
	// Wall is what the device's own clock shows, in nanoseconds since 1970
	// UTC. It may drift, jump and run backwards.
	Wall int64
}

// Time returns Wall as a time in UTC.
func (n Now) Time() time.Time { return time.Unix(0, n.Wall).UTC() }

// Kind says what an Input is.
type Kind uint8

// The kinds of input.
const (
	// Boot is the first input of a life: power has come.
	Boot Kind = iota
	// Opened: the peer on Port is there; bytes can flow.
	Opened
	// Closed: the peer on Port is gone (unplugged, out of power, link down
	// and noticed). Bytes under way are lost.
	Closed
	// Data: bytes arrived on Port.
	Data
	// Wake: the time asked for by WakeAt has come.
	Wake
	// Do: a hand operates the machine (Action, Data): pull the trigger,
	// swipe this card, open the cover.
	Do
	// Off: power is about to vanish at Now. Only device models get it, so
	// that they can settle what was moving (half a line on the paper); its
	// outputs other than Tell are dropped. A till never gets one.
	Off
	// Status: the line of status that Port has beside its bytes says Data, one
	// byte. It comes after Opened, and when it changes.
	Status
)

// Input is one thing that happens to a machine. It is a value; Data belongs
// to nobody and must not be changed.
type Input struct {
	Kind   Kind
	Port   string // Opened, Closed, Data, Status: which of the machine's ports
	Action string // Do: what the hand does, in the device's own words
	Data   []byte // Data, Status: the bytes; Do: the argument
	// First and Per place the bytes of a Data input in time: byte i arrived
	// at First + i*Per (Mono of the receiver, never later than now). A whole
	// transfer is one input, and a device that works while bytes still come
	// in (a printer) can tell what it had done at each moment.
	First, Per time.Duration
}

// At returns when byte i of a Data input arrived.
func (in Input) At(i int) time.Duration { return in.First + time.Duration(i)*in.Per }

// OutKind says what an Output is.
type OutKind uint8

// The kinds of output.
const (
	// Write sends Data on Port. On a byte port they are placed in time by
	// the cable's speed; on a network link one Write is one message, which
	// arrives whole or not at all.
	Write OutKind = iota
	// Open asks for the peer on Port; the answer is an Opened or nothing.
	Open
	// Close hangs up.
	Close
	// WakeAt asks for one Wake at At. Each WakeAt replaces the one before;
	// a negative At cancels it.
	WakeAt
	// Tell is for whoever watches (the harness, a log, a screen). It reaches
	// no other machine. The value is a plain value of a type documented by
	// the machine's package.
	Tell
)

// Output is one thing that a machine wants done.
type Output struct {
	Kind OutKind
	Port string
	Data []byte
	At   time.Duration // WakeAt: Mono
	Tell any
}

// Machine is what a pump drives.
type Machine interface {
	// Handle takes one input. It must not keep or change in.Data.
	Handle(now Now, in Input) []Output
	// Clone returns a copy that shares nothing changeable with the original.
	Clone() Machine
}
