package group_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/journal/group"
	"stormrig/pos/store"
)

func open(t testing.TB, f store.FS) *journal.Journal {
	t.Helper()
	j, r, err := journal.Open(f, journal.Options{Device: "hub"})
	require.NoError(t, err)
	if r.NeedsIncarnation {
		_, err = j.NewIncarnation(1)
		require.NoError(t, err)
	}
	return j
}

// many has callers append n entries each, one after the other.
func many(callers, n int, append func(payload []byte) error) []error {
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := range n {
				if err := append(fmt.Appendf(nil, "%d/%d", c, i)); err != nil {
					errs[c] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return errs
}

// Every entry is there once, each caller's in its order.
func TestEveryCallerIsServed(t *testing.T) {
	d, err := store.NewDir(t.TempDir())
	require.NoError(t, err)
	j := open(t, d)
	folded := 0
	g := group.NewJournal(j, func(p [][]byte) { folded += len(p) })
	const callers, n = 40, 25
	for _, err := range many(callers, n, g.Append) {
		require.NoError(t, err)
	}
	assert.EqualValues(t, callers*n, g.Head().Seq)
	assert.Equal(t, callers*n, folded)
	next := map[string]int{}
	require.NoError(t, journal.Walk(d, func(_ pos.Chain, f journal.Frame) error {
		var c, i int
		_, err := fmt.Sscanf(string(f.Payload), "%d/%d", &c, &i)
		require.NoError(t, err)
		key := fmt.Sprint(c)
		require.Equal(t, next[key], i, "caller %d", c)
		next[key]++
		return nil
	}))
	assert.Len(t, next, callers)
	require.NoError(t, g.Do(func(j *journal.Journal) error { return j.MarkStopped() }))
}

// Who comes while a commit is under way shares the next one.
func TestSyncsAreShared(t *testing.T) {
	under, release := make(chan struct{}, 8), make(chan struct{})
	var sizes []int
	f := group.NewFront(func(p [][]byte) error {
		sizes = append(sizes, len(p))
		under <- struct{}{}
		<-release
		return nil
	})
	var wg sync.WaitGroup
	wg.Go(func() { assert.NoError(t, f.Do([]byte("first"))) })
	<-under
	for range 7 {
		wg.Go(func() { assert.NoError(t, f.Do([]byte("later"))) })
	}
	for f.Gathered() < 7 {
		runtime.Gosched()
	}
	close(release)
	wg.Wait()
	assert.Equal(t, []int{1, 7}, sizes)
}

// Who led a commit of many comes back first: he waits for the others, and does
// not commit alone in between.
func TestALeaderWaitsForThoseHeWoke(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // whose turn it is then does not depend on the machine
	const callers, n = 16, 50
	commits := 0
	f := group.NewFront(func([][]byte) error { commits++; runtime.Gosched(); return nil })
	for _, err := range many(callers, n, f.Do) {
		require.NoError(t, err)
	}
	assert.Less(t, commits, n+n/5, "%d times each of %d", n, callers)
}

// A failed sync is mended from memory for all of a round.
func TestAFailedSyncIsMended(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	g := group.NewJournal(open(t, d), nil)
	require.NoError(t, g.Append([]byte("first")))
	require.NoError(t, g.Do(func(*journal.Journal) error { d.Faults.EIOSync = 3; return nil }))
	for _, err := range many(8, 5, g.Append) {
		require.NoError(t, err)
	}
	assert.EqualValues(t, 41, g.Head().Seq)
}

// Who was part of a commit that failed for good is told, and all who follow.
func TestEveryOneIsTold(t *testing.T) {
	broken := errors.New("broken")
	var mu sync.Mutex
	commits := 0
	f := group.NewFront(func(p [][]byte) error {
		mu.Lock()
		defer mu.Unlock()
		if commits++; commits > 3 {
			return broken
		}
		return nil
	})
	for _, err := range many(16, 100, f.Do) {
		require.ErrorIs(t, err, broken)
	}
}

func TestOneCallerPaysNothing(t *testing.T) {
	f := group.NewFront(func([][]byte) error { return nil })
	p := []byte("x")
	require.NoError(t, f.Do(p))
	allocs := testing.AllocsPerRun(100, func() { _ = f.Do(p) })
	assert.Zero(t, allocs)
}

func BenchmarkFront(b *testing.B) {
	f := group.NewFront(func([][]byte) error { return nil })
	p := []byte("x")
	b.SetParallelism(128)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_ = f.Do(p)
		}
	})
}
