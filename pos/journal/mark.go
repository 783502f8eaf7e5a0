package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"stormrig/pos"
	"stormrig/pos/store"
)

// StoppedName is the file that says that the journal was stopped in order, and
// how it stood then. It is removed before anything is written again.
const StoppedName = "stopped"

// mark is what the file says: what Open would find by reading everything.
type mark struct {
	Device string      `json:"device"`
	Names  string      `json:"names"` // digest of the names of all segments
	Chains []markChain `json:"chains"`
	// Of the newest chain:
	Link    markLink `json:"link"`
	Segment uint64   `json:"segment"` // first sequence of its last one
	At      int64    `json:"at"`      // where the last frame begins in it; 0 when it has none
	End     int64    `json:"end"`     // where that one ends
	size    int64    // of the file, as it is found
}

type markChain struct {
	Incarnation uint32 `json:"inc"`
	Head        uint64 `json:"head"`
	Hash        string `json:"hash"`
}

type markLink struct {
	Before   pos.Key `json:"before"`
	Hash     string  `json:"hash"`
	LostTo   uint64  `json:"lost_to,omitempty"`
	CutBytes int64   `json:"cut_bytes,omitempty"`
}

// MarkStopped ends a life in order: it notes how the journal stands, so that
// the next Open need not read it all. The journal may be appended to again;
// then the note is taken back first. A journal whose last commit is in doubt
// is not marked.
func (j *Journal) MarkStopped() error {
	if len(j.chains) == 0 || j.ready() != nil {
		return nil
	}
	held, err := list(j.fs, Dir)
	if err != nil {
		return err
	}
	c := j.current()
	m := mark{Device: j.device, Names: names(held.all), Segment: c.tail().first, End: c.tail().end}
	if c.tail().n > 0 {
		m.At = c.tail().last()
	}
	m.Link = j.found.Link.asMark()
	for _, c := range j.chains {
		if len(c.segs) == 0 {
			continue // it is in the archive
		}
		m.Chains = append(m.Chains, markChain{c.id.Incarnation, c.head, hex.EncodeToString(c.hash[:])})
	}
	data, err := seal(&m)
	if err != nil {
		return err
	}
	j.marked = true // also when it may be there only in part
	if err := store.WriteFileSafely(j.fs, Dir+"/"+StoppedName, data); err != nil {
		return fmt.Errorf("journal: mark: %w", err)
	}
	return nil
}

// unmark takes the mark back, durably, before something is written. What it
// says would be found untrue; but a torn tail behind the end that it names
// could be taken for room.
func (j *Journal) unmark() error {
	if !j.marked {
		return nil
	}
	there, err := store.Exists(j.fs, Dir+"/"+StoppedName)
	if err == nil && there {
		err = j.fs.Remove(Dir + "/" + StoppedName)
	}
	if err == nil {
		err = j.fs.SyncDir(Dir)
	}
	if err != nil {
		return fmt.Errorf("journal: take the mark of the last stop back: %w", err)
	}
	j.marked = false
	return nil
}

// names is a digest over the names of all segments.
func names(all []listing) string {
	h := sha256.New()
	for _, l := range all {
		for _, first := range l.firsts {
			fmt.Fprintln(h, segmentName(l.id, first))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readMark returns what the last stop said when it is still true: the same
// segments, and an end where it says with nothing behind it. In any doubt it
// is nil, and everything is read.
func (j *Journal) readMark(all []listing) *mark {
	data, err := store.ReadFile(j.fs, Dir+"/"+StoppedName)
	var m mark
	if err != nil || !unseal(data, &m) {
		return nil
	}
	if m.Device != j.device || m.Names != names(all) || len(all) != len(m.Chains) {
		return nil
	}
	for i, l := range all {
		if l.id != (pos.Chain{Device: m.Device, Incarnation: m.Chains[i].Incarnation}) {
			return nil
		}
	}
	if newest := all[len(all)-1]; newest.firsts[len(newest.firsts)-1] != m.Segment || !j.endsAt(&m, newest) {
		return nil
	}
	return &m
}

// endsAt tells whether the last frame is where the mark says, and nothing
// behind it.
func (j *Journal) endsAt(m *mark, l listing) bool {
	newest := &m.Chains[len(m.Chains)-1]
	h, err := j.fs.Open(Dir + "/" + segmentName(l.id, m.Segment))
	if err != nil || m.End < m.At {
		return false
	}
	defer h.Close() // only read
	size, err := h.Size()
	if err != nil || size < m.End {
		return false
	}
	m.size = size
	data := make([]byte, min(m.End+int64(len(zeros)), size)-m.At)
	if _, err := h.ReadAt(data, m.At); err != nil {
		return false
	}
	behind := data[m.End-m.At:]
	if len(trimZeros(behind)) > 0 {
		return false
	}
	if m.At == 0 {
		head, n, err := parseHeader(data)
		return err == nil && int64(n) == m.End && head.first == newest.Head+1 && hex.EncodeToString(head.prev[:]) == newest.Hash
	}
	f, rest, err := ParseFrame(data)
	return err == nil && len(rest) == len(behind) && f.Seq == newest.Head && hex.EncodeToString(f.Hash[:]) == newest.Hash
}

// resume takes the chains as a mark names them. Only what someone wants to
// visit is read, and verified, on the way.
func (j *Journal) resume(m *mark, all []listing, o *Options, visit func(pos.Chain, Frame) error) error {
	j.found.Link = m.Link.link()
	for i, l := range all {
		c := j.lazily(l, &m.Chains[i])
		j.chains = append(j.chains, c)
		j.found.Entries += c.head
		if i == len(all)-1 {
			c.resumeTail(m)
		}
		if o.Visit == nil || c.head == c.gone || !beyond(c.id, c.head, o.After) {
			continue
		}
		from := uint64(1)
		if c.id.Incarnation == o.After.Incarnation {
			from = o.After.Seq + 1
		}
		from = max(from, c.gone+1) // the archive's are visited already
		if err := c.visit(j.fs, from, visit); err != nil {
			return err
		}
	}
	return nil
}

// lazily makes a chain of which nothing is read.
func (j *Journal) lazily(l listing, m *markChain) *chain {
	c := &chain{id: l.id, dir: Dir, size: j.size, head: m.Head, segs: make([]segment, len(l.firsts))}
	copyHash(&c.hash, m.Hash)
	if l.base != nil {
		c.gone = l.base.First - 1
	}
	for i, first := range l.firsts {
		next := m.Head + 1
		if i+1 < len(l.firsts) {
			next = l.firsts[i+1]
		}
		c.segs[i] = segment{first: first, n: next - first, skip: next - first}
	}
	return c
}

// resumeTail notes where the newest chain goes on.
func (c *chain) resumeTail(m *mark) {
	s := c.tail()
	s.end, c.room = m.End, m.size
	if s.n > 0 {
		s.skip, s.offs = s.n-1, []int64{m.At}
	}
}

// visit hands out the entries of a chain from a sequence on, and verifies that
// they lead to its head.
func (c *chain) visit(f store.FS, from uint64, visit func(pos.Chain, Frame) error) error {
	var prev Hash
	bad := func(seq uint64) error {
		return &Damage{Chain: c.id, Segment: c.path(c.find(seq).first), Seq: seq, What: "chain", Later: c.head}
	}
	for after := from - 1; after < c.head; {
		frames, err := c.read(f, after, visitBytes)
		if err != nil {
			return err
		}
		for _, fr := range frames {
			if fr.Seq > from && fr.Prev != prev {
				return bad(fr.Seq)
			}
			if err := visit(c.id, fr); err != nil {
				return err
			}
			after, prev = fr.Seq, fr.Hash
		}
	}
	if prev != c.hash {
		return bad(c.head)
	}
	return nil
}

// visitBytes is how much is read at a time.
const visitBytes = 1 << 20

// copyHash reads hex. A mark that passes its checksum holds nothing else.
func copyHash(h *Hash, s string) {
	b, _ := hex.DecodeString(s)
	if len(b) == len(h) {
		copy(h[:], b)
	}
}
