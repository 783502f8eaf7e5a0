package checktest

import (
	"fmt"

	"stormrig/sim/history"
)

// visit is one shopper at a till.
type visit struct {
	*shop
	d      *device
	n      int
	skus   []string
	price  map[string]int64 // where it is not the provisioned one
	sold   map[string]int64 // of the whole day
	total  int64
	ref    string
	stan   string
	handed int64
	// tendered is what a receipt calls the card.
	tendered string
}

// arrive lets a shopper step up and rings up her goods.
func (s *shop) arrive(till string, n int, tender string, sold, price map[string]int64, skus ...string) *visit {
	v := &visit{shop: s, d: s.device(till), n: n, skus: skus, price: price, sold: sold}
	items := make([]history.Item, len(skus))
	for i, sku := range skus {
		items[i] = history.Item{SKU: sku, Code: s.article(sku).Code, Qty: 1}
	}
	s.wait(60)
	s.add(history.Event{Who: till, Kind: history.KindBasket, Basket: n, Items: items, State: tender})
	for i := range skus {
		v.scan(i)
	}
	return v
}

func (v *visit) line(i int) object {
	a := v.article(v.skus[i])
	return object{
		"n": i + 1, "sku": a.SKU, "label": a.Label, "code": a.Code, "qty": 1, "price": v.priceOf(a), "tax_bp": a.TaxBP,
	}
}

func (v *visit) priceOf(a *history.Article) int64 {
	if p, edited := v.price[a.SKU]; edited {
		return p
	}
	return a.Price
}

func (v *visit) event(device, kind string, e history.Event) {
	e.Who, e.Kind, e.Basket, e.Gen = v.d.name+device, kind, v.n, v.d.gen
	v.add(e)
}

func (v *visit) scan(i int) {
	a := v.article(v.skus[i])
	v.event(".scanner", history.KindScan, history.Event{Code: a.Code})
	v.event("", history.KindDelivered, history.Event{Code: a.Code})
	v.wait(1)
	v.commit(v.d, v.n, []object{{"line": v.line(i)}})
	v.total += v.priceOf(a)
	v.cart(i + 1)
}

// cart shows the first n lines.
func (v *visit) cart(n int) {
	var lines []string
	for i := range n {
		a := v.article(v.skus[i])
		p := decimal(v.priceOf(a))
		lines = append(lines, "1 "+a.Label, fmt.Sprintf("  1 x %s = %s", p, p))
	}
	v.show("SALE", append(lines, "TOTAL PHP "+decimal(v.total))...)
}

func (v *visit) show(title string, lines ...string) {
	v.add(history.Event{Who: v.d.name, Gen: v.d.gen, Kind: history.KindScreen, Text: title, Lines: lines})
}

func decimal(a int64) string { return fmt.Sprintf("%d.%02d", a/100, a%100) }

// sale is the fact of the finished sale.
func (v *visit) sale(tender object) object {
	v.d.number++
	v.d.sold = v.d.seq + 1
	v.d.closing.add(v, tender)
	var lines, moves []object
	gross := map[int64]int64{}
	for i, sku := range v.skus {
		a := v.article(sku)
		lines = append(lines, v.line(i))
		moves = append(moves, object{"sku": sku, "qty": -1})
		gross[a.TaxBP] += v.priceOf(a)
	}
	var tax []object
	for _, rate := range []int64{0, 1200} {
		if g := gross[rate]; g != 0 {
			part := taxIn(g, rate)
			tax = append(tax, object{"rate_bp": rate, "net": g - part, "tax": part})
		}
	}
	return object{"sale": object{
		"number": v.d.number, "lines": lines, "total": v.total, "tax": tax, "tenders": []object{tender},
		"change": tender["amount"].(int64) - v.total, "moves": moves, "business_date": "2026-07-18",
		"place": object{"lat_e7": 145995000, "lon_e7": 1209842000, "accuracy_cm": 900, "age_ms": v.shop.fixAge(v.d)},
	}}
}

// taxIn rounds half up.
func taxIn(gross, rate int64) int64 { return (2*gross*rate + 10000 + rate) / (2 * (10000 + rate)) }

func (v *visit) printOrder(mark string) object {
	v.d.job = v.d.job%9999 + 1
	order := object{"number": v.d.number, "job": v.d.job}
	if mark != "" {
		order["mark"] = mark
	}
	return object{"print": order}
}

// payCash finishes the sale: journal, drawer, paper, display.
func (v *visit) payCash() {
	v.tenderCash()
	v.commitCash()
	v.handOver()
}

func (v *visit) tenderCash() {
	v.handed = (v.total + 99999) / 100000 * 100000
	v.event("", history.KindKey, history.Event{Text: "cash " + decimal(v.handed)})
	v.event(".cashier", history.KindTendered, history.Event{State: "cash", Amount: v.handed})
}

func (v *visit) commitCash() {
	tender := object{"kind": "cash", "amount": v.handed}
	v.commit(v.d, v.n, []object{v.sale(tender), {"drawer": object{"reason": "sale"}}},
		object{"kick": object{"number": v.d.number}}, v.printOrder(""))
	v.add(history.Event{Who: v.d.name + ".printer", Kind: history.KindKick})
}

// handOver prints the receipt, notes that it is done and lets the shopper go.
func (v *visit) handOver() {
	ordered := v.d.seq
	v.rung()
	v.print("", 0)
	v.commit(v.d, v.n, []object{
		{"note": object{"intent": fmt.Sprintf("1.%d.0", ordered), "outcome": "done"}},
		{"note": object{"intent": fmt.Sprintf("1.%d.1", ordered), "outcome": "done"}},
	})
	v.serve()
}

func (v *visit) rung() {
	v.show("DONE", fmt.Sprintf("SALE %d", v.d.number), "TOTAL PHP "+decimal(v.total))
	v.event(".cashier", history.KindRung, history.Event{Number: v.d.number, Amount: v.total})
}

func (v *visit) serve() {
	v.event(".cashier", history.KindServed, history.Event{Number: v.d.number})
	for _, sku := range v.skus {
		v.sold[sku]++
	}
}

// receipt is the paper of the last sale.
func (v *visit) receipt(mark string) []string {
	lines := []string{"MARISOL BOUTIQUE", fmt.Sprintf("RECEIPT %d", v.d.number)}
	if mark != "" {
		lines = append(lines, "*** "+mark+" ***")
	}
	gross := map[int64]int64{}
	for _, sku := range v.skus {
		a := v.article(sku)
		gross[a.TaxBP] += v.priceOf(a)
		lines = append(lines, a.Label+"   "+decimal(v.priceOf(a)))
	}
	lines = append(lines, "TOTAL        PHP "+decimal(v.total))
	if v.handed > 0 {
		lines = append(lines, "CASH         "+decimal(v.handed), "CHANGE       "+decimal(v.handed-v.total))
	} else {
		lines = append(lines, v.tendered+"         "+decimal(v.total))
	}
	if g := gross[1200]; g > 0 {
		lines = append(lines, "VAT 12%      "+decimal(taxIn(g, 1200)))
	}
	return append(lines, "PLACE 14.59950 120.98420 +-9m", "2026-07-18", fmt.Sprintf("[QR %s/1/%d %d 2026-07-18 PHP %s]", v.d.name, v.d.sold, v.d.number, decimal(v.total)), "Salamat po")
}

// print lets a piece of paper come out; with half set the cable is pulled
// after so many lines.
func (v *visit) print(mark string, half int) {
	printer := v.d.name + ".printer"
	paper := history.Event{
		Who: printer, Kind: history.KindPaper, Number: v.d.number, Job: v.d.job, Lines: v.receipt(mark), State: "cut",
	}
	v.add(history.Event{Who: printer, Kind: history.KindPrintBegin})
	v.wait(2)
	if half > 0 {
		v.link(printer, "down")
		paper.Lines = append(paper.Lines[:half:half], paper.Lines[half][:4]+"~")
		paper.State, paper.Job = "torn off", 0
		v.wait(5)
		v.link(printer, "up")
	}
	v.add(paper)
	if half == 0 {
		v.add(history.Event{Who: printer, Kind: history.KindComplete, Job: v.d.job})
	}
}
