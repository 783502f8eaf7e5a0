package disk

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"
)

// pageSize is the unit of sharing between copies, not of tearing.
const pageSize = 4096

// token marks who may change a page or a content in place. It must not be of
// size zero: two tokens must have two addresses.
type token struct{ _ byte }

type page struct {
	owner *token
	sum   known // of data
	data  [pageSize]byte
}

// known is a hash that was computed once and is forgotten at a change. Pages
// and contents are shared by copies that live in different goroutines.
type known struct {
	p atomic.Pointer[[sha256.Size]byte]
}

func (k *known) forget() { k.p.Store(nil) }

func (k *known) of(compute func() [sha256.Size]byte) [sha256.Size]byte {
	if have := k.p.Load(); have != nil {
		return *have
	}
	sum := compute()
	k.p.Store(&sum)
	return sum
}

// content is the bytes of one file. A content or page whose owner is not the
// image's token is shared with another image and copied before a change.
type content struct {
	owner *token
	sum   known
	size  int64
	pages []*page // a nil page is all zeros
}

// own returns a content that t may change.
func (c *content) own(t *token) *content {
	if c.owner == t {
		c.sum.forget()
		return c
	}
	n := &content{owner: t, size: c.size, pages: make([]*page, len(c.pages), len(c.pages)+1)}
	copy(n.pages, c.pages)
	return n
}

// ownPage returns page i for change.
func (c *content) ownPage(i int64) *page {
	for int64(len(c.pages)) <= i {
		c.pages = append(c.pages, nil)
	}
	p := c.pages[i]
	switch {
	case p == nil:
		p = &page{owner: c.owner}
	case p.owner != c.owner:
		p = &page{owner: c.owner, data: p.data}
	default:
		p.sum.forget()
		return p
	}
	c.pages[i] = p
	return p
}

func (c *content) write(b []byte, off int64) {
	for len(b) > 0 {
		p := c.ownPage(off / pageSize)
		n := copy(p.data[off%pageSize:], b)
		b, off = b[n:], off+int64(n)
		c.size = max(c.size, off)
	}
}

// read fills b from off and returns how many bytes lie before the end.
func (c *content) read(b []byte, off int64) int {
	if off >= c.size {
		return 0
	}
	b = b[:min(int64(len(b)), c.size-off)]
	total := len(b)
	for len(b) > 0 {
		var n int
		at := off % pageSize
		if i := off / pageSize; i < int64(len(c.pages)) && c.pages[i] != nil {
			n = copy(b, c.pages[i].data[at:])
		} else {
			n = int(min(int64(len(b)), pageSize-at))
			clear(b[:n])
		}
		b, off = b[n:], off+int64(n)
	}
	return total
}

// truncate sets the size. Bytes cut off do not come back: a later growth
// shows zeros.
func (c *content) truncate(size int64) {
	if size < c.size {
		keep := (size + pageSize - 1) / pageSize
		if keep < int64(len(c.pages)) {
			clear(c.pages[keep:])
			c.pages = c.pages[:keep]
		}
		if at := size % pageSize; at != 0 && keep <= int64(len(c.pages)) && c.pages[keep-1] != nil {
			clear(c.ownPage(keep - 1).data[at:])
		}
	}
	c.size = size
}

// emptySum is the hash of a page of zeros.
var emptySum = sha256.Sum256(make([]byte, pageSize))

// hash covers size and bytes. What was hashed once and has not changed costs
// nothing.
func (c *content) hash() [sha256.Size]byte {
	return c.sum.of(func() [sha256.Size]byte {
		h := sha256.New()
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(c.size))
		h.Write(n[:])
		for i := range (c.size + pageSize - 1) / pageSize {
			sum := emptySum
			if i < int64(len(c.pages)) && c.pages[i] != nil {
				p := c.pages[i]
				sum = p.sum.of(func() [sha256.Size]byte { return sha256.Sum256(p.data[:]) })
			}
			h.Write(sum[:])
		}
		return [sha256.Size]byte(h.Sum(nil))
	})
}
