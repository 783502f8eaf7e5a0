// Package store is the seam between the till and its disk. Everything durable
// in pos goes through [FS], so that every operation, and every failure of it,
// can be injected.
//
// The seam is narrow on purpose: it names the operations whose durability
// differs. A write is durable after Sync of its file; a name (Create, Rename,
// Remove) is durable after SyncDir of its directory, never before.
package store

import (
	"errors"
	"io/fs"
)

// ErrStopped is returned by every operation after a disk was found to be
// unable to keep what it was given.
var ErrStopped = errors.New("store: disk stopped")

// FS is a flat set of directories below one root. Names are slash separated
// and relative ("journal/000001.seg").
type FS interface {
	// Open opens an existing file for reading and writing. A missing file is
	// an error for which errors.Is(err, fs.ErrNotExist) holds.
	Open(name string) (File, error)
	// Create makes a new empty file; an existing one is an error
	// (fs.ErrExist). The name is durable after SyncDir.
	Create(name string) (File, error)
	// Rename replaces newName by oldName. Durable after SyncDir.
	Rename(oldName, newName string) error
	// Remove deletes a name. Durable after SyncDir.
	Remove(name string) error
	// List returns the names (not paths) in a directory, sorted. A missing
	// directory is empty.
	List(dir string) ([]string, error)
	// SyncDir makes the names in a directory durable.
	SyncDir(dir string) error
}

// File is one open file. There is no append mode: the caller knows where its
// end is.
type File interface {
	ReadAt(p []byte, off int64) (int, error)
	WriteAt(p []byte, off int64) (int, error)
	// Sync makes all written bytes and the size durable (fdatasync). After
	// an error nothing is known: the bytes may be durable or not, and a read
	// may show what is not on the disk.
	Sync() error
	Truncate(size int64) error
	// Preallocate makes the file at least size bytes long and takes the room
	// for them: writes up to there will not fail for want of space. New bytes
	// read as zeros. The size is durable after Sync. After an error nothing
	// that was there has changed.
	Preallocate(size int64) error
	Size() (int64, error)
	Close() error
}

// Exists tells whether name can be opened.
func Exists(f FS, name string) (bool, error) {
	h, err := f.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, h.Close()
}
