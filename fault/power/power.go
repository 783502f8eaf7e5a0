// Package power holds what can go wrong with power.
//
// A till must survive, at any moment, and again during its recovery: the loss
// of its own power; the loss of any device's power; power that comes and goes;
// a brown-out that takes the devices before the till. It may lose what it had
// not yet committed (a scan that was under way), never what it acknowledged
// (printed, displayed as done, armed at the dongle). It may have to ask the
// cashier what became of an effect that was in flight.
//
// A killed process is not a loss of power: the page cache stays.
//
// What each rig can do:
//
//	sim       all of it, placed to the nanosecond
//	process   a disk in a process of its own forgets what was not synced, the till is killed
//	machine   the virtual machine is killed, its disk drops its cache
//	hardware  a relay, or a hand
package power

import (
	"time"

	"stormrig/sim"
)

// Cut takes the power of a unit or a source for that long (0: for good).
func Cut(target string, lasts time.Duration) sim.Operation {
	return sim.CutPower{Target: target, For: lasts}
}

// Drop lets a unit fall; the hand puts the battery back after that time.
func Drop(unit string, lasts time.Duration) sim.Operation {
	return sim.Drop{Unit: unit, For: lasts}
}

// Brownout lets a source's voltage sag to permille of the nominal one, evenly
// within ramp.
func Brownout(source string, permille int, ramp, lasts time.Duration) sim.Operation {
	return sim.Sag{Source: source, To: permille, Ramp: ramp, For: lasts}
}

// Kill ends a unit's process; it is started again after that time.
func Kill(unit string, after time.Duration) sim.Operation {
	return sim.Kill{Unit: unit, After: after}
}
