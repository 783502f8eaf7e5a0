package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormrig/pos"
)

// busy says why the cart cannot be touched now; empty when it can.
func (t *turn) busy() string {
	switch {
	case t.stopped != nil:
		return "TILL STOPPED"
	case t.charge() != nil:
		return "CARD PAYMENT UNDER WAY"
	case len(t.ask)+len(t.backlog) > 0:
		return "ANSWER FIRST"
	}
	return ""
}

// fresh clears what the last event left on the screen.
func (t *turn) fresh() { t.refusal, t.message, t.done, t.decline, t.dropped = "", nil, 0, "", 0 }

func (t *turn) scanned(code string) {
	if why := t.busy(); why != "" {
		t.refuse(why + " - NOT ADDED " + code)
		return
	}
	t.fresh()
	sku, ok := t.st.Base().ByCode(code)
	if !ok {
		t.refuse("NOT ON FILE " + code)
		return
	}
	price, label, taxBP, _ := t.st.Article(sku)
	draft := t.st.Till().Draft
	n := 1
	if len(draft) > 0 {
		n = draft[len(draft)-1].N + 1
	}
	t.fact(pos.Fact{Line: &pos.Line{N: n, SKU: sku, Label: label, Code: code, Qty: 1, Price: price, TaxBP: taxBP}})
	t.tone = pos.ToneGood
	t.soft(pos.Beep{Good: true})
	t.locate()
}

// locate asks for a fix when the one at hand is old; the answer is there
// before the sale ends, or the sale says that it was not.
func (t *turn) locate() {
	if t.asked || (t.fix != nil && t.now.Mono-t.fixAt < fixAge) {
		return
	}
	t.asked = true
	t.soft(pos.Locate{})
}

func total(lines []pos.Line) pos.Amount {
	var sum pos.Amount
	for _, l := range lines {
		sum += l.Total()
	}
	return sum
}

func (t *turn) pressed(k pos.Pressed) {
	arg := strings.Join(k.Args, " ")
	switch k.Word {
	case pos.WordYes, pos.WordNo:
		t.answered(k.Word == pos.WordYes)
		return
	case pos.WordLook:
		t.fresh()
		return
	case pos.WordVoid:
		t.void(arg)
		return
	case pos.WordItem:
		t.scanned(arg)
		return
	}
	if why := t.busy(); why != "" {
		t.refuse(why)
		return
	}
	t.fresh()
	switch k.Word {
	case pos.WordCash:
		t.payCash(arg)
	case pos.WordCard:
		t.payCard()
	case pos.WordEdit:
		t.edit(k.Args)
	case pos.WordCopy:
		t.copyOf(arg)
	case pos.WordReport:
		t.report(arg)
	case pos.WordSettle:
		t.settleUp(k.Args)
	default:
		t.refuse("UNKNOWN KEY " + strings.ToUpper(k.Word))
	}
}

func (t *turn) void(arg string) {
	if c := t.charge(); c != nil {
		if c.Host != "" {
			t.refuse("CARD PAYMENT UNDER WAY")
			return
		}
		t.cancelCharge("voided at the seat")
		return
	}
	if why := t.busy(); why != "" {
		t.refuse(why)
		return
	}
	t.fresh()
	if t.doubt.Ref != "" && arg == t.doubt.Ref { // nobody waits for the hub any more
		t.wasRecalled(pos.Recalled{Ref: arg})
		return
	}
	draft := t.st.Till().Draft
	n, _ := strconv.Atoi(arg)
	known := slices.ContainsFunc(draft, func(l pos.Line) bool { return l.N == n })
	if len(draft) == 0 || (arg != "" && !known) {
		t.refuse("NOTHING TO VOID")
		return
	}
	t.fact(pos.Fact{Void: &pos.Void{N: n, Reason: "seat"}})
}

func (t *turn) payCash(arg string) {
	draft := t.st.Till().Draft
	given, err := t.cfg.Currency.ParseDecimal(arg)
	due := total(draft)
	switch {
	case len(draft) == 0:
		t.refuse("NOTHING TO PAY")
		return
	case arg == "":
		t.refuse("HOW MUCH? cash AMOUNT, TOTAL " + t.cfg.Currency.Format(due))
		return
	case err != nil:
		t.refuse("NOT AN AMOUNT " + arg)
		return
	case given < due:
		t.refuse("NOT ENOUGH, TOTAL " + t.cfg.Currency.Format(due))
		return
	}
	s := t.finish([]pos.Tender{{Kind: pos.Cash, Amount: given}})
	t.openDrawer("sale", s.Number)
	t.print(s.Number, "")
}

// openDrawer orders the drawer to be opened, for a sale or what became of one.
func (t *turn) openDrawer(why string, number int64) {
	if t.cfg.NoPrinter {
		return
	}
	if !t.cfg.Sabotage.DrawerUnsaid {
		t.fact(pos.Fact{Drawer: &pos.Drawer{Reason: fmt.Sprintf("%s %d", why, number)}})
	}
	t.order(pos.Intent{Kick: &pos.KickOrder{Number: number}})
}

// finish adds the finished sale to the decision.
func (t *turn) finish(tenders []pos.Tender) *pos.Sale {
	draft := t.st.Till().Draft
	if t.cfg.Sabotage.RepricedAtPayment {
		draft = t.repriced(draft)
	}
	s := &pos.Sale{Number: t.st.Till().Number + 1, Lines: draft, Total: total(draft), Tax: taxes(draft),
		Tenders: tenders, BusinessDate: t.businessDate(), Place: t.place()}
	if t.cfg.Sabotage.ClockAsOrder {
		s.Number = t.afterLatest()
	}
	if t.cfg.Sabotage.RoundedTotal && tenders[0].Kind == pos.Cash {
		s.Total = (s.Total + 5) / 10 * 10
	}
	for _, td := range tenders {
		s.Change += td.Amount
	}
	s.Change -= s.Total
	for _, l := range draft {
		s.Moves = append(s.Moves, pos.Move{SKU: l.SKU, Qty: -l.Qty})
	}
	t.fact(pos.Fact{Sale: s})
	t.fresh()
	t.done, t.tone = s.Number, pos.ToneGood
	return s
}

// taxes splits the tax contained in lines by rate. Rounding is half up on the
// sum of each rate, so that net + tax is exactly what was paid.
func taxes(lines []pos.Line) []pos.TaxLine {
	gross := map[int64]pos.Amount{}
	for _, l := range lines {
		gross[l.TaxBP] += l.Total()
	}
	out := make([]pos.TaxLine, 0, len(gross))
	for _, rate := range slices.Sorted(maps.Keys(gross)) {
		g := gross[rate]
		whole := pos.Amount(10000 + rate)
		tax := (2*g*pos.Amount(rate) + whole) / (2 * whole)
		out = append(out, pos.TaxLine{RateBP: rate, Net: g - tax, Tax: tax})
	}
	return out
}

func (t *turn) place() pos.Place {
	if t.fix == nil {
		return pos.Place{Unavailable: t.noFix}
	}
	if t.cfg.Sabotage.FixNeverAges {
		t.fixAt = t.now.Mono
	}
	return pos.Place{LatE7: t.fix.LatE7, LonE7: t.fix.LonE7, AccuracyCM: t.fix.AccuracyCM,
		AgeMS: int64((t.now.Mono - t.fixAt) / time.Millisecond)}
}
