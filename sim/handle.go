package sim

import (
	"slices"
	"time"

	"stormrig/hil/machine"
)

// unit is a unit in its present state.
type unit struct {
	unit   Unit
	nature Nature
	on     bool
	dead   bool          // its process was killed; the machine still has power
	gen    int           // which life; 0 before the first
	life   time.Duration // when it began
	starts uint64        // a start is due only if its stamp is this
	wake   uint64        // a wake counts only if its stamp is this
	serial uint64        // handlings so far
	clock  clock
	busy   bool     // an input was taken and not yet acted on
	held   handling // valid while busy
	inbox  []arrival
}

// handling is an input that was run ahead, and what waits to leave.
type handling struct {
	serial            uint64
	input             machine.Input
	begin, end, actAt time.Duration
	ops               []Op
	outs              []machine.Output
}

// arrival is an input that waits behind a handling. First is world time.
type arrival struct {
	in   machine.Input
	wake uint64
}

// detach makes a copied unit independent of the original.
func (u *unit) detach() {
	u.unit = u.unit.Clone()
	u.inbox = append([]arrival(nil), u.inbox...)
	u.held.ops = append([]Op(nil), u.held.ops...)
	u.held.outs = append([]machine.Output(nil), u.held.outs...)
}

// arrive brings an input to a running unit: now, or behind what it is busy
// with.
func (w *World) arrive(ui int, in machine.Input, wake uint64) {
	u := &w.units[ui]
	if u.busy {
		u.inbox = append(u.inbox, arrival{in, wake})
		return
	}
	w.handle(ui, in)
}

// machineNow is the time as a unit sees it.
func (w *World) machineNow(ui int) machine.Now {
	u := &w.units[ui]
	return machine.Now{Mono: w.now - u.life, Wall: u.clock.read(w.now)}
}

// handle runs an input ahead to its end and holds the outputs until then.
func (w *World) handle(ui int, in machine.Input) {
	u := &w.units[ui]
	if in.Kind == machine.Data {
		in.First -= u.life
	}
	u.serial++
	w.digest.input(w.now, ui, in)
	disk := u.unit.Disk()
	if disk != nil {
		disk.Begin(w.now)
	}
	h := handling{serial: u.serial, input: in, begin: w.now, end: w.now}
	h.outs = u.unit.Handle(w.machineNow(ui), in)
	if disk != nil {
		h.end, h.ops = max(disk.Busy(), w.now), disk.Ops()
	}
	h.actAt = h.end
	if u.nature == Computer {
		h.actAt += w.top.specs[ui].Act
	}
	if disk != nil {
		w.observe(Handled{
			At: w.now, Who: w.name(ui), Gen: u.gen, N: h.serial, Input: in,
			Begin: h.begin, End: h.end, ActAt: h.actAt, Ops: h.ops, Outs: h.outs,
		})
	}
	if h.actAt <= w.now {
		w.emit(ui, h.outs)
		return
	}
	u.busy, u.held = true, h
	w.queue.push(h.actAt, event{kind: evRelease, who: int32(ui), stamp: h.serial})
}

// releaseDue lets held outputs leave and takes what has queued behind them.
func (w *World) releaseDue(ui int, serial uint64) bool {
	u := &w.units[ui]
	if !u.busy || u.held.serial != serial {
		return false
	}
	outs := u.held.outs
	u.busy, u.held = false, handling{}
	w.emit(ui, outs)
	for len(u.inbox) > 0 && !u.busy {
		next := u.inbox[0]
		u.inbox = slices.Delete(u.inbox, 0, 1)
		if next.in.Kind == machine.Wake && next.wake != u.wake {
			continue // replaced meanwhile
		}
		w.handle(ui, next.in)
	}
	return true
}

// wakeDue delivers a Wake unless it was replaced or its life is over.
func (w *World) wakeDue(ui int, stamp uint64) bool {
	u := &w.units[ui]
	if !u.on || u.wake != stamp {
		return false
	}
	w.arrive(ui, machine.Input{Kind: machine.Wake}, stamp)
	return true
}

// emit lets outputs leave a unit.
func (w *World) emit(ui int, outs []machine.Output) {
	u := &w.units[ui]
	for i := range outs {
		o := &outs[i]
		switch o.Kind {
		case machine.Tell:
			w.observe(Told{At: w.now, Who: w.name(ui), Gen: u.gen, Value: o.Tell})
		case machine.WakeAt:
			u.wake++
			if o.At >= 0 {
				w.queue.push(max(u.life+o.At, w.now), event{kind: evWake, who: int32(ui), stamp: u.wake})
			}
		default:
			w.emitWire(ui, o)
		}
	}
}

// emitWire lets an output leave by a port.
func (w *World) emitWire(ui int, o *machine.Output) {
	p, ok := w.top.port(ui, o.Port)
	if !ok {
		w.observe(Lost{At: w.now, Wire: o.Port, From: w.name(ui), Bytes: len(o.Data), Why: "no wire on this port"})
		return
	}
	switch {
	case o.Kind == machine.Write && p.link:
		w.sendMessage(p.index, p.side, o.Data)
	case o.Kind == machine.Write:
		w.sendBytes(p.index, p.side, o.Data)
	case o.Kind == machine.Open && p.link:
		w.dial(p.index, p.side)
	case o.Kind == machine.Open:
		w.openCable(p.index, p.side)
	case o.Kind == machine.Close && p.link:
		w.hangUp(p.index, p.side)
	case o.Kind == machine.Close:
		w.closeCable(p.index, p.side)
	}
}

// startDue begins a life, unless power went again or it already runs.
func (w *World) startDue(ui int, stamp uint64) bool {
	u := &w.units[ui]
	if u.on || u.starts != stamp || !w.nodes[ui].has {
		return false
	}
	w.start(ui, w.nodes[ui].why)
	return true
}

// start begins the next life of a unit.
func (w *World) start(ui int, why string) {
	u := &w.units[ui]
	u.on, u.dead, u.life = true, false, w.now
	u.gen++
	u.starts++
	w.observe(PowerChanged{At: w.now, Who: w.name(ui), Gen: u.gen, On: true, Why: why})
	w.wakeClock(ui)
	u.unit.Start(u.gen)
	w.handle(ui, machine.Input{Kind: machine.Boot})
	w.settlePower(why)
	w.routersChanged(ui)
	for _, p := range w.top.cabled[ui] {
		w.connect(p.index)
	}
	for _, p := range w.top.linked[ui] {
		w.tryLink(p.index)
	}
}

// turnOff ends a unit's life for want of power.
func (w *World) turnOff(ui int, why string) {
	u := &w.units[ui]
	if u.nature == Human || !u.on && !u.dead {
		return
	}
	if u.dead { // no process to end, but its page cache goes
		u.dead = false
		w.endLife(ui, false)
		return
	}
	u.on = false
	w.partCables(ui, why)
	w.partLinks(ui, false)
	if u.nature == Appliance {
		w.settle(ui)
	}
	w.observe(PowerChanged{At: w.now, Who: w.name(ui), Gen: u.gen, On: false, Why: why})
	w.endLife(ui, false)
}

// settle tells an appliance that power is about to vanish; only its Tells
// count.
func (w *World) settle(ui int) {
	u := &w.units[ui]
	in := machine.Input{Kind: machine.Off}
	w.digest.input(w.now, ui, in)
	for _, o := range u.unit.Handle(w.machineNow(ui), in) {
		if o.Kind == machine.Tell {
			w.observe(Told{At: w.now, Who: w.name(ui), Gen: u.gen, Value: o.Tell})
		}
	}
}

// endLife discards the machine and what it had not yet done.
func (w *World) endLife(ui int, killed bool) {
	u := &w.units[ui]
	if disk := u.unit.Disk(); disk != nil {
		cut := w.describeCut(u)
		cut.Who, cut.Killed = w.name(ui), killed
		if killed {
			disk.Kill(w.now)
		} else {
			luck := NewStream(w.top.cfg.Seed, "disk "+cut.Who, u.gen)
			cut.Image = disk.Cut(w.now, &luck)
		}
		w.observe(cut)
	}
	u.unit.Stop()
	u.busy, u.held, u.inbox = false, handling{}, nil
	u.wake++
	u.starts++
}

// describeCut says where within its handling a unit was struck.
func (w *World) describeCut(u *unit) CutHappened {
	cut := CutHappened{At: w.now, Gen: u.gen}
	if !u.busy {
		return cut
	}
	h := &u.held
	cut.Busy, cut.N, cut.Input, cut.Ops, cut.Begin, cut.ActAt = true, h.serial, h.input, h.ops, h.begin, h.actAt
	synced := -1
	for i, op := range h.ops {
		if op.Begin < w.now {
			cut.Begun++
		}
		if op.End <= w.now {
			cut.Ended++
		}
		if op.IsSync() {
			synced = i
		}
	}
	cut.Synced = synced >= 0 && h.ops[synced].End <= w.now
	return cut
}
