package report

import (
	"fmt"
	"strings"
)

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
	Given  string // in cash, where there was change
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
		if d.rung != nil && d.given > 0 {
			row.Given = s.amount(d.given)
		}
		for j, w := range d.Wanted {
			row.Goods += cond(j > 0, ", ", "") + cond(w.Qty > 1, fmt.Sprintf("%d × ", w.Qty), "") + w.Label
			row.Pieces += w.Qty
		}
		rows[i] = row
	}
	return rows
}

// wrongSales leads to what is wrong among many sales.
type wrongSales struct {
	Count, Of int
	First     []saleRow
}

// namedWrong is how many of them are named.
const namedWrong = 12

// wrongSales lists those of the whole day, as they came; nil when all are right.
func (s *story) wrongSales() *wrongSales {
	v := &wrongSales{Of: len(s.sales)}
	for _, d := range s.sales {
		if d.Class != "bad" {
			continue
		}
		v.Count++
		if len(v.First) < namedWrong && s.show.sale(d) {
			v.First = append(v.First, saleRow{Basket: d.Basket, Time: s.clock(d.At), Chips: d.Chips[len(d.Chips)-1:]})
		}
	}
	if v.Count == 0 {
		return nil
	}
	return v
}
