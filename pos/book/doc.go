// Package book is the till's checkpoint: what the fold of the journal had come
// to at some entry of each chain, so that a start folds only what lies beyond.
// It is kept in one bbolt file.
//
// The journal is the truth and the book is a view of it. A book may therefore
// always be thrown away: whenever anything about it is in doubt, it says so
// ([Found], [ErrSuspect]) and the caller builds it anew ([Book.Rebuild]).
// In return a book that says [Loaded] is never wrong:
//
//   - bbolt's data pages carry no checksum, and its reader panics, hangs or
//     runs out of stack on damaged ones. The file is therefore read and checked
//     by code of our own (image.go) before bbolt sees it: both meta pages, every
//     page of the tree, and that each page is either used once or free.
//   - Each record carries a CRC-32C over key and value, and the meta record holds
//     the number of records and the XOR of their SHA-256: a page that a disk
//     lost, so that an older valid one stands in its place, does not match.
//   - A failed commit is unknown: the page cache may show what the disk does not
//     hold. From then on the book refuses everything but Rebuild, which writes a
//     new file and never reads the old one.
//   - bbolt's own creation of a file is not safe against power loss. Rebuild
//     fills a file under a temporary name, syncs it, renames it and syncs the
//     directory: at each moment there is a whole book, old or new, or none.
//
// Not covered: a medium that reads well when the book is opened and badly later,
// under bbolt's memory map. On Unix that is a fault, which is turned into an
// error; and the book cannot know whether the journal that it is a view of is
// still all there: compare [Meta.Applied] with it.
//
// The file is the same, byte for byte, for the same calls: one bucket (bbolt
// spills several in map order), an array freelist, 4 KiB pages, keys written
// sorted, and no key deleted inside bbolt (it rebalances in map order): a
// deleted record becomes a tombstone, and when more than half are tombstones
// the bucket is written anew within the same transaction. Whether the bbolt
// handle is kept or let go between two checkpoints changes nothing.
package book
