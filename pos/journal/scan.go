package journal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Tail is what stands at the end of a chain and is no entry.
type Tail struct {
	Segment string // path
	Offset  int64  // where it begins
	Bytes   int64  // up to the last that is not zero
}

// listing is the segments of one chain by name, in order.
type listing struct {
	id     pos.Chain
	firsts []uint64
	base   *base // of a chain that begins in the archive
}

// shelf is what a directory holds.
type shelf struct {
	all    []listing // chains by device and incarnation
	base   *base     // what of them is in an archive; nil when nothing is
	marked bool      // there is a mark of a stop in order
}

// list returns what a directory holds. Temporary files and names of other
// kinds are passed over, and so is what was left of segments in the archive.
func list(f store.FS, dir string) (shelf, error) {
	names, err := f.List(dir)
	if err != nil {
		return shelf{}, fmt.Errorf("journal: list %s: %w", dir, err)
	}
	s := shelf{all: chainsOf(names), marked: slices.Contains(names, StoppedName)}
	if !slices.Contains(names, BaseName) {
		return s, nil
	}
	if s.base, err = readBase(f, dir); err == nil {
		s.all, err = s.base.trim(dir, s.all)
	}
	return s, err
}

// chainsOf sorts the names of segments by chain.
func chainsOf(names []string) (out []listing) {
	for _, n := range names {
		id, first, ok := parseName(n)
		if !ok || CheckDevice(id.Device) != nil {
			continue
		}
		i := len(out) - 1 // names are sorted: a chain's stand together
		if i < 0 || out[i].id != id {
			i = slices.IndexFunc(out, func(l listing) bool { return l.id == id })
		}
		if i < 0 {
			i = len(out)
			out = append(out, listing{id: id})
		}
		out[i].firsts = append(out[i].firsts, first)
	}
	slices.SortFunc(out, func(a, b listing) int {
		return cmp.Or(cmp.Compare(a.id.Device, b.id.Device), cmp.Compare(a.id.Incarnation, b.id.Incarnation))
	})
	return out
}

// scanner verifies one chain from its first entry.
type scanner struct {
	fs    store.FS
	chain *chain
	stop  *Link // where the chain ends, when a later incarnation says so
	visit func(Frame) error
	last  []byte // raw bytes of the last frame
	link  Link   // from the first header
	tail  *Tail
}

// scan reads a chain. It returns what counts of it even with a *Damage.
func scan(f store.FS, dir string, l listing, stop *Link, visit func(Frame) error) (*scanner, error) {
	s := &scanner{fs: f, stop: stop, visit: visit,
		chain: &chain{id: l.id, dir: dir, hash: Genesis(l.id)}}
	if l.base != nil {
		l.base.begin(s)
	}
	if err := s.segments(l.firsts); err != nil {
		return s, err
	}
	if stop != nil && (s.chain.head != stop.Before.Seq || s.chain.hash != stop.Hash) {
		return s, s.damage(s.chain.path(1), 0, "chain", stop.Before.Seq)
	}
	return s, nil
}

// segments verifies the files that begin with these entries.
func (s *scanner) segments(firsts []uint64) error {
	for i, first := range firsts {
		limit := uint64(math.MaxUint64) // first sequence that counts elsewhere
		if s.stop != nil {
			limit = s.stop.Before.Seq + 1
		}
		if i+1 < len(firsts) {
			limit = min(limit, firsts[i+1])
		}
		if err := s.segment(first, limit); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) damage(segment string, off int64, what string, later uint64) *Damage {
	return &Damage{Chain: s.chain.id, Segment: segment, Offset: off, Seq: s.chain.head + 1, What: what, Later: later}
}

// segment verifies one file up to limit.
func (s *scanner) segment(first, limit uint64) error {
	c := s.chain
	name := c.path(first)
	data, err := store.ReadFile(s.fs, name)
	if err != nil {
		return fmt.Errorf("journal: read %s: %w", name, err)
	}
	h, n, err := parseHeader(data)
	switch {
	case err != nil && err != errHeader:
		return fmt.Errorf("%s: %w", name, err)
	case err != nil || h.chain != c.id || h.first != first:
		return s.damage(name, 0, "header", first-1)
	case first != c.head+1:
		return s.damage(name, 0, "missing", first-1)
	case h.prev != c.hash:
		return s.damage(name, 28, "chain", 0)
	}
	if first == 1 {
		s.link = h.link
	}
	c.segs = append(c.segs, segment{first: first, end: int64(n)})
	c.room = int64(len(data))
	return s.frames(name, data[n:], limit)
}

// frames verifies the frames of the segment begun last.
func (s *scanner) frames(name string, data []byte, limit uint64) error {
	c := s.chain
	seg := c.tail()
	for c.head+1 < limit {
		f, rest, err := ParseFrame(data)
		if err != nil {
			return s.end(name, data, limit)
		}
		if f.Seq != c.head+1 {
			return s.damage(name, seg.end, "sequence", f.Seq)
		}
		if f.Prev != c.hash {
			return s.damage(name, seg.end, "chain", f.Seq)
		}
		seg.offs = append(seg.offs, seg.end)
		seg.n++
		seg.end += int64(len(f.Raw))
		c.head, c.hash, data = f.Seq, f.Hash, rest
		s.last = f.Raw
		if s.visit != nil {
			if err := s.visit(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// end judges what stands where no valid frame does.
func (s *scanner) end(name string, data []byte, limit uint64) error {
	off := s.chain.tail().end
	length := int64(len(trimZeros(data)))
	if limit != math.MaxUint64 {
		what := "frame"
		if length == 0 {
			what = "missing"
		}
		return s.damage(name, off, what, limit-1)
	}
	if length == 0 {
		return nil
	}
	if later := laterFrame(data, s.chain.head+1); later > 0 {
		return s.damage(name, off, "frame", later)
	}
	s.tail = &Tail{Segment: name, Offset: off, Bytes: length}
	return nil
}

var zeros [4096]byte

// trimZeros cuts the zeros off the end, by pages first: the room of a segment
// may be long.
func trimZeros(data []byte) []byte {
	for len(data) >= len(zeros) && bytes.Equal(data[len(data)-len(zeros):], zeros[:]) {
		data = data[:len(data)-len(zeros)]
	}
	return bytes.TrimRight(data, "\x00")
}

// laterFrame returns the highest sequence of a valid frame in data that a
// later write than that of bad put there: what one write leaves may be torn
// anywhere, but the next one begins after its sync.
func laterFrame(data []byte, bad uint64) uint64 {
	var later uint64
	for {
		i := bytes.Index(data, []byte(frameMagic))
		if i < 0 {
			return later
		}
		data = data[i:]
		n, err := frameLen(data)
		if err != nil {
			data = data[len(frameMagic):]
			continue
		}
		seq, index := binary.BigEndian.Uint64(data[12:]), uint64(binary.BigEndian.Uint32(data[20:]))
		if seq > bad && (index > seq || seq-index > bad) {
			later = max(later, seq)
		}
		data = data[n:]
	}
}
