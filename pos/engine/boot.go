package engine

import (
	"stormrig/pos"
	"stormrig/pos/fold"
)

// Start decides what a till says after it was switched on: what it found, how
// long it was away, and what was in flight when the power went. The events of
// devices and links that follow settle the rest.
func (e *Engine) Start(now pos.Now, st *fold.State, next pos.Key, boot pos.Boot) Decision {
	d := Decision{next: next, was: *e, Clock: st.Quality(now.Wall, nil)}
	t := &turn{Engine: e, now: now, st: st, d: &d}
	till := st.Till()
	t.fact(pos.Fact{Boot: &boot})
	// Whether there was a life before, its wall time cannot tell: a flat clock
	// shows 1970 at 00:00, which is 0.
	if till.Head.Seq != 0 && !t.cfg.Sabotage.OutageUnsaid {
		t.away(till)
	}
	for _, o := range st.OpenIntents() {
		t.resume(o)
	}
	if till.Charge != nil {
		t.soft(pos.AskDongle{})
		t.dongleBy = now.Mono + dongleWait
	}
	t.forwardAt = now.Mono + hostWait
	if e.tried.Seq > 0 && st.High(e.tried.Chain()) >= e.tried.Seq {
		e.unsaid = nil // the entry that was lost is there after all
	}
	e.tried = pos.Key{}
	e.clock, e.ticked = now, true
	return d
}

// away journals the till's own outage. A clock that shows less than the last
// entry did, or a time years after it, makes the interval meaningless: then it
// is empty, and the jump is journaled beside it.
func (t *turn) away(till fold.Till) {
	to := t.now.Wall
	if to < till.LastWall || fold.Implausible(to, till.LastWall) {
		jump := &pos.ClockJump{From: till.LastWall, To: to}
		t.fact(pos.Fact{ClockJump: jump})
		t.d.Clock = t.st.Quality(t.now.Wall, jump)
		to = till.LastWall
	}
	t.fact(pos.Fact{Outage: &pos.Outage{What: "till", From: till.LastWall, To: to, Cause: "unknown"}})
}

// resume settles an effect that was ordered before the power went and whose
// outcome nobody wrote down.
func (t *turn) resume(o fold.OpenIntent) {
	switch {
	case o.Print != nil:
		t.question(o.ID)
	case o.Kick != nil && t.cfg.Sabotage.KickAgain: // once the printer is there
	case o.Kick != nil:
		t.fact(pos.Fact{Note: &pos.Note{Intent: o.ID, Outcome: pos.OutcomeUnknown, Detail: "power lost"}})
	case o.Confirm != nil || o.Undo != nil:
		t.settleBy = t.now.Mono // the terminal says first what it did meanwhile
	case o.Cancel != nil:
		t.d.Again = append(t.d.Again, o.ID)
		t.soft(pos.AskDongle{})
	}
}
