package check

import (
	"fmt"
	"sort"
	"strings"

	"stormrig/sim/history"
)

var j1 = Checker{
	ID: "J1", Level: 1, Check: checkJ1,
	Title:   "Every sale that was acknowledged to cashier, printer or drawer is in the journal after any power cut",
	Premise: "basket whose sale was accepted by display, paper or drawer",
}

// checkJ1 asks for each acknowledged basket whether the till's own chain holds
// at the end a finished sale of what was scanned for it.
func checkJ1(v *View) Result {
	var r Result
	for _, b := range v.baskets {
		how, by := b.acknowledged()
		if by == nil {
			continue
		}
		r.Checked++
		kept, differs := (*sale)(nil), ""
		for _, s := range b.sales {
			if s.record.own == nil {
				continue
			}
			if differs = b.differs(s); differs == "" {
				kept = s
				break
			}
		}
		f := Finding{Basket: b.n, Number: by.Number}
		switch {
		case kept != nil:
		case differs != "":
			f.Text = fmt.Sprintf("basket %d was acknowledged by %s, but its sale %s", b.n, how, differs)
			r.fail(f, b.event, by)
		default:
			f.Text = fmt.Sprintf("basket %d was acknowledged by %s and is not in the journal of %s%s; %s",
				b.n, how, b.unit.name, v.whyGone(b), v.foundBy(b))
			var written *event
			if len(b.sales) > 0 {
				written = b.sales[0].record.commit
			}
			r.fail(f, b.event, written, by, b.lostAt())
		}
	}
	return r
}

// differs says how a sale is not what was scanned and carried out; empty when
// it is. A line that nobody scanned is as wrong as a scan that is no line.
func (b *basket) differs(s *sale) string {
	scanned := make(map[string]int64, len(b.delivered))
	for _, e := range b.delivered {
		scanned[e.Code]++
	}
	for _, e := range b.keys {
		if code, typed := strings.CutPrefix(e.Text, "item "); typed {
			scanned[code]++
		}
	}
	sold := make(map[string]int64, len(s.Lines))
	for i := range s.Lines {
		l := &s.Lines[i]
		sold[l.SKU] += l.Qty
		if scanned[l.Code] -= l.Qty; scanned[l.Code] < 0 {
			return fmt.Sprintf("%d has %s more often than it was scanned", s.Number, l.Code)
		}
	}
	take := b.take()
	for _, sku := range union(take, sold) {
		if take[sku] != sold[sku] {
			return fmt.Sprintf("%d has %d of %s, the shopper %d", s.Number, sold[sku], sku, take[sku])
		}
	}
	return b.differsInCard(s)
}

func (b *basket) differsInCard(s *sale) string {
	for i := range s.Tenders {
		t := &s.Tenders[i]
		if t.Kind != "card" {
			continue
		}
		found := false
		for _, e := range b.swipes {
			found = found || e.Ref == t.Ref
		}
		if !found {
			return fmt.Sprintf("%d names card payment %s, which this shopper did not make", s.Number, t.Ref)
		}
	}
	return ""
}

var j2 = Checker{
	ID: "J2", Level: 2, Check: checkJ2,
	Title:   "Nothing prints and no drawer opens for a sale before its journal commit is durable",
	Premise: "numbered receipt or drawer kick",
}

func checkJ2(v *View) Result {
	var r Result
	for _, u := range v.units {
		for _, p := range u.pieces {
			if p.paper.Number == 0 {
				continue
			}
			r.Checked++
			if p.sale == nil || p.sale.record.at >= p.begin.N {
				r.fail(Finding{Number: p.paper.Number, Text: fmt.Sprintf(
					"receipt %d of %s began to print before its sale was durable", p.paper.Number, u.name)}, p.begin, p.paper)
			}
		}
		for _, k := range u.kickMatches() {
			r.Checked++
			if k.order == nil && !k.sold {
				r.fail(Finding{Text: fmt.Sprintf("the drawer of %s opened before a sale was durable", u.name)}, k.kick)
			}
		}
	}
	return r
}

var j10 = Checker{
	ID: "J10", Level: 2, Check: checkJ10,
	Title:   "Every accepted scan is a line or a visible refusal, nothing else is, and a cart that is given up is gone",
	Premise: "scan that reached a running till, or cart that was given up",
}

// scanGrace is how long after a scan a loss of power still excuses that
// nothing came of it: a commit on a slow disk takes seconds, no more.
const scanGrace = 10e9

// checkJ10 lets each delivered scan take the first line of its code that
// became durable after it and that no earlier scan took.
func checkJ10(v *View) Result {
	var r Result
	for _, u := range v.units {
		lines := u.linesByCode()
		for _, d := range u.kind[history.KindDelivered] {
			r.Checked++
			until := int64(len(v.Events)) + 1
			if b := u.basketAt(d.N); b != nil {
				until = b.until
			}
			until = min(until, u.bootAfter(d.N, until)) // a line of the next life is of another scan
			if lines.take(d.Code, d.N, until) || u.refused(d, until) || u.accountedFor(d) {
				continue
			}
			if u.cutOff(d) {
				continue
			}
			r.fail(Finding{Basket: d.Basket, Text: fmt.Sprintf(
				"%s took the scan of %s and made neither a line nor a refusal of it", u.name, d.Code)}, d)
		}
		u.checkMisread(&r)
		v.checkGivenUp(u, &r)
	}
	return r
}

// cutOff tells whether the power went so soon after a scan that nothing need have
// come of it.
func (u *unit) cutOff(d *event) bool {
	loss := next(u.off, d.N)
	return loss != nil && loss.T-d.T <= scanGrace
}

// bootAfter returns where the next life of the till began to write, or none.
func (u *unit) bootAfter(n, none int64) int64 {
	for _, r := range u.own {
		if r.at > n && r.boot() != nil {
			return r.at
		}
	}
	return none
}

// lineQueue holds, by code, when lines became durable, oldest first.
type lineQueue map[string][]int64

func (u *unit) linesByCode() lineQueue {
	q := make(lineQueue)
	for _, r := range u.own {
		for i := range r.entry.Facts {
			if l := r.entry.Facts[i].Line; l != nil {
				q[l.Code] = append(q[l.Code], r.at)
			}
		}
	}
	return q
}

// take uses up the first line of code that became durable between two events.
func (q lineQueue) take(code string, after, before int64) bool {
	waiting := q[code]
	i := sort.Search(len(waiting), func(i int) bool { return waiting[i] > after })
	if i == len(waiting) || waiting[i] >= before {
		return false
	}
	q[code] = waiting[i+1:]
	return true
}

// accountedFor tells whether lines and refusals of a code in a basket are as
// many as its scans: the line of a later scan may have been given to one that
// was refused.
func (u *unit) accountedFor(d *event) bool {
	b := u.basketAt(d.N)
	if b == nil {
		return false
	}
	left := 0
	for _, e := range b.delivered {
		left += cond(e.Code == d.Code && !u.cutOff(e), 1, 0)
	}
	for _, at := range u.linesByCode()[d.Code] {
		left -= cond(at > b.event.N && at < b.until, 1, 0)
	}
	screens := u.kind[history.KindScreen]
	for e := next(screens, b.event.N); e != nil && e.N < b.until; e = next(screens, e.N) {
		left -= cond(refuses(e, d.Code), 1, 0)
	}
	return left <= 0
}

// refused tells whether a screen said so. One that said it already, of the
// same code, need not be drawn again.
func (u *unit) refused(d *event, until int64) bool {
	screens := u.kind[history.KindScreen]
	if e := last(screens, d.N); e != nil && refuses(e, d.Code) {
		return true
	}
	for e := next(screens, d.N); e != nil && e.N < until; e = next(screens, e.N) {
		if refuses(e, d.Code) {
			return true
		}
	}
	return false
}

// union returns the keys of both maps, sorted.
func union(a, b map[string]int64) []string {
	keys := make([]string, 0, len(a)+len(b))
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	return keys
}
