package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Dir is an FS on a real directory. Files are made with mode 0600,
// directories with 0700; a directory that Create needs is made, and made
// durable, on the way.
type Dir struct{ root string }

// NewDir returns the FS below root, which is made when it is missing.
func NewDir(root string) (*Dir, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("store: make data directory: %w", err)
	}
	return &Dir{root: root}, nil
}

// path turns a name of the seam into one of the operating system. Names that
// would leave the root are refused.
func (d *Dir) path(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(d.root, filepath.FromSlash(name)), nil
}

// Path returns where a name of the seam lies in the operating system, and
// whether it is one: for those who must open the file themselves.
func (d *Dir) Path(name string) (string, bool) {
	p, err := d.path("path", name)
	return p, err == nil
}

// Open implements FS.
func (d *Dir) Open(name string) (File, error) {
	p, err := d.path("open", name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return newOSFile(f)
}

// Create implements FS.
func (d *Dir) Create(name string) (File, error) {
	p, err := d.path("create", name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = d.makeDir(path.Dir(name)); err != nil {
			return nil, err
		}
		f, err = os.OpenFile(p, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return nil, err
	}
	return newOSFile(f)
}

// makeDir makes dir and syncs the directory that holds it: the seam knows no
// operation for directories, so their durability is this file's business.
func (d *Dir) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	if err := d.makeDir(path.Dir(dir)); err != nil {
		return err
	}
	p := filepath.Join(d.root, filepath.FromSlash(dir))
	if err := os.Mkdir(p, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return d.SyncDir(path.Dir(dir))
}

// Rename implements FS.
func (d *Dir) Rename(oldName, newName string) error {
	from, err := d.path("rename", oldName)
	if err != nil {
		return err
	}
	to, err := d.path("rename", newName)
	if err != nil {
		return err
	}
	return os.Rename(from, to)
}

// Remove implements FS.
func (d *Dir) Remove(name string) error {
	p, err := d.path("remove", name)
	if err != nil {
		return err
	}
	return os.Remove(p)
}

// List implements FS.
func (d *Dir) List(dir string) ([]string, error) {
	p, err := d.path("list", cleanDir(dir))
	if err != nil {
		return nil, err
	}
	all, err := os.ReadDir(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range all {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// SyncDir implements FS. A missing directory has nothing to sync.
func (d *Dir) SyncDir(dir string) error {
	p, err := d.path("syncdir", cleanDir(dir))
	if err != nil {
		return err
	}
	if err := syncDir(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store: sync directory %s: %w", dir, err)
	}
	return nil
}

// cleanDir lets "" stand for the root, as "." does.
func cleanDir(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}
