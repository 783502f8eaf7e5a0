package till

import (
	"encoding/json"
	"slices"
	"time"

	"stormrig/pos"
	"stormrig/pos/book"
	"stormrig/pos/engine"
	"stormrig/pos/fold"
)

// What the bugs of pos/sabotage do that need more than a word at their place.
// An honest till never comes here.

// writeBehind is how long a till that acts first takes to write.
const writeBehind = 300 * time.Millisecond

// belated is a decision that was acted upon and is yet to be written.
type belated struct {
	decision engine.Decision
	done     []string // intents whose effect has left
	at       time.Duration
}

// actFirst lets effects out before the decision is written; false when this
// till, or this decision, is in order.
func (t *Till) actFirst(now pos.Now, d engine.Decision, r *Result) bool {
	s := t.cfg.Engine.Sabotage
	first := func(in pos.Intent) bool {
		return s.PrintBeforeCommit && in.Print != nil || s.ArmBeforeCommit && in.Arm != nil || s.ConfirmBeforeCommit && in.Confirm != nil
	}
	if !slices.ContainsFunc(d.Intents, first) {
		return false
	}
	ahead := t.state.Clone()
	ahead.Apply(&pos.Entry{Key: t.next(), Wall: now.Wall, Facts: d.Facts, Intents: d.Intents})
	late := &belated{decision: d, at: now.Mono + writeBehind}
	for _, in := range d.Intents {
		if !first(in) {
			continue
		}
		if effect, err := t.engine.Effect(now, ahead, in, false, nil); err == nil {
			r.let(effect)
			late.done = append(late.done, in.ID)
		}
	}
	t.late = late
	return true
}

// catchUp writes what was acted upon before.
func (t *Till) catchUp(now pos.Now, r *Result) {
	late := t.late
	if late == nil {
		return
	}
	t.late = nil
	d := late.decision
	if err := t.commit(now, d, r); err != nil {
		t.refuse(now, d, err, true, r)
		return
	}
	for _, in := range d.Intents {
		if !slices.Contains(late.done, in.ID) {
			t.release(now, in.ID, false, r)
		}
	}
	for _, s := range d.Soft {
		r.let(s)
	}
}

// firstHalf writes what stands before a sale as an entry of its own, and
// returns what is left to be written.
func (t *Till) firstHalf(now pos.Now, d engine.Decision, r *Result) (engine.Decision, error) {
	i := slices.IndexFunc(d.Facts, func(f pos.Fact) bool { return f.Sale != nil })
	if i <= 0 {
		return d, nil
	}
	half := d
	half.Facts, half.Intents = d.Facts[:i:i], nil
	d.Facts, d.Keep = d.Facts[i:], nil
	return d, t.commit(now, half, r)
}

// withoutMoves is an entry that moves no stock.
func withoutMoves(e *pos.Entry) *pos.Entry {
	c := *e
	c.Facts = slices.Clone(e.Facts)
	for i, f := range c.Facts {
		if f.Sale != nil {
			s := *f.Sale
			s.Moves = nil
			c.Facts[i].Sale = &s
		}
	}
	return &c
}

// forgetful are records that do not say all of the till: not which request the
// open payment waits for, or not how far its clock is ahead.
func forgetful(records []book.Change, host, doubt bool) []book.Change {
	for i, r := range records {
		var till fold.Till
		if r.Key != "local/till" || json.Unmarshal(r.Value, &till) != nil {
			continue
		}
		if host && till.Charge != nil {
			till.Charge.Host = ""
		}
		if doubt {
			till.AheadBy = 0
		}
		if text, err := json.Marshal(till); err == nil {
			records[i].Value = text
		}
	}
	return records
}
