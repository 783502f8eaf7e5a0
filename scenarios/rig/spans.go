package rig

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/pos/hub"
	"stormrig/pos/till"
	"stormrig/sim"
	"stormrig/sim/history"
)

const (
	afterWalkout = 30 * time.Second
	idleSpan     = 4 * time.Second
	// receiptBytes is what a transfer to the printer must have to be a
	// receipt and not a question about its status.
	receiptBytes = 150
)

// handled writes down that disk work begins, and announces it to the faults
// before any of it has happened.
func (r *Run) handled(h sim.Handled) {
	r.handling[h.Who], r.storing[h.Who] = committed(h.Outs), stored(h.Outs)
	r.diskWork(h)
	r.rewrites(h)
	name := spanName(h.Outs)
	if name == "" {
		return
	}
	r.applied(h)
	basket := r.serving[h.Who]
	r.record(history.Event{Kind: history.KindSpan, Who: h.Who, Gen: h.Gen, Basket: basket, State: name})
	switch {
	case name == fault.SpanCommit && settlesStored(h.Outs):
		r.picker.Span(fault.Work(fault.SpanSettle, 0, h))
	case name == fault.SpanCommit && !finishesSale(h.Outs):
	case name == fault.SpanRecovery && h.Gen < 2:
	default:
		r.picker.Span(fault.Work(name, basket, h))
	}
}

// rewrites announces what a unit does on its disk after an operation of the same
// work has failed: there it brings in order what that left in doubt.
func (r *Run) rewrites(h sim.Handled) {
	i := slices.IndexFunc(h.Ops, failed)
	if i < 0 || h.Ops[i].Fault == sim.DiskFull {
		return
	}
	rest := h.Ops[i+1:]
	if !slices.ContainsFunc(rest, func(o sim.Op) bool { return o.Kind == sim.OpWrite }) {
		return
	}
	s := fault.Work(fault.SpanRewrite, r.serving[h.Who], h)
	s.Begin, s.Ops = rest[0].Begin, rest
	r.picker.Span(s)
}

// spanName is what a handling calls its disk work.
func spanName(outs []machine.Output) string {
	for _, o := range outs {
		switch v := o.Tell.(type) {
		case till.Span:
			return v.Name
		case hub.Span:
			return v.Name
		}
	}
	return ""
}

// saleFact is how a finished sale begins in a journal payload.
var saleFact = []byte(`{"sale":{`)

// forwardFact is how the end of a stored payment begins in a journal payload.
var forwardFact = []byte(`{"forward":{`)

func settlesStored(outs []machine.Output) bool {
	for _, e := range committed(outs) {
		if bytes.Contains(e.payload, forwardFact) {
			return true
		}
	}
	return false
}

func finishesSale(outs []machine.Output) bool {
	for _, e := range committed(outs) {
		if bytes.Contains(e.payload, saleFact) {
			return true
		}
	}
	return false
}

// spanOf returns the span of the handling that a cut struck.
func (r *Run) spanOf(who string) string {
	for i := len(r.events) - 1; i >= 0; i-- {
		if e := &r.events[i]; e.Kind == history.KindSpan && e.Who == who {
			return e.State
		}
	}
	return ""
}

// transfer announces a receipt on its way to a printer, and messages on the
// line to the card host.
func (r *Run) transfer(o sim.TransferBegun) {
	name, till := fault.SpanHostRequest, tillOf(o.From)
	if o.From == unitHost {
		name, till = fault.SpanHostReply, tillOf(o.To)
	}
	if o.From == unitHost || o.To == unitHost {
		s := fault.Transfer(name, r.serving[till], o)
		s.Unit = till
		r.picker.Span(s)
	}
	if strings.HasSuffix(o.To, "."+driver.PortPrinter) && len(o.Data) >= receiptBytes {
		r.picker.Span(fault.Transfer(fault.SpanReceipt, r.basketAt(o.From), o))
	}
}

// moment announces a point in the life of a sale.
func (r *Run) moment(name, till string, really bool) {
	if really {
		r.momentOf(name, till, r.serving[till])
	}
}

func (r *Run) momentOf(name, till string, basket int) {
	now := r.world.Now()
	r.picker.Span(fault.Span{Name: name, Unit: till, Basket: basket, Begin: now, End: now, ActAt: now})
}

// approved announces the time from the host's approval until the till can
// have recorded it: its answer still has to be made and to travel.
func (r *Run) approved(till string) {
	r.approval(till, hostDelay+linkDelay)
}

// swiped: in the dark the dongle's card is what is approved.
func (r *Run) swiped(till string) {
	r.moment("swipe", till, true)
	if t, _ := r.Scenario.Till(till); !t.Terminal() && !r.world.Up(t.HostLink()) {
		r.approval(till, 30*perByte)
	}
}

func (r *Run) approval(till string, atLeast time.Duration) {
	now := r.world.Now()
	r.picker.Span(fault.Span{Name: fault.SpanApproval, Unit: till, Basket: r.serving[till], Begin: now, End: now + atLeast, ActAt: now})
}

func (r *Run) idle(till string, basket int) {
	now := r.world.Now()
	r.picker.Span(fault.Span{Name: fault.SpanIdle, Unit: till, Basket: basket, Begin: now + 3*time.Second, End: now + 3*time.Second + idleSpan})
}

// underway is a finished sale on its way to the hub.
type underway struct {
	seq     uint64
	basket  int
	applied bool
}

// committedMoments announces what the commit of an entry means for its sale.
func (r *Run) committedMoments(till string, e entry) {
	r.moment("charge", till, bytes.Contains(e.payload, []byte(`{"charge":{`)))
	if _, rest, ok := bytes.Cut(e.payload, []byte(`{"charge":{"ref":"`)); ok {
		ref, _, _ := bytes.Cut(rest, []byte(`"`))
		r.charged[till] = string(ref)
	} else if bytes.Contains(e.payload, []byte(`{"result":{`)) {
		delete(r.charged, till)
	}
	r.moment("record", till, bytes.Contains(e.payload, []byte(`{"result":{`)) && bytes.Contains(e.payload, saleFact))
	if bytes.Contains(e.payload, saleFact) {
		r.moment("committed", till, true)
		r.sales[till] = underway{seq: e.key.Seq, basket: r.serving[till]}
	}
}

// applied: what the hub is about to acknowledge is durable there; the time from
// the one to the other is a span.
func (r *Run) applied(h sim.Handled) {
	for _, o := range h.Outs {
		v, ok := o.Tell.(hub.Replicated)
		if !ok {
			continue
		}
		till := v.Chain.Device
		if u, ok := r.sales[till]; ok && !u.applied && v.Seq >= u.seq {
			u.applied = true
			r.sales[till] = u
			r.picker.Span(fault.Span{Name: "apply", Unit: till, Basket: u.basket, Begin: h.End, End: h.ActAt, ActAt: h.ActAt})
		}
	}
}

// acknowledged: the till has heard of it.
func (r *Run) acknowledged(till string, seq uint64) {
	if u, ok := r.sales[till]; ok && seq >= u.seq {
		delete(r.sales, till)
		r.momentOf("acknowledge", till, u.basket)
	}
}
