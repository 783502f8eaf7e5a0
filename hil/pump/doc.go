// Package pump ties machines ([stormrig/hil/machine]) to ports in real time:
// what sim.World is for the simulated rig, with the kernel in the place of the
// event queue.
//
// # One machine, one goroutine
//
// A [Pump] owns one [Unit]. One goroutine hands it its inputs, one after the
// other: Boot and Off when its power comes and goes, Opened, Closed and Data of
// its ports, Do for what a hand does, Wake at the time it asked for. Outputs
// leave in their order after Handle has returned. Each port has goroutines of
// its own, which never call the machine: one that dials or waits and then
// reads, one that writes.
//
// A port that is lost and was not hung up by the machine is dialled again, with
// growing pauses, until the machine closes it; a machine that asks again
// meanwhile does no harm. As in the simulated rig a Close is not answered by a
// Closed, and an Open of an open port is answered by one more Opened.
//
// # Whoever watches
//
// Every Tell, and what went over the ports, is handed to Config.Watch as a
// [Seen], in order for one pump. Watch is called by the pump's goroutines and
// must be quick; it may call no method of the pump that waits.
//
// # Time
//
// Pumps that belong together share a [Clock]. It runs at the pace of the wall,
// or faster, or it skips: when every pump on it is at rest and nothing is on
// any [Wire] between them, it jumps to the next time that somebody asked for.
// A day on real ttys then takes as long as its bytes take, on a busy machine as
// on an idle one, and no time-out fires because a processor was late.
//
// # Power
//
// Off takes the power of a Lasting unit (a device): it gets the input Off, so
// that what moves can settle, its ports vanish, and Boot goes on with the same
// struct. Any other unit (a till) is not told: it is dropped and the next Boot
// starts a new one from what is on its disk. That is a process crash, and
// called that: what the page cache holds survives it.
package pump
