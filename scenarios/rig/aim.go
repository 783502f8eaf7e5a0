package rig

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/pos"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// What a day surely has. A drawn fault is aimed at nothing else: one that finds
// no such moment would make the run blind.
const (
	saleLasts     = 30 * time.Second // of a basket of three, and of what a hand does to it
	untilIdle     = time.Minute      // to the next shopper, for a moment in which nothing is done
	timeAround    = 4 * time.Minute  // of a sale, in which a time is not idle
	leastEntries  = 3                // of a sale
	longDrop      = time.Minute      // from then on shoppers give up
	afterDrop     = time.Minute      // until a till that was off sells again
	offUntilKnown = 2 * time.Minute  // of a written fault that says no length
)

// stretch is a part of the day.
type stretch struct{ from, to time.Duration }

func (s stretch) holds(at time.Duration) bool { return at >= s.from && at < s.to }

// aims are what the drawn faults of one till may strike: each basket and each
// piece of work once, and none that a written fault is aimed at.
type aims struct {
	till       string
	cash, card []visit              // whose sale can be struck
	approved   []visit              // card sales that the host or the dongle's card approves
	upTo       map[string]int       // by span: how many of it surely come
	taken      map[fault.Point]bool // of those, the struck ones
	hurried    map[int]bool         // baskets with the next shopper soon behind
	aimed      []time.Duration      // when the shoppers come whose sale is struck
	off, busy  []stretch            // in which the till is off, or serves
	length     time.Duration
}

// aimsOf finds out what there is to strike on a till.
func aimsOf(sc *spec.Scenario, visits []visit, till string) *aims {
	a := &aims{till: till, taken: map[fault.Point]bool{}, hurried: map[int]bool{}, length: sc.Shop.Length(),
		upTo: map[string]int{fault.SpanPull: 1}} // the hub's first entry
	named := map[int]bool{0: true}
	var noCards, offline []stretch
	for _, w := range sc.Weather {
		named[sc.Ordinal(w.When.Sale)] = true
		a.written(w)
		lasts := window(w, a.length)
		switch {
		case w.Target == till && w.Kind != spec.ClockBad || strikes(sc, w, till, "") || strikes(sc, w, till, spec.Scanner):
			a.off = append(a.off, lasts)
		case strikes(sc, w, till, spec.Dongle):
			noCards = append(noCards, lasts)
		case w.Kind == spec.Network || w.Kind == spec.Cut && (w.OneWay != "" || w.Target != "network"):
			offline = append(offline, lasts)
		}
	}
	a.sales(sc, visits, named, noCards, offline)
	return a
}

// sales sorts out which baskets are surely served, and which of them by card.
func (a *aims) sales(sc *spec.Scenario, visits []visit, named map[int]bool, noCards, offline []stretch) {
	from, to, dark := sc.Dark()
	inDark := func(v visit) bool { return dark && v.at >= from && v.at <= to }
	at, _ := sc.Till(a.till)
	storm, room := slices.ContainsFunc(visits, inDark), newRoom(sc)
	mine, free, last := 0, time.Duration(0), 0
	for _, v := range visits {
		if v.till != a.till {
			a.upTo[fault.SpanPull] = 2 // what others sold comes over the hub
			continue
		}
		mine++
		begins := max(v.at, free)
		a.hurried[last], last = begins-free < untilIdle, v.N
		free = begins + max(saleLasts, time.Duration(len(v.Items)+v.Voids)*saleLasts/3)
		a.busy = append(a.busy, stretch{v.at, free + timeAround})
		waits := begins-v.at > time.Duration(v.PatienceMS)*time.Millisecond/2
		in := func(s stretch) bool { return s.holds(v.at) }
		if named[v.N] {
			a.aimed = append(a.aimed, v.at)
		}
		stored := v.Track != "" && inDark(v) && room.takes(v) && !at.Terminal() // which stores nothing
		switch {
		case named[v.N] || waits || storm && !inDark(v) || slices.ContainsFunc(a.off, in):
		case v.Track == "":
			a.cash = append(a.cash, v)
		default:
			a.card = append(a.card, v)
			online := !inDark(v) && !slices.ContainsFunc(offline, in) && !strings.Contains(v.Track, alwaysDeclined)
			if (stored || online) && !slices.ContainsFunc(noCards, in) {
				a.approved = append(a.approved, v)
			}
		}
	}
	a.upTo[fault.SpanCheckpoint] = leastEntries * mine / checkpointEvery
}

// room is what a till may still store in the dark.
type room struct {
	prices map[string]pos.Amount
	rules  spec.Payment
	sum    pos.Amount
	count  int
}

func newRoom(sc *spec.Scenario) *room {
	r := &room{prices: map[string]pos.Amount{}, rules: sc.Payment}
	for _, it := range sc.Shop.Catalogue.Items {
		for _, v := range it.Variants {
			r.prices[v.Barcode] = v.Price
		}
	}
	return r
}

// takes stores a basket's payment, unless a cap forbids it.
func (r *room) takes(v visit) bool {
	var amount pos.Amount
	for _, it := range v.Items {
		amount += r.prices[it.Code] * pos.Amount(it.Qty)
	}
	r.sum, r.count = r.sum+amount, r.count+1
	beyond := func(n, most int64) bool { return most > 0 && n > most }
	return !beyond(int64(amount), int64(r.rules.CapEach)) && !beyond(int64(r.sum), int64(r.rules.CapTotal)) && !beyond(int64(r.count), int64(r.rules.CapCount))
}

// written counts the work that written faults bring: one that does not strike
// makes the run blind anyway.
func (a *aims) written(w spec.Fault) {
	switch {
	case w.Kind == spec.Edit && w.Edit.By != a.till:
		a.upTo[fault.SpanPull] = 2
	case w.Target != a.till || w.When.Form == spec.Drawn:
		return
	case w.Kind == spec.Drop || w.Kind == spec.Kill || w.Kind == spec.Stop:
		a.upTo[fault.SpanRecovery] += w.Times.Min
	}
	if w.When.Form == spec.InSpan {
		for i := range w.Times.Max {
			a.taken[fault.Point{Span: w.When.Span, Unit: a.till, Nth: i + 1}] = true
		}
	}
}

// window is when a fault with a time of day lasts; none for the others.
func window(w spec.Fault, length time.Duration) stretch {
	if w.When.Form != spec.AtTime {
		return stretch{}
	}
	s := stretch{from: w.When.At, to: w.When.At + time.Duration(w.When.After.Max) + offUntilKnown}
	if _, most := mended(w.Kind); most == 0 && w.For == 0 {
		s.to = length
	}
	s.to += w.For
	return s
}

// strikes tells whether a fault takes a device of a till away, or the till
// itself when none is named.
func strikes(sc *spec.Scenario, w spec.Fault, till, device string) bool {
	who := strings.TrimSuffix(till+"."+device, ".")
	hangs := slices.Contains(sc.Power.Mains, who)
	for _, b := range sc.Power.Batteries {
		hangs = hangs || b.Who == who && (w.For == 0 || w.For >= b.Lasts)
	}
	return w.Target == srcMains && hangs || device != "" && w.Target == who
}

// cells are those of which the till has something left to strike.
func (a *aims) cells(lasts time.Duration) []fault.Cell {
	spans := map[fault.Cell]string{fault.CellRecovery: fault.SpanRecovery, fault.CellCheckpoint: fault.SpanCheckpoint, fault.CellPull: fault.SpanPull}
	return slices.DeleteFunc(fault.Cells(), func(c fault.Cell) bool {
		switch span := spans[c]; {
		case span != "": // nobody knows when it comes
			return lasts > longDrop || a.nth(span, 1) == 0
		case c == fault.CellApprovalToRecord:
			return len(a.from(fault.SpanApproval, lasts)) == 0
		case c == fault.CellIdle: // any time will do
			return false
		}
		return len(a.from(fault.SpanCommit, lasts)) == 0
	})
}

// nth is a piece of work that nobody strikes: that one, or the next, or the
// first; 0 when there is none.
func (a *aims) nth(span string, n int) int {
	for i := range a.upTo[span] {
		k := (n-1+i)%a.upTo[span] + 1
		if !a.taken[fault.Point{Span: span, Unit: a.till, Nth: k}] {
			return k
		}
	}
	return 0
}

// draw makes a drop of the till: the cell first, then the place in it.
func (a *aims) draw(id string, lasts time.Duration, s *sim.Stream) fault.Fault {
	f := fault.DrawCut(s, fault.Draws{ID: id, Unit: a.till, Cells: a.cells(lasts), FromBasket: 1, ToBasket: 1,
		Recoveries: 2, Checkpoints: 3, Pulls: 2, ForMin: lasts, ForMax: lasts})
	p := &f.When.Point
	switch from := a.from(p.Span, lasts); {
	case p.Basket == 0:
		p.Nth = a.nth(p.Span, p.Nth)
		a.taken[fault.Point{Span: p.Span, Unit: a.till, Nth: p.Nth}] = true
	case len(from) == 0: // idle
		f.When = fault.At(a.quiet(s, lasts))
		a.gone(f.When.At, lasts)
	default:
		v := from[s.Intn(1<<30)%len(from)]
		p.Basket = v.N
		a.strike(v, lasts)
	}
	a.upTo[fault.SpanRecovery]++
	return f
}

// from is what a basket is taken from. Inside a commit it is a cash sale: a
// card's commit is the record of an approval, which is a cell of its own.
func (a *aims) from(span string, lasts time.Duration) []visit {
	spoils := func(v visit) bool { // a sale that another fault is aimed at
		return lasts > longDrop && slices.ContainsFunc(a.aimed, func(at time.Duration) bool { return at > v.at && at < v.at+lasts+timeAround })
	}
	unfit := func(v visit) bool { return spoils(v) || span == fault.SpanIdle && a.hurried[v.N] }
	if span == fault.SpanApproval {
		return slices.DeleteFunc(slices.Clone(a.approved), unfit)
	}
	if cash := slices.DeleteFunc(slices.Clone(a.cash), unfit); len(cash) > 0 {
		return cash
	}
	return slices.DeleteFunc(slices.Clone(a.card), unfit)
}

// strike takes a basket away.
func (a *aims) strike(hit visit, lasts time.Duration) {
	a.drop(func(v visit) bool { return v.N == hit.N })
	a.aimed = append(a.aimed, hit.at)
	a.gone(hit.at, lasts+timeAround)
}

// gone takes away a time in which the till is off, and if that is long the
// baskets that come meanwhile.
func (a *aims) gone(at, lasts time.Duration) {
	if lasts > longDrop+timeAround {
		a.drop(func(v visit) bool { return v.at > at && v.at < at+lasts })
	}
	a.off = append(a.off, stretch{at, at + lasts + afterDrop})
}

func (a *aims) drop(which func(visit) bool) {
	a.cash, a.card, a.approved = slices.DeleteFunc(a.cash, which), slices.DeleteFunc(a.card, which), slices.DeleteFunc(a.approved, which)
}

// quiet draws a time in which nothing is done, or at least one that takes
// nothing from another fault.
func (a *aims) quiet(s *sim.Stream, lasts time.Duration) time.Duration {
	off := slices.Clone(a.off)
	for _, at := range a.aimed {
		off = append(off, stretch{at, at + timeAround})
	}
	free := a.gaps(slices.Concat(off, a.busy), lasts)
	for _, less := range [][]stretch{off, a.off, nil} {
		if len(free) == 0 {
			free = a.gaps(less, lasts)
		}
	}
	var sum time.Duration
	for _, f := range free {
		sum += f.to - f.from
	}
	n := s.Duration(0, sum-1)
	for n >= free[0].to-free[0].from {
		n -= free[0].to - free[0].from
		free = free[1:]
	}
	return free[0].from + n
}

// gaps are where a drop that lasts so long ends before a stretch of the day
// begins, or begins after its end.
func (a *aims) gaps(of []stretch, lasts time.Duration) []stretch {
	slices.SortFunc(of, func(x, y stretch) int { return cmp.Compare(x.from, y.from) })
	var free []stretch
	at := time.Duration(0)
	for _, b := range of {
		if to := min(b.from-lasts-afterDrop, a.length); to > at {
			free = append(free, stretch{at, to})
		}
		at = max(at, b.to)
	}
	if a.length > at {
		free = append(free, stretch{at, a.length})
	}
	return free
}
