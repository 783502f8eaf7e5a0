package sim

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// CutPower takes the power from a unit (its battery too) or from a source.
type CutPower struct {
	Target string
	Why    string // "mains lost" if empty
	For    time.Duration
}

func (o CutPower) target(w *World) error { _, err := w.findNode(o.Target); return err }

func (o CutPower) apply(w *World) error {
	i, err := w.findNode(o.Target)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].cuts++
	w.settlePower(orElse(o.Why, "power cut"))
	w.undo(o.For, RestorePower{o.Target})
	return nil
}

// String says it in words.
func (o CutPower) String() string { return "cut the power of " + o.Target }

// RestorePower undoes one CutPower.
type RestorePower struct{ Target string }

func (o RestorePower) target(w *World) error { _, err := w.findNode(o.Target); return err }

func (o RestorePower) apply(w *World) error {
	i, err := w.findNode(o.Target)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].cuts = max(w.nodes[i].cuts-1, 0)
	w.settlePower("power back")
	return nil
}

// String says it in words.
func (o RestorePower) String() string { return "restore the power of " + o.Target }

// Drop lets a unit fall so that its battery comes out: it is off at once,
// whatever feeds it. With a For, the hand puts the battery back after that
// time; the unit then starts as its Supply says.
type Drop struct {
	Unit string
	For  time.Duration
}

func (o Drop) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o Drop) apply(w *World) error {
	i, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].out++
	w.settlePower("battery fell out")
	w.undo(o.For, PutBack{o.Unit})
	return nil
}

// String says it in words.
func (o Drop) String() string { return "drop " + o.Unit }

// PutBack puts a fallen battery back.
type PutBack struct{ Unit string }

func (o PutBack) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o PutBack) apply(w *World) error {
	i, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].out = max(w.nodes[i].out-1, 0)
	w.settlePower("battery put back")
	return nil
}

// String says it in words.
func (o PutBack) String() string { return "put the battery of " + o.Unit + " back" }

// Sag is a brown-out: a source's voltage falls evenly to To permille within
// Ramp. What hangs on it dies as the voltage passes its DiesBelow, the weakest
// first. A battery carries its unit through.
type Sag struct {
	Source string
	To     int // permille
	Ramp   time.Duration
	For    time.Duration // from its beginning
}

func (o Sag) target(w *World) error { _, err := w.findNode(o.Source); return err }

func (o Sag) apply(w *World) error {
	i, err := w.findNode(o.Source)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].sag++
	for _, level := range w.sagLevels(i, o.To) {
		at := time.Duration(0)
		if o.To < 1000 {
			at = time.Duration(mulDiv(int64(o.Ramp), int64(1000-level), int64(1000-o.To)))
		}
		w.after(at, voltage{o.Source, level, w.nodes[i].sag})
	}
	w.undo(o.For, Steady{o.Source})
	return nil
}

// String says it in words.
func (o Sag) String() string {
	return fmt.Sprintf("the voltage of %s sags to %d in 1000", o.Source, o.To)
}

// sagLevels returns the voltages that matter on the way down, highest first:
// just below what each fed node needs, and the last.
func (w *World) sagLevels(source, to int) []int {
	levels := []int{to}
	for i, from := range w.top.feeds {
		if level := w.top.supply(i).DiesBelow - 1; from == source && level > to && level < 1000 {
			levels = append(levels, level)
		}
	}
	sort.Sort(sort.Reverse(sort.IntSlice(levels)))
	return levels
}

// Steady ends a sag.
type Steady struct{ Source string }

func (o Steady) target(w *World) error { _, err := w.findNode(o.Source); return err }

func (o Steady) apply(w *World) error {
	i, err := w.findNode(o.Source)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.nodes[i].sag++
	w.nodes[i].volts = 1000
	w.settlePower("voltage steady")
	return nil
}

// String says it in words.
func (o Steady) String() string { return "the voltage of " + o.Source + " is steady" }

// voltage is one step of a sag.
type voltage struct {
	source string
	level  int
	stamp  uint64
}

func (o voltage) apply(w *World) error {
	i, err := w.findNode(o.source)
	if err != nil {
		return err
	}
	if w.nodes[i].sag == o.stamp {
		w.nodes[i].volts = o.level
		w.settlePower("brown-out")
	}
	return nil
}

// String says it in words.
func (o voltage) String() string { return fmt.Sprintf("%s at %d in 1000", o.source, o.level) }

// SetBattery gives a battery that running time (a spare one is put in, or it
// turns out to be old).
type SetBattery struct {
	Target string
	Left   time.Duration
}

func (o SetBattery) target(w *World) error { _, err := w.findNode(o.Target); return err }

func (o SetBattery) apply(w *World) error {
	i, err := w.findNode(o.Target)
	if err != nil {
		return err
	}
	w.noteOp(o)
	n := &w.nodes[i]
	w.account(i)
	n.left, n.use = max(o.Left, 0), resting
	n.serial++
	why := "battery charged"
	if o.Left <= 0 {
		why = "battery flat"
		if i < len(w.units) && w.units[i].clock.rtc == RTCBattery {
			w.units[i].clock.lost = true
		}
	}
	w.settlePower(why)
	return nil
}

// String says it in words.
func (o SetBattery) String() string { return fmt.Sprintf("%s has battery for %s", o.Target, o.Left) }

// SwitchOn starts a unit that has power and does not run.
type SwitchOn struct{ Unit string }

func (o SwitchOn) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o SwitchOn) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	if w.nodes[ui].has && !w.units[ui].on {
		w.start(ui, "switched on by hand")
	}
	return nil
}

// String says it in words.
func (o SwitchOn) String() string { return "switch on " + o.Unit }

// SetClock makes a unit's clock show Wall. With a For, it is set right after that
// time.
type SetClock struct {
	Unit string
	Wall int64 // ns since 1970
	Why  string
	For  time.Duration
}

func (o SetClock) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o SetClock) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.moveClock(ui, o.Wall, orElse(o.Why, "set"))
	w.undo(o.For, TrueClock{Unit: o.Unit})
	return nil
}

// String says it in words.
func (o SetClock) String() string {
	return "set the clock of " + o.Unit + " to " + time.Unix(0, o.Wall).UTC().Format(time.RFC3339Nano)
}

// JumpClock moves a unit's clock by By, which may be negative. With a For, it
// jumps back after that time.
type JumpClock struct {
	Unit    string
	By, For time.Duration
}

func (o JumpClock) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o JumpClock) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.moveClock(ui, w.units[ui].clock.read(w.now)+int64(o.By), "jumped by "+o.By.String())
	w.undo(o.For, JumpClock{Unit: o.Unit, By: -o.By})
	return nil
}

// String says it in words.
func (o JumpClock) String() string { return "the clock of " + o.Unit + " jumps by " + o.By.String() }

// TrueClock sets a unit's clock right, as a time server would.
type TrueClock struct{ Unit string }

func (o TrueClock) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o TrueClock) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.moveClock(ui, w.TrueWall(w.now), "set right")
	return nil
}

// String says it in words.
func (o TrueClock) String() string { return "set the clock of " + o.Unit + " right" }

// DriftClock changes how much a unit's clock gains, in microseconds a second. Of
// several at a time the newest counts; when it ends, the newest of the others does.
type DriftClock struct {
	Unit string
	PPM  int64
	For  time.Duration
}

func (o DriftClock) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o DriftClock) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	c := &w.units[ui].clock
	c.set(w.now, c.read(w.now))
	c.begun++
	c.drifts = append(slices.Clip(c.drifts), drift{c.begun, o.PPM})
	w.undo(o.For, EndDrift{Unit: o.Unit, nth: c.begun})
	return nil
}

// String says it in words.
func (o DriftClock) String() string {
	return fmt.Sprintf("the clock of %s gains %d us a second", o.Unit, o.PPM)
}

// EndDrift ends one drift of a unit's clock, and no other.
type EndDrift struct {
	Unit string
	nth  int
}

func (o EndDrift) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o EndDrift) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	c := &w.units[ui].clock
	c.set(w.now, c.read(w.now))
	c.drifts = slices.DeleteFunc(slices.Clone(c.drifts), func(d drift) bool { return d.nth == o.nth })
	w.noteOp(DriftClock{Unit: o.Unit, PPM: c.rate()})
	return nil
}

// String says it in words.
func (o EndDrift) String() string { return "a drift of the clock of " + o.Unit + " ends" }

// FlattenRTC empties the cell that keeps a unit's clock: from now on each of
// its lives starts at 1970.
type FlattenRTC struct{ Unit string }

func (o FlattenRTC) target(w *World) error { _, err := w.findUnit(o.Unit); return err }

func (o FlattenRTC) apply(w *World) error {
	ui, err := w.findUnit(o.Unit)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.units[ui].clock.rtc = RTCNone
	return nil
}

// String says it in words.
func (o FlattenRTC) String() string { return "the clock cell of " + o.Unit + " is flat" }
