package check

import "fmt"

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
	carried, moved := v.carriedOut(), v.moves(v.allRecords())
	states := v.states()
	for i := range v.Header.Articles {
		a := &v.Header.Articles[i]
		if carried[a.SKU] == 0 && moved.sum[a.SKU] == 0 {
			continue
		}
		r.Checked++
		counted := moved.counted[a.SKU]
		if v.stalled { // somebody may still have stood at the till
			carried[a.SKU] = counted - moved.sum[a.SKU]
		}
		if moved.sum[a.SKU] != counted-carried[a.SKU] {
			r.fail(Finding{Text: fmt.Sprintf("%s: shoppers carried out %d, the journals moved %d",
				a.SKU, carried[a.SKU], counted-moved.sum[a.SKU])})
		}
		for _, s := range states {
			r.Checked++
			if want, got := a.Stock+counted-carried[a.SKU], s.Stock[a.SKU]; got != want {
				r.fail(Finding{Text: fmt.Sprintf("%s has %d of %s on hand, there are %d", s.Who, got, a.SKU, want)}, s)
			}
		}
	}
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
		if r := v.records[k]; len(r.copies) > 0 {
			all = append(all, r)
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
	left := make(map[string]int64, len(s.Lines))
	for i := range s.Lines {
		left[s.Lines[i].SKU] += s.Lines[i].Qty
	}
	for _, m := range s.Moves {
		left[m.SKU] += m.Qty
	}
	for _, sku := range union(left, nil) {
		if left[sku] != 0 {
			return fmt.Sprintf("%d of %s are sold and not moved", left[sku], sku)
		}
	}
	return ""
}
