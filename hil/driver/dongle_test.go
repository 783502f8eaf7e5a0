package driver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
)

// bench holds a dongle's driver and plays the reader by hand.
type bench struct {
	t   *testing.T
	d   *Dongle
	now machine.Now
	at  time.Duration // last WakeAt
	wr  []byte
	ev  []pos.Event
	cl  int // closes
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, d: NewDongle()}
	b.handle(machine.Input{Kind: machine.Boot})
	b.handle(machine.Input{Kind: machine.Opened})
	return b
}

func (b *bench) handle(in machine.Input) { in.Port = PortDongle; b.take(b.d.Handle(b.now, in)) }

func (b *bench) take(s Step) {
	b.wr = nil
	for _, o := range s.Out {
		switch o.Kind {
		case machine.Write:
			b.wr = append(b.wr, o.Data...)
		case machine.WakeAt:
			b.at = o.At
		case machine.Close:
			b.cl++
		}
	}
	b.ev = append(b.ev, s.Events...)
}

func (b *bench) data(p []byte) { b.handle(machine.Input{Kind: machine.Data, Data: p}) }

func (b *bench) wake() {
	require.GreaterOrEqual(b.t, b.at, time.Duration(0))
	b.now.Mono = b.at
	b.handle(machine.Input{Kind: machine.Wake})
}

func (b *bench) says(seq byte, m card.Message) { b.data(card.AppendMessage(nil, seq, m)) }

// A reader that acknowledges and never answers is asked a bounded number of
// times; then the driver hangs up and says so.
func TestDongleNeverAnswered(t *testing.T) {
	b := newBench(t)
	for i := range dongleAsks {
		assert.Equal(t, card.AppendMessage(nil, '1'+byte(i), card.Message{Verb: card.Status}), b.wr)
		b.data(card.AppendAck(nil, '1'+byte(i)))
		assert.Equal(t, []pos.Event{pos.DeviceUp{Device: PortDongle}}, b.ev)
		assert.Zero(t, b.cl)
		b.wake()
	}
	assert.Equal(t, 1, b.cl)
	assert.Equal(t, pos.DeviceDown{Device: PortDongle, Reason: "no answer"}, b.ev[1])
}

// A reader that restarted unseen numbers from the start again: the same bytes
// are a repeat when nobody asked, and an answer when somebody did.
func TestDongleSameCardAgain(t *testing.T) {
	b := newBench(t)
	read := card.Message{Verb: card.Card, Ref: "S-1", Masked: "*", Serial: "R", Sealed: []byte{1}}
	b.data(card.AppendAck(nil, '1'))
	b.says('1', read)
	assert.Equal(t, card.AppendAck(nil, '1'), b.wr)
	b.says('1', read)
	assert.Equal(t, card.AppendAck(nil, '1'), b.wr, "acknowledged all the same")
	assert.Len(t, b.ev, 2)
	b.take(b.d.Do(b.now, pos.AskDongle{}))
	b.says('1', read)
	assert.Equal(t, []pos.Event{b.ev[1], b.ev[1]}, b.ev[1:])
}

// Bytes that were under way when this side hung up belong to nobody, and a
// Closed that follows the driver's own Close is no second event.
func TestDongleAfterHangUp(t *testing.T) {
	b := newBench(t)
	b.says('1', card.Message{Verb: card.State})
	for b.cl == 0 {
		b.wake()
	}
	events := len(b.ev)
	b.says('2', card.Message{Verb: card.Removed, Ref: "S-1"})
	b.handle(machine.Input{Kind: machine.Closed})
	assert.Empty(t, b.wr)
	assert.Len(t, b.ev, events)
}

// An Opened while the link was thought to be open is a new link.
func TestDongleOpenedAnew(t *testing.T) {
	b := newBench(t)
	b.says('1', card.Message{Verb: card.State})
	b.handle(machine.Input{Kind: machine.Opened})
	assert.Equal(t, card.AppendMessage(nil, '1', card.Message{Verb: card.Status}), b.wr)
	assert.Equal(t, pos.DeviceDown{Device: PortDongle, Reason: "link opened anew"}, b.ev[2])
}

// A copy's cancels are its own.
func TestDongleCloneCancels(t *testing.T) {
	b := newBench(t)
	b.take(b.d.Do(b.now, pos.Cancel{Ref: "S-1"}))
	b.take(b.d.Do(b.now, pos.Cancel{Ref: "S-2"}))
	c := b.d.Clone().(*Dongle)
	for seq := byte('1'); seq <= '3'; seq++ {
		b.data(card.AppendAck(nil, seq))
	}
	assert.Empty(t, b.d.cancels)
	assert.Equal(t, []string{"S-1", "S-2"}, c.cancels)
	b2 := &bench{t: t, d: c}
	b2.handle(machine.Input{Kind: machine.Closed})
	b2.handle(machine.Input{Kind: machine.Opened})
	assert.Equal(t, card.AppendMessage(nil, '1', card.Message{Verb: card.Cancel, Ref: "S-1"}), b2.wr)
}
