package check

import (
	"fmt"

	"stormrig/sim/history"
)

const (
	// mostAhead is how far a clock may lie before true time and pull others, or
	// itself, along.
	mostAhead = 3600e9
	// aheadSlack is for what a hybrid clock counts within a millisecond.
	aheadSlack = 1e9
)

var c3 = Checker{
	ID: "C3", Level: 2, Check: checkC3,
	Title:   "A clock that is wrong pulls no other along, wins no conflict for ever, and what was edited under it gets its place from the hub",
	Premise: "entry of a trusted time after a clock was moved by an hour or more, or edit under a doubtful one",
}

// checkC3 holds the hybrid clock of every entry whose time is trusted against
// the times that its device had trusted: what a doubted time showed must not
// stay in it. The hub's may be an hour ahead, since devices pull it.
func checkC3(v *View) Result {
	var r Result
	var moved int64 // when the first clock was moved by that much
	for _, c := range v.kind[history.KindClock] {
		if moved == 0 && magnitude(c.WallTo-c.Wall) >= mostAhead {
			moved = c.N
		}
	}
	for _, u := range v.units {
		var good int64
		allowed := cond[int64](u.name == hub, mostAhead, 0) + aheadSlack
		for _, rec := range u.own {
			if rec.entry.doubtful() {
				continue
			}
			good = max(good, rec.entry.Wall)
			r.Checked += cond(moved > 0 && rec.at > moved, 1, 0)
			if at := int64(rec.entry.HLC>>16) * 1e6; at > good+allowed {
				r.fail(Finding{Entry: rec.key, Text: fmt.Sprintf(
					"the hybrid clock of %s is %.1f s ahead of every time that %s trusted", rec.key, float64(at-good)/1e9, u.name)}, rec.commit, rec.own)
			}
		}
	}
	if v.ended && v.calm > 0 && !v.stalled {
		v.checkRanked(&r)
	}
	return r
}

// checkRanked: once all is quiet each edit under a doubtful clock that the hub
// holds has its rank. Without one it never comes into force.
func (v *View) checkRanked(r *Result) {
	ranked := make(map[Key]bool)
	held := make(map[*record]bool)
	for _, h := range v.holdings {
		if h.holder != hub {
			continue
		}
		for _, e := range h.entries {
			rec := v.records[keyOf(e)].twin(e)
			held[rec] = true
			for i := range rec.entry.Facts {
				if f := rec.entry.Facts[i].Rank; f != nil {
					ranked[f.Of.key()] = true
				}
			}
		}
	}
	for _, k := range v.keys {
		rec := v.records[k]
		for i := range rec.entry.Facts {
			if rec.entry.Facts[i].Edit == nil || !rec.entry.doubtful() || !held[rec] {
				continue
			}
			r.Checked++
			if !ranked[k] {
				r.fail(Finding{Entry: k, Text: fmt.Sprintf("the edit in %s was made under a doubtful clock, and the hub, which holds it, never gave it a rank", k)}, rec.commit)
			}
		}
	}
}

// checkDoubted: a clock that lies ahead and is in doubt stays so until it is
// moved again, whatever becomes of the till meanwhile. One that is in doubt because
// it lies behind may be trusted once it has caught up.
func (v *View) checkDoubted(r *Result, u *unit) {
	moves := u.clockMoves()
	list := u.decisions(moves)
	var good int64
	for i, b := range list {
		if i > 0 {
			a := list[i-1]
			if a.entry.doubtful() && a.entry.Wall > good && v.before(a) > mostAhead && v.before(b) > mostAhead &&
				a.seen == b.seen && b.jump() == nil {
				r.Checked++
				if !b.entry.doubtful() {
					r.fail(Finding{Entry: b.key, Text: fmt.Sprintf("the clock of %s is %.1f s ahead and was not moved since %s, which doubts its time, and %s trusts it",
						u.name, float64(v.before(b))/1e9, a.key, b.key)}, a.commit, b.commit)
				}
			}
		}
		if !b.entry.doubtful() {
			good = max(good, b.entry.Wall)
		}
	}
}

// before is by how much an entry's time lies before the true one.
func (v *View) before(d decision) int64 { return d.entry.Wall - v.Header.OpensAt - d.t }

// unsaidAtStop: a till that is switched off in order writes down what it saw
// last, a jump of its clock, too: it cannot see it any more when it is back.
func (u *unit) unsaidAtStop(r *Result, before, after decision, moves []*event) (f Finding) {
	var stop *event
	for e := next(u.kind[history.KindFault], before.n); e != nil && e.N < after.n; e = next(u.kind[history.KindFault], e.N) {
		switch {
		case e.Fault == nil || e.Fault.Kind == "clock":
		case e.Fault.Kind == "stop" && e.Fault.Target == u.name && stop == nil:
			stop = e
		default:
			return f // it may have had no time, or no disk, to write it down
		}
	}
	if stop == nil || u.stopsAlready(stop) || u.cutAtWork(stop) || u.name == hub || u.own[max(u.index(after.record), 1)-1] != before.record {
		return f
	}
	for e := last(u.kind[history.KindDisk], after.n); e != nil; e = last(u.kind[history.KindDisk], e.N) {
		if e.State != "healed" && e.Who == u.name {
			return f // or it ailed when the till stopped
		}
		if e.N < stop.N {
			break
		}
	}
	var seen []*event
	for _, m := range moves {
		if m.N < stop.N {
			seen = append(seen, m)
		}
	}
	by := movedBy(seen, jumpLimit+jumpSlack)
	if len(by) == 0 || u.drifts() {
		return f
	}
	r.Checked++
	if after.jump() == nil && !after.entry.doubtful() {
		f.Text = fmt.Sprintf("the clock of %s was moved by %.1f s before it was switched off, and neither its last word nor %s says so",
			u.name, float64(by[0])/1e9, after.key)
	}
	return f
}

// stopsAlready tells whether a unit was off, or was being switched off, when it was
// told to stop.
func (u *unit) stopsAlready(stop *event) bool {
	since := int64(0)
	if on := last(u.on, stop.N); on != nil {
		since = on.N
	}
	if off := last(u.off, stop.N); off != nil && off.N > since {
		return true
	}
	for e := next(u.kind[history.KindFault], since); e != nil && e.N < stop.N; e = next(u.kind[history.KindFault], e.N) {
		if e.Fault != nil && e.Fault.Kind == "stop" && e.Fault.Target == u.name {
			return true
		}
	}
	return false
}

// cutAtWork tells whether a unit was at work when its power went after an event,
// in the same life: what it was about to write down then is lost.
func (u *unit) cutAtWork(after *event) bool {
	cut, on := next(u.kind[history.KindCut], after.N), next(u.on, after.N)
	return cut != nil && cut.Cut != nil && cut.Cut.Span != "" && (on == nil || cut.N < on.N)
}

func (u *unit) index(rec *record) int {
	for i, o := range u.own {
		if o == rec {
			return i
		}
	}
	return 0
}
