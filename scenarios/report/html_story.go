package report

import (
	"encoding/json"
	"iter"
	"sort"
	"strings"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// story is a bundle indexed for the page.
type story struct {
	b       *Bundle
	t       *tracer
	head    history.Header
	cut     map[int64]string // class of a loss of power, by its event
	number  map[string]int   // place of a fault in the plan, from 1, by its ID
	label   map[string]string
	code    map[string]string // SKU by barcode
	price   map[string]int64
	entries []*entryData
	entry   map[check.Key]*entryData
	sales   []*saleData
	sale    map[int]*saleData           // by basket
	wrong   []wrongness                 // what is violated, as it came about
	view    *check.View                 // nil where the history has no header
	written map[string]int64            // when an entry was written, by its hash
	back    map[int64]check.Rollback    // by the event of their start
	lies    map[string][]bandData       // when a unit's disk lied
	ledger  map[string][]*history.Event // the card host's lines by payment
	ordered map[string]string           // what each order was, by device and ID
	owed    map[string]int64            // what customers owe, by payment
	show    *shown                      // what of a large day is on the page

	mostEvents int // of a day that is shown whole
}

// entryData is a journal entry once, whoever holds it.
type entryData struct {
	Key     string   `json:"key"`
	Hash    string   `json:"hash"`
	Prev    string   `json:"prev,omitempty"`
	Payload string   `json:"payload"` // as text: its numbers are wider than JavaScript's
	Commit  int64    `json:"commit,omitempty"`
	Holders []string `json:"holders"`

	key   check.Key
	facts entryFacts
}

// entryFacts are the members of a payload that the books are added up from.
type entryFacts struct {
	Facts []struct {
		Sale   *saleFact   `json:"sale"`
		Report *reportFact `json:"report"`
		Count  *struct {
			Moves []moveFact `json:"moves"`
		} `json:"count"`
		Forward   *claimFact `json:"forward"`
		Exception *claimFact `json:"exception"`
	} `json:"facts"`
}

// claimFact is what a customer owes.
type claimFact struct {
	Ref        string `json:"ref"`
	Receivable int64  `json:"receivable"`
}

type saleFact struct {
	Number  int64        `json:"number"`
	Total   int64        `json:"total"`
	Change  int64        `json:"change"`
	Tenders []tenderFact `json:"tenders"`
	Moves   []moveFact   `json:"moves"`
}

type tenderFact struct {
	Kind   string `json:"kind"`
	Amount int64  `json:"amount"`
	Ref    string `json:"ref"`
}

type moveFact struct {
	SKU string `json:"sku"`
	Qty int64  `json:"qty"`
}

type reportFact struct {
	Kind     string           `json:"kind"`
	Sales    int64            `json:"sales"`
	ByTender map[string]int64 `json:"by_tender"`
}

func newStory(b *Bundle) *story {
	s := &story{
		b: b, t: newTracer(b.Events), cut: make(map[int64]string), number: make(map[string]int),
		label: make(map[string]string), code: make(map[string]string), price: make(map[string]int64),
		entry: make(map[check.Key]*entryData), sale: make(map[int]*saleData), mostEvents: mostEvents,
	}
	if len(b.Events) > 0 && b.Events[0].Header != nil {
		s.head = *b.Events[0].Header
	}
	for _, a := range s.head.Articles {
		s.label[a.SKU], s.price[a.SKU] = a.Label, a.Price
		if a.Code != "" {
			s.code[a.Code] = a.SKU
		}
	}
	for i, f := range b.Plan.Faults {
		s.number[f.ID] = i + 1
	}
	s.written = commits(b.Events)
	s.wrong, s.back = b.wrongs(), make(map[int64]check.Rollback)
	if v, err := check.NewView(b.Events); err == nil {
		s.view = v
		for _, c := range v.Cuts() {
			s.cut[c.Event.N] = c.Class
		}
		for _, r := range v.Rollbacks() {
			s.back[r.Started.N] = r
		}
	}
	s.collectLies()
	s.collectOrders()
	s.collectEntries()
	s.owed, s.ledger = s.sumOwed(), make(map[string][]*history.Event)
	for i := range b.Events {
		if e := &b.Events[i]; e.Kind == history.KindLedger {
			s.ledger[e.Ref] = append(s.ledger[e.Ref], e)
		}
	}
	s.collectSales()
	s.show = s.chosen()
	return s
}

func (s *story) collectEntries() {
	for i := range s.b.Events {
		e := &s.b.Events[i]
		switch e.Kind {
		case history.KindCommit:
			d := s.entryOf(e)
			if d.Commit == 0 {
				d.Commit = e.N
			}
		case history.KindEntry:
			d := s.entryOf(e)
			if holder := unitName(e.Who); !contains(d.Holders, holder) {
				d.Holders = append(d.Holders, holder)
			}
			d.Prev = e.Prev
		}
	}
}

// entryOf returns the entry of an event. A copy that differs from the first
// is another entry under the same key: the page shows both.
func (s *story) entryOf(e *history.Event) *entryData {
	key := check.Key{Device: e.Device, Inc: e.Inc, Seq: e.Seq}
	d := s.entry[key]
	if d != nil && (d.Hash == e.Hash || d.Payload == string(e.Payload)) {
		return d
	}
	for _, other := range s.entries {
		if d != nil && other.key == key && other.Hash == e.Hash {
			return other
		}
	}
	n := &entryData{Key: key.String(), Hash: e.Hash, Payload: string(e.Payload), Holders: []string{}, key: key}
	_ = json.Unmarshal(e.Payload, &n.facts) // what is no entry has no facts
	s.entries = append(s.entries, n)
	if d == nil {
		s.entry[key] = n
	}
	return n
}

// saleOf returns the finished sale in an entry, or nil.
func (d *entryData) saleOf() *saleFact {
	for i := range d.facts.Facts {
		if f := d.facts.Facts[i].Sale; f != nil {
			return f
		}
	}
	return nil
}

// own tells whether the device that wrote the entry still holds it.
func (d *entryData) own() bool { return contains(d.Holders, d.key.Device) }

// quoted goes through the texts that stand between two quotes in the payload:
// every string of it is among them.
func (d *entryData) quoted() iter.Seq[string] {
	return func(yield func(string) bool) {
		_, rest, found := strings.Cut(d.Payload, `"`)
		for found {
			var text string
			if text, rest, found = strings.Cut(rest, `"`); found && !yield(text) {
				return
			}
		}
	}
}

func (s *story) event(n int64) *history.Event {
	if n < 1 || n > int64(len(s.b.Events)) {
		return nil
	}
	return &s.b.Events[n-1]
}

func (s *story) exported() bool { return s.head.Level >= 1 }

// clock is a time of the world in the shop's zone, to the second.
func (s *story) clock(ns int64) string { return s.t.seconds(ns) }

// amount writes money with thousands apart: "12,340.00".
func (s *story) amount(a int64) string {
	text := s.t.money(a)
	sign := ""
	if a < 0 {
		sign, text = "−", text[1:]
	}
	whole, rest := text, ""
	if i := strings.IndexByte(text, '.'); i >= 0 {
		whole, rest = text[:i], text[i:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + rest
}

func unitName(who string) string {
	unit, _, _ := strings.Cut(who, ".")
	return unit
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// listWords joins words as a person does: "prices and tenders".
func listWords(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
