package disk_test

import (
	"bytes"
	"flag"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// The laws are tried from a fixed seed, so that a test run is repeatable;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	os.Exit(m.Run())
}

// fixed answers Intn with the numbers in turn, then with 0.
type fixed []int

func (f *fixed) Intn(n int) int {
	if len(*f) == 0 {
		return 0
	}
	v := (*f)[0] % n
	*f = (*f)[1:]
	return v
}

// made returns a disk with one durable file of 'a's.
func made(t *testing.T, size int) (*disk.Disk, store.File) {
	t.Helper()
	d := disk.New(disk.PhoneFlash)
	require.NoError(t, store.WriteFileSafely(d, "f", bytes.Repeat([]byte("a"), size)))
	d.Begin(d.Busy())
	h, err := d.Open("f")
	require.NoError(t, err)
	return d, h
}

func write(t *testing.T, h store.File, c string, n int, off int64) {
	t.Helper()
	_, err := h.WriteAt(bytes.Repeat([]byte(c), n), off)
	require.NoError(t, err)
}

// contents returns what each state has in the file, "-" when it is missing.
func contents(t *testing.T, d *disk.Disk, name string, show func([]byte) string) map[string]int {
	t.Helper()
	out := make(map[string]int)
	for _, s := range d.States(d.Busy()) {
		b, err := store.ReadFile(d.Fork(s), name)
		if err != nil {
			out["-"] += s.Represents
			continue
		}
		out[show(b)] += s.Represents
	}
	return out
}

// sectors shows the first byte of each sector.
func sectors(b []byte) string {
	var out []byte
	for off := 0; off < len(b); off += disk.SectorSize {
		out = append(out, b[off])
	}
	return string(bytes.ReplaceAll(out, []byte{0}, []byte("0")))
}

func TestStatesOfOneWrite(t *testing.T) {
	d, h := made(t, 512)
	write(t, h, "b", 1024, 512)
	assert.Equal(t, map[string]int{"a": 1, "ab": 1, "a0b": 1, "abb": 1, "a00": 1}, contents(t, d, "f", sectors))
	require.NoError(t, h.Sync())
	assert.Equal(t, map[string]int{"abb": 1}, contents(t, d, "f", sectors))
}

func TestStatesBeyondEightSectors(t *testing.T) {
	d, h := made(t, 20*512)
	write(t, h, "b", 20*512, 0)
	got := contents(t, d, "f", sectors)
	// none, 19 prefixes, all; each missing but the last (a prefix), each
	// alone but the first.
	assert.Len(t, got, 1+19+1+19+19)
	assert.Equal(t, 1, got["aaaaabaaaaaaaaaaaaaa"])
}

func TestTwoWritesToOneSector(t *testing.T) {
	d, h := made(t, 512)
	write(t, h, "b", 1, 0)
	write(t, h, "c", 1, 1)
	show := func(b []byte) string { return string(b[:3]) }
	got := contents(t, d, "f", show)
	assert.Contains(t, got, "bca")
	assert.Contains(t, got, "baa")
	assert.NotContains(t, got, "aca", "a cache holds a sector once")
}

func TestNamesAreDoneInOrder(t *testing.T) {
	d, _ := made(t, 1)
	h, err := d.Create("g.tmp")
	require.NoError(t, err)
	write(t, h, "b", 10, 0)
	require.NoError(t, h.Sync())
	require.NoError(t, d.Rename("g.tmp", "g"))
	require.NoError(t, d.Remove("f"))
	first := func(b []byte) string { return string(b[:1]) }
	assert.Equal(t, map[string]int{"-": 2, "b": 2}, contents(t, d, "g", first))
	assert.Equal(t, map[string]int{"a": 3, "-": 1}, contents(t, d, "f", first))
	for _, s := range d.States(d.Busy()) {
		_, gone := d.Fork(s).Open("f")
		_, there := d.Fork(s).Open("g")
		assert.False(t, gone != nil && there != nil, "f is removed only after g is there")
	}
	require.NoError(t, d.SyncDir("."))
	assert.Equal(t, map[string]int{"b": 1}, contents(t, d, "g", first))
}

func TestSyncDirIsOfOneDirectory(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	for _, name := range []string{"a/x", "b/x"} {
		h, err := d.Create(name)
		require.NoError(t, err)
		write(t, h, "b", 1, 0)
		require.NoError(t, h.Sync())
	}
	require.NoError(t, d.SyncDir("b"))
	assert.Equal(t, map[string]int{"-": 1, "b": 1}, contents(t, d, "a/x", sectors))
	assert.Equal(t, map[string]int{"b": 2}, contents(t, d, "b/x", sectors))
}

func TestUnsyncedTruncate(t *testing.T) {
	d, h := made(t, 1000)
	require.NoError(t, h.Truncate(10))
	length := func(b []byte) string { return time.Duration(len(b)).String() }
	assert.Equal(t, map[string]int{"1µs": 1, "10ns": 1}, contents(t, d, "f", length))
	require.NoError(t, h.Sync())
	assert.Equal(t, map[string]int{"10ns": 1}, contents(t, d, "f", length))
}

func TestCutInsideTheLog(t *testing.T) {
	d, h := made(t, 512)
	write(t, h, "b", 512, 512)
	require.NoError(t, h.Sync())
	write(t, h, "c", 512, 1024)
	ops := d.Ops()
	require.Len(t, ops, 3)
	assert.Equal(t, ops[0].End, ops[1].Begin)
	for _, tc := range []struct {
		name  string
		at    time.Duration
		words string
		got   string
	}{
		{"before the write", ops[0].Begin, "nothing was pending", "a"},
		{"in the write", ops[0].Begin + 1, "all 1 sector kept", "ab"},
		{"in the sync", ops[1].End - 1, "all 1 sector kept", "ab"},
		{"after the sync", ops[1].End, "nothing was pending", "ab"},
	} {
		c := d.Clone()
		img := c.Cut(tc.at, &fixed{0, 0, 1})
		assert.Equal(t, tc.words, img.Words, tc.name)
		b, err := store.ReadFile(c, "f")
		require.NoError(t, err)
		assert.Equal(t, tc.got, sectors(b), tc.name)
	}
}

func TestCutDescribes(t *testing.T) {
	for _, tc := range []struct {
		name            string
		draw            fixed // names, sector, shape
		words           string
		torn, reordered bool
	}{
		{"none", fixed{0, 1, 0, 0}, "all 3 sectors lost", false, false},
		{"grown", fixed{0, 1, 0, 1}, "all 3 sectors lost, sizes grown", false, false},
		{"all", fixed{0, 1, 1}, "all 3 sectors kept", false, false},
		{"missing", fixed{0, 1, 2}, "sector 2 of 3 lost", true, true},
		{"alone", fixed{0, 2, 3}, "sector 3 of 3 kept", true, true},
		{"prefix", fixed{0, 0, 5}, "sector 1 of 3 kept", true, false},
	} {
		d, h := made(t, 512)
		write(t, h, "b", 3*512, 512)
		img := d.Cut(d.Busy(), &tc.draw)
		assert.Equal(t, disk.Image{Pending: 3, Torn: tc.torn, Reordered: tc.reordered, Words: tc.words}, img, tc.name)
		_, err := h.WriteAt([]byte("x"), 0)
		assert.ErrorIs(t, err, store.ErrStopped, "files die with the power")
	}
}

func TestIdenticalRewriteLeavesNothingPending(t *testing.T) {
	d, h := made(t, 1024)
	write(t, h, "a", 1024, 0)
	assert.Equal(t, "nothing was pending", d.Cut(d.Busy(), &fixed{}).Words)
}

func TestWriteEIO(t *testing.T) {
	d, h := made(t, 1)
	d.Faults.EIOWrite = 2
	write(t, h, "b", 1, 0)
	_, err := h.WriteAt([]byte("c"), 0)
	assert.ErrorIs(t, err, syscall.EIO)
	assert.Equal(t, "eio-write", d.Ops()[1].Fault)
	write(t, h, "d", 1, 1)
	b, err := store.ReadFile(d, "f")
	require.NoError(t, err)
	assert.Equal(t, "bd", string(b))
}

func TestSyncEIOIsThePageCachesLie(t *testing.T) {
	d, h := made(t, 512)
	d.Faults.EIOSync = 1
	write(t, h, "b", 512, 512)
	assert.ErrorIs(t, h.Sync(), syscall.EIO)
	b, err := store.ReadFile(d, "f")
	require.NoError(t, err)
	assert.Equal(t, "ab", sectors(b), "reads show it")
	require.NoError(t, h.Sync(), "the next sync has nothing to write")
	got := contents(t, d, "f", sectors)
	assert.Contains(t, got, "a", "and yet it may be lost")
	d.Begin(d.Busy())
	assert.Equal(t, got, contents(t, d, "f", sectors), "later, too")
	write(t, h, "b", 512, 512)
	require.NoError(t, h.Sync())
	assert.Equal(t, map[string]int{"ab": 1}, contents(t, d, "f", sectors), "only another write helps")
}

func TestSectorGoesToDiskWhole(t *testing.T) {
	d, h := made(t, 2048)
	d.Faults.EIOSync = 1
	write(t, h, "b", 1536, 0)
	require.Error(t, h.Sync())
	write(t, h, "c", 10, 600) // dirties the second sector again
	require.NoError(t, h.Sync())
	for got := range contents(t, d, "f", sectors) {
		assert.Contains(t, []string{"abaa", "bbaa", "abba", "bbba"}, got)
	}
	assert.Len(t, contents(t, d, "f", sectors), 4)
}

func TestFull(t *testing.T) {
	d, h := made(t, 100)
	d.Faults.Capacity = 150
	n, err := h.WriteAt(make([]byte, 100), 80)
	assert.ErrorIs(t, err, syscall.ENOSPC)
	assert.Equal(t, 70, n, "what still fits is written")
	n, err = h.WriteAt(make([]byte, 100), 0)
	assert.NoError(t, err, "overwriting needs no room")
	assert.Equal(t, 100, n)
	_, err = d.Create("g")
	assert.ErrorIs(t, err, syscall.ENOSPC)
	assert.ErrorIs(t, h.Truncate(200), syscall.ENOSPC)
	require.NoError(t, h.Truncate(10))
	write(t, h, "b", 100, 10)
}

func TestSlow(t *testing.T) {
	took := func(slow int) time.Duration {
		d, h := made(t, 1)
		d.Faults.Slow = slow
		begin := d.Busy()
		write(t, h, "b", 100, 0)
		require.NoError(t, h.Sync())
		return d.Busy() - begin
	}
	assert.Equal(t, 7*took(1), took(7))
}

func TestLying(t *testing.T) {
	d, h := made(t, 512)
	d.Faults.Lying = true
	write(t, h, "b", 512, 512)
	require.NoError(t, h.Sync())
	require.NoError(t, store.WriteFileSafely(d, "g", []byte("x")))
	assert.Contains(t, contents(t, d, "f", sectors), "a", "acknowledged and lost")
	assert.Contains(t, contents(t, d, "g", sectors), "-")
	d.Faults.Lying = false
	require.NoError(t, h.Sync())
	require.NoError(t, d.SyncDir("."))
	assert.NotContains(t, contents(t, d, "f", sectors), "a")
	assert.NotContains(t, contents(t, d, "g", sectors), "-")
}

func TestRenameAcrossDirectoriesIsRefused(t *testing.T) {
	d, _ := made(t, 1)
	assert.ErrorContains(t, d.Rename("f", "d/f"), "not in one directory")
}

func BenchmarkAppendAndSync(b *testing.B) {
	d := disk.New(disk.PhoneFlash)
	h, err := d.Create("f")
	require.NoError(b, err)
	data := bytes.Repeat([]byte("x"), 700)
	for i := range b.N {
		d.Begin(d.Busy())
		if _, err := h.WriteAt(data, int64(i%1000)*700); err != nil {
			b.Fatal(err)
		}
		if err := h.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}

// A till's disk after a day: some twenty files, half a megabyte.
func BenchmarkClone(b *testing.B) {
	d := disk.New(disk.PhoneFlash)
	for i := range 20 {
		require.NoError(b, store.WriteFileSafely(d, "d/"+string(rune('a'+i)), make([]byte, 25<<10)))
	}
	d.Begin(d.Busy())
	b.ReportAllocs()
	for b.Loop() {
		d.Clone()
	}
}

func BenchmarkCloneAndAppend(b *testing.B) {
	d := disk.New(disk.PhoneFlash)
	for i := range 20 {
		require.NoError(b, store.WriteFileSafely(d, "d/"+string(rune('a'+i)), make([]byte, 25<<10)))
	}
	d.Begin(d.Busy())
	data := bytes.Repeat([]byte("x"), 700)
	b.ReportAllocs()
	for b.Loop() {
		c := d.Clone()
		h, _ := c.Open("d/a")
		_, _ = h.WriteAt(data, 25<<10)
		_ = h.Sync()
		c.Begin(c.Busy())
	}
}
