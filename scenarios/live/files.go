package live

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Files are the disks of tills and hub as they were at the end: unit, path,
// bytes. The vaults stay out: card data leaves them in no form, not even
// encrypted.
func (w *World) Files() map[string]map[string][]byte { return w.files }

// takeFiles reads them while the disks are still there.
func (w *World) takeFiles() {
	w.files = map[string]map[string][]byte{}
	for _, name := range w.order {
		if w.disks[name] == nil {
			continue
		}
		files, err := filesIn(filepath.Join(w.options.Dir, name))
		if err != nil {
			w.fail(fmt.Errorf("reading the disk of %s: %w", name, err))
		}
		w.files[name] = files
	}
}

func filesIn(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "vault":
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	return out, err
}
