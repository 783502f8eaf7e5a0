package check

import (
	"strings"

	"stormrig/sim/history"
)

// piece is one piece of paper.
type piece struct {
	unit   *unit
	begin  *event // its first dots
	paper  *event
	faults []*event // of the whole run
	mark   string   // "COPY", "POSSIBLE DUPLICATE" or empty
	sale   *sale    // the journal's sale with its number
	basket *basket  // the shopper it concerns
}

func (u *unit) collectPieces(faults []*event) {
	byNumber := make(map[int64][]*sale, len(u.sales))
	for _, s := range u.sales {
		byNumber[s.Number] = append(byNumber[s.Number], s)
	}
	begins := u.kind[history.KindPrintBegin]
	papers := u.kind[history.KindPaper]
	for i, e := range papers {
		if e.State == "power lost" && hangsOn(papers[i+1:], begins, e) || separates(e.Lines) {
			continue
		}
		p := &piece{unit: u, faults: faults, begin: last(begins, e.N), paper: e, mark: markOf(e.Lines)}
		for _, l := range papers[i+1:] { // torn off together, begun one by one
			if p.begin == nil || l.State != "torn off" || l.T != e.T || l.Who != e.Who {
				break
			}
			p.begin = last(begins, p.begin.N)
		}
		if p.begin == nil || p.begin.Who != e.Who {
			p.begin = e
		}
		if e.Number > 0 {
			p.sale = printed(byNumber[e.Number], p.begin.N)
		}
		u.pieces = append(u.pieces, p)
	}
}

// separates tells of a rule on an empty paper, drawn to end what might have hung
// out of a printer without a cutter.
func separates(lines []string) bool {
	return len(lines) == 1 && strings.Trim(lines[0], "-=_─━═ ") == ""
}

// printed returns the sale that a receipt is of: the newest of its number that
// was durable before the first dots, else the first one. A till that was rolled
// back gives a number twice.
func printed(sales []*sale, begin int64) *sale {
	var of *sale
	for _, s := range sales {
		if of == nil || s.record.at < begin {
			of = s
		}
	}
	return of
}

// hangsOn tells whether a piece that was seen when the printer lost power went
// on afterwards: then the later look at it is the piece.
func hangsOn(later, begins []*event, e *event) bool {
	for _, l := range later {
		if l.Who == e.Who {
			b := last(begins, l.N)
			return b == nil || b.Who != e.Who || b.N < e.N
		}
	}
	return false
}

// assign finds the shopper of a numbered piece: by the journal's sale, by the
// number that the cashier read on the display, else by who stood there.
func (p *piece) assign() {
	if p.paper.Number == 0 {
		return
	}
	if p.sale != nil {
		p.basket = p.sale.basket
	} else {
		for _, b := range p.unit.baskets {
			if b.rung != nil && b.rung.Number == p.paper.Number {
				p.basket = b
			}
		}
		if p.basket == nil {
			p.basket = p.unit.basketAt(p.begin.N)
		}
	}
	if p.basket != nil {
		p.basket.pieces = append(p.basket.pieces, p)
	}
}

// markOf finds the line that says that a receipt is not the original.
func markOf(lines []string) string {
	for _, line := range lines {
		text := strings.Trim(line, " *-=#~")
		for _, mark := range []string{"POSSIBLE DUPLICATE", "COPY"} {
			if strings.HasPrefix(text, mark) && text == strings.ToUpper(text) {
				return mark
			}
		}
	}
	return ""
}

// total returns the amount on the paper's TOTAL line in minor units.
func (p *piece) total() (int64, bool) { return totalOf(p.paper.Lines) }

func totalOf(lines []string) (int64, bool) {
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "TOTAL" && !strings.HasSuffix(line, "~") {
			return minor(words[len(words)-1])
		}
	}
	return 0, false
}

// minor reads an amount as it is printed. A currency's amounts are always
// printed with all its decimals, so the digits alone are the minor units.
func minor(s string) (int64, bool) {
	var n int64
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' && digits < 18:
			n, digits = n*10+int64(c-'0'), digits+1
		case c == '.' || c == ',' || c == '-' && i == 0:
		default:
			return 0, false
		}
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, digits > 0
}

// inPrinter is how soon after a till died, or the cable was out for a moment, the
// paper may still be of what it had sent before: half a receipt may wait behind another.
const inPrinter = 2e9

// faulty returns a failure of the printer, of its cable or of the till that
// fed it while the piece was being printed. What was in the printer already is
// printed after the cable went, so a failure may stand before the first dots.
func (p *piece) faulty() *event {
	u, printer := p.unit, p.paper.Who
	own := func(e *event) bool { return e.Who == printer || e.Who == u.name }
	for _, kind := range []string{history.KindPower, history.KindLink, history.KindCut} {
		for e := next(u.kind[kind], p.begin.N); e != nil && e.N < p.paper.N; e = next(u.kind[kind], e.N) {
			if own(e) && (kind == history.KindCut || isDown(e)) {
				return e
			}
		}
	}
	if off := last(u.off, p.begin.N); off != nil {
		if on := last(u.on, p.begin.N); on == nil || on.N < off.N || p.begin.T-off.T < inPrinter || p.heldBack(off) {
			return off
		}
	}
	back := false
	for e := last(u.kind[history.KindLink], p.begin.N); e != nil; e = last(u.kind[history.KindLink], e.N) {
		if e.Who != printer {
			continue
		}
		if isDown(e) && (!back || p.begin.T-e.T < inPrinter || p.stoppedAt(e)) {
			return e
		}
		if back {
			break
		}
		back = true
	}
	for e := next(p.faults, p.begin.N); e != nil && e.N < p.paper.N; e = next(p.faults, e.N) {
		if e.Fault != nil && e.Fault.Target == printer {
			return e
		}
	}
	return nil
}

// heldBack tells whether the printer was stopped before the till died, or while it
// still had what the till had sent, and has not come to a rest since: what waited
// comes out piece by piece.
func (p *piece) heldBack(off *event) bool {
	stop := last(p.faults, p.begin.N)
	for stop != nil && (stop.Fault == nil || stop.Fault.Target != p.paper.Who || stop.N > off.N && stop.T-off.T >= inPrinter) {
		stop = last(p.faults, stop.N)
	}
	return stop != nil && p.waitedSince(min(stop.N, off.N))
}

// stoppedAt tells whether the cable was cut while a hand had yet to come to the
// printer, and that has not come to a rest since: the half that it had by then
// waits, however long the cable has been whole again.
func (p *piece) stoppedAt(down *event) bool {
	if strings.HasPrefix(down.Text, "mute") { // nothing that it was told is lost
		return false
	}
	waited, hand := false, false
	for stop := last(p.faults, p.begin.N); stop != nil; stop = last(p.faults, stop.N) {
		f := stop.Fault
		if f == nil || f.Kind != "device" || f.Target != p.paper.Who || f.Action == "near-end" {
			continue
		}
		end := cond(f.For == 0, p.begin.T, stop.T+f.For)
		waited = waited || stop.T-down.T < inPrinter && end > down.T && p.waitedSince(min(stop.N, down.N))
		hand = hand || p.begin.T-end < grace // it came just before
	}
	return waited && hand
}

// waitedSince tells whether the printer came to no rest between a moment and the
// piece: what it had then comes out piece by piece.
func (p *piece) waitedSince(n int64) bool {
	at := p.begin
	for {
		before := last(p.unit.kind[history.KindPaper], at.N)
		if before == nil || before.N < n {
			return true
		}
		if at.T-before.T >= inPrinter { // it came to a rest after that one
			return false
		}
		if at = last(p.unit.kind[history.KindPrintBegin], before.N); at == nil || at.N > before.N {
			return true
		}
	}
}

// isDown tells of an event that takes power or a cable away.
func isDown(e *event) bool {
	return e.Kind == history.KindPower && !e.On || e.Kind == history.KindLink && e.State == "down"
}
