package explore

import (
	"crypto/sha256"
	"encoding/binary"

	"stormrig/fault/disk"
	"stormrig/pos/book"
	"stormrig/pos/fold"
	"stormrig/pos/till"
)

// Most states of a handling differ in the journal and have the same book, and
// where the book differs it is often in pages that nothing leads to. A worker
// reads and verifies each book once, loads what it says once, and starts the other
// tills on what came of that. Books are the same when their SHA-256 is.

// shelf names a book: whose it is, and the sum of its file or of what it says.
type shelf struct {
	unit string
	file bool
	sum  [32]byte
}

// opened is a book that was loaded, and the sums of what it held.
type opened struct {
	book *till.Opened
	sums *sums
}

// mostBooks bounds the memory of books.
const mostBooks = 64

// recover is till.Recover. The sums are of the records of the book, for a
// fold that went on from there; nil when there is none.
func (w *worker) recover(t *till.Till, unit string, on *disk.Disk) (till.Recovery, *sums, error) {
	sum, ok := on.Sum(book.DefaultName)
	if !ok {
		rec, err := t.Recover()
		return rec, nil, err
	}
	o := w.books[shelf{unit, true, sum}]
	if o == nil {
		var err error
		if o, err = w.open(t, unit); err != nil {
			return till.Recovery{}, nil, err
		}
		w.shelve(shelf{unit, true, sum}, o)
	}
	rec, err := t.RecoverOn(o.book)
	if rec.Rebuilt != "" { // the fold may have begun anew
		return rec, nil, err
	}
	return rec, o.sums, err
}

// open reads a book, and loads it unless one that says the same was loaded.
func (w *worker) open(t *till.Till, unit string) (*opened, error) {
	b, err := t.OpenBook()
	if err != nil {
		return nil, err
	}
	said, whole := b.Sum()
	if have := w.books[shelf{unit, false, said}]; whole && have != nil {
		return &opened{b.Like(have.book), have.sums}, nil
	}
	o := &opened{book: b}
	if o.sums, err = sumsOf(t.LoadBook(b)); err == nil && whole {
		w.shelve(shelf{unit, false, said}, o)
	}
	return o, err
}

func (w *worker) shelve(s shelf, o *opened) {
	if len(w.books) >= mostBooks {
		clear(w.books)
	}
	w.books[s] = o
}

// sums is the hash of each record of a state, and of all: their XOR, so that
// the hash of a state that differs in a few is made of those few.
type sums struct {
	each map[string][32]byte
	all  [32]byte
}

func sumsOf(st *fold.State) (*sums, error) {
	changes, err := st.Changes(true)
	s := &sums{each: make(map[string][32]byte, len(changes))}
	for _, c := range changes {
		h := sumOf(c)
		s.each[c.Key] = h
		xor(&s.all, h)
	}
	return s, err
}

// with returns the hash of all after some records were changed or removed.
func (s *sums) with(changes []fold.Change) [32]byte {
	all := s.all
	for _, c := range changes {
		xor(&all, s.each[c.Key]) // zero where there was none
		if c.Value != nil {
			xor(&all, sumOf(c))
		}
	}
	return all
}

func sumOf(c fold.Change) [32]byte {
	buf := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(c.Key)+len(c.Value)), uint32(len(c.Key)))
	return sha256.Sum256(append(append(buf, c.Key...), c.Value...))
}

func xor(a *[32]byte, b [32]byte) {
	for i := range a {
		a[i] ^= b[i]
	}
}

// digest covers everything that a state says, the device's own affairs too.
func digest(st *fold.State) ([32]byte, error) {
	s, err := sumsOf(st)
	return s.all, err
}
