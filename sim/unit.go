package sim

import "stormrig/hil/machine"

// Nature says what loss of power does to a unit. A unit is a Computer unless
// it says otherwise by a method Nature() Nature.
type Nature uint8

// The natures of units.
const (
	// Computer: the machine is discarded, and the next life starts from what
	// is durable. It is not told.
	Computer Nature = iota
	// Appliance: it gets the input Off and keeps its struct, since paper and
	// non-volatile memory outlive power.
	Appliance
	// Human never loses power.
	Human
)

// Unit is one thing in the world that handles inputs: a till or a hub (a
// machine with a disk), a device, a person.
type Unit interface {
	// Start makes the machine of life number gen (from 1) from what is
	// durable; the input Boot follows.
	Start(gen int)
	// Stop: power has vanished, the machine is gone.
	Stop()
	// Handle as in machine.Machine. Its outputs' Data must not be changed
	// afterwards; the world keeps it.
	Handle(now machine.Now, in machine.Input) []machine.Output
	// Disk returns the unit's disk, nil if it has none.
	Disk() Disk
	// Clone returns a deep copy.
	Clone() Unit
}

// lasting is a unit around a machine that outlives power.
type lasting struct {
	machine machine.Machine
	nature  Nature
}

// Device makes a unit of an emulated device: it gets Off at power loss, then
// Boot with the same struct.
func Device(m machine.Machine) Unit { return &lasting{m, Appliance} }

// Person makes a unit of a person, who never loses power.
func Person(m machine.Machine) Unit { return &lasting{m, Human} }

// Box is a powered thing without behaviour, such as a router: links may name
// it in Via.
func Box() Unit { return &lasting{nothing{}, Appliance} }

func (l *lasting) Start(int) {}
func (l *lasting) Stop()     {}
func (l *lasting) Handle(now machine.Now, in machine.Input) []machine.Output {
	return l.machine.Handle(now, in)
}
func (l *lasting) Disk() Disk     { return nil }
func (l *lasting) Nature() Nature { return l.nature }
func (l *lasting) Clone() Unit    { return &lasting{l.machine.Clone(), l.nature} }

// Inside returns the machine within a Device or a Person (to look at a
// printer's paper), nil for other units.
func Inside(u Unit) machine.Machine {
	if l, ok := u.(*lasting); ok {
		return l.machine
	}
	return nil
}

func natureOf(u Unit) Nature {
	if n, ok := u.(interface{ Nature() Nature }); ok {
		return n.Nature()
	}
	return Computer
}

type nothing struct{}

func (nothing) Handle(machine.Now, machine.Input) []machine.Output { return nil }
func (nothing) Clone() machine.Machine                             { return nothing{} }
