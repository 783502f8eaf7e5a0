package book

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"stormrig/pos/store"
)

// DefaultName is where the book lies unless Options say otherwise.
const DefaultName = "book/book.db"

// ErrSuspect is wrapped by every error of a book that cannot be trusted any
// more. Only Rebuild ends it.
var ErrSuspect = errors.New("the book is suspect, rebuild it from the journal")

// Options say where a book lies and how bbolt gets at it.
type Options struct {
	// Name of the file; DefaultName when empty. Name + store.TempSuffix is used, too.
	Name string
	// Opener opens bbolt on a file of the store; DirOpener when nil.
	Opener Opener
}

// State is what Open found.
type State uint8

// The states of a book found.
const (
	// Missing: there is no book; Rebuild makes one.
	Missing State = iota
	// Loaded: the book is whole and every record was verified.
	Loaded
	// Damaged: there is a file, and it cannot be trusted; Rebuild replaces it.
	Damaged
)

func (s State) String() string {
	switch s {
	case Missing:
		return "missing"
	case Loaded:
		return "loaded"
	case Damaged:
		return "damaged"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Found tells what Open found.
type Found struct {
	State State
	// Why says what is wrong with a book that is Damaged.
	Why string
	// Clean: the last thing this book saw was the clean stop of its till. The
	// mark is taken back by the next checkpoint, not by the next start: a
	// journal that reaches beyond Meta.Applied says that a later life began.
	Clean   bool
	Records int // number of records, when Loaded
}

// Book is an open book. It is not safe for concurrent use. Its bbolt handle is
// only a cache: opened when first needed, and droppable at any time.
type Book struct {
	fs      store.FS
	o       Options
	meta    Meta
	tally   tally
	suspect error  // nil while the book may be used
	db      DB     // nil while closed
	whole   []byte // the file as Open verified it; nil once loaded or changed
}

// Open reads and verifies the book. It changes nothing on disk. The error is
// that of a disk that stopped; any other trouble is a Found that is not Loaded.
//
// Everything is verified at every start, after a clean stop, too: it costs
// well below 1 µs a record, and a disk that lied to the last sync of a clean stop
// shows in no cheaper way.
func Open(f store.FS, o Options) (*Book, Found, error) {
	if o.Name == "" {
		o.Name = DefaultName
	}
	if o.Opener == nil {
		o.Opener = DirOpener{}
	}
	b := &Book{fs: f, o: o}
	data, meta, t, err := b.read()
	if errors.Is(err, fs.ErrNotExist) {
		b.suspect = errors.New("no book yet")
		return b, Found{State: Missing}, nil
	}
	if errors.Is(err, store.ErrStopped) {
		return nil, Found{}, fmt.Errorf("opening the book %s: %w", o.Name, err)
	}
	if err != nil {
		b.suspect = err
		return b, Found{State: Damaged, Why: err.Error()}, nil
	}
	if !meta.Clean { // it may have been put in place just before a crash
		if err := f.SyncDir(path.Dir(o.Name)); err != nil {
			b.suspect = err
			return b, Found{State: Damaged, Why: err.Error()}, nil
		}
	}
	b.meta, b.tally, b.whole = meta, t, data
	return b, Found{State: Loaded, Clean: meta.Clean, Records: int(t.live)}, nil
}

// Meta returns what the book was last told, or what it was found with.
func (b *Book) Meta() Meta { return b.meta.Clone() }

// Sum is a SHA-256 over meta and records: books that have one sum say the
// same, whatever their files look like. Of a book that is suspect it means nothing.
func (b *Book) Sum() [32]byte { return sha256.Sum256(encodeMeta(b.meta, b.tally)) }

// Records returns the number of records.
func (b *Book) Records() int { return int(b.tally.live) }

// Load hands every record to visit, in key order. The value may be kept, must
// not be changed, and keeps the whole file in memory. The first Load after Open
// gives what Open read; every other reads the file again, and a book that does
// not verify now is suspect.
func (b *Book) Load(visit func(key string, value []byte)) error {
	if err := b.usable(); err != nil {
		return err
	}
	data := b.whole
	if data == nil {
		again, meta, t, err := b.read()
		if err == nil && (t != b.tally || !meta.equal(b.meta)) {
			err = errors.New("not the book that was opened")
		}
		if err != nil {
			return b.doubt(fmt.Errorf("loading the book: %w", err))
		}
		data = again
	}
	b.whole = nil
	return visitRecords(data, visit)
}

// read verifies the file as it stands and returns it.
func (b *Book) read() ([]byte, Meta, tally, error) {
	data, err := store.ReadFile(b.fs, b.o.Name)
	if err != nil {
		return nil, Meta{}, tally{}, fmt.Errorf("reading %s: %w", b.o.Name, err)
	}
	meta, t, err := parseBook(data)
	return data, meta, t, err
}

// CloneOn returns a copy of the book as it stands on another disk with the same
// content. Nothing that changes is shared, no handle is copied, nothing is read.
func (b *Book) CloneOn(f store.FS) *Book {
	c := *b
	c.fs, c.db = f, nil
	c.meta = b.meta.Clone()
	return &c
}

// Release lets go of the bbolt handle. The next checkpoint opens it again.
func (b *Book) Release() error {
	if b.db == nil {
		return nil
	}
	err := b.db.Close()
	b.db = nil
	if err != nil {
		return fmt.Errorf("closing the book: %w", err)
	}
	return nil
}

// Close ends the use of the book.
func (b *Book) Close() error {
	err := b.Release()
	b.suspect, b.whole = errors.New("closed"), nil
	return err
}

func (b *Book) usable() error {
	if b.suspect != nil {
		return fmt.Errorf("%w (%w)", ErrSuspect, b.suspect)
	}
	return nil
}

// doubt makes the book suspect and lets go of its handle: what the handle's
// memory holds may never have reached the disk.
func (b *Book) doubt(cause error) error {
	b.suspect, b.whole = cause, nil
	if b.db != nil && !errors.Is(cause, errPanicked) {
		// The close's own error adds nothing to what is known.
		_ = b.db.Close()
	}
	// After a panic bbolt may still hold its locks, and Close would wait for
	// them for ever: the handle is left to the garbage collector, which closes
	// its file. Its map stays mapped.
	b.db = nil
	return b.usable()
}
