package mapping

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stormrig/scenarios/audit/table"
)

// What a file is an export of.
const (
	Sales      = "sales"
	Settlement = "settlement"
	Stock      = "stock"
)

// Field is what a column means.
type Field string

// The fields. A sales file needs a total (or lines with prices), a settlement
// an amount, a stock count an article and a quantity.
const (
	Number    Field = "number"     // of the sale, as on the receipt
	Date      Field = "date"       // a day, or day and time
	Time      Field = "time"       // time of day, or day and time
	ZoneName  Field = "zone"       // of this line
	Till      Field = "till"       // till, register, terminal
	Total     Field = "total"      // of the sale
	Tender    Field = "tender"     // cash, card, ...
	Paid      Field = "paid"       // what was paid so, where a sale has a line a payment
	Card      Field = "card"       // paid by card
	Cash      Field = "cash"       // paid in cash
	Last4     Field = "last4"      // of the card
	Ref       Field = "ref"        // of the payment: reference, authorisation, transaction
	Order     Field = "order"      // settlement: number of the sale, as the till told it
	State     Field = "state"      // sale, refund, cancelled; captured, declined, ...
	Status    Field = "status"     // the same where an export says it twice; cancelled wins
	Item      Field = "item"       // article's name
	SKU       Field = "sku"        // article's key
	Quantity  Field = "quantity"   // pieces
	Price     Field = "price"      // of a piece
	LineTotal Field = "line-total" // of the line
	Amount    Field = "amount"     // settlement: what was charged
)

// Fields lists the fields in the order in which they are explained.
func Fields() []Field {
	return []Field{Number, Date, Time, ZoneName, Till, Total, Tender, Paid, Card, Cash, Last4, Ref, Order, State, Status, Item, SKU, Quantity, Price, LineTotal, Amount}
}

// Mapping is one kind of export.
type Mapping struct {
	Name   string `json:"name"`   // "square"
	Title  string `json:"title"`  // "Square: Transactions CSV"
	Kind   string `json:"kind"`   // Sales, Settlement, Stock
	Source string `json:"source"` // the public page that the titles come from
	Note   string `json:"note,omitempty"`
	// Columns gives for each field the titles that it may have, the best first.
	Columns map[Field][]string `json:"columns"`
	// Known are titles by which the export is recognised: all of them.
	Known []string `json:"known,omitempty"`
	// Lines says that each line is an article; lines of one sale stand together
	// and may leave what the first one says empty.
	Lines bool `json:"lines,omitempty"`
	// Dates is the order of day and month, where the export has one.
	Dates table.Order `json:"dates,omitempty"`
	// Zone is where times without a zone are from, where the export says so;
	// empty: the shop's.
	Zone string `json:"zone,omitempty"`
	// Zones are names of time zones that the export writes, with IANA's.
	Zones map[string]string `json:"zones,omitempty"`
	// Words are what fields say, with what it means: a tender cash, card or
	// other; a sale's state sale, refund or cancelled; a charge's captured,
	// declined, refunded, reversed or other.
	Words map[Field]map[string]string `json:"words,omitempty"`
	// Split says that a number such as 2-1031 begins with its till.
	Split bool `json:"split,omitempty"`
}

//go:embed data/*.json
var files embed.FS

// order is that in which they are listed, and tried: the plain ones last.
var order = []string{
	"square", "shopify", "loyverse", "loyverse-items", "odoo-orders", "odoo-lines", "stripe",
	"plain-sales", "plain-settlement", "plain-stock",
}

// All returns the mappings that ship, made anew for each call.
func All() []*Mapping {
	out := make([]*Mapping, 0, len(order))
	for _, name := range order {
		text, err := files.ReadFile("data/" + name + ".json")
		if err != nil { // embedded: cannot happen
			panic(err)
		}
		m, err := Parse(text, name+".json")
		if err != nil {
			panic(err)
		}
		out = append(out, m)
	}
	return out
}

// Find returns a mapping that ships by its name.
func Find(name string) (*Mapping, bool) {
	for _, m := range All() {
		if m.Name == name {
			return m, true
		}
	}
	return nil, false
}

// Parse reads a mapping from JSON. name stands in errors.
func Parse(text []byte, name string) (*Mapping, error) {
	m := new(Mapping)
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("%s is no mapping: %w", name, err)
	}
	switch m.Kind {
	case Sales, Settlement, Stock:
	default:
		return nil, fmt.Errorf("%s: kind %q is none of sales, settlement, stock", name, m.Kind)
	}
	fields := Fields()
	for f := range m.Columns {
		if !slices.Contains(fields, f) {
			return nil, fmt.Errorf("%s: there is no field %q; the fields are %v", name, f, fields)
		}
	}
	return m, nil
}

// Inline makes a mapping of kind from "total=Betrag,number=Bon-Nr.": the plain
// one with these titles before its own.
func Inline(kind, text string) (*Mapping, error) {
	m, _ := Find("plain-" + kind)
	m.Name, m.Title = "given", "given with --map"
	fields := Fields()
	for _, pair := range strings.Split(text, ",") {
		field, title, ok := strings.Cut(pair, "=")
		f := Field(strings.TrimSpace(field))
		if !ok || !slices.Contains(fields, f) || strings.TrimSpace(title) == "" {
			return nil, fmt.Errorf("%q says not which field is which column; the fields are %s", pair, words(fields))
		}
		m.Columns[f] = []string{strings.TrimSpace(title)}
	}
	return m, nil
}

func words(fields []Field) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = string(f)
	}
	return strings.Join(out, ", ")
}

// Titles tells which titles any of the mappings knows.
func Titles(list []*Mapping) func(string) bool {
	known := make(map[string]bool)
	for _, m := range list {
		for _, titles := range m.Columns {
			for _, t := range titles {
				known[table.Title(t)] = true
			}
		}
	}
	return func(title string) bool { return known[title] }
}

// Recognise finds the mapping that fits titles: the first whose known titles
// are all there, else the last of the list.
func Recognise(list []*Mapping, titles []string) *Mapping {
	have := make(map[string]bool, len(titles))
	for _, t := range titles {
		have[table.Title(t)] = true
	}
	for _, m := range list {
		fits := len(m.Known) > 0
		for _, t := range m.Known {
			fits = fits && have[table.Title(t)]
		}
		if fits {
			return m
		}
	}
	return list[len(list)-1]
}

// Bound is a mapping on the titles of one file.
type Bound struct {
	*Mapping
	column map[Field]int
}

// Bind finds the columns.
func (m *Mapping) Bind(titles []string) *Bound {
	at := make(map[string]int, len(titles))
	for i, t := range titles {
		if _, twice := at[table.Title(t)]; !twice {
			at[table.Title(t)] = i
		}
	}
	b := &Bound{Mapping: m, column: make(map[Field]int)}
	for f, names := range m.Columns {
		for _, n := range names {
			if i, ok := at[table.Title(n)]; ok {
				b.column[f] = i
				break
			}
		}
	}
	return b
}

// Column returns the index of a field's column, -1 where there is none.
func (b *Bound) Column(f Field) int {
	if i, ok := b.column[f]; ok {
		return i
	}
	return -1
}

// Has tells whether the file has a field.
func (b *Bound) Has(f Field) bool { return b.Column(f) >= 0 }

// Word says what a field's text means: by the mapping's own words, then by
// common ones; empty where nobody knows.
func (b *Bound) Word(f Field, text string) string {
	text = table.Title(text)
	if f == Status {
		f = State
	}
	if w, ok := b.Words[f][text]; ok {
		return w
	}
	return common[f][text]
}
