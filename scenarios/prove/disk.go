package prove

import (
	"path"
	"strings"

	"stormrig/fault/disk/capture"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/pos/vault"
	"stormrig/scenarios/rig"
)

// flaw is what is wrong between a till and its disk. Its functions keep no
// state: copies of a world share them.
type flaw struct {
	write   func(f *file, p []byte, off int64) (int, error)
	sync    func(f *file) error
	read    func(p []byte) // what was just read of a whole journal segment
	syncDir func(fs store.FS, dir string) error
	remove  func(fs store.FS, name string) error
}

// atDisk puts a flaw under every till; the hub's disk stays as it is.
func atDisk(f flaw) rig.Options {
	return rig.Options{Disk: func(unit string, fs store.FS) store.FS {
		if unit == hub {
			return fs
		}
		return disk{fs, &f}
	}}
}

const hub = "hub"

// lazyHub acknowledges before its replicas are durable.
func lazyHub(unit string, fs store.FS) store.FS {
	if unit != hub {
		return fs
	}
	return disk{fs, &flaw{
		write: func(f *file, p []byte, off int64) (int, error) { return f.late(p, off, "replica") },
		sync:  func(f *file) error { return f.unless("replica") },
	}}
}

var (
	// writeBehind syncs an entry only when the next one comes.
	writeBehind = flaw{
		write: func(f *file, p []byte, off int64) (int, error) { return f.late(p, off, journal.Dir) },
		sync:  func(f *file) error { return f.unless(journal.Dir) },
	}
	// noDirSync leaves the names of new journal files to luck.
	noDirSync = flaw{syncDir: func(fs store.FS, dir string) error {
		if dir == journal.Dir {
			return nil
		}
		return fs.SyncDir(dir)
	}}
	// archiveNotSynced leaves what moved to the archive to luck.
	archiveNotSynced = flaw{sync: func(f *file) error {
		if f.in(journal.ArchiveDir + "/" + journal.Dir) {
			return nil
		}
		return f.File.Sync()
	}}
	// vaultAfterEntry makes card data durable after the entry that names it.
	vaultAfterEntry = flaw{
		sync: func(f *file) error {
			if f.in(vault.Dir) {
				return nil
			}
			if err := f.File.Sync(); err != nil || !f.in(journal.Dir) {
				return err
			}
			return syncVault(f.fs)
		},
		syncDir: func(fs store.FS, dir string) error {
			if dir == vault.Dir {
				return nil
			}
			return fs.SyncDir(dir)
		},
	}
	// vaultKept keeps card data that nobody needs any more.
	vaultKept = flaw{remove: func(fs store.FS, name string) error {
		if path.Dir(name) == vault.Dir && !strings.HasSuffix(name, store.TempSuffix) {
			return nil
		}
		return fs.Remove(name)
	}}
	// forgetLast restarts from what a counter said one entry ago.
	forgetLast = flaw{read: func(segment []byte) {
		if frames := framesIn(segment); len(frames) > 1 {
			clear(segment[frames[len(frames)-1]:])
		}
	}}
	// damageForTail has a bit flipped in an entry that was durable for long, and
	// a recovery that cuts off what follows.
	damageForTail = flaw{read: func(segment []byte) {
		if frames := framesIn(segment); len(frames) > 3 {
			third := frames[len(frames)-3]
			segment[third+40] ^= 1
			clear(segment[frames[len(frames)-2]:])
		}
	}}
)

// framesIn returns where the frames of a segment begin.
func framesIn(segment []byte) []int {
	var out []int
	for at := 0; at < len(segment); {
		f, _, err := journal.ParseFrame(segment[at:])
		if err != nil {
			at++
			continue
		}
		out = append(out, at)
		at += len(f.Raw)
	}
	return out
}

// syncVault makes all card data durable.
func syncVault(fs store.FS) error {
	names, err := fs.List(vault.Dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		h, err := fs.Open(vault.Dir + "/" + n)
		if err != nil {
			return err
		}
		if err := h.Sync(); err != nil {
			return err
		}
		if err := h.Close(); err != nil {
			return err
		}
	}
	return fs.SyncDir(vault.Dir)
}

// disk is a disk with a flaw.
type disk struct {
	store.FS
	flaw *flaw
}

func (d disk) Open(name string) (store.File, error) {
	h, err := d.FS.Open(name)
	return d.file(name, h, err)
}

func (d disk) Create(name string) (store.File, error) {
	h, err := d.FS.Create(name)
	return d.file(name, h, err)
}

func (d disk) file(name string, h store.File, err error) (store.File, error) {
	if err != nil {
		return nil, err
	}
	return &file{h, d.FS, name, d.flaw}, nil
}

func (d disk) SyncDir(dir string) error {
	if d.flaw.syncDir != nil {
		return d.flaw.syncDir(d.FS, dir)
	}
	return d.FS.SyncDir(dir)
}

func (d disk) Remove(name string) error {
	if d.flaw.remove != nil {
		return d.flaw.remove(d.FS, name)
	}
	return d.FS.Remove(name)
}

// file is an open file of such a disk.
type file struct {
	store.File
	fs   store.FS
	name string
	flaw *flaw
}

// in tells whether the file lies in a directory.
func (f *file) in(dir string) bool { return path.Dir(f.name) == dir }

// held tells whether it is a whole file there, and not one being made.
func (f *file) held(dir string) bool {
	return f.in(dir) && !strings.HasSuffix(f.name, store.TempSuffix)
}

// late syncs what was written before, and writes.
func (f *file) late(p []byte, off int64, dir string) (int, error) {
	if f.held(dir) {
		if err := f.File.Sync(); err != nil {
			return 0, err
		}
	}
	return f.File.WriteAt(p, off)
}

// unless syncs files of other directories.
func (f *file) unless(dir string) error {
	if f.held(dir) {
		return nil
	}
	return f.File.Sync()
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if f.flaw.write != nil {
		return f.flaw.write(f, p, off)
	}
	return f.File.WriteAt(p, off)
}

func (f *file) Sync() error {
	if f.flaw.sync != nil {
		return f.flaw.sync(f)
	}
	return f.File.Sync()
}

// Map is what bbolt gets of the file, on any disk.
func (f *file) Map() ([]byte, error) { return capture.Mapped(f.File) }

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if f.flaw.read != nil && off == 0 && f.held(journal.Dir) {
		if size, serr := f.File.Size(); serr == nil && int64(n) == size { // a recovery
			f.flaw.read(p[:n])
		}
	}
	return n, err
}
