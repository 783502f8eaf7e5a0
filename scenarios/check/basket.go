package check

import (
	"slices"
	"sort"
	"strings"

	"stormrig/sim/history"
)

// indexBaskets cuts each till's time line at its shoppers and hands every
// event, sale, paper and kick to the shopper it concerns. Sales are matched by
// the order of events, never by the till's own numbers.
func (v *View) indexBaskets() {
	byNumber := make(map[int]*basket)
	for _, e := range v.kind[history.KindBasket] {
		u := v.unitOf(unitName(e.Who))
		b := &basket{n: e.Basket, unit: u, event: e, until: int64(len(v.Events)) + 1}
		if len(u.baskets) > 0 {
			u.baskets[len(u.baskets)-1].until = e.N
		}
		u.baskets = append(u.baskets, b)
		v.baskets = append(v.baskets, b)
		byNumber[e.Basket] = b
	}
	v.handOut(byNumber)
	for _, b := range v.baskets {
		b.refusals(v)
	}
	for _, u := range v.units {
		if u.watched {
			u.matchByTime()
		} else {
			u.matchByContent()
		}
		for _, p := range u.pieces {
			p.assign()
		}
		for _, k := range u.kickMatches() {
			at := k.kick.N
			if k.order != nil {
				at = k.order.at
			}
			if k.order.settles() {
				continue // of a sale that another shopper has not paid
			}
			if b := u.basketAt(at); b != nil {
				b.kicks = append(b.kicks, k.kick)
			}
		}
	}
}

// handOut gives the events that name a basket to it.
func (v *View) handOut(byNumber map[int]*basket) {
	give := func(kind string, to func(b *basket, e *event)) {
		for _, e := range v.kind[kind] {
			if b := byNumber[e.Basket]; b != nil {
				to(b, e)
			}
		}
	}
	give(history.KindRung, func(b *basket, e *event) { b.rung = e })
	give(history.KindServed, func(b *basket, e *event) { b.served = e })
	give(history.KindRering, func(b *basket, e *event) { b.rerings++ })
	give(history.KindDelivered, func(b *basket, e *event) { b.delivered = append(b.delivered, e) })
	give(history.KindKey, func(b *basket, e *event) { b.keys = append(b.keys, e) })
	give(history.KindTendered, func(b *basket, e *event) { b.tendered = append(b.tendered, e) })
	give(history.KindSwipe, func(b *basket, e *event) { b.swipes = append(b.swipes, e) })
}

// basketAt returns the shopper who stood at the till at event n.
func (u *unit) basketAt(n int64) *basket {
	i := sort.Search(len(u.baskets), func(i int) bool { return u.baskets[i].event.N > n })
	if i == 0 {
		return nil
	}
	return u.baskets[i-1]
}

// refusals finds the codes that the till visibly refused: a REFUSED screen
// that names the code, after each of its scans and before the next one. One
// scan that was taken makes the article part of the sale.
func (b *basket) refusals(v *View) {
	scans := b.unit.kind[history.KindDelivered]
	for _, d := range b.delivered {
		until := firstAfter(scans, d.N, b.until)
		refused := b.unit.refused(d, until) && !b.unit.taken(d, until, v.labelsOf(b, d.Code))
		if b.refused == nil {
			b.refused = make(map[string]bool)
		}
		was, seen := b.refused[d.Code]
		b.refused[d.Code] = refused && (was || !seen)
	}
}

// taken tells whether a screen showed the cart with a good tone after a scan, or,
// after a start, the cart with the article in it: it had been written down.
func (u *unit) taken(d *event, until int64, labels []string) bool {
	screens := u.kind[history.KindScreen]
	for e := next(screens, d.N); e != nil && e.N < until; e = next(screens, e.N) {
		if e.Text != "SALE" {
			continue
		}
		began := next(u.kind[history.KindStarted], d.N)
		named := func(line string) bool {
			return slices.ContainsFunc(labels, func(label string) bool { return strings.HasSuffix(line, label) })
		}
		if e.State == "good" || began != nil && began.N < e.N && slices.ContainsFunc(e.Lines, named) {
			return true
		}
	}
	return false
}

// labelsOf are the names of the article of a basket that bears a code: the one that
// it had at the opening, and those under which its till wrote it down.
func (v *View) labelsOf(b *basket, code string) []string {
	var labels []string
	for _, it := range b.event.Items {
		if it.Code != code {
			continue
		}
		for i := range v.Header.Articles {
			if a := &v.Header.Articles[i]; a.SKU == it.SKU && a.Label != "" {
				labels = append(labels, a.Label)
			}
		}
		for _, rec := range b.unit.own {
			for i := range rec.entry.Facts {
				if l := rec.entry.Facts[i].Line; l != nil && l.SKU == it.SKU && l.Label != "" && !slices.Contains(labels, l.Label) {
					labels = append(labels, l.Label)
				}
			}
		}
	}
	return labels
}

// refuses tells whether the screen says that this code was not taken: in its
// title's word, or in so many words below a payment or a question; or that
// nothing is taken at all.
func refuses(e *event, code string) bool {
	if e.Text == "STOPPED" {
		return true
	}
	for _, line := range e.Lines {
		if strings.HasSuffix(line, "NOT ADDED "+code) {
			return true
		}
	}
	if e.Text != "REFUSED" || len(e.Lines) == 0 {
		return false
	}
	for _, word := range strings.Fields(e.Lines[0]) {
		if word == code {
			return true
		}
	}
	return false
}

func (u *unit) collectSales() {
	for _, r := range u.own {
		for i := range r.entry.Facts {
			if f := r.entry.Facts[i].Sale; f != nil {
				u.sales = append(u.sales, &sale{saleFact: f, record: r, unit: u})
			}
		}
	}
}

func (u *unit) matchByTime() {
	for _, s := range u.sales {
		if s.basket = u.basketAt(s.record.at); s.basket != nil {
			s.basket.sales = append(s.basket.sales, s)
		}
	}
}

// matchByContent serves histories without commits (level 1): acknowledged
// baskets and exported sales come in the same order, so each basket takes the
// first sale after its predecessor's that sold what it held.
func (u *unit) matchByContent() {
	from := 0
	for _, b := range u.baskets {
		if b.rung == nil && b.served == nil {
			continue
		}
		for i := from; i < len(u.sales); i++ {
			if b.differs(u.sales[i]) == "" {
				u.sales[i].basket = b
				b.sales = append(b.sales, u.sales[i])
				from = i + 1
				break
			}
		}
	}
}

// take returns what the shopper may carry out: by SKU, without the articles
// that the till visibly refused.
func (b *basket) take() map[string]int64 {
	goods := make(map[string]int64, len(b.event.Items))
	for _, it := range b.event.Items {
		if !b.refused[it.Code] {
			goods[it.SKU] += it.Qty
		}
	}
	return goods
}

// acknowledged tells by which word the sale of this basket was accepted.
func (b *basket) acknowledged() (how string, by *event) {
	switch {
	case b.rung != nil:
		return "the display", b.rung
	case len(b.pieces) > 0:
		return "the paper", b.pieces[0].paper
	case len(b.kicks) > 0:
		return "the drawer", b.kicks[0]
	}
	return "", nil
}
