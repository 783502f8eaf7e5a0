package engines

import (
	"encoding/binary"
	"errors"
	"io/fs"

	"stormrig/bench/load"
	"stormrig/pos/journal/group"
	"stormrig/pos/store"
)

// rawFile is where raw records go.
const rawFile = "records"

// ring is how long a preallocated file is before it is written over again.
const ring = 64 << 20

// raw is what no journal can do with less: the bytes, and a sync.
type raw struct {
	*timed
	front *group.Front
	file  store.File
	ring  bool
	at    int64
	count uint64
	buf   []byte
}

// openRaw opens a file that is appended to, or one whose every byte was
// written before.
func openRaw(prealloc bool) func(dir string) (load.Engine, error) {
	return func(dir string) (load.Engine, error) {
		d, err := store.NewDir(dir)
		if err != nil {
			return nil, err
		}
		r := &raw{timed: &timed{Dir: d}, ring: prealloc}
		r.front = group.NewFront(r.commit)
		r.file, err = r.Open(rawFile)
		if err == nil {
			return r, r.scan()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if r.file, err = r.Create(rawFile); err != nil {
			return nil, err
		}
		if prealloc {
			err = r.zero()
		}
		return r, errors.Join(err, r.file.Sync(), d.SyncDir("."))
	}
}

// zero writes the whole ring once.
func (r *raw) zero() error {
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < ring; at += int64(len(zeros)) {
		if _, err := r.file.WriteAt(zeros, at); err != nil {
			return err
		}
	}
	return nil
}

// rawHead is the length before each record, so that they can be counted.
const rawHead = 4

func (r *raw) commit(records [][]byte) error {
	r.buf = r.buf[:0]
	for _, rec := range records {
		r.buf = append(binary.BigEndian.AppendUint32(r.buf, uint32(len(rec))), rec...)
	}
	return r.write(len(records))
}

// write puts what is in the buffer on the disk.
func (r *raw) write(n int) error {
	if r.ring && r.at+int64(len(r.buf)) > ring {
		r.at, r.count = 0, 0
	}
	if _, err := r.file.WriteAt(r.buf, r.at); err != nil {
		return err
	}
	if err := r.file.Sync(); err != nil {
		return err
	}
	r.at += int64(len(r.buf))
	r.count += uint64(n)
	return nil
}

// Sale implements load.Engine. The record is copied before it is let go.
func (r *raw) Sale(s *load.Sale) error { return r.front.Do(s.Record) }

// Fill implements load.Engine.
func (r *raw) Fill(n int, next func() *load.Sale) error {
	for n > 0 {
		r.buf = r.buf[:0]
		some := min(n, 1000)
		for range some {
			rec := next().Record
			r.buf = append(binary.BigEndian.AppendUint32(r.buf, uint32(len(rec))), rec...)
		}
		if err := r.write(some); err != nil {
			return err
		}
		n -= some
	}
	return nil
}

// scan finds the end: a raw file knows nothing of itself.
func (r *raw) scan() error {
	data, err := store.ReadAll(r.file)
	if err != nil {
		return err
	}
	for r.at+rawHead <= int64(len(data)) {
		n := binary.BigEndian.Uint32(data[r.at:])
		if n == 0 {
			return nil
		}
		r.at += rawHead + int64(n)
		r.count++
	}
	return nil
}

// Last implements load.Engine.
func (r *raw) Last() (uint64, error) { return r.count, nil }

// Close implements load.Engine.
func (r *raw) Close() error { return r.file.Close() }
