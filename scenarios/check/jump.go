package check

import (
	"fmt"
	"math"

	"stormrig/sim/history"
)

const (
	// jumpLimit is the smallest jump that a till must journal.
	jumpLimit = 2e9
	// jumpSlack is how far a journaled jump may be from the true one: drift
	// since the last look at the clock.
	jumpSlack = 5e9
	// farAway is a jump forward that even a till that was off must doubt.
	farAway = 366 * 24 * 3600e9
	// mostMoves is how many moves between two entries are taken apart.
	mostMoves = 16
)

// decision is when an entry was decided: the clock that it names was read then,
// and not when it became durable.
type decision struct {
	*record
	n, t int64 // N and T of the event with which its disk work began
	seen int   // how many of the clock's moves lie before it
	last int64 // wall time of the entry before it in its journal, be that left out or not
}

// decisions returns the unit's own entries in order. One that was in a write
// when the power went, and survived, is left out: what the clock showed when it
// was decided is not known.
func (u *unit) decisions(moves []*event) []decision {
	spans := u.kind[history.KindSpan]
	var out []decision
	for i, rec := range u.own {
		if rec.own == nil || rec.commit == nil {
			continue
		}
		d := decision{record: rec, n: rec.at, t: rec.commit.T}
		if i > 0 {
			d.last = u.own[i-1].entry.Wall
		}
		if s := last(spans, rec.at); s != nil {
			if s.State == "recovery" && rec.boot() == nil || bootFollows(u.own[i+1:], spans, s) {
				continue
			}
			d.n, d.t = s.N, s.T
		}
		for d.seen < len(moves) && moves[d.seen].N < d.n {
			d.seen++
		}
		out = append(out, d)
	}
	return out
}

// begun returns the N of the moment at which an entry was decided: where its
// disk work began, or, of one that survived a cut in it, before the cut.
func (u *unit) begun(rec *record) int64 {
	spans := u.kind[history.KindSpan]
	s := last(spans, rec.at)
	if s != nil && s.State == "recovery" && rec.boot() == nil {
		if off := last(u.off, s.N); off != nil {
			s = last(spans, off.N)
		}
	}
	if s == nil {
		return rec.at
	}
	return s.N
}

// bootFollows tells whether a later entry of the same recovery says that it
// began there: then the one asked about is of a life before.
func bootFollows(later []*record, spans []*event, s *event) bool {
	for _, rec := range later {
		if rec.commit == nil || last(spans, rec.at) != s {
			return false
		}
		if rec.boot() != nil {
			return s.State == "recovery"
		}
	}
	return false
}

// clockMoves are the true moves of the unit's clock.
func (u *unit) clockMoves() []*event {
	var out []*event
	for _, c := range u.kind[history.KindClock] {
		if c.Who == u.name {
			out = append(out, c)
		}
	}
	return out
}

// checkJumps holds what each entry says of the clock against the clock's true
// moves since the entry before it. While the till ran it could see any jump;
// across a restart only one behind its newest entry, or years away from it.
func checkJumps(r *Result, u *unit) {
	moves := u.clockMoves()
	list := u.decisions(moves)
	for i := 1; i < len(list); i++ {
		before, after := list[i-1], list[i]
		if between := moves[before.seen:after.seen]; len(between) > 0 {
			if f := u.saysNothing(r, before, after, between); f.Text != "" {
				f.Entry = after.key
				r.fail(f, between[len(between)-1], after.commit)
			}
		}
	}
}

func (u *unit) saysNothing(r *Result, before, after decision, moves []*event) (f Finding) {
	ran := after.boot() == nil && next(u.off, before.n) == next(u.off, after.n)
	honest := after.jump() != nil || after.entry.doubtful()
	if !ran {
		if f = u.unsaidAtStop(r, before, after, moves); f.Text != "" {
			return f
		}
		latest := moves[len(moves)-1]
		ahead := latest.WallTo + after.t - latest.T - after.last
		if ahead >= -jumpLimit && ahead <= farAway {
			return f
		}
		r.Checked++
		if !honest {
			f.Text = fmt.Sprintf("the clock of %s is %.1f s away from %s, and %s says nothing of it", u.name, float64(ahead)/1e9, before.key, after.key)
		}
		return f
	}
	drifted := after.entry.Wall - before.entry.Wall - (after.t - before.t) - sum(moves)
	if magnitude(drifted) > jumpSlack {
		if !u.drifts() {
			f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s, and the times of %s and %s differ by %.1f s more",
				u.name, float64(sum(moves))/1e9, before.key, after.key, float64(drifted)/1e9)
		}
		return f // of the moves and the drift, what the till saw at once is not known
	}
	limit := jumpLimit + magnitude(drifted)
	if u.driftsIn(before.t, after.t) { // it may have gone one way up to a look at the clock, and the other way after it
		limit += jumpSlack
	}
	by := movedBy(moves, limit)
	if len(by) == 0 {
		return f
	}
	r.Checked++
	j := after.jump()
	switch {
	case !honest:
		f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s, and %s says nothing of it", u.name, float64(by[0])/1e9, after.key)
	case j != nil && !near(by, j.To-j.From):
		f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s, %s says %.1f s", u.name, float64(by[0])/1e9, after.key, float64(j.To-j.From)/1e9)
	}
	return f
}

// movedBy returns by how much the clock can seem to have jumped to a till that
// looked at it somewhere between the moves, and saw nothing to speak of until
// its next entry: no step beyond the limit. None: it may have seen only small
// steps, or none at all.
func movedBy(moves []*event, limit int64) []int64 {
	if len(moves) > mostMoves {
		return nil
	}
	quiet := make([]bool, len(moves)+1) // a look after so many moves was a quiet one
	quiet[0] = true
	var by []int64
	for i := range moves {
		for j := 0; j <= i; j++ {
			step := sum(moves[j : i+1])
			switch {
			case !quiet[j]:
			case magnitude(step) <= limit:
				quiet[i+1] = true
			case i == len(moves)-1:
				by = append(by, step)
			}
		}
	}
	if quiet[len(moves)] {
		return nil
	}
	return by
}

func sum(moves []*event) (by int64) {
	for _, c := range moves {
		by += c.WallTo - c.Wall
	}
	return by
}

func near(list []int64, x int64) bool {
	for _, y := range list {
		if magnitude(x-y) <= jumpSlack {
			return true
		}
	}
	return false
}

func magnitude(x int64) int64 { return cond(x < 0, -x, x) }

// drifts tells whether a fault may have made the clock run fast or slow: one
// that moved no clock when it struck. Each of several at one moment needs a move.
func (u *unit) drifts() bool { return u.driftsIn(math.MinInt64, math.MaxInt64) }

// driftsIn is drifts for a stretch of time: a fault that was over before it, or
// came after it, does not count.
func (u *unit) driftsIn(from, to int64) bool {
	at := make(map[int64]int)
	for _, c := range u.clockMoves() {
		at[c.T]++
	}
	for _, f := range u.kind[history.KindFault] {
		if f.Fault == nil || f.Fault.Kind != "clock" {
			continue
		}
		if at[f.T]--; at[f.T] < 0 && f.T < to && (f.Fault.For == 0 || f.T+f.Fault.For > from) {
			return true
		}
	}
	return false
}
