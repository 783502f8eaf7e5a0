package campaign

import (
	"time"

	"stormrig/fault"
	"stormrig/fault/network"
	"stormrig/sim"
)

// aim is a way into a state of the till that chance alone rarely finds: a
// point in it, and what must go wrong before for the state to come about.
type aim struct {
	span  string
	after time.Duration // the state lasts about that long after the point
	sale  bool          // a sale has one such point
	setup func(d *drawer, basket int) []fault.Fault
}

// aims are drawn evenly: no state is rarer than another because it is shorter.
var aims = []aim{
	{span: "scan", after: 2 * time.Second, sale: true},                                    // a cart is open
	{span: "arm", after: time.Second, sale: true},                                         // a card is awaited
	{span: "swipe", after: 500 * time.Millisecond, sale: true},                            // it is at the host
	{span: "request", after: 500 * time.Millisecond, sale: true},                          //
	{span: fault.SpanApproval, after: 20 * time.Millisecond, sale: true},                  // an approval is not recorded
	{span: "print", after: 1500 * time.Millisecond, sale: true},                           // paper is printed
	{span: "committed", after: 5 * time.Millisecond, sale: true, setup: restartInReceipt}, // a receipt is asked for
	{span: fault.SpanRecovery, after: 5 * time.Second, setup: restartInReceipt},           //
	{span: "forward", after: 400 * time.Millisecond, setup: darkFor(time.Minute)},         // the queue is forwarded
	{span: fault.SpanHostReply, sale: true},                                               // half of an answer is there
	{span: "reverse", after: 400 * time.Millisecond, setup: darkAtRequest},                // a reversal is under way
	{span: "push", after: 60 * time.Millisecond, sale: true},                              // entries are exchanged
	{span: fault.SpanRewrite, setup: failing},                                             // a disk has failed once
	{span: fault.SpanPull}, {span: fault.SpanCheckpoint}, {span: fault.SpanRecovery},
	{span: "report", after: 3 * time.Second},
}

// aimed draws a point in a state, with what leads there.
func (d *drawer) aimed() (fault.Point, []fault.Fault) {
	a := aims[d.s.Intn(len(aims))]
	basket := 1 + d.s.Intn(max(d.sc.SaleCount(), 1))
	p := fault.Point{Span: a.span}
	if a.sale {
		p.Basket = basket
	}
	if a.after > 0 {
		p.After = d.s.Duration(0, a.after)
	} else {
		p.Permille = d.s.Intn(1001)
	}
	if a.setup == nil || d.s.Chance(1, 3) {
		return p, nil
	}
	return p, a.setup(d, basket)
}

// restartInReceipt cuts the till while a receipt prints, so that it has to ask
// for it.
func restartInReceipt(d *drawer, basket int) []fault.Fault {
	return []fault.Fault{{Kind: fault.Drop, Target: d.sellingTill(), For: short(d.s, moment.from, 10*time.Second),
		When: fault.On(fault.Point{Span: fault.SpanReceipt, Basket: basket, Permille: d.s.Intn(1001)})}}
}

// darkFor takes the card host away while a card is asked for: it is stored and
// forwarded later.
func darkFor(most time.Duration) func(d *drawer, basket int) []fault.Fault {
	return func(d *drawer, basket int) []fault.Fault {
		return []fault.Fault{{Kind: fault.Network, Target: d.hostLink(), For: short(d.s, 5*time.Second, most),
			Args: fault.Args{Mode: network.Partition, Noticed: true},
			When: fault.On(fault.Point{Span: "tender", Basket: basket})}}
	}
}

// darkAtRequest lets the host's answer get lost, and every repeat: what became
// of the request is not known, and it must be reversed.
func darkAtRequest(d *drawer, basket int) []fault.Fault {
	return []fault.Fault{{Kind: fault.Network, Target: d.hostLink(), For: short(d.s, 20*time.Second, 2*time.Minute),
		Args: fault.Args{Mode: network.OneWay, Way: []string{"forth", "back"}[d.s.Intn(2)]},
		When: fault.On(fault.Point{Span: "swipe", Basket: basket})}}
}

// failing lets the next writes or syncs of a sale's commit fail.
func failing(d *drawer, basket int) []fault.Fault {
	mode := []string{sim.DiskEIOWrite, sim.DiskEIOSync}[d.s.Intn(2)]
	return []fault.Fault{{Kind: fault.Disk, Target: d.sellingTill(), For: time.Minute,
		Args: fault.Args{Mode: mode, Count: int64(1 + d.s.Intn(2))},
		When: fault.On(fault.Point{Span: "scan", Basket: basket, After: d.s.Duration(0, 3*time.Second)})}}
}

func (d *drawer) hostLink() string {
	t, _ := d.sc.Till(d.sellingTill())
	return t.HostLink()
}

func (d *drawer) sellingTill() string {
	selling := d.sc.Selling()
	return selling[d.s.Intn(len(selling))].Name
}
