// Package mount serves a simulated disk (stormrig/fault/disk) as a directory
// of this machine, through FUSE: real programs, tills and databases write to
// it, and its power can be cut inside any operation.
//
// The server must be a process of its own, and not the one that uses the
// directory: a page fault on a mapped file would wait for a server that waits
// for the page fault. `stormrig disk` is that process.
//
// # What is modelled
//
// Files as fault/disk has them: sectors, pending writes, lost names, lying
// syncs, EIO, a full disk. Directories are durable as soon as they are made,
// files cannot be moved from one to another (EXDEV), there are no links, and
// of a file's attributes only its size is kept. Reads go through the kernel's
// page cache, which a loss of power empties.
package mount
