package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// foundBy says who else knows of a sale that the till has not: on a disk that
// lies the loss is a violation all the same, but somebody may have noticed.
func (v *View) foundBy(b *basket) string {
	for _, r := range b.unit.own {
		boot := r.boot()
		switch {
		case boot == nil || r.at <= b.event.N:
		case boot.Lost != "":
			return "found by the till: " + boot.Lost + v.when(r)
		case boot.Before != nil && (len(b.sales) == 0 || b.unit.bootWithout(b.sales[0].record) == r):
			return fmt.Sprintf("found by the till: it began a new incarnation with %s%s", r.key, v.when(r))
		}
	}
	for _, s := range b.sales {
		if len(s.record.copies) > 0 {
			return fmt.Sprintf("found by %s, which holds it as %s", unitName(s.record.copies[0].Who), s.record.key)
		}
	}
	for _, e := range b.swipes {
		if p := v.payment[e.Ref]; p != nil && p.tookFor(b, e) != nil {
			return fmt.Sprintf("found by the card host, which took %s under %s%s", v.money(e.Amount), e.Ref, v.reused(b, e.Ref))
		}
	}
	if len(b.pieces) > 0 {
		return "found by the paper" + v.otherCapture(b)
	}
	return "no witness" + v.otherCapture(b)
}

func (v *View) when(r *record) string {
	if r.commit == nil {
		return ""
	}
	return " at " + v.clock(r.commit.T)
}

// tookFor returns the standing capture that is this shopper's: a till that was
// rolled back gives a reference again, so the reference alone says nothing.
func (p *payment) tookFor(b *basket, swipe *event) *event {
	for _, e := range p.took() {
		if (e.Amount == swipe.Amount || swipe.Amount == 0) && (e.Basket == b.n || e.Basket == 0) {
			return e
		}
	}
	return nil
}

// reused names the other shoppers whose card was read under the reference.
func (v *View) reused(b *basket, ref string) string {
	var others []string
	for _, e := range v.payment[ref].swipes {
		word := fmt.Sprint(e.Basket)
		if e.Basket != b.n && e.Basket != 0 && (len(others) == 0 || others[len(others)-1] != word) {
			others = append(others, word)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return fmt.Sprintf(" (a reference that was reused: basket %s has it, too)", strings.Join(others, " and basket "))
}

// otherCapture says of a capture under one of the basket's references whose it
// is: without that a reader takes it for this shopper's money.
func (v *View) otherCapture(b *basket) string {
	for _, e := range b.swipes {
		p := v.payment[e.Ref]
		if p == nil {
			continue
		}
		if took := p.took(); len(took) > 0 && v.reused(b, e.Ref) != "" {
			of := cond(took[0].Basket != 0 && took[0].Basket != b.n, fmt.Sprintf(" of basket %d", took[0].Basket), "")
			return fmt.Sprintf("; the reference %s was reused after the rollback: the card host's %s under it are%s, not this shopper's",
				e.Ref, v.money(took[0].Amount), cond(of == "", " another's", of))
		}
	}
	return ""
}

// lying tells whether the unit's disk was acknowledging syncs that it did not
// do at event n, and since when.
func (u *unit) lying(n int64) *event {
	var since *event
	for _, e := range u.kind[history.KindDisk] {
		switch {
		case e.N >= n:
			return since
		case e.Who != u.name:
		case e.Heals("lie"):
			since = nil
		case e.State == "lie" && since == nil:
			since = e
		}
	}
	return since
}

// whyGone names the entry that a lost sale was, and the start that no longer
// found it.
func (v *View) whyGone(b *basket) string {
	if len(b.sales) == 0 {
		return cond(b.unit.watched, ": no entry of it was ever written", "")
	}
	s := b.sales[0]
	if s.record.commit == nil {
		return ""
	}
	text := fmt.Sprintf(": it was entry %s%s", s.record.key, v.when(s.record))
	if since := b.unit.lying(s.record.at); since != nil {
		text += ", written while the disk acknowledged syncs that it did not do"
	}
	if boot := b.unit.bootWithout(s.record); boot != nil {
		text += fmt.Sprintf(", and %s started again%s without it", b.unit.name, v.when(boot))
	}
	return text
}

// bootWithout returns the first entry of a life that began before r again:
// what the till found when it started did not hold r.
func (u *unit) bootWithout(r *record) *record {
	for _, o := range u.own {
		boot := o.boot()
		switch {
		case boot == nil || o.at <= r.at:
		case boot.Before != nil && boot.Before.Inc == r.key.Inc && boot.Before.Seq < r.key.Seq,
			o.key.Inc == r.key.Inc && o.key.Seq <= r.key.Seq:
			return o
		}
	}
	return nil
}

// Rollback is a start that found less in the journal than the till had written
// durably, as its disk had said.
type Rollback struct {
	Unit        string
	Started     *history.Event // or the commit of the life's first entry
	First, Last Key            // what is gone, of one chain
}

// Gone is how many entries are gone.
func (r Rollback) Gone() int { return int(r.Last.Seq-r.First.Seq) + 1 }

// Rollbacks lists them in the order of the history.
func (v *View) Rollbacks() []Rollback {
	var out []Rollback
	for _, u := range v.units {
		head := make(map[uint32]uint64) // by incarnation: what was written
		for _, r := range u.own {
			if boot := r.boot(); boot != nil && r.commit != nil {
				inc, found := r.key.Inc, r.key.Seq-1
				if boot.Before != nil {
					inc, found = boot.Before.Inc, boot.Before.Seq
				}
				if head[inc] > found {
					e := last(u.kind[history.KindStarted], r.at)
					if e == nil {
						e = r.commit
					}
					out = append(out, Rollback{u.name, e, Key{u.name, inc, found + 1}, Key{u.name, inc, head[inc]}})
				}
				head[inc] = found
			}
			if r.commit != nil {
				head[r.key.Inc] = max(head[r.key.Inc], r.key.Seq)
			}
		}
	}
	return out
}

// lostAt returns the event of the start that no longer found the basket's
// sale, or nil.
func (b *basket) lostAt() *event {
	for _, s := range b.sales {
		if boot := b.unit.bootWithout(s.record); boot != nil && s.record.commit != nil {
			if e := last(b.unit.kind[history.KindStarted], boot.at); e != nil && e.N > s.record.at {
				return e
			}
			return boot.commit
		}
	}
	return nil
}
