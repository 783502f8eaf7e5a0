package check

import (
	"bytes"
	"fmt"
	"slices"

	"stormrig/sim/history"
)

var y1 = Checker{
	ID: "Y1", Level: 1, Check: checkY1,
	Title:   "Applying is idempotent under duplicates, reordering and lost acknowledgements",
	Premise: "entry of another device that a replica holds",
}

// checkY1 asks of each replica that it holds every entry once and as it was
// written, and that its books are what its entries say.
func checkY1(v *View) Result {
	var r Result
	held := make(map[string][]*record)
	for _, h := range v.holdings {
		seen := make(map[uint64]*event, len(h.entries))
		for _, e := range h.entries {
			rec := v.records[keyOf(e)]
			r.Checked += cond(h.holder != e.Device, 1, 0)
			f := Finding{Entry: rec.key}
			switch twice := seen[e.Seq]; {
			case twice != nil:
				f.Text = fmt.Sprintf("%s holds %s twice", h.holder, rec.key)
				r.fail(f, twice, e)
			case !bytes.Equal(e.Payload, rec.raw) && !copyOfOther(rec, e):
				f.Text = fmt.Sprintf("%s holds %s with another content", h.holder, rec.key)
				r.fail(f, e)
			default:
				held[h.holder] = append(held[h.holder], rec.twin(e)) // what it holds, not what its key once named
			}
			seen[e.Seq] = e
		}
	}
	for _, s := range v.states() {
		if len(held[s.Who]) > 0 {
			v.checkBooks(&r, s, v.moves(held[s.Who]))
		}
	}
	clearFirst(&r)
	return r
}

func (v *View) checkBooks(r *Result, s *event, m movement) {
	for i := range v.Header.Articles {
		a := &v.Header.Articles[i]
		if want, got := a.Stock+m.sum[a.SKU], s.Stock[a.SKU]; got != want {
			f, moved := v.movedBy(a.SKU)
			f.Text = fmt.Sprintf("stock of %s in the books of %s: expected %d by the entries that it holds, found %d%s", a.SKU, s.Who, want, got, f.Text)
			r.fail(f, moved, s)
		}
	}
}

var y2 = Checker{
	ID: "Y2", Level: 2, Check: checkY2,
	Title:   "The hub acknowledges only what is durable",
	Premise: "acknowledgement of the hub",
}

// checkY2 asks that the hub held durably what it acknowledged, before it did,
// found it again after each loss of its power, and still holds it at the end.
// A till sends again what the hub has lost, so the end alone says little.
func checkY2(v *View) Result {
	y := acknowledging{mark: make(map[chain]uint64), end: make(map[chain]uint64), acked: make(map[chain]*event)}
	for _, h := range v.holdings {
		if h.holder == hub {
			y.end[h.chain] = uint64(len(h.entries))
		}
	}
	for _, e := range merged(v.kind[history.KindReplicated], v.kind[history.KindAcknowledged], v.kind[history.KindStarted]) {
		if e.Kind != history.KindReplicated || e.State != recovered {
			y.restarted()
		}
		switch {
		case e.Kind == history.KindAcknowledged:
			y.acknowledged(e, v.ended)
		case e.Who != hub:
		case e.Kind == history.KindStarted:
			y.found = make(map[chain]uint64)
		case e.State == recovered && y.found != nil:
			y.found[keyOf(e).chain()] = e.Seq
		default:
			c := keyOf(e).chain()
			y.mark[c] = max(y.mark[c], e.Seq)
		}
	}
	y.restarted()
	return y.r
}

// recovered is the state of what a hub says right after a start.
const recovered = "recovered"

// acknowledging follows what the hub holds, and what it said that it holds.
type acknowledging struct {
	r         Result
	mark, end map[chain]uint64
	acked     map[chain]*event // the highest acknowledgement
	order     []chain
	found     map[chain]uint64 // by a recovery that is being told
}

func (y *acknowledging) acknowledged(e *event, ended bool) {
	y.r.Checked++
	c := keyOf(e).chain()
	f := Finding{Entry: keyOf(e)}
	switch {
	case e.Seq > y.mark[c]:
		f.Text = fmt.Sprintf("the hub acknowledged %s and held the chain durably up to %d", keyOf(e), y.mark[c])
		y.r.fail(f, e)
	case ended && e.Seq > y.end[c]:
		f.Text = fmt.Sprintf("the hub acknowledged %s and holds %d entries of the chain at the end", keyOf(e), y.end[c])
		y.r.fail(f, e)
	}
	switch before := y.acked[c]; {
	case before == nil:
		y.order = append(y.order, c)
		y.acked[c] = e
	case e.Seq > before.Seq:
		y.acked[c] = e
	}
}

// restarted holds what a recovery found against what was acknowledged before.
func (y *acknowledging) restarted() {
	if len(y.found) == 0 {
		return // no recovery, or one that does not say what it found
	}
	for _, c := range y.order {
		if e := y.acked[c]; y.found[c] < e.Seq {
			y.r.fail(Finding{Entry: keyOf(e), Text: fmt.Sprintf("the hub acknowledged %s and found %d entries of the chain when it started again",
				keyOf(e), y.found[c])}, e)
			delete(y.acked, c)
		}
	}
	y.order = slices.DeleteFunc(y.order, func(c chain) bool { return y.acked[c] == nil })
	y.mark, y.found = y.found, nil
}

// hub is what histories call the back office.
const hub = "hub"

var y3 = Checker{
	ID: "Y3", Level: 2, Check: checkY3,
	Title:   "After healing, queues drain in bounded time and all digests match",
	Premise: "replica whose books were compared",
}

func checkY3(v *View) Result {
	var r Result
	states := v.states()
	if v.calm == 0 || len(states) < 2 {
		return Result{Note: "needs an act of calm and the books of two replicas"}
	}
	if v.stalled {
		v.stuck(&r)
	}
	v.missing(&r)
	for _, s := range states {
		r.Checked++
		if s.Text != states[0].Text {
			r.fail(Finding{Text: fmt.Sprintf("%s and %s end with different books: %s", s.Who, states[0].Who, v.parted(s, states[0]))},
				states[0], s)
		}
	}
	if v.stalled && len(r.Details) == 0 {
		r.fail(Finding{Text: "the run did not come to rest in time, though every order has its outcome, no payment waits, the hub has every entry and all books are the same: what is waited for is in no journal, only in the memory of a till"})
	}
	return r
}

var y7 = Checker{
	ID: "Y7", Level: 2, Check: checkY7,
	Title:   "Progress concerns the set fixed when it started, only grows, reaches 100 % only when durable at the hub",
	Premise: "progress figure",
}

// session is one progress bar.
type session struct {
	total, done int64
	need        map[chain]uint64 // what the hub must hold when it is full
}

func checkY7(v *View) Result {
	var r Result
	sessions := make(map[string]*session)
	heads := make(map[string]map[chain]uint64) // by device: what it has written
	durable := make(map[chain]uint64)          // at the hub
	for _, e := range merged(v.kind[history.KindCommit], v.kind[history.KindReplicated], v.kind[history.KindProgress]) {
		c := keyOf(e).chain()
		switch e.Kind {
		case history.KindCommit:
			if heads[e.Device] == nil {
				heads[e.Device] = make(map[chain]uint64)
			}
			heads[e.Device][c] = max(heads[e.Device][c], e.Seq)
		case history.KindReplicated:
			if e.Who == hub {
				durable[c] = max(durable[c], e.Seq)
			}
		case history.KindProgress:
			r.Checked++
			id := fmt.Sprintf("%s %d %s", e.Who, e.Gen, e.Ref) // each life counts from one again
			s := sessions[id]
			if s == nil {
				s = &session{total: e.Total, need: make(map[chain]uint64)}
				for k, seq := range heads[unitName(e.Who)] {
					s.need[k] = seq
				}
				sessions[id] = s
			}
			if text := s.wrong(e, durable); text != "" {
				r.fail(Finding{Ref: e.Ref, Text: fmt.Sprintf("progress of %s: %s", e.Who, text)}, e)
			}
			s.done = max(s.done, e.Done)
		}
	}
	v.checkWaiting(&r)
	return r
}

func (s *session) wrong(e *event, durable map[chain]uint64) string {
	switch {
	case e.Total != s.total:
		return fmt.Sprintf("of %d, it began as of %d", e.Total, s.total)
	case e.Done < s.done:
		return fmt.Sprintf("%d after %d", e.Done, s.done)
	case e.Done > e.Total:
		return fmt.Sprintf("%d of %d", e.Done, e.Total)
	case e.Done < e.Total:
		return ""
	}
	for c, seq := range s.need {
		if durable[c] < seq {
			return fmt.Sprintf("full, while the hub held %s/%d up to %d of %d", c.device, c.inc, durable[c], seq)
		}
	}
	return ""
}
