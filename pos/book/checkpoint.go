package book

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime/debug"
	"sort"

	"go.etcd.io/bbolt"

	"stormrig/pos/store"
)

// Change sets one record, or with a nil Value deletes it. Keys are 1 to 1024
// bytes and do not begin with a zero byte; an empty Value that is not nil is a
// value like any other.
type Change struct {
	Key   string
	Value []byte
}

const maxKey = 1024

// compactAbove is the number of tombstones below which no one cares.
const compactAbove = 64

// errPanicked marks a handle whose locks may still be held.
var errPanicked = errors.New("bbolt panicked")

// Checkpoint brings the book to a later point of the journal in one bbolt
// transaction: all of it, or none. Each key may be named once, in any order.
// What it is told must be durable in the journal already. After an error of the
// disk the book is suspect (ErrSuspect); a wrong argument changes nothing.
func (b *Book) Checkpoint(meta Meta, changes []Change) error {
	if err := b.usable(); err != nil {
		return err
	}
	meta, changes, err := prepare(meta, changes)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if b.db == nil {
		if b.db, err = open(b.o.Opener, b.fs, b.o.Name); err != nil {
			b.db = nil
			return b.doubt(fmt.Errorf("checkpoint: %w", err))
		}
	}
	t, err := commit(b.db, meta, changes, b.tally)
	if err != nil {
		return b.doubt(fmt.Errorf("checkpoint: %w", err))
	}
	b.meta, b.tally, b.whole = meta, t, nil
	return nil
}

// MarkClean notes that the till stops in order, at the point of the last
// checkpoint. It is one transaction, or none when the mark is there already. A
// last Checkpoint with Meta.Clean set does both at once.
func (b *Book) MarkClean() error {
	if b.suspect == nil && b.meta.Clean {
		return nil
	}
	m := b.Meta()
	m.Clean = true
	return b.Checkpoint(m, nil)
}

// Rebuild throws the book away, whatever its state, and makes a new one of the
// records in all. The old file stays until the new one is whole and synced.
// After an error the book is suspect, and Rebuild may be tried again.
func (b *Book) Rebuild(meta Meta, all []Change) error {
	meta, all, err := prepare(meta, all)
	if err != nil {
		return fmt.Errorf("rebuilding the book: %w", err)
	}
	// The handle may be one that failed: its close has nothing to say.
	_ = b.Release()
	t, err := b.replace(meta, all)
	if err != nil {
		return b.doubt(fmt.Errorf("rebuilding: %w", err))
	}
	b.meta, b.tally, b.suspect, b.whole = meta, t, nil, nil
	return nil
}

// replace fills a file under a temporary name and puts it in place.
func (b *Book) replace(meta Meta, all []Change) (tally, error) {
	temp := b.o.Name + store.TempSuffix
	if err := b.fs.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tally{}, fmt.Errorf("removing an unfinished book: %w", err)
	}
	t, err := b.fill(temp, meta, all)
	if err != nil {
		// Best effort: a half-made book takes room on a disk that is full.
		_ = b.fs.Remove(temp)
		return tally{}, err
	}
	if err := b.fs.Rename(temp, b.o.Name); err != nil {
		return tally{}, fmt.Errorf("renaming: %w", err)
	}
	if err := b.fs.SyncDir(path.Dir(b.o.Name)); err != nil {
		return tally{}, fmt.Errorf("syncing the directory: %w", err)
	}
	return t, nil
}

// fill makes a whole book in a new file. It is durable, its name is not.
func (b *Book) fill(temp string, meta Meta, all []Change) (tally, error) {
	h, err := b.fs.Create(temp)
	if err != nil {
		return tally{}, fmt.Errorf("creating: %w", err)
	}
	_, err = h.WriteAt(emptyImage(), 0)
	// No sync of its own: the first commit syncs twice before the rename.
	if err = errors.Join(err, h.Close()); err != nil {
		return tally{}, fmt.Errorf("writing an empty book: %w", err)
	}
	db, err := open(b.o.Opener, b.fs, temp)
	if err != nil {
		return tally{}, err
	}
	t, err := commit(db, meta, all, tally{})
	if !errors.Is(err, errPanicked) {
		err = errors.Join(err, db.Close())
	}
	return t, err
}

// prepare checks and sorts what a caller gave, without touching it.
func prepare(meta Meta, changes []Change) (Meta, []Change, error) {
	meta, err := meta.sorted()
	if err != nil {
		return meta, nil, err
	}
	changes = append([]Change(nil), changes...)
	sort.Slice(changes, func(i, j int) bool { return changes[i].Key < changes[j].Key })
	for i, c := range changes {
		if len(c.Key) == 0 || len(c.Key) > maxKey || c.Key[0] == 0 {
			return meta, nil, fmt.Errorf("key %.40q: a key has 1 to %d bytes and does not begin with a zero byte", c.Key, maxKey)
		}
		if i > 0 && changes[i-1].Key == c.Key {
			return meta, nil, fmt.Errorf("key %q is named twice", c.Key)
		}
	}
	return meta, changes, nil
}

// commit is one transaction, durable when it returns without an error.
func commit(db DB, meta Meta, changes []Change, t tally) (tally, error) {
	err := guarded(func() error {
		if err := db.Bolt().Update(func(tx *bbolt.Tx) error { return apply(tx, meta, changes, &t) }); err != nil {
			return fmt.Errorf("committing: %w", err)
		}
		return db.SyncAfterCommit()
	})
	return t, err
}

func open(o Opener, f store.FS, name string) (db DB, err error) {
	err = guarded(func() error {
		db, err = o.Open(f, name)
		return err
	})
	return db, err
}

// guarded turns a panic of bbolt, and a fault in its memory map, into an error.
func guarded(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanicked, p)
		}
	}()
	return f()
}

// apply writes the changes and the meta record; t is brought up to date.
func apply(tx *bbolt.Tx, meta Meta, changes []Change, t *tally) error {
	bk, err := tx.CreateBucketIfNotExists(bucketName)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if err := applyOne(bk, c, t); err != nil {
			return err
		}
	}
	if t.tombs > compactAbove && t.tombs > t.live {
		if bk, err = compact(tx, bk); err != nil {
			return err
		}
		t.tombs = 0
	}
	return bk.Put(metaKey, seal(metaKey, kindMeta, encodeMeta(meta, *t)))
}

// applyOne writes one record, or nothing when it stands there as it is.
func applyOne(bk *bbolt.Bucket, c Change, t *tally) error {
	key := []byte(c.Key)
	var kind byte
	var old []byte
	if stored := bk.Get(key); stored != nil {
		var err error
		if kind, old, err = unseal(key, stored); err != nil {
			return err
		}
	}
	switch {
	case c.Value == nil && kind != kindLive, c.Value != nil && kind == kindLive && bytes.Equal(old, c.Value):
		return nil
	case kind == kindLive:
		t.toggle(key, old)
		t.live--
	case kind == kindTomb:
		t.tombs--
	}
	if c.Value == nil {
		t.tombs++
		return bk.Put(key, seal(key, kindTomb, nil))
	}
	t.toggle(key, c.Value)
	t.live++
	return bk.Put(key, seal(key, kindLive, c.Value))
}

// compact writes the bucket anew without its tombstones.
func compact(tx *bbolt.Tx, bk *bbolt.Bucket) (*bbolt.Bucket, error) {
	var keep [][2][]byte
	err := bk.ForEach(func(k, v []byte) error {
		if len(v) > 0 && v[0] == kindLive {
			keep = append(keep, [2][]byte{bytes.Clone(k), bytes.Clone(v)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := tx.DeleteBucket(bucketName); err != nil {
		return nil, err
	}
	if bk, err = tx.CreateBucket(bucketName); err != nil {
		return nil, err
	}
	for _, kv := range keep {
		if err := bk.Put(kv[0], kv[1]); err != nil {
			return nil, err
		}
	}
	return bk, nil
}
