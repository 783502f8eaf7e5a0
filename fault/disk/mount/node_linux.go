package mount

import (
	"context"
	"errors"
	"io"
	iofs "io/fs"
	"strings"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// errDark is what an operation ends with that was under way when the power
// went.
var errDark = syscall.EIO

// node is a file or a directory. What it is called is the tree's business.
type node struct {
	fs.Inode
	server *Server
	dir    bool
}

var (
	_ fs.NodeLookuper  = (*node)(nil)
	_ fs.NodeReaddirer = (*node)(nil)
	_ fs.NodeCreater   = (*node)(nil)
	_ fs.NodeOpener    = (*node)(nil)
	_ fs.NodeMkdirer   = (*node)(nil)
	_ fs.NodeRmdirer   = (*node)(nil)
	_ fs.NodeUnlinker  = (*node)(nil)
	_ fs.NodeRenamer   = (*node)(nil)
	_ fs.NodeGetattrer = (*node)(nil)
	_ fs.NodeSetattrer = (*node)(nil)
	_ fs.NodeFsyncer   = (*node)(nil)
	_ fs.NodeStatfser  = (*node)(nil)
)

func (n *node) name() string { return n.Path(nil) }

func (n *node) isDir() bool { return n.dir || n.IsRoot() }

// child makes the inode of a name.
func (n *node) child(ctx context.Context, dir bool) *fs.Inode {
	mode := uint32(syscall.S_IFREG)
	if dir {
		mode = syscall.S_IFDIR
	}
	return n.NewInode(ctx, &node{server: n.server, dir: dir}, fs.StableAttr{Mode: mode})
}

// Lookup finds a name.
func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	p, dir, size := join(n.name(), name), false, int64(0)
	err := n.server.look(func(d *disk.Disk) (err error) {
		if n.server.dirs[p] {
			dir = true
			return nil
		}
		size, err = sizeOf(d, p)
		return err
	})
	if err != nil {
		return nil, errno(err)
	}
	attr(&out.Attr, dir, size)
	// What is open under this name must stay the same file to the kernel: two
	// inodes are two page caches, and a read of one misses writes to the other.
	if known := n.GetChild(name); known != nil && known.Operations().(*node).dir == dir {
		return known, 0
	}
	return n.child(ctx, dir), 0
}

func sizeOf(d *disk.Disk, p string) (int64, error) {
	f, err := d.Open(p)
	if err != nil {
		return 0, err
	}
	size, err := f.Size()
	return size, errors.Join(err, f.Close())
}

func attr(a *fuse.Attr, dir bool, size int64) {
	a.Mode, a.Nlink, a.Blksize = syscall.S_IFREG|0o600, 1, 4096
	if dir {
		a.Mode = syscall.S_IFDIR | 0o700
	}
	a.Size, a.Blocks = uint64(size), uint64(size+511)/512
}

// Readdir lists a directory.
func (n *node) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	var out []fuse.DirEntry
	here := n.name()
	err := n.server.look(func(d *disk.Disk) error {
		for p := range n.server.dirs {
			if p != "" && p != here && strings.TrimPrefix(parent(p), ".") == here {
				out = append(out, fuse.DirEntry{Name: base(p), Mode: syscall.S_IFDIR})
			}
		}
		names, err := d.List(here)
		for _, name := range names {
			if !n.server.dirs[join(here, name)] {
				out = append(out, fuse.DirEntry{Name: name, Mode: syscall.S_IFREG})
			}
		}
		return err
	})
	return fs.NewListDirStream(out), errno(err)
}

// Create makes a file, or opens one that is there.
func (n *node) Create(ctx context.Context, name string, flags, _ uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	p := join(n.name(), name)
	var f store.File
	err := n.server.change("create", p, func(d *disk.Disk) (err error) {
		if f, err = d.Create(p); errors.Is(err, iofs.ErrExist) && flags&syscall.O_EXCL == 0 {
			f, err = d.Open(p)
		}
		return err
	})
	if err != nil {
		return nil, nil, 0, errno(err)
	}
	attr(&out.Attr, false, 0)
	return n.child(ctx, false), &handle{server: n.server, file: f, node: n, name: p}, fuse.FOPEN_KEEP_CACHE, 0
}

// Open opens a file.
func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	p := n.name()
	var f store.File
	err := n.server.look(func(d *disk.Disk) (err error) {
		f, err = d.Open(p)
		return err
	})
	if err != nil {
		return nil, 0, errno(err)
	}
	h := &handle{server: n.server, file: f, node: n, name: p}
	if flags&syscall.O_TRUNC != 0 {
		if err := h.truncate(0); err != nil {
			return nil, 0, errno(err)
		}
	}
	return h, fuse.FOPEN_KEEP_CACHE, 0
}

// Mkdir makes a directory, durable at once.
func (n *node) Mkdir(ctx context.Context, name string, _ uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	p := join(n.name(), name)
	err := n.server.look(func(*disk.Disk) error {
		if n.server.dirs[p] {
			return syscall.EEXIST
		}
		n.server.dirs[p] = true
		return nil
	})
	if err != nil {
		return nil, errno(err)
	}
	attr(&out.Attr, true, 0)
	return n.child(ctx, true), 0
}

// Rmdir removes an empty directory.
func (n *node) Rmdir(_ context.Context, name string) syscall.Errno {
	p := join(n.name(), name)
	return errno(n.server.look(func(d *disk.Disk) error {
		if names, err := d.List(p); err != nil || len(names) > 0 {
			return errors.Join(err, syscall.ENOTEMPTY)
		}
		delete(n.server.dirs, p)
		return nil
	}))
}

// Unlink removes a file.
func (n *node) Unlink(_ context.Context, name string) syscall.Errno {
	p := join(n.name(), name)
	return errno(n.server.change("remove", p, func(d *disk.Disk) error { return d.Remove(p) }))
}

// Rename gives a file another name in its directory.
func (n *node) Rename(_ context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	if flags != 0 || to.EmbeddedInode().Path(nil) != n.name() || n.server.isDirectory(join(n.name(), name)) {
		return syscall.EXDEV
	}
	from, dest := join(n.name(), name), join(n.name(), newName)
	return errno(n.server.change("rename", from, func(d *disk.Disk) error { return d.Rename(from, dest) }))
}

func (s *Server) isDirectory(p string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dirs[p]
}

// Getattr tells a file's size.
func (n *node) Getattr(_ context.Context, f fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	if n.isDir() {
		attr(&out.Attr, true, 0)
		return 0
	}
	var size int64
	err := n.server.look(func(d *disk.Disk) (err error) {
		if h, ok := f.(*handle); ok {
			size, err = h.file.Size()
			return err
		}
		size, err = sizeOf(d, n.name())
		return err
	})
	attr(&out.Attr, false, size)
	return errno(err)
}

// Setattr changes a file's size; times and modes are not kept.
func (n *node) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		h, ok := f.(*handle)
		if !ok {
			opened, _, no := n.Open(ctx, 0)
			if no != 0 {
				return no
			}
			h = opened.(*handle)
		}
		if err := h.truncate(int64(size)); err != nil {
			return errno(err)
		}
	}
	return n.Getattr(ctx, f, out)
}

// Fsync of a directory makes its names durable; of a file, the file.
func (n *node) Fsync(ctx context.Context, f fs.FileHandle, flags uint32) syscall.Errno {
	if h, ok := f.(*handle); ok {
		return h.Fsync(ctx, flags)
	}
	p := n.name()
	return errno(n.server.change("sync of directory", "/"+p, func(d *disk.Disk) error { return d.SyncDir(p) }))
}

// Statfs says how much room there is.
func (n *node) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	const room = 1 << 20 // blocks
	out.Bsize, out.Frsize, out.Blocks, out.Bfree, out.Bavail, out.NameLen = 4096, 4096, room, room, room, 255
	return 0
}

// errno turns an error into what a program gets.
func errno(err error) syscall.Errno {
	var no syscall.Errno
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return 0
	case errors.As(err, &no):
		return no
	case errors.Is(err, iofs.ErrNotExist):
		return syscall.ENOENT
	case errors.Is(err, iofs.ErrExist):
		return syscall.EEXIST
	case errors.Is(err, iofs.ErrInvalid):
		return syscall.EINVAL
	}
	return syscall.EIO
}
