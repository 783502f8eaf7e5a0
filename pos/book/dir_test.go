package book

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"stormrig/pos"
	"stormrig/pos/store"
)

// dir is a real directory as a Pather.
type dir struct {
	*store.Dir
	root string
}

func (d dir) Path(name string) (string, bool) { return filepath.Join(d.root, name), true }

func newDir(t testing.TB) dir {
	root := t.TempDir()
	d, err := store.NewDir(root)
	require.NoError(t, err)
	return dir{d, root}
}

func records(n int) []Change {
	var cs []Change
	for i := range n {
		cs = append(cs, Change{Key: fmt.Sprintf("stock/%04d", i), Value: fmt.Appendf(nil, "%d pieces on hand %0100d", i, 0)})
	}
	return cs
}

func someMeta() Meta {
	return Meta{
		Applied: []ChainMark{
			{Chain: pos.Chain{Device: "phone", Incarnation: 2}, Seq: 7, Hash: [32]byte{1}},
			{Chain: pos.Chain{Device: "assistant", Incarnation: 1}, Seq: 1 << 40, Hash: [32]byte{2}},
			{Chain: pos.Chain{Device: "phone", Incarnation: 1}, Seq: 0},
		},
		Digest: [32]byte{3},
	}
}

func TestEmptyImageIsWhatBboltWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: PageSize})
	require.NoError(t, err)
	require.NoError(t, db.Close())
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	got := emptyImage()
	assert.Equal(t, want[:len(got)], got)
}

func TestLifeInADirectory(t *testing.T) {
	d := newDir(t)
	b, found, err := Open(d, Options{})
	require.NoError(t, err)
	require.Equal(t, Found{State: Missing}, found)
	require.ErrorIs(t, b.Checkpoint(Meta{}, nil), ErrSuspect)

	require.NoError(t, b.Rebuild(someMeta(), records(300)))
	require.NoError(t, b.Checkpoint(someMeta(), []Change{{Key: "zz", Value: []byte{}}, {Key: "stock/0000"}, {Key: "never was"}}))
	require.Equal(t, 300, b.Records())
	require.NoError(t, b.Close())

	b, found, err = Open(d, Options{})
	require.NoError(t, err)
	require.Equal(t, Found{State: Loaded, Records: 300}, found)
	want, err := someMeta().sorted()
	require.NoError(t, err)
	assert.Equal(t, want, b.Meta())
	assert.Equal(t, uint64(7), b.Meta().Mark(pos.Chain{Device: "phone", Incarnation: 2}).Seq)
	assert.Zero(t, b.Meta().Mark(pos.Chain{Device: "hub"}).Seq)
	got := map[string]string{}
	var keys []string
	require.NoError(t, b.Load(func(k string, v []byte) { got[k] = string(v); keys = append(keys, k) }))
	assert.IsIncreasing(t, keys)
	assert.Len(t, got, 300)
	assert.Equal(t, string(records(8)[7].Value), got["stock/0007"])
	assert.Contains(t, got, "zz")
	assert.NotContains(t, got, "stock/0000")
	names, err := d.List("book")
	require.NoError(t, err)
	assert.Equal(t, []string{"book.db"}, names)
	require.NoError(t, b.Close())
	require.ErrorIs(t, b.Checkpoint(Meta{}, nil), ErrSuspect)
}

func TestCleanMark(t *testing.T) {
	d := newDir(t)
	look := func() Found {
		b, found, err := Open(d, Options{})
		require.NoError(t, err)
		require.NoError(t, b.Close())
		return found
	}
	b, _, err := Open(d, Options{})
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(someMeta(), records(3)))
	assert.False(t, look().Clean)
	require.NoError(t, b.Release())
	require.NoError(t, b.MarkClean())
	assert.True(t, b.Meta().Clean)
	require.NoError(t, b.Release())
	assert.Equal(t, Found{State: Loaded, Clean: true, Records: 3}, look())
	require.NoError(t, b.MarkClean())
	assert.Nil(t, b.db, "a second mark needs no transaction")
	require.NoError(t, b.Checkpoint(someMeta(), nil))
	require.NoError(t, b.Release())
	assert.False(t, look().Clean)
	m := someMeta()
	m.Clean = true
	require.NoError(t, b.Checkpoint(m, records(4)))
	require.NoError(t, b.Close())
	assert.Equal(t, Found{State: Loaded, Clean: true, Records: 4}, look())
}

func TestWrongArgumentsChangeNothing(t *testing.T) {
	d := newDir(t)
	b, _, err := Open(d, Options{})
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(someMeta(), records(3)))
	twice := someMeta()
	twice.Applied = append(twice.Applied, twice.Applied[0])
	cases := []struct {
		name string
		meta Meta
		cs   []Change
		says string
	}{
		{"no key", Meta{}, []Change{{Value: []byte("x")}}, "1 to 1024 bytes"},
		{"zero byte", Meta{}, []Change{{Key: "\x00", Value: []byte("x")}}, "zero byte"},
		{"long", Meta{}, []Change{{Key: string(make([]byte, 1025))}}, "1 to 1024 bytes"},
		{"key twice", Meta{}, []Change{{Key: "a"}, {Key: "b"}, {Key: "a"}}, `"a" is named twice`},
		{"chain twice", twice, nil, "phone/2 is named twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, err := range []error{b.Checkpoint(c.meta, c.cs), b.Rebuild(c.meta, c.cs)} {
				require.ErrorContains(t, err, c.says)
				require.NotErrorIs(t, err, ErrSuspect)
			}
			assert.Equal(t, 3, b.Records())
		})
	}
	require.NoError(t, b.Checkpoint(someMeta(), nil))
	require.NoError(t, b.Close())
}

func TestDamagedFiles(t *testing.T) {
	whole := func(t *testing.T) (dir, string) {
		d := newDir(t)
		b, _, err := Open(d, Options{})
		require.NoError(t, err)
		require.NoError(t, b.Rebuild(someMeta(), records(50)))
		require.NoError(t, b.Close())
		path, _ := d.Path(DefaultName)
		return d, path
	}
	cases := []struct {
		name string
		harm func(data []byte) []byte
		says string
	}{
		{"empty", func([]byte) []byte { return nil }, "too short"},
		{"short", func(b []byte) []byte { return b[:3*PageSize] }, "cut short"},
		{"zeros", func(b []byte) []byte { return make([]byte, len(b)) }, "meta page 0 is damaged"},
		{"newer meta gone", func(b []byte) []byte { clear(b[:PageSize]); return b }, "meta page 0 is damaged"},
		{"another program's", func([]byte) []byte { return emptyImage() }, "exactly one bucket"},
		{"a value", func(b []byte) []byte { b[len("x")+indexOf(b, "7 pieces on hand")]++; return b }, "checksum"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d, path := whole(t)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, c.harm(data), 0o600))
			b, found, err := Open(d, Options{})
			require.NoError(t, err)
			require.Equal(t, Damaged, found.State)
			assert.Contains(t, found.Why, c.says)
			require.ErrorIs(t, b.Checkpoint(Meta{}, nil), ErrSuspect)
			require.NoError(t, b.Rebuild(someMeta(), records(2)))
			require.NoError(t, b.Close())
			_, found, err = Open(d, Options{})
			require.NoError(t, err)
			assert.Equal(t, Found{State: Loaded, Records: 2}, found)
		})
	}
}

// indexOf finds the copy that is in use: pages are written upwards, and the
// file was made in one go.
func indexOf(data []byte, s string) int {
	for i := len(data) - len(s); i >= 0; i-- {
		if string(data[i:i+len(s)]) == s {
			return i
		}
	}
	return -1
}

// A device that reads no more shows as a fault in bbolt's memory map.
func TestAFaultInTheMapIsAnError(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not cut a mapped file short")
	}
	d := newDir(t)
	b, _, err := Open(d, Options{})
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(someMeta(), records(300)))
	require.NoError(t, b.Checkpoint(someMeta(), records(1)))
	path, _ := d.Path(DefaultName)
	require.NoError(t, os.Truncate(path, 2*PageSize))
	err = b.Checkpoint(someMeta(), []Change{{Key: "stock/0100", Value: []byte("none")}})
	require.ErrorIs(t, err, ErrSuspect)
	require.ErrorIs(t, err, errPanicked)
	require.NoError(t, b.Rebuild(someMeta(), records(5)))
	require.NoError(t, b.Checkpoint(someMeta(), nil))
	require.NoError(t, b.Close())
}

func TestBboltNeedsAPath(t *testing.T) {
	d := newDir(t)
	b, _, err := Open(struct{ store.FS }{d.Dir}, Options{})
	require.NoError(t, err)
	require.ErrorContains(t, b.Rebuild(Meta{}, nil), "another Opener")
}

func TestTransactionsAreAnnounced(t *testing.T) {
	d, begun := newDir(t), 0
	b, _, err := Open(d, Options{Opener: Announced{DirOpener{}, func() { begun++ }}})
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(someMeta(), records(5)))
	for n := 1; n <= 3; n++ {
		assert.Equal(t, n, begun)
		require.NoError(t, b.Checkpoint(someMeta(), nil))
	}
	require.NoError(t, b.Close())
}

// The first Load is of what Open verified; a later one reads what is there.
func TestLoadOfWhatOpenRead(t *testing.T) {
	d := newDir(t)
	b, _, err := Open(d, Options{})
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(someMeta(), records(5)))
	sum := b.Sum()
	require.NoError(t, b.Close())
	b, _, err = Open(d, Options{})
	require.NoError(t, err)
	assert.Equal(t, sum, b.Sum(), "it says the same")
	path, _ := d.Path(DefaultName)
	require.NoError(t, os.Truncate(path, PageSize))
	n := 0
	require.NoError(t, b.Load(func(string, []byte) { n++ }))
	assert.Equal(t, 5, n)
	require.ErrorIs(t, b.Load(func(string, []byte) {}), ErrSuspect)
	require.NoError(t, b.Rebuild(someMeta(), records(6)))
	assert.NotEqual(t, sum, b.Sum())
	n = 0
	require.NoError(t, b.Load(func(string, []byte) { n++ }), "what was read before counts no more")
	assert.Equal(t, 6, n)
}
