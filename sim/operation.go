package sim

import (
	"fmt"
	"math"
	"time"

	"stormrig/hil/machine"
	"stormrig/sim/link"
)

// Operation is something done to the world from outside: by weather, a hand, a
// fault. It is a value; the types below are all there are. Target names a
// unit, a source, a cable or a link of the layout. Where an operation has a
// For, it is undone after that time; 0 leaves it.
type Operation interface {
	// apply does it now. An error means that the target does not exist.
	apply(w *World) error
	// String says it in words.
	String() string
}

// Apply does an operation now and returns what was seen of it at once.
func (w *World) Apply(op Operation) ([]Observation, error) {
	if err := op.apply(w); err != nil {
		return nil, err
	}
	w.events++
	return w.seen.take(), nil
}

// Schedule does an operation at a world time; a time that has passed is now.
// It is an error to name a target that does not exist.
func (w *World) Schedule(at time.Duration, op Operation) error {
	if err := check(w, op); err != nil {
		return err
	}
	w.queue.push(max(at, w.now), event{kind: evOperation, op: op})
	return nil
}

func (w *World) after(d time.Duration, op Operation) {
	w.queue.push(w.in(d), event{kind: evOperation, op: op})
}

// in returns the time d from now: no earlier than now, and the end of time
// when d is longer than time is.
func (w *World) in(d time.Duration) time.Duration {
	if d > 0 && w.now > math.MaxInt64-d {
		return math.MaxInt64
	}
	return w.now + max(d, 0)
}

// undo schedules the end of something that lasts.
func (w *World) undo(d time.Duration, op Operation) {
	if d > 0 {
		w.after(d, op)
	}
}

func (w *World) noteOp(op Operation) { w.digest.note(w.now, "operation", op.String(), nil) }

// targeted is an operation that can say whether its target exists.
type targeted interface{ target(w *World) error }

func check(w *World, op Operation) error {
	if t, ok := op.(targeted); ok {
		return t.target(w)
	}
	return nil
}

func (w *World) findUnit(name string) (int, error) {
	if i, ok := w.top.units[name]; ok {
		return i, nil
	}
	return 0, fmt.Errorf("sim: there is no unit %q", name)
}

func (w *World) findNode(name string) (int, error) {
	if i, ok := w.top.nodes[name]; ok {
		return i, nil
	}
	return 0, fmt.Errorf("sim: there is no unit or power source %q", name)
}

func (w *World) findWire(name string, isLink bool) (int, error) {
	ref, ok := w.top.wires[name]
	if ok && ref.link == isLink {
		return ref.index, nil
	}
	if isLink {
		return 0, fmt.Errorf("sim: there is no network link %q", name)
	}
	return 0, fmt.Errorf("sim: there is no cable %q", name)
}

// Act is a hand that operates a unit: the machine's input Do. An appliance takes
// it without power, too: paper goes in and a cover shuts.
type Act struct {
	Unit, Action string
	Data         []byte
}

func (o Act) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o Act) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	if u := &w.units[ui]; !u.on && u.nature == Computer {
		w.observe(Lost{At: w.now, To: o.Unit, Bytes: len(o.Data), Why: o.Action + ": no power"})
		return nil
	}
	w.arrive(ui, machine.Input{Kind: machine.Do, Action: o.Action, Data: o.Data}, 0)
	return nil
}

// String says it in words.
func (o Act) String() string { return o.Action + " " + o.Unit }

// Kill ends a unit's process: what it had in memory is gone, the page cache
// of its disk stays, peers hear that it hung up. It starts again After that.
type Kill struct {
	Unit  string
	After time.Duration
	Why   string
}

func (o Kill) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o Kill) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	u := &w.units[ui]
	if !u.on || u.nature != Computer {
		return nil
	}
	u.on, u.dead = false, true
	w.partCables(ui, "process killed")
	w.partLinks(ui, true)
	w.observe(PowerChanged{At: w.now, Who: o.Unit, Gen: u.gen, On: false, Why: orElse(o.Why, "process killed")})
	w.endLife(ui, true)
	w.nodes[ui].why = "process started again"
	w.queue.push(w.in(o.After), event{kind: evStart, who: int32(ui), stamp: u.starts})
	return nil
}

// String says it in words.
func (o Kill) String() string { return "kill the process of " + o.Unit }

// AilDisk gives a unit's disk a fault.
type AilDisk struct {
	Unit  string
	Fault DiskFault
	For   time.Duration
}

func (o AilDisk) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o AilDisk) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	seen := DiskAiled{At: w.now, Who: o.Unit, Fault: o.Fault}
	if d, ok := w.units[ui].unit.Disk().(Ailing); !ok {
		seen.Err = "this disk cannot be given faults"
	} else if err := d.Ail(o.Fault); err != nil {
		seen.Err = err.Error()
	}
	w.observe(seen)
	w.undo(o.For, HealDisk{o.Unit, o.Fault.Mode})
	return nil
}

// String says it in words.
func (o AilDisk) String() string {
	return fmt.Sprintf("disk of %s: %s %d", o.Unit, o.Fault.Mode, o.Fault.Arg)
}

// HealDisk ends a disk's fault.
type HealDisk struct{ Unit, Mode string }

func (o HealDisk) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o HealDisk) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	if d, ok := w.units[ui].unit.Disk().(Ailing); ok {
		left := d.Heal(o.Mode)
		w.observe(DiskAiled{At: w.now, Who: o.Unit, Fault: DiskFault{Mode: o.Mode}, Ended: true, Left: left})
	}
	return nil
}

// String says it in words.
func (o HealDisk) String() string { return "disk of " + o.Unit + ": no longer " + o.Mode }

// Unplug pulls a cable.
type Unplug struct {
	Cable string
	For   time.Duration
}

func (o Unplug) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o Unplug) apply(w *World) error {
	ci, err := w.findWire(o.Cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.cables[ci].unplugged++
	if w.cables[ci].unplugged == 1 {
		w.observe(LinkChanged{At: w.now, Link: o.Cable, Up: false, Why: "unplugged"})
		w.part(ci, -1, "unplugged")
	}
	w.undo(o.For, Plug{o.Cable})
	return nil
}

// String says it in words.
func (o Unplug) String() string { return "unplug " + o.Cable }

// Plug puts a cable back.
type Plug struct{ Cable string }

func (o Plug) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o Plug) apply(w *World) error {
	ci, err := w.findWire(o.Cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	c := &w.cables[ci]
	if c.unplugged > 0 {
		c.unplugged--
		if c.unplugged == 0 {
			w.observe(LinkChanged{At: w.now, Link: o.Cable, Up: true, Why: "plugged in"})
			w.connect(ci)
		}
	}
	return nil
}

// String says it in words.
func (o Plug) String() string { return "plug in " + o.Cable }

// SetLink replaces what a network link does when no fault is on it.
type SetLink struct {
	Link  string
	State link.State
}

func (o SetLink) target(w *World) error { _, err := w.findWire(o.Link, true); return err }

func (o SetLink) apply(w *World) error {
	li, err := w.findWire(o.Link, true)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.changeLink(li, func(l *netLink) { l.base = o.State })
	return nil
}

// String says it in words.
func (o SetLink) String() string { return "link " + o.Link + ": " + o.State.String() }

// Impair makes a network link worse; impairments add up, and each is taken
// away by its own ID.
type Impair struct {
	Link  string
	ID    string
	State link.State
	For   time.Duration
}

func (o Impair) target(w *World) error { _, err := w.findWire(o.Link, true); return err }

func (o Impair) apply(w *World) error {
	li, err := w.findWire(o.Link, true)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.changeLink(li, func(l *netLink) { l.impaired = append(l.impaired, impairment{o.ID, o.State}) })
	w.undo(o.For, Repair{o.Link, o.ID})
	return nil
}

// String says it in words.
func (o Impair) String() string { return "link " + o.Link + " worse: " + o.State.String() }

// Repair takes one impairment away.
type Repair struct{ Link, ID string }

func (o Repair) target(w *World) error { _, err := w.findWire(o.Link, true); return err }

func (o Repair) apply(w *World) error {
	li, err := w.findWire(o.Link, true)
	if err != nil {
		return err
	}
	w.noteOp(o)
	if w.links[li].sever.ID == o.ID {
		w.links[li].sever = severed{}
	}
	w.changeLink(li, func(l *netLink) {
		for i, im := range l.impaired {
			if im.id == o.ID {
				l.impaired = append(append([]impairment(nil), l.impaired[:i]...), l.impaired[i+1:]...)
				return
			}
		}
	})
	return nil
}

// String says it in words.
func (o Repair) String() string { return "link " + o.Link + " better: " + o.ID }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
