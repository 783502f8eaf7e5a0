package explore_test

import (
	"bytes"
	"context"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/scenarios/check"
	"stormrig/scenarios/explore"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// bent is a disk with a bug between it and the till. It keeps no state.
type bent struct {
	store.FS
	syncFile func(name string, f store.File) error // nil: as it is
	write    func(name string, f store.File, p []byte, off int64) (int, error)
	syncDir  func(fs store.FS, dir string) error
	rename   func(fs store.FS, from, to string) error
	remove   func(fs store.FS, name string) error
	size     func(name string, f store.File) (int64, error)
}

type bentFile struct {
	store.File
	name string
	disk *bent
}

func (b *bent) file(name string, f store.File, err error) (store.File, error) {
	if err != nil {
		return nil, err
	}
	return &bentFile{f, name, b}, nil
}

func (b *bent) Open(name string) (store.File, error) {
	f, err := b.FS.Open(name)
	return b.file(name, f, err)
}

func (b *bent) Create(name string) (store.File, error) {
	f, err := b.FS.Create(name)
	return b.file(name, f, err)
}

func (f *bentFile) Sync() error {
	if f.disk.syncFile == nil {
		return f.File.Sync()
	}
	return f.disk.syncFile(f.name, f.File)
}

func (f *bentFile) WriteAt(p []byte, off int64) (int, error) {
	if f.disk.write == nil {
		return f.File.WriteAt(p, off)
	}
	return f.disk.write(f.name, f.File, p, off)
}

func (f *bentFile) Size() (int64, error) {
	if f.disk.size == nil {
		return f.File.Size()
	}
	return f.disk.size(f.name, f.File)
}

func (b *bent) SyncDir(dir string) error {
	if b.syncDir == nil {
		return b.FS.SyncDir(dir)
	}
	return b.syncDir(b.FS, dir)
}

func (b *bent) Rename(from, to string) error {
	if b.rename == nil {
		return b.FS.Rename(from, to)
	}
	return b.rename(b.FS, from, to)
}

func (b *bent) Remove(name string) error {
	if b.remove == nil {
		return b.FS.Remove(name)
	}
	return b.remove(b.FS, name)
}

// unsyncedCommits acknowledges an append before it is durable.
func unsyncedCommits(from store.FS) store.FS {
	return &bent{FS: from, syncFile: func(name string, f store.File) error {
		if strings.HasPrefix(name, "journal/") && !strings.HasSuffix(name, store.TempSuffix) {
			return nil
		}
		return f.Sync()
	}}
}

// unsettled writes nothing that can be read back as it is: what only the page
// cache holds stays there.
func unsettled(from store.FS) store.FS {
	return &bent{FS: from, write: func(name string, f store.File, p []byte, off int64) (int, error) {
		have := make([]byte, len(p))
		if n, _ := f.ReadAt(have, off); strings.HasPrefix(name, "journal/") && n == len(p) && bytes.Equal(have, p) {
			return len(p), nil
		}
		return f.WriteAt(p, off)
	}}
}

// swapped makes a name durable before the bytes that it leads to.
func swapped(from store.FS) store.FS {
	return &bent{FS: from,
		syncFile: func(name string, f store.File) error {
			if strings.HasSuffix(name, store.TempSuffix) {
				return nil
			}
			return f.Sync()
		},
		rename: func(d store.FS, from, to string) error {
			if err := d.Rename(from, to); err != nil {
				return err
			}
			if err := d.SyncDir(path.Dir(to)); err != nil {
				return err
			}
			f, err := d.Open(to)
			if err != nil {
				return err
			}
			return f.Sync()
		},
	}
}

// unsyncedBook never syncs the book: its meta page may reach the disk before
// the pages that it leads to.
func unsyncedBook(from store.FS) store.FS {
	return &bent{FS: from, syncFile: func(name string, f store.File) error {
		if strings.HasPrefix(name, "book/") {
			return nil
		}
		return f.Sync()
	}}
}

// tailForDamage shows a journal only up to a few bytes of the first frame that
// is none: whatever follows it, it looks like a torn tail.
func tailForDamage(from store.FS) store.FS {
	return &bent{FS: from, size: func(name string, f store.File) (int64, error) {
		if !strings.HasPrefix(name, "journal/") {
			return f.Size()
		}
		data, err := store.ReadAll(f)
		if err != nil {
			return 0, err
		}
		first := bytes.Index(data, []byte("SRF1"))
		if first < 0 {
			return f.Size()
		}
		for rest := data[first:]; ; {
			_, next, err := journal.ParseFrame(rest)
			if err != nil {
				return int64(len(data) - len(rest) + min(len(rest), 60)), nil
			}
			rest = next
		}
	}}
}

// twoLives is a sale by a till that starts a second time: only then does it
// write where something durable stands. Its process dies, since a loss of power
// would be drawn, and with some bugs the day alone would not hold.
const twoLives = `
scenario: two-lives
title: One cash sale, and a till that starts again after it
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 10:30"}
tills:
  phone: {devices: [scanner, printer]}
sales:
  - {at: "10:05", pay: cash, lines: [beaded-sandals/38/gold]}
weather:
  - {kill: phone, at: "10:10", for: 10s}
`

func diskOnly(t *testing.T) explore.Options {
	sc, err := spec.Parse("two-lives.yaml", []byte(twoLives), files.Finder(""))
	require.NoError(t, err)
	o := options(sc)
	o.Depth, o.DiskOnly = 1, true
	return o
}

func TestNothingIsFoundWithoutABug(t *testing.T) { whole(t, diskOnly(t)) }

func TestPlantedBugsAreFound(t *testing.T) {
	for _, c := range []struct {
		name string
		wrap func(store.FS) store.FS
		want string // in what is said of one of the failures
	}{
		{"syncs swapped", swapped, "stops"},
		{"no directory sync", func(d store.FS) store.FS {
			return &bent{FS: d, syncDir: func(store.FS, string) error { return nil }}
		}, "acknowledged"},
		{"acknowledged early", unsyncedCommits, "gone from the journal"},
		{"the page cache believed", unsettled, "not fold(surviving journal)"},
		{"book not synced", unsyncedBook, "finds its book"},
		{"damage taken for a torn tail", tailForDamage, "taken for a torn tail"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := diskOnly(t)
			o.First = true
			o.Rig = rig.Options{Disk: func(_ string, d store.FS) store.FS { return c.wrap(d) }}
			r, err := explore.Explore(context.Background(), o)
			require.NoError(t, err)
			require.Positive(t, r.Failures)
			require.False(t, r.Holds())
			said := ""
			for _, f := range r.Failed {
				assert.Regexp(t, `(recovery|commit|push|pull|checkpoint|handling) of \w+ at \d\d:\d\d:\d\d\.\d{6}, `, f.Where)
				assert.Contains(t, f.Replay, "./stormrig explore two-lives --seed 1 --only '"+f.ID+"'")
				said += f.What + "\n"
			}
			assert.Contains(t, said, c.want)
		})
	}
}

// switchedOff is a till that is stopped in order and sells again.
const switchedOff = `
scenario: switched-off
title: A till that is switched off in order, and one cash sale
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 10:30"}
tills:
  phone: {devices: [scanner, printer]}
sales:
  - {at: "10:10", pay: cash, lines: [beaded-sandals/38/gold]}
weather:
  - {stop: phone, at: "10:05", for: 10s}
  - {stop: hub, at: "10:06", for: 10s}
`

// TestAMarkOfAStopIsTakenBack: the mark of a stop in order is gone, durably,
// before anything is written behind it; and a till that only says so is found.
func TestAMarkOfAStopIsTakenBack(t *testing.T) {
	sc, err := spec.Parse("switched-off.yaml", []byte(switchedOff), files.Finder(""))
	require.NoError(t, err)
	mark := journal.Dir + "/" + journal.StoppedName
	o := options(sc)
	o.Depth, o.DiskOnly = 1, true
	t.Run("as it is", func(t *testing.T) { whole(t, o) })
	for name, wrap := range map[string]func(store.FS) store.FS{
		"not removed": func(d store.FS) store.FS {
			return &bent{FS: d, remove: func(fs store.FS, name string) error {
				if name == mark {
					return nil
				}
				return fs.Remove(name)
			}}
		},
		"removed when the next entry is there": func(d store.FS) store.FS {
			return &bent{FS: d,
				remove: func(fs store.FS, name string) error {
					if name == mark {
						return nil
					}
					return fs.Remove(name)
				},
				syncFile: func(name string, f store.File) error {
					if err := f.Sync(); err != nil || !strings.HasPrefix(name, journal.Dir+"/") {
						return err
					}
					if there, err := store.Exists(d, mark); err != nil || !there {
						return err
					}
					return d.Remove(mark)
				},
			}
		},
	} {
		for _, unit := range []string{"phone", "hub"} {
			t.Run(name+" by "+unit, func(t *testing.T) {
				o := o
				o.First = true
				o.Rig = rig.Options{Disk: func(u string, d store.FS) store.FS {
					if u != unit {
						return d
					}
					return wrap(d)
				}}
				r, err := explore.Explore(context.Background(), o)
				require.NoError(t, err)
				require.Positive(t, r.Failures)
				assert.Contains(t, r.Failed[0].What, "behind the mark of a stop")
				assert.Contains(t, r.Failed[0].Where, unit)
			})
		}
	}
}

// What a failure prints makes exactly that happen again, from the first event
// on.
func TestFailureHappensAgain(t *testing.T) {
	o := diskOnly(t)
	o.Shards = 2
	o.Rig = rig.Options{Disk: func(unit string, d store.FS) store.FS {
		if unit == "hub" {
			return d
		}
		return unsyncedCommits(d)
	}}
	r, err := explore.Explore(context.Background(), o)
	require.NoError(t, err)
	again := 0
	for _, f := range r.Failed {
		judged := strings.HasPrefix(f.What, "violated") || strings.HasPrefix(f.What, "stalled")
		if !judged || again > 4 {
			continue
		}
		id, err := explore.ParseID(f.ID)
		require.NoError(t, err)
		require.Equal(t, f.ID, id.String())
		plan, err := rig.Plan(o.Scenario, o.Seed)
		require.NoError(t, err)
		plan.Faults = append(plan.Faults, id.Faults()...)
		run, err := rig.StartWith(o.Scenario, o.Seed, &plan, o.Rig)
		require.NoError(t, err)
		require.NoError(t, run.Finish())
		require.Empty(t, run.Unfired())
		v, err := check.NewView(run.History())
		require.NoError(t, err)
		for _, res := range check.Run(v) {
			if res.Verdict == check.Violated { // a day that stalled violates Y3
				assert.Contains(t, f.What, res.ID)
				again++
			}
		}
		run.Close()
	}
	require.Positive(t, again)
}
