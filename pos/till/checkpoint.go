package till

import (
	"slices"

	"stormrig/pos"
	"stormrig/pos/book"
)

// folded counts entries beyond the checkpoint and asks for one in time.
func (t *Till) folded(now pos.Now, n int) {
	t.beyond += n
	if t.checkpointAt < 0 && t.beyond >= t.cfg.CheckpointEvery {
		t.checkpointAt = now.Mono + checkpointWait
	}
}

func (t *Till) meta(clean bool) book.Meta {
	m := book.Meta{Clean: clean}
	for chain, hash := range t.marks {
		m.Applied = append(m.Applied, book.ChainMark{Chain: chain, Seq: t.state.High(chain), Hash: hash})
	}
	slices.SortFunc(m.Applied, func(a, b book.ChainMark) int { return a.Chain.Compare(b.Chain) })
	return m
}

func (t *Till) records(all bool) ([]book.Change, error) {
	changes, err := t.state.Changes(all)
	out := make([]book.Change, len(changes))
	for i, c := range changes {
		out[i] = book.Change(c)
	}
	if s := t.cfg.Engine.Sabotage; s.HostNotInBook || s.DoubtNotInBook {
		out = forgetful(out, s.HostNotInBook, s.DoubtNotInBook)
	}
	return out, err
}

// checkpoint brings the book up to the fold. A book that cannot be written is
// no reason to stop selling: the journal is the truth, and the next start
// folds more of it. The display says so, since a disk begins to fail somewhere.
func (t *Till) checkpoint(r *Result) {
	t.checkpointAt = -1
	r.tell(Span{Name: "checkpoint"})
	changes, err := t.records(false)
	if err == nil {
		err = t.book.Checkpoint(t.meta(false), changes)
	}
	if err != nil {
		t.rebuild(r)
		return
	}
	t.checkpointed(r, len(changes))
	t.retire()
}

// rebuild makes a new book of all that is folded.
func (t *Till) rebuild(r *Result) {
	changes, err := t.records(true)
	if err == nil {
		err = t.book.Rebuild(t.meta(false), changes)
	}
	if err != nil {
		t.beyond, t.unkept = 0, true // ask again after as many entries
		t.status(r)
		return
	}
	t.checkpointed(r, len(changes))
}

func (t *Till) checkpointed(r *Result, records int) {
	t.state.Checkpointed()
	t.beyond = 0
	if t.unkept {
		t.unkept = false
		t.status(r)
	}
	r.tell(Checkpointed{Records: records})
}

// clean is the last checkpoint of a life that ends in order.
func (t *Till) clean(r *Result) {
	r.tell(Span{Name: "checkpoint"})
	changes, err := t.records(false)
	if err == nil {
		err = t.book.Checkpoint(t.meta(true), changes)
	}
	if err == nil {
		t.checkpointed(r, len(changes))
	}
}
