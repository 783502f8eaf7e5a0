package fault

import (
	"errors"
	"fmt"
	"slices"

	"stormrig/sim"
)

func diskModes() []string {
	return []string{sim.DiskEIOWrite, sim.DiskEIOSync, sim.DiskFull, sim.DiskSlow, sim.DiskLie}
}

func places() []Place {
	return []Place{Within, InOp, InWrite, InSync, Unsynced, Held, Acted, AtByte}
}

// Validate checks a fault by itself and says what to do about it.
func (f Fault) Validate() error {
	if f.ID == "" {
		return errors.New("it has no id; give it one")
	}
	if f.For < 0 {
		return fmt.Errorf("it lasts %s; a duration cannot be negative", f.For)
	}
	if slices.Contains(f.Targets(), "") {
		return fmt.Errorf("target %q names nothing; name a unit, source, cable or link", f.Target)
	}
	if err := f.When.validate(); err != nil {
		return err
	}
	switch a := f.Args; {
	case f.Kind == Brownout && (a.Permille < 0 || a.Permille >= 1000 || a.Delay < 0):
		return fmt.Errorf("a brown-out to %d in 1000 within %s is none; take 0 to 999 and no negative time", a.Permille, a.Delay)
	case f.Kind == Slow && a.Delay <= 0:
		return errors.New("a slow device needs a delay")
	case f.Kind == Device && a.Action == "":
		return errors.New("a device fault needs an action")
	case f.Kind == Disk && !slices.Contains(diskModes(), a.Mode):
		return fmt.Errorf("unknown disk trouble %q (known: %v)", a.Mode, diskModes())
	case f.Kind == Disk && (a.Count < 0 || a.Mode == sim.DiskSlow && a.Count < 1):
		return fmt.Errorf("disk trouble %q cannot have count %d", a.Mode, a.Count)
	}
	_, err := Operations(f)
	return err
}

func (w When) validate() error {
	p := w.Point
	switch {
	case !w.IsPoint() && p != (Point{}):
		return errors.New("its point names no span")
	case !w.IsPoint():
		return nil
	case w.At != 0:
		return errors.New("it has a time and a span; take one away")
	case !slices.Contains(places(), p.Place):
		return fmt.Errorf("unknown place %q (known: %q)", p.Place, places())
	case p.Permille < 0 || p.Permille > 1000:
		return fmt.Errorf("permille %d is not within 0 to 1000", p.Permille)
	case p.Basket < 0 || p.Nth < 0 || p.Byte < 0:
		return errors.New("basket, nth and byte count from 1")
	case p.Op == 0 && slices.Contains([]Place{InOp, InWrite, InSync}, p.Place):
		return fmt.Errorf("place %q needs op: which one, from 1, or -1 for the last", p.Place)
	}
	return nil
}
