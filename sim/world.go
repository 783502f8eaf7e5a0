package sim

import (
	"fmt"
	"math"
	"time"

	"stormrig/hil/machine"
	"stormrig/sim/link"
)

// World is everything that happens. It is not safe for concurrent use; copies
// of it are independent.
type World struct {
	top    *topology
	now    time.Duration
	queue  queue
	units  []unit
	nodes  []node
	cables []cable
	links  []netLink
	digest digest
	seen   seen
	events int
}

// New builds a world and switches its power on at cfg.Start: the first steps
// start the units. The layout's Units belong to the world from now on.
func New(cfg Config, l Layout) (*World, error) {
	top, err := newTopology(cfg, l)
	if err != nil {
		return nil, err
	}
	w := &World{top: top, now: cfg.Start, digest: (&digest{}).clone()}
	w.digest.note(cfg.Start, "seed", fmt.Sprint(cfg.Seed), nil)
	for i, s := range top.specs {
		w.units = append(w.units, unit{unit: l.Units[i].Unit, nature: natureOf(l.Units[i].Unit), clock: newClock(cfg, s.Clock)})
	}
	for _, c := range top.cables {
		w.cables = append(w.cables, newCable(c))
	}
	for _, l := range top.links {
		w.links = append(w.links, newNetLink(cfg.Seed, l))
	}
	w.beginPower()
	return w, nil
}

// Now returns world time.
func (w *World) Now() time.Duration { return w.now }

// Seed returns the seed.
func (w *World) Seed() int64 { return w.top.cfg.Seed }

// TrueWall returns the true wall clock at world time at, in ns since 1970.
func (w *World) TrueWall(at time.Duration) int64 { return w.top.cfg.EpochWall + int64(at) }

// Events returns how many events have happened.
func (w *World) Events() int { return w.events }

// Next returns when something may happen next (a stale timer counts); false if
// the world is at rest for ever.
func (w *World) Next() (time.Duration, bool) { return w.queue.next() }

// Step lets the next event happen and returns what was seen, which may be
// nothing. It returns false when there is no event left. The slice stays
// valid and is not changed later.
func (w *World) Step() ([]Observation, bool) {
	return w.StepBefore(math.MaxInt64)
}

// StepBefore is Step for an event before world time limit; false if there is
// none. Together with Advance it lets a driver act between two events.
func (w *World) StepBefore(limit time.Duration) ([]Observation, bool) {
	for {
		next, ok := w.queue.next()
		if !ok || next >= limit {
			return nil, false
		}
		at, e, _ := w.queue.pop()
		w.now = at
		if w.dispatch(e) {
			w.events++
			return w.seen.take(), true
		}
	}
}

// Advance lets time pass to at, but not beyond the next event and never back.
// It returns the time that it is then.
func (w *World) Advance(at time.Duration) time.Duration {
	if next, ok := w.queue.next(); ok {
		at = min(at, next)
	}
	w.now = max(w.now, at)
	return w.now
}

// RunUntil steps until nothing is due at or before world time at, lets that
// time come, and returns all that was seen.
func (w *World) RunUntil(at time.Duration) []Observation {
	var all []Observation
	for {
		got, ok := w.StepBefore(at + 1)
		if !ok {
			w.now = max(w.now, at)
			return all
		}
		all = append(all, got...)
	}
}

// Unit returns a unit by name, nil if there is none. Looking inside is fine;
// changing it is not.
func (w *World) Unit(name string) Unit {
	if i, ok := w.top.units[name]; ok {
		return w.units[i].unit
	}
	return nil
}

// Names returns the units' names in the order of the layout.
func (w *World) Names() []string {
	names := make([]string, len(w.top.specs))
	for i, s := range w.top.specs {
		names[i] = s.Name
	}
	return names
}

// On tells whether a unit runs.
func (w *World) On(name string) bool {
	i, ok := w.top.units[name]
	return ok && w.units[i].on
}

// Busy returns when the unit will act on what it is handling, and whether it
// is handling something.
func (w *World) Busy(name string) (time.Duration, bool) {
	if i, ok := w.top.units[name]; ok && w.units[i].busy {
		return w.units[i].held.actAt, true
	}
	return 0, false
}

// Gen returns which life a unit is in: 1 is the first, 0 before it.
func (w *World) Gen(name string) int {
	if i, ok := w.top.units[name]; ok {
		return w.units[i].gen
	}
	return 0
}

// Wall returns what a unit's clock shows, in ns since 1970.
func (w *World) Wall(name string) int64 {
	if i, ok := w.top.units[name]; ok {
		return w.units[i].clock.read(w.now)
	}
	return 0
}

// Up tells whether the peers on a cable or link are connected, as far as both
// know.
func (w *World) Up(wire string) bool {
	ref, ok := w.top.wires[wire]
	switch {
	case !ok:
		return false
	case ref.link:
		s := w.links[ref.index].side
		return s[0].session != 0 && s[0].session == s[1].session
	}
	return w.cables[ref.index].up
}

// LinkState returns what a network link does at present.
func (w *World) LinkState(name string) (link.State, bool) {
	ref, ok := w.top.wires[name]
	if !ok || !ref.link {
		return link.State{}, false
	}
	return w.linkState(ref.index), true
}

// Digest is the hash of every event delivered, and every operation applied, so
// far.
func (w *World) Digest() [32]byte { return w.digest.sum() }

// Note adds something that the driver of the world did to the digest: a fault
// that fired.
func (w *World) Note(tag, words string, data []byte) { w.digest.note(w.now, tag, words, data) }

func (w *World) observe(o Observation) { w.seen.add(o) }

func (w *World) name(ui int) string { return w.top.specs[ui].Name }

// dispatch lets an event happen, or returns false if it is stale.
func (w *World) dispatch(e event) bool {
	who := int(e.who)
	switch e.kind {
	case evOperation:
		return e.op.apply(w) == nil
	case evStart:
		return w.startDue(who, e.stamp)
	case evInput:
		return w.inputDue(who, e)
	case evWake:
		return w.wakeDue(who, e.stamp)
	case evRelease:
		return w.releaseDue(who, e.stamp)
	case evTransfer:
		return w.transferDue(who, int(e.side), e.stamp)
	case evPlugged:
		return w.pluggedDue(who, int(e.side), e.stamp)
	case evMessage:
		return w.messageDue(who, int(e.side), e.stamp, e.in)
	case evLinkOpened:
		return w.linkOpenedDue(who, int(e.side), e.stamp)
	case evLinkClosed:
		return w.linkClosedDue(who, int(e.side), e.stamp)
	case evBatteryFlat:
		return w.batteryFlatDue(who, e.stamp)
	}
	return false
}

// inputDue delivers a queued input, if the life it was meant for goes on.
func (w *World) inputDue(ui int, e event) bool {
	u := &w.units[ui]
	if !u.on || uint64(u.gen) != e.stamp {
		return false
	}
	w.arrive(ui, e.in, 0)
	return true
}

// later queues an input for the present life of a unit, at this instant.
func (w *World) later(ui int, in machine.Input) {
	u := &w.units[ui]
	if u.on {
		w.queue.push(w.now, event{kind: evInput, who: int32(ui), stamp: uint64(u.gen), in: in})
	}
}

// Clone returns a deep copy. Nothing is run; what cannot change (the layout,
// bytes on wires) is shared.
func (w *World) Clone() *World {
	c := &World{
		top: w.top, now: w.now, queue: w.queue.clone(),
		units:  append([]unit(nil), w.units...),
		nodes:  append([]node(nil), w.nodes...),
		cables: append([]cable(nil), w.cables...),
		links:  append([]netLink(nil), w.links...),
		digest: w.digest.clone(), seen: w.seen.clone(), events: w.events,
	}
	for i := range c.units {
		c.units[i].detach()
	}
	for i := range c.cables {
		c.cables[i].detach()
	}
	for i := range c.links {
		c.links[i].detach()
	}
	return c
}
