package hub_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
)

// desk is a hub on a disk, talked to by hand.
type desk struct {
	t    *testing.T
	disk *disk.Disk
	hub  *hub.Hub
	life uint32
	now  pos.Now
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, disk: disk.New(disk.PhoneFlash), now: pos.Now{Wall: 1_800_000_000_000_000_000}}
	d.start()
	return d
}

func (d *desk) start() hub.Result {
	d.life++
	d.hub = hub.New(&hub.Config{Device: "hub", Base: base(d.t)}, d.disk, d.life)
	return d.hub.Start(d.now)
}

func (d *desk) says(link string, m sync.Message) hub.Result {
	m.From = link
	b, err := m.Encode()
	require.NoError(d.t, err)
	d.disk.Begin(d.disk.Busy())
	return d.hub.Message(d.now, link, b)
}

// hears returns the messages that were sent to a link.
func (d *desk) hears(r hub.Result, link string) (out []sync.Message) {
	for _, s := range r.Sends {
		if s.Link == link {
			m, err := sync.Decode(s.Data)
			require.NoError(d.t, err)
			out = append(out, m)
		}
	}
	return out
}

var phone = pos.Chain{Device: "phone", Incarnation: 1}

// chain makes frames of the phone's chain: a nil payload is a piece sold.
func chain(t *testing.T, payloads ...[]byte) (raw []byte, ends []int) {
	prev := journal.Genesis(phone)
	for i, p := range payloads {
		if p == nil {
			p = encode(t, uint64(i+1), "", pos.Fact{Count: &pos.Count{Moves: []pos.Move{{SKU: "scarf", Qty: -1}}}})
		}
		raw = journal.AppendFrame(raw, uint64(i+1), 0, prev, p)
		prev = journal.HashOf(prev, p)
		ends = append(ends, len(raw))
	}
	return raw, ends
}

func encode(t *testing.T, seq uint64, clock pos.ClockQuality, facts ...pos.Fact) []byte {
	e := &pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: seq}, HLC: seq, Clock: clock, Facts: facts}
	p, err := e.Encode()
	require.NoError(t, err)
	return p
}

func push(raw []byte) sync.Message {
	return sync.Message{Type: sync.Push, Chain: phone, Seq: 1, Frames: raw}
}

func TestPushes(t *testing.T) {
	d := newDesk(t)
	raw, ends := chain(t, nil, nil, nil)
	other, _ := chain(t, nil, encode(t, 2, "", pos.Fact{Count: &pos.Count{}}))
	ack := func(seq uint64, fork bool) []sync.Message {
		return []sync.Message{{Type: sync.Ack, From: "hub", Chain: phone, Seq: seq, Fork: fork, Frames: []byte{}}}
	}
	for _, step := range []struct {
		name   string
		frames []byte
		want   []sync.Message
		stock  int64
	}{
		{"beyond what is held: where to begin", raw[ends[0]:], ack(0, false), 5},
		{"the first", raw[:ends[0]], ack(1, false), 4},
		{"again", raw[:ends[0]], ack(1, false), 4},
		{"half a frame", raw[ends[0] : ends[1]-3], nil, 4},
		{"all of it", raw, ack(3, false), 2},
		{"another second entry", other, ack(3, true), 2},
		{"nothing", nil, ack(3, false), 2},
	} {
		r := d.says("phone", push(step.frames))
		assert.Equal(t, step.want, d.hears(r, "phone"), step.name)
		assert.Equal(t, step.stock, d.hub.Shared().Stock("scarf"), step.name)
	}
	assert.Empty(t, d.hears(d.says("phone", sync.Message{Type: sync.Push, Chain: pos.Chain{Device: "hub", Incarnation: 9}, Frames: raw}), "phone"),
		"nobody writes the hub's chain")
	d.start()
	assert.Equal(t, int64(2), d.hub.Shared().Stock("scarf"))
}

func TestADiskThatFailsIsNotAcknowledged(t *testing.T) {
	d := newDesk(t)
	raw, _ := chain(t, nil, nil)
	d.disk.Faults.EIOSync = 1
	assert.Empty(t, d.says("phone", push(raw)).Sends)
	assert.Equal(t, int64(5), d.hub.Shared().Stock("scarf"))
	assert.Len(t, d.says("phone", push(raw)).Sends, 1, "and pushed again")
	assert.Equal(t, int64(3), d.hub.Shared().Stock("scarf"))
}

func TestEntryThatNobodyCanRead(t *testing.T) {
	d := newDesk(t)
	raw, _ := chain(t, nil, []byte("?"), nil)
	r := d.says("phone", push(raw))
	assert.Contains(t, r.Tells, hub.Unreadable{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: 2},
		Why: "phone/1/2: entry: invalid character '?' looking for beginning of value"})
	assert.Equal(t, uint64(3), d.hears(r, "phone")[0].Seq)
	d.start()
	assert.Equal(t, int64(3), d.hub.Shared().Stock("scarf"))
	assert.Len(t, d.says("phone", push(raw)).Sends, 1)
	got := d.hears(d.says("tablet", sync.Message{Type: sync.Pull, Chain: phone}), "tablet")
	assert.Equal(t, raw, got[0].Frames, "passed on as it is")
}

// An edit under a doubtful clock gets one rank, and a device in the far future
// does not pull the hub's clock with it.
func TestRanks(t *testing.T) {
	edit := pos.Fact{Edit: &pos.Edit{Target: "scarf", Field: "price", Value: "100"}}
	d := newDesk(t)
	far := &pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: 1}, HLC: 1 << 60}
	p, err := far.Encode()
	require.NoError(t, err)
	raw, _ := chain(t, p, encode(t, 2, pos.ClockDoubtful, edit))
	d.says("phone", sync.Message{Type: sync.Hello})
	r := d.says("phone", push(raw))
	assert.Len(t, d.hears(r, "phone"), 2, "acknowledged, and told that there is a rank")
	price, _, _, _ := d.hub.Shared().Article("scarf")
	assert.Equal(t, pos.Amount(100), price)
	require.Empty(t, d.hub.Shared().Unranked())
	ranks := 0
	for _, v := range r.Tells {
		if c, ok := v.(hub.Committed); ok {
			e, err := pos.DecodeEntry(c.Payload)
			require.NoError(t, err)
			assert.Less(t, e.HLC, uint64(1)<<59)
			ranks++
		}
	}
	assert.Equal(t, 1, ranks)
	assert.Len(t, d.hears(d.says("phone", push(raw)), "phone"), 1, "once")
}

// Every moment at which the power can go between the push and its rank.
func TestEveryCutBetweenPushAndRank(t *testing.T) {
	edit := pos.Fact{Edit: &pos.Edit{Target: "scarf", Field: "price", Value: "100"}}
	d := newDesk(t)
	raw, _ := chain(t, encode(t, 1, pos.ClockDoubtful, edit))
	d.disk.Begin(d.disk.Busy())
	d.says("phone", push(raw))
	ranked := 0
	for _, op := range d.disk.Ops() {
		for _, at := range []time.Duration{(op.Begin + op.End) / 2, op.End} {
			for _, s := range d.disk.States(at) {
				c := &desk{t: t, disk: d.disk.Fork(s), life: 9, now: d.now}
				c.start()
				require.Empty(t, c.hub.Shared().Unranked(), "ranked at the start")
				c.says("phone", push(raw))
				require.Empty(t, c.hub.Shared().Unranked())
				require.True(t, c.hub.Shared().Ranked(pos.Key{Device: "phone", Incarnation: 1, Seq: 1}))
				ranked++
			}
		}
	}
	assert.Greater(t, ranked, 10)
}
