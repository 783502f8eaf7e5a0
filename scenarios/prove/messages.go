package prove

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
)

var (
	// sentIsAcked takes what was sent for what the hub has.
	sentIsAcked = bend{port: driver.PortHub, did: func(_ *memory, e pos.Effect, s *driver.Step) {
		m, ok := pushed(e)
		if !ok || len(s.Out) == 0 {
			return
		}
		ack := sync.Message{Type: sync.Ack, From: hub, Session: m.Session, Chain: m.Chain, Seq: lastOf(m)}
		if b, err := ack.Encode(); err == nil {
			s.Event(pos.HubMessage{Data: b})
		}
	}}
	// markTooFar believes that the hub has one entry more than was ever sent,
	// and never hears anything else.
	markTooFar = bend{port: driver.PortHub,
		wants: func(m *memory, e pos.Effect) (pos.Effect, bool) {
			if p, ok := pushed(e); ok {
				m.n, m.chain = lastOf(p)+1, p.Chain
			}
			return e, true
		},
		tells: func(m *memory, _ machine.Now, s *driver.Step) {
			for i, e := range s.Events {
				if msg, ok := e.(pos.HubMessage); ok && m.n > 0 {
					s.Events[i] = pos.HubMessage{Data: raised(msg.Data, m.chain, m.n)}
				}
			}
		},
	}
	// poison lets the hub refuse every edit, and the till send it again for ever.
	poison = bend{port: driver.PortHub, wants: func(_ *memory, e pos.Effect) (pos.Effect, bool) {
		m, ok := pushed(e)
		return e, !ok || !bytes.Contains(m.Frames, []byte(`{"edit":`))
	}}
)

var (
	// reversalNow lets a reversal name its own time for that of its original.
	reversalNow = bend{port: driver.PortHost, wants: func(_ *memory, e pos.Effect) (pos.Effect, bool) {
		if ask, ok := e.(pos.AskHost); ok && ask.Order.Kind == "reverse" {
			ask.Order.Taken = ask.Wall
			return ask, true
		}
		return e, true
	}}
	// answerForNext takes an answer for one to whatever was asked last.
	answerForNext = bend{port: driver.PortHost,
		wants: func(m *memory, e pos.Effect) (pos.Effect, bool) {
			if ask, ok := e.(pos.AskHost); ok && ask.Order.Kind == "authorise" {
				n, _ := strconv.ParseUint(ask.Order.STAN, 10, 64)
				m.n = n
			}
			return e, true
		},
		tells: func(m *memory, _ machine.Now, s *driver.Step) {
			for i, e := range s.Events {
				if r, ok := e.(pos.HostReply); ok && r.Kind == "authorise" && m.n > 0 {
					r.STAN = fmt.Sprintf("%06d", m.n)
					s.Events[i] = r
				}
			}
		},
	}
)

// takenForDecline takes some of the host's answers to a stored payment for a decline.
func takenForDecline(codes ...string) bend {
	return bend{port: driver.PortHost, tells: func(_ *memory, _ machine.Now, s *driver.Step) {
		for i, e := range s.Events {
			if r, ok := e.(pos.HostReply); ok && r.Kind == "forward" && slices.Contains(codes, r.Response) {
				r.Response = "05"
				s.Events[i] = r
			}
		}
	}}
}

// halfKept keeps what a connection to the card host brought of a message when it
// broke, in front of what the next one brings.
func halfKept(_ card.BaseKey, drivers []driver.Driver) []driver.Driver {
	out := slices.Clone(drivers)
	for i, d := range out {
		if d.Port() == driver.PortHost {
			out[i] = &hoarder{Driver: d}
		}
	}
	return out
}

type hoarder struct {
	driver.Driver
	half []byte // of the message under way
}

// Handle puts the half in front of a new connection.
func (d *hoarder) Handle(now machine.Now, in machine.Input) driver.Step {
	s := d.Driver.Handle(now, in)
	switch in.Kind {
	case machine.Opened:
		d.Driver.Handle(now, machine.Input{Kind: machine.Data, Port: in.Port, Data: d.half})
	case machine.Data:
		d.half = slices.Concat(d.half, in.Data)
		for len(d.half) >= 2 && len(d.half)-2 >= int(d.half[0])<<8|int(d.half[1]) {
			d.half = d.half[2+(int(d.half[0])<<8|int(d.half[1])):]
		}
	}
	return s
}

// Clone returns a copy that shares nothing changeable.
func (d *hoarder) Clone() driver.Driver { return &hoarder{d.Driver.Clone(), slices.Clone(d.half)} }

// pushed returns the message of an effect that pushes entries.
func pushed(e pos.Effect) (sync.Message, bool) {
	send, ok := e.(pos.SendHub)
	if !ok {
		return sync.Message{}, false
	}
	m, err := sync.Decode(send.Data)
	return m, err == nil && m.Type == sync.Push
}

// lastOf returns the sequence of the last frame of a push.
func lastOf(m sync.Message) uint64 {
	last := m.Seq
	for raw := m.Frames; len(raw) > 0; {
		f, rest, err := journal.ParseFrame(raw)
		if err != nil {
			break
		}
		last, raw = f.Seq, rest
	}
	return last
}

// raised is a message of the hub with a higher mark for the till's own chain.
func raised(data []byte, own pos.Chain, mark uint64) []byte {
	m, err := sync.Decode(data)
	if err != nil {
		return data
	}
	if m.Type == sync.Ack && m.Chain == own {
		m.Seq = mark
	}
	for i := range m.Have {
		if m.Have[i].Chain == own {
			m.Have[i].Seq = mark
		}
	}
	if b, err := m.Encode(); err == nil {
		return b
	}
	return data
}
