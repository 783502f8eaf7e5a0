package journal

import (
	"fmt"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Options says how a journal is opened.
type Options struct {
	Device string // see CheckDevice
	// SegmentSize is when a new segment is begun, in bytes; 0: 1 MiB.
	SegmentSize int64
	// Preallocate is the room that a new segment takes of the disk at once,
	// in bytes; 0: it grows by 16 KiB. A device with a file system of its own
	// wants SegmentSize: most commits then change no size and map no block.
	Preallocate int64
	// Warm is how many zeros are written ahead of small commits, so that
	// these overwrite; 0: none. See docs/bench.md for what it saves.
	Warm int64
	// Known returns the highest sequence that a witness (book, hub) knows of
	// a chain, 0 for none. May be nil.
	Known func(pos.Chain) uint64
	// Visit gets each own entry beyond After (in the order of incarnations
	// and sequences) while Open verifies it. May be nil. The frame's bytes
	// may be kept but not changed.
	Visit func(pos.Chain, Frame) error
	After pos.Key
}

// OnDisk returns o with the sizes that suit a disk of its own: segments of
// 8 MiB that take their room at once, and zeros ahead of small commits. The
// zero sizes are for a journal among many, or in a simulated world.
func OnDisk(o Options) Options {
	o.SegmentSize, o.Preallocate, o.Warm = 8<<20, 8<<20, 64<<10
	return o
}

// Replicas returns the sizes for others' chains that fit those of an own one:
// room ahead where that takes some, and none where it takes none.
func (o Options) Replicas() ReplicaOptions {
	r := ReplicaOptions{SegmentSize: o.SegmentSize, Warm: o.Warm}
	if o.Preallocate > 0 {
		r.Room = replicaRoom
	}
	return r
}

// replicaRoom is what a replica on a disk of its own takes ahead.
const replicaRoom = 256 << 10

// Recovery is what Open found.
type Recovery struct {
	Head pos.Key // last own entry of the newest incarnation; Seq may be 0
	Hash Hash    // of that entry
	// Link is what the newest incarnation follows. With Head.Seq 0 the life
	// before ended between NewIncarnation and its first entry: then Link is
	// what that entry has still to say (a cut tail, lost entries).
	Link    Link
	Entries uint64 // in all own chains
	Visited uint64
	// Tail is a torn tail, which will be cut. LostTo is set when a witness
	// knows entries beyond the head: they are lost from Head.Seq+1 to LostTo.
	Tail   *Tail
	LostTo uint64
	// NeedsIncarnation: the journal is empty, has a torn tail or has lost
	// entries. NewIncarnation must be called before Append.
	NeedsIncarnation bool
	// StaleMark: there was a mark of a stop in order that is not true. It was
	// not believed; that something was written while it stood is a bug, or a
	// disk that lost its removal after saying that it had it.
	StaleMark bool
}

// Open verifies the own chains in journal/ and prepares to append. After a
// stop in order (MarkStopped) it reads no more than it needs: the last entry,
// and what lies beyond After when there is someone to visit it. The error is a
// *Damage (ErrDamaged) when an entry that was durable cannot be read.
func Open(f store.FS, o Options) (*Journal, Recovery, error) {
	if err := CheckDevice(o.Device); err != nil {
		return nil, Recovery{}, err
	}
	j := &Journal{fs: f, device: o.Device,
		size: sizes{segment: o.SegmentSize, room: o.Preallocate, step: growStep, warm: o.Warm}}
	if j.size.segment == 0 {
		j.size.segment = 1 << 20
	}
	last, err := j.load(&o)
	if err != nil {
		return nil, Recovery{}, err
	}
	r := &j.found
	if len(j.chains) == 0 {
		r.Head = pos.Key{Device: o.Device}
		r.NeedsIncarnation = true
		return j, *r, nil
	}
	c := j.current()
	r.Head, r.Hash = pos.Key{Device: o.Device, Incarnation: c.id.Incarnation, Seq: c.head}, c.hash
	if o.Known != nil {
		if known := o.Known(c.id); known > c.head {
			if r.Tail != nil {
				return nil, *r, &Damage{c.id, r.Tail.Segment, r.Tail.Offset, c.head + 1, "frame", known}
			}
			r.LostTo = known
		}
	}
	r.NeedsIncarnation = r.Tail != nil || r.LostTo > 0
	if j.marked && !r.StaleMark {
		return j, *r, nil // what a stop in order left needs no settling
	}
	if err := j.settle(last); err != nil {
		return nil, *r, err
	}
	return j, *r, nil
}

// load finds all own chains. It returns the last frame of the newest, nil when
// there is none or its durability is beyond doubt.
func (j *Journal) load(o *Options) (last []byte, err error) {
	visit := func(id pos.Chain, f Frame) error {
		if o.Visit == nil || !beyond(id, f.Seq, o.After) {
			return nil
		}
		j.found.Visited++
		return o.Visit(id, f)
	}
	held, err := list(j.fs, Dir)
	if err != nil {
		return nil, err
	}
	j.marked = held.marked
	if err := j.openArchive(held.base, o, visit); err != nil {
		return nil, err
	}
	if j.marked {
		if m := j.readMark(held.all); m != nil {
			return nil, j.resume(m, held.all, o, visit)
		}
		j.found.StaleMark = true
	}
	err = walk(j.fs, Dir, held.all, visit, func(s *scanner, _ listing, d *Damage) error {
		if d != nil {
			return d
		}
		c := s.chain
		if c.id.Device != o.Device {
			return fmt.Errorf("journal: %s holds a chain of device %q, not of %q: this is another device's disk", Dir, c.id.Device, o.Device)
		}
		c.size = j.size
		j.chains = append(j.chains, c)
		j.found.Entries += c.head
		j.found.Link, j.found.Tail, last = s.link, s.tail, s.last
		return nil
	})
	return last, err
}

// openArchive makes the chains that are elsewhere, and has their entries
// visited that someone wants.
func (j *Journal) openArchive(b *base, o *Options, visit func(pos.Chain, Frame) error) error {
	if b == nil {
		return nil
	}
	j.chains = b.before(j.size)
	for _, c := range j.chains {
		j.found.Entries += c.head
	}
	last := pos.Key{Device: b.Device, Incarnation: b.Incarnation, Seq: b.First - 1}
	if last.Seq == 0 && len(b.Before) > 0 {
		m := b.Before[len(b.Before)-1]
		last.Incarnation, last.Seq = m.Incarnation, m.Head
	}
	if o.Visit == nil || !beyond(last.Chain(), last.Seq, o.After) {
		return nil
	}
	here, err := b.visitHere(j.fs, visit)
	if err == nil && !here {
		err = fmt.Errorf("%w: %s and before; wanted is what follows %s", ErrArchived, last, o.After)
	}
	return err
}

// beyond tells whether an own entry follows another.
func beyond(id pos.Chain, seq uint64, after pos.Key) bool {
	return id.Incarnation > after.Incarnation || id.Incarnation == after.Incarnation && seq > after.Seq
}

// settle makes durable what the last write left, and the name of the segment that
// it may have begun, or says that the journal has stopped.
func (j *Journal) settle(last []byte) error {
	err := j.fs.SyncDir(Dir)
	if err == nil && last != nil {
		var f Frame
		if f, _, err = ParseFrame(last); err != nil {
			return err
		}
		c := j.current()
		err = c.settle(j.fs, j.found.Link, int(min(uint64(f.Index), uint64(len(c.tail().offs))))+1)
	}
	if err != nil {
		j.stopped = fmt.Errorf("journal: %w: %w", store.ErrStopped, err)
	}
	return j.stopped
}
