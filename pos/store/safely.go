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
	temp := name + TempSuffix
	if err := writeTemp(f, temp, data); err != nil {
		// Best effort: a half-made file takes room on a disk that is full.
		_ = f.Remove(temp)
		return fmt.Errorf("store: create %s: %w", name, err)
	}
	if err := f.Rename(temp, name); err != nil {
		return fmt.Errorf("store: create %s: %w", name, err)
	}
	if err := f.SyncDir(path.Dir(name)); err != nil {
		return fmt.Errorf("store: create %s: %w", name, err)
	}
	return nil
}

func writeTemp(f FS, temp string, data []byte) error {
	h, err := f.Create(temp)
	if errors.Is(err, fs.ErrExist) { // left over by a crash
		if err = f.Remove(temp); err == nil {
			h, err = f.Create(temp)
		}
	}
	if err != nil {
		return err
	}
	_, err = h.WriteAt(data, 0)
	if err == nil {
		err = h.Sync()
	}
	// Closed before the rename: Windows renames no open file.
	return errors.Join(err, h.Close())
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
