package fold

import (
	"fmt"

	"pgregory.net/rapid"

	"stormrig/pos"
)

// shop is two items, four variants.
func shop() *Base {
	b, err := NewBase(pos.Catalogue{Name: "test", Currency: "PHP", Items: []pos.Item{
		{ID: "scarf", Name: "Scarf", TaxBP: 1200, Variants: []pos.Variant{
			{Options: []string{"jade"}, Barcode: "1", Price: 790, Stock: 5}, {Options: []string{"gold"}, Barcode: "2", Price: 800, Stock: 7}}},
		{ID: "hat", Name: "Hat", Variants: []pos.Variant{
			{Options: []string{"s"}, Barcode: "3", Price: 100, Stock: 1}, {Options: []string{"l"}, Barcode: "4", Price: 120}}},
	}})
	if err != nil {
		panic(err)
	}
	return b
}

var skus = []string{"scarf/jade", "scarf/gold", "hat/s", "hat/l", "gone/from/catalogue"}

// drawer draws entries that devices of one shop may write: not all that they
// say makes sense, and a fold must agree with itself all the same.
type drawer struct {
	t     *rapid.T
	seq   map[pos.Chain]uint64
	edits []pos.Key
	all   []*pos.Entry
	sales int64
}

// entries draws n entries of two tills and a hub, some of which lived twice.
func entries(t *rapid.T, n int) []*pos.Entry {
	d := &drawer{t: t, seq: map[pos.Chain]uint64{}}
	inc := map[string]uint32{"phone": 1, "assistant": 1, "hub": 1}
	for range n {
		device := rapid.SampledFrom([]string{"phone", "assistant", "hub"}).Draw(t, "device")
		if d.chance(20) {
			inc[device]++
		}
		c := pos.Chain{Device: device, Incarnation: inc[device]}
		d.seq[c]++
		d.entry(pos.Key{Device: c.Device, Incarnation: c.Incarnation, Seq: d.seq[c]})
	}
	return d.all
}

func (d *drawer) chance(oneIn int) bool { return d.n("chance", 1, oneIn) == 1 }

func (d *drawer) n(what string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(d.t, what) }

func (d *drawer) sku() string { return rapid.SampledFrom(skus).Draw(d.t, "sku") }

func (d *drawer) entry(k pos.Key) {
	e := &pos.Entry{Key: k, Wall: int64(d.n("wall", 0, 9)) * int64(aheadLimit), HLC: uint64(d.n("hlc", 1, 6))}
	if d.chance(3) {
		e.Clock = pos.ClockDoubtful
	}
	for range d.n("facts", 0, 3) {
		e.Facts = append(e.Facts, d.fact(k))
	}
	for i := range d.n("intents", 0, 2) {
		e.Intents = append(e.Intents, d.intent(fmt.Sprintf("%d.%d.%d", k.Incarnation, k.Seq, i)))
	}
	d.all = append(d.all, e)
}

func (d *drawer) fact(k pos.Key) pos.Fact {
	ref, stan := fmt.Sprintf("r%d", d.n("ref", 1, 3)), fmt.Sprintf("%06d", d.n("stan", 1, 4))
	amount := pos.Amount(d.n("amount", 1, 500))
	switch d.n("kind", 0, 15) {
	case 0, 1:
		return pos.Fact{Sale: d.sale(ref)}
	case 2, 3, 4:
		return pos.Fact{Edit: d.edit(k)}
	case 5:
		if len(d.all) > 0 {
			return pos.Fact{Rank: &pos.Rank{Of: rapid.SampledFrom(d.all).Draw(d.t, "ranked").Key, HLC: uint64(d.n("rank", 1, 6))}}
		}
	case 6:
		return pos.Fact{Count: &pos.Count{Moves: []pos.Move{{SKU: d.sku(), Qty: int64(d.n("count", -3, 9))}}}}
	case 7:
		return pos.Fact{Forward: &pos.Forward{Ref: ref, Receivable: pos.Amount(len(d.all)%2) * 100}}
	case 8:
		return pos.Fact{Charge: &pos.Charge{Ref: ref, STAN: stan, Amount: amount}}
	case 9:
		state := rapid.SampledFrom([]pos.ResultState{pos.Approved, pos.Deferred, pos.Unknown}).Draw(d.t, "state")
		return pos.Fact{Result: &pos.Result{Ref: ref, State: state, STAN: stan, Vault: ref}}
	case 10:
		return pos.Fact{Reversal: &pos.Reversal{Ref: ref, STAN: stan, Amount: amount, Acknowledged: d.chance(2)}}
	case 11:
		return pos.Fact{Note: &pos.Note{Intent: fmt.Sprintf("%d.%d.0", k.Incarnation, d.n("noted", 1, 5))}}
	case 12:
		return pos.Fact{Report: &pos.Report{Kind: "Z", BusinessDate: "2026-07-18", Total: amount}}
	case 13:
		return pos.Fact{Outage: &pos.Outage{What: "hub", From: 1, To: int64(d.n("to", 1, 2))}}
	case 14:
		return pos.Fact{Settlement: &pos.Settlement{Ref: ref, How: pos.SettledCash, Amount: amount}}
	}
	return pos.Fact{Line: &pos.Line{N: d.n("line", 1, 3), SKU: d.sku(), Qty: 1, Price: amount}}
}

func (d *drawer) sale(ref string) *pos.Sale {
	d.sales++
	l := pos.Line{N: 1, SKU: d.sku(), Qty: int64(d.n("qty", 1, 3)), Price: pos.Amount(d.n("price", 1, 900))}
	s := &pos.Sale{Number: d.sales, Lines: []pos.Line{l}, Total: l.Total(), Change: 10,
		Tenders:      []pos.Tender{{Kind: pos.Cash, Amount: l.Total() + 10}},
		Moves:        []pos.Move{{SKU: l.SKU, Qty: -l.Qty}},
		BusinessDate: rapid.SampledFrom([]string{"2026-07-18", "2026-07-19"}).Draw(d.t, "date")}
	if d.chance(2) {
		s.Change, s.Tenders = 0, []pos.Tender{{Kind: pos.Card, Amount: l.Total(), Ref: ref, State: pos.Deferred}}
	}
	return s
}

// edit draws a change of one of three fields, made over some earlier ones.
func (d *drawer) edit(k pos.Key) *pos.Edit {
	f := rapid.SampledFrom([]pos.Edit{{Target: "scarf/jade", Field: "price"}, {Target: "scarf", Field: "name"},
		{Target: "hat/s", Field: "price"}}).Draw(d.t, "field")
	f.Value = fmt.Sprint(d.n("value", 1, 3))
	for _, e := range d.edits {
		if e != k && d.chance(3) {
			f.Replaces = append(f.Replaces, e)
		}
	}
	d.edits = append(d.edits, k)
	return &f
}

func (d *drawer) intent(id string) pos.Intent {
	switch d.n("order", 0, 3) {
	case 0:
		return pos.Intent{ID: id, Arm: &pos.ArmOrder{Ref: fmt.Sprintf("r%d", d.n("ref", 1, 3))}}
	case 1:
		return pos.Intent{ID: id, Host: &pos.HostOrder{Kind: "authorise", Ref: fmt.Sprintf("r%d", d.n("ref", 1, 3))}}
	case 2:
		return pos.Intent{ID: id, Kick: &pos.KickOrder{}}
	}
	return pos.Intent{ID: id, Print: &pos.PrintOrder{Number: 1, Job: d.n("job", 1, 9)}}
}
