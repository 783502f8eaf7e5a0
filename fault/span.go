package fault

import (
	"time"

	"stormrig/sim"
)

// Span is a piece of a unit's work with a name. The rig announces it (see
// Picker.Span) as soon as its extent is known.
type Span struct {
	Name   string // as Point.Span names it
	Unit   string
	Wire   string // of a transfer: its cable or link
	Basket int    // the harness's n-th basket, 0 for none
	Nth    int    // which of its kind; 0: the picker counts
	Begin  time.Duration
	End    time.Duration
	ActAt  time.Duration // when the effects leave; 0 if there are none
	Ops    []sim.Op
	Bytes  int           // of a transfer
	First  time.Duration // world time of its first byte
	Per    time.Duration
}

// Messages on the line to the card host, from the moment when one is sent.
const (
	SpanHostRequest = "host-request"
	SpanHostReply   = "host-reply"
)

// Work makes a span of what a unit with a disk handled.
func Work(name string, basket int, h sim.Handled) Span {
	return Span{Name: name, Unit: h.Who, Basket: basket, Begin: h.Begin, End: h.End, ActAt: h.ActAt, Ops: h.Ops}
}

// Transfer makes a span of bytes on a wire; Unit is the receiver.
func Transfer(name string, basket int, t sim.TransferBegun) Span {
	end := t.First + time.Duration(max(len(t.Data)-1, 0))*t.Per
	return Span{
		Name: name, Unit: t.To, Wire: t.Wire, Basket: basket, Begin: t.At, End: end,
		Bytes: len(t.Data), First: t.First, Per: t.Per,
	}
}

// over returns when the span can no longer break off. A mere stretch of time,
// with no work and no bytes in it, cannot.
func (s Span) over() time.Duration {
	if s.Wire == "" && len(s.Ops) == 0 && s.ActAt <= s.Begin {
		return s.Begin
	}
	return max(s.End, s.ActAt)
}

// Locate returns the world time of a point in the span; false if the span has
// no such place (a third write where there were two).
func (s Span) Locate(p Point) (time.Duration, bool) {
	at, ok := s.place(p)
	return at + p.After, ok
}

func (s Span) place(p Point) (time.Duration, bool) {
	switch p.Place {
	case Within:
		end := s.End
		if end == s.Begin { // nothing on the disk: the time until it acts
			end = max(s.ActAt, end)
		}
		return between(s.Begin, end, p.Permille), true
	case InOp, InWrite, InSync:
		op, ok := s.op(p)
		if p.Byte > 0 { // as far as its bytes have come
			return op.Begin + (op.End-op.Begin)*time.Duration(p.Byte)/time.Duration(max(op.Len, 1)), ok && int64(p.Byte) <= op.Len
		}
		return between(op.Begin, op.End, p.Permille), ok
	case Unsynced:
		synced, ok := s.lastSync()
		if !ok {
			return 0, false
		}
		return between(s.Ops[0].Begin, synced.End, p.Permille), true
	case Held:
		synced, ok := s.lastSync()
		if !ok {
			synced.End = s.End
		}
		return between(synced.End, s.ActAt, p.Permille), s.ActAt > synced.End
	case Acted:
		return s.ActAt + 1, s.ActAt > 0 // 1 ns later, since a fault goes before an event of its time
	case AtByte:
		if p.Byte <= 0 {
			return s.Begin, s.Bytes > 0
		}
		return s.First + time.Duration(p.Byte-1)*s.Per, p.Byte <= s.Bytes
	}
	return 0, false
}

// op finds the operation that a point names.
func (s Span) op(p Point) (sim.Op, bool) {
	var of []sim.Op
	for _, op := range s.Ops {
		if p.Place == InOp || p.Place == InWrite && op.Kind == sim.OpWrite || p.Place == InSync && op.IsSync() {
			of = append(of, op)
		}
	}
	i := p.Op - 1
	if p.Op < 0 {
		i = len(of) + p.Op
	}
	if i < 0 || i >= len(of) {
		return sim.Op{}, false
	}
	return of[i], true
}

func (s Span) lastSync() (sim.Op, bool) {
	for i := len(s.Ops) - 1; i >= 0; i-- {
		if s.Ops[i].IsSync() {
			return s.Ops[i], true
		}
	}
	return sim.Op{}, false
}

// between returns the time at permille of the way from a to b.
func between(a, b time.Duration, permille int) time.Duration {
	d := b - a
	return a + d/1000*time.Duration(permille) + d%1000*time.Duration(permille)/1000
}

// matches tells whether a point means a span of this name, unit and basket.
func (p Point) matches(s Span) bool {
	return p.Span == s.Name && (p.Unit == "" || p.Unit == s.Unit) && (p.Basket == 0 || p.Basket == s.Basket) && (p.From == 0 || s.Begin >= p.From)
}
