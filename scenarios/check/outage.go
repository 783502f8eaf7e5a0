package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/sim/history"
)

var j8 = Checker{
	ID: "J8", Level: 2, Check: checkJ8,
	Title:   "Every outage is journaled as an interval [last alive, first alive] with an observed cause or 'unknown'",
	Premise: "loss of power or of a network link that a till could notice",
}

const (
	// clockSlack is how far a till's own clock may have drifted from true
	// time where no clock fault was recorded.
	clockSlack = 60e9
	// noticeable is how long a till must have been without a link, and with
	// it again, before it must have noticed.
	noticeable = 60e9
	// silence is how long a link must have been cut without a word to either
	// end before its till must have found out by itself: one that has nothing
	// to say looks every ten minutes.
	silence = 15 * 60e9
	// patience is the delay of a link each way from which on it need not be
	// noticed to be back: a till calls for at most half a minute at a time.
	patience = 10 * time.Second
	// trips and atOnce are how long it takes until a till has a link that is
	// back: so many times its delay, and then some. Who calls twice as rarely
	// each time has the answer to the first call that he waits long enough for.
	trips  = 6
	atOnce = time.Second
)

func checkJ8(v *View) Result {
	var r Result
	for _, u := range v.tills() {
		for _, loss := range u.off {
			v.checkPowerOutage(&r, u, loss)
		}
		for _, peer := range []string{"hub", "host"} {
			links := slices.DeleteFunc(slices.Clone(u.links[peer]), outOfReach)
			for i, e := range links {
				if e.State == "down" && i+1 < len(links) && links[i+1].State == "up" && v.stayed(u.links[peer], links[i+1]) {
					v.checkLinkOutage(&r, u, peer, e, links[i+1])
				}
			}
		}
	}
	return r
}

// outOfReach tells of a link that is there and so slow that who calls a peer over
// it gives up before the answer can come, or has it when nobody asks any more.
func outOfReach(e *event) bool {
	return e.State == "up" && delayOf(e) > patience
}

// delayOf returns how late each message comes over a link.
func delayOf(e *event) time.Duration {
	_, delay, _ := strings.Cut(e.Text, "delay ")
	d, err := time.ParseDuration(delay)
	return cond(err == nil, d, 0)
}

// stayed tells whether a link that is back stayed so for long enough: it did not
// change again, nor did the run end, before its till must have noticed.
func (v *View) stayed(links []*event, up *event) bool {
	if again := next(links, up.N); again != nil {
		return again.T-up.T >= noticeable
	}
	return v.Events[len(v.Events)-1].T-up.T >= int64(trips*delayOf(up)+atOnce)
}

// checkPowerOutage: the next life that wrote anything must have written down
// an interval that begins no earlier than the last entry before the loss (the
// last moment of which the till has proof) and ends when it came back. A
// clock that was moved in between makes comparisons of its times meaningless.
func (v *View) checkPowerOutage(r *Result, u *unit, loss *event) {
	var before *record
	var boots []*record
	for _, rec := range u.own {
		switch {
		case rec.own == nil:
		case rec.at <= loss.N:
			before = rec
		case rec.boot() != nil:
			boots = append(boots, rec)
		}
	}
	if before == nil || len(boots) == 0 {
		return
	}
	r.Checked++
	f := v.wrongOutage(u, loss, before, boots[0])
	// What lives wrote that were cut while they recovered becomes known with
	// the first one that was not. Which of them speaks of this loss, only its
	// times tell.
	until := firstAfter(u.off, boots[0].at, int64(len(v.Events))+1)
	for _, boot := range boots[1:] {
		if f.Text != "" && boot.at < until && v.wrongOutage(u, loss, before, boot).Text == "" {
			return
		}
	}
	if f.Text != "" {
		r.fail(f, loss, boots[0].commit)
	}
}

// wrongOutage says what is wrong with what a life's first entry says of a loss.
func (v *View) wrongOutage(u *unit, loss *event, before, boot *record) Finding {
	f := Finding{Entry: boot.key}
	o := u.outageIn("till", boot.at, firstAfter(u.off, boot.at, int64(len(v.Events))+1))
	moved, since := false, u.begun(before)
	for _, c := range u.kind[history.KindClock] {
		moved = moved || c.N > since && c.N < boot.at
	}
	switch {
	case o == nil:
		f.Text = fmt.Sprintf("%s lost power and does not say so when it starts again in %s", u.name, boot.key)
	case o.Cause == "":
		f.Text = fmt.Sprintf("the outage in %s has no cause, not even 'unknown'", boot.key)
	case o.From > o.To:
		f.Text = fmt.Sprintf("the outage in %s ends before it begins", boot.key)
	case !moved && o.From < before.entry.Wall:
		f.Text = fmt.Sprintf("the outage in %s begins before %s was written", boot.key, before.key)
	case !moved && o.To > boot.entry.Wall:
		f.Text = fmt.Sprintf("the outage in %s ends after %s was written", boot.key, boot.key)
	case !v.trueToClock(u, loss, o):
		f.Text = fmt.Sprintf("the outage in %s does not contain the moment at which power went", boot.key)
	}
	return f
}

// trueToClock holds the interval against world time, where the till's clock
// was never moved.
func (v *View) trueToClock(u *unit, loss *event, o *outageFact) bool {
	if u.untrue() {
		return true
	}
	wall := v.Header.OpensAt + loss.T
	return o.From <= wall+clockSlack && o.To >= wall-clockSlack
}

// untrue tells whether the unit's clock was moved, or ran fast or slow.
func (u *unit) untrue() bool { return len(u.kind[history.KindClock]) > 0 || u.drifts() }

func (u *unit) outageIn(what string, from, until int64) *outageFact {
	for _, rec := range u.own {
		if rec.at < from || rec.at >= until {
			continue
		}
		for i := range rec.entry.Facts {
			if o := rec.entry.Facts[i].Outage; o != nil && o.What == what {
				return o
			}
		}
	}
	return nil
}

// checkLinkOutage asks for a closed interval only where the till ran for a
// while without the link after it had seen it go, and for a while with it.
func (v *View) checkLinkOutage(r *Result, u *unit, peer string, down, up *event) {
	if !u.ranFor(down, noticeable) || !u.ranFor(up, noticeable) {
		return
	}
	if p := v.unit[peer]; p != nil && !p.ranFor(up, noticeable) {
		return // at the other end of the mended link was nobody
	}
	if u.stoppedAt(up) {
		return // it can write nothing, and said so
	}
	if unannounced(down) && (peer == "host" || up.T-down.T < silence || !u.ranFor(down, silence)) {
		return // the host is asked only when somebody pays
	}
	if on := last(u.on, down.N); up.T-down.T < noticeable && (on == nil || down.T-on.T < noticeable) {
		return // it had not met its peer yet
	}
	if u.wokeLate(down, up) {
		return // it had stopped before, and its next life had not missed the peer yet
	}
	if e := last(u.kind[history.KindDisk], up.N); e != nil && (e.State != "healed" || e.N > down.N && !u.wroteIn(down.N, e.N, up.N)) {
		return // it may have known, and could not write
	}
	r.Checked++
	from, to := v.Header.OpensAt+down.T, v.Header.OpensAt+up.T
	seen := u.awakeFrom(from + cond[int64](unannounced(down), silence, noticeable)) // by then the till knew
	for _, rec := range u.own {
		if rec.at < down.N { // one way may still bring a word of the peer: then it ends before
			continue
		}
		for i := range rec.entry.Facts {
			o := rec.entry.Facts[i].Outage
			if o == nil || o.What != peer || o.From >= o.To {
				continue
			}
			if o.Cause == "" {
				continue
			}
			overlaps := o.From <= min(to, seen)+clockSlack && o.To >= from-clockSlack
			if overlaps || u.untrue() {
				return
			}
		}
	}
	r.fail(Finding{Text: fmt.Sprintf("%s was without its %s and never says so, with its beginning, end and cause", u.name, peer)}, down, up)
}

// awakeFrom is a moment of the till's clock, or the end of the outage of its own
// that its journal says it was in then: one that has no room to start starts again
// and again, and can say what it was without only from its first entry on.
func (u *unit) awakeFrom(wall int64) int64 {
	for _, rec := range u.own {
		for i := range rec.entry.Facts {
			if o := rec.entry.Facts[i].Outage; o != nil && o.What == "till" && o.From <= wall && wall < o.To {
				return o.To
			}
		}
	}
	return wall
}

// stoppedAt tells whether the unit had stopped for good, or until its disk is well.
func (u *unit) stoppedAt(e *event) bool {
	for _, s := range slices.Backward(u.kind[history.KindScreen]) {
		if s.N < e.N && s.Who == u.name && s.Text == "STOPPED" {
			again := next(u.on, s.N)
			return again == nil || again.N > e.N
		}
	}
	return false
}

// wokeLate tells whether the unit had stopped when a link went, and was switched off
// and on only a moment before it was back.
func (u *unit) wokeLate(down, up *event) bool {
	off := next(u.off, down.N)
	if off == nil || off.N > up.N || !u.stoppedAt(down) {
		return false
	}
	on := next(u.on, off.N)
	return on == nil || up.T-on.T < noticeable
}

// wroteIn tells whether an entry became durable after a moment, in a life that
// lasted from the first moment to the last.
func (u *unit) wroteIn(from, after, to int64) bool {
	if firstAfter(u.off, from, to) < to {
		return false
	}
	return slices.ContainsFunc(u.own, func(rec *record) bool { return rec.at > after && rec.at < to })
}

// unannounced tells whether a link was cut so that the ends do not hear of it:
// one way only, or behind their backs.
func unannounced(down *event) bool {
	return strings.Contains(down.Text, "blocked") || strings.Contains(down.Text, "unnoticed")
}
