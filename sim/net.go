package sim

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/sim/link"
)

// netLink is a network link in its present state.
type netLink struct {
	base     link.State
	impaired []impairment
	routers  int       // routers on the way that have no power
	luck     [2]Stream // by sending side
	side     [2]linkSide
	sessions uint64
	sever    severed
}

// impairment is one fault's effect on a link; taking it away leaves the
// others as they are.
type impairment struct {
	id    string
	state link.State
}

// linkSide is what one end knows.
type linkSide struct {
	session uint64 // 0: not connected
	waiting bool   // it dials
	last    time.Duration
}

func newNetLink(seed int64, l Link) netLink {
	return netLink{base: l.State, luck: [2]Stream{
		NewStream(seed, "link "+l.Name+" forth", 0), NewStream(seed, "link "+l.Name+" back", 0),
	}}
}

func (l *netLink) detach() { l.impaired = append([]impairment(nil), l.impaired...) }

// linkState is the base state with all impairments and dead routers.
func (w *World) linkState(li int) link.State {
	l := &w.links[li]
	s := l.base
	for _, i := range l.impaired {
		s = s.With(i.state)
	}
	if l.routers > 0 {
		s = s.With(link.State{Block: link.Both, Noticed: w.top.links[li].Notices})
	}
	return s
}

// way is the direction of a message from a side.
func way(side int) link.Direction {
	if side == 0 {
		return link.AtoB
	}
	return link.BtoA
}

func (l *Link) end(side int) End {
	if side == 0 {
		return l.A
	}
	return l.B
}

// dial is a side's Open. What it held before is forgotten, so that a side that
// suspects a dead peer can start anew.
func (w *World) dial(li, side int) {
	l := &w.links[li]
	l.side[side].session = 0
	l.side[side].waiting = true
	w.tryLink(li)
}

// tryLink connects the ends if one dials and both can be reached.
func (w *World) tryLink(li int) {
	l, ends := &w.links[li], w.top.linkEnd[li]
	s := w.linkState(li)
	if !l.side[0].waiting && !l.side[1].waiting || s.Block != 0 || !w.units[ends[0]].on || !w.units[ends[1]].on {
		return
	}
	l.sessions++
	for side := range l.side {
		at := &l.side[side]
		delay := s.Delay // the accepting side hears first
		if at.waiting {
			delay = 2 * s.Delay
		}
		if at.session != 0 { // a half-open connection gives way
			w.later(ends[side], machine.Input{Kind: machine.Closed, Port: w.top.links[li].end(side).Port})
		}
		*at = linkSide{session: l.sessions, last: w.now}
		w.queue.push(w.now+delay, event{kind: evLinkOpened, who: int32(li), side: int8(side), stamp: l.sessions})
	}
	w.observe(Connected{At: w.now, Wire: w.top.links[li].Name, Up: true})
}

// linkOpenedDue tells one end that it is connected.
func (w *World) linkOpenedDue(li, side int, session uint64) bool {
	if w.links[li].side[side].session != session {
		return false
	}
	w.arrive(w.top.linkEnd[li][side], machine.Input{Kind: machine.Opened, Port: w.top.links[li].end(side).Port}, 0)
	return true
}

// sendMessage puts a message on a link and draws its fate.
func (w *World) sendMessage(li, side int, data []byte) {
	l, spec := &w.links[li], &w.top.links[li]
	from, to := spec.end(side), spec.end(1-side)
	at := &l.side[side]
	if at.session == 0 {
		w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(data), Why: "not connected"})
		return
	}
	s := w.linkState(li)
	fate := s.Send(way(side), &l.luck[side])
	if fate.Copies == 0 {
		why := "lost on the way"
		if !s.Passes(way(side)) {
			why = "link down"
		}
		w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(data), Why: why})
	}
	for _, after := range fate.After[:fate.Copies] {
		arrives := w.now + after
		if !fate.Late { // messages keep their order unless held back
			arrives = max(arrives, at.last)
			at.last = arrives
		}
		w.observe(TransferBegun{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Port: from.Port, Data: data, First: arrives})
		w.queue.push(arrives, event{kind: evMessage, who: int32(li), side: int8(1 - side), stamp: at.session, in: machine.Input{Data: data}})
	}
}

// messageDue lets a message arrive at a side, if the link still carries it and
// the connection that it belongs to is still known there.
func (w *World) messageDue(li, side int, session uint64, in machine.Input) bool {
	spec := &w.top.links[li]
	from, to := spec.end(1-side), spec.end(side)
	why := ""
	switch ui := w.top.linkEnd[li][side]; {
	case !w.linkState(li).Passes(way(1 - side)):
		why = "link down"
	case !w.units[ui].on:
		why = "no power"
	case w.links[li].side[side].session != session:
		why = "no such connection"
		w.reset(li, 1-side, session)
	case w.severs(li, side):
		w.sever(li, side, session, in.Data)
		return true
	default:
		w.reach(li, side, in.Data, true)
		return true
	}
	w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(in.Data), Why: why})
	return true
}

// reach hands bytes of a message to the unit at a side.
func (w *World) reach(li, side int, data []byte, whole bool) {
	spec := &w.top.links[li]
	from, to := spec.end(1-side), spec.end(side)
	w.observe(Delivered{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Port: to.Port, Data: data, First: w.now, Whole: whole})
	w.arrive(w.top.linkEnd[li][side], machine.Input{Kind: machine.Data, Port: to.Port, Data: data, First: w.now}, 0)
}

// reset tells a side, as soon as word can travel, that its peer knows nothing
// of the connection.
func (w *World) reset(li, side int, session uint64) {
	if s := w.linkState(li); s.Passes(way(1 - side)) {
		w.queue.push(w.now+s.Delay, event{kind: evLinkClosed, who: int32(li), side: int8(side), stamp: session})
	}
}

// linkClosedDue tells a side that its connection is gone.
func (w *World) linkClosedDue(li, side int, session uint64) bool {
	at := &w.links[li].side[side]
	if session == 0 || at.session != session {
		return false
	}
	at.session = 0
	w.observe(Connected{At: w.now, Wire: w.top.links[li].Name, Up: false, Why: "closed"})
	w.arrive(w.top.linkEnd[li][side], machine.Input{Kind: machine.Closed, Port: w.top.links[li].end(side).Port}, 0)
	return true
}

// hangUp is a side's Close: the peer hears of it behind the messages that are
// on their way.
func (w *World) hangUp(li, side int) {
	at := &w.links[li].side[side]
	session, last := at.session, at.last
	*at = linkSide{}
	if s := w.linkState(li); session != 0 && s.Passes(way(side)) {
		w.queue.push(max(w.now+s.Delay, last), event{kind: evLinkClosed, who: int32(li), side: int8(1 - side), stamp: session})
	}
}

// partLinks forgets a dying unit's connections. A process that dies has a
// kernel that hangs up for it (told); a machine without power is just silent,
// unless the link notices.
func (w *World) partLinks(ui int, told bool) {
	for _, p := range w.top.linked[ui] {
		if told || w.linkState(p.index).Noticed {
			w.hangUp(p.index, p.side)
		}
		w.links[p.index].side[p.side] = linkSide{}
	}
}

// changeLink changes a link and lets the ends find out what they can.
func (w *World) changeLink(li int, change func(l *netLink)) {
	spec, before := &w.top.links[li], w.linkState(li)
	change(&w.links[li])
	after := w.linkState(li)
	if after == before {
		return
	}
	w.observe(LinkChanged{At: w.now, Link: spec.Name, Up: after.Block == 0, Why: after.String()})
	if after.Block == link.Both && after.Noticed {
		for side := range w.links[li].side {
			w.linkClosedDue(li, side, w.links[li].side[side].session)
		}
	}
	w.tryLink(li)
}

// routersChanged recounts the dead routers of the links through a unit.
func (w *World) routersChanged(ui int) {
	for _, li := range w.top.via[ui] {
		dead := 0
		for _, name := range w.top.links[li].Via {
			if !w.units[w.top.units[name]].on {
				dead++
			}
		}
		w.changeLink(li, func(l *netLink) { l.routers = dead })
	}
}
