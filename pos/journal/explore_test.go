package journal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

// bench drives a journal on a simulated disk and tries every state that a cut
// at any moment of the last step can leave.
type bench struct {
	t       *testing.T
	disk    *disk.Disk
	j       *Journal
	options Options
	said    []string // payloads in order, durable or on their way
	acked   int      // how many of them were acknowledged
	states  int
	torn    int
	nested  int
	deep    bool // cut recoveries too
	zeros   bool // room is taken by writing zeros
}

// fs is how the journal sees a disk.
func (b *bench) fs(d *disk.Disk) store.FS {
	if b.zeros {
		return zeroFS{d}
	}
	return d
}

// zeroFS is a file system that takes room in the one way that all know.
type zeroFS struct{ store.FS }

type zeroFile struct{ store.File }

func (z zeroFS) Open(name string) (store.File, error) {
	h, err := z.FS.Open(name)
	return zeroFile{h}, err
}

func (z zeroFS) Create(name string) (store.File, error) {
	h, err := z.FS.Create(name)
	return zeroFile{h}, err
}

func (z zeroFile) Preallocate(size int64) error {
	have, err := z.Size()
	if err != nil || size <= have {
		return err
	}
	_, err = z.WriteAt(make([]byte, size-have), have)
	return err
}

func newBench(t *testing.T, segment int64) *bench {
	return &bench{t: t, disk: disk.New(disk.PhoneFlash), options: Options{Device: "phone", SegmentSize: segment}}
}

// step runs one piece of work, tries every cut inside it, and one after it; and
// the death of the process there, which leaves what the page cache has.
func (b *bench) step(name string, work func()) {
	b.t.Helper()
	before := b.acked
	b.disk.Begin(b.disk.Busy())
	work()
	for _, at := range moments(b.disk) {
		acked := before
		if at >= b.disk.Busy() {
			acked = b.acked
		}
		for _, s := range b.disk.States(at) {
			b.states++
			img := s.Describe()
			b.judge(fmt.Sprintf("%s, cut at %v, %s", name, at, img.Words), b.disk.Fork(s), acked, b.deep)
		}
		killed := b.disk.Clone()
		killed.Kill(at)
		b.judge(fmt.Sprintf("%s, killed at %v", name, at), killed, acked, false)
	}
}

// moments returns a time inside and one after each operation since Begin.
func moments(d *disk.Disk) []time.Duration {
	out := []time.Duration{d.Busy()}
	for _, op := range d.Ops() {
		out = append(out, op.Begin+1, op.End)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// recovered opens the journal on d and returns every payload in it.
func (b *bench) recovered(d *disk.Disk) (*Journal, Recovery, []string, error) {
	var got []string
	o := b.options
	o.Visit = func(_ pos.Chain, f Frame) error {
		got = append(got, string(f.Payload))
		return nil
	}
	j, r, err := Open(b.fs(d), o)
	return j, r, got, err
}

// judge starts a till's journal on what a cut left: it must hold what was
// acknowledged, no gap, nothing else than what was said, and take more.
func (b *bench) judge(where string, d *disk.Disk, acked int, deep bool) {
	b.t.Helper()
	j, r, got, err := b.recovered(d)
	require.NoError(b.t, err, where)
	require.GreaterOrEqual(b.t, len(got), acked, "%s: an acknowledged entry is gone", where)
	require.LessOrEqual(b.t, len(got), len(b.said), where)
	if len(got) > 0 { // nil and empty are one
		require.Equal(b.t, b.said[:len(got)], got, where)
	}
	if r.Tail != nil {
		b.torn++
	}
	if r.NeedsIncarnation {
		_, err = j.NewIncarnation(r.Head.Incarnation + 1)
		require.NoError(b.t, err, where)
	}
	_, _, err = j.Append([]byte("after"))
	require.NoError(b.t, err, where)
	_, again, got2, err := b.recovered(lost(b.t, d))
	require.NoError(b.t, err, where)
	require.False(b.t, again.NeedsIncarnation, where)
	require.Equal(b.t, append(slices.Clone(got), "after"), got2, where)
	if deep {
		b.again(where, d, len(got))
	}
}

// again cuts the recovery itself, which ran on a disk and went on to append.
func (b *bench) again(where string, ran *disk.Disk, held int) {
	b.t.Helper()
	keep := b.said
	b.said = append(slices.Clone(b.said[:held]), "after")
	for _, at := range moments(ran) {
		for _, s := range ran.States(at) {
			b.nested++
			b.judge(where+"; again at "+at.String(), ran.Fork(s), held, false)
		}
	}
	b.said = keep
}

// lost returns the disk after power went with everything un-synced gone.
func lost(t *testing.T, d *disk.Disk) *disk.Disk {
	t.Helper()
	states := d.States(d.Busy())
	return d.Fork(states[0])
}

func (b *bench) open() {
	b.t.Helper()
	j, r, err := Open(b.fs(b.disk), b.options)
	require.NoError(b.t, err)
	if r.NeedsIncarnation {
		_, err = j.NewIncarnation(r.Head.Incarnation + 1)
		require.NoError(b.t, err)
	}
	b.j = j
}

// append says size bytes and expects an acknowledgement.
func (b *bench) append(sizes ...int) error {
	b.t.Helper()
	var payloads [][]byte
	for _, n := range sizes {
		head := fmt.Sprintf("entry %d ", len(b.said)+1)
		p := append([]byte(head), bytes.Repeat([]byte("x"), n-len(head))...)
		payloads = append(payloads, p)
		b.said = append(b.said, string(p))
	}
	_, _, err := b.j.AppendAll(payloads...)
	if err == nil {
		b.acked = len(b.said)
	}
	return err
}

func TestEveryCut(t *testing.T) {
	for _, tc := range []struct {
		name       string
		room, warm int64
		zeros      bool
		deep       bool
	}{
		{"grows as it goes", 0, 0, false, true},
		{"room for a segment", 4096, 0, false, false},
		{"room for half a segment, zeros ahead", 2048, 1024, false, false},
		{"room by zeros", 1024, 512, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t, 4096)
			b.options.Preallocate, b.options.Warm, b.zeros = tc.room, tc.warm, tc.zeros
			aLife(t, b, tc.deep)
			t.Logf("%d states, %d of them torn, %d nested", b.states, b.torn, b.nested)
			assert.Greater(t, b.torn, 100, "no torn tail was met")
		})
	}
}

// aLife is everything that a journal does: it grows, it rotates, it is stopped
// in order and not, it begins anew. Deep: the recoveries are cut as well.
func aLife(t *testing.T, b *bench, deep bool) {
	b.deep = deep
	b.step("create", b.open)
	for _, size := range []int{20, 300, 700, 1500} {
		b.step(fmt.Sprintf("append %d", size), func() { require.NoError(t, b.append(size)) })
	}
	b.step("reserve", func() { require.NoError(t, b.j.Reserve(2000)) })
	b.step("append into the reserve", func() { require.NoError(t, b.append(900)) })
	b.step("group", func() { require.NoError(t, b.append(200, 600, 300)) })
	b.deep = false
	for i := range 12 {
		b.step(fmt.Sprintf("append towards rotation %d", i), func() { require.NoError(t, b.append(1000)) })
	}
	b.deep = deep
	require.Greater(t, len(b.j.current().segs), 1, "no rotation was met")
	b.step("stop and start", b.open)
	b.step("append", func() { require.NoError(t, b.append(700)) })
	b.step("mark", func() { require.NoError(t, b.j.MarkStopped()) })
	b.step("start", b.open)
	b.step("append", func() { require.NoError(t, b.append(300)) })
	b.step("new incarnation", func() {
		_, err := b.j.NewIncarnation(9)
		require.NoError(t, err)
	})
	b.step("mark it empty", func() { require.NoError(t, b.j.MarkStopped()) })
	b.step("start", b.open)
	b.step("append in it", func() { require.NoError(t, b.append(700)) })
	b.step("start with two", b.open)
	b.step("mark and go on", func() {
		require.NoError(t, b.j.MarkStopped())
		require.NoError(t, b.append(200))
	})
	b.step("mark", func() { require.NoError(t, b.j.MarkStopped()) })
	b.step("start and group", func() {
		b.open()
		require.NoError(t, b.append(200, 600))
	})
}

// A failed write or sync, then every cut of the rewrite.
func TestEveryCutOfARewrite(t *testing.T) {
	for _, tc := range []struct {
		name   string
		faults disk.Faults
		before int // entries before it
		group  []int
	}{
		{"sync", disk.Faults{EIOSync: 1}, 3, []int{900}},
		{"write", disk.Faults{EIOWrite: 1}, 3, []int{900}},
		{"sync of the first entry", disk.Faults{EIOSync: 1}, 0, []int{900}},
		{"sync of a group", disk.Faults{EIOSync: 1}, 2, []int{400, 700}},
		{"sync at a rotation", disk.Faults{EIOSync: 1}, 6, []int{900}},
		{"write at a rotation", disk.Faults{EIOWrite: 1}, 6, []int{900}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t, 4096)
			b.open()
			for range tc.before {
				require.NoError(t, b.append(700))
			}
			b.step("fail and rewrite", func() {
				b.disk.Faults = tc.faults
				require.ErrorIs(t, b.append(tc.group...), ErrUnknown)
				require.True(t, b.j.Suspect())
				_, _, err := b.j.Append([]byte("too early"))
				require.ErrorIs(t, err, ErrUnknown)
				require.NoError(t, b.j.Rewrite())
				b.acked = len(b.said)
			})
			head, _ := b.j.Head()
			require.EqualValues(t, tc.before+len(tc.group), head.Seq)
			b.step("go on", func() { require.NoError(t, b.append(700)) })
			b.step("start", b.open)
			b.step("go on", func() { require.NoError(t, b.append(700)) })
		})
	}
}

// The rewrite of a chain's first entry replaces the segment that says what
// the chain follows; that must not be lost with it.
func TestRewriteKeepsTheLink(t *testing.T) {
	b := newBench(t, 0)
	b.open()
	require.NoError(t, b.append(700))
	link, err := b.j.NewIncarnation(2)
	require.NoError(t, err)
	for _, start := range []bool{false, true} { // in the same life, and in one that only found the link
		if start {
			b.open()
		}
		b.j = b.j.CloneOn(b.disk)
		b.disk.Faults.EIOSync = 1
		require.ErrorIs(t, b.append(700), ErrUnknown)
		b.step("rewrite", func() { require.NoError(t, b.j.Rewrite()) })
		b.acked = len(b.said)
		names, err := b.disk.List(Dir)
		require.NoError(t, err)
		segments := 0
		for _, c := range b.j.chains {
			segments += len(c.segs)
		}
		require.Len(t, names, segments)
		_, r, _, err := b.recovered(b.disk.Clone())
		require.NoError(t, err)
		require.Equal(t, link, r.Link)
		if !start {
			link, err = b.j.NewIncarnation(3)
			require.NoError(t, err)
		}
	}
	b.disk.Faults.EIOSync = 1
	b.step("a start that rewrites it", b.open)
	_, r, _, err := b.recovered(b.disk.Clone())
	require.NoError(t, err)
	require.Equal(t, link, r.Link)
}

// The process dies between the failed sync and the rewrite; the page cache
// survives it and shows the entry. Whoever reads it must first make it so.
func TestPageCacheIsNotTrusted(t *testing.T) {
	b := newBench(t, 0)
	b.open()
	require.NoError(t, b.append(700))
	b.disk.Faults.EIOSync = 1
	require.ErrorIs(t, b.append(700), ErrUnknown)
	b.step("start", b.open)
	head, _ := b.j.Head()
	require.EqualValues(t, 2, head.Seq)
	b.acked = 2
	b.step("append", func() { require.NoError(t, b.append(700)) })
	b.disk.Faults.EIOSync = 1
	b.step("a start whose sync fails", b.open)
	b.step("append", func() { require.NoError(t, b.append(700)) })
	b.disk.Faults.EIOSync = 1
	require.ErrorIs(t, b.append(400, 700, 300), ErrUnknown)
	b.step("start after a group", b.open)
	b.acked = 7
	b.step("append", func() { require.NoError(t, b.append(700)) })
}

func TestRewriteFailsForGood(t *testing.T) {
	b := newBench(t, 0)
	b.open()
	require.NoError(t, b.append(700))
	b.disk.Faults.EIOSync = 1
	require.ErrorIs(t, b.append(700), ErrUnknown)
	b.disk.Faults.EIOWrite = 1
	require.ErrorIs(t, b.j.Rewrite(), store.ErrStopped)
	_, _, err := b.j.Append([]byte("x"))
	require.ErrorIs(t, err, store.ErrStopped)
	require.ErrorIs(t, b.j.Rewrite(), store.ErrStopped)
	require.ErrorIs(t, b.j.Reserve(1), store.ErrStopped)
	_, err = b.j.NewIncarnation(99)
	require.ErrorIs(t, err, store.ErrStopped)
	frames, err := b.j.Read(1, 0, 1<<20)
	require.NoError(t, err)
	require.Len(t, frames, 1, "reads still work, and show what is durable")
	b.step("after it", func() {})
}

// A disk that lies loses what was acknowledged; where a torn tail or a
// witness tells, it is not silent.
func TestLyingDiskIsFoundByAWitness(t *testing.T) {
	b := newBench(t, 0)
	b.open()
	for range 3 {
		require.NoError(t, b.append(700))
	}
	b.disk.Begin(b.disk.Busy())
	b.disk.Faults.Lying = true
	require.NoError(t, b.append(700))
	b.options.Known = func(pos.Chain) uint64 { return 4 }
	silent, found := 0, 0
	for _, s := range b.disk.States(b.disk.Busy()) {
		_, r, got, err := b.recovered(b.disk.Fork(s))
		switch {
		case errors.Is(err, ErrDamaged): // torn, and known to have been there
			found++
		case err == nil && len(got) == 4:
		case err == nil && r.LostTo == 4 && r.NeedsIncarnation:
			assert.EqualValues(t, 3, r.Head.Seq)
			found++
		default:
			silent++
		}
	}
	assert.Zero(t, silent)
	assert.Greater(t, found, 1)
}

func TestReserveKeepsItsWord(t *testing.T) {
	for _, segment := range []int64{1 << 20, 4096} {
		b := newBench(t, segment)
		b.open()
		for i := range 40 {
			b.disk.Faults.Capacity = 0
			require.NoError(t, b.j.Reserve(3000))
			b.disk.Faults.Capacity = 1 // not one more byte
			require.NoError(t, b.append(2000), "append %d", i)
			require.NoError(t, b.append(1000), "append %d", i)
		}
		require.Error(t, b.j.Reserve(20000))
		require.False(t, b.j.Suspect(), "a refused reservation changes nothing")
		b.disk.Faults.Capacity = 0
		b.step("go on", func() { require.NoError(t, b.append(700)) })
	}
}
