package station

import (
	"stormrig/hil/machine"
	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/store"
)

// Hub is a hub with its links: every port is a link to a device.
type Hub struct {
	hub   *hub.Hub
	ports []string
}

// NewHub puts a hub on a disk, listening on ports.
func NewHub(cfg *hub.Config, fs store.FS, life uint32, ports []string) *Hub {
	return &Hub{hub: hub.New(cfg, fs, life), ports: ports}
}

// CloneOn returns a copy that stands on another disk with the same content.
func (s *Hub) CloneOn(fs store.FS) *Hub { return &Hub{hub: s.hub.CloneOn(fs), ports: s.ports} }

// Hub returns the hub inside, to look at.
func (s *Hub) Hub() *hub.Hub { return s.hub }

// Close lets go of what the station holds outside memory.
func (s *Hub) Close() { s.hub.Close() }

// Handle takes one input.
func (s *Hub) Handle(now machine.Now, in machine.Input) []machine.Output {
	var out []machine.Output
	var r hub.Result
	t := pos.Now{Mono: now.Mono, Wall: now.Wall}
	switch in.Kind {
	case machine.Boot:
		r = s.hub.Start(t)
		for _, p := range s.ports {
			out = append(out, machine.Output{Kind: machine.Open, Port: p})
		}
	case machine.Closed:
		s.hub.LinkDown(in.Port)
		out = append(out, machine.Output{Kind: machine.Open, Port: in.Port})
	case machine.Data:
		r = s.hub.Message(t, in.Port, in.Data)
	case machine.Do:
		if in.Action == ActStop {
			r = s.hub.Stop()
		}
	}
	for _, v := range r.Tells {
		out = append(out, machine.Output{Kind: machine.Tell, Tell: v})
	}
	for _, m := range r.Sends {
		out = append(out, machine.Output{Kind: machine.Write, Port: m.Link, Data: m.Data})
	}
	return out
}
