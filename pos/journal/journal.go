package journal

import (
	"errors"
	"fmt"
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Dir is where a device's own chains lie.
const Dir = "journal"

// Options says how a journal is opened.
type Options struct {
	Device string // see CheckDevice
	// SegmentSize is when a new segment is begun, in bytes; 0: 1 MiB.
	SegmentSize int64
	// Known returns the highest sequence that a witness (book, hub) knows of
	// a chain, 0 for none. May be nil.
	Known func(pos.Chain) uint64
	// Visit gets each own entry beyond After (in the order of incarnations
	// and sequences) while Open verifies it. May be nil. The frame's bytes
	// may be kept but not changed.
	Visit func(pos.Chain, Frame) error
	After pos.Key
}

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
}

// Journal is a device's own chains, open for appending to the newest.
type Journal struct {
	fs      store.FS
	device  string
	limit   int64    // segment size
	chains  []*chain // own incarnations, the newest last
	found   Recovery // of Open, until a new incarnation is begun
	scratch batch    // the last batch; it is what is pending
	pending bool     // the batch's fate is unknown
	stopped error    // why nothing can be appended any more
}

// Open verifies the own chains in journal/ and prepares to append. The error
// is a *Damage (ErrDamaged) when an entry that was durable cannot be read.
func Open(f store.FS, o Options) (*Journal, Recovery, error) {
	if err := CheckDevice(o.Device); err != nil {
		return nil, Recovery{}, err
	}
	j := &Journal{fs: f, device: o.Device, limit: o.SegmentSize}
	if j.limit == 0 {
		j.limit = 1 << 20
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
	if err := j.settle(last); err != nil {
		return nil, *r, err
	}
	return j, *r, nil
}

// load scans all own chains and returns the last frame of the newest.
func (j *Journal) load(o *Options) (last []byte, err error) {
	visit := func(id pos.Chain, f Frame) error {
		if inc := id.Incarnation; o.Visit == nil || inc < o.After.Incarnation || inc == o.After.Incarnation && f.Seq <= o.After.Seq {
			return nil
		}
		j.found.Visited++
		return o.Visit(id, f)
	}
	err = walk(j.fs, Dir, visit, func(s *scanner, _ listing, d *Damage) error {
		if d != nil {
			return d
		}
		c := s.chain
		if c.id.Device != o.Device {
			return fmt.Errorf("journal: %s holds a chain of device %q, not of %q: this is another device's disk", Dir, c.id.Device, o.Device)
		}
		j.chains = append(j.chains, c)
		j.found.Entries += c.head
		j.found.Link, j.found.Tail, last = s.link, s.tail, s.last
		return nil
	})
	return last, err
}

// settle writes the last frame once more and syncs it. A process that crashed
// after a failed sync left its frame in the page cache, where it looks
// durable and is not; only writing it again makes it so.
func (j *Journal) settle(last []byte) error {
	c := j.current()
	s := c.tail()
	if s.count() == 0 {
		return nil // the segment was made safely, and ends what was before it
	}
	h, err := c.open(j.fs)
	if err == nil {
		if _, err = h.WriteAt(last, s.offs[len(s.offs)-1]); err == nil {
			err = h.Sync()
		}
	}
	if err == nil {
		return nil
	}
	f, _, perr := ParseFrame(last)
	if perr != nil {
		return perr
	}
	// The same as after a failed Append: the frame goes to a new segment.
	s.offs = s.offs[:len(s.offs)-1]
	s.end -= int64(len(last))
	c.head, c.hash = f.Seq-1, f.Prev
	j.scratch = batch{raw: slices.Clone(last), offs: []int64{0}, first: f.Seq, prev: f.Prev, hash: f.Hash}
	j.pending = true
	return j.Rewrite()
}

// current is the chain that is appended to.
func (j *Journal) current() *chain { return j.chains[len(j.chains)-1] }

// Head returns the last durable entry and its hash. Seq is 0 before the first
// entry of an incarnation, Incarnation is 0 when there is no chain.
func (j *Journal) Head() (pos.Key, Hash) {
	if len(j.chains) == 0 {
		return pos.Key{Device: j.device}, Hash{}
	}
	c := j.current()
	return pos.Key{Device: j.device, Incarnation: c.id.Incarnation, Seq: c.head}, c.hash
}

// Chains returns the own incarnations with their last sequence, the newest
// last.
func (j *Journal) Chains() []pos.Key {
	out := make([]pos.Key, len(j.chains))
	for i, c := range j.chains {
		out[i] = pos.Key{Device: j.device, Incarnation: c.id.Incarnation, Seq: c.head}
	}
	return out
}

// ready tells why nothing can be appended now.
func (j *Journal) ready() error {
	switch {
	case j.stopped != nil:
		return j.stopped
	case j.found.NeedsIncarnation:
		return ErrNoIncarnation
	case j.pending:
		return fmt.Errorf("%w: rewrite entry %d first", ErrUnknown, j.scratch.first)
	}
	return nil
}

// Append makes one entry durable: one write, one sync. It returns the
// entry's sequence and hash, also when the error is ErrUnknown: then Rewrite
// must be called, and if that succeeds the entry is durable as returned.
func (j *Journal) Append(payload []byte) (seq uint64, hash Hash, err error) {
	return j.AppendAll(payload)
}

// AppendAll makes several entries durable in one write and one sync, in
// order, and returns the last one's sequence and hash; see Append. After a
// loss of power before it returned, any number of the first of them is there.
func (j *Journal) AppendAll(payloads ...[]byte) (seq uint64, hash Hash, err error) {
	if err := j.ready(); err != nil {
		return 0, Hash{}, err
	}
	c := j.current()
	b := &j.scratch
	b.raw, b.offs = b.raw[:0], b.offs[:0]
	b.first, b.prev, b.hash = c.head+1, c.hash, c.hash
	for i, p := range payloads {
		if len(p) > MaxPayload {
			return 0, Hash{}, fmt.Errorf("journal: entry of %d bytes, at most %d", len(p), MaxPayload)
		}
		b.offs = append(b.offs, int64(len(b.raw)))
		b.raw = AppendFrame(b.raw, b.first+uint64(i), uint32(i), b.hash, p)
		b.hash = HashOf(b.hash, p)
	}
	if len(payloads) == 0 {
		return c.head, c.hash, nil
	}
	if c.full(int64(len(b.raw)), j.limit) {
		err = c.start(j.fs, Link{}, b, 0)
	} else {
		err = c.write(j.fs, b)
	}
	if err != nil {
		j.pending = true
		err = fmt.Errorf("%w: entry %s/%d: %w", ErrUnknown, c.id, b.first, err)
	}
	return b.last(), b.hash, err
}

// Read returns own entries of one incarnation after a sequence, in order: at
// most maxBytes of frames but at least one, nothing when there is none.
// Entries whose fate is unknown are not among them.
func (j *Journal) Read(incarnation uint32, after uint64, maxBytes int) ([]Frame, error) {
	for _, c := range j.chains {
		if c.id.Incarnation == incarnation {
			return c.read(j.fs, after, maxBytes)
		}
	}
	return nil, nil
}

// CloneOn returns a copy that works on f, whose content must be that of the
// journal's own disk.
func (j *Journal) CloneOn(f store.FS) *Journal {
	n := *j
	n.fs = f
	n.chains = make([]*chain, len(j.chains))
	for i, c := range j.chains {
		n.chains[i] = c.clone()
	}
	n.scratch = batch{}
	if j.pending {
		n.scratch = j.scratch
		n.scratch.raw = slices.Clone(j.scratch.raw)
		n.scratch.offs = slices.Clone(j.scratch.offs)
	}
	return &n
}

// Close closes the open file. Everything appended is durable already.
func (j *Journal) Close() error {
	var err error
	for _, c := range j.chains {
		err = errors.Join(err, c.close())
	}
	return err
}
