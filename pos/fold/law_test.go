package fold

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func digest(t require.TestingT, s *Shared) string {
	d, err := s.Digest()
	require.NoError(t, err)
	return d
}

// A replica may get entries in any order, each any number of times.
func TestSharedFoldIsAFunctionOfTheSet(t *testing.T) {
	base := shop()
	rapid.Check(t, func(t *rapid.T) {
		all := entries(t, rapid.IntRange(1, 25).Draw(t, "n"))
		one := NewShared(base)
		for _, e := range all {
			assert.True(t, one.Apply(e), "an entry is new once")
		}
		other := NewShared(base)
		arrives := rapid.Permutation(all).Draw(t, "order")
		for i, e := range arrives {
			other.Apply(e)
			again := arrives[rapid.IntRange(0, i).Draw(t, "again")]
			assert.False(t, other.Apply(again), "and never again")
		}
		assert.Equal(t, digest(t, one), digest(t, other))
		assert.Equal(t, one.Conflicts(), other.Conflicts())
		assert.Equal(t, one.OnHand(), other.OnHand())
		assert.Equal(t, one.Unranked(), other.Unranked())
		for _, sku := range skus {
			p1, l1, _, _ := one.Article(sku)
			p2, l2, _, _ := other.Article(sku)
			assert.Equal(t, p1, p2)
			assert.Equal(t, l1, l2)
		}
	})
}

// The digest tells two sets apart: what is missing shows.
func TestAMissingEntryShowsInTheDigest(t *testing.T) {
	base := shop()
	rapid.Check(t, func(t *rapid.T) {
		all := entries(t, rapid.IntRange(1, 12).Draw(t, "n"))
		missing := rapid.IntRange(0, len(all)-1).Draw(t, "missing")
		whole, part := NewShared(base), NewShared(base)
		for i, e := range all {
			whole.Apply(e)
			if i != missing {
				part.Apply(e)
			}
		}
		assert.NotEqual(t, digest(t, whole), digest(t, part))
	})
}

func everything(t require.TestingT, s *State) []Change {
	c, err := s.Changes(true)
	require.NoError(t, err)
	return c
}

// What a book was told in any number of checkpoints, and the entries beyond
// the last one, give the same state as all entries.
func TestCheckpointsAndTailAreTheWhole(t *testing.T) {
	base := shop()
	rapid.Check(t, func(t *rapid.T) {
		all := entries(t, rapid.IntRange(1, 25).Draw(t, "n"))
		full, kept := New("phone", base), New("phone", base)
		book := map[string][]byte{}
		last := rapid.IntRange(0, len(all)).Draw(t, "last")
		for i, e := range all {
			full.Apply(e)
			if i >= last {
				continue
			}
			kept.Apply(e)
			if i == last-1 || rapid.Bool().Draw(t, "checkpoint") {
				write(t, book, kept)
			}
		}
		found := New("phone", base)
		for k, v := range book {
			require.NoError(t, found.Load(k, v))
		}
		for _, e := range all { // what lies below the checkpoint is passed over
			found.Apply(e)
		}
		assert.Equal(t, everything(t, full), everything(t, found))
		dirty, err := found.Clone().Changes(false)
		require.NoError(t, err)
		assert.Equal(t, len(all) > last, len(dirty) > 0, "only the tail is still to be written")
	})
}

func write(t require.TestingT, book map[string][]byte, s *State) {
	changes, err := s.Changes(false)
	require.NoError(t, err)
	for _, c := range changes {
		if c.Value == nil {
			delete(book, c.Key)
		} else {
			book[c.Key] = c.Value
		}
	}
	s.Checkpointed()
}

// A copy goes its own way.
func TestCloneSharesNothing(t *testing.T) {
	base := shop()
	rapid.Check(t, func(t *rapid.T) {
		all := entries(t, rapid.IntRange(2, 20).Draw(t, "n"))
		s := New("phone", base)
		for _, e := range all[:len(all)/2] {
			s.Apply(e)
		}
		before := everything(t, s)
		unwritten, err := s.Changes(false)
		require.NoError(t, err)
		c := s.Clone()
		for _, e := range all[len(all)/2:] {
			c.Apply(e)
		}
		c.Checkpointed()
		assert.Equal(t, before, everything(t, s))
		still, err := s.Changes(false)
		require.NoError(t, err)
		assert.Equal(t, unwritten, still)
		for _, e := range all[len(all)/2:] {
			s.Apply(e)
		}
		assert.Equal(t, everything(t, c), everything(t, s))
	})
}

// Of the edits of a field one is in force: one that counts, over which no
// other that counts was made; and a conflict names each pair once.
func TestWinnerAndConflicts(t *testing.T) {
	base := shop()
	rapid.Check(t, func(t *rapid.T) {
		s := NewShared(base)
		for _, e := range entries(t, 20) {
			s.Apply(e)
		}
		for _, k := range s.registers.keys() {
			r, _ := s.registers.get(k)
			w, ok := r.winner(s.rankOf)
			counts := func(e editAt) bool { _, c := effective(e, s.rankOf); return c }
			assert.Equal(t, slices.ContainsFunc(r, counts), ok, "some edit that counts wins, if there is one")
			for _, e := range r {
				if ok && counts(e) {
					assert.NotContains(t, e.Replaces, w.Key)
				}
			}
			if ok {
				assert.True(t, counts(w), "an edit under a doubtful clock wins nothing before it is ranked")
			}
		}
		seen := map[string]bool{}
		for _, c := range s.Conflicts() {
			assert.Negative(t, c.A.Compare(c.B))
			assert.Equal(t, c.A.String()+"~"+c.B.String(), c.ID)
			assert.NotEqual(t, c.ValueA, c.ValueB)
			assert.False(t, seen[c.ID+c.Target+c.Field])
			seen[c.ID+c.Target+c.Field] = true
		}
	})
}
