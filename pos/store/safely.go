package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// TempSuffix marks a file that is being created; after a crash it may be
// left over and can be removed.
const TempSuffix = ".tmp"

// WriteFileSafely makes name with data, whole or not at all: a temporary
// name, write, sync, rename, sync of the directory. An existing file is
// replaced in one step. After an error name may have the old content or the
// new one, never something between.
func WriteFileSafely(f FS, name string, data []byte) error {
	_, err := CreateSafely(f, name, data, 0, 0)
	return err
}

// CreateSafely is WriteFileSafely for a file that will grow: it takes room for
// wanted bytes together with the file, if it can, and returns the size. When
// not even needed bytes are to be had it fails.
func CreateSafely(f FS, name string, data []byte, needed, wanted int64) (size int64, err error) {
	temp := name + TempSuffix
	if size, err = writeTemp(f, temp, data, needed, wanted); err != nil {
		// Best effort: a half-made file takes room on a disk that is full.
		_ = f.Remove(temp)
		return 0, fmt.Errorf("store: create %s: %w", name, err)
	}
	if err := f.Rename(temp, name); err != nil {
		return 0, fmt.Errorf("store: create %s: %w", name, err)
	}
	if err := f.SyncDir(path.Dir(name)); err != nil {
		return 0, fmt.Errorf("store: create %s: %w", name, err)
	}
	return size, nil
}

func writeTemp(f FS, temp string, data []byte, needed, wanted int64) (size int64, err error) {
	h, err := f.Create(temp)
	if errors.Is(err, fs.ErrExist) { // left over by a crash
		if err = f.Remove(temp); err == nil {
			h, err = f.Create(temp)
		}
	}
	if err != nil {
		return 0, err
	}
	if _, err = h.WriteAt(data, 0); err == nil {
		if size, err = takeRoom(h, int64(len(data)), needed, wanted); err == nil {
			err = h.Sync()
		}
	}
	// Closed before the rename: Windows renames no open file.
	return size, errors.Join(err, h.Close())
}

// takeRoom makes a file that has so many bytes as long as wanted, or else as
// needed, and returns its size.
func takeRoom(h File, have, needed, wanted int64) (int64, error) {
	var err error
	for _, size := range []int64{wanted, needed} {
		if size <= have {
			continue
		}
		if err = h.Preallocate(size); err == nil {
			return size, nil
		}
	}
	if needed <= have {
		return have, nil
	}
	return 0, err
}

// ReadFile returns the whole content of name.
func ReadFile(f FS, name string) ([]byte, error) {
	h, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := ReadAll(h)
	return data, errors.Join(err, h.Close())
}

// ReadAll returns the whole content of an open file.
func ReadAll(h File) ([]byte, error) {
	size, err := h.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	n, err := h.ReadAt(data, 0)
	if errors.Is(err, io.EOF) && int64(n) == size {
		err = nil
	}
	return data[:n], err
}
