package campaign

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"stormrig/fault"
	"stormrig/fault/network"
	"stormrig/pos"
	"stormrig/scenarios/spec"
	"stormrig/sim/shop"
)

// deeds draws what people do besides selling: a report in the middle of the
// day, a copy of a receipt, prices that are changed at one till or at two, an
// article that is not on file. Faults like to strike near them.
func (d *drawer) deeds() ([]fault.Fault, error) {
	var out []fault.Fault
	for d.s.Chance(1, 2) && len(out) < 4 {
		f, err := d.deed()
		if err != nil {
			return nil, err
		}
		f.ID, f.Optional = fmt.Sprintf("deed-%d", len(out)+1), true
		out = append(out, f)
	}
	return out, nil
}

func (d *drawer) deed() (fault.Fault, error) {
	till := d.sc.Tills[d.s.Intn(len(d.sc.Tills))]
	task := shop.Task{Word: pos.WordEdit, Args: []string{d.sku(), "price", d.price()}}
	if till.Sells() && d.s.Chance(1, 6) {
		return d.strangeScan(till.Name), nil
	}
	if till.Sells() && d.s.Chance(2, 3) {
		task = shop.Task{Word: pos.WordReport, Args: []string{[]string{"x", "z"}[d.s.Intn(2)]}}
		if d.s.Chance(1, 3) {
			task = shop.Task{Word: pos.WordCopy, Args: []string{strconv.Itoa(1 + d.s.Intn(max(d.sc.SaleCount(), 1)))}}
		}
	}
	data, err := json.Marshal(task)
	at := d.s.Duration(0, d.sc.Shop.Length()*9/10)
	d.times = append(d.times, at)
	if task.Word == pos.WordEdit {
		d.edits = append(d.edits, edit{till.Name, at})
	}
	return fault.Fault{Kind: fault.Device, Target: till.Name + ".cashier", When: fault.At(at),
		Args: fault.Args{Action: shop.ActTask, Data: string(data)}}, err
}

// edit is when somebody edits the catalogue at a till.
type edit struct {
	till string
	at   time.Duration
}

// whileEdited strikes the till of an edit while that waits for the hub, which is
// out of reach: on a good line it waits for no time.
func (d *drawer) whileEdited(r recipe) []fault.Fault {
	e := d.edits[d.s.Intn(len(d.edits))]
	r.targets = near(r.targets, e.till)
	f := d.made(r)
	f.When = fault.At(e.at + short(d.s, 2*time.Second, 2*time.Minute))
	away := fault.Fault{Kind: fault.Network, Target: e.till + "-hub", For: short(d.s, 2*time.Minute, 20*time.Minute),
		Args: fault.Args{Mode: network.Partition, Noticed: d.s.Chance(1, 2)}, When: fault.At(max(e.at-time.Second, 0))}
	return []fault.Fault{away, f}
}

// strangeScan is an article of another shop before the scanner, in the middle of
// a sale or of nothing.
func (d *drawer) strangeScan(till string) fault.Fault {
	f := fault.Fault{Kind: fault.Device, Target: till + ".scanner", When: fault.At(d.time()),
		Args: fault.Args{Action: "trigger", Data: fmt.Sprintf("%d", 4_000_000_000_006+int64(d.s.Intn(1000))*10)}}
	if d.s.Chance(1, 2) {
		f.When = fault.On(fault.Point{Span: "scan", Basket: 1 + d.s.Intn(max(d.sc.SaleCount(), 1)), After: d.s.Duration(100*time.Millisecond, 4*time.Second)})
	}
	return f
}

// sku draws a variant; few, so that two people meet at the same one.
func (d *drawer) sku() string {
	skus := spec.SKUs(d.sc.Shop.Catalogue)
	return skus[d.s.Intn(min(3, len(skus)))]
}

func (d *drawer) price() string {
	return d.sc.Shop.Catalogue.Currency.Decimal(pos.Amount(100 * (1 + d.s.Intn(5000))))
}
