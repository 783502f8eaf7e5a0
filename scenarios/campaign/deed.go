package campaign

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"stormrig/fault"
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
	return fault.Fault{Kind: fault.Device, Target: till.Name + ".cashier", When: fault.At(at),
		Args: fault.Args{Action: shop.ActTask, Data: string(data)}}, err
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
