package fault

import (
	"errors"
	"fmt"
	"slices"

	"stormrig/fault/clock"
	"stormrig/fault/network"
	"stormrig/sim"
)

// Description explains a kind of fault to a person.
type Description struct {
	Kind     Kind
	Target   string // what its target must be
	Does     string
	Args     string // what it takes, and which modes
	Survives string // what a till must survive
	MayLose  string // what it may lose
}

// Describe returns all kinds of fault.
func Describe() []Description {
	return []Description{
		{Cut, "a power source or a unit", "takes its power away", "for: how long", "loss of its own or any device's power at any moment, recovery included", "what it had not committed; nothing that it acknowledged"},
		{Drop, "a unit", "the unit falls and its battery comes out; a hand puts it back", "for: how long", "the same as a cut", "the same as a cut"},
		{Brownout, "a power source", "the voltage sags; the weakest device dies first", "permille: voltage that is left; delay: how long the sag takes; for: how long it lasts", "devices that vanish in any order", "output that had not come out; it must say so"},
		{Kill, "a unit with a disk", "its process dies; what the page cache holds stays", "for: until it is started again", "the loss of everything in memory at any moment", "nothing that it acknowledged"},
		{Stop, "a till or the hub", "it is told to stop, ends in order, and the power goes", "for: how long it stays off", "the loss of power anywhere in the stop, too", "nothing"},
		{Network, "a network link", "messages are lost, late, repeated, reordered, or blocked", fmt.Sprintf("mode: %v; permille; delay; way: forth or back; noticed; for", network.Modes()), "any message lost, late, twice or out of order", "nothing; it may not know, and must find out"},
		{Unplug, "a cable", "the cable is pulled", "for: until it is plugged in", "a device that vanishes at any byte", "output that had not come out; it must say so"},
		{Mute, "a cable", "what the device says does not arrive; nobody is told", "for: how long", "a device that did what it was told and is not heard", "nothing; it may not know, and must say so"},
		{Deaf, "a cable", "what the device is told does not arrive; nobody is told", "for: how long", "a device that never got what was sent to it", "output that had not come out; it must say so"},
		{Garble, "a cable", "noise: one bit of the byte that is on the cable at this moment arrives turned over", "none", "any wrong byte from any device", "what the byte belonged to, if it says so or asks again; wrong letters on paper"},
		{Device, "a device", "a hand does something to it", "action, data: in the device's words; undo: the action after for", "paper out, an open cover, a full drawer", "nothing"},
		{Clock, "a unit", "its clock goes wrong", fmt.Sprintf("mode: %v; by; wall; ppm; for", clock.Modes()), "time that jumps, runs backwards or starts at 1970", "the right time on a receipt, if the journal marks the clock as doubtful"},
		{Disk, "a unit with a disk", "its disk fails, fills up, is slow or lies", fmt.Sprintf("mode: %v; count: factor of slow, number of failures, bytes left; for", diskModes()), "errors: it must not acknowledge what may not be durable", "with a lying disk only: what the disk acknowledged and lost; it must find out where it can"},
	}
}

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
