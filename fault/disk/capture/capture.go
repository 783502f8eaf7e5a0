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
	"runtime"

	"go.etcd.io/bbolt"

	"stormrig/pos/book"
	"stormrig/pos/store"
)

// Opener is a book.Opener for disks that exist only as a store.FS.
type Opener struct{}

var _ book.Opener = Opener{}

// Open implements book.Opener: it reads the whole of name into memory and opens
// bbolt there.
func (Opener) Open(f store.FS, name string) (book.DB, error) {
	disk, err := f.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s on the simulated disk: %w", name, err)
	}
	m := &mirror{disk: disk}
	if err := m.open(name); err != nil {
		return nil, errors.Join(err, m.free(), disk.Close())
	}
	d := &DB{m: m}
	d.cleanup = runtime.AddCleanup(d, func(m *mirror) { _ = m.free() }, m)
	return d, nil
}

// DB is a bbolt database in memory whose writes go to a disk, too. One that is
// forgotten instead of closed, as by a till that lost its power, gives its
// memory back when it is collected.
type DB struct {
	m       *mirror
	cleanup runtime.Cleanup
}

// Bolt implements book.DB.
func (d *DB) Bolt() *bbolt.DB { return d.m.bolt }

// SyncAfterCommit implements book.DB.
func (d *DB) SyncAfterCommit() error {
	if err := d.m.disk.Sync(); err != nil {
		return fmt.Errorf("syncing after the meta page: %w", err)
	}
	return nil
}

// Close implements book.DB: the map, the memory and the disk's file go.
func (d *DB) Close() error {
	d.cleanup.Stop()
	return errors.Join(d.m.free(), d.m.disk.Close())
}
