package rig

import (
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/fault/disk"
	"stormrig/pos/hub"
	"stormrig/pos/store"
	"stormrig/pos/till"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// Seen returns what the last Step saw, what a hand did in answer included. It
// is valid until the next Step.
func (r *Run) Seen() []sim.Observation { return r.seen }

// Next returns when the next thing is due: an event, a fault or a deed of the
// rig.
func (r *Run) Next() time.Duration {
	at := r.nextDeed()
	if next, ok := r.world.Next(); ok {
		at = min(at, next)
	}
	if next, ok := r.picker.Next(); ok {
		at = min(at, next)
	}
	return max(at, r.world.Now())
}

// Disk returns the disk of a unit, to look at; nil where it has none.
func (r *Run) Disk(unit string) *disk.Disk {
	if u := r.world.Unit(unit); u != nil {
		if w, ok := u.Disk().(disk.World); ok {
			return w.Disk
		}
	}
	return nil
}

// TillOn makes the next life of a till on a disk, not started; nil where unit
// is no till.
func (r *Run) TillOn(unit string, d *disk.Disk) *till.Till {
	u, ok := r.world.Unit(unit).(*tillUnit)
	if !ok {
		return nil
	}
	return till.New(&u.setup.config, u.setup.on(d), uint32(r.world.Gen(unit)+1))
}

// HubOn makes the next life of a hub on a disk, not started; nil where unit is
// no hub.
func (r *Run) HubOn(unit string, d *disk.Disk) *hub.Hub {
	u, ok := r.world.Unit(unit).(*hubUnit)
	if !ok {
		return nil
	}
	return hub.New(u.config, on(d, u.wrap), uint32(r.world.Gen(unit)+1))
}

// Drop makes the fault that takes a unit's battery out at a time and leaves
// its disk in a state of a list (see disk.Force).
func Drop(id, unit string, at, lasts time.Duration, image disk.Forced) fault.Fault {
	return fault.Fault{ID: id, Kind: fault.Drop, Target: unit, When: fault.At(at), For: lasts,
		Args: fault.Args{Mode: image.List, Count: int64(image.Index) + 1}}
}

// force tells the disks which state the faults of a plan want them to be left
// in: a drop at a time, with a count.
func (r *Run) force(faults []fault.Fault) {
	for _, f := range faults {
		if f.Kind != fault.Drop || f.When.IsPoint() || f.Args.Count == 0 {
			continue
		}
		if d := r.Disk(f.Target); d != nil {
			d.Force(disk.Forced{At: f.When.At, List: f.Args.Mode, Index: int(f.Args.Count) - 1})
		}
	}
}

// printerPacket is the packet of a printer's radio, as the builder wires it.
const printerPacket = 20

// Packet returns how many bytes travel together on a cable; 0 where each
// travels alone.
func (r *Run) Packet(wire string) int {
	if strings.HasSuffix(wire, "."+spec.Printer) {
		return printerPacket
	}
	return 0
}

// on is the disk as the till sees it.
func (s *tillSetup) on(d *disk.Disk) store.FS { return on(d, s.wrap) }

func on(d *disk.Disk, wrap func(store.FS) store.FS) store.FS {
	if wrap == nil {
		return d
	}
	return wrap(d)
}
