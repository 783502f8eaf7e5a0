package rig

import (
	"stormrig/fault"
	"stormrig/sim"
)

// EndFaults makes a branch in which nothing goes wrong any more: what waits
// never comes, and what lasts is mended now, whatever the plan says. Calling it
// on a Clone answers the question whether this moment could still have turned
// out well.
func (r *Run) EndFaults() error {
	fired := r.picker.Fired()
	// What had fired stays written; a new picker waits for nothing.
	r.picker = fault.NewPicker(nil)
	for _, f := range fired {
		if f.Err != "" {
			continue
		}
		for _, target := range f.Fault.Targets() {
			if op := mend(f.Fault, target); op != nil {
				if err := r.apply(op); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// mend is the operation that undoes a fault; nil for what leaves nothing
// behind.
func mend(f fault.Fault, target string) sim.Operation {
	switch f.Kind {
	case fault.Network:
		return sim.Repair{Link: target, ID: f.ID}
	case fault.Unplug:
		return sim.Plug{Cable: target}
	case fault.Mute, fault.Deaf:
		return sim.BothWays{Cable: target, Deaf: f.Kind == fault.Deaf}
	case fault.Slow:
		return sim.Prompt{Cable: target, By: f.Args.Delay}
	case fault.Disk:
		return sim.HealDisk{Unit: target, Mode: f.Args.Mode}
	case fault.Cut, fault.Drop:
		return sim.RestorePower{Target: target}
	case fault.Brownout:
		return sim.Steady{Source: target}
	case fault.Device:
		if undo, any := f.UndoAct(target); any {
			return undo
		}
	}
	return nil
}
