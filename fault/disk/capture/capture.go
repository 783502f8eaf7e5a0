// Package capture runs bbolt on a simulated disk.
//
// bbolt wants a file descriptor and a memory map. It gets them on a file in
// memory, loaded with what the simulated disk holds; a hook in place of bbolt's
// own write function sends each write to that file and to the disk (store.File),
// in bbolt's order. Syncs cannot be hooked, but they follow from the order:
// before a meta page (page 0 and 1) everything else is synced, after it the
// commit is. So bbolt runs with NoSync, the hook syncs the disk before a meta
// page and the book after the commit ([DB.SyncAfterCommit]): the disk sees
// exactly the operations that a real one sees, and may fail each of them.
//
// Two operations have no counterpart: bbolt's truncate before it grows a file
// (growth is seen as writes beyond the end), and its creation of a file (a book
// is created through the store, never by bbolt).
//
// Only the harness uses this; a real till runs plain bbolt.
package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"unsafe"

	"go.etcd.io/bbolt"

	"stormrig/pos/book"
	"stormrig/pos/store"
)

// mapSize is mapped at once. Nothing but addresses is spent on it, and a book
// below this size never has to be mapped anew while it grows.
const mapSize = 1 << 20

// Opener is a book.Opener for disks that exist only as a store.FS.
type Opener struct{}

var _ book.Opener = Opener{}

// Open implements book.Opener: it reads the whole of name into memory and opens
// bbolt there.
func (Opener) Open(f store.FS, name string) (book.DB, error) {
	h, err := f.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s on the simulated disk: %w", name, err)
	}
	d := &DB{disk: h}
	if err := d.open(name); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// DB is a bbolt database in memory whose writes go to a disk, too.
type DB struct {
	disk store.File
	mem  *os.File  // closed by bbolt
	bolt *bbolt.DB // nil while not open
}

func (d *DB) open(name string) error {
	mem, err := load(d.disk)
	if err != nil {
		return fmt.Errorf("loading %s into memory: %w", name, err)
	}
	d.mem = mem
	d.bolt, err = bbolt.Open(name, 0o600, &bbolt.Options{
		OpenFile:        func(string, int, os.FileMode) (*os.File, error) { return mem, nil },
		PageSize:        book.PageSize,
		FreelistType:    bbolt.FreelistArrayType, // smallest page first: reproducible
		InitialMmapSize: mapSize,
		NoSync:          true,
		NoGrowSync:      true, // growth would be an ftruncate and an fsync of memory
		NoStatistics:    true,
	})
	if err != nil { // bbolt has closed mem
		return fmt.Errorf("opening bbolt on %s: %w", name, err)
	}
	return hook(d.bolt, d.writeAt)
}

// load copies a disk file into a file in memory.
func load(disk store.File) (*os.File, error) {
	size, err := disk.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if n, err := disk.ReadAt(data, 0); n < len(data) {
		return nil, errors.Join(err, io.ErrUnexpectedEOF)
	}
	mem, err := memoryFile()
	if err != nil {
		return nil, err
	}
	if _, err := mem.WriteAt(data, 0); err != nil {
		err = errors.Join(err, mem.Close())
		forget(mem)
		return nil, err
	}
	return mem, nil
}

// writeAt stands in for bbolt's. It turns a panic of the disk into an error:
// bbolt holds locks here, and its Close would wait for them for ever.
func (d *DB) writeAt(p []byte, off int64) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("the disk panicked: %v", r)
		}
	}()
	if off < 2*book.PageSize {
		if err := d.disk.Sync(); err != nil {
			return 0, fmt.Errorf("syncing before the meta page: %w", err)
		}
	}
	if n, err := d.mem.WriteAt(p, off); err != nil {
		return n, err
	}
	return d.disk.WriteAt(p, off)
}

// Bolt implements book.DB.
func (d *DB) Bolt() *bbolt.DB { return d.bolt }

// SyncAfterCommit implements book.DB.
func (d *DB) SyncAfterCommit() error {
	if err := d.disk.Sync(); err != nil {
		return fmt.Errorf("syncing after the meta page: %w", err)
	}
	return nil
}

// Close implements book.DB: the map, the memory and the disk's file go.
func (d *DB) Close() error {
	var err error
	if d.bolt != nil {
		err = d.bolt.Close()
	}
	if d.mem != nil {
		forget(d.mem)
	}
	return errors.Join(err, d.disk.Close())
}

// hook replaces the function through which bbolt writes. The field is not
// exported; bbolt keeps it for tests of its own. TestHookResolves tells when a
// new version of bbolt has it no more.
func hook(db *bbolt.DB, write func([]byte, int64) (int, error)) error {
	f := reflect.ValueOf(db).Elem().FieldByName("ops")
	if f.IsValid() && f.Kind() == reflect.Struct {
		f = f.FieldByName("writeAt")
	}
	if !f.IsValid() || f.Type() != reflect.TypeFor[func([]byte, int64) (int, error)]() {
		return errors.New("this version of bbolt has no DB.ops.writeAt: the capture hook was written for v1.5.0")
	}
	*(*func([]byte, int64) (int, error))(unsafe.Pointer(f.UnsafeAddr())) = write
	return nil
}
