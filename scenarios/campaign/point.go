package campaign

import (
	"strings"
	"time"

	"stormrig/fault"
)

// spans of work on a disk: they have operations to aim at.
var work = []string{fault.SpanCommit, fault.SpanCommit, fault.SpanCommit, fault.SpanRecovery, fault.SpanCheckpoint, fault.SpanPull, fault.SpanSettle, fault.SpanRewrite}

// moments in the life of a sale, and stretches between two of them.
var moments = []string{
	"scan", "tender", "charge", "arm", "swipe", "request", fault.SpanApproval, "record", "committed", "push",
	"apply", "acknowledge", "print", "printed", "kick", "done", fault.SpanIdle,
}

// point draws an exact point. A sale's moments are aimed at a sale; what has
// none (a recovery, a pull) at the n-th.
func (d *drawer) point(target string) fault.Point {
	basket := 1 + d.s.Intn(max(d.sc.SaleCount(), 1))
	switch d.s.Intn(4) {
	case 0:
		return d.inReceipt(basket)
	case 1:
		p := fault.Point{Span: moments[d.s.Intn(len(moments))], Basket: basket, Permille: 1 + d.s.Intn(999)}
		if d.s.Chance(1, 2) {
			p.After = short(d.s, time.Microsecond, 5*time.Second)
		}
		return p
	}
	p := fault.Point{Span: work[d.s.Intn(len(work))], Basket: basket}
	if p.Span != fault.SpanCommit {
		p.Basket, p.Nth = 0, 1+d.s.Intn(4)
		if !strings.Contains(target, ".") && !strings.Contains(target, "-") && target != mains {
			p.Unit = target
		}
	}
	return d.inWork(p)
}

func (d *drawer) inReceipt(basket int) fault.Point {
	p := fault.Point{Span: fault.SpanReceipt, Basket: basket}
	if d.s.Chance(1, 2) {
		p.Permille = d.s.Intn(1001)
		return p
	}
	p.Place, p.Byte = fault.AtByte, 1+d.s.Intn(1500)
	return p
}

// inWork draws a place in disk work: before, inside and after each operation,
// before the sync, between it and the effects, after them.
func (d *drawer) inWork(p fault.Point) fault.Point {
	p.Permille = d.s.Intn(1001)
	switch d.s.Intn(6) {
	case 0:
		p.Place, p.Op = fault.InOp, 1+d.s.Intn(6)
	case 1:
		p.Place, p.Op = fault.InWrite, 1+d.s.Intn(3)
	case 2:
		p.Place, p.Op = fault.InSync, []int{1, 2, -1}[d.s.Intn(3)]
	case 3:
		p.Place = fault.Unsynced
	case 4:
		p.Place = fault.Held
	case 5:
		p.Place, p.Permille, p.After = fault.Acted, 0, short(d.s, time.Microsecond, 3*time.Second)
	}
	return p
}
