package journal

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// BatchSize is how many bytes of frames [Replicas.Append] takes at a time; one
// frame alone may be longer. It bounds what Open has to settle.
const BatchSize = 16 << 10

// ReplicaDir is where other devices' chains lie.
const ReplicaDir = "replica"

// ReplicaOptions says how replicas are opened.
type ReplicaOptions struct {
	// SegmentSize is when a new segment is begun, in bytes; 0: 1 MiB.
	SegmentSize int64
	// Room is how much more of the disk than it needs a write takes when what
	// was taken before is used up, in bytes; 0: nothing. There may be thousands
	// of chains: a hub wants less of it for each than a device for its own.
	Room int64
	// Warm as in Options.
	Warm int64
	// Visit gets each entry that After does not exclude, by device,
	// incarnation and sequence. May be nil; see Options.Visit.
	Visit func(pos.Chain, Frame) error
	// After returns the last entry of a chain that need not be visited. May
	// be nil.
	After func(pos.Chain) uint64
}

// ReplicaCut tells what was cut from a replica when it was opened. Nothing is
// lost by it for good: its owner has it and it will be pulled again.
type ReplicaCut struct {
	Chain   pos.Chain
	Segment string // path
	Offset  int64
	Seq     uint64 // the first entry that was cut
	What    string // "tail", or what a Damage says
}

// Replicas are the chains of other devices, verbatim, one for each (device,
// incarnation).
type Replicas struct {
	fs      store.FS
	size    sizes
	chains  []*chain // by device and incarnation
	suspect []pos.Chain
	scratch batch
}

// OpenReplicas verifies all chains in replica/. What is not a valid
// continuation of a chain is cut, durably, and reported; what the last batch left
// is made durable.
func OpenReplicas(f store.FS, o ReplicaOptions) (*Replicas, []ReplicaCut, error) {
	r := &Replicas{fs: f, size: sizes{segment: o.SegmentSize, step: o.Room, warm: o.Warm}}
	if r.size.segment == 0 {
		r.size.segment = 1 << 20
	}
	held, err := list(f, ReplicaDir)
	if err != nil {
		return nil, nil, err
	}
	if len(held.all) > 0 { // a segment that was just begun may have no durable name
		if err := f.SyncDir(ReplicaDir); err != nil {
			return nil, nil, fmt.Errorf("journal: replica: %w: %w", store.ErrStopped, err)
		}
	}
	var cuts []ReplicaCut
	for _, l := range held.all {
		after := uint64(0)
		if o.After != nil {
			after = o.After(l.id)
		}
		s, err := scan(f, ReplicaDir, l, nil, func(fr Frame) error {
			if o.Visit == nil || fr.Seq <= after {
				return nil
			}
			return o.Visit(l.id, fr)
		})
		s.chain.size = r.size
		cut := cutOf(s, err)
		if err != nil && cut == nil {
			return nil, nil, err
		}
		if cut != nil {
			cuts = append(cuts, *cut)
			if err := r.cut(s.chain, l); err != nil {
				return nil, cuts, fmt.Errorf("journal: cut replica %s: %w", l.id, err)
			}
		}
		if len(s.chain.segs) == 0 {
			continue
		}
		if err := s.chain.settle(f, Link{}, s.chain.newest()); err != nil {
			return nil, cuts, fmt.Errorf("journal: replica: %w: %w", store.ErrStopped, err)
		}
		r.chains = append(r.chains, s.chain)
	}
	return r, cuts, nil
}

// cutOf returns what has to be cut after a scan, nil for nothing.
func cutOf(s *scanner, err error) *ReplicaCut {
	var d *Damage
	switch {
	case errors.As(err, &d):
		return &ReplicaCut{d.Chain, d.Segment, d.Offset, d.Seq, d.What}
	case err == nil && s.tail != nil:
		return &ReplicaCut{s.chain.id, s.tail.Segment, s.tail.Offset, s.chain.head + 1, "tail"}
	}
	return nil
}

// cut removes the segments that do not count and what stands behind the last
// frame that does.
func (r *Replicas) cut(c *chain, l listing) error {
	for _, first := range l.firsts[len(c.segs):] {
		if err := r.fs.Remove(c.path(first)); err != nil {
			return err
		}
	}
	if len(c.segs) < len(l.firsts) {
		if err := r.fs.SyncDir(c.dir); err != nil {
			return err
		}
	}
	if len(c.segs) == 0 {
		return nil
	}
	return c.cut(r.fs)
}

// Chains returns the last entry of each chain, by device and incarnation.
func (r *Replicas) Chains() []pos.Key {
	out := make([]pos.Key, len(r.chains))
	for i, c := range r.chains {
		out[i] = pos.Key{Device: c.id.Device, Incarnation: c.id.Incarnation, Seq: c.head}
	}
	return out
}

func (r *Replicas) find(id pos.Chain) (int, bool) {
	return slices.BinarySearchFunc(r.chains, id, func(c *chain, id pos.Chain) int {
		return cmp.Or(cmp.Compare(c.id.Device, id.Device), cmp.Compare(c.id.Incarnation, id.Incarnation))
	})
}

// Head returns a chain's last sequence and hash: 0 and Genesis when nothing
// is held.
func (r *Replicas) Head(id pos.Chain) (uint64, Hash) {
	if i, ok := r.find(id); ok {
		return r.chains[i].head, r.chains[i].hash
	}
	return 0, Genesis(id)
}

// Append makes a batch of raw frames of one chain durable, in one write and
// one sync, and returns those that were new; their bytes are parts of raw.
// Frames that are held already are passed over. ErrFork: another frame is
// held for a key, or the batch follows another one. ErrGap: the batch begins
// beyond the next entry. ErrFrame: not whole frames, or more than BatchSize bytes
// of several. After any error nothing
// of the batch is held, and it may be given again.
func (r *Replicas) Append(id pos.Chain, raw []byte) ([]Frame, error) {
	if err := CheckDevice(id.Device); err != nil {
		return nil, err
	}
	i, ok := r.find(id)
	c := &chain{id: id, dir: ReplicaDir, size: r.size, hash: Genesis(id)}
	if ok {
		c = r.chains[i]
	}
	fresh, err := r.accept(c, raw)
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	if err := r.commit(c, ok); err != nil {
		return nil, fmt.Errorf("journal: replica %s: %w", id, err)
	}
	if !ok {
		r.chains = slices.Insert(r.chains, i, c)
	}
	return fresh, nil
}

// accept checks a batch against the chain and puts what is new of it into
// the scratch batch.
func (r *Replicas) accept(c *chain, raw []byte) ([]Frame, error) {
	b := &r.scratch
	*b = batch{offs: b.offs[:0], first: c.head + 1, prev: c.hash, hash: c.hash}
	var fresh []Frame
	for rest := raw; len(rest) > 0; {
		f, next, err := ParseFrame(rest)
		if err != nil {
			return nil, fmt.Errorf("journal: replica %s: at byte %d of the batch: %w", c.id, len(raw)-len(rest), err)
		}
		want := b.first + uint64(len(fresh))
		switch {
		case f.Seq > want || f.Seq == 0:
			return nil, fmt.Errorf("%w: %s: entry %d where %d was due", ErrGap, c.id, f.Seq, want)
		case f.Seq < want && len(fresh) > 0:
			return nil, fmt.Errorf("%w: %s: entry %d after %d", ErrGap, c.id, f.Seq, want-1)
		case f.Seq < want:
			if err := r.same(c, &f); err != nil {
				return nil, err
			}
		case f.Prev != b.hash:
			return nil, fmt.Errorf("%w: %s: entry %d follows another %d", ErrFork, c.id, f.Seq, f.Seq-1)
		default:
			if len(fresh) == 0 {
				b.raw = rest
			}
			b.offs = append(b.offs, int64(len(b.raw)-len(rest)))
			b.hash = f.Hash
			fresh = append(fresh, f)
		}
		rest = next
	}
	if len(fresh) > 1 && len(b.raw) > BatchSize {
		return nil, fmt.Errorf("%w: journal: replica %s: %d entries of %d bytes in a batch, %d may be", ErrFrame, c.id, len(fresh), len(b.raw), BatchSize)
	}
	return fresh, nil
}

// same compares a frame with the one held for its key.
func (r *Replicas) same(c *chain, f *Frame) error {
	if f.Seq == c.head {
		if f.Hash != c.hash {
			return fmt.Errorf("%w: %s/%d", ErrFork, c.id, f.Seq)
		}
		return nil
	}
	held, err := c.read(r.fs, f.Seq-1, 0)
	if err != nil {
		return err
	}
	if len(held) == 0 || held[0].Hash != f.Hash {
		return fmt.Errorf("%w: %s/%d", ErrFork, c.id, f.Seq)
	}
	return nil
}

// commit writes the scratch batch. After a failed write or sync the file is
// not trusted: the next batch goes to a new segment.
func (r *Replicas) commit(c *chain, exists bool) error {
	b := &r.scratch
	i := slices.Index(r.suspect, c.id)
	if !exists || i >= 0 || c.full(int64(len(b.raw))) {
		if err := c.start(r.fs, Link{}, b, 0); err != nil {
			return err
		}
		if i >= 0 {
			r.suspect = slices.Delete(r.suspect, i, i+1)
		}
		return nil
	}
	err := c.write(r.fs, b)
	if err != nil {
		r.suspect = append(r.suspect, c.id)
	}
	return err
}

// Read returns entries of a chain after a sequence; see Journal.Read.
func (r *Replicas) Read(id pos.Chain, after uint64, maxBytes int) ([]Frame, error) {
	if i, ok := r.find(id); ok {
		return r.chains[i].read(r.fs, after, maxBytes)
	}
	return nil, nil
}

// CloneOn returns a copy that works on f; see Journal.CloneOn.
func (r *Replicas) CloneOn(f store.FS) *Replicas {
	n := &Replicas{fs: f, size: r.size, chains: make([]*chain, len(r.chains)), suspect: slices.Clone(r.suspect)}
	for i, c := range r.chains {
		n.chains[i] = c.clone()
	}
	return n
}

// Close closes open files.
func (r *Replicas) Close() error {
	var err error
	for _, c := range r.chains {
		err = errors.Join(err, c.close())
	}
	return err
}
