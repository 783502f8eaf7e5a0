package fold

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strconv"
	"strings"

	"stormrig/pos"
)

// Shared is what all devices agree on once they hold the same set of entries.
type Shared struct {
	base      *Base
	seen      table[mark]       // by chain
	stock     table[int64]      // by SKU: sum of moves, without the provisioned count
	registers table[register]   // by target and field
	ranks     table[uint64]     // by entry key: the hub's word
	days      table[Day]        // by business date
	items     table[pos.Amount] // taken, by date and item
	variants  table[int64]      // pieces, by date and SKU
	owed      table[pos.Amount] // by payment reference
	settled   table[bool]       // of them: a person has closed it, before or after it came here
}

// Day sums the sales of one business date. What was sold by item and by variant
// stands in records of its own: a shop of many articles would write all of them
// again at each checkpoint, and copy them at each sale.
type Day struct {
	Sales    int64                 `json:"sales"`
	Total    pos.Amount            `json:"total"`
	Tax      pos.Amount            `json:"tax"`
	ByTender map[string]pos.Amount `json:"by_tender"`
}

// NewShared returns the state of a shop in which nothing has happened.
func NewShared(base *Base) *Shared {
	return &Shared{base: base, seen: newTable[mark]("seen/"), stock: newTable[int64]("stock/"),
		registers: newTable[register]("reg/"), ranks: newTable[uint64]("rank/"),
		days: newTable[Day]("days/"), items: newTable[pos.Amount]("dayitem/"), variants: newTable[int64]("dayvariant/"),
		owed: newTable[pos.Amount]("owed/"), settled: newTable[bool]("settled/")}
}

// Clone returns a copy that shares nothing changeable.
func (s *Shared) Clone() *Shared {
	return &Shared{base: s.base, seen: s.seen.clone(), stock: s.stock.clone(), registers: s.registers.clone(),
		ranks: s.ranks.clone(), days: s.days.clone(), items: s.items.clone(), variants: s.variants.clone(), owed: s.owed.clone(),
		settled: s.settled.clone()}
}

func (s *Shared) tables() []store {
	return []store{&s.seen, &s.stock, &s.registers, &s.ranks, &s.days, &s.items, &s.variants, &s.owed, &s.settled}
}

// Apply folds one entry, whoever wrote it, unless it was folded before; it
// tells whether it was new.
func (s *Shared) Apply(e *pos.Entry) bool {
	chain := e.Chain().String()
	m, _ := s.seen.get(chain)
	if m.has(e.Seq) {
		return false
	}
	s.seen.put(chain, m.with(e.Seq))
	for i := range e.Facts {
		s.fact(e, &e.Facts[i])
	}
	return true
}

func (s *Shared) fact(e *pos.Entry, f *pos.Fact) {
	switch {
	case f.Sale != nil:
		s.move(f.Sale.Moves)
		s.addSale(f.Sale)
	case f.Count != nil:
		s.move(f.Count.Moves)
	case f.Edit != nil:
		k := f.Edit.Target + "|" + f.Edit.Field
		r, _ := s.registers.get(k)
		s.registers.put(k, r.with(editAt{Key: e.Key, HLC: e.HLC, Clock: e.Clock,
			Value: f.Edit.Value, Replaces: f.Edit.Replaces}))
	case f.Rank != nil:
		s.rank(*f.Rank)
	case f.Forward != nil && f.Forward.Receivable != 0:
		s.owed.put(f.Forward.Ref, f.Forward.Receivable)
	case f.Exception != nil && f.Exception.Receivable != 0:
		s.owed.put(f.Exception.Ref, f.Exception.Receivable)
	case f.Settlement != nil:
		s.settled.put(f.Settlement.Ref, true)
	}
}

// rank keeps the lowest clock that a hub gave: two ranks for one entry (a hub
// that was killed between its journal and its memory) must not race.
func (s *Shared) rank(r pos.Rank) {
	k := r.Of.String()
	if old, ok := s.ranks.get(k); !ok || r.HLC < old {
		s.ranks.put(k, r.HLC)
	}
}

func (s *Shared) move(moves []pos.Move) {
	for _, m := range moves {
		add(&s.stock, m.SKU, m.Qty)
	}
}

func (s *Shared) addSale(sale *pos.Sale) {
	d, _ := s.days.get(sale.BusinessDate)
	n := Day{Sales: d.Sales + 1, Total: d.Total + sale.Total, Tax: d.Tax,
		ByTender: copyOf(d.ByTender)}
	for _, t := range sale.Tax {
		n.Tax += t.Tax
	}
	byItem, byVariant := map[string]pos.Amount{}, map[string]int64{}
	sale.SumInto(n.ByTender, byItem, byVariant)
	s.days.put(sale.BusinessDate, n)
	for item, amount := range byItem { // sums: in any order the same
		add(&s.items, sale.BusinessDate+"|"+item, amount)
	}
	for sku, qty := range byVariant {
		add(&s.variants, sale.BusinessDate+"|"+sku, qty)
	}
}

func copyOf[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (s *Shared) rankOf(k pos.Key) (uint64, bool) { return s.ranks.get(k.String()) }

// Ranked tells whether the hub has given the entry a rank.
func (s *Shared) Ranked(k pos.Key) bool { _, ok := s.rankOf(k); return ok }

// Unranked lists the edits made under a doubtful clock that the hub has not
// ranked yet, in a fixed order.
func (s *Shared) Unranked() []pos.Key {
	var out []pos.Key
	for _, k := range s.registers.keys() {
		r, _ := s.registers.get(k)
		for _, e := range r {
			if e.Clock != pos.ClockGood && !s.Ranked(e.Key) {
				out = append(out, e.Key)
			}
		}
	}
	return out
}

// Value returns the value of a register in force, when an edit is.
func (s *Shared) Value(target, field string) (string, bool) {
	r, ok := s.registers.get(target + "|" + field)
	if !ok {
		return "", false
	}
	w, ok := r.winner(s.rankOf)
	return w.Value, ok
}

// Heads returns what a new edit of a register is made over.
func (s *Shared) Heads(target, field string) []pos.Key {
	r, _ := s.registers.get(target + "|" + field)
	return r.heads()
}

// Conflicts lists all conflicts, resolved ones too, in a fixed order.
func (s *Shared) Conflicts() []Conflict {
	var out []Conflict
	for _, k := range s.registers.keys() {
		target, field, _ := strings.Cut(k, "|")
		r, _ := s.registers.get(k)
		out = append(out, r.conflicts(target, field)...)
	}
	return out
}

// Article is a variant as it is sold now.
func (s *Shared) Article(sku string) (price pos.Amount, label string, taxBP int64, ok bool) {
	a, ok := s.base.Article(sku)
	if !ok {
		return 0, "", 0, false
	}
	price = a.Price
	if v, ok := s.Value(sku, "price"); ok {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			price = pos.Amount(n)
		}
	}
	it := s.base.items[a.Item]
	if v, ok := s.Value(a.Item, "name"); ok {
		it.Name = v
	}
	return price, it.Label(pos.Variant{Options: a.Options}), a.TaxBP, true
}

// OnHand returns the stock of every provisioned variant and of every other
// SKU that ever moved.
func (s *Shared) OnHand() map[string]int64 {
	out := make(map[string]int64, len(s.base.bySKU))
	for sku, a := range s.base.bySKU {
		out[sku] = a.Stock
	}
	for sku, n := range s.stock.m {
		out[sku] += n
	}
	return out
}

// Stock returns the pieces on hand of one SKU.
func (s *Shared) Stock(sku string) int64 {
	n, _ := s.stock.get(sku)
	return s.base.bySKU[sku].Stock + n
}

// Day returns the sums of a business date. Its maps must not be changed.
func (s *Shared) Day(date string) Day { d, _ := s.days.get(date); return d }

// SoldOn returns what was taken on a business date for an item, and how many
// pieces of a variant were sold.
func (s *Shared) SoldOn(date, item, sku string) (taken pos.Amount, pieces int64) {
	taken, _ = s.items.get(date + "|" + item)
	pieces, _ = s.variants.get(date + "|" + sku)
	return taken, pieces
}

// Receivables returns what customers owe after late declines, and after
// payments that a terminal undid by itself, by reference, until that is settled.
func (s *Shared) Receivables() map[string]pos.Amount {
	out := copyOf(s.owed.m)
	maps.DeleteFunc(out, func(ref string, _ pos.Amount) bool { return s.settled.m[ref] })
	return out
}

// Claimed tells whether anything was ever owed of a payment.
func (s *Shared) Claimed(ref string) bool { _, ok := s.owed.get(ref); return ok }

// High returns up to where a chain was folded without a gap.
func (s *Shared) High(c pos.Chain) uint64 { m, _ := s.seen.get(c.String()); return m.High }

// Digest is a hash over the whole shared state, in hex: equal on replicas that
// folded the same set of entries.
func (s *Shared) Digest() (string, error) {
	h := sha256.New()
	for _, t := range s.tables() {
		recs, err := t.records()
		if err != nil {
			return "", err
		}
		for _, r := range recs {
			h.Write([]byte(r.Key + "\x00"))
			h.Write(append(r.Value, 0))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
