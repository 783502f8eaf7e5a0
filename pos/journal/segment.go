package journal

import (
	"errors"
	"fmt"
	"io"
	"sort"

	"stormrig/pos/store"
)

// segment is a file of a chain as far as it counts.
type segment struct {
	first uint64
	n     uint64 // frames that count
	// skip is how many of them, at the start, have a place that is not known:
	// a journal that was stopped in order is not read when it is opened.
	skip uint64
	offs []int64 // where each of the others begins
	end  int64   // where the last one ends; not known when skip is n and n is not 0
}

// last returns where the last frame begins. It must be known.
func (s *segment) last() int64 { return s.offs[len(s.offs)-1] }

// find returns the segment that holds seq.
func (c *chain) find(seq uint64) *segment {
	i := sort.Search(len(c.segs), func(i int) bool { return c.segs[i].first > seq }) - 1
	if i < 0 || seq >= c.segs[i].first+c.segs[i].n {
		return nil
	}
	return &c.segs[i]
}

// index reads a segment from its start to learn where its frames lie.
func (c *chain) index(f store.FS, s *segment) error {
	name := c.path(s.first)
	data, err := store.ReadFile(f, name)
	if err != nil {
		return fmt.Errorf("journal: read %s: %w", name, err)
	}
	offs, end, _, err := c.frames(data, s, nil)
	if err != nil {
		return err
	}
	s.offs, s.skip, s.end = offs, 0, end
	return nil
}

// frames verifies what counts of a segment, after what precedes it if that is
// known, and returns where its frames begin, where the last one ends, and its
// hash.
func (c *chain) frames(data []byte, s *segment, prev *Hash) (offs []int64, end int64, last Hash, err error) {
	bad := func(off int64, seq uint64, what string) error {
		return &Damage{Chain: c.id, Segment: c.path(s.first), Offset: off, Seq: seq, What: what, Later: c.head}
	}
	h, n, err := parseHeader(data)
	switch {
	case err != nil || h.chain != c.id || h.first != s.first:
		return nil, 0, last, bad(0, s.first, "header")
	case prev != nil && h.prev != *prev:
		return nil, 0, last, bad(28, s.first, "chain")
	}
	offs = make([]int64, 0, s.n)
	end, last = int64(n), h.prev
	for i := range s.n {
		fr, _, err := ParseFrame(data[end:])
		switch {
		case err != nil:
			return nil, 0, last, bad(end, s.first+i, "frame")
		case fr.Seq != s.first+i:
			return nil, 0, last, bad(end, s.first+i, "sequence")
		case fr.Prev != last:
			return nil, 0, last, bad(end, s.first+i, "chain")
		}
		offs, last = append(offs, end), fr.Hash
		end += int64(len(fr.Raw))
	}
	return offs, end, last, nil
}

// read returns frames after a sequence, of at most maxBytes together but at
// least one, if there is any. They come from one segment.
func (c *chain) read(f store.FS, after uint64, maxBytes int) ([]Frame, error) {
	s := c.find(after + 1)
	if s == nil {
		return nil, nil
	}
	if after+1-s.first < s.skip {
		if err := c.index(f, s); err != nil {
			return nil, err
		}
	}
	i := int(after + 1 - s.first - s.skip)
	from, end := s.offs[i], s.end
	for k := i + 1; k < len(s.offs); k++ {
		if s.offs[k]-from > int64(maxBytes) {
			end = s.offs[max(k-1, i+1)]
			break
		}
	}
	if n := len(s.offs); end == s.end && end-from > int64(maxBytes) && n > i+1 {
		end = s.offs[n-1]
	}
	data, err := readPart(f, c.path(s.first), from, end)
	if err != nil {
		return nil, fmt.Errorf("journal: read %s/%d: %w", c.id, after+1, err)
	}
	var out []Frame
	for seq := after + 1; len(data) > 0; seq++ {
		fr, rest, err := ParseFrame(data)
		if err != nil || fr.Seq != seq {
			return out, &Damage{Chain: c.id, Segment: c.path(s.first), Offset: end - int64(len(data)), Seq: seq, What: "frame", Later: c.head}
		}
		out, data = append(out, fr), rest
	}
	return out, nil
}

func readPart(f store.FS, name string, from, end int64) ([]byte, error) {
	h, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	data := make([]byte, end-from)
	n, err := h.ReadAt(data, from)
	if n == len(data) && errors.Is(err, io.EOF) {
		err = nil
	}
	return data, errors.Join(err, h.Close())
}
