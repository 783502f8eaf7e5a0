package book

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// The file format of bbolt (version 2), as far as a book uses it. Numbers are
// in the byte order of the machine. A page has a header (id 8 bytes, flags 2,
// count 2, overflow 4: pages that follow and belong to it), then its elements
// (leaf: flags, pos, key size, value size, 4 bytes each; branch: pos, key
// size, 4 bytes each, child 8), then keys and values without a gap; pos counts
// from the element. Pages 0 and 1 are meta pages, the newer one with the higher
// transaction number rules. The root tree maps names to buckets; a small bucket
// lies inline in its value, behind its header (root 8 bytes, sequence 8).
// Source: go.etcd.io/bbolt v1.5.0, internal/common/{page,meta,bucket,inode}.go.
const (
	pageHeader = 16
	elemSize   = 16
	metaSize   = 64 // the last 8 bytes are FNV-1a over the others
	boltMagic  = 0xED0CDAED
	boltFormat = 2

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10

	leafIsBucket = 0x01
	maxDepth     = 32
)

var (
	ne         = binary.NativeEndian
	bucketName = []byte("book")
)

// emptyImage returns the bytes that bbolt writes into a new file. bbolt would
// write them in place, where power loss leaves a file that panics at the next
// open; so they are put in place by Rebuild, through the store.
func emptyImage() []byte {
	b := make([]byte, 4*PageSize)
	for i := range uint64(2) {
		m := b[i*PageSize:]
		putHeader(m, i, flagMeta, 0)
		m = m[pageHeader:]
		ne.PutUint32(m, boltMagic)
		ne.PutUint32(m[4:], boltFormat)
		ne.PutUint32(m[8:], PageSize)
		ne.PutUint64(m[16:], 3) // root page
		ne.PutUint64(m[32:], 2) // freelist page
		ne.PutUint64(m[40:], 4) // high water mark
		ne.PutUint64(m[48:], i) // transaction
		ne.PutUint64(m[56:], metaSum(m))
	}
	putHeader(b[2*PageSize:], 2, flagFreelist, 0)
	putHeader(b[3*PageSize:], 3, flagLeaf, 0)
	return b
}

func putHeader(p []byte, id uint64, flags, count uint16) {
	ne.PutUint64(p, id)
	ne.PutUint16(p[8:], flags)
	ne.PutUint16(p[10:], count)
}

func metaSum(m []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(m[:metaSize-8])
	return h.Sum64()
}

// image is a walk over a file's bytes. Each page may be claimed once.
type image struct {
	data []byte
	high uint64 // pages below are in use, or free in the list; all are in data
	seen []bool
	last []byte // last key visited, nil before the first
}

// walk checks the structure of a bbolt file of one bucket and visits its
// records in key order. It accepts only what an undamaged file of ours can look
// like, is linear in the file's size, and ends on any input. What it accepts
// bbolt can open, read and write without a panic.
func walk(data []byte, visit func(key, value []byte) error) error {
	m, err := rulingMeta(data)
	if err != nil {
		return err
	}
	im := &image{data: data, high: m.high}
	if im.high < 4 || im.high > uint64(len(data))/PageSize {
		return fmt.Errorf("it is cut short: %d pages are in use, it has %d bytes", im.high, len(data))
	}
	im.seen = make([]bool, im.high)
	im.seen[0], im.seen[1] = true, true
	root, inline, err := im.bucketRoot(m.root)
	if err != nil {
		return err
	}
	if inline != nil {
		err = im.leaf(inline, flagInline, visit)
	} else {
		_, err = im.tree(root, 0, visit)
	}
	if err != nil {
		return err
	}
	return im.freelist(m.freelist)
}

type rootMeta struct{ root, freelist, high, tx uint64 }

// rulingMeta wants both meta pages valid and of neighbouring transactions.
// bbolt would fall back to the older one; but the bytes of a meta page that
// matter lie in one sector, so that no power cut can tear them: a bad one is
// damage, and falling back would silently be an older book.
func rulingMeta(data []byte) (rootMeta, error) {
	if len(data) < 2*PageSize {
		return rootMeta{}, fmt.Errorf("it is %d bytes long, too short for a book", len(data))
	}
	var ms [2]rootMeta
	for i := range ms {
		p := data[i*PageSize:]
		m := p[pageHeader:]
		if ne.Uint64(p) != uint64(i) || ne.Uint16(p[8:]) != flagMeta || ne.Uint32(m) != boltMagic ||
			ne.Uint32(m[4:]) != boltFormat || ne.Uint32(m[8:]) != PageSize || ne.Uint64(m[56:]) != metaSum(m) {
			return rootMeta{}, fmt.Errorf("meta page %d is damaged", i)
		}
		ms[i] = rootMeta{root: ne.Uint64(m[16:]), freelist: ne.Uint64(m[32:]), high: ne.Uint64(m[40:]), tx: ne.Uint64(m[48:])}
		if ms[i].tx%2 != uint64(i) {
			return rootMeta{}, fmt.Errorf("meta page %d holds transaction %d", i, ms[i].tx)
		}
	}
	a, b := ms[0], ms[1]
	if b.tx > a.tx {
		a, b = b, a
	}
	if a.tx-b.tx != 1 {
		return rootMeta{}, fmt.Errorf("meta pages hold transactions %d and %d: one in between was lost", b.tx, a.tx)
	}
	return a, nil
}

// claim returns a page with its overflow, once.
func (im *image) claim(id uint64, flags uint16) ([]byte, error) {
	if id < 2 || id >= im.high {
		return nil, fmt.Errorf("page %d is not in use", id)
	}
	p := im.data[id*PageSize:]
	if ne.Uint64(p) != id || ne.Uint16(p[8:]) != flags {
		return nil, fmt.Errorf("page %d is not what it should be: it says page %d of kind %#x, not %#x", id, ne.Uint64(p), ne.Uint16(p[8:]), flags)
	}
	end := id + 1 + uint64(ne.Uint32(p[12:]))
	if end > im.high {
		return nil, fmt.Errorf("page %d overflows into pages not in use", id)
	}
	for i := id; i < end; i++ {
		if im.seen[i] {
			return nil, fmt.Errorf("page %d is used twice", i)
		}
		im.seen[i] = true
	}
	return p[:(end-id)*PageSize], nil
}

// bucketRoot reads the root tree: exactly one leaf page with one bucket. It
// returns the bucket's root page, or its inline page.
func (im *image) bucketRoot(id uint64) (root uint64, inline []byte, err error) {
	p, err := im.claim(id, flagLeaf)
	if err != nil {
		return 0, nil, err
	}
	if ne.Uint16(p[10:]) != 1 {
		return 0, nil, errors.New("it does not hold exactly one bucket")
	}
	e, err := leafElem(p, 0, pageHeader+elemSize)
	if err != nil {
		return 0, nil, err
	}
	if e.flags != leafIsBucket || !bytes.Equal(e.key, bucketName) || len(e.value) < 16 || ne.Uint64(e.value[8:]) != 0 {
		return 0, nil, errors.New("its bucket is not a book's")
	}
	root, inline = ne.Uint64(e.value), e.value[16:]
	if root != 0 {
		if len(inline) != 0 {
			return 0, nil, errors.New("its bucket is both inline and not")
		}
		return root, nil, nil
	}
	if len(inline) < pageHeader || ne.Uint64(inline) != 0 || ne.Uint16(inline[8:]) != flagLeaf || ne.Uint32(inline[12:]) != 0 {
		return 0, nil, errors.New("its inline bucket is damaged")
	}
	return 0, inline, nil
}

// tree visits a subtree and returns its first key.
func (im *image) tree(id uint64, depth int, visit func(key, value []byte) error) (first []byte, err error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("page %d lies deeper than any book's", id)
	}
	want := uint16(flagLeaf)
	if id < im.high && ne.Uint16(im.data[id*PageSize+8:]) == flagBranch {
		want = flagBranch
	}
	p, err := im.claim(id, want)
	if err != nil {
		return nil, err
	}
	if want == flagBranch {
		return im.branch(p, id, depth, visit)
	}
	if err := im.leaf(p, id, visit); err != nil {
		return nil, err
	}
	e, err := leafElem(p, 0, pageHeader+elemSize*int(ne.Uint16(p[10:])))
	return e.key, err
}

func (im *image) branch(p []byte, id uint64, depth int, visit func(key, value []byte) error) (first []byte, err error) {
	n := int(ne.Uint16(p[10:]))
	if n < 2 || pageHeader+n*elemSize > len(p) {
		return nil, fmt.Errorf("branch page %d has %d children", id, n)
	}
	at := pageHeader + n*elemSize
	for i := range n {
		off := pageHeader + i*elemSize
		size, child := int(ne.Uint32(p[off+4:])), ne.Uint64(p[off+8:])
		if int(ne.Uint32(p[off:])) != at-off || size == 0 || size > len(p)-at {
			return nil, fmt.Errorf("branch page %d: key %d is misplaced", id, i)
		}
		key := p[at : at+size]
		at += size
		got, err := im.tree(child, depth+1, visit)
		if err != nil {
			return nil, err
		}
		// bbolt writes a child's first key and finds the child by it again
		// when it rewrites it.
		if !bytes.Equal(got, key) {
			return nil, fmt.Errorf("branch page %d: key %d is not its child's first", id, i)
		}
		if i == 0 {
			first = key
		}
	}
	return first, nil
}

// flagInline stands for the page number of an inline bucket's page, in errors.
const flagInline = 0

func (im *image) leaf(p []byte, id uint64, visit func(key, value []byte) error) error {
	n := int(ne.Uint16(p[10:]))
	if n == 0 || pageHeader+n*elemSize > len(p) {
		return fmt.Errorf("leaf page %d has %d records", id, n)
	}
	at := pageHeader + n*elemSize
	for i := range n {
		e, err := leafElem(p, i, at)
		if err != nil {
			return fmt.Errorf("leaf page %d: %w", id, err)
		}
		at += len(e.key) + len(e.value)
		if e.flags != 0 || len(e.key) == 0 || (im.last != nil && bytes.Compare(im.last, e.key) >= 0) {
			return fmt.Errorf("leaf page %d: key %d is out of order", id, i)
		}
		im.last = e.key
		if err := visit(e.key, e.value); err != nil {
			return fmt.Errorf("leaf page %d: %w", id, err)
		}
	}
	return nil
}

type elem struct {
	flags      uint32
	key, value []byte
}

// leafElem returns element i of a leaf, whose key must lie at offset at.
func leafElem(p []byte, i, at int) (elem, error) {
	off := pageHeader + i*elemSize
	if off+elemSize > len(p) || at > len(p) {
		return elem{}, fmt.Errorf("record %d lies beyond its page", i)
	}
	k, v := uint64(ne.Uint32(p[off+8:])), uint64(ne.Uint32(p[off+12:]))
	if uint64(ne.Uint32(p[off+4:])) != uint64(at-off) || k+v > uint64(len(p)-at) {
		return elem{}, fmt.Errorf("record %d is misplaced", i)
	}
	kend := at + int(k)
	return elem{flags: ne.Uint32(p[off:]), key: p[at:kend:kend], value: p[kend : kend+int(v)]}, nil
}

// freelist checks that each page not in use is in the list, and no other: bbolt
// writes into what it believes free.
func (im *image) freelist(id uint64) error {
	p, err := im.claim(id, flagFreelist)
	if err != nil {
		return err
	}
	n, ids := uint64(ne.Uint16(p[10:])), p[pageHeader:]
	if n == 0xFFFF {
		n, ids = ne.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids)/8) {
		return fmt.Errorf("freelist of %d pages does not fit", n)
	}
	for i := range n {
		free := ne.Uint64(ids[8*i:])
		if free >= im.high || im.seen[free] {
			return fmt.Errorf("freelist: page %d is in use", free)
		}
		im.seen[free] = true
	}
	for i, ok := range im.seen {
		if !ok {
			return fmt.Errorf("page %d is neither used nor free", i)
		}
	}
	return nil
}
