package check

import (
	"fmt"
	"sort"
)

var s1 = Checker{
	ID: "S1", Level: 1, Check: checkS1,
	Title:   "on hand = initial + sum of signed moves on every replica when quiet = initial - what shoppers carried out",
	Premise: "article whose stock moved, for the journal and each replica",
}

// checkS1 compares three things for each article: what the shop began with
// less what shoppers carried out, the same less the moves of all entries, and
// the books of each replica at the end. A run that did not converge though
// every replica holds every entry is judged, too, by its entries: then nothing
// is on its way that could still put the books right.
func checkS1(v *View) Result {
	var r Result
	if v.stalled && !v.allHeld() {
		return Result{Note: "the run never became quiet"}
	}
	states, standing := v.states(), v.stalled && v.openBasket() != nil
	for _, a := range v.Shelves() {
		if a.Carried == 0 && a.Moved == 0 {
			continue
		}
		r.Checked++
		if standing { // what she will carry out nobody knows yet
			a.Carried = a.Counted - a.Moved
		}
		if a.Moved != a.Counted-a.Carried {
			r.fail(Finding{Text: fmt.Sprintf("%s: expected %d moved out by the journals, which is what shoppers carried out, found %d",
				a.SKU, a.Carried, a.Counted-a.Moved)})
		}
		for _, s := range states {
			r.Checked++
			if got := s.Stock[a.SKU]; got != a.Left() {
				f, moved := Finding{}, (*event)(nil)
				if a.Moved == a.Counted-a.Carried { // the journals are right, so an entry was taken in wrongly
					f, moved = v.movedBy(a.SKU)
				}
				f.Text = fmt.Sprintf("stock of %s in the books of %s: expected %d, found %d%s", a.SKU, s.Who, a.Left(), got, f.Text)
				r.fail(f, moved, s)
			}
		}
	}
	clearFirst(&r)
	for _, u := range v.units {
		for _, s := range u.sales {
			if text := s.movesDiffer(); text != "" {
				r.fail(Finding{Number: s.Number, Entry: s.record.key,
					Text: fmt.Sprintf("sale %d of %s: %s", s.Number, u.name, text)}, s.record.commit, s.record.own)
			}
		}
	}
	return r
}

// movedBy names the entry that moved an article, where it is one alone: then it
// is clear where to look. The event is its commit.
func (v *View) movedBy(sku string) (Finding, *event) {
	var f Finding
	var of *record
	for _, rec := range v.allRecords() {
		if v.moves([]*record{rec}).sum[sku] == 0 {
			continue
		}
		if of != nil {
			return Finding{}, nil
		}
		of = rec
	}
	if of == nil {
		return f, nil
	}
	f.Entry, f.Text = of.key, fmt.Sprintf("; one entry alone moves it: %s%s", of.key, of.saleWords())
	for i := range of.entry.Facts {
		if s := of.entry.Facts[i].Sale; s != nil {
			f.Number = s.Number
		}
	}
	return f, of.commit
}

// clearFirst puts findings that name their entry before those that do not.
func clearFirst(r *Result) {
	sort.SliceStable(r.Details, func(i, j int) bool {
		return r.Details[i].Entry != (Key{}) && r.Details[j].Entry == (Key{})
	})
}

// Shelf is the stock of one article at the end, as the world and as the
// journals have it. S1 judges it, and reports show it.
type Shelf struct {
	SKU     string
	Began   int64
	Counted int64 // by stocktakes and deliveries
	Carried int64 // what shoppers took with them
	Moved   int64 // what the entries that anyone still holds did
}

// Left is what must be there.
func (s Shelf) Left() int64 { return s.Began + s.Counted - s.Carried }

// Shelves lists every article of the shop, in the header's order.
func (v *View) Shelves() []Shelf {
	carried, moved := v.carriedOut(), v.moves(v.allRecords())
	out := make([]Shelf, 0, len(v.Header.Articles))
	for i := range v.Header.Articles {
		a := &v.Header.Articles[i]
		out = append(out, Shelf{a.SKU, a.Stock, moved.counted[a.SKU], carried[a.SKU], moved.sum[a.SKU]})
	}
	return out
}

func (v *View) carriedOut() map[string]int64 {
	sum := make(map[string]int64)
	for _, b := range v.baskets {
		if b.served == nil {
			continue
		}
		for sku, n := range b.take() {
			sum[sku] += n
		}
	}
	return sum
}

// movement is what entries did to stock: in all, and by stocktakes and
// deliveries alone.
type movement struct{ sum, counted map[string]int64 }

func (v *View) moves(records []*record) movement {
	m := movement{make(map[string]int64), make(map[string]int64)}
	for _, rec := range records {
		for i := range rec.entry.Facts {
			f := &rec.entry.Facts[i]
			if f.Sale != nil {
				for _, mv := range f.Sale.Moves {
					m.sum[mv.SKU] += mv.Qty
				}
			}
			if f.Count != nil {
				for _, mv := range f.Count.Moves {
					m.sum[mv.SKU] += mv.Qty
					m.counted[mv.SKU] += mv.Qty
				}
			}
		}
	}
	return m
}

// allRecords is the union of all entries that anyone holds at the end.
func (v *View) allRecords() []*record {
	all := make([]*record, 0, len(v.keys))
	for _, k := range v.keys {
		for r := v.records[k]; r != nil; r = r.other {
			if len(r.copies) > 0 { // a twin that nobody holds any more moves nothing
				all = append(all, r)
			}
		}
	}
	return all
}

// allHeld tells whether each replica whose books are known holds every entry
// that any holds.
func (v *View) allHeld() bool {
	most := make(map[chain]int)
	held := make(map[string]map[chain]int)
	for _, h := range v.holdings {
		most[h.chain] = max(most[h.chain], len(h.entries))
		if held[h.holder] == nil {
			held[h.holder] = make(map[chain]int)
		}
		held[h.holder][h.chain] = len(h.entries)
	}
	for _, s := range v.states() {
		for c, n := range most {
			if held[s.Who][c] < n {
				return false
			}
		}
	}
	return true
}

// states returns each replica's last word on its books.
func (v *View) states() []*event {
	var out []*event
	at := make(map[string]int)
	for _, e := range v.kind["state"] {
		if i, seen := at[e.Who]; seen {
			out[i] = e
			continue
		}
		at[e.Who] = len(out)
		out = append(out, e)
	}
	return out
}

// movesDiffer holds a sale's moves against its lines.
func (s *sale) movesDiffer() string {
	sold, moved := make(map[string]int64, len(s.Lines)), make(map[string]int64, len(s.Moves))
	for i := range s.Lines {
		sold[s.Lines[i].SKU] += s.Lines[i].Qty
	}
	for _, m := range s.Moves {
		moved[m.SKU] -= m.Qty
	}
	for _, sku := range union(sold, moved) {
		if sold[sku] != moved[sku] {
			return fmt.Sprintf("stock taken off for %s: expected %d, which its lines sell, found %d", sku, sold[sku], moved[sku])
		}
	}
	return ""
}
