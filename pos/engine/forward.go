package engine

import (
	"slices"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/payment"
)

// mayStore asks the caps. They are decided in the write that stores.
func (t *turn) mayStore(amount pos.Amount) (bool, string) {
	queue := t.st.DeferredQueue()
	if t.cfg.Sabotage.CapEachAlone {
		queue = nil
	}
	if t.cfg.Sabotage.CapMetRefused && amount == t.cfg.Policy.CapEach {
		return false, payment.OverEach
	}
	return t.cfg.Policy.MayStore(queue, amount)
}

// openHost finds the open request of a kind for a trace number.
func (t *turn) openHost(kind, stanNumber string) (fold.OpenIntent, bool) {
	for _, o := range t.st.OpenIntents() {
		if o.Host != nil && o.Host.Kind == kind && o.Host.STAN == stanNumber && !t.knows(o.ID) {
			return o, true
		}
	}
	return fold.OpenIntent{}, false
}

// forward sends what waits for the host: reversals first, again and again
// until they are acknowledged; then the stored payments one by one, each as
// the same request until it is answered.
func (t *turn) forward() {
	if !t.up["host"] {
		return
	}
	undo := t.st.Undo()
	for _, r := range undo {
		if o, ok := t.openHost("reverse", r.STAN); ok && t.cfg.Sabotage.ReversalGivenUp {
			t.giveUp(o, r)
		} else if ok {
			t.d.Again = append(t.d.Again, o.ID)
		} else {
			t.orderReversal(r)
		}
	}
	if len(undo) > 0 {
		t.forwardAt = t.now.Mono + hostWait
	}
	for _, at := range t.later {
		if at > t.now.Mono && (t.forwardAt < 0 || at < t.forwardAt) {
			t.forwardAt = at
		}
	}
	clock := t.d.Clock
	if t.cfg.Sabotage.DoubtExpires {
		clock = pos.ClockGood
	}
	for _, v := range t.cfg.Policy.Plan(t.st.DeferredQueue(), t.now.Wall, clock) {
		if slices.ContainsFunc(undo, func(r pos.Reversal) bool { return r.Ref == v.Ref }) || t.later[v.Ref] > t.now.Mono {
			continue // one that the host cannot take blocks none of the others
		}
		t.forwardOne(v)
		return
	}
}

func (t *turn) forwardOne(d payment.Verdict) {
	if sent, gone := t.lost[d.Ref]; gone {
		t.cardLost(d, sent)
		return
	}
	t.forwardAt = t.now.Mono + hostWait
	if o, ok := t.openHost("forward", d.STAN); ok && t.cfg.Sabotage.ForwardRenumbered {
		t.renumbered(o, d)
		return
	} else if ok {
		t.d.Again = append(t.d.Again, o.ID)
		return
	}
	if d.Expired {
		t.fact(pos.Fact{Forward: &pos.Forward{Ref: d.Ref, Expired: true, Receivable: d.Amount}})
		t.d.Drop = append(t.d.Drop, d.Vault)
		t.forwardAt = t.now.Mono
		return
	}
	t.order(pos.Intent{Host: &pos.HostOrder{Kind: "forward", Ref: d.Ref, STAN: d.STAN, Amount: d.Amount, Taken: d.StoredWall}})
}

// cardLost gives up a stored payment whose card data a disk has lost: the
// customer owes the shop, and what the host may have taken is undone.
func (t *turn) cardLost(d payment.Verdict, sent bool) {
	if o, ok := t.openHost("forward", d.STAN); ok {
		t.noted(o.ID, pos.OutcomeFailed, "card data lost")
	}
	if sent {
		t.reverse(pos.Reversal{Ref: d.Ref, STAN: d.STAN, Amount: d.Amount, Reason: "4021", Taken: d.StoredWall})
	}
	t.fact(pos.Fact{Forward: &pos.Forward{Ref: d.Ref, CardLost: true, Receivable: d.Amount}})
	t.d.Drop = append(t.d.Drop, d.Vault)
	t.forwardAt = t.now.Mono + forwardWait
}

// forwarded: the host's late word on a stored payment. A decline never takes
// the sale back: the customer owes the shop.
func (t *turn) forwarded(ev pos.HostReply) {
	o, ok := t.openHost("forward", ev.STAN)
	if !ok {
		return
	}
	d, ok := t.st.Deferred(o.Host.Ref)
	if !ok {
		return
	}
	class := payment.Classify(ev.Response)
	switch class {
	case payment.ClassDuplicate:
		if !d.Renumbered {
			t.anotherNumber(o, d)
			return
		}
		fallthrough // not even under a number that it never saw
	case payment.ClassReverse, payment.ClassRefused: // the host took what cannot be kept, or does not say what it took before
		t.reverse(pos.Reversal{Ref: d.Ref, STAN: d.STAN, Amount: d.Amount, Reason: "4020", Taken: d.StoredWall})
	case payment.ClassLater, payment.ClassUnknown:
		t.later[d.Ref] = t.now.Mono + forwardLater
		t.forwardAt = t.now.Mono + forwardWait
		return
	}
	f := pos.Forward{Ref: d.Ref, Settled: class == payment.ClassApproved, Auth: ev.Auth, Response: ev.Response}
	if !f.Settled && !t.cfg.Sabotage.NothingOwed {
		f.Receivable = d.Amount
	}
	t.fact(pos.Fact{Forward: &f})
	if t.cfg.Sabotage.RewrittenSale {
		t.rewriteSale(f)
	}
	t.noted(o.ID, pos.OutcomeDone, ev.Response)
	t.d.Drop = append(t.d.Drop, d.Vault)
	t.forwardAt = t.now.Mono + forwardWait
}

// anotherNumber undoes what the host will not say more of, and lets the payment
// go on under another number once that is acknowledged: so it is taken once, and
// the customer, who has gone, need not be found.
func (t *turn) anotherNumber(o fold.OpenIntent, d payment.Deferred) {
	t.noted(o.ID, pos.OutcomeUnknown, "the host calls it a duplicate")
	t.fact(pos.Fact{Renumber: &pos.Renumber{Ref: d.Ref, STAN: t.nextSTAN()}})
	t.reverse(pos.Reversal{Ref: d.Ref, STAN: d.STAN, Amount: d.Amount, Reason: "4020", Taken: d.StoredWall})
	t.forwardAt = t.now.Mono + hostWait
}

func (t *turn) reversed(ev pos.HostReply) {
	for _, r := range t.st.Undo() {
		if r.STAN != ev.STAN {
			continue
		}
		switch payment.ClassifyReversal(ev.Response) {
		case payment.ClassApproved:
			r.Acknowledged = true
		case payment.ClassRefused: // repeating it changes nothing: a person must see it
			r.Refused = ev.Response
			t.fresh()
			t.refuse("REVERSAL OF " + r.Ref + " REFUSED: " + payment.Words(ev.Response) + " - CALL THE BANK")
			t.unclear(r)
		default:
			continue // repeated until it is acknowledged
		}
		t.fact(pos.Fact{Reversal: &r})
		if o, ok := t.openHost("reverse", ev.STAN); ok {
			t.noted(o.ID, pos.OutcomeDone, ev.Response)
		}
		t.forwardAt = t.now.Mono + forwardWait
	}
}

// unclear ends a stored payment whose first request the host will not undo: it
// may stand, and what is sent again might be taken twice.
func (t *turn) unclear(r pos.Reversal) {
	if d, ok := t.st.Deferred(r.Ref); ok && d.STAN != r.STAN {
		t.fact(pos.Fact{Forward: &pos.Forward{Ref: r.Ref, Response: r.Refused, Unclear: true}})
		t.d.Drop = append(t.d.Drop, d.Vault)
	}
}
