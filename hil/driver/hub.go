package driver

import (
	"stormrig/hil/machine"
	"stormrig/pos"
)

// Hub drives the link to the hub: one Write is one message.
type Hub struct{ link redial }

// NewHub returns the driver of a hub link.
func NewHub() *Hub { return &Hub{link: redial{far: true}} }

// Port is PortHub.
func (d *Hub) Port() string { return PortHub }

// Handle takes one input of the port.
func (d *Hub) Handle(now machine.Now, in machine.Input) (s Step) {
	switch in.Kind {
	case machine.Boot:
		d.link.dial(&s, now, PortHub)
	case machine.Opened:
		if d.link.opened(&s, PortHub) {
			s.Event(pos.LinkUp{Link: PortHub})
		}
	case machine.Closed:
		if d.link.closed(&s, now, PortHub) {
			s.Event(pos.LinkDown{Link: PortHub})
		}
	case machine.Wake:
		if d.link.due(&s, now, PortHub) {
			s.Event(pos.LinkDown{Link: PortHub})
		}
	case machine.Data:
		s.Event(pos.HubMessage{Data: in.Data})
	}
	return s
}

// Do carries out SendHub.
func (d *Hub) Do(_ machine.Now, e pos.Effect) (s Step) {
	if m, ok := e.(pos.SendHub); ok && d.link.up {
		s.Write(PortHub, m.Data)
	}
	return s
}

// Clone returns a copy that shares nothing changeable.
func (d *Hub) Clone() Driver {
	c := *d
	return &c
}
