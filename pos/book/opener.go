package book

import (
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"stormrig/pos/store"
)

// PageSize of every book, whatever the machine's own: a book moves between
// machines, and the same calls give the same bytes.
const PageSize = 4096

// Opener opens bbolt on a file of a store.
type Opener interface {
	// Open opens the existing file name. Its content was verified before.
	Open(f store.FS, name string) (DB, error)
}

// DB is an open bbolt database.
type DB interface {
	Bolt() *bbolt.DB
	// SyncAfterCommit makes the meta page of the last commit durable, where
	// bbolt itself did not.
	SyncAfterCommit() error
	// Close unmaps and closes.
	Close() error
}

// Pather is a store whose files have paths in the operating system.
type Pather interface {
	// Path returns the path of name, and whether it has one.
	Path(name string) (string, bool)
}

// DirOpener opens bbolt on the real file behind a store that is a Pather, with
// bbolt's own syncs.
type DirOpener struct{}

// lockWait is how long another process may hold the book's file.
const lockWait = time.Second

// Open implements Opener.
func (DirOpener) Open(f store.FS, name string) (DB, error) {
	p, ok := f.(Pather)
	if !ok {
		return nil, fmt.Errorf("opening %s: bbolt needs a path and %T has none: give the book another Opener", name, f)
	}
	path, ok := p.Path(name)
	if !ok {
		return nil, fmt.Errorf("opening %s: it has no path: give the book another Opener", name)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:      lockWait,
		PageSize:     PageSize,
		FreelistType: bbolt.FreelistArrayType, // smallest page first: reproducible
		NoStatistics: true,
	})
	if err != nil {
		return nil, fmt.Errorf("opening bbolt on %s: %w", path, err)
	}
	return dirDB{db}, nil
}

type dirDB struct{ db *bbolt.DB }

func (d dirDB) Bolt() *bbolt.DB        { return d.db }
func (d dirDB) SyncAfterCommit() error { return nil }
func (d dirDB) Close() error           { return d.db.Close() }

// Announced is an Opener that says when a transaction of its books begins: bbolt
// does not write through the store, where others see what comes.
type Announced struct {
	Opener
	Begins func()
}

// Open implements Opener.
func (a Announced) Open(f store.FS, name string) (DB, error) {
	db, err := a.Opener.Open(f, name)
	if err != nil {
		return nil, err
	}
	return announcedDB{db, a.Begins}, nil
}

type announcedDB struct {
	DB
	begins func()
}

// Bolt is asked for at each transaction.
func (d announcedDB) Bolt() *bbolt.DB {
	d.begins()
	return d.DB.Bolt()
}
