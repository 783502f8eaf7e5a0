package check

import (
	"fmt"
	"strings"

	"stormrig/sim/history"
)

// stuck names what a run that did not come to rest still waits for: who, which
// item, since when, and for what. Order is that of a person who goes to look:
// does it run, does somebody stand there, then its queues.
func (v *View) stuck(r *Result) {
	for _, u := range v.units {
		if len(u.own) == 0 && !u.isTill(v) {
			continue
		}
		if u.down(v, r) {
			continue
		}
		u.standing(v, r)
		u.unforwarded(v, r)
		u.unreversed(v, r)
		u.unnoted(v, r)
		u.unreported(v, r)
	}
}

func (u *unit) isTill(v *View) bool {
	for _, t := range v.tills() {
		if t == u {
			return true
		}
	}
	return false
}

// down tells of a unit that does not run at the end, or never got through its
// recovery.
func (u *unit) down(v *View, r *Result) bool {
	end := int64(len(v.Events)) + 1
	off, on := last(u.off, end), last(u.on, end)
	if off != nil && (on == nil || on.N < off.N) {
		r.fail(Finding{Text: fmt.Sprintf("%s does not run: it lost its power at %s and never started again", u.name, v.clock(off.T))}, off)
		return true
	}
	if at, says := u.stoppedBy(); at != nil {
		r.fail(Finding{Text: fmt.Sprintf("%s has refused to work since %s; its display says: %s", u.name, v.clock(at.T), says)}, at, last(u.off, at.N))
		return true
	}
	started := last(u.kind[history.KindStarted], end)
	if on != nil && (started == nil || started.N < on.N) && len(u.kind[history.KindStarted]) > 0 {
		r.fail(Finding{Text: fmt.Sprintf("%s was switched on at %s and never got through its recovery", u.name, v.clock(on.T))}, on)
		return true
	}
	return false
}

// stoppedBy returns the first of the screens by which a till says that it does
// not start, if that is its last word, and what the screen says.
func (u *unit) stoppedBy() (first *event, says string) {
	screens := u.kind[history.KindScreen]
	for i := len(screens) - 1; i >= 0 && screens[i].Text == "STOPPED"; i-- {
		first = screens[i]
	}
	if first == nil {
		return nil, ""
	}
	return first, strings.Join(first.Lines, "; ")
}

// openBasket returns a shopper who neither got the goods nor left.
func (v *View) openBasket() *basket {
	for _, b := range v.baskets {
		if b.served == nil && !v.left(b) {
			return b
		}
	}
	return nil
}

func (v *View) left(b *basket) bool {
	for _, e := range v.kind[history.KindWalkout] {
		if e.Basket == b.n {
			return true
		}
	}
	return false
}

func (u *unit) standing(v *View, r *Result) {
	for _, b := range u.baskets {
		if b.served != nil || v.left(b) {
			continue
		}
		text := fmt.Sprintf("basket %d has stood at %s since %s", b.n, u.name, v.clock(b.event.T))
		screen := last(u.kind[history.KindScreen], b.until)
		if screen != nil {
			text += fmt.Sprintf("; the display has said %s since %s", strings.TrimSpace(screen.Text+" "+question(screen)), v.clock(screen.T))
		}
		r.fail(Finding{Basket: b.n, Text: text}, b.event, screen)
	}
}

// question is what a screen asks of the person: its line with ">".
func question(e *event) string {
	for _, l := range e.Lines {
		if strings.HasPrefix(l, "> ") {
			return "(" + strings.TrimSpace(l) + ")"
		}
	}
	return ""
}

// waiting is an item of one of a till's queues.
type waiting struct {
	since *record
	ref   string // what closes it names it: a payment, or an order's ID
	what  string
	pays  string // an order's payment
	asks  string // what the host was asked: "forward"
}

// unforwarded lists stored card payments whose late answer no entry holds.
func (u *unit) unforwarded(v *View, r *Result) {
	for _, w := range u.queue(func(f *fact) (ref string, opens, closes bool) {
		switch {
		case f.Result != nil:
			return f.Result.Ref, f.Result.State == "deferred", false
		case f.Forward != nil:
			return f.Forward.Ref, false, true
		}
		return "", false, false
	}) {
		p := v.payment[w.ref]
		r.fail(v.stuckPayment(u, p, w, fmt.Sprintf("%s still holds the stored card payment %s%s, stored at %s in %s%s",
			u.name, w.ref, v.ofPayment(p), v.since(w.since), w.since.key, u.underALie(w.since)), "forward"), w.since.commit, lastAsked(p, "forward"))
	}
}

// unreversed lists reversals that the card host has not acknowledged.
func (u *unit) unreversed(v *View, r *Result) {
	for _, w := range u.queue(func(f *fact) (ref string, opens, closes bool) {
		if f.Reversal == nil {
			return "", false, false
		}
		return f.Reversal.Ref, !f.Reversal.Acknowledged, f.Reversal.Acknowledged
	}) {
		p := v.payment[w.ref]
		r.fail(v.stuckPayment(u, p, w, fmt.Sprintf("%s still owes the card host the reversal of %s%s, ordered at %s in %s",
			u.name, w.ref, v.ofPayment(p), v.since(w.since), w.since.key), "reverse"), w.since.commit, lastAsked(p, "reverse"))
	}
}

// queue replays the till's journal: what a fact opens, a later one closes.
func (u *unit) queue(is func(f *fact) (ref string, opens, closes bool)) []waiting {
	var open []waiting
	for _, rec := range u.own {
		if rec.own == nil {
			continue // the till does not know it any more
		}
		for i := range rec.entry.Facts {
			ref, opens, closes := is(&rec.entry.Facts[i])
			if opens || closes {
				open = without(open, ref)
			}
			if opens {
				open = append(open, waiting{since: rec, ref: ref})
			}
		}
	}
	return open
}

func without(open []waiting, ref string) []waiting {
	kept := open[:0]
	for _, w := range open {
		if w.ref != ref {
			kept = append(kept, w)
		}
	}
	return kept
}

// stuckPayment says how far the card host has come with it.
func (v *View) stuckPayment(u *unit, p *payment, w waiting, text, kind string) Finding {
	f := Finding{Ref: cond(w.pays != "", w.pays, w.ref), Entry: w.since.key, Text: text}
	if p == nil {
		return f
	}
	for _, t := range p.tenders {
		f.Number = t.sale.Number
	}
	if b := u.basketAt(w.since.at); b != nil {
		f.Basket = b.n
	}
	asked := 0
	for _, e := range p.requests {
		asked += cond(e.State == kind && e.N > w.since.at, 1, 0)
	}
	e := lastAsked(p, kind)
	switch {
	case asked == 0:
		f.Text += "; the card host was never sent it" + u.linkWords(v, "host")
	case len(p.ledger) > 0 && p.ledger[len(p.ledger)-1].N > e.N-1:
		f.Text += fmt.Sprintf("; the card host was sent it %s, last at %s, and answered (%s): no entry says so",
			times(asked), v.clock(e.T), p.ledger[len(p.ledger)-1].State)
	default:
		f.Text += fmt.Sprintf("; the card host was sent it %s, last at %s, and no answer is in the journal", times(asked), v.clock(e.T))
	}
	return f
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func lastAsked(p *payment, kind string) *event {
	if p == nil {
		return nil
	}
	for i := len(p.requests) - 1; i >= 0; i-- {
		if p.requests[i].State == kind {
			return p.requests[i]
		}
	}
	return nil
}

// linkWords tells whether the link to the peer is there at the end.
func (u *unit) linkWords(v *View, peer string) string {
	e := last(u.links[peer], int64(len(v.Events))+1)
	switch {
	case e == nil:
		return ""
	case e.State == "down":
		return fmt.Sprintf(": the link of %s to the %s has been down since %s", u.name, peer, v.clock(e.T))
	}
	return fmt.Sprintf(", though the link of %s to the %s has been up since %s", u.name, peer, v.clock(e.T))
}

// ofPayment names amount and receipt of a payment: " (PHP 780.00, receipt 21)".
func (v *View) ofPayment(p *payment) string {
	if p == nil {
		return ""
	}
	words := v.money(p.owed())
	for _, t := range p.tenders {
		if t.sale.record.own != nil {
			words += fmt.Sprintf(", receipt %d", t.sale.Number)
			break
		}
	}
	return " (" + words + ")"
}

func (u *unit) underALie(r *record) string {
	return cond(u.lying(r.at) != nil, " while the disk acknowledged syncs that it did not do", "")
}

// since is when a record became durable, else when its own clock says.
func (v *View) since(r *record) string {
	if r.commit != nil {
		return v.clock(r.commit.T)
	}
	return v.clock(r.entry.Wall - v.Header.OpensAt)
}

// unnoted lists orders to devices and to the host whose outcome no entry tells.
// A payment that is still stored, or still to be reversed, has spoken for its
// own request already.
func (u *unit) unnoted(v *View, r *Result) {
	told := make(map[string]bool)
	for _, f := range r.Details {
		told[f.Ref] = told[f.Ref] || f.Ref != ""
	}
	for _, w := range u.orders() {
		text := fmt.Sprintf("%s waits for the outcome of %s%s, ordered at %s in %s",
			u.name, w.what, v.ofPayment(v.payment[w.pays]), v.since(w.since), w.since.key)
		switch p := v.payment[w.pays]; {
		case w.pays == "":
			r.fail(Finding{Entry: w.since.key, Text: text}, w.since.commit)
		case !told[w.pays] && w.asks != "":
			r.fail(v.stuckPayment(u, p, w, text, w.asks), w.since.commit, lastAsked(p, w.asks))
		case !told[w.pays]:
			r.fail(Finding{Ref: w.pays, Entry: w.since.key, Text: text}, w.since.commit)
		}
	}
}

func (u *unit) orders() []waiting {
	var open []waiting
	for _, rec := range u.own {
		if rec.own == nil {
			continue
		}
		for i := range rec.entry.Facts {
			if n := rec.entry.Facts[i].Note; n != nil {
				open = without(open, n.Intent)
			}
		}
		for i := range rec.entry.Intents {
			switch in := &rec.entry.Intents[i]; {
			case in.Print != nil && in.Print.Number > 0:
				open = append(open, waiting{since: rec, ref: in.ID, what: fmt.Sprintf("the print of receipt %d", in.Print.Number)})
			case in.Print != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: cond(in.Print.Report == "", "a print", "the print of the day report of "+in.Print.Report)})
			case in.Kick != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: fmt.Sprintf("the drawer's kick for sale %d", in.Kick.Number)})
			case in.Arm != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: "the card reader's read for " + in.Arm.Ref, pays: in.Arm.Ref})
			case in.Cancel != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: "the card reader's cancel of " + in.Cancel.Ref, pays: in.Cancel.Ref})
			case in.Confirm != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: "the confirmation of " + in.Confirm.Ref + " at the terminal"})
			case in.Undo != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: "the undoing of " + in.Undo.Ref + " at the terminal"})
			case in.Host != nil:
				open = append(open, waiting{since: rec, ref: in.ID, what: fmt.Sprintf("the request to %s %s at the card host", in.Host.Kind, in.Host.Ref), pays: in.Host.Ref, asks: in.Host.Kind})
			}
		}
	}
	return open
}

// unreported tells of a day report that was asked for and is not there.
func (u *unit) unreported(v *View, r *Result) {
	var asked *event
	for _, e := range u.kind[history.KindKey] {
		if strings.HasPrefix(e.Text, "report") && e.N > v.calm {
			asked = e
		}
	}
	if asked == nil {
		return
	}
	for _, rec := range u.own {
		for i := range rec.entry.Facts {
			if rec.entry.Facts[i].Report != nil && rec.at > asked.N {
				return
			}
		}
	}
	r.fail(Finding{Text: fmt.Sprintf("%s was asked for its day report at %s and made none", u.name, v.clock(asked.T))}, asked)
}

// missing lists the first entry of each chain that the hub has not, though the
// chain's own device has it; in a run that never came to rest, what the other
// tills have not, too.
func (v *View) missing(r *Result) {
	held := make(map[string]map[chain]int)
	for _, h := range v.holdings {
		if held[h.holder] == nil {
			held[h.holder] = make(map[chain]int)
		}
		held[h.holder][h.chain] = len(h.entries)
	}
	for _, h := range v.holdings {
		if h.holder != h.chain.device {
			continue
		}
		for _, s := range v.states() {
			got := held[s.Who][h.chain]
			if s.Who == h.holder || got >= len(h.entries) || s.Who != hub && !v.stalled {
				continue
			}
			first := v.records[keyOf(h.entries[got])].twin(h.entries[got])
			text := fmt.Sprintf("%s holds %d of the %d entries of %s/%d: it waits for %s%s, written at %s",
				s.Who, got, len(h.entries), h.chain.device, h.chain.inc, first.key, first.saleWords(), v.since(first))
			if u := v.unit[h.holder]; s.Who == hub && u != nil {
				text += u.linkWords(v, hub)
			}
			r.fail(Finding{Entry: first.key, Text: text}, first.commit)
		}
	}
}

func (r *record) saleWords() string {
	for i := range r.entry.Facts {
		if s := r.entry.Facts[i].Sale; s != nil {
			return fmt.Sprintf(" (sale %d)", s.Number)
		}
	}
	return ""
}

// parted names the first article of which two replicas have a different
// number; else all that is known is that their digests differ.
func (v *View) parted(a, b *event) string {
	for i := range v.Header.Articles {
		if sku := v.Header.Articles[i].SKU; a.Stock[sku] != b.Stock[sku] {
			return fmt.Sprintf("%d and %d of %s", a.Stock[sku], b.Stock[sku], sku)
		}
	}
	if a.Done != b.Done {
		return fmt.Sprintf("%d and %d open conflicts", a.Done, b.Done)
	}
	return fmt.Sprintf("the same stock, but other prices, names or sums (digests %.8s and %.8s)", a.Text, b.Text)
}
