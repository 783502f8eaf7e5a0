package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"stormrig/pos"
	"stormrig/pos/store"
)

// Archived is what Archive moved.
type Archived struct {
	Segments int
	Bytes    int64
	To       pos.Key // the last entry that is in the archive now
}

// Archive moves whole segments of own entries to another place, a directory
// journal/ of to: all incarnations but the newest, and of the newest what ends
// with through or before. The last segment stays. The caller knows that nobody
// asks for these entries any more: the hub has them, the book is beyond them.
//
// What is moved is verified on the way, and is durable there before it is
// removed here. The archive can be verified on its own (Verify), chained as it
// was; a later archive may go to another place and then begins where the one
// before ends. After an error nothing is lost, and some of it may be in both.
func (j *Journal) Archive(to store.FS, through uint64) (Archived, error) {
	var done Archived
	if err := j.ready(); err != nil && !errors.Is(err, ErrNoIncarnation) {
		return done, err
	}
	if len(j.chains) == 0 {
		return done, nil
	}
	old, err := readBase(j.fs, Dir)
	if err != nil {
		return done, err
	}
	j.adopt(old) // more than is known here when the last move failed at its end
	if err := j.sweep(old); err != nil {
		return done, err
	}
	moved := j.due(through)
	if len(moved) == 0 {
		return done, nil
	}
	if err := continues(to, old); err != nil {
		return done, err
	}
	next, err := j.copyOut(to, old, moved, &done)
	if err != nil {
		return done, fmt.Errorf("journal: archive: %w", err)
	}
	return done, j.forget(next)
}

// due lists how many segments of each chain move, oldest chain first.
func (j *Journal) due(through uint64) map[*chain]int {
	moved := map[*chain]int{}
	for i, c := range j.chains {
		n := len(c.segs)
		if i == len(j.chains)-1 {
			n = 0
			for n+1 < len(c.segs) && c.segs[n+1].first-1 <= through {
				n++
			}
		}
		if n > 0 {
			moved[c] = n
		}
	}
	return moved
}

// continues makes an empty archive say what it follows.
func continues(to store.FS, old *base) error {
	held, err := list(to, Dir)
	if err != nil || len(held.all) > 0 || old == nil {
		return err
	}
	data, err := seal(old)
	if err != nil {
		return err
	}
	return store.WriteFileSafely(to, Dir+"/"+BaseName, data)
}

// copyOut makes the segments durable in the archive and returns what the
// journal follows without them.
func (j *Journal) copyOut(to store.FS, old *base, moved map[*chain]int, done *Archived) (*base, error) {
	next := &base{Device: j.device}
	for i, c := range j.chains {
		prev := Genesis(c.id)
		if old != nil && c.id == old.chain() {
			copyHash(&prev, old.Prev)
		}
		for k := range moved[c] {
			var err error
			if prev, err = c.copySegment(j.fs, to, &c.segs[k], prev, done); err != nil {
				return nil, err
			}
		}
		if i < len(j.chains)-1 {
			next.Before = append(next.Before, markChain{c.id.Incarnation, c.head, hex.EncodeToString(c.hash[:])})
			continue
		}
		n := moved[c]
		next.Incarnation, next.First, next.Prev = c.id.Incarnation, c.segs[n].first, hex.EncodeToString(prev[:])
		next.Link = j.found.Link.asMark()
	}
	return next, nil
}

// copySegment verifies one segment after what precedes it and copies what
// counts of it. It returns the hash of its last entry.
func (c *chain) copySegment(f, to store.FS, s *segment, prev Hash, done *Archived) (Hash, error) {
	name := c.path(s.first)
	data, err := store.ReadFile(f, name)
	if err != nil {
		return prev, err
	}
	_, end, last, err := c.frames(data, s, &prev)
	if err != nil {
		return prev, err
	}
	data = data[:end]
	held, err := store.ReadFile(to, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := store.WriteFileSafely(to, name, data); err != nil {
			return prev, err
		}
	case err != nil:
		return prev, err
	case !bytes.Equal(held, data):
		return prev, fmt.Errorf("%w: the archive holds another %s", ErrFork, name)
	default: // of a move that did not come to its end; the name may not be durable
		if err := to.SyncDir(Dir); err != nil {
			return prev, err
		}
	}
	done.Segments++
	done.Bytes += int64(len(data))
	done.To = pos.Key{Device: c.id.Device, Incarnation: c.id.Incarnation, Seq: s.first + s.n - 1}
	return last, nil
}

// forget notes durably what is elsewhere, and only then removes it here.
func (j *Journal) forget(next *base) error {
	if err := j.unmark(); err != nil {
		return err
	}
	data, err := seal(next)
	if err != nil {
		return err
	}
	if err := store.WriteFileSafely(j.fs, Dir+"/"+BaseName, data); err != nil {
		return fmt.Errorf("journal: archive: %w", err)
	}
	j.adopt(next)
	return j.sweep(next)
}

// adopt forgets the segments that the archive holds.
func (j *Journal) adopt(b *base) {
	for i, c := range j.chains {
		if i < len(j.chains)-1 {
			_ = c.close() // nothing of it is written any more
		}
		for len(c.segs) > 0 && b.holds(c.id, c.segs[0].first) {
			c.gone = c.segs[0].first + c.segs[0].n - 1
			c.segs = c.segs[1:]
		}
	}
}

// sweep removes what the archive holds, durably, and not before it is durable
// that the archive does.
func (j *Journal) sweep(b *base) error {
	names, err := j.fs.List(Dir)
	if err != nil || b == nil {
		return err
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		id, first, ok := parseName(n)
		return !ok || !b.holds(id, first)
	})
	if len(names) == 0 {
		return nil
	}
	if err := j.fs.SyncDir(Dir); err != nil {
		return fmt.Errorf("journal: archive: %w", err)
	}
	for _, n := range names {
		if err := j.fs.Remove(Dir + "/" + n); err != nil {
			return fmt.Errorf("journal: archive: %w", err)
		}
	}
	return j.fs.SyncDir(Dir)
}
