package fault

import (
	"fmt"
	"time"

	"stormrig/fault/clock"
	"stormrig/fault/network"
	"stormrig/fault/power"
	"stormrig/sim"
)

// ActionStop is what a till or hub takes for an order to stop.
const ActionStop = "stop"

// powerDown is how long after that order the power goes.
const powerDown = 3 * time.Second

// Operations returns what a fault does to a simulated world, one operation a
// target (two for a device action that is undone, and for a stop).
func Operations(f Fault) ([]Timed, error) {
	var ops []Timed
	for _, target := range f.Targets() {
		op, err := operation(f, target)
		if err != nil {
			return nil, fmt.Errorf("fault %q: %w", f.ID, err)
		}
		ops = append(ops, Timed{Op: op})
		if undo, any := f.UndoAct(target); any && f.Kind == Device && f.For > 0 {
			ops = append(ops, Timed{Op: undo, After: f.For})
		}
		if f.Kind == Stop {
			ops = append(ops, Timed{Op: power.Cut(target, f.For), After: powerDown})
		}
	}
	return ops, nil
}

func operation(f Fault, target string) (sim.Operation, error) {
	a := f.Args
	switch f.Kind {
	case Cut:
		return power.Cut(target, f.For), nil
	case Drop:
		return power.Drop(target, f.For), nil
	case Brownout:
		return power.Brownout(target, a.Permille, a.Delay, f.For), nil
	case Kill:
		return power.Kill(target, f.For), nil
	case Stop:
		return sim.Act{Unit: target, Action: ActionStop}, nil
	case Unplug:
		return sim.Unplug{Cable: target, For: f.For}, nil
	case Mute, Deaf:
		return sim.OneWay{Cable: target, Deaf: f.Kind == Deaf, For: f.For}, nil
	case Slow:
		return sim.Slow{Cable: target, By: a.Delay, For: f.For}, nil
	case Garble:
		return sim.Garble{Cable: target}, nil
	case Device:
		return sim.Act{Unit: target, Action: a.Action, Data: []byte(a.Data)}, nil
	case Network:
		t := network.Trouble{Mode: a.Mode, Way: a.Way, Permille: a.Permille, Bytes: int(a.Count), Delay: a.Delay, Noticed: a.Noticed}
		return network.Impair(target, f.ID, t, f.For)
	case Clock:
		return clock.Move(target, clock.Trouble{Mode: a.Mode, By: a.By, Wall: a.Wall, PPM: a.PPM}, f.For)
	case Disk:
		return sim.AilDisk{Unit: target, Fault: sim.DiskFault{Mode: a.Mode, Arg: a.Count}, For: f.For}, nil
	}
	return nil, fmt.Errorf("unknown kind %q", f.Kind)
}

// Execute does a fault to a world now and returns what was seen at once.
func Execute(w *sim.World, f Fault) ([]sim.Observation, error) {
	ops, err := Operations(f)
	if err != nil {
		return nil, err
	}
	var seen []sim.Observation
	for _, t := range ops {
		if t.After > 0 {
			if err := w.Schedule(w.Now()+t.After, t.Op); err != nil {
				return seen, err
			}
			continue
		}
		got, err := w.Apply(t.Op)
		seen = append(seen, got...)
		if err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// Timed is an operation, After the fault fires.
type Timed struct {
	Op    sim.Operation
	After time.Duration
}
