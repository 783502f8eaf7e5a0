// Package journal keeps a device's entries in an append-only, hash-chained
// file: the truth that everything else at a till is a view of.
//
// A decision is one frame. [Journal.Append] is one write and one sync; when it
// has returned nil the decision is durable, and only then may its effects
// leave the till. Frames are hashed, kept and forwarded as the bytes that they
// were first written as.
//
// # Files
//
// The own chains lie in journal/, chains of other devices in replica/. A chain
// is one life of a device's journal, (device, incarnation). It is kept in
// segments named <device>-<incarnation, 6 digits>-<first sequence, 12 digits>.seg,
// so that the order of names is the order of entries. A segment is a header
// and frames; numbers are big-endian:
//
//	frame:   "SRF1" | payload length u32 | CRC-32C u32 | sequence u64 | index u32 | hash before [32] | payload
//	header:  "SRS1" | header length u32 | CRC-32C u32 | version u16 | device length u16 | incarnation u32 |
//	         first sequence u64 | hash before [32] |
//	         incarnation before u32 | its last sequence u64 | that one's hash [32] | lost up to u64 | cut bytes u64 |
//	         device name
//
// The CRC covers all of frame or header but itself. The hash of a frame is
// SHA-256(hash before, payload); before the first frame of a chain stands
// SHA-256("stormrig " + device + "/" + incarnation). Index is the frame's
// position among those that went to the disk in one write; zero when alone.
// Zeros after the last frame are room: a segment takes it of the disk ahead of
// the frames (Options.Preallocate, Journal.Reserve), durable with the sync of
// the next entry, so that a commit stays one write and one sync. Room is told
// from a torn tail by being nothing but zeros.
//
// Two more files may lie beside the segments, each one line: a checksum and
// JSON. "stopped" says how the journal stood when it was stopped in order
// (Journal.MarkStopped); it is removed, durably, before anything else is
// written. "archived" says which entries lie in an archive, and what the rest
// follows (Journal.Archive). An archive in archive/ of the same store is read as
// if nothing had moved; one that was carried elsewhere is missed where it is
// needed (ErrArchived).
//
// # Recovery
//
// After a stop in order, [Open] reads the last frame, sees that nothing stands
// behind it, and reads no more than someone wants to visit: damage further back
// is found by whoever reads it. In all other cases it verifies every frame of
// every own chain. What is not a valid frame at
// the end is a torn tail only when no valid frame of a later write follows and
// no witness (book, hub) knows of a later entry; otherwise it is damage, and
// Open fails with a [Damage] that names segment, offset and sequence. A torn
// tail was never acknowledged; still the device goes on under a new
// incarnation ([Journal.NewIncarnation]), whose header says where the chain
// before it ends. What lies beyond that end is ignored from then on.
//
// # A commit that failed
//
// After an error of write or sync nothing is known about the frame, and the
// page cache may show bytes that no disk holds. The journal is suspect: it
// refuses to append until [Journal.Rewrite] has put what was not synced into a
// new segment, from memory. A later segment supersedes what its predecessor
// says from the new one's first sequence on. For the same reason a start writes
// what the last write left once more before it trusts it, of replicas too.
//
// # Many callers
//
// A journal is single-threaded. Package group puts a front before it for many
// callers at a time.
package journal
