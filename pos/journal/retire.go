package journal

import (
	"fmt"
	"slices"

	"stormrig/pos/store"
)

// ArchiveDir is where a device keeps older entries of its own: an archive (see
// Journal.Archive) in the same store. They are read there as if they had not
// moved, by Journal.Read, Open's Visit, Walk and Export; only a start after a
// loss of power has no more to verify than what stayed.
const ArchiveDir = "archive"

// Retire is Archive to ArchiveDir.
func (j *Journal) Retire(through uint64) (Archived, error) {
	if len(j.due(through)) == 0 {
		return Archived{}, nil
	}
	return j.Archive(store.Below(j.fs, ArchiveDir), through)
}

// readArchived reads entries that lie in ArchiveDir.
func (j *Journal) readArchived(c *chain, after uint64, maxBytes int) ([]Frame, error) {
	f := store.Below(j.fs, ArchiveDir)
	i := slices.IndexFunc(j.moved, func(m *chain) bool { return m.id == c.id && m.head == c.gone })
	if i < 0 {
		m, err := j.findArchived(f, c)
		if err != nil {
			return nil, err
		}
		j.moved = append(slices.DeleteFunc(j.moved, func(m *chain) bool { return m.id == c.id }), m)
		i = len(j.moved) - 1
	}
	if m := j.moved[i]; after >= m.gone && m.find(after+1) != nil {
		return m.read(f, after, maxBytes)
	}
	return nil, fmt.Errorf("%w: %s/%d", ErrArchived, c.id, after+1)
}

// findArchived makes a chain of what is in the archive of another.
func (j *Journal) findArchived(f store.FS, c *chain) (*chain, error) {
	held, err := list(f, Dir)
	if err != nil {
		return nil, err
	}
	for _, l := range held.all {
		if l.id == c.id {
			// A loss of power may have left more there than has moved.
			l.firsts = slices.DeleteFunc(l.firsts, func(first uint64) bool { return first > c.gone })
			return j.lazily(l, &markChain{Head: c.gone}), nil
		}
	}
	return &chain{id: c.id, head: c.gone, gone: c.gone}, nil
}
