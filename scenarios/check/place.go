package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

var j9 = Checker{
	ID: "J9", Level: 1, Check: checkJ9,
	Title:   "A location is a value with accuracy and age, or an explicit 'unavailable'",
	Premise: "finished sale",
}

// checkJ9 holds each sale's place against what the receiver really said, and
// when: an old position that calls itself fresh is as wrong as an invented one.
func checkJ9(v *View) Result {
	var r Result
	for _, u := range v.units {
		fixes := fixesOf(u)
		for _, s := range u.sales {
			r.Checked++
			f := Finding{Number: s.Number, Entry: s.record.key}
			var text string
			switch p := s.Place; {
			case p == nil:
				text = "says nothing of its place"
			case p.Unavailable == "" && (p.AccuracyCM <= 0 || p.AgeMS < 0):
				text = "has a place without accuracy and age, and does not say 'unavailable'"
			case p.Unavailable != "" && p.AccuracyCM != 0:
				text = "has a place and says that it has none"
			case p.Unavailable == "" && s.record.commit != nil && len(fixes) > 0:
				text = p.unfounded(fixes, u.decided(s.record))
			}
			if text != "" {
				f.Text = fmt.Sprintf("sale %d of %s %s", s.Number, u.name, text)
				r.fail(f, s.record.commit, s.record.own)
			}
		}
	}
	return r
}

// fixed is one word of a location receiver.
type fixed struct {
	event        *event
	lat, lon, cm int64
}

func fixesOf(u *unit) []fixed {
	var out []fixed
	for _, e := range u.kind[history.KindFixed] {
		var f fixed
		if e.State != "fix" {
			continue
		}
		if n, err := fmt.Sscan(strings.TrimSpace(e.Text), &f.lat, &f.lon, &f.cm); n != 3 || err != nil {
			continue
		}
		f.event = e
		out = append(out, f)
	}
	return out
}

const (
	// fixSlack is how long a fix may take from the receiver into a decision.
	fixSlack = 10e9
	// nearby is how far a place may be from the fix, in degrees times 10^7:
	// receivers round what they say.
	nearby = 100
)

// decided returns the event at which an entry was decided: where its disk work
// began, which for one in whose write the power went is long before it became
// known. A till that went on after a stop for want of room has learnt in its start
// what came meanwhile.
func (u *unit) decided(rec *record) *event {
	at, survived := rec.commit.N, false
	if off := last(u.off, at); off != nil {
		if on := last(u.on, at); on == nil || on.N < off.N || !u.wroteSince(off.N, rec) {
			at, survived = off.N, true
		}
	}
	for e := last(u.kind[history.KindSpan], at); e != nil; e = last(u.kind[history.KindSpan], e.N) {
		if e.Who == u.name && (e.State == "commit" || e.State == "recovery" && !survived) {
			return e
		}
	}
	return rec.commit
}

// wroteSince tells whether the life after a loss of power had begun to write
// when an entry became durable.
func (u *unit) wroteSince(off int64, rec *record) bool {
	for _, b := range u.own {
		if b.boot() != nil && b.at > off && b.at <= rec.at {
			return true
		}
	}
	return false
}

// unfounded says why the place of a sale that was decided then is not what
// the receiver said that long ago; empty when it is.
func (p *placeFact) unfounded(fixes []fixed, decided *event) string {
	var same *fixed
	for i := range fixes {
		f := &fixes[i]
		if f.event.N > decided.N || !p.near(f) {
			continue
		}
		same = f
		late := decided.T - p.AgeMS*1e6 - f.event.T
		if late > -fixSlack-p.AgeMS*1e4 && late < fixSlack+p.AgeMS*1e4 {
			return ""
		}
	}
	if same == nil {
		return "has a place that its receiver never gave"
	}
	return fmt.Sprintf("calls its place %.0f s old, the receiver gave it %.0f s before", float64(p.AgeMS)/1e3, float64(decided.T-same.event.T)/1e9)
}

func (p *placeFact) near(f *fixed) bool {
	within := func(a, b, by int64) bool { return a-b <= by && b-a <= by }
	return within(p.LatE7, f.lat, nearby) && within(p.LonE7, f.lon, nearby) && within(p.AccuracyCM, f.cm, 100+f.cm/10)
}

// degree is a coordinate as it is printed, without its sign (a till may write
// "S" or "W"), and how much its last decimal is, in degrees times 10^7.
type degree struct{ e7, by float64 }

// pairOfDegrees finds the one pair of coordinates in a line. Decimal degrees that
// tell one shop from the next have four decimals; no amount and no rate has.
func pairOfDegrees(words []string) (pair []degree) {
	for _, word := range words {
		word = strings.ReplaceAll(strings.TrimLeft(strings.TrimRight(word, ",;"), "-+"), ",", ".")
		whole, part, _ := strings.Cut(word, ".")
		if whole == "" || strings.Trim(whole+part, "0123456789") != "" {
			continue
		}
		if n, err := strconv.ParseFloat(word, 64); err == nil && len(part) >= 4 && n <= 180 {
			pair = append(pair, degree{n * 1e7, math.Pow10(7 - len(part))})
		}
	}
	if len(pair) != 2 {
		return nil
	}
	return pair
}

// agree counts the printed coordinates that are those of the place, to within a
// unit of the last decimal: a till may round or cut off. Some print the longitude
// first.
func (p *placeFact) agree(pair []degree) int {
	is := func(d degree, e7 int64) int {
		return cond(math.Abs(d.e7-math.Abs(float64(e7))) <= d.by+1, 1, 0)
	}
	return max(is(pair[0], p.LatE7)+is(pair[1], p.LonE7), is(pair[0], p.LonE7)+is(pair[1], p.LatE7))
}

// placeDiffers holds the place on the paper against that in the sale's entry.
func (p *page) placeDiffers(knows *layout) string {
	at := p.want.place
	if !knows.place || at == nil || p.read.place == nil || at.agree(p.read.place) == 2 {
		return ""
	}
	return fmt.Sprintf("names a place at %.5f and %.5f, the sale was made at %.5f and %.5f",
		p.read.place[0].e7/1e7, p.read.place[1].e7/1e7, float64(at.LatE7)/1e7, float64(at.LonE7)/1e7)
}
