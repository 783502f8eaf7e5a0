package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/sim/history"
)

var r1 = Checker{
	ID: "R1", Level: 0, Check: checkR1,
	Title:   "One original per sale; each further print says COPY; one whose fate is unknown says so",
	Premise: "sale number on paper",
}

func checkR1(v *View) Result {
	var r Result
	for _, u := range v.units {
		u.checkDuplicates(&r)
		original := make(map[int64]*piece)
		seen := make(map[int64]bool)
		for _, p := range u.pieces {
			n := p.paper.Number
			if n == 0 {
				continue
			}
			r.Checked += cond(seen[n], 0, 1)
			seen[n] = true
			if p.mark != "" {
				continue
			}
			if first := original[n]; first != nil {
				text := fmt.Sprintf("receipt %d of %s was printed twice without a mark", n, u.name)
				if first.sale != p.sale {
					text = fmt.Sprintf("receipt number %d of %s was given to two sales%s: two originals bear it", n, u.name, bothBaskets(first, p))
				}
				r.fail(Finding{Number: n, Text: text}, first.paper, p.paper)
				continue
			}
			original[n] = p
		}
	}
	return r
}

func bothBaskets(a, b *piece) string {
	if a.basket == nil || b.basket == nil {
		return ""
	}
	return fmt.Sprintf(", those of basket %d and basket %d", a.basket.n, b.basket.n)
}

var r2 = Checker{
	ID: "R2", Level: 1, Check: checkR2,
	Title:   "The printed number is the final number",
	Premise: "numbered receipt, or number on the display",
}

// checkR2 compares numbers: what was ordered under the paper's job, and what
// the journal calls the sale of the basket that the paper or the display
// concerned.
func checkR2(v *View) Result {
	var r Result
	for _, u := range v.units {
		jobs := u.printOrders()
		for _, p := range u.pieces {
			if p.paper.Number == 0 {
				continue
			}
			r.Checked++
			f := Finding{Number: p.paper.Number}
			switch order, ok := jobs.before(p.paper.Job, p.begin.N); {
			case p.sale == nil:
				f.Text = fmt.Sprintf("receipt %d of %s has a number that no sale has", p.paper.Number, u.name)
			case ok && order != p.paper.Number:
				f.Text = fmt.Sprintf("receipt %d of %s was ordered as %d", p.paper.Number, u.name, order)
			default:
				continue
			}
			r.fail(f, p.paper)
		}
	}
	for _, b := range v.baskets {
		if b.rung == nil || b.rung.Number == 0 || len(b.sales) == 0 {
			continue
		}
		r.Checked++
		found := false
		for _, s := range b.sales {
			found = found || s.Number == b.rung.Number
		}
		if !found {
			r.fail(Finding{Basket: b.n, Number: b.rung.Number, Text: fmt.Sprintf(
				"the display called the sale %d, the journal %d", b.rung.Number, b.sales[0].Number)}, b.rung, b.sales[0].record.own)
		}
	}
	return r
}

// printJobs holds, by job id, the orders that used it: ids wrap.
type printJobs map[int][]orderedPrint

type orderedPrint struct {
	at, number int64
	report, z  string
}

func (u *unit) printOrders() printJobs {
	jobs := make(printJobs)
	for _, rec := range u.own {
		for i := range rec.entry.Intents {
			if p := rec.entry.Intents[i].Print; p != nil {
				jobs[p.Job] = append(jobs[p.Job], orderedPrint{rec.at, p.Number, p.Report, p.Z})
			}
		}
	}
	return jobs
}

func (j printJobs) before(job int, n int64) (number int64, ok bool) {
	o, ok := j.orderBefore(job, n)
	return o.number, ok
}

func (j printJobs) orderBefore(job int, n int64) (order orderedPrint, ok bool) {
	for _, o := range j[job] {
		if job > 0 && o.at < n {
			order, ok = o, true
		}
	}
	return order, ok
}

var r3 = Checker{
	ID: "R3", Level: 0, Check: checkR3,
	Title:   "One drawer kick per event; a kick is never repeated by a retry or after a restart",
	Premise: "drawer kick",
}

// checkR3 gives each kick the order that it carries out. A POS that exports
// no orders may open the drawer once for each basket that is paid in cash.
func checkR3(v *View) Result {
	var r Result
	for _, u := range v.units {
		byBasket := make(map[*basket]int)
		for _, k := range u.kickMatches() {
			r.Checked++
			b := u.basketAt(k.kick.N)
			byBasket[b]++
			f := Finding{}
			switch {
			case k.ordered && k.order == nil && k.sold:
				f.Text = fmt.Sprintf("the drawer of %s opened again for one order", u.name)
			case k.late() > lateOpening && !v.onItsWay(u, k):
				f.Text = fmt.Sprintf("the drawer of %s opened %s after the sale in %s: with nobody there", u.name, k.late().Round(time.Second), k.order.key)
			case !k.ordered && b != nil && byBasket[b] > 1+b.rerings:
				f.Text = fmt.Sprintf("the drawer of %s opened %d times for basket %d", u.name, byBasket[b], b.n)
			default:
				continue
			}
			r.fail(f, k.kick)
		}
		u.checkDrawer(&r)
	}
	return r
}

// kickMatch is a kick with the order that it carries out.
type kickMatch struct {
	kick    *event
	order   *record   // nil: none that was not yet carried out
	older   []*record // orders before it that no kick has carried out
	ordered bool      // the till's journal orders kicks at all
	sold    bool      // the shopper at the till had been sold something
}

// lateOpening is how long after its sale a drawer may open. Until then the shopper
// is there; what opens it later waited in a buffer until a hand was at the printer.
const lateOpening = 15 * time.Second

// onItsWay tells whether a pulse may be one that nobody could call back: of its
// order, or of one before it that no kick has carried out.
func (v *View) onItsWay(u *unit, k kickMatch) bool {
	return slices.ContainsFunc(append(k.older, k.order), func(o *record) bool { return o.commit != nil && v.stoppedUnder(u, o.commit) })
}

// stoppedUnder tells whether somebody stopped a till's printer just when the
// drawer was ordered: a pulse that is on its way nobody can call back.
func (v *View) stoppedUnder(u *unit, ordered *event) bool {
	for _, e := range v.kind[history.KindFault] {
		if e.Who == u.name+".printer" && e.T >= ordered.T && e.T < ordered.T+underWay {
			return true
		}
	}
	return false
}

// underWay is how long after its order a pulse can be on its way: a till may ask
// before it sends one.
const underWay = 6e9

// late is how long after its order a kick came; 0 where that is not known.
func (k *kickMatch) late() time.Duration {
	if k.order == nil || k.order.commit == nil {
		return 0
	}
	return time.Duration(k.kick.T - k.order.commit.T)
}

// lateKick is how long an order may still be carried out after a newer one
// was: a queue in order would have had it first, a lost one stays lost.
const lateKick = 60e9

// kickMatches gives each kick the newest order before it that no kick has
// carried out.
func (u *unit) kickMatches() []kickMatch {
	var orders, open []*record
	for _, rec := range u.own {
		for i := range rec.entry.Intents {
			if rec.entry.Intents[i].Kick != nil {
				orders = append(orders, rec)
			}
		}
	}
	next := 0
	matches := make([]kickMatch, 0, len(u.kind[history.KindKick]))
	for _, k := range u.kind[history.KindKick] {
		for ; next < len(orders) && orders[next].at < k.N; next++ {
			open = append(open, orders[next])
		}
		m := kickMatch{kick: k, ordered: len(orders) > 0 && u.watched}
		if len(open) > 0 {
			m.order = open[len(open)-1]
			m.older = slices.Clone(open[:len(open)-1])
			kept := open[:0]
			for _, o := range open[:len(open)-1] {
				if o.commit != nil && k.T-o.commit.T < lateKick {
					kept = append(kept, o)
				}
			}
			open = kept
		}
		if b := u.basketAt(k.N); b != nil {
			for _, s := range b.sales {
				m.sold = m.sold || s.record.at < k.N
			}
		}
		matches = append(matches, m)
	}
	return matches
}

var r4 = Checker{
	ID: "R4", Level: 0, Check: checkR4,
	Title:   "After a printer fault the next receipt is whole: no residue of the job before",
	Premise: "receipt after one during which printer, cable or till failed",
}

// checkR4 looks at the piece after each one during which something failed.
// What a whole receipt begins and ends with is learnt from the pieces that
// nothing disturbed: the shop's name and its last word.
func checkR4(v *View) Result {
	var r Result
	for _, u := range v.units {
		shape := shapeOf(u.pieces)
		var before *event // the fault during the piece before
		for _, p := range u.pieces {
			fault := p.faulty()
			text := ""
			switch {
			case fault != nil && shape.heads(p) > 1:
				text = "hangs on what was left of the one before"
			case fault == nil && before != nil:
				r.Checked++
				text = shape.differs(p)
			}
			if text != "" {
				r.fail(Finding{Number: p.paper.Number, Text: fmt.Sprintf("the paper of %s after a fault %s", u.name, text)},
					before, fault, p.begin, p.paper)
			}
			before = fault
		}
	}
	return r
}

// shape is the first line that most undisturbed pieces share, and the last
// one that most receipts among them do; empty where they do not.
type shape struct{ first, last string }

func shapeOf(pieces []*piece) shape {
	firsts, lasts := make(map[string]int), make(map[string]int)
	whole, receipts := 0, 0
	for _, p := range pieces {
		lines := filled(p.paper.Lines)
		if !p.taken() || len(lines) == 0 || p.faulty() != nil {
			continue
		}
		firsts[lines[0]]++
		whole++
		if p.paper.Number > 0 {
			lasts[lines[len(lines)-1]]++
			receipts++
		}
	}
	return shape{most(firsts, whole), most(lasts, receipts)}
}

// taken tells whether the piece came off the printer.
func (p *piece) taken() bool { return p.paper.State == "cut" || p.paper.State == "torn off" }

// most returns the line that more than half of the pieces have.
func most(lines map[string]int, of int) string {
	for line, n := range lines { // at most one can have more than half
		if 2*n > of {
			return line
		}
	}
	return ""
}

// heads counts how often a receipt begins on the piece. A line in which the
// printer was stopped is printed again when it goes on, and is the same one.
func (s shape) heads(p *piece) int {
	n, before := 0, ""
	for _, line := range p.paper.Lines {
		line = strings.TrimSpace(line)
		if s.first != "" && line == s.first && before != line {
			n++
		}
		before = line
	}
	return n
}

func (s shape) differs(p *piece) string {
	lines := filled(p.paper.Lines)
	switch {
	case !p.taken() || len(lines) == 0:
		return "was not printed to its end"
	case s.first != "" && lines[0] != s.first:
		return fmt.Sprintf("begins with %q", lines[0])
	case p.paper.Number > 0 && s.last != "" && lines[len(lines)-1] != s.last:
		return fmt.Sprintf("ends with %q", lines[len(lines)-1])
	case s.heads(p) > 1:
		return "has a second head"
	}
	for _, line := range lines {
		if strings.HasSuffix(line, "~") {
			return fmt.Sprintf("has a line cut short: %q", line)
		}
	}
	return ""
}

// filled returns the lines that say something. Of a code ("[QR data]") only
// the kind counts: its data differ from piece to piece.
func filled(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		text := strings.TrimSpace(line)
		if code, _, is := strings.Cut(text, " "); is && strings.HasPrefix(code, "[") && strings.HasSuffix(text, "]") {
			text = code
		}
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}
