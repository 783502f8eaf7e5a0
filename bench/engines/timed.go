package engines

import (
	"sync/atomic"
	"time"

	"stormrig/bench/load"
	"stormrig/pos/store"
)

// timed is a directory that notes how long writes and syncs take, and how much is written. Two looks at
// the clock are a thousandth of what they look at.
type timed struct {
	*store.Dir
	write, sync, syncs, bytes atomic.Int64
}

// Open implements store.FS.
func (t *timed) Open(name string) (store.File, error) {
	f, err := t.Dir.Open(name)
	if err != nil {
		return nil, err
	}
	return &timedFile{f, t}, nil
}

// Create implements store.FS.
func (t *timed) Create(name string) (store.File, error) {
	f, err := t.Dir.Create(name)
	if err != nil {
		return nil, err
	}
	return &timedFile{f, t}, nil
}

// Parts implements load.Timed.
func (t *timed) Parts() load.Parts {
	return load.Parts{Write: time.Duration(t.write.Load()), Sync: time.Duration(t.sync.Load()), Syncs: t.syncs.Load(), Bytes: t.bytes.Load()}
}

type timedFile struct {
	store.File
	t *timed
}

// WriteAt implements store.File.
func (f *timedFile) WriteAt(p []byte, off int64) (int, error) {
	began := time.Now()
	n, err := f.File.WriteAt(p, off)
	f.t.write.Add(int64(time.Since(began)))
	f.t.bytes.Add(int64(n))
	return n, err
}

// Sync implements store.File.
func (f *timedFile) Sync() error {
	began := time.Now()
	err := f.File.Sync()
	f.t.sync.Add(int64(time.Since(began)))
	f.t.syncs.Add(1)
	return err
}
