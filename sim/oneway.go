package sim

import "time"

// OneWay takes one direction of a cable away: what the device says does not
// arrive (a mute device), or what it is told does not (a deaf one). Nobody
// notices but by what does not come. Bytes under way still arrive.
type OneWay struct {
	Cable string
	Deaf  bool // the device hears nothing; else nobody hears it
	For   time.Duration
}

func (o OneWay) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o OneWay) apply(w *World) error {
	ci, err := w.findWire(o.Cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.cables[ci].blocked[o.side()]++
	w.observe(LinkChanged{At: w.now, Link: o.Cable, Up: false, Why: o.why()})
	w.undo(o.For, BothWays{Cable: o.Cable, Deaf: o.Deaf})
	return nil
}

// side is the one whose bytes are lost.
func (o OneWay) side() int {
	if o.Deaf {
		return sideHost
	}
	return sideDevice
}

func (o OneWay) why() string {
	if o.Deaf {
		return "deaf: what it is told does not arrive"
	}
	return "mute: what it says does not arrive"
}

// String says it in words.
func (o OneWay) String() string { return o.Cable + " is " + o.why() }

// BothWays ends a OneWay.
type BothWays struct {
	Cable string
	Deaf  bool
}

func (o BothWays) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o BothWays) apply(w *World) error {
	ci, err := w.findWire(o.Cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	c, side := &w.cables[ci], OneWay{Deaf: o.Deaf}.side()
	if c.blocked[side] == 0 {
		return nil
	}
	c.blocked[side]--
	if c.blocked == [2]int{} && c.unplugged == 0 {
		w.observe(LinkChanged{At: w.now, Link: o.Cable, Up: true, Why: "carries both ways"})
	}
	return nil
}

// String says it in words.
func (o BothWays) String() string { return o.Cable + " carries both ways" }
