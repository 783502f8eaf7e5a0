package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

// filled returns a disk with n entries of about 100 bytes in incarnation 1.
func filled(t testing.TB, n int, segment int64) *disk.Disk {
	t.Helper()
	d := disk.New(disk.PhoneFlash)
	j, r, err := Open(d, Options{Device: "phone", SegmentSize: segment})
	require.NoError(t, err)
	require.True(t, r.NeedsIncarnation)
	_, _, err = j.Append([]byte("too early"))
	require.ErrorIs(t, err, ErrNoIncarnation)
	_, err = j.NewIncarnation(1)
	require.NoError(t, err)
	for i := range n {
		_, _, err := j.Append(fmt.Appendf(nil, `{"seq":%d,"text":%q}`, i+1, strings.Repeat("x", 80)))
		require.NoError(t, err)
	}
	d.Begin(d.Busy())
	return d
}

// edit changes a file as no disk should.
func edit(t testing.TB, d store.FS, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := store.ReadFile(d, name)
	require.NoError(t, err)
	require.NoError(t, store.WriteFileSafely(d, name, change(data)))
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte { b[at] ^= 4; return b }
}

const seg1 = "journal/phone-000001-000000000001.seg"

// One flipped bit anywhere: damage that names the entry when another follows,
// a torn tail in the last entry, never silence.
func TestEveryFlippedBitIsNamed(t *testing.T) {
	d := filled(t, 5, 0)
	data, err := store.ReadFile(d, seg1)
	require.NoError(t, err)
	_, head, err := parseHeader(data)
	require.NoError(t, err)
	data = trimZeros(data) // nobody misses a bit of the room
	frame := (len(data) - head) / 5
	for at := range data {
		c := d.Clone()
		edit(t, c, seg1, flip(at))
		rep, err := Verify(c)
		require.NoError(t, err)
		j, r, err := Open(c, Options{Device: "phone"})
		var damage *Damage
		if at >= head+4*frame {
			require.NoError(t, err, "byte %d", at)
			require.EqualValues(t, 4, r.Head.Seq, "byte %d", at)
			require.NotNil(t, r.Tail, "byte %d", at)
			require.EqualValues(t, head+4*frame, r.Tail.Offset)
			require.EqualValues(t, frame, r.Tail.Bytes)
			require.True(t, r.NeedsIncarnation)
			require.Equal(t, r.Tail, rep.Chains[0].Tail)
			cut := c.Clone()
			_, err = j.CloneOn(cut).NewIncarnation(2)
			require.NoError(t, err)
			left, err := store.ReadFile(cut, seg1)
			require.NoError(t, err)
			require.Len(t, left, int(r.Tail.Offset), "the tail is cut")
			_, _, err = Open(c, Options{Device: "phone", Known: func(pos.Chain) uint64 { return 5 }})
			require.ErrorAs(t, err, &damage, "a witness knows that it was whole once")
			require.EqualValues(t, 5, damage.Later)
			continue
		}
		require.Nil(t, j)
		require.ErrorIs(t, err, ErrDamaged, "byte %d", at)
		require.ErrorAs(t, err, &damage)
		require.Equal(t, damage, rep.Damage)
		require.Equal(t, seg1, damage.Segment)
		if at >= head {
			require.EqualValues(t, (at-head)/frame+1, damage.Seq, "byte %d", at)
			require.EqualValues(t, head+(at-head)/frame*frame, damage.Offset, "byte %d", at)
			require.EqualValues(t, 5, damage.Later)
		}
	}
}

func TestOtherDamage(t *testing.T) {
	frame := func(seq uint64, prev Hash) []byte { return AppendFrame(nil, seq, 0, prev, []byte("{}")) }
	for _, tc := range []struct {
		name   string
		change func(t *testing.T, d *disk.Disk)
		what   string
		seq    uint64
	}{
		{"a segment in the middle is gone", func(t *testing.T, d *disk.Disk) {
			names, _ := d.List(Dir)
			require.NoError(t, d.Remove(Dir+"/"+names[1]))
		}, "missing", 9},
		{"the first segment is gone", func(t *testing.T, d *disk.Disk) { require.NoError(t, d.Remove(seg1)) }, "missing", 1},
		{"a segment is truncated", func(t *testing.T, d *disk.Disk) {
			edit(t, d, seg1, func(b []byte) []byte { b = trimZeros(b); return b[:len(b)-10] })
		}, "frame", 8},
		{"a foreign frame", func(t *testing.T, d *disk.Disk) {
			appendTo(t, d, frame(21, Hash{1}))
		}, "chain", 21},
		{"a frame too far", func(t *testing.T, d *disk.Disk) {
			appendTo(t, d, frame(23, Hash{1}))
		}, "sequence", 21},
		{"an empty segment after another past", func(t *testing.T, d *disk.Disk) {
			h := header{chain: pos.Chain{Device: "phone", Incarnation: 1}, first: 21, prev: Hash{1}}
			require.NoError(t, store.WriteFileSafely(d, Dir+"/"+segmentName(h.chain, 21), h.encode()))
		}, "chain", 21},
		{"a segment under another's name", func(t *testing.T, d *disk.Disk) {
			data, err := store.ReadFile(d, seg1)
			require.NoError(t, err)
			require.NoError(t, store.WriteFileSafely(d, Dir+"/phone-000001-000000000021.seg", data))
		}, "header", 21},
		{"zeros before a valid frame", func(t *testing.T, d *disk.Disk) {
			appendTo(t, d, append(make([]byte, 700), frame(22, Hash{1})...))
		}, "frame", 21},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := filled(t, 20, 1500)
			tc.change(t, d)
			_, _, err := Open(d, Options{Device: "phone"})
			var damage *Damage
			require.ErrorAs(t, err, &damage)
			assert.Equal(t, tc.what, damage.What, err)
			assert.Equal(t, tc.seq, damage.Seq, err)
			assert.ErrorContains(t, err, fmt.Sprintf("phone/1/%d", tc.seq))
			rep, err := Verify(d)
			require.NoError(t, err)
			assert.Equal(t, damage, rep.Damage)
		})
	}
}

// appendTo puts bytes behind the last segment's last frame.
func appendTo(t *testing.T, d *disk.Disk, b []byte) {
	t.Helper()
	names, err := d.List(Dir)
	require.NoError(t, err)
	edit(t, d, Dir+"/"+names[len(names)-1], func(old []byte) []byte { return append(trimZeros(old), b...) })
}

func TestChainBeforeMustEndWhereItsSuccessorSays(t *testing.T) {
	d := filled(t, 3, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	link, err := j.NewIncarnation(5)
	require.NoError(t, err)
	assert.Equal(t, pos.Key{Device: "phone", Incarnation: 1, Seq: 3}, link.Before)
	_, err = j.NewIncarnation(5)
	require.ErrorContains(t, err, "incarnation 5 is not after 5")

	garbage := d.Clone()
	edit(t, garbage, seg1, func(b []byte) []byte { return append(b, "garbage"...) })
	_, r, err := Open(garbage, Options{Device: "phone"})
	require.NoError(t, err, "what is behind the end does not count")
	assert.Equal(t, link, r.Link)
	assert.EqualValues(t, 3, r.Entries)
	assert.False(t, r.NeedsIncarnation)

	short := d.Clone()
	edit(t, short, seg1, func(b []byte) []byte { return b[:len(b)-1] })
	_, _, err = Open(short, Options{Device: "phone"})
	require.ErrorIs(t, err, ErrDamaged, "an end that the successor knows cannot be torn")

	gone := d.Clone()
	require.NoError(t, gone.Remove(seg1))
	_, _, err = Open(gone, Options{Device: "phone"})
	require.ErrorIs(t, err, ErrDamaged)
	rep, err := Verify(gone)
	require.NoError(t, err)
	require.NotNil(t, rep.Damage)
}

func TestAnotherDevicesDisk(t *testing.T) {
	_, _, err := Open(filled(t, 1, 0), Options{Device: "assistant"})
	require.ErrorContains(t, err, `chain of device "phone", not of "assistant"`)
}

func TestVisitBeyondACheckpoint(t *testing.T) {
	d := filled(t, 5, 0)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	_, err = j.NewIncarnation(2)
	require.NoError(t, err)
	_, _, err = j.Append([]byte("six"))
	require.NoError(t, err)
	for _, tc := range []struct {
		after pos.Key
		want  string
	}{
		{pos.Key{}, "1/1 1/2 1/3 1/4 1/5 2/1"},
		{pos.Key{Device: "phone", Incarnation: 1, Seq: 4}, "1/5 2/1"},
		{pos.Key{Device: "phone", Incarnation: 1, Seq: 5}, "2/1"},
		{pos.Key{Device: "phone", Incarnation: 2, Seq: 1}, ""},
	} {
		var got []string
		_, r, err := Open(d, Options{Device: "phone", After: tc.after, Visit: func(c pos.Chain, f Frame) error {
			got = append(got, fmt.Sprintf("%d/%d", c.Incarnation, f.Seq))
			return nil
		}})
		require.NoError(t, err)
		assert.Equal(t, tc.want, strings.Join(got, " "))
		assert.EqualValues(t, len(got), r.Visited)
		assert.EqualValues(t, 6, r.Entries)
	}
	broken := errors.New("fold broke")
	_, _, err = Open(d, Options{Device: "phone", Visit: func(pos.Chain, Frame) error { return broken }})
	assert.ErrorIs(t, err, broken)
}

func TestRead(t *testing.T) {
	d := filled(t, 20, 1500)
	j, _, err := Open(d, Options{Device: "phone"})
	require.NoError(t, err)
	for _, size := range []int{0, 1, 300, 1000, 1 << 20} {
		var all []Frame
		for {
			frames, err := j.Read(1, uint64(len(all)), size)
			require.NoError(t, err)
			if len(frames) == 0 {
				break
			}
			total := 0
			for _, f := range frames {
				total += len(f.Raw)
			}
			assert.True(t, total <= size || len(frames) == 1, "%d bytes in %d frames, asked for %d", total, len(frames), size)
			all = append(all, frames...)
		}
		require.Len(t, all, 20)
		for i, f := range all {
			assert.EqualValues(t, i+1, f.Seq)
		}
	}
	edit(t, d, seg1, flip(300))
	_, err = j.Read(1, 0, 1<<20)
	require.ErrorIs(t, err, ErrDamaged)
}

func TestExport(t *testing.T) {
	d := filled(t, 3, 0)
	r, _, err := OpenReplicas(d, ReplicaOptions{})
	require.NoError(t, err)
	other := pos.Chain{Device: "assistant", Incarnation: 4}
	_, err = r.Append(other, AppendFrame(nil, 1, 0, Genesis(other), []byte("no <json>")))
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, Export(d, &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4)
	for i, line := range lines {
		var e exported
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		if i < 3 {
			assert.Equal(t, "phone", e.Device)
			assert.EqualValues(t, i+1, e.Seq)
			assert.Contains(t, string(e.Payload), fmt.Sprintf(`{"seq":%d,`, i+1))
		} else {
			assert.Equal(t, "assistant", e.Device)
			assert.Equal(t, `"no <json>"`, string(e.Payload), "bytes are what was hashed")
		}
	}
	edit(t, d, seg1, flip(200))
	assert.ErrorIs(t, Export(d, &out), ErrDamaged)
}

func FuzzSegmentRecovery(f *testing.F) {
	good, err := store.ReadFile(filled(f, 4, 0), seg1)
	require.NoError(f, err)
	f.Add(good, 130, []byte{1, 2, 3})
	f.Add(good, len(good), []byte("SRF1"))
	f.Add(good[:len(good)-20], 0, []byte{})
	f.Add(good[:20], 0, []byte{})
	f.Fuzz(func(t *testing.T, data []byte, at int, patch []byte) {
		data = bytes.Clone(data)
		if at >= 0 && at <= len(data) {
			n := copy(data[at:], patch)
			data = append(data, patch[n:]...)
		}
		d := disk.New(disk.PhoneFlash)
		require.NoError(t, store.WriteFileSafely(d, seg1, data))
		prev := Genesis(pos.Chain{Device: "phone", Incarnation: 1})
		var seq uint64
		j, r, err := Open(d, Options{Device: "phone", Visit: func(_ pos.Chain, f Frame) error {
			seq++
			require.Equal(t, seq, f.Seq)
			require.Equal(t, prev, f.Prev)
			prev = f.Hash
			return nil
		}})
		if err != nil {
			return
		}
		require.Equal(t, seq, r.Head.Seq)
		if r.NeedsIncarnation {
			_, err = j.NewIncarnation(2)
			require.NoError(t, err)
		}
		_, _, err = j.Append([]byte("more"))
		require.NoError(t, err)
		_, again, err := Open(d, Options{Device: "phone"})
		require.NoError(t, err)
		require.Equal(t, seq+1, again.Entries)
	})
}
