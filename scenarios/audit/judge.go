package audit

import (
	"encoding/json"
	"fmt"
	"slices"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/match"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// refs are the payment references of the history: a sale and the charges that
// are its own share one, whatever the files call them.
type refs struct {
	sale, charge map[int]string
	sales        map[string][]int // by reference, in the order of the file
	charges      map[string][]int
	order        []string
}

func (r *refs) give(ref string, sale, charge int) {
	if len(r.sales[ref])+len(r.charges[ref]) == 0 {
		r.order = append(r.order, ref)
	}
	if sale >= 0 {
		r.sale[sale] = ref
		r.sales[ref] = append(r.sales[ref], sale)
	}
	if charge >= 0 {
		r.charge[charge] = ref
		r.charges[ref] = append(r.charges[ref], charge)
	}
}

// judge writes pieces of history and lets the checkers judge them. A payment
// never crosses two pieces, so what is said of it does not depend on where
// they are cut.
func (a *auditor) judge() {
	a.refs = refs{make(map[int]string), make(map[int]string), make(map[string][]int), make(map[string][]int), nil}
	if a.Sales == nil {
		return
	}
	if a.Settlement != nil && !a.unfit {
		a.name()
	}
	used := []string{"P2", "P3", "M1"}
	sums := make(map[string]*Check)
	var wrong []check.Result
	for from := 0; from < len(a.refs.order) || from == 0; from += piece {
		to := min(from+piece, len(a.refs.order))
		for _, res := range a.piece(a.refs.order[from:to], from == 0, used) {
			if sums[res.ID] == nil {
				sums[res.ID] = &Check{ID: res.ID, Title: titleOf(res.ID), Verdict: res.Verdict}
			}
			sums[res.ID].Checked += res.Checked
			if res.Verdict == check.Violated || sums[res.ID].Verdict == check.NotExercised {
				sums[res.ID].Verdict = res.Verdict
			}
			wrong = append(wrong, res)
		}
	}
	for _, id := range used {
		if id != "M1" {
			a.report.Checks = append(a.report.Checks, *sums[id])
		}
	}
	a.payments(wrong)
	a.sums(wrong, sums["M1"])
}

// piece is how many payments one piece of history holds.
const piece = 20_000

func titleOf(id string) string {
	for _, c := range check.All() {
		if c.ID == id {
			return c.Title
		}
	}
	return ""
}

// name gives every payment its reference: pairs first, then what looks like a
// second charge of a pair or a second sale of it, then what stays alone.
func (a *auditor) name() {
	for n, p := range a.pairs.Pairs {
		a.refs.give(fmt.Sprintf("p%d", n), a.cards[p.Sale], a.charges[p.Charge])
	}
	a.doubles()
	for _, i := range a.cards {
		if a.refs.sale[i] == "" && !a.ends.sales[i] && a.Sales.HasTender {
			a.refs.give(fmt.Sprintf("s%d", i), i, -1)
		}
	}
	for _, i := range a.charges {
		if a.refs.charge[i] == "" && !a.ends.charges[i] && !a.undone[i] {
			a.refs.give(fmt.Sprintf("c%d", i), -1, i)
		}
	}
}

// entryOf is a sale as the till's journal would have it.
type entryOf struct {
	Device string     `json:"device"`
	Inc    uint32     `json:"inc"`
	Seq    uint64     `json:"seq"`
	Facts  []saleFact `json:"facts"`
}

type saleFact struct {
	Sale saleJSON `json:"sale"`
}

type saleJSON struct {
	Number  int64        `json:"number"`
	Lines   []lineJSON   `json:"lines"`
	Total   int64        `json:"total"`
	Tenders []tenderJSON `json:"tenders"`
}

type lineJSON struct {
	SKU   string `json:"sku"`
	Qty   int64  `json:"qty"`
	Price int64  `json:"price"`
}

type tenderJSON struct {
	Kind   string `json:"kind"`
	Amount int64  `json:"amount"`
	Ref    string `json:"ref,omitempty"`
	State  string `json:"state,omitempty"`
}

// piece judges some payments, and with the first of them every sale that was
// not paid by card.
func (a *auditor) piece(list []string, first bool, ids []string) []check.Result {
	h := &writer{auditor: a}
	h.header()
	for _, ref := range list {
		for _, i := range a.refs.sales[ref] {
			h.sale(i, ref)
		}
		for n, i := range a.refs.charges[ref] {
			h.charge(i, ref, n)
		}
	}
	if first && len(a.Sales.List) <= 2*piece {
		for i := range a.Sales.List {
			if a.refs.sale[i] == "" && a.Sales.List[i].State != books.Cancelled {
				h.sale(i, "")
			}
		}
	}
	v, err := check.NewView(h.events)
	if err != nil { // a history without a header: cannot happen
		panic(err)
	}
	var out []check.Result
	for _, c := range check.All() {
		if slices.Contains(ids, c.ID) {
			out = append(out, c.Judge(v))
		}
	}
	return out
}

// writer writes a history of level 1.
type writer struct {
	*auditor
	events []history.Event
}

func (h *writer) add(e history.Event) {
	e.N, e.Gen = int64(len(h.events))+1, 1
	h.events = append(h.events, e)
}

func (h *writer) header() {
	h.add(history.Event{Kind: history.KindHeader, Who: "audit", Header: &history.Header{
		Schema: 1, Scenario: "audit", Rig: "files", Level: 1, Currency: h.Currency, Zone: h.Zone.String(), Tills: h.Sales.Tills}})
}

func (h *writer) sale(i int, ref string) {
	s := &h.Sales.List[i]
	f := saleJSON{Number: int64(i) + 1, Total: s.Total}
	for _, l := range s.Lines {
		f.Lines = append(f.Lines, lineJSON{SKU: h.Sales.SKUs[l.SKU], Qty: 1, Price: l.Amount})
	}
	if len(f.Lines) == 0 {
		f.Lines = []lineJSON{{SKU: "total", Qty: 1, Price: s.Total}}
	}
	card := s.Card
	if card == 0 && ref != "" {
		card = s.Total
	}
	if card != 0 && ref != "" {
		f.Tenders = append(f.Tenders, tenderJSON{Kind: "card", Amount: card, Ref: ref, State: "approved"})
	}
	if rest := s.Total - card; rest != 0 || len(f.Tenders) == 0 {
		if ref == "" {
			rest = s.Total
		}
		f.Tenders = append(f.Tenders, tenderJSON{Kind: "cash", Amount: rest})
	}
	e := entryOf{Device: h.till(s.Till), Inc: 1, Seq: uint64(i) + 1, Facts: []saleFact{{f}}}
	payload, err := json.Marshal(e)
	if err != nil { // plain values: cannot happen
		panic(err)
	}
	h.add(history.Event{Kind: history.KindEntry, Who: e.Device, Device: e.Device, Inc: 1, Seq: e.Seq, Hash: fmt.Sprint(i), Payload: payload})
}

func (h *writer) till(t int32) string {
	if name := h.Sales.Tills[t]; name != "" {
		return name
	}
	return "till"
}

func (h *writer) charge(i int, ref string, n int) {
	c := &h.Settlement.List[i]
	h.add(history.Event{Kind: history.KindLedger, Who: "host", Ref: ref, STAN: fmt.Sprint(n), Amount: c.Amount, State: "captured"})
}

// payments turns what P2 and P3 say into mishaps, one a payment.
func (a *auditor) payments(results []check.Result) {
	done := make(map[string]bool)
	for _, id := range []string{"P2", "P3"} {
		for _, r := range results {
			if r.ID != id {
				continue
			}
			for _, f := range r.Details {
				if done[f.Ref] {
					continue
				}
				done[f.Ref] = true
				a.payment(f.Ref, id)
			}
		}
	}
}

func (a *auditor) payment(ref, id string) {
	sales, charges := a.refs.sales[ref], a.refs.charges[ref]
	switch {
	case len(sales) == 0:
		a.chargedWithoutSale(charges[0], id)
	case len(charges) == 0:
		a.saleWithoutCharge(sales[0], id)
	case len(charges) > 1:
		for _, c := range charges[1:] {
			a.chargedTwice(sales[0], charges[0], c, id)
		}
	case len(sales) > 1:
		for _, s := range sales[1:] {
			a.soldTwice(sales[0], s, charges[0], id)
		}
	default:
		a.amountDiffers(a.chargeOf[sales[0]], id)
	}
}

// sure is the likelihood of what a pair rests on.
func sure(how match.How, rivals int) float64 {
	p := map[match.How]float64{match.ByRef: 1, match.ByOrder: 1, match.ByCard: 0.99, match.ByAmount: 0.95, match.ByFour: 0.8, match.Later: 0.9, match.ByMinute: 0.85}[how]
	if how >= match.ByCard {
		p -= 0.02 * float64(min(rivals, 5))
	}
	return p
}
