package fault

import (
	"strings"
	"time"

	"stormrig/sim"
)

// Kind says what goes wrong.
type Kind string

// The kinds of fault.
const (
	Cut      Kind = "cut"      // a source (the mains) or a unit loses power
	Drop     Kind = "drop"     // a unit falls and its battery comes out
	Brownout Kind = "brownout" // a source's voltage sags; the weakest dies first
	Kill     Kind = "kill"     // a process dies; the page cache stays
	Stop     Kind = "stop"     // a till or hub is switched off in order
	Network  Kind = "network"  // a link partitions, loses, delays, repeats, reorders
	Unplug   Kind = "unplug"   // a cable is pulled
	Mute     Kind = "mute"     // a cable: what the device says does not arrive
	Deaf     Kind = "deaf"     // a cable: what the device is told does not arrive
	Slow     Kind = "slow"     // a cable: what the device says comes later
	Garble   Kind = "garble"   // a byte on a cable arrives changed
	Device   Kind = "device"   // a hand does something to a device: Args.Action
	Clock    Kind = "clock"    // a clock jumps, is set, starts at 1970, drifts
	Disk     Kind = "disk"     // a disk fails, fills up, is slow, lies
)

// Fault is one thing that goes wrong.
type Fault struct {
	ID   string // unique in its plan
	Kind Kind
	// Target is a unit, source, cable or link of the world; several of one
	// kind are joined by commas.
	Target string
	When   When
	For    time.Duration // undone after that; 0: stays (kill: at once)
	Args   Args
	// Optional: a run is not blind when it did not fire.
	Optional bool
}

// Args are a fault's particulars.
type Args struct {
	Mode     string        `json:"mode,omitempty"`     // network, clock, disk
	Way      string        `json:"way,omitempty"`      // network one-way: "forth" (A to B) or "back" is blocked; break: whose message
	Permille int           `json:"permille,omitempty"` // network: chance, break: share of the message; brownout: voltage
	Noticed  bool          `json:"noticed,omitempty"`  // network partition: the ends hear of it
	Delay    time.Duration `json:"-"`                  // network delay, reorder; slow; brownout: ramp
	By       time.Duration `json:"-"`                  // clock jump
	Wall     int64         `json:"wall,omitempty"`     // clock set: ns since 1970
	PPM      int64         `json:"ppm,omitempty"`      // clock drift: microseconds gained a second
	Count    int64         `json:"count,omitempty"`    // disk: factor, failing operations, bytes left; network break: bytes of the message
	Action   string        `json:"action,omitempty"`   // device: what the hand does
	Data     string        `json:"data,omitempty"`     // device: with what
	Undo     string        `json:"undo,omitempty"`     // device: what the hand does after For, and with what: "slow 1"
}

// Targets returns the targets, one by one.
func (f Fault) Targets() []string { return strings.Split(f.Target, ",") }

// UndoAct is what a hand does to a device when a device fault is over; false
// when it does nothing.
func (f Fault) UndoAct(unit string) (sim.Act, bool) {
	action, data, _ := strings.Cut(f.Args.Undo, " ")
	return sim.Act{Unit: unit, Action: action, Data: []byte(data)}, action != ""
}
