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

// Journal is a device's own chains, open for appending to the newest.
type Journal struct {
	fs      store.FS
	device  string
	size    sizes
	chains  []*chain // own incarnations, the newest last
	found   Recovery // of Open, until a new incarnation is begun
	moved   []*chain // of what lies in the archive beside the journal, as far as it was read
	scratch batch    // the last batch; it is what is pending
	pending bool     // the batch's fate is unknown
	marked  bool     // there is a mark of a stop in order, true or not
	stopped error    // why nothing can be appended any more
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

// Ends tells whether an own incarnation ends with an entry of this hash. It
// knows that of those in an archive, too, wherever that is.
func (j *Journal) Ends(incarnation uint32, seq uint64, hash Hash) bool {
	return slices.ContainsFunc(j.chains, func(c *chain) bool {
		return c.id.Incarnation == incarnation && c.head == seq && c.hash == hash
	})
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
	return j.unmark()
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
		at := len(b.raw)
		b.offs = append(b.offs, int64(at))
		b.raw = AppendFrame(b.raw, b.first+uint64(i), uint32(i), b.hash, p)
		b.hash = hashOfRaw(b.raw[at:])
	}
	if len(payloads) == 0 {
		return c.head, c.hash, nil
	}
	if c.full(int64(len(b.raw))) {
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
		switch {
		case c.id.Incarnation != incarnation:
		case after < c.gone:
			return j.readArchived(c, after, maxBytes)
		default:
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
	n.moved = nil // it is found again when it is wanted
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
