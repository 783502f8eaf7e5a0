// Package sim is the world of the simulated rig: machines on cables and
// network links, on power that fails, with clocks that are wrong, in virtual
// time. It knows nothing of tills.
//
// A [World] is built once from a [Layout] and then stepped: each [World.Step]
// takes the next event and returns what could be observed. Whoever drives it
// (a rig) aims faults by those observations and hands back an [Operation],
// which is a value as well.
//
// Two promises rest on the way it is written:
//
//   - the same seed and the same operations give the same [World.Digest];
//   - [World.Clone] copies everything that can change, so the original and
//     the copy go on independently; nothing is run again.
//
// Both hold because queued events are values (never closures), because every
// component draws from its own [Stream], and because a machine
// ([stormrig/hil/machine]) has nothing but its inputs.
//
// # Power inside a commit
//
// The world runs ahead and then cuts back. A unit's Handle, with all its disk
// operations, runs to its end at once; the disk gives each operation a virtual
// begin and end ([Disk]). Outputs are held until the last of them has ended,
// and inputs that arrive meanwhile queue behind. When power fails within that
// time the held outputs are dropped, the disk is cut back to that moment, and
// the machine is discarded. A recovery is a Handle like any other (its input
// is Boot), so a cut inside a recovery needs nothing new.
package sim
