package fold

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"stormrig/pos"
	"stormrig/pos/payment"
)

// Local is what a device's own chain says of the device itself.
type Local struct {
	till     table[Till]         // one record, "till"
	sales    table[OwnSale]      // by receipt number
	intents  table[OpenIntent]   // by id
	deferred table[deferral]     // by payment reference
	undo     table[pos.Reversal] // by STAN: not yet acknowledged
	closed   table[pos.Report]   // each Z by its entry, the last one of each business date by that
	// exceptions by payment reference: nothing but a person closes one
	exceptions table[OpenException]
}

// Till is the small part of a device's state: numbers, the open cart and the
// payment under way. It is a value; its slices are never altered in place.
type Till struct {
	Head      pos.Key          `json:"head"`       // last entry folded
	Number    int64            `json:"number"`     // last receipt number given
	Job       int              `json:"job"`        // last print job, wraps at 10^4
	STAN      int              `json:"stan"`       // last trace number, wraps at 10^6
	Payments  int              `json:"payments"`   // charges ever made, for references
	FirstOpen int64            `json:"first_open"` // first receipt number that no Z covers
	AfterZ    pos.Key          `json:"after_z"`    // entry of the last Z
	HLC       uint64           `json:"hlc"`        // highest given under a good clock
	LastWall  int64            `json:"last_wall"`  // wall of the last entry
	MaxWall   int64            `json:"max_wall"`   // highest wall of an entry with a good clock
	AheadBy   int64            `json:"ahead_by"`   // ns that the clock jumped forward and nothing confirmed; see aheadBy
	Draft     []pos.Line       `json:"draft"`      // the open cart
	Charge    *Charge          `json:"charge"`     // the payment under way
	Down      map[string]int64 `json:"down"`       // links known to be down, since (wall)
	// Settled is what was closed of what was owed, since the last Z.
	Settled map[pos.SettleBy]pos.Amount `json:"settled,omitempty"`
}

// Charge is an open charge and how far it has come.
type Charge struct {
	pos.Charge
	Arm  string `json:"arm"`  // intent
	Host string `json:"host"` // intent of the authorisation, empty before
}

// OwnSale is a sale of this device with what its entry says of it.
type OwnSale struct {
	pos.Sale
	Key   pos.Key          `json:"key"`
	Wall  int64            `json:"wall"`
	Clock pos.ClockQuality `json:"clock,omitempty"`
}

// OpenIntent is an effect that was ordered and has no outcome yet.
type OpenIntent struct {
	pos.Intent
	Seq  uint64 `json:"seq"` // entry that ordered it
	Inc  uint32 `json:"inc"`
	Wall int64  `json:"wall"`
}

// OpenException is a payment that a person has to settle, with the entry that
// says so: an exception, a stored payment that failed, a reversal that the host
// refused for good (which has no sale, then).
type OpenException struct {
	pos.Exception
	Key pos.Key `json:"key"`
}

func newLocal() *Local {
	return &Local{till: newTable[Till]("local/"), sales: newTable[OwnSale]("sale/"),
		intents: newTable[OpenIntent]("intent/"), deferred: newTable[deferral]("deferred/"),
		undo: newTable[pos.Reversal]("undo/"), closed: newTable[pos.Report]("z/"),
		exceptions: newTable[OpenException]("exception/")}
}

func (l *Local) clone() *Local {
	return &Local{till: l.till.clone(), sales: l.sales.clone(), intents: l.intents.clone(),
		deferred: l.deferred.clone(), undo: l.undo.clone(), closed: l.closed.clone(), exceptions: l.exceptions.clone()}
}

func (l *Local) tables() []store {
	return []store{&l.till, &l.sales, &l.intents, &l.deferred, &l.undo, &l.closed, &l.exceptions}
}

// Till returns the device's numbers, cart and open payment.
func (l *Local) Till() Till { t, _ := l.till.get("till"); return t }

// Sale returns an own sale by its receipt number. It must not be changed.
func (l *Local) Sale(number int64) (OwnSale, bool) { return l.sales.get(saleKey(number)) }

// Z returns a day report by the key of its entry, or the last one that closed a
// business date. Its maps must not be changed.
func (l *Local) Z(name string) (pos.Report, bool) { return l.closed.get(name) }

func saleKey(n int64) string { return strconv.FormatInt(n, 10) }

// Open returns the open intent with this id.
func (l *Local) Open(id string) (OpenIntent, bool) { return l.intents.get(id) }

// OpenIntents lists what was ordered and has no outcome yet, oldest first.
func (l *Local) OpenIntents() []OpenIntent {
	out := slices.Collect(maps.Values(l.intents.m))
	slices.SortFunc(out, func(a, b OpenIntent) int {
		return cmp.Or(cmp.Compare(a.Inc, b.Inc), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// deferral is a waiting payment with the receipt number of its sale, which
// orders the queue whatever the clock did.
type deferral struct {
	payment.Deferred
	Number int64
}

// DeferredQueue lists the payments that wait to be forwarded, oldest first.
func (l *Local) DeferredQueue() payment.Queue {
	all := slices.SortedFunc(maps.Values(l.deferred.m), func(a, b deferral) int { return cmp.Compare(a.Number, b.Number) })
	out := make(payment.Queue, len(all))
	for i, d := range all {
		out[i] = d.Deferred
	}
	return out
}

// Deferred returns one waiting payment.
func (l *Local) Deferred(ref string) (payment.Deferred, bool) {
	d, ok := l.deferred.get(ref)
	return d.Deferred, ok
}

// Undo lists the reversals that the host has not acknowledged.
func (l *Local) Undo() []pos.Reversal {
	out := make([]pos.Reversal, 0, len(l.undo.m))
	for _, k := range l.undo.keys() {
		out = append(out, l.undo.m[k])
	}
	return out
}

// Exceptions lists the payments that a person has to settle, by receipt number.
func (l *Local) Exceptions() []OpenException {
	return slices.SortedFunc(maps.Values(l.exceptions.m), func(a, b OpenException) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Ref, b.Ref))
	})
}

// apply folds the next entry of the own chain.
func (l *Local) apply(e *pos.Entry) {
	t := l.Till()
	t.Head, t.LastWall = e.Key, e.Wall
	if e.Clock == pos.ClockGood {
		// A clock that is years ahead must not stay in the hybrid clock after
		// it was set right: its edits would win every conflict for ever.
		t.MaxWall, t.HLC = max(t.MaxWall, e.Wall), max(t.HLC, e.HLC)
	}
	for i := range e.Facts {
		l.fact(&t, e, &e.Facts[i])
	}
	for _, in := range e.Intents {
		l.intents.put(in.ID, OpenIntent{Intent: in, Seq: e.Seq, Inc: e.Incarnation, Wall: e.Wall})
		t = l.ordered(t, in)
	}
	l.till.put("till", t)
}

func (l *Local) fact(t *Till, e *pos.Entry, f *pos.Fact) {
	switch {
	case f.Boot != nil:
		t.Number = max(t.Number, f.Boot.Number)
		if f.Boot.Lost != "" {
			t.STAN = payment.LastSTANAfterLoss(t.STAN)
		}
	case f.Line != nil:
		t.Draft = append(slices.Clone(t.Draft), *f.Line)
	case f.Void != nil:
		t.Draft = without(t.Draft, f.Void.N)
	case f.Charge != nil:
		t.Charge = &Charge{Charge: *f.Charge}
		t.Payments++
		t.STAN = number(f.Charge.STAN)
	case f.Result != nil:
		l.result(t, e, f.Result)
	case f.Sale != nil:
		t.Number, t.Draft = f.Sale.Number, nil
		l.sales.put(saleKey(f.Sale.Number), OwnSale{Sale: *f.Sale, Key: e.Key, Wall: e.Wall, Clock: e.Clock})
		l.deferSale(e, f.Sale)
	case f.Note != nil:
		l.intents.del(f.Note.Intent)
	case f.Reversal != nil:
		l.reversal(e, f.Reversal)
	case f.Forward != nil:
		l.forwarded(e, f.Forward)
	case f.Renumber != nil:
		if d, ok := l.deferred.get(f.Renumber.Ref); ok {
			d.STAN, d.Renumbered, t.STAN = f.Renumber.STAN, true, number(f.Renumber.STAN)
			l.deferred.put(d.Ref, d)
		}
	case f.ClockJump != nil:
		t.AheadBy = t.aheadBy(f.ClockJump)
	case f.Report != nil && f.Report.Kind == "Z":
		t.FirstOpen, t.AfterZ, t.Settled = t.Number+1, e.Key, nil
		l.closed.put(f.Report.BusinessDate, *f.Report)
		l.closed.put(e.Key.String(), *f.Report)
	case f.Exception != nil:
		l.exceptions.put(f.Exception.Ref, OpenException{*f.Exception, e.Key})
	case f.Settlement != nil:
		l.exceptions.del(f.Settlement.Ref)
		t.Settled = maps.Clone(t.Settled)
		if t.Settled == nil {
			t.Settled = map[pos.SettleBy]pos.Amount{}
		}
		t.Settled[f.Settlement.How] += f.Settlement.Amount
	case f.Outage != nil:
		t.Down = down(t.Down, f.Outage)
	}
}

func (l *Local) result(t *Till, e *pos.Entry, r *pos.Result) {
	if r.State == pos.Deferred {
		var c pos.Charge
		if t.Charge != nil {
			c = t.Charge.Charge
		}
		l.deferred.put(r.Ref, deferral{Deferred: payment.Deferred{Ref: r.Ref, STAN: r.STAN, Amount: c.Amount,
			Vault: r.Vault, StoredWall: e.Wall, Quality: e.Clock}})
		if r.STAN != c.STAN { // a number of its own, because the charge's is being reversed
			t.STAN = number(r.STAN)
		}
	}
	if t.Charge != nil && t.Charge.Ref == r.Ref {
		t.Charge = nil
	}
}

func (l *Local) deferSale(e *pos.Entry, s *pos.Sale) {
	for _, td := range s.Tenders {
		if d, ok := l.deferred.get(td.Ref); ok && td.Ref != "" {
			d.Number = s.Number
			l.deferred.put(d.Ref, d)
		}
	}
}

// forwarded ends a stored payment; one that was not paid is a person's.
func (l *Local) forwarded(e *pos.Entry, f *pos.Forward) {
	d, _ := l.deferred.get(f.Ref)
	l.deferred.del(f.Ref)
	if !f.Settled {
		l.exceptions.put(f.Ref, OpenException{pos.Exception{Ref: f.Ref, Number: d.Number, Reason: f.Why(), Receivable: f.Receivable}, e.Key})
	}
}

func (l *Local) reversal(e *pos.Entry, r *pos.Reversal) {
	switch _, known := l.exceptions.get(r.Ref); {
	case !r.Acknowledged && r.Refused == "":
		l.undo.put(r.STAN, *r)
		return
	case r.Refused != "" && !known:
		l.exceptions.put(r.Ref, OpenException{pos.Exception{Ref: r.Ref, Reason: "reversal refused: " + r.Refused}, e.Key})
	}
	l.undo.del(r.STAN)
}

// ordered notes what an intent says of the payment under way and of numbers.
func (l *Local) ordered(t Till, in pos.Intent) Till {
	switch {
	case in.Print != nil:
		t.Job = in.Print.Job
	case in.Arm != nil && t.Charge != nil && t.Charge.Ref == in.Arm.Ref:
		c := *t.Charge
		c.Arm = in.ID
		t.Charge = &c
	case in.Host != nil && in.Host.Kind == "authorise" && t.Charge != nil && t.Charge.Ref == in.Host.Ref:
		c := *t.Charge
		c.Host = in.ID
		t.Charge = &c
	}
	return t
}

func without(lines []pos.Line, n int) []pos.Line {
	if n == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(lines), func(l pos.Line) bool { return l.N == n })
}

// down keeps which links an outage fact left down: a fact whose To is its From
// opens an interval, a later one closes it.
func down(m map[string]int64, o *pos.Outage) map[string]int64 {
	if o.What == "till" {
		return m
	}
	out := maps.Clone(m)
	if out == nil {
		out = map[string]int64{}
	}
	if o.From == o.To {
		out[o.What] = o.From
	} else {
		delete(out, o.What)
	}
	return out
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }
