package journal

import (
	"fmt"

	"stormrig/pos/store"
)

// settle writes the last n frames of a chain once more, or what its last segment
// has of them, and syncs them. A process that crashed after a failed sync left its
// frames in the page cache, where they look durable and are not; only writing them
// again makes them so. The names in the directory are durable before. Where that fails they go to a new segment, as after any
// failed write; link is for one that begins the chain anew.
func (c *chain) settle(f store.FS, link Link, n int) error {
	s := c.tail()
	n = min(n, len(s.offs))
	if n == 0 {
		return nil // the segment was made safely, and is synced
	}
	from := s.offs[len(s.offs)-n]
	raw, err := readPart(f, c.path(s.first), from, s.end)
	if err != nil {
		return err
	}
	h, err := c.open(f)
	if err == nil {
		if _, err = h.WriteAt(raw, from); err == nil {
			err = h.Sync()
		}
	}
	if err == nil {
		return nil
	}
	first, _, err := ParseFrame(raw)
	if err != nil {
		return err
	}
	b := batch{raw: raw, first: first.Seq, prev: first.Prev, hash: c.hash}
	for _, off := range s.offs[len(s.offs)-n:] {
		b.offs = append(b.offs, off-from)
	}
	s.offs, s.n, s.end = s.offs[:len(s.offs)-n], s.n-uint64(n), from
	c.head, c.hash = first.Seq-1, first.Prev
	if c.head == 0 {
		c.hash = Genesis(c.id)
	} else {
		link = Link{}
	}
	if err := c.start(f, link, &b, 0); err != nil {
		return fmt.Errorf("rewrite of entry %s/%d: %w", c.id, b.last(), err)
	}
	return nil
}

// newest is how many frames at the end of a chain's last segment may have come in
// one write of at most BatchSize bytes.
func (c *chain) newest() int {
	s := c.tail()
	n := min(1, len(s.offs))
	for n < len(s.offs) && s.end-s.offs[len(s.offs)-n-1] <= BatchSize {
		n++
	}
	return n
}
