package report

import (
	"fmt"
	"strings"

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

// judgeSale says in words what became of a sale: what people and paper know,
// and what the books say to it.
func (s *story) judgeSale(d *saleData, dark map[int64]bool) {
	d.Class, d.Money = "good", cond(d.Amount != 0, s.amount(d.Amount), "")
	add := func(class, text string) {
		d.Chips = append(d.Chips, chip{text, class})
		if class == "bad" || class == "warn" && d.Class == "good" {
			d.Class = class
		}
	}
	s.chipsOfPeople(d, add)
	s.chipsOfBooks(d, dark, add)
	s.chipsOfPaper(d, add)
	for _, n := range d.Faults {
		if e := s.event(n); e.Kind == history.KindCut {
			add("warn", "power lost inside")
		} else if e.Kind == history.KindLink && e.State == "down" {
			add("warn", "unplugged inside")
		}
	}
	var ids []string
	for _, f := range d.Findings {
		id, _, _ := strings.Cut(f, ":")
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		add("bad", listWords(ids)+" violated")
	}
	if d.rung == nil && d.Class != "bad" {
		d.Class = "away"
	}
}

func (s *story) chipsOfPeople(d *saleData, add func(class, text string)) {
	if d.rung != nil {
		add("good", "accepted")
	}
	for _, n := range d.Events {
		switch s.event(n).Kind {
		case history.KindWalkout:
			add("plain", "walked out")
		case history.KindRering:
			add("plain", "rung again")
		case history.KindRefusedCard:
			add("plain", "card declined")
		}
	}
}

func (s *story) chipsOfBooks(d *saleData, dark map[int64]bool, add func(class, text string)) {
	held, hub := 0, 0
	for _, entry := range d.journaled {
		held += pick(entry.own(), 1, 0)
		hub += pick(contains(entry.Holders, "hub"), 1, 0)
		d.Dark = d.Dark || dark[entry.Commit]
	}
	switch {
	case !s.exported():
	case held == 0 && d.rung != nil:
		add("bad", "not in the journal")
	case held > 1:
		add("warn", fmt.Sprintf("%d times in the journal", held))
	case held == 1:
		add("good", "journaled")
	}
	switch {
	case !s.exported() || held == 0:
	case hub == 0:
		add("bad", "not at the hub")
	default:
		add("good", "at the hub")
	}
	if d.Dark {
		add("plain", "in the dark")
	}
	switch taken := s.takenFor(d); {
	case taken != 0 && d.rung != nil && d.Tender == "card" && taken != d.Amount, taken != 0 && d.rung == nil:
		add("bad", "card host holds "+s.amount(taken))
	case taken != 0:
		add("good", "card taken")
	}
	for _, ref := range sortedKeys(d.refs) {
		if owed := s.owed[ref]; owed != 0 {
			add("warn", "not paid in the end, "+s.amount(owed)+" owed")
		}
	}
}

// takenFor is what the card host keeps of the sale's payments. A reference
// that another shopper used, too, counts where the host's line is this one's.
func (s *story) takenFor(d *saleData) int64 {
	var sum int64
	for ref := range d.refs {
		for _, e := range s.ledger[ref] {
			if e.Basket == 0 || e.Basket == d.Basket {
				sum += ledgerSign(e) * e.Amount
			}
		}
	}
	return sum
}

// ledgerSign is +1 when the host's books took money, -1 when they gave it
// back.
func ledgerSign(e *history.Event) int64 {
	switch e.State {
	case "captured", "settled":
		return 1
	case "reversed":
		return -1
	}
	return 0
}

func (s *story) chipsOfPaper(d *saleData, add func(class, text string)) {
	originals, marked, ruined := 0, 0, 0
	for _, i := range d.Papers {
		switch p := s.b.Papers[i]; {
		case paperMark(p.Lines) != "":
			marked++
		case p.State == "cut" || p.State == "torn off":
			originals++
		default:
			ruined++
		}
	}
	if originals > 0 {
		add("good", "printed")
	}
	if originals > 1 {
		add("bad", fmt.Sprintf("%d originals", originals))
	}
	if marked > 0 {
		add("plain", r2(marked, "marked copy", "marked copies"))
	}
	if ruined > 0 {
		add("warn", "a piece was cut short")
	}
	if d.rung != nil && originals+marked == 0 && len(s.b.Papers) > 0 {
		add("warn", "no receipt")
	}
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

// inShort brings the words that every good sale has to one, so that the
// others stand out.
func inShort(chips []chip) []chip {
	var all, out []chip
	for _, c := range chips {
		switch c.Text {
		case "accepted", "journaled", "at the hub", "printed", "card taken":
			all = append(all, c)
		default:
			out = append(out, c)
		}
	}
	if len(all) < 3 {
		return chips
	}
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = c.Text
	}
	return append([]chip{{strings.Join(words[1:], ", "), "good"}}, out...)
}

// saleRow is a sale in the table.
type saleRow struct {
	Basket int
	Time   string
	Till   string
	Number int64
	Tender string
	Amount string
	Goods  string
	Pieces int64
	Chips  []chip
	Class  string
	Dark   bool
}

func (s *story) saleRows() []saleRow {
	sales := s.salesShown()
	rows := make([]saleRow, len(sales))
	for i, d := range sales {
		row := saleRow{
			Basket: d.Basket, Time: s.clock(d.At), Till: d.Till, Number: d.Number, Tender: d.Tender,
			Chips: inShort(d.Chips), Class: d.Class, Dark: d.Dark,
		}
		if d.Amount != 0 {
			row.Amount = s.amount(d.Amount)
		}
		for j, w := range d.Wanted {
			row.Goods += cond(j > 0, ", ", "") + cond(w.Qty > 1, fmt.Sprintf("%d × ", w.Qty), "") + w.Label
			row.Pieces += w.Qty
		}
		rows[i] = row
	}
	return rows
}
