package capture

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/pos/book"
)

// Whatever is put in and taken out, the book holds it and verifies; and keeping
// the handle, letting it go or going on with a copy gives the same file.
func TestBookIsItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, twin := newMemFS(), newMemFS()
		b, _, err := book.Open(m, options())
		require.NoError(t, err)
		c, _, err := book.Open(twin, options())
		require.NoError(t, err)
		now := model{}
		keys := rapid.SampledFrom([]int{8, 60, 700}).Draw(t, "keys")
		for n := range rapid.IntRange(1, 12).Draw(t, "steps") {
			r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "changes")))
			cs := drawn(r, keys, rapid.IntRange(0, 4).Draw(t, "deletes"), rapid.IntRange(1, keys).Draw(t, "size"))
			step := b.Checkpoint
			other := c.Checkpoint
			if n == 0 {
				step, other = b.Rebuild, c.Rebuild
			}
			require.NoError(t, step(meta(n), cs))
			require.NoError(t, other(meta(n), cs))
			now = now.after(meta(n), cs)
			c = again(t, rapid.IntRange(0, 3).Draw(t, "handle"), c, twin)
			require.Equal(t, written(m.log), written(twin.log))
		}
		fresh, found, err := book.Open(m, options())
		require.NoError(t, err)
		require.Equal(t, book.Loaded, found.State, found.Why)
		got := map[string]string{}
		require.NoError(t, fresh.Load(func(k string, v []byte) { got[k] = string(v) }))
		require.Equal(t, now.records, got)
		require.NoError(t, b.Close())
		require.NoError(t, c.Close())
	})
}

// written leaves the sync of a directory out that every start makes.
func written(log []op) []op {
	return slices.DeleteFunc(slices.Clone(log), func(o op) bool { return o.kind == "syncdir" })
}

// again keeps a book's handle, lets it go, or goes on with a copy or a new one.
func again(t *rapid.T, how int, b *book.Book, m *memFS) *book.Book {
	switch how {
	case 1:
		require.NoError(t, b.Release())
	case 2:
		c := b.CloneOn(m)
		require.NoError(t, b.Close())
		return c
	case 3:
		require.NoError(t, b.Close())
		c, _, err := book.Open(m, options())
		require.NoError(t, err)
		return c
	}
	return b
}

func drawn(r *rand.Rand, keys, deletes, size int) []book.Change {
	var cs []book.Change
	for _, k := range r.Perm(keys)[:size] {
		c := book.Change{Key: fmt.Sprintf("intent/%d.%03d", k%7, k)}
		if r.Intn(4) >= deletes {
			c.Value = make([]byte, r.Intn(300))
		}
		cs = append(cs, c)
	}
	return cs
}

// Intents come and go for ever; the book must not grow with them.
func TestTombstonesAreCleared(t *testing.T) {
	m := newMemFS()
	b, _, err := book.Open(m, options())
	require.NoError(t, err)
	require.NoError(t, b.Rebuild(meta(0), []book.Change{{Key: "stock/1", Value: []byte("7")}}))
	for n := range 2000 {
		cs := []book.Change{{Key: fmt.Sprintf("intent/%d", n), Value: make([]byte, 100)}, {Key: fmt.Sprintf("intent/%d", n-5)}}
		require.NoError(t, b.Checkpoint(meta(n), cs))
	}
	require.Equal(t, 6, b.Records())
	require.NoError(t, b.Close())
	require.Less(t, len(m.bytes(book.DefaultName)), 64<<10)
	_, found, err := book.Open(m, options())
	require.NoError(t, err)
	require.Equal(t, book.Found{State: book.Loaded, Records: 6}, found)
}

// Large enough for branches upon branches, and for a freelist of its own size.
func TestALargeBook(t *testing.T) {
	m := newMemFS()
	b, _, err := book.Open(m, options())
	require.NoError(t, err)
	cs := make([]book.Change, 6_000)
	for i := range cs {
		cs[i] = book.Change{Key: fmt.Sprintf("stock/some-rather-long-name-of-an-article/%06d", i), Value: fmt.Appendf(nil, "%0*d", 40+i%100, i)}
	}
	now := model{}.after(meta(0), cs)
	require.NoError(t, b.Rebuild(meta(0), cs))
	for n := range 3 {
		some := append([]book.Change(nil), cs[n*1500:n*1500+1500]...)
		for i := range some {
			some[i].Value = nil
			if i%3 == n {
				some[i].Value = make([]byte, 9000) // more than a page
			}
		}
		now = now.after(meta(n), some)
		require.NoError(t, b.Checkpoint(meta(n), some))
	}
	require.True(t, now.holds(t, b))
	_, found, err := book.Open(m, options())
	require.NoError(t, err)
	require.Equal(t, book.Loaded, found.State, found.Why)
	require.NoError(t, b.Close())
}
