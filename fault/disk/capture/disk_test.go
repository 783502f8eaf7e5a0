package capture

import (
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/book"
	"stormrig/pos/store"
)

// onDisk is a book with two steps behind it, on a simulated disk.
func onDisk(t *testing.T) (*disk.Disk, *book.Book, model) {
	d := disk.New(disk.PhoneFlash)
	b, found, err := book.Open(d, options())
	require.NoError(t, err)
	require.Equal(t, book.Missing, found.State)
	r := rand.New(rand.NewSource(11))
	now := model{}
	for n := range 2 {
		cs := changes(r, n)
		if n == 0 {
			require.NoError(t, b.Rebuild(meta(n), cs))
		} else {
			require.NoError(t, b.Checkpoint(meta(n), cs))
		}
		now = now.after(meta(n), cs)
	}
	d.Begin(d.Busy())
	return d, b, now
}

// Every legal state of the simulated disk, at each operation of a step.
func TestEveryStateOfTheSimulatedDisk(t *testing.T) {
	for _, step := range []string{"create", "checkpoint", "rebuild"} {
		t.Run(step, func(t *testing.T) {
			d, b, before := onDisk(t)
			if step == "create" {
				d, before = disk.New(disk.PhoneFlash), model{}
				b, _, _ = book.Open(d, options())
			}
			cs := changes(rand.New(rand.NewSource(12)), 5)
			after := before.after(meta(5), cs)
			if step == "checkpoint" {
				require.NoError(t, b.Checkpoint(meta(5), cs))
			} else {
				rebuild(t, b, after)
			}
			states := 0
			for _, op := range d.Ops() {
				for _, s := range d.States(op.Begin + time.Nanosecond) {
					states++
					checkState(t, d.Fork(s), step == "create", before, after)
				}
			}
			for _, s := range d.States(d.Busy()) {
				checkState(t, d.Fork(s), false, after, after)
			}
			t.Logf("%d states", states)
			require.Greater(t, states, 50)
		})
	}
}

func checkState(t *testing.T, d *disk.Disk, mayMiss bool, before, after model) {
	b, found, err := book.Open(d, options())
	require.NoError(t, err)
	if mayMiss && found.State == book.Missing {
		return
	}
	require.Equal(t, book.Loaded, found.State, found.Why)
	require.True(t, before.holds(t, b) || after.holds(t, b))
}

// The process dies anywhere in a rebuild; what the next one checkpoints in the book
// that it finds stays when the power goes, with the name of its file.
func TestKilledInARebuild(t *testing.T) {
	d, b, before := onDisk(t)
	after := before.after(meta(5), changes(rand.New(rand.NewSource(12)), 5))
	rebuild(t, b, after)
	late := changes(rand.New(rand.NewSource(14)), 6)
	for i, op := range d.Ops() {
		k := d.Clone()
		k.Kill(op.End)
		again, found, err := book.Open(k, options())
		require.NoError(t, err)
		require.Equal(t, book.Loaded, found.State, found.Why)
		now := before
		if after.holds(t, again) {
			now = after
		}
		require.NoError(t, again.Checkpoint(meta(6), late))
		now = now.after(meta(6), late)
		for _, s := range k.States(k.Busy()) {
			checkState(t, k.Fork(s), false, now, now)
		}
		t.Logf("killed after operation %d, %s %s", i+1, op.Kind, op.File)
	}
}

// A failed sync leaves a page cache that shows what the disk does not hold.
// Rebuilding writes everything again; nothing of the lie survives.
func TestAFailedSyncAndThePageCachesLie(t *testing.T) {
	for n := 1; n <= 2; n++ { // before the meta page, after it
		d, b, before := onDisk(t)
		cs := changes(rand.New(rand.NewSource(13)), 5)
		after := before.after(meta(5), cs)
		d.Faults.EIOSync = n
		require.ErrorIs(t, b.Checkpoint(meta(5), cs), book.ErrSuspect)
		for _, s := range d.States(d.Busy()) {
			checkState(t, d.Fork(s), false, before, after)
		}
		rebuild(t, b, after)
		for _, s := range d.States(d.Busy()) {
			checkState(t, d.Fork(s), false, after, after)
		}
	}
}

// A disk that lies may lose anything: then the book is an older one or damaged,
// never one that never was.
func TestALyingDisk(t *testing.T) {
	seen := map[book.State]int{}
	for seed := range int64(300) {
		d, b, now := onDisk(t)
		models := []model{now}
		d.Faults.Lying = true
		r := rand.New(rand.NewSource(seed))
		for n := 5; n < 9; n++ {
			cs := changes(r, n)
			now = now.after(meta(n), cs)
			models = append(models, now)
			require.NoError(t, b.Checkpoint(meta(n), cs))
		}
		d.Cut(d.Busy(), r)
		b, found, err := book.Open(d, options())
		require.NoError(t, err)
		seen[found.State]++
		if found.State != book.Loaded {
			continue
		}
		is := false
		for _, m := range models {
			is = is || m.holds(t, b)
		}
		require.True(t, is, "seed %d: a book that never was", seed)
	}
	t.Log(seen)
	require.Positive(t, seen[book.Damaged])
}

func TestAFullDisk(t *testing.T) {
	d, b, before := onDisk(t)
	d.Faults.Capacity = 40 << 10
	var err error
	for n := 5; n < 100 && err == nil; n++ {
		cs := []book.Change{{Key: "wide", Value: make([]byte, n*200)}}
		if err = b.Checkpoint(meta(n), cs); err == nil {
			before = before.after(meta(n), cs)
		}
	}
	require.ErrorIs(t, err, book.ErrSuspect)
	names, err := d.List("book")
	require.NoError(t, err)
	require.Error(t, b.Rebuild(meta(1), []book.Change{{Key: "wide", Value: make([]byte, 100_000)}}))
	left, err := d.List("book")
	require.NoError(t, err)
	require.Equal(t, names, left, "an unfinished book takes no room")
	fresh, found, err := book.Open(d, options())
	require.NoError(t, err)
	require.Equal(t, book.Loaded, found.State, found.Why)
	require.True(t, before.holds(t, fresh))
}

// A book of a life that ended touches the disk no more.
func TestAfterThePowerWent(t *testing.T) {
	d, b, before := onDisk(t)
	require.NoError(t, b.Checkpoint(before.meta, nil))
	d.Cut(d.Busy(), rand.New(rand.NewSource(1)))
	d.Begin(d.Busy())
	require.ErrorIs(t, b.Checkpoint(meta(7), nil), store.ErrStopped)
	fresh, found, err := book.Open(d, options())
	require.NoError(t, err)
	require.Equal(t, book.Loaded, found.State, found.Why)
	require.True(t, before.holds(t, fresh))
}
