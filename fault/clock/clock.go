// Package clock holds what can go wrong with a device's clock.
//
// A till must survive a clock that jumps, runs backwards, drifts or starts at
// 1970. It may show and print the wrong time, if the journal says that the
// clock is in doubt; it may not lose or reorder entries, number a receipt
// twice, or close the wrong business day in silence.
//
// What each rig can do:
//
//	sim       all of it
//	process   the till's view of the clock is patched
//	machine   the virtual real-time clock, and settimeofday through the agent
//	hardware  a hand
package clock

import (
	"fmt"
	"time"

	"stormrig/sim"
)

// The modes of a clock fault.
const (
	Jump  = "jump"      // by By, which may be negative
	Set   = "set"       // to Wall
	Epoch = "1970"      // to the beginning of 1970, at once
	Flat  = "flat-cell" // each life from now on starts at 1970
	Drift = "drift"     // gains PPM microseconds a second
	Right = "right"     // set right, as a time server would
)

// mostPPM is a clock that runs at double speed, or stands still.
const mostPPM = 1_000_000

// Modes returns the modes.
func Modes() []string { return []string{Jump, Set, Epoch, Flat, Drift, Right} }

// Trouble is a clock fault's particulars.
type Trouble struct {
	Mode string
	By   time.Duration
	Wall int64 // ns since 1970
	PPM  int64
}

// Move returns the operation that does it. What lasts is undone: a jump by another
// one, a clock that was set by one that sets it right. A flat cell stays so.
func Move(unit string, t Trouble, lasts time.Duration) (sim.Operation, error) {
	switch {
	case t.Mode == Jump && t.By != 0:
		return sim.JumpClock{Unit: unit, By: t.By, For: lasts}, nil
	case t.Mode == Jump:
		return nil, fmt.Errorf("a clock jump needs how far")
	case t.Mode == Set:
		return sim.SetClock{Unit: unit, Wall: t.Wall, For: lasts}, nil
	case t.Mode == Epoch:
		return sim.SetClock{Unit: unit, Wall: 0, Why: "1970", For: lasts}, nil
	case t.Mode == Flat:
		return sim.FlattenRTC{Unit: unit}, nil
	case t.Mode == Drift && (t.PPM < -mostPPM || t.PPM > mostPPM):
		return nil, fmt.Errorf("a clock that gains %d us a second is none; take %d at most", t.PPM, mostPPM)
	case t.Mode == Drift:
		return sim.DriftClock{Unit: unit, PPM: t.PPM, For: lasts}, nil
	case t.Mode == Right:
		return sim.TrueClock{Unit: unit}, nil
	}
	return nil, fmt.Errorf("unknown clock trouble %q (known: %v)", t.Mode, Modes())
}
