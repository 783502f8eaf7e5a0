package capture

import (
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"stormrig/pos"
	"stormrig/pos/book"
)

func options() book.Options { return book.Options{Opener: Opener{}} }

func meta(n int) book.Meta {
	m := book.Meta{Digest: [32]byte{byte(n), byte(n >> 8)}}
	for _, d := range []string{"phone", "assistant"} {
		m.Applied = append(m.Applied, book.ChainMark{Chain: pos.Chain{Device: d, Incarnation: 1}, Seq: uint64(n), Hash: [32]byte{byte(n)}})
	}
	return m
}

// changes of step n: some records set, one in four deleted, drawn from r.
func changes(r *rand.Rand, n int) []book.Change {
	var out []book.Change
	for _, k := range r.Perm(120)[:30] {
		c := book.Change{Key: fmt.Sprintf("stock/sandals/%03d", k)}
		if r.Intn(4) > 0 {
			c.Value = fmt.Appendf(nil, "%d pieces at step %d, %0*d", k, n, r.Intn(60), 7)
		}
		out = append(out, c)
	}
	return out
}

// model is what a book should hold.
type model struct {
	meta    book.Meta
	records map[string]string
}

func (m model) after(meta book.Meta, cs []book.Change) model {
	next := model{meta: meta, records: map[string]string{}}
	for k, v := range m.records {
		next.records[k] = v
	}
	for _, c := range cs {
		if c.Value == nil {
			delete(next.records, c.Key)
		} else {
			next.records[c.Key] = string(c.Value)
		}
	}
	return next
}

func contents(t testing.TB, b *book.Book) map[string]string {
	got := map[string]string{}
	require.NoError(t, b.Load(func(k string, v []byte) { got[k] = string(v) }))
	return got
}

// holds tells whether a loaded book is what the model says.
func (m model) holds(t testing.TB, b *book.Book) bool {
	return b.Meta().Digest == m.meta.Digest && assert.ObjectsAreEqual(m.records, contents(t, b))
}

// life is a book's creation and five checkpoints, with a rebuild as the fourth.
// It returns what was true after each, and where in the log each ended.
func life(t testing.TB, m *memFS, release bool) (states []model, ends []int) {
	b, found, err := book.Open(m, options())
	require.NoError(t, err)
	require.Equal(t, book.Missing, found.State)
	r := rand.New(rand.NewSource(1))
	now := model{}
	for n := range 6 {
		cs := changes(r, n)
		next := now.after(meta(n), cs)
		switch n {
		case 0:
			err = b.Rebuild(meta(n), cs)
		case 4:
			var all []book.Change
			for k, v := range next.records {
				all = append(all, book.Change{Key: k, Value: []byte(v)})
			}
			err = b.Rebuild(meta(n), all)
		default:
			err = b.Checkpoint(meta(n), cs)
		}
		require.NoError(t, err)
		now = next
		require.True(t, now.holds(t, b))
		states, ends = append(states, now), append(ends, len(m.log))
		if release {
			require.NoError(t, b.Release())
			b = b.CloneOn(m)
		}
	}
	require.NoError(t, b.Close())
	return states, ends
}

func TestHookResolves(t *testing.T) {
	m := newMemFS()
	life(t, m, false)
	db, err := Opener{}.Open(m, book.DefaultName)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	before := len(m.log)
	require.NoError(t, db.Bolt().Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("book")).Put([]byte("k"), []byte("v")) }))
	ops := m.log[before:]
	require.GreaterOrEqual(t, len(ops), 4)
	for i, o := range ops { // data pages, sync, one meta page
		switch i {
		case len(ops) - 1:
			assert.Equal(t, "write", o.kind)
			assert.Less(t, o.off, int64(2*book.PageSize))
		case len(ops) - 2:
			assert.Equal(t, "sync", o.kind)
		default:
			assert.Equal(t, "write", o.kind)
			assert.GreaterOrEqual(t, o.off, int64(2*book.PageSize))
		}
	}
}

func TestTheDiskHoldsWhatMemoryHolds(t *testing.T) {
	m := newMemFS()
	life(t, m, false)
	h, err := m.Open(book.DefaultName)
	require.NoError(t, err)
	d := &mirror{disk: h}
	require.NoError(t, d.open(book.DefaultName))
	require.NoError(t, d.bolt.Update(func(tx *bbolt.Tx) error {
		for i := range 500 {
			if err := tx.Bucket([]byte("book")).Put(fmt.Appendf(nil, "k%d", i), make([]byte, 100)); err != nil {
				return err
			}
		}
		return nil
	}))
	onDisk := m.bytes(book.DefaultName)
	inMemory := make([]byte, len(onDisk))
	_, err = d.mem.ReadAt(inMemory, 0)
	require.NoError(t, err)
	assert.Equal(t, onDisk, inMemory)
	require.NoError(t, d.free())
}

func TestSameCallsSameOperations(t *testing.T) {
	first := newMemFS()
	life(t, first, false)
	for i := range 10 {
		again := newMemFS()
		life(t, again, i%2 == 1) // with the handle kept, and let go after each step
		require.Equal(t, first.log, again.log)
	}
}

func TestEveryCutRecovers(t *testing.T) {
	m := newMemFS()
	models, ends := life(t, m, false)
	done, states, missing := 0, 0, 0 // done: calls that have returned
	for n := range len(m.log) + 1 {
		for done < len(ends) && n >= ends[done] {
			done++
		}
		cut(m.log, n).states(func(s *memFS) {
			states++
			b, found, err := book.Open(s, options())
			require.NoError(t, err)
			if found.State == book.Missing && done == 0 {
				missing++
				return
			}
			require.Equal(t, book.Loaded, found.State, "cut after %d: %s", n, found.Why)
			var held model
			switch {
			case done < len(models) && models[done].holds(t, b):
				held = models[done]
			case done > 0 && models[done-1].holds(t, b):
				held = models[done-1]
			default:
				require.Fail(t, "a book that never was", "cut after %d", n)
			}
			if states%29 == 0 {
				goOn(t, s, b, held)
			}
		})
	}
	t.Logf("%d operations, %d states, %d of them before there was a book", len(m.log), states, missing)
	require.Greater(t, states, 500)
	require.Positive(t, missing)
}

// goOn checks that a recovered book takes a checkpoint and shows it.
func goOn(t *testing.T, s *memFS, b *book.Book, held model) {
	cs := changes(rand.New(rand.NewSource(2)), 9)
	require.NoError(t, b.Checkpoint(meta(9), cs))
	require.NoError(t, b.Close())
	again, found, err := book.Open(s, options())
	require.NoError(t, err)
	require.Equal(t, book.Loaded, found.State, found.Why)
	require.True(t, held.after(meta(9), cs).holds(t, again))
}

func TestEveryFailureIsSuspect(t *testing.T) {
	for _, late := range []bool{false, true} {
		for n := 1; ; n++ {
			m := newMemFS()
			models, _ := life(t, m, false)
			last := models[len(models)-1]
			b, _, err := book.Open(m, options())
			require.NoError(t, err)
			cs := changes(rand.New(rand.NewSource(3)), 7)
			next := last.after(meta(7), cs)

			m.failAt, m.late = n, late
			err = b.Checkpoint(meta(7), cs)
			if m.failAt > 0 { // the commit has fewer than n operations
				require.NoError(t, err)
				require.Greater(t, n, 5)
				break
			}
			require.ErrorIs(t, err, errEIO)
			require.ErrorIs(t, err, book.ErrSuspect)
			require.ErrorIs(t, b.Checkpoint(meta(8), nil), book.ErrSuspect)
			require.ErrorIs(t, b.Load(func(string, []byte) {}), book.ErrSuspect)
			require.ErrorIs(t, b.MarkClean(), book.ErrSuspect)

			after, found, err := book.Open(m, options())
			require.NoError(t, err)
			require.Equal(t, book.Loaded, found.State, found.Why)
			require.True(t, last.holds(t, after) || next.holds(t, after))

			rebuild(t, b, next)
			require.True(t, next.holds(t, b))
			goOn(t, m, b, next)
		}
	}
}

func rebuild(t *testing.T, b *book.Book, m model) {
	var all []book.Change
	for k, v := range m.records {
		all = append(all, book.Change{Key: k, Value: []byte(v)})
	}
	require.NoError(t, b.Rebuild(m.meta, all))
}

func TestAFailedRebuildLeavesTheOldBookOrTheNewOne(t *testing.T) {
	for n := 1; ; n++ {
		m := newMemFS()
		models, _ := life(t, m, false)
		last := models[len(models)-1]
		b, _, err := book.Open(m, options())
		require.NoError(t, err)
		next := last.after(meta(7), changes(rand.New(rand.NewSource(3)), 7))
		m.failAt = n
		if err := b.Rebuild(next.meta, []book.Change{{Key: "a", Value: []byte("b")}}); err == nil {
			require.Greater(t, n, 8)
			break
		}
		require.ErrorIs(t, b.Checkpoint(meta(8), nil), book.ErrSuspect)
		after, found, err := book.Open(m, options())
		require.NoError(t, err)
		require.Equal(t, book.Loaded, found.State, found.Why)
		require.True(t, last.holds(t, after) || after.Records() == 1)
		rebuild(t, b, next)
		require.True(t, next.holds(t, b))
	}
}

// A hundred records, and one bit wrong.
func TestAFlippedBitIsFoundOrHarmless(t *testing.T) {
	m := newMemFS()
	b, _, err := book.Open(m, options())
	require.NoError(t, err)
	r := rand.New(rand.NewSource(4))
	want := model{meta: meta(0)}
	var all []book.Change
	for i := range 100 {
		all = append(all, book.Change{Key: fmt.Sprintf("stock/%03d", i), Value: fmt.Appendf(nil, "%0*d", 20+r.Intn(200), i)})
	}
	require.NoError(t, b.Rebuild(meta(0), all))
	want = want.after(meta(0), all)
	for n := 1; n < 6; n++ { // so that there are free pages, too
		cs := []book.Change{{Key: fmt.Sprintf("stock/%03d", n*17), Value: fmt.Appendf(nil, "new %d", n)}, {Key: fmt.Sprintf("intent/%d", n), Value: []byte("open")}}
		require.NoError(t, b.Checkpoint(meta(n), cs))
		want = want.after(meta(n), cs)
	}
	require.NoError(t, b.Close())

	size, found := len(m.bytes(book.DefaultName)), 0
	for i := range 800 {
		at, bit := r.Intn(size), byte(1)<<r.Intn(8)
		if i%3 == 0 { // where the structure is: the first bytes of a page
			at = at&^(book.PageSize-1) + r.Intn(96)
		}
		s := m.clone()
		s.bytes(book.DefaultName)[at] ^= bit
		b, f, err := book.Open(s, options())
		require.NoError(t, err)
		if f.State == book.Damaged {
			found++
			require.NotEmpty(t, f.Why)
			continue
		}
		require.True(t, want.holds(t, b), "bit %#x of byte %d is silently wrong", bit, at)
		goOn(t, s, b, want)
	}
	t.Logf("%d of 800 flips found, the others harmless", found)
	require.Greater(t, found, 200)
}

// A page that the disk lost leaves an older one in its place: valid, and wrong.
// The same keys are set again and again, so that only the sum tells.
func TestALostWriteIsFound(t *testing.T) {
	m := newMemFS()
	b, _, err := book.Open(m, options())
	require.NoError(t, err)
	var models []model
	var ends []int
	for n := range 8 {
		var cs []book.Change
		for k := range 40 {
			cs = append(cs, book.Change{Key: fmt.Sprintf("stock/%d", k), Value: fmt.Appendf(nil, "%0150d", n)})
		}
		step := b.Checkpoint
		if n == 0 {
			step = b.Rebuild
		}
		require.NoError(t, step(meta(n), cs))
		models, ends = append(models, model{}.after(meta(n), cs)), append(ends, len(m.log))
	}
	require.NoError(t, b.Close())
	why := map[string]int{}
	for i := ends[0]; i < len(m.log); i++ {
		if m.log[i].kind == "write" {
			why[withoutWrite(t, m.log, i, models)]++
		}
	}
	t.Log(why)
	assert.Positive(t, why["sum"])
	assert.Positive(t, why["meta"])
}

// withoutWrite opens what is left when one write was lost, and tells how that
// was found. The book may also be right, where the page was written again
// later, or be the book before, where it was the last meta page: no lie, as the
// journal reaches further.
func withoutWrite(t *testing.T, log []op, lost int, models []model) string {
	s := newMemFS()
	for i, o := range log {
		if i != lost {
			s.apply(o)
		}
	}
	b, found, err := book.Open(s, options())
	require.NoError(t, err)
	last := len(models) - 1
	switch {
	case found.State == book.Damaged && strings.Contains(found.Why, "one in between was lost"):
		return "meta"
	case found.State == book.Damaged && strings.Contains(found.Why, "not those of its meta record"):
		return "sum"
	case found.State == book.Damaged:
		return "other"
	case lost == len(log)-2:
		require.True(t, models[last-1].holds(t, b))
		return "before"
	}
	require.True(t, models[last].holds(t, b), "losing operation %d is silently wrong", lost)
	return "right"
}

func TestCopiesShareNothing(t *testing.T) {
	m := newMemFS()
	models, _ := life(t, m, false)
	last := models[len(models)-1]
	b, _, err := book.Open(m, options())
	require.NoError(t, err)
	require.NoError(t, b.Checkpoint(meta(6), nil)) // so that there is a handle
	last.meta = meta(6)
	m2 := m.clone()
	c := b.CloneOn(m2)
	cs := changes(rand.New(rand.NewSource(5)), 8)
	require.NoError(t, c.Checkpoint(meta(8), cs))
	assert.True(t, last.after(meta(8), cs).holds(t, c))
	assert.True(t, last.holds(t, b))

	m.log, m2.log = nil, nil
	require.NoError(t, b.Checkpoint(meta(8), cs))
	assert.Equal(t, m.bytes(book.DefaultName), m2.bytes(book.DefaultName))
	require.NoError(t, b.Close())
	require.NoError(t, c.Close())
}

func TestNothingLeaks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts /proc/self/fd")
	}
	m := newMemFS()
	life(t, m, false)
	count := func() (fds, maps int) {
		e, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		text, err := os.ReadFile("/proc/self/maps")
		require.NoError(t, err)
		return len(e), len(text)
	}
	fds, maps := count()
	broken := m.clone()
	clear(broken.bytes(book.DefaultName)[:8192])
	for range 1000 {
		db, err := Opener{}.Open(m, book.DefaultName)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		_, err = Opener{}.Open(broken, book.DefaultName)
		require.Error(t, err)
	}
	for range 200 { // tills that lost their power with the book open
		_, err := Opener{}.Open(m, book.DefaultName)
		require.NoError(t, err)
	}
	for range 1000 { // cleanups run some time after a collection
		runtime.GC()
		runtime.Gosched()
		if f, _ := count(); f == fds {
			break
		}
	}
	f2, m2 := count()
	assert.Equal(t, fds, f2, "file descriptors")
	assert.Less(t, m2, maps+20_000, "bytes of /proc/self/maps")
}
