package till

import (
	"errors"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
)

// Opened is what the first step of a recovery found: the book, and once that
// is loaded the fold as it was at the book's checkpoint.
type Opened struct {
	book    *book.Book
	whole   bool
	state   *fold.State // nil until loaded
	marks   map[pos.Chain]journal.Hash
	rebuilt string // why the book must be built anew
}

// OpenBook does the first step of a recovery: it reads and verifies the book.
func (t *Till) OpenBook() (*Opened, error) {
	b, what, err := book.Open(t.fs, book.Options{Opener: t.cfg.Opener})
	if err != nil {
		return nil, err
	}
	o := &Opened{book: b, whole: what.State == book.Loaded}
	if !o.whole {
		o.rebuilt = what.State.String()
		if what.Why != "" {
			o.rebuilt += ": " + what.Why
		}
	}
	return o, nil
}

// Sum is a SHA-256 over what the book says, however its file is laid out; false
// when it is not whole.
func (o *Opened) Sum() ([32]byte, bool) { return o.book.Sum(), o.whole }

// Like returns o with the fold of another book that has its Sum.
func (o *Opened) Like(other *Opened) *Opened {
	return &Opened{book: o.book, whole: o.whole, state: other.state, marks: other.marks, rebuilt: other.rebuilt}
}

// LoadBook does the second step of a recovery: the fold at the checkpoint, which
// is returned to be looked at. It begins with nothing where there is no book, or
// one that cannot be read.
func (t *Till) LoadBook(o *Opened) *fold.State {
	t.load(o)
	return o.state
}

func (t *Till) load(o *Opened) {
	if o.state != nil {
		return
	}
	t.fresh()
	o.state, o.marks = t.state, t.marks
	if !o.whole {
		return
	}
	var bad error
	err := o.book.Load(func(key string, value []byte) {
		if err := o.state.Load(key, value); err != nil && bad == nil {
			bad = err
		}
	})
	if err = errors.Join(err, bad); err != nil {
		t.fresh()
		o.rebuilt, o.state, o.marks = "unreadable: "+err.Error(), t.state, t.marks
		return
	}
	for _, m := range o.book.Meta().Applied {
		o.marks[m.Chain] = m.Hash
	}
}
