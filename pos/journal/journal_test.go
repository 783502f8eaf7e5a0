package journal

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// The same journal on a real directory, across restarts.
func TestOnARealDirectory(t *testing.T) {
	d, err := store.NewDir(t.TempDir())
	require.NoError(t, err)
	total := uint64(0)
	for life := range 3 {
		j, r, err := Open(d, Options{Device: "phone", SegmentSize: 2000})
		require.NoError(t, err)
		require.Equal(t, total, r.Entries)
		if life == 0 {
			_, err = j.NewIncarnation(1)
			require.NoError(t, err)
		}
		for i := range 10 {
			require.NoError(t, j.Reserve(2500))
			_, _, err := j.Append(fmt.Appendf(nil, "life %d entry %d %s", life, i, bytes.Repeat([]byte("x"), 2000)))
			require.NoError(t, err)
			total++
		}
		require.NoError(t, j.Close())
	}
	rep, err := Verify(d)
	require.NoError(t, err)
	require.Nil(t, rep.Damage)
	assert.Equal(t, total, rep.Entries)
	assert.Greater(t, rep.Chains[0].Segments, 3)
}

// A copy on a copied disk goes its own way, from any state.
func TestCloneGoesItsOwnWay(t *testing.T) {
	d := filled(t, 5, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	for range 3 {
		_, _, err := j.Append([]byte("both"))
		require.NoError(t, err)
	}
	d.Faults.EIOSync = 1
	_, _, err = j.Append([]byte("suspect"))
	require.ErrorIs(t, err, ErrUnknown)

	d2 := d.Clone()
	k := j.CloneOn(d2)
	require.NoError(t, j.Rewrite())
	for _, one := range []struct {
		j *Journal
		d *disk.Disk
		s string
	}{{j, d, "left"}, {k, d2, "right"}} {
		require.NoError(t, one.j.Rewrite())
		for i := range 4 {
			_, _, err := one.j.Append(fmt.Appendf(nil, "%s %d", one.s, i))
			require.NoError(t, err)
		}
	}
	for _, one := range []struct {
		j *Journal
		d *disk.Disk
		s string
	}{{j, d, "left"}, {k, d2, "right"}} {
		for _, from := range []*Journal{one.j, reopen(t, lost(t, one.d))} {
			frames, err := from.Read(1, 8, 1<<20)
			require.NoError(t, err)
			require.Len(t, frames, 5)
			assert.Equal(t, "suspect", string(frames[0].Payload))
			assert.Equal(t, one.s+" 3", string(frames[4].Payload))
		}
	}
}

// What both have in memory behind their common past is not shared either.
func TestCloneSharesNoIndex(t *testing.T) {
	d := filled(t, 5, 0)
	j := reopen(t, d)
	k := j.CloneOn(d.Clone())
	for i := range 3 {
		_, _, err := j.Append([]byte("a long one on the left"))
		require.NoError(t, err)
		_, _, err = k.Append([]byte("right"))
		require.NoError(t, err)
		for _, one := range []*Journal{j, k} {
			for after := range i + 1 {
				frames, err := one.Read(1, uint64(5+after), 0)
				require.NoError(t, err)
				require.Len(t, frames, 1)
			}
		}
	}
}

func reopen(t *testing.T, f store.FS) *Journal {
	t.Helper()
	j, r, err := Open(f, Options{Device: "phone"})
	require.NoError(t, err)
	require.False(t, r.NeedsIncarnation)
	return j
}

func TestAppendIsOneWriteAndOneSync(t *testing.T) {
	d := filled(t, 1, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	d.Begin(d.Busy())
	seq, hash, err := j.Append([]byte("x"))
	require.NoError(t, err)
	require.Len(t, d.Ops(), 2)
	assert.Equal(t, disk.Write, d.Ops()[0].Kind)
	assert.Equal(t, disk.Sync, d.Ops()[1].Kind)
	head, headHash := j.Head()
	assert.Equal(t, seq, head.Seq)
	assert.Equal(t, hash, headHash)
	_, _, err = j.Append(make([]byte, MaxPayload+1))
	assert.ErrorContains(t, err, "at most")
	assert.False(t, j.Suspect())
}

var sale = bytes.Repeat([]byte("x"), 700)

func BenchmarkAppend(b *testing.B) {
	d := filled(b, 0, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(b, err)
	b.SetBytes(int64(len(sale)))
	b.ReportAllocs()
	for b.Loop() {
		d.Begin(d.Busy())
		if _, _, err := j.Append(sale); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendRealDirectory(b *testing.B) {
	for _, reserve := range []int64{0, 64 << 10} {
		b.Run(fmt.Sprintf("reserve%d", reserve), func(b *testing.B) {
			d, err := store.NewDir(b.TempDir())
			require.NoError(b, err)
			j, _, err := Open(d, Options{Device: "phone"})
			require.NoError(b, err)
			_, err = j.NewIncarnation(1)
			require.NoError(b, err)
			for b.Loop() {
				if reserve > 0 && j.current().room-j.current().tail().end < 1000 {
					require.NoError(b, j.Reserve(reserve))
				}
				if _, _, err := j.Append(sale); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Open of a day's journal: 400 entries, 300 KB.
func BenchmarkOpen(b *testing.B) {
	d := filled(b, 0, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(b, err)
	for range 400 {
		_, _, err := j.Append(sale)
		require.NoError(b, err)
	}
	d.Begin(d.Busy())
	b.SetBytes(400 * 756)
	b.ReportAllocs()
	for b.Loop() {
		c := d.Clone()
		if _, _, err := Open(c, Options{Device: "phone"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCloneOn(b *testing.B) {
	d := filled(b, 400, 16<<10)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		j.CloneOn(d)
	}
}
