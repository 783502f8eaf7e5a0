package store

// Below returns the part of a store that lies in a folder, as a store.
func Below(f FS, folder string) FS { return below{f, folder + "/"} }

type below struct {
	fs     FS
	prefix string
}

func (b below) Open(n string) (File, error)       { return b.fs.Open(b.prefix + n) }
func (b below) Create(n string) (File, error)     { return b.fs.Create(b.prefix + n) }
func (b below) Rename(o, n string) error          { return b.fs.Rename(b.prefix+o, b.prefix+n) }
func (b below) Remove(n string) error             { return b.fs.Remove(b.prefix + n) }
func (b below) List(dir string) ([]string, error) { return b.fs.List(b.prefix + dir) }
func (b below) SyncDir(dir string) error          { return b.fs.SyncDir(b.prefix + dir) }
