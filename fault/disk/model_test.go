package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// version is what a file held after one operation on it.
type version struct {
	begin    time.Duration
	data     []byte
	truncate bool
}

// shadow is one file of the model: all that it ever held, in the order of
// operations, and when syncs of it were asked for and ended.
type shadow struct {
	versions []version
	syncs    []struct {
		end  time.Duration
		upto int // versions issued before it
	}
}

// model is a disk without sectors, pages or pending lists: it only remembers.
type model struct {
	disk  *disk.Disk
	names map[string]*shadow
}

func (m *model) last() disk.Op { ops := m.disk.Ops(); return ops[len(ops)-1] }

func (s *shadow) now() []byte { return s.versions[len(s.versions)-1].data }

func (m *model) step(t *rapid.T) {
	name := rapid.SampledFrom([]string{"d/a", "d/b", "e/c"}).Draw(t, "name")
	s := m.names[name]
	if s == nil {
		_, err := m.disk.Create(name)
		require.NoError(t, err)
		m.names[name] = &shadow{versions: []version{{begin: m.last().Begin}}}
		require.NoError(t, m.disk.SyncDir(name[:1]))
		return
	}
	h, err := m.disk.Open(name)
	require.NoError(t, err)
	data := bytes.Clone(s.now())
	switch rapid.SampledFrom([]string{"write", "write", "write", "sync", "truncate"}).Draw(t, "op") {
	case "write":
		off := rapid.IntRange(0, 1200).Draw(t, "off")
		b := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, rapid.IntRange(1, 1200).Draw(t, "len"))
		_, err := h.WriteAt(b, int64(off))
		require.NoError(t, err)
		if grow := off + len(b) - len(data); grow > 0 {
			data = append(data, make([]byte, grow)...)
		}
		copy(data[off:], b)
		s.versions = append(s.versions, version{begin: m.last().Begin, data: data})
	case "truncate":
		size := rapid.IntRange(0, 2000).Draw(t, "size")
		require.NoError(t, h.Truncate(int64(size)))
		data = append(data, make([]byte, max(0, size-len(data)))...)[:size]
		s.versions = append(s.versions, version{begin: m.last().Begin, data: data, truncate: true})
	case "sync":
		require.NoError(t, h.Sync())
		s.syncs = append(s.syncs, struct {
			end  time.Duration
			upto int
		}{m.last().End, len(s.versions)})
	}
}

// legal returns the versions that a cut at a time may show parts of.
func (s *shadow) legal(at time.Duration) []version {
	from := 0
	for _, y := range s.syncs {
		if y.end <= at {
			from = max(from, y.upto-1)
		}
	}
	to := len(s.versions)
	for to > 0 && s.versions[to-1].begin >= at {
		to--
	}
	return s.versions[from:max(to, from)]
}

// judge checks what a cut left of a file against all that it may be.
func judge(t require.TestingT, name string, got []byte, legal []version) {
	small, large, truncated := len(legal[0].data), len(legal[0].data), false
	for _, v := range legal[1:] {
		small, large, truncated = min(small, len(v.data)), max(large, len(v.data)), truncated || v.truncate
	}
	require.True(t, len(got) >= small && len(got) <= large, "%s: %d bytes, legal are %d to %d", name, len(got), small, large)
	unit := disk.SectorSize
	if truncated { // a lost truncate under a kept write is no version of its own
		unit = 1
	}
	for off := 0; off < len(got); off += unit {
		part := got[off:min(off+unit, len(got))]
		require.True(t, slices.ContainsFunc(legal, func(v version) bool {
			want := make([]byte, len(part))
			if off < len(v.data) {
				copy(want, v.data[off:])
			}
			return bytes.Equal(part, want)
		}), "%s at %d: bytes that never were there together", name, off)
	}
}

func check(t *rapid.T, m *model, d *disk.Disk, at time.Duration) {
	for _, name := range []string{"d/a", "d/b", "e/c"} {
		s := m.names[name]
		got, err := store.ReadFile(d, name)
		if errors.Is(err, fs.ErrNotExist) {
			durable := s != nil && len(s.syncs) > 0 && s.syncs[0].end <= at // its directory was synced before
			require.False(t, durable, "%s: a durable name is gone", name)
			continue
		}
		require.NoError(t, err)
		judge(t, name, got, s.legal(at))
	}
}

func TestDiskAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{disk: disk.New(disk.PhoneFlash), names: map[string]*shadow{}}
		begin := time.Duration(0)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			m.step(t)
			if rapid.IntRange(0, 4).Draw(t, "settle") == 0 {
				begin = m.disk.Busy()
				m.disk.Begin(begin)
			}
		}
		for name, s := range m.names { // without a cut, reads are a plain file's
			got, err := store.ReadFile(m.disk, name)
			require.NoError(t, err)
			require.True(t, bytes.Equal(s.now(), got), name)
		}
		at := begin + time.Duration(rapid.Int64Range(0, int64(m.disk.Busy()-begin)).Draw(t, "at"))
		if begin == at {
			at = m.disk.Busy()
		}
		states := m.disk.States(at)
		require.NotEmpty(t, states)
		for _, s := range states {
			check(t, m, m.disk.Fork(s), at)
		}
		clone := m.disk.Clone()
		img := clone.Cut(at, draws{t})
		require.NotEmpty(t, img.Words)
		check(t, m, clone, at)
		require.True(t, slices.ContainsFunc(states, func(s disk.State) bool { return same(m.disk.Fork(s), clone) }),
			"Cut left what States does not list: %s", img.Words)
	})
}

// draws lets rapid choose the disk's state.
type draws struct{ t *rapid.T }

func (d draws) Intn(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "choice") }

// same compares all that two disks hold.
func same(a, b *disk.Disk) bool {
	for _, name := range []string{"d/a", "d/b", "e/c"} {
		x, errX := store.ReadFile(a, name)
		y, errY := store.ReadFile(b, name)
		if (errX == nil) != (errY == nil) || !bytes.Equal(x, y) {
			return false
		}
	}
	return true
}

// A clone and its original go their own ways.
func TestCloneIsIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &model{disk: disk.New(disk.PhoneFlash), names: map[string]*shadow{}}
		for range rapid.IntRange(1, 10).Draw(t, "before") {
			a.step(t)
		}
		b := &model{disk: a.disk.Clone(), names: map[string]*shadow{}}
		for name, s := range a.names {
			b.names[name] = &shadow{versions: slices.Clone(s.versions), syncs: slices.Clone(s.syncs)}
		}
		for range rapid.IntRange(1, 12).Draw(t, "after") {
			rapid.SampledFrom([]*model{a, b}).Draw(t, "which").step(t)
		}
		for _, m := range []*model{a, b} {
			for name, s := range m.names {
				got, err := store.ReadFile(m.disk, name)
				require.NoError(t, err)
				require.True(t, bytes.Equal(s.now(), got), name)
			}
			at := m.disk.Busy()
			for _, s := range m.disk.States(at) {
				check(t, m, m.disk.Fork(s), at)
			}
		}
	})
}
