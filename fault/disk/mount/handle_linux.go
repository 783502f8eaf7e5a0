package mount

import (
	"context"
	"errors"
	"io"
	"path"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// handle is an open file.
type handle struct {
	server *Server
	file   store.File
	node   *node
	name   string // when it was opened, for words
}

var (
	_ fs.FileReader    = (*handle)(nil)
	_ fs.FileWriter    = (*handle)(nil)
	_ fs.FileFsyncer   = (*handle)(nil)
	_ fs.FileFlusher   = (*handle)(nil)
	_ fs.FileReleaser  = (*handle)(nil)
	_ fs.FileAllocater = (*handle)(nil)
)

// Read implements fs.FileReader.
func (h *handle) Read(_ context.Context, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	n := 0
	err := h.server.look(func(*disk.Disk) (err error) {
		if n, err = h.file.ReadAt(dest, off); errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
	return fuse.ReadResultData(dest[:n]), errno(err)
}

// Write implements fs.FileWriter.
func (h *handle) Write(_ context.Context, data []byte, off int64) (uint32, syscall.Errno) {
	n := 0
	err := h.server.change("write", h.name, func(*disk.Disk) (err error) {
		n, err = h.file.WriteAt(data, off)
		return err
	})
	if n > 0 && errno(err) == syscall.ENOSPC {
		return uint32(n), 0 // what fits is written; the next one is told
	}
	return uint32(n), errno(err)
}

// Fsync implements fs.FileFsyncer; fdatasync is the same, since a size is
// data here.
func (h *handle) Fsync(context.Context, uint32) syscall.Errno {
	return errno(h.server.change("sync", h.name, func(*disk.Disk) error { return h.file.Sync() }))
}

// Flush is a close of one descriptor: it makes nothing durable.
func (h *handle) Flush(context.Context) syscall.Errno { return 0 }

// Release implements fs.FileReleaser.
func (h *handle) Release(context.Context) syscall.Errno {
	h.server.mu.Lock()
	defer h.server.mu.Unlock()
	return errno(h.file.Close())
}

// Allocate is fallocate: the file becomes longer and keeps what it has.
func (h *handle) Allocate(_ context.Context, off, size uint64, mode uint32) syscall.Errno {
	if mode != 0 {
		return syscall.EOPNOTSUPP
	}
	return errno(h.server.change("allocate", h.name, func(*disk.Disk) error { return h.file.Preallocate(int64(off + size)) }))
}

func (h *handle) truncate(size int64) error {
	return h.server.change("truncate", h.name, func(*disk.Disk) error { return h.file.Truncate(size) })
}

func parent(p string) string { return path.Dir(p) }

func base(p string) string { return path.Base(p) }
