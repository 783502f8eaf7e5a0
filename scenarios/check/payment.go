package check

import "stormrig/sim/history"

// payment is everything that is known of one payment reference.
type payment struct {
	ref      string
	unit     *unit
	charge   *chargeFact
	charged  *record
	charges  []chargedAt // all of them: a reference must not be given twice
	amount   int64
	results  []paymentStep
	forwards []paymentStep
	reverses []paymentStep
	// exceptions leave the payment's sale to a person
	exceptions []paymentStep
	tenders    []tenderOf
	armed      []*event
	swipes     []*event
	requests   []*event
	ledger     []*event
}

// paymentStep is a journal entry about a payment, with its state: the
// result's, "settled" or "declined" of a forward, "open" or "acknowledged" of
// a reversal.
type paymentStep struct {
	record *record
	state  string
	auth   string // a result's approval code
}

// chargedAt is an intent to charge and the entry that it stands in.
type chargedAt struct {
	*chargeFact
	record *record
}

// chargeBefore returns the newest intent that was durable before event n, else
// the first one.
func (p *payment) chargeBefore(n int64) chargedAt {
	of := p.charges[0]
	for _, c := range p.charges {
		if c.record.at < n {
			of = c
		}
	}
	return of
}

type tenderOf struct {
	sale   *sale
	tender *tenderFact
}

func (v *View) paymentOf(ref string) *payment {
	p := v.payment[ref]
	if p == nil {
		p = &payment{ref: ref}
		v.payment[ref] = p
		v.payments = append(v.payments, p)
	}
	return p
}

func (v *View) indexPayments() {
	for _, u := range v.units {
		for _, r := range u.own {
			for i := range r.entry.Facts {
				v.paymentFact(u, r, &r.entry.Facts[i])
			}
		}
		for _, s := range u.sales {
			for i := range s.Tenders {
				if t := &s.Tenders[i]; t.Ref != "" {
					p := v.paymentOf(t.Ref)
					p.tenders = append(p.tenders, tenderOf{s, t})
				}
			}
		}
	}
	v.paymentEvents()
}

func (v *View) paymentFact(u *unit, r *record, f *fact) {
	switch {
	case f.Charge != nil:
		p := v.paymentOf(f.Charge.Ref)
		p.charges = append(p.charges, chargedAt{f.Charge, r})
		if p.charge == nil {
			p.unit, p.charge, p.charged, p.amount = u, f.Charge, r, f.Charge.Amount
		}
	case f.Result != nil:
		p := v.paymentOf(f.Result.Ref)
		p.results = append(p.results, paymentStep{record: r, state: f.Result.State, auth: f.Result.Auth})
	case f.Forward != nil:
		p := v.paymentOf(f.Forward.Ref)
		p.forwards = append(p.forwards, paymentStep{record: r, state: cond(f.Forward.Settled, "settled", "declined")})
	case f.Exception != nil:
		p := v.paymentOf(f.Exception.Ref)
		p.exceptions = append(p.exceptions, paymentStep{record: r})
	case f.Reversal != nil:
		p := v.paymentOf(f.Reversal.Ref)
		p.reverses = append(p.reverses, paymentStep{record: r, state: cond(f.Reversal.Acknowledged, "acknowledged", "open")})
	}
}

func (v *View) paymentEvents() {
	for _, kind := range []string{history.KindArmed, history.KindSwipe, history.KindRequest, history.KindLedger} {
		for _, e := range v.kind[kind] {
			if e.Ref == "" {
				continue
			}
			p := v.paymentOf(e.Ref)
			switch kind {
			case history.KindArmed:
				p.armed = append(p.armed, e)
				p.unit = cond(p.unit == nil, v.unitOf(unitName(e.Who)), p.unit)
			case history.KindSwipe:
				p.swipes = append(p.swipes, e)
				p.unit = cond(p.unit == nil, v.unitOf(unitName(e.Who)), p.unit)
			case history.KindRequest:
				p.requests = append(p.requests, e)
			case history.KindLedger:
				p.ledger = append(p.ledger, e)
			}
		}
	}
}

// took returns the ledger lines that took money and still stand: one a trace
// number whose last word is captured or settled.
func (p *payment) took() []*event {
	var order []string
	lines := make(map[string]*event)
	for _, e := range p.ledger {
		if _, seen := lines[e.STAN]; !seen {
			order = append(order, e.STAN)
		}
		lines[e.STAN] = e
	}
	var standing []*event
	for _, stan := range order {
		if e := lines[stan]; tookMoney(e) {
			standing = append(standing, e)
		}
	}
	return standing
}

func tookMoney(e *event) bool { return e.State == "captured" || e.State == "settled" }

// stepBefore tells whether one of the steps was durable before event n.
func stepBefore(steps []paymentStep, n int64) bool {
	for _, s := range steps {
		if s.record.at < n {
			return true
		}
	}
	return false
}
