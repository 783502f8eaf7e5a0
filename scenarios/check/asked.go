package check

import (
	"fmt"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

// justNow is how long a question may still stand on a display, or be on its way
// there, after the journal has its answer.
const justNow = 1e9

// checkAsked asks of each display that wants to know of a receipt whether that is
// open: of a print that the journal knows the end of nobody need be asked. A till
// that names what it asks for names it each time: nobody finds a receipt of which
// he does not know the number.
func (v *View) checkAsked(r *Result, u *unit, orders []*printing) {
	names := false
	var nameless []*event
	for _, e := range u.kind[history.KindScreen] {
		if e.Text != "RECEIPT?" || len(e.Lines) == 0 {
			continue
		}
		if e.Lines[0] == "RECEIPT" {
			nameless = append(nameless, e)
			continue
		}
		var ended *record
		open := false
		for _, o := range orders {
			if o.record.at > e.N || !o.isCalled(e.Lines[0]) {
				continue
			}
			names = true
			n := o.ended
			open = open || n == nil || n.own == nil || n.commit == nil || n.commit.T+justNow+v.heardLate() >= e.T
			ended = n
		}
		if !open && ended != nil {
			r.fail(Finding{Basket: e.Basket, Entry: ended.key, Text: fmt.Sprintf("the display of %s asks for %q, and %s says what became of it",
				u.name, e.Lines[0], ended.key)}, ended.commit, e)
		}
	}
	for _, e := range nameless {
		if names {
			r.fail(Finding{Basket: e.Basket, Text: fmt.Sprintf("the display of %s asks for a receipt and does not say for which", u.name)}, e)
		}
	}
}

// isCalled tells whether a till calls a print so when it asks for it.
func (o *printing) isCalled(words string) bool {
	if report, is := strings.CutPrefix(words, "REPORT "); is {
		return o.Number == 0 && o.Report == report
	}
	number, is := strings.CutPrefix(words, "SALE ")
	n, err := strconv.ParseInt(number, 10, 64)
	return is && err == nil && n == o.Number
}
