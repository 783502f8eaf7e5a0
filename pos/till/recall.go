package till

import (
	"slices"

	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
)

// recall asks the hub for the chain of the payment that the engine wants to know
// of: a journal of this device that is not on this disk.
func (t *Till) recall(now pos.Now, r *Result) {
	chain, ref := t.engine.Doubt()
	switch {
	case ref == t.recalled.Ref:
		return
	case ref == "":
		t.recalled = pos.Recalled{}
		t.client.Recall(now.Mono, t.chains(), sync.Mark{})
		return
	}
	t.recalled = pos.Recalled{Ref: ref}
	if t.cfg.NoHub {
		t.decide(now, t.recalled, r)
		return
	}
	t.exchange(now, t.client.Recall(now.Mono, t.chains(), sync.Mark{Chain: chain}), r)
}

// lookFor looks through a batch of that chain, and at its end tells the engine
// what there was. A batch that cannot be read is the end: what stands before it
// counts.
func (t *Till) lookFor(now pos.Now, m *sync.Message, r *Result) {
	at := sync.Mark{Chain: m.Chain}
	for raw := m.Frames; len(raw) > 0; {
		f, rest, err := journal.ParseFrame(raw)
		if err != nil {
			break
		}
		at.Seq, raw = f.Seq, rest
		if e, err := t.decode(m.Chain, f); err == nil {
			t.find(e)
		}
	}
	if at.Seq > 0 {
		t.exchange(now, t.client.Recall(now.Mono, t.chains(), at), r)
		return
	}
	t.decide(now, t.recalled, r)
}

// find notes what an entry says of the payment asked for.
func (t *Till) find(e *pos.Entry) {
	for i := range e.Facts {
		f := &e.Facts[i]
		if f.Exception != nil && f.Exception.Ref == t.recalled.Ref {
			t.recalled.Claimed = true
		}
		if f.Sale == nil {
			continue
		}
		if j := slices.IndexFunc(f.Sale.Tenders, func(td pos.Tender) bool { return td.Ref == t.recalled.Ref }); j >= 0 {
			t.recalled.Number, t.recalled.Amount = f.Sale.Number, f.Sale.Tenders[j].Amount
		}
	}
}
