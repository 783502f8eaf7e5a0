// Package disk is the simulated disk of one unit: a store.FS that knows what
// is durable, what is only in the page cache, and what a loss of power may
// leave of the difference.
//
// Every operation is stamped with a virtual begin and end by a cost model, so
// that a unit may run ahead of the world's clock and be cut back: [Disk.Cut]
// at a time inside a commit drops what had not begun by then and picks one
// legal state of the rest; [Disk.States] lists them all.
//
// # What a till must survive, and what it may lose
//
// Power loss on an honest disk. Operations that had not begun never happened;
// one in progress counts as pending. Pending writes are split at 512-byte
// sectors, each of which is whole or absent; they may persist in any order.
// Two writes to one sector reach the disk as one or as both, since a cache
// holds a sector once. A file may also be longer than its data, with zeros.
// Un-synced creates, renames, removes and truncates are done up to some point
// of their order and undone beyond it. A till must survive all of it: nothing
// that it acknowledged (after a Sync that returned nil, under a name that
// SyncDir made durable) may be missing. It may lose what it had not yet synced.
// Not modelled: damage to sectors that were not being written, and writes that
// tear inside a sector.
//
// EIO on write. Nothing of the write happens. The till must not act on it.
//
// EIO on sync. What was written stays visible to reads but is marked clean: a
// later Sync reports success without writing it, as page caches do. It may or
// may not be on the disk. Only writing the bytes again makes them durable. A
// till must not trust what it reads back; it may lose what it had not
// acknowledged.
//
// Full. A write beyond the capacity fails with ENOSPC after the part that
// still fits. A till must refuse before it begins what it cannot finish.
//
// Slow. Every operation takes a multiple of its time. Nothing may be lost.
//
// Lying. Sync and SyncDir are acknowledged and nothing becomes durable until
// the disk stops lying and a later sync names the file again. No till can
// survive this without loss; a loss must be found, by itself or a witness.
package disk
