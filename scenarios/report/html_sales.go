package report

import (
	"fmt"

	"stormrig/sim/history"
)

// saleData is one shopper's visit and all that is known of it.
type saleData struct {
	Basket   int        `json:"b"`
	Till     string     `json:"till"`
	From     int64      `json:"t0"` // ns of world time
	To       int64      `json:"t1"`
	At       int64      `json:"t"` // when it was accepted, or when the shopper came
	Tender   string     `json:"tender"`
	Amount   int64      `json:"amount"`
	Money    string     `json:"money"`
	Number   int64      `json:"number,omitempty"`
	Wanted   []wantData `json:"wanted"`
	Chips    []chip     `json:"chips"`
	Class    string     `json:"class"` // "good", "warn", "bad" or "away"
	Dark     bool       `json:"dark,omitempty"`
	Events   []int64    `json:"events"`
	Faults   []int64    `json:"faults,omitempty"` // events inside it that nobody wants
	Entries  []int      `json:"entries"`          // places in entries
	Papers   []int      `json:"papers"`           // places in papers
	Findings []string   `json:"findings,omitempty"`

	first, last int64 // N
	refs        map[string]bool
	rung        *history.Event
	served      bool
	given       int64 // in cash
	journaled   []*entryData
}

type wantData struct {
	SKU   string `json:"sku"`
	Label string `json:"label"`
	Qty   int64  `json:"qty"`
	Price string `json:"price"` // as the shelf had it in the morning
}

// chip is one word on what became of a sale.
type chip struct {
	Text  string `json:"text"`
	Class string `json:"class"` // "good", "bad", "warn" or "plain"
}

func (s *story) collectSales() {
	at := make(map[string]*saleData) // the basket that stands at a till
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind == history.KindBasket {
			at[e.Who] = s.newSale(e)
			continue
		}
		if d := s.sale[e.Basket]; d != nil {
			s.addToSale(d, e)
		} else if d := at[unitName(e.Who)]; d != nil && e.N > d.first && isTrouble(e) && d.last == 0 {
			d.Faults = append(d.Faults, e.N)
			d.Events = append(d.Events, e.N)
		}
	}
	s.entriesOfSales()
	s.papersOfSales()
	s.findingsOfSales()
	dark := s.darkCommits()
	for _, d := range s.sales {
		d.last = d.Events[len(d.Events)-1]
		s.judgeSale(d, dark)
	}
}

// isTrouble tells what a sale may suffer at its till or at a device of it.
func isTrouble(e *history.Event) bool {
	switch e.Kind {
	case history.KindFault, history.KindCut, history.KindPower, history.KindLink, history.KindClock, history.KindDisk,
		history.KindStarted:
		return true
	}
	return false
}

func (s *story) newSale(e *history.Event) *saleData {
	d := &saleData{
		Basket: e.Basket, Till: e.Who, From: e.T, To: e.T, At: e.T, Tender: e.State, first: e.N,
		Events: []int64{e.N}, Wanted: []wantData{}, Entries: []int{}, Papers: []int{}, refs: make(map[string]bool),
	}
	for _, it := range e.Items {
		d.Wanted = append(d.Wanted, wantData{it.SKU, s.name(it.SKU), it.Qty, s.amount(s.price[it.SKU])})
	}
	s.sales = append(s.sales, d)
	s.sale[e.Basket] = d
	return d
}

func (s *story) addToSale(d *saleData, e *history.Event) {
	d.Events = append(d.Events, e.N)
	if e.Ref != "" {
		d.refs[e.Ref] = true
	}
	if isTrouble(e) {
		d.Faults = append(d.Faults, e.N)
	}
	switch e.Kind {
	case history.KindTendered:
		d.Tender = e.State
		d.Amount = pick(d.Amount == 0 && e.State == "card", e.Amount, d.Amount)
		d.given = pick(e.State == "cash", e.Amount, 0)
	case history.KindRung:
		d.rung, d.At, d.Number, d.Amount = e, e.T, e.Number, e.Amount
	case history.KindServed, history.KindWalkout:
		d.served = e.Kind == history.KindServed
		d.To, d.last = e.T, e.N
	}
	if d.last == 0 {
		d.To = e.T
	}
}

// entriesOfSales gives each sale the entries that were committed for it, that
// name one of its payments, or that hold the sale of its number (an entry that
// nobody saw commit survived a cut).
func (s *story) entriesOfSales() {
	numbered := make(map[string]*saleData)
	for _, d := range s.sales {
		if d.Number != 0 {
			numbered[fmt.Sprint(d.Till, "/", d.Number)] = d
		}
	}
	byRef := s.byRef()
	for i, entry := range s.entries {
		d := s.saleOfEntry(entry, numbered, byRef)
		if d == nil {
			continue
		}
		d.Entries = append(d.Entries, i)
		if entry.saleOf() != nil {
			d.journaled = append(d.journaled, entry)
		}
	}
}

func (s *story) saleOfEntry(entry *entryData, numbered, byRef map[string]*saleData) *saleData {
	if e := s.event(entry.Commit); e != nil && s.sale[e.Basket] != nil {
		return s.sale[e.Basket]
	}
	if f := entry.saleOf(); f != nil {
		return numbered[fmt.Sprint(entry.key.Device, "/", f.Number)]
	}
	var first *saleData
	for ref := range entry.quoted() {
		if d := byRef[ref]; d != nil && (first == nil || d.first < first.first) {
			first = d
		}
	}
	return first
}

// byRef finds the first sale of each payment reference.
func (s *story) byRef() map[string]*saleData {
	of := make(map[string]*saleData)
	for _, d := range s.sales {
		for ref := range d.refs {
			if of[ref] == nil {
				of[ref] = d
			}
		}
	}
	return of
}

// papersOfSales gives each sale its paper. Whose a numbered piece is the
// checkers know: a till that was rolled back gives a number twice.
func (s *story) papersOfSales() {
	of := make(map[int64]int)
	if s.view != nil {
		for _, st := range s.view.Stories() {
			for _, n := range st.Papers {
				of[n] = st.Basket
			}
		}
	}
	visits := make(map[int][]*saleData)
	for _, d := range s.sales {
		visits[d.Basket] = append(visits[d.Basket], d)
	}
	for i, p := range s.b.Papers {
		basket := of[p.Event]
		if e := s.event(p.Event); p.Number == 0 && e != nil {
			basket = e.Basket
		} else if p.Number == 0 || basket == 0 {
			continue
		}
		for _, d := range visits[basket] {
			d.Papers = append(d.Papers, i)
		}
	}
}

// findingsOfSales tells each sale what is violated over it: the first finding
// of each invariant, and how many more there are.
func (s *story) findingsOfSales() {
	for _, c := range s.b.Checks {
		first, more := make(map[*saleData]string), make(map[*saleData]int)
		for _, f := range c.Details {
			d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events)
			if d == nil {
				continue
			}
			if _, known := first[d]; known {
				more[d]++
				continue
			}
			first[d] = c.ID + ": " + f.Words()
		}
		for _, d := range s.sales {
			if text := first[d]; text != "" {
				d.Findings = append(d.Findings, text+cond(more[d] > 0, fmt.Sprintf(" (and %d more)", more[d]), ""))
			}
		}
	}
}

// saleOfFinding finds the sale that a finding concerns.
func (s *story) saleOfFinding(basket int, number int64, ref string, events []int64) *saleData {
	if d := s.sale[basket]; d != nil {
		return d
	}
	for _, d := range s.sales {
		if number != 0 && d.Number == number || ref != "" && d.refs[ref] {
			return d
		}
	}
	for _, n := range events {
		if e := s.event(n); e != nil && s.sale[e.Basket] != nil {
			return s.sale[e.Basket]
		}
	}
	return nil
}

// darkCommits finds the entries that became durable while a network link of
// their till was down.
func (s *story) darkCommits() map[int64]bool {
	dark, down := make(map[int64]bool), make(map[string]int)
	for i := range s.b.Events {
		switch e := &s.b.Events[i]; e.Kind {
		case history.KindLink:
			if unit, _, ok := networkLink(e.Who); ok {
				down[unit] = max(0, down[unit]+pick(e.State == "down", 1, -1))
			}
		case history.KindCommit:
			dark[e.N] = down[e.Device] > 0
		}
	}
	return dark
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}
