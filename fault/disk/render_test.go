package disk

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos/store"
)

// Putting a state together from pages must give what carrying out its
// operations gives, name by name and byte by byte.
func TestRenderIsReplay(t *testing.T) {
	plain, states := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := New(PhoneFlash)
		files := map[string]store.File{}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			step(t, d, files)
			if rapid.IntRange(0, 5).Draw(t, "begin") == 0 {
				d.Begin(d.Busy())
			}
		}
		for _, p := range d.CutPoints() {
			c := d.crashAt(p.At)
			if !c.plain {
				continue
			}
			plain++
			for _, s := range d.States(p.At) {
				states++
				s.image = nil
				got, want := c.render(&s), c.replay(&s)
				require.Equal(t, all(t, d, want), all(t, d, got), "%s: %s", d.String(p), s.words())
				require.Equal(t, want.hash(), got.hash())
			}
		}
	})
	require.Greater(t, plain, 100)
	require.Greater(t, states, plain)
}

// step does something to one of three files, most of it in the same pages.
func step(t *rapid.T, d *Disk, files map[string]store.File) {
	name := rapid.SampledFrom([]string{"d/a", "d/b", "e/c"}).Draw(t, "name")
	f := files[name]
	if f == nil {
		var err error
		files[name], err = d.Create(name)
		require.NoError(t, err)
		return
	}
	var err error
	switch rapid.SampledFrom([]string{"write", "write", "write", "sync", "syncdir", "grow", "eio", "cut"}).Draw(t, "op") {
	case "write":
		data := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, rapid.IntRange(1, 1500).Draw(t, "len"))
		_, err = f.WriteAt(data, int64(rapid.IntRange(0, 9000).Draw(t, "off")))
	case "sync":
		err = f.Sync()
	case "syncdir":
		err = d.SyncDir(name[:1])
	case "grow":
		err = f.Preallocate(int64(rapid.IntRange(0, 12000).Draw(t, "size")))
	case "eio":
		d.Faults.EIOSync = 1
		require.Error(t, f.Sync())
	case "cut":
		err = f.Truncate(int64(rapid.IntRange(0, 12000).Draw(t, "size")))
	}
	require.NoError(t, err)
}

// all is what can be seen of an image.
func all(t *rapid.T, d *Disk, im image) map[string]string {
	c := *d
	c.cache = im.share()
	out := map[string]string{}
	for _, n := range im.names {
		data, err := store.ReadFile(&c, n.path)
		require.NoError(t, err)
		out[n.path] = string(data)
	}
	return out
}

// A page that is changed in place has another hash.
func TestHashFollowsChanges(t *testing.T) {
	d := New(PhoneFlash)
	f, err := d.Create("a")
	require.NoError(t, err)
	seen := map[[32]byte]bool{}
	for i := range 5 {
		_, err = f.WriteAt([]byte{byte(i + 1)}, 100)
		require.NoError(t, err)
		seen[d.cache.hash()] = true
		require.NoError(t, f.Truncate(int64(200+i)))
		seen[d.cache.hash()] = true
		d.Begin(d.Busy() + time.Second)
		seen[d.cache.hash()] = true
	}
	require.Len(t, seen, 10)
}
