package disk

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"stormrig/pos/store"
)

// handle is an open file. It dies with the power.
type handle struct {
	disk   *Disk
	file   int
	path   string
	life   int
	closed bool
}

func (h *handle) alive(op string) error {
	if h.closed {
		return &fs.PathError{Op: op, Path: h.path, Err: fs.ErrClosed}
	}
	if h.life != h.disk.life {
		return fmt.Errorf("disk: %s %s: power was lost: %w", op, h.path, store.ErrStopped)
	}
	return nil
}

// ReadAt implements store.File.
func (h *handle) ReadAt(p []byte, off int64) (int, error) {
	if err := h.alive("read"); err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, &fs.PathError{Op: "read", Path: h.path, Err: fs.ErrInvalid}
	}
	d := h.disk
	n := 0
	if c := d.cache.get(h.file); c != nil {
		n = c.read(p, off)
	}
	d.spend(d.costs.Read + perKiB(d.costs.ReadPerKiB, n))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Map returns all bytes. It is no read: a map of a file whose pages are in
// memory costs nothing.
func (h *handle) Map() ([]byte, error) {
	if err := h.alive("map"); err != nil {
		return nil, err
	}
	data := make([]byte, h.disk.cache.size(h.file))
	if c := h.disk.cache.get(h.file); c != nil {
		c.read(data, 0)
	}
	return data, nil
}

// WriteAt implements store.File.
func (h *handle) WriteAt(p []byte, off int64) (int, error) {
	if err := h.alive("write"); err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, &fs.PathError{Op: "write", Path: h.path, Err: fs.ErrInvalid}
	}
	d := h.disk
	op := Op{Kind: Write, File: h.path, Off: off, file: h.file}
	if fires(&d.Faults.EIOWrite) {
		op.Fault = "eio-write"
		d.log(op, d.costs.Write)
		return 0, &fs.PathError{Op: "write", Path: h.path, Err: syscall.EIO}
	}
	room := d.room(h.file, off, len(p))
	if room < len(p) {
		op.Fault = "full"
	}
	op.data = bytes.Clone(p[:room])
	op.Len = room
	op.apply(&d.cache)
	d.log(op, d.costs.Write+perKiB(d.costs.WritePerKiB, room))
	if room < len(p) {
		return room, &fs.PathError{Op: "write", Path: h.path, Err: syscall.ENOSPC}
	}
	return room, nil
}

// fires counts a fault down and tells whether its moment has come.
func fires(n *int) bool {
	if *n == 0 {
		return false
	}
	*n--
	return *n == 0
}

// room returns how many of n bytes at off of a file the disk still takes.
func (d *Disk) room(file int, off int64, n int) int {
	if d.Faults.Capacity <= 0 {
		return n
	}
	end := d.cache.size(file) + max(0, d.Faults.Capacity-d.cache.used())
	return int(max(0, min(int64(n), end-off)))
}

// Sync implements store.File.
func (h *handle) Sync() error {
	if err := h.alive("sync"); err != nil {
		return err
	}
	d := h.disk
	op := Op{Kind: Sync, File: h.path, file: h.file}
	switch {
	case fires(&d.Faults.EIOSync):
		op.Fault = "eio-sync"
	case d.Faults.Lying:
		op.Fault = "lie"
	}
	d.log(op, d.costs.Sync+perKiB(d.costs.SyncPerKiB, d.unsynced(h.file)))
	if op.Fault == "eio-sync" {
		return &fs.PathError{Op: "sync", Path: h.path, Err: syscall.EIO}
	}
	return nil
}

// unsynced estimates the bytes that a sync has to write: those since the
// file's last sync in this span.
func (d *Disk) unsynced(file int) int {
	n := 0
	for i := len(d.ops) - 1; i >= 0; i-- {
		op := &d.ops[i]
		if op.file != file {
			continue
		}
		if op.Kind == Sync {
			break
		}
		n += op.Len
	}
	return n
}

// Truncate implements store.File.
func (h *handle) Truncate(size int64) error {
	if err := h.alive("truncate"); err != nil {
		return err
	}
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: h.path, Err: fs.ErrInvalid}
	}
	d := h.disk
	if grow := size - d.cache.size(h.file); d.Faults.Capacity > 0 && grow > d.Faults.Capacity-d.cache.used() {
		return &fs.PathError{Op: "truncate", Path: h.path, Err: syscall.ENOSPC}
	}
	op := Op{Kind: Truncate, File: h.path, Off: size, file: h.file}
	op.apply(&d.cache)
	d.log(op, d.costs.Name)
	return nil
}

// Preallocate implements store.File. The room shows as zeros and is durable
// like any size; what a cut leaves of it is what it leaves of a truncate.
func (h *handle) Preallocate(size int64) error {
	if err := h.alive("preallocate"); err != nil {
		return err
	}
	if size <= h.disk.cache.size(h.file) {
		return nil
	}
	return h.Truncate(size)
}

// Size implements store.File.
func (h *handle) Size() (int64, error) {
	if err := h.alive("size"); err != nil {
		return 0, err
	}
	return h.disk.cache.size(h.file), nil
}

// Close implements store.File. It makes nothing durable.
func (h *handle) Close() error {
	if h.closed {
		return &fs.PathError{Op: "close", Path: h.path, Err: fs.ErrClosed}
	}
	h.closed = true
	return nil
}
