package journal

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

const markPath = Dir + "/" + StoppedName

// look opens a journal and returns all that can be seen of it.
func look(t require.TestingT, d *disk.Disk, after pos.Key) (seen []string, reads int) {
	d.Begin(d.Busy())
	o := Options{Device: "phone", SegmentSize: 2000, After: after, Visit: func(c pos.Chain, f Frame) error {
		seen = append(seen, fmt.Sprintf("%s/%d %x", c, f.Seq, f.Hash[:4]))
		return nil
	}}
	began := d.Busy()
	j, r, err := Open(d, o)
	require.NoError(t, err)
	reads = int(d.Busy() - began)
	seen = append(seen, fmt.Sprintf("%+v", r), fmt.Sprint(j.Chains()))
	for _, k := range j.Chains() {
		for after := uint64(0); ; {
			frames, err := j.Read(k.Incarnation, after, 700)
			require.NoError(t, err)
			if len(frames) == 0 {
				break
			}
			for _, f := range frames {
				seen = append(seen, fmt.Sprintf("read %s/%d %x", k.Chain(), f.Seq, f.Hash[:4]))
				after = f.Seq
			}
		}
	}
	return seen, reads
}

// A journal that was stopped in order is the one that is found by reading it
// all, whatever it went through and whoever has seen how much of it.
func TestResumedIsWhatAFullReadFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := disk.New(disk.PhoneFlash)
		o := Options{Device: "phone", SegmentSize: 2000, Preallocate: rapid.SampledFrom([]int64{0, 2000}).Draw(t, "room")}
		j, _, err := Open(d, o)
		require.NoError(t, err)
		_, err = j.NewIncarnation(1)
		require.NoError(t, err)
		said := 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				head, _ := j.Head()
				_, err = j.NewIncarnation(head.Incarnation + 1)
			case 1:
				err = j.Reserve(1000)
			case 2:
				require.NoError(t, j.MarkStopped())
				j, _, err = Open(d, o)
			case 3:
				d.Faults.EIOSync = 1
				_, _, err = j.Append([]byte("rewritten"))
				require.ErrorIs(t, err, ErrUnknown)
				require.NoError(t, j.MarkStopped(), "nothing is marked in doubt")
				err = j.Rewrite()
				said++
			default:
				_, _, err = j.Append(make([]byte, rapid.IntRange(1, 900).Draw(t, "size")))
				said++
			}
			require.NoError(t, err)
		}
		require.NoError(t, j.MarkStopped())
		ok, err := store.Exists(d, markPath)
		require.NoError(t, err)
		require.True(t, ok)
		after := pos.Key{Device: "phone", Incarnation: uint32(rapid.IntRange(0, 4).Draw(t, "inc")), Seq: uint64(rapid.IntRange(0, 20).Draw(t, "seq"))}
		quick, _ := look(t, d, after)
		full := d.Clone()
		require.NoError(t, full.Remove(markPath))
		slow, _ := look(t, full, after)
		require.Equal(t, slow, quick)
	})
}

// marked is a journal of many segments, stopped in order.
func marked(t testing.TB, n int) *disk.Disk {
	t.Helper()
	d := filled(t, n, 2000)
	j, _, err := Open(d, Options{Device: "phone", SegmentSize: 2000})
	require.NoError(t, err)
	require.NoError(t, j.MarkStopped())
	return d
}

func TestResumeReadsLittle(t *testing.T) {
	d := marked(t, 500)
	all := pos.Key{Device: "phone", Incarnation: 1, Seq: 500}
	_, quick := look(t, d, all)
	require.NoError(t, d.Remove(markPath))
	_, slow := look(t, d, all)
	assert.Greater(t, slow, 20*quick)
}

// What the mark does not cover any more is read in full: it is never believed
// against the disk.
func TestUntrueMark(t *testing.T) {
	last := func(t *testing.T, d *disk.Disk) string {
		names, err := d.List(Dir)
		require.NoError(t, err)
		return Dir + "/" + names[len(names)-2] // the mark sorts last
	}
	next := func(t *testing.T, d *disk.Disk) []byte {
		j, _, err := Open(d.Clone(), Options{Device: "phone"})
		require.NoError(t, err)
		_, hash := j.Head()
		return AppendFrame(nil, 21, 0, hash, []byte("later"))
	}
	for _, tc := range []struct {
		name    string
		change  func(t *testing.T, d *disk.Disk)
		head    uint64
		damaged bool
		torn    bool
	}{
		{"a flipped bit in it", func(t *testing.T, d *disk.Disk) { edit(t, d, markPath, flip(60)) }, 20, false, false},
		{"cut short", func(t *testing.T, d *disk.Disk) { edit(t, d, markPath, func(b []byte) []byte { return b[:9] }) }, 20, false, false},
		{"an entry behind it", func(t *testing.T, d *disk.Disk) {
			frame := next(t, d)
			edit(t, d, last(t, d), func(b []byte) []byte { return append(trimZeros(b), frame...) })
		}, 21, false, false},
		{"a torn entry behind it", func(t *testing.T, d *disk.Disk) {
			frame := next(t, d)
			edit(t, d, last(t, d), func(b []byte) []byte { return append(append(trimZeros(b), make([]byte, 60)...), frame[20:]...) })
		}, 20, false, true},
		{"the last entry is another", func(t *testing.T, d *disk.Disk) {
			edit(t, d, last(t, d), func(b []byte) []byte { b = trimZeros(b); b[len(b)-2] ^= 1; return b })
		}, 19, false, true},
		{"a segment is gone", func(t *testing.T, d *disk.Disk) { require.NoError(t, d.Remove(seg1)) }, 0, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := marked(t, 20)
			tc.change(t, d)
			_, r, err := Open(d, Options{Device: "phone"})
			if tc.damaged {
				require.ErrorIs(t, err, ErrDamaged)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.head, r.Head.Seq)
			assert.Equal(t, tc.torn, r.Tail != nil)
		})
	}
}

// Damage in what a start in order does not read is found by whoever reads it.
func TestDamageBehindAMark(t *testing.T) {
	d := marked(t, 20)
	edit(t, d, seg1, flip(300))
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	_, err = j.Read(1, 0, 1<<20)
	require.ErrorIs(t, err, ErrDamaged)
	_, _, err = Open(d, Options{Device: "phone", Visit: func(pos.Chain, Frame) error { return nil }})
	require.ErrorIs(t, err, ErrDamaged)
	rep, err := Verify(d)
	require.NoError(t, err)
	require.NotNil(t, rep.Damage)
}

// An entry is refused, and nothing written, while the mark cannot be taken back.
func TestMarkThatStays(t *testing.T) {
	d := marked(t, 3)
	j, _, err := Open(stubborn{d}, Options{Device: "phone"})
	require.NoError(t, err)
	_, _, err = j.Append([]byte("x"))
	require.ErrorContains(t, err, "take the mark")
	require.NotErrorIs(t, err, ErrUnknown)
	require.Error(t, j.Reserve(100))
	_, err = j.NewIncarnation(7)
	require.Error(t, err)
	require.False(t, j.Suspect())
	_, _, err = j.CloneOn(d).Append([]byte("x"))
	require.NoError(t, err)
}

// stubborn removes nothing.
type stubborn struct{ store.FS }

func (stubborn) Remove(string) error { return fmt.Errorf("not today") }

// Open after 10,000 entries and a stop in order, on a real directory.
func BenchmarkResume(b *testing.B) {
	d, err := store.NewDir(b.TempDir())
	require.NoError(b, err)
	j, _, err := Open(d, Options{Device: "phone", SegmentSize: 1 << 20})
	require.NoError(b, err)
	_, err = j.NewIncarnation(1)
	require.NoError(b, err)
	group := make([][]byte, 1000)
	for i := range group {
		group[i] = sale[:300]
	}
	for range 100 {
		_, _, err := j.AppendAll(group...)
		require.NoError(b, err)
	}
	require.NoError(b, j.MarkStopped())
	require.NoError(b, j.Close())
	for b.Loop() {
		j, r, err := Open(d, Options{Device: "phone"})
		if err != nil || r.Entries != 100_000 {
			b.Fatal(err, r)
		}
		_ = j.Close()
	}
}
