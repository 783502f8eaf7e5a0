package till

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// pass lets time go by until the till wants to be woken, and wakes it.
func (b *bench) pass(d time.Duration) {
	for end := b.now.Mono + d; ; {
		at := b.till.Wake()
		if at < 0 || at > end {
			b.now.Mono = end
			return
		}
		b.now.Mono = max(at, b.now.Mono)
		b.do(pos.Tick{})
	}
}

func (b *bench) screen() pos.Screen { return b.till.engine.Screen(b.till.state) }

// sent decodes what goes to the hub.
func sent(t *testing.T, r Result) (out []sync.Message) {
	for _, e := range r.Effects {
		if s, ok := e.(pos.SendHub); ok {
			m, err := sync.Decode(s.Data)
			require.NoError(t, err)
			out = append(out, m)
		}
	}
	return out
}

func hubSays(t *testing.T, m sync.Message) pos.Event {
	data, err := m.Encode()
	require.NoError(t, err)
	return pos.HubMessage{Data: data}
}

// A till whose disk failed sells no more, and hands over what is durable; it
// asks for nothing that it could not keep.
func TestAStoppedTillStillPushes(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(2)
	b.disk.Faults.EIOSync, b.disk.Faults.EIOWrite = 1, 2
	b.do(pos.Scanned{Code: "22"})
	require.Equal(t, pos.TitleStopped, b.screen().Title)
	assert.Equal(t, "DISK FAULT - STOP SELLING", b.screen().Lines[0])
	assert.Contains(t, b.screen().Lines[1], "SWITCH OFF AND ON")
	hello := sent(t, b.do(pos.LinkUp{Link: "hub"}))
	require.Len(t, hello, 1)
	head, _ := b.till.journal.Head()
	other := sync.Mark{Chain: pos.Chain{Device: "assistant", Incarnation: 1}, Seq: 3}
	out := sent(t, b.do(hubSays(t, sync.Message{Type: sync.Welcome, From: "hub", Session: hello[0].Session, Have: []sync.Mark{other}})))
	require.Len(t, out, 1, "a push, and no pull")
	assert.Equal(t, sync.Push, out[0].Type)
	r := b.do(hubSays(t, sync.Message{Type: sync.Ack, From: "hub", Session: hello[0].Session, Chain: head.Chain(), Seq: head.Seq}))
	assert.Contains(t, r.Tells, Acknowledged{Chain: head.Chain(), Seq: head.Seq})
	assert.Empty(t, b.do(pos.Scanned{Code: "22"}).Tells)
	b.pass(time.Minute)
	assert.Equal(t, pos.TitleStopped, b.screen().Title, "an error is not forgotten")
}

// Where the disk has no room for a till's first word it waits for room, and
// knows then what is connected.
func TestAFullDiskAtTheStart(t *testing.T) {
	for _, sold := range []int{0, 3} {
		b := newBench(t)
		if sold > 0 {
			b.start()
			b.sell(sold)
		}
		b.fill()
		b.start()
		b.do(pos.DeviceUp{Device: "dongle"}, pos.LinkUp{Link: "host"}, pos.Scanned{Code: "22"})
		require.Equal(t, pos.TitleStopped, b.screen().Title)
		assert.Equal(t, "DISK FULL - NO SALES", b.screen().Lines[0])
		b.pass(time.Minute)
		require.Equal(t, pos.TitleStopped, b.screen().Title)
		b.disk.Faults = disk.Faults{}
		b.pass(time.Minute)
		for range sold { // of receipts that were being printed
			b.do(pos.Pressed{Word: "yes"})
		}
		require.NotEqual(t, pos.TitleStopped, b.screen().Title)
		assert.EqualValues(t, sold, b.till.state.Till().Number)
		b.do(pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"})
		assert.NotNil(t, b.till.state.Till().Charge, "it knows the reader")
		head, _ := b.till.journal.Head()
		assert.LessOrEqual(t, head.Incarnation, b.life, "the next life's number is its own")
	}
}

// fill takes all room, that inside the journal's files too.
func (b *bench) fill() {
	names, _ := b.disk.List("journal")
	for _, n := range names {
		f, err := b.disk.Open("journal/" + n)
		require.NoError(b.t, err)
		data, err := store.ReadAll(f)
		require.NoError(b.t, err)
		require.NoError(b.t, f.Truncate(int64(len(bytes.TrimRight(data, "\x00")))))
		require.NoError(b.t, f.Sync())
	}
	b.disk.Faults.Capacity = 1
}

// With no room at all outcomes wait, too: nothing is sold, nothing stops, and
// what was due happens when there is room.
func TestNoRoomForAnOutcome(t *testing.T) {
	b := newBench(t)
	b.start()
	b.do(pos.DeviceUp{Device: "dongle"})
	b.do(pos.Scanned{Code: "22"}, pos.Pressed{Word: "card"}, pos.CardRead{Ref: "phone-1-1", Sealed: []byte("sealed")})
	require.Len(t, b.till.state.DeferredQueue(), 1)
	b.do(pos.LinkDown{Link: "host"})
	b.disk.Faults.Capacity = 1
	for range 500 { // until what was kept is used up
		b.do(pos.Scanned{Code: "33"}, pos.Kicked{Intent: "1.5.0"})
		b.now.Mono += 2 * time.Second
		b.do(pos.Tick{})
	}
	require.NotEqual(t, pos.TitleStopped, b.screen().Title)
	b.do(pos.LinkUp{Link: "host"}) // its entry does not fit
	require.Contains(t, b.screen().Status, "DISK FULL")
	b.pass(time.Minute)
	b.disk.Faults = disk.Faults{}
	asked := false
	for range 30 {
		b.now.Mono += time.Second
		for _, e := range b.do(pos.Tick{}).Effects {
			_, host := e.(pos.AskHost)
			asked = asked || host
		}
	}
	assert.True(t, asked, "the stored payment is forwarded")
}

// A clock that was moved since the last look, and a stop in order: its last entry
// says so.
func TestAStopTellsOfTheClock(t *testing.T) {
	b := newBench(t)
	b.start()
	b.sell(1)
	b.do(pos.Kicked{Intent: "1.3.0"})
	b.now.Mono += time.Second
	b.now.Wall += int64(73 * 365 * 24 * time.Hour)
	var jumps int
	for _, v := range b.till.Stop(b.now).Tells {
		if c, ok := v.(Committed); ok {
			e, err := pos.DecodeEntry(c.Payload)
			require.NoError(t, err)
			for _, f := range e.Facts {
				if f.ClockJump != nil {
					jumps++
				}
			}
			assert.NotEqual(t, pos.ClockGood, e.Clock)
		}
	}
	assert.Equal(t, 1, jumps)
}

// A link that goes in the very entry at which a till stops was gone all the same,
// and the journal says so once, whether the entry survived or not.
func TestALinkThatGoesAsTheTillStops(t *testing.T) {
	for _, survives := range []bool{false, true} {
		b := newBench(t)
		b.start()
		b.do(pos.LinkUp{Link: "host"})
		b.sell(1)
		if b.disk.Faults.EIOWrite = 1; survives {
			b.disk.Faults.EIOWrite, b.disk.Faults.EIOSync = 0, 1
		}
		b.disk.Faults.Capacity = 1
		went := b.now.Wall
		b.do(pos.LinkDown{Link: "host"})
		require.Equal(t, pos.TitleStopped, b.screen().Title)
		b.disk.Faults = disk.Faults{}
		b.pass(time.Minute)
		require.NotEqual(t, pos.TitleStopped, b.screen().Title)
		b.do(pos.LinkUp{Link: "host"})
		frames, err := b.till.journal.Read(b.till.next().Incarnation, 0, 1<<20)
		require.NoError(t, err)
		var opened, closed int
		for _, f := range frames {
			e, err := pos.DecodeEntry(f.Payload)
			require.NoError(t, err)
			for _, fact := range e.Facts {
				if o := fact.Outage; o != nil && o.What == "host" {
					assert.Equal(t, went, o.From)
					if o.From == o.To {
						opened++
					} else {
						closed++
					}
				}
			}
		}
		assert.Equal(t, []int{1, 1}, []int{opened, closed}, "survives: %v", survives)
	}
}
