package till

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/sync"
)

// stays returns the first own entry that is not in the archive.
func (b *bench) stays() pos.Key {
	rep, err := journal.Verify(b.disk)
	require.NoError(b.t, err)
	require.Nil(b.t, rep.Damage)
	first := rep.Chains[0].Head
	first.Seq = rep.Chains[0].From
	return first
}

// lives is a till of two lives, with small segments.
func lives(t *testing.T) *bench {
	b := newBench(t)
	b.config.Journal.SegmentSize, b.config.Keep = 4<<10, 30
	b.start()
	b.sell(6)
	_, err := b.till.journal.NewIncarnation(20)
	require.NoError(t, err)
	b.sell(30)
	return b
}

// meets lets the hub say what it holds of the till's chains.
func (b *bench) meets(held []pos.Key) []sync.Message {
	all := sync.Message{Type: sync.Welcome, From: "hub"}
	for _, k := range held {
		all.Have = append(all.Have, sync.Mark{Chain: k.Chain(), Seq: k.Seq})
	}
	b.do(pos.LinkUp{Link: "hub"})
	return sent(b.t, b.do(hubSays(b.t, all)))
}

// What the hub holds moves to the archive once it is old; the till needs it
// when its book is lost, and the hub when it lost what it held.
func TestOldEntriesMove(t *testing.T) {
	b := lives(t)
	all := b.till.journal.Chains()
	b.pass(time.Minute)
	require.Equal(t, pos.Key{Device: "phone", Incarnation: 1, Seq: 1}, b.stays(), "the hub holds nothing")
	for _, tc := range []struct {
		held []pos.Key
		want uint32 // the first life that stays
	}{
		{all[1:], 1}, // but the first life
		{all[:1], 20},
	} {
		b.meets(tc.held)
		b.sell(3)
		b.pass(time.Minute)
		require.Equal(t, pos.Key{Device: "phone", Incarnation: tc.want, Seq: 1}, b.stays(), "%v", tc.held)
	}
	b.meets(b.till.journal.Chains())
	b.sell(3)
	held, _ := b.till.journal.Head()
	b.pass(time.Minute)
	first := b.stays()
	require.Greater(t, first.Seq, uint64(1))
	require.LessOrEqual(t, first.Seq+b.config.Keep, held.Seq+1, "the newest stay")

	out := b.meets(nil)
	require.Len(t, out, 1)
	assert.Equal(t, sync.Push, out[0].Type)
	assert.EqualValues(t, 1, out[0].Seq, "a hub that lost all is given all")
	f, _, err := journal.ParseFrame(out[0].Frames)
	require.NoError(t, err)
	assert.EqualValues(t, 1, f.Seq)

	b.remove("book")
	require.NotEmpty(t, b.start().Rebuilt)
	assert.EqualValues(t, 45, b.till.state.Till().Number, "sales, most of them in the archive")
	b.stop()
	var entries int64
	for _, k := range b.till.journal.Chains() {
		entries += int64(k.Seq)
	}
	assert.Equal(t, entries, b.start().Recovered, "those in the archive are known")
	b.sell(8)
	b.pass(time.Minute)
	require.Equal(t, first, b.stays(), "what the hub holds no more stays")
}

// Cuts of a checkpoint after which entries move, of two lives: a start folds the
// same, with its book and without.
func TestCutsOfAMove(t *testing.T) {
	b := lives(t)
	b.meets(b.till.journal.Chains())
	for b.now.Mono < b.till.checkpointAt {
		b.now.Mono = b.till.Wake()
		b.do(pos.Tick{})
	}
	want := changes(t, b.till)
	require.Greater(t, b.stays().Seq, uint64(1))
	states := 0
	for _, op := range b.disk.Ops() {
		for _, at := range []time.Duration{op.Begin + 1, op.End} {
			for _, s := range b.disk.States(at) {
				if states++; states%12 > 0 { // package journal tries all
					continue
				}
				d := b.disk.Fork(s)
				lost := states%24 == 0
				if lost {
					require.NoError(t, d.Remove(book.DefaultName))
				}
				again := New(b.config, d, 30)
				r, err := again.Recover()
				require.NoError(t, err, s.Describe().Words)
				require.Empty(t, r.Lost)
				require.Equal(t, lost, r.Rebuilt != "", r.Rebuilt)
				require.Equal(t, want, changes(t, again), s.Describe().Words)
				again.Close()
			}
		}
	}
	t.Logf("%d states, a twelfth of them tried", states)
	assert.Greater(t, states, 2000)
}

// An archive that was carried away takes nothing from a till that has its book.
func TestAnArchiveElsewhere(t *testing.T) {
	b := lives(t)
	b.stop()
	b.till.Close()
	j, _, err := journal.Open(b.disk, journal.Options{Device: "phone", SegmentSize: 4 << 10})
	require.NoError(t, err)
	_, err = j.Archive(store.Below(b.disk, "carried"), 30)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	assert.Empty(t, b.start().Rebuilt)
	assert.False(t, b.till.engine.Stopped(), b.screen())
}
