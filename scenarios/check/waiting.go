package check

import (
	"fmt"
	"regexp"
	"strconv"

	"stormrig/sim/history"
)

// awaits is what a display says of entries that the hub has not got.
var awaits = regexp.MustCompile(`^# .*\bOFFLINE ([0-9]+) WAITING\b`)

// shownLate is how old the figure on a screen may be: it is made when an entry is,
// and a frozen machine or a slow line shows it later.
const shownLate = 60e9

// inOneGo is how close screens come that had waited for somebody to look: only the
// last of them says how it is.
const inOneGo = 1e9

// unsent follows the chains of one till: what it has made durable and still holds
// at the end, and how far the hub ever held that.
type unsent struct {
	unit  *unit
	next  int // of the unit's entries
	heads map[chain]uint64
	hub   map[chain]uint64
}

// until takes the entries up to an event, or to a moment before it.
func (w *unsent) until(v *View, n, t int64) {
	for ; w.next < len(w.unit.own); w.next++ {
		rec := w.unit.own[w.next]
		if rec.at >= n || rec.at > 0 && v.Events[rec.at-1].T > t {
			return
		}
		if rec.own != nil && rec.at > 0 { // what a disk has lost is not waiting
			c := rec.key.chain()
			w.heads[c] = max(w.heads[c], rec.key.Seq)
		}
	}
}

func (w *unsent) count() (n int64) {
	for c, head := range w.heads {
		n += int64(head - min(head, w.hub[c]))
	}
	return n
}

// sales counts the sales among what waits at an event.
func (w *unsent) sales(n int64) (sum int64) {
	for _, s := range w.unit.sales {
		if rec := s.record; rec.own != nil && rec.at < n && rec.key.Seq > w.hub[rec.key.chain()] {
			sum++
		}
	}
	return sum
}

// checkWaiting holds the figure of what waits, on a till that has no hub now,
// against what the till had made durable a while before and the hub never held.
// That the figure is of entries is learnt where it is that of all entries, and
// they are more than the sales.
func (v *View) checkWaiting(r *Result) {
	for _, u := range v.tills() {
		atHub := make(map[chain]uint64)
		now := unsent{unit: u, heads: make(map[chain]uint64), hub: atHub}
		before := unsent{unit: u, heads: make(map[chain]uint64), hub: atHub}
		entries, checked := false, 0
		var wrong *event
		var text string
		for _, e := range merged(u.kind[history.KindScreen], v.kind[history.KindReplicated]) {
			if e.Kind == history.KindReplicated {
				if c := keyOf(e).chain(); e.Who == hub {
					atHub[c] = max(atHub[c], e.Seq)
				}
				continue
			}
			figure, said := waitingOn(e)
			if later := next(u.kind[history.KindScreen], e.N); !said || later != nil && later.T-e.T < inOneGo {
				continue
			}
			checked++
			now.until(v, e.N, e.T)
			before.until(v, e.N, e.T-shownLate)
			all, old := now.count(), before.count()
			entries = entries || figure >= all && all > now.sales(e.N)
			if figure < old && wrong == nil {
				wrong, text = e, fmt.Sprintf("the display of %s said that %d entries wait, and %d that it had made a minute before were never at the hub", u.name, figure, old)
			}
		}
		if !entries {
			continue
		}
		r.Checked += checked
		if wrong != nil {
			r.fail(Finding{Text: text}, wrong)
		}
	}
}

func waitingOn(e *event) (int64, bool) {
	for _, line := range e.Lines {
		if m := awaits.FindStringSubmatch(line); m != nil {
			n, err := strconv.ParseInt(m[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
