package engine

import (
	"slices"
	"time"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/payment"
)

// What the bugs of pos/sabotage do that need more than a word at their place.
// An honest till never comes here.

// kickAgain opens the drawer for every order whose outcome is not known.
func (t *turn) kickAgain() {
	for _, o := range t.st.OpenIntents() {
		if o.Kick != nil && !t.knows(o.ID) {
			t.d.Again = append(t.d.Again, o.ID)
		}
	}
}

// notFound: nobody here remembers the payment, so there was none.
func (t *turn) notFound() {
	t.noted(t.charge().Host, pos.OutcomeFailed, "not found")
	t.declined(pos.Cancelled, "PAYMENT NOT FOUND - NOTHING WAS CHARGED")
}

// blindRetry asks for the money once more, as if it were the first time.
func (t *turn) blindRetry() {
	c := t.charge()
	t.noted(c.Host, pos.OutcomeUnknown, "no answer")
	t.order(pos.Intent{Host: &pos.HostOrder{Kind: "authorise", Ref: c.Ref, STAN: t.nextSTAN(), Amount: c.Amount, Taken: t.now.Wall}})
	t.hostBy = t.now.Mono + hostWait
}

// renumbered forwards a stored payment as if nobody had yet.
func (t *turn) renumbered(o fold.OpenIntent, d payment.Verdict) {
	t.noted(o.ID, pos.OutcomeUnknown, "no answer")
	t.order(pos.Intent{Host: &pos.HostOrder{Kind: "forward", Ref: d.Ref, STAN: t.nextSTAN(), Amount: d.Amount, Taken: d.StoredWall}})
}

// giveUp takes a reversal for done because it was sent.
func (t *turn) giveUp(o fold.OpenIntent, r pos.Reversal) {
	r.Acknowledged = true
	t.fact(pos.Fact{Reversal: &r})
	t.noted(o.ID, pos.OutcomeDone, "sent")
}

// rewriteSale writes the sale that a payment is for anew, with what is known
// of the payment now.
func (t *turn) rewriteSale(f pos.Forward) {
	for n := t.st.Till().Number; n > 0; n-- {
		s, ok := t.st.Sale(n)
		i := slices.IndexFunc(s.Tenders, func(td pos.Tender) bool { return td.Ref == f.Ref })
		if !ok || i < 0 {
			continue
		}
		sale := s.Sale
		sale.Tenders = slices.Clone(sale.Tenders)
		sale.Tenders[i].State, sale.Tenders[i].Auth = pos.Approved, f.Auth
		t.fact(pos.Fact{Sale: &sale})
		return
	}
}

// repriced gives lines the prices that the catalogue has now.
func (t *turn) repriced(lines []pos.Line) []pos.Line {
	lines = slices.Clone(lines)
	for i := range lines {
		if price, _, _, ok := t.st.Article(lines[i].SKU); ok {
			lines[i].Price = price
		}
	}
	return lines
}

// afterLatest is one more than the number of the sale with the latest time.
func (t *turn) afterLatest() int64 {
	var latest fold.OwnSale
	for n := int64(1); n <= t.st.Till().Number; n++ {
		if s, ok := t.st.Sale(n); ok && s.Wall >= latest.Wall {
			latest = s
		}
	}
	return latest.Number + 1
}

// keepPart tells the customer that it was declined, and lets the host keep what
// it took.
func (t *turn) keepPart(ev pos.HostReply) {
	t.noted(t.charge().Host, pos.OutcomeDone, ev.Response)
	t.declined(pos.Declined, payment.Words(ev.Response))
}

// doubtOn doubts every clock that was moved forward by hours, whatever it showed
// before.
func (t *turn) doubtOn(jump *pos.ClockJump) {
	if jump != nil {
		t.doubting = jump.To-jump.From > int64(time.Hour)
	}
	if t.doubting {
		t.d.Clock = pos.ClockDoubtful
	}
}
