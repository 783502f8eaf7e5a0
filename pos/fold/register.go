package fold

import (
	"slices"

	"stormrig/pos"
)

// A register is one field of one item or variant: the set of all edits ever
// made to it, kept sorted by key. Everything else about it (winner, conflicts)
// is a function of that set, so the order in which edits arrive cannot matter.
type register []editAt

// editAt is an edit with what its entry said of time.
type editAt struct {
	Key      pos.Key          `json:"key"`
	HLC      uint64           `json:"hlc"`
	Clock    pos.ClockQuality `json:"clock,omitempty"`
	Value    string           `json:"value"`
	Replaces []pos.Key        `json:"replaces,omitempty"`
}

// Conflict is a pair of edits that were made over the same value.
type Conflict struct {
	ID       string  `json:"id"` // both keys, smaller first
	Target   string  `json:"target"`
	Field    string  `json:"field"`
	A, B     pos.Key `json:"-"`
	ValueA   string  `json:"value_a"`
	ValueB   string  `json:"value_b"`
	Resolved bool    `json:"resolved"` // a later edit was made over both
}

func (r register) find(k pos.Key) (int, bool) {
	return slices.BinarySearchFunc(r, k, func(x editAt, k pos.Key) int { return x.Key.Compare(k) })
}

// with returns the register with one more edit.
func (r register) with(e editAt) register {
	i, found := r.find(e.Key)
	if found {
		return r
	}
	return slices.Insert(slices.Clone(r), i, e)
}

// effective returns the clock by which an edit competes. An edit made under a
// doubtful clock competes with the hub's rank and without one not at all.
func effective(e editAt, ranks func(pos.Key) (uint64, bool)) (uint64, bool) {
	if e.Clock == pos.ClockGood {
		return e.HLC, true
	}
	return ranks(e.Key)
}

// under adds to seen all that e was made over, directly or through edits that
// it replaces.
func (r register) under(e editAt, seen map[pos.Key]bool) {
	for _, k := range e.Replaces {
		if seen[k] {
			continue
		}
		seen[k] = true
		if i, found := r.find(k); found {
			r.under(r[i], seen)
		}
	}
}

// winner returns the edit in force: the latest, by (clock, device), of the
// eligible edits that no other eligible edit was made over. 'Over' reaches
// through edits that are not eligible: who replaces one has seen what it
// replaced.
func (r register) winner(ranks func(pos.Key) (uint64, bool)) (editAt, bool) {
	replaced := map[pos.Key]bool{}
	for _, e := range r {
		if _, ok := effective(e, ranks); ok {
			r.under(e, replaced)
		}
	}
	var best editAt
	var bestHLC uint64
	found := false
	for _, e := range r {
		h, ok := effective(e, ranks)
		if !ok || replaced[e.Key] {
			continue
		}
		if !found || h > bestHLC || (h == bestHLC && e.Key.Compare(best.Key) > 0) {
			best, bestHLC, found = e, h, true
		}
	}
	return best, found
}

// heads returns the keys of the edits that nothing replaces: what a new edit
// is made over.
func (r register) heads() []pos.Key {
	replaced := map[pos.Key]bool{}
	for _, e := range r {
		for _, k := range e.Replaces {
			replaced[k] = true
		}
	}
	var out []pos.Key
	for _, e := range r {
		if !replaced[e.Key] {
			out = append(out, e.Key)
		}
	}
	return out
}

// conflicts lists the pairs with different values made over the same edit, or
// both over the catalogue as provisioned.
func (r register) conflicts(target, field string) []Conflict {
	var out []Conflict
	for i, a := range r {
		for _, b := range r[i+1:] {
			if a.Value == b.Value || !sameOrigin(a, b) {
				continue
			}
			out = append(out, Conflict{ID: a.Key.String() + "~" + b.Key.String(), Target: target, Field: field,
				A: a.Key, B: b.Key, ValueA: a.Value, ValueB: b.Value, Resolved: r.joined(a.Key, b.Key)})
		}
	}
	return out
}

func sameOrigin(a, b editAt) bool {
	if len(a.Replaces) == 0 && len(b.Replaces) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Replaces, func(k pos.Key) bool { return slices.Contains(b.Replaces, k) })
}

// joined tells whether some edit was made over both.
func (r register) joined(a, b pos.Key) bool {
	return slices.ContainsFunc(r, func(e editAt) bool {
		seen := map[pos.Key]bool{}
		r.under(e, seen)
		return seen[a] && seen[b]
	})
}
