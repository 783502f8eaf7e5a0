// Package device is the device side of the till's peripherals: what answers on
// the other end of a byte port when no real device is plugged in. Each is a
// [machine.Machine] with one port, named by Port, and says by Tell what truly
// happened to it, so that a harness need not believe the till.
//
// # Power
//
// Boot switches a device on, Off takes its power away, and the same struct is
// booted again later. What a device remembers without power stands in its own
// comment; all else is gone. A device without power does nothing, whatever is
// done to it. Its Mono time starts from zero with each Boot.
//
// # Profiles
//
// How a make of device behaves is a profile, a small struct of plain values.
// Where manuals conflict it is a field there, not a guess in the code.
package device

import (
	"time"

	"stormrig/hil/machine"
)

// Port is the only port of every device: the cable or radio link to its host.
const Port = "host"

// Refused is told when a hand asked for something that the device cannot do
// or does not know: a mistake in a scenario, never a fault.
type Refused struct{ Action, Why string }

func write(data []byte) machine.Output {
	return machine.Output{Kind: machine.Write, Port: Port, Data: data}
}

func tell(v any) machine.Output { return machine.Output{Kind: machine.Tell, Tell: v} }

// alarm is a device's only timer. It asks for a Wake once, not with each
// input, since each request is work for the pump.
type alarm struct {
	at  time.Duration
	set bool
}

// want adds a WakeAt output if the wanted time is not the one asked for
// already; a negative time wants none.
func (a *alarm) want(out []machine.Output, at time.Duration) []machine.Output {
	if at < 0 {
		if !a.set {
			return out
		}
		a.set = false
		return append(out, machine.Output{Kind: machine.WakeAt, At: -1})
	}
	if a.set && a.at == at {
		return out
	}
	a.at, a.set = at, true
	return append(out, machine.Output{Kind: machine.WakeAt, At: at})
}

// rang notes that a Wake came.
func (a *alarm) rang() { a.set = false }

// earlier returns the earlier of two times, of which negative ones are none.
func earlier(a, b time.Duration) time.Duration {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}
