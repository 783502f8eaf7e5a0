package journal

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"stormrig/pos"
	"stormrig/pos/store"
)

// segment is a file of a chain as far as it counts.
type segment struct {
	first uint64
	offs  []int64 // where each frame begins
	end   int64   // where the last one ends
}

// count returns the number of frames that count.
func (s *segment) count() uint64 { return uint64(len(s.offs)) }

// chain is one (device, incarnation) on disk, with where each frame lies.
type chain struct {
	id   pos.Chain
	dir  string
	segs []segment
	head uint64 // last sequence; 0 when there is no entry
	hash Hash   // of that entry, or Genesis
	room int64  // length of the last segment, zeros in reserve included
	file store.File
}

// batch is frames that go to the disk in one write.
type batch struct {
	raw        []byte
	offs       []int64 // of each frame in raw
	first      uint64
	prev, hash Hash // before the first, of the last
}

func (b *batch) last() uint64 { return b.first + uint64(len(b.offs)) - 1 }

func (c *chain) path(first uint64) string { return c.dir + "/" + segmentName(c.id, first) }

func (c *chain) tail() *segment { return &c.segs[len(c.segs)-1] }

// clone returns a copy that opens its files anew. What is behind the ends of
// its slices belongs to the original.
func (c *chain) clone() *chain {
	n := *c
	n.file = nil
	n.segs = slices.Clone(c.segs)
	for i := range n.segs {
		n.segs[i].offs = slices.Clip(n.segs[i].offs)
	}
	return &n
}

// open returns the last segment for writing.
func (c *chain) open(f store.FS) (store.File, error) {
	if c.file == nil {
		h, err := f.Open(c.path(c.tail().first))
		if err != nil {
			return nil, err
		}
		c.file = h
	}
	return c.file, nil
}

func (c *chain) close() error {
	if c.file == nil {
		return nil
	}
	h := c.file
	c.file = nil
	return h.Close()
}

// write puts a batch behind the last frame and syncs it.
func (c *chain) write(f store.FS, b *batch) error {
	h, err := c.open(f)
	if err != nil {
		return err
	}
	if _, err := h.WriteAt(b.raw, c.tail().end); err != nil {
		return err
	}
	if err := h.Sync(); err != nil {
		return err
	}
	c.add(b)
	return nil
}

// start puts a batch, which may be empty, into a new segment with room bytes
// of zeros behind it. A segment that begins with the same entry is replaced.
func (c *chain) start(f store.FS, link Link, b *batch, room int64) error {
	h := header{chain: c.id, first: c.head + 1, prev: c.hash, link: link}
	data := h.encode()
	end := int64(len(data))
	data = append(data, b.raw...)
	if room > 0 {
		data = append(data, make([]byte, room)...)
	}
	// What the old handle says no longer matters: all that counts is synced.
	_ = c.close()
	if err := store.WriteFileSafely(f, c.path(h.first), data); err != nil {
		return err
	}
	if n := len(c.segs); n > 0 && c.segs[n-1].first == h.first {
		c.segs = c.segs[:n-1]
	}
	c.segs = append(c.segs, segment{first: h.first, end: end})
	c.room = int64(len(data))
	c.add(b)
	return nil
}

// add notes a batch that is durable.
func (c *chain) add(b *batch) {
	if len(b.offs) == 0 {
		return
	}
	s := c.tail()
	for _, off := range b.offs {
		s.offs = append(s.offs, s.end+off)
	}
	s.end += int64(len(b.raw))
	c.room = max(c.room, s.end)
	c.head, c.hash = b.last(), b.hash
}

// full tells whether a segment should end before n more bytes: it is long
// enough, and they do not fit what is in reserve.
func (c *chain) full(n, limit int64) bool {
	s := c.tail()
	return s.end+n > limit && s.end+n > c.room && s.count() > 0
}

// find returns the segment that holds seq.
func (c *chain) find(seq uint64) *segment {
	i := sort.Search(len(c.segs), func(i int) bool { return c.segs[i].first > seq }) - 1
	if i < 0 || seq >= c.segs[i].first+c.segs[i].count() {
		return nil
	}
	return &c.segs[i]
}

// read returns frames after a sequence, of at most maxBytes together but at
// least one, if there is any. They come from one segment.
func (c *chain) read(f store.FS, after uint64, maxBytes int) ([]Frame, error) {
	s := c.find(after + 1)
	if s == nil {
		return nil, nil
	}
	i := int(after + 1 - s.first)
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
