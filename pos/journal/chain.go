package journal

import (
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// growStep is the least that a segment's room grows by, in bytes.
const growStep = 16 << 10

// sizes is how a chain lays itself out. It never changes and is shared.
type sizes struct {
	segment int64 // when a new segment is begun
	room    int64 // what a new segment takes of the disk at once
	step    int64 // what it takes when that is used up; 0: a write takes it
	warm    int64 // zeros written ahead of small commits
}

// chain is one (device, incarnation) on disk, with where its frames lie.
type chain struct {
	id   pos.Chain
	dir  string
	size sizes
	segs []segment
	gone uint64 // entries up to here are in the archive
	head uint64 // last sequence; 0 when there is no entry
	hash Hash   // of that entry, or Genesis
	room int64  // length of the last segment, room included
	warm int64  // up to where zeros were written in it
	last int    // bytes of the last commit in this life
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
	at := c.tail().end
	end := at + int64(len(b.raw))
	if to := min(end+c.size.step, c.size.segment); c.size.step > 0 && end > c.room && to > end {
		// Only speed: the write itself takes what it needs, or fails.
		_ = c.grow(h, to)
	}
	if _, err := h.WriteAt(b.raw, at); err != nil {
		return err
	}
	c.heat(h, end, len(b.raw))
	if err := h.Sync(); err != nil {
		return err
	}
	c.add(b)
	return nil
}

// grow takes room for the last segment up to size. The next sync, which is
// that of an entry, makes it durable.
func (c *chain) grow(h store.File, size int64) error {
	if err := h.Preallocate(size); err != nil {
		return err
	}
	c.room = max(c.room, size)
	return nil
}

// smallWrite is up to how many bytes of a commit zeros are worth writing ahead.
const smallWrite = 4 << 10

// heat writes zeros behind end, so that the next small commits overwrite what
// the file system has written before: it then has nothing of its own to
// note, which halves what a sync costs. Large commits cost more in zeros than
// they save, and one small one among them says nothing of the next. That it
// fails means nothing.
func (c *chain) heat(h store.File, end int64, n int) {
	most := max(n, c.last)
	c.last = n
	if end <= c.warm || most > smallWrite || c.size.warm == 0 {
		return
	}
	to := min(end+c.size.warm, c.room)
	if to <= end {
		return
	}
	if _, err := h.WriteAt(make([]byte, to-end), end); err == nil {
		c.warm = to
	}
}

// start puts a batch, which may be empty, into a new segment with room bytes
// or more behind it. A segment that begins with the same entry is replaced.
// Without room nothing has changed but that there may be a file too many.
func (c *chain) start(f store.FS, link Link, b *batch, room int64) error {
	h := header{chain: c.id, first: c.head + 1, prev: c.hash, link: link}
	data := h.encode()
	end := int64(len(data))
	data = append(data, b.raw...)
	need := int64(0)
	if room > 0 {
		need = int64(len(data)) + room
	}
	// What the old handle says no longer matters: all that counts is synced.
	_ = c.close()
	size, err := store.CreateSafely(f, c.path(h.first), data, need, max(need, c.size.room))
	if err != nil {
		return err
	}
	if n := len(c.segs); n > 0 && c.segs[n-1].first == h.first {
		c.segs = c.segs[:n-1]
	}
	c.segs = append(c.segs, segment{first: h.first, end: end})
	c.room, c.warm = size, 0
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
	s.n += uint64(len(b.offs))
	s.end += int64(len(b.raw))
	c.room = max(c.room, s.end)
	c.head, c.hash = b.last(), b.hash
}

// full tells whether a segment should end before n more bytes: it is long
// enough, and they do not fit what is in reserve.
func (c *chain) full(n int64) bool {
	s := c.tail()
	return s.end+n > c.size.segment && s.end+n > c.room && s.n > 0
}
