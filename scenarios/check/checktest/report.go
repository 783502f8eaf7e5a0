package checktest

import (
	"fmt"
	"sort"
	"strings"

	"stormrig/sim/history"
)

// sums are what a till has sold since its last Z.
type sums struct {
	sales, total int64
	tender, item map[string]int64
	variant      map[string]int64
	lastZ        uint64
}

func (n *sums) add(v *visit, tender object) {
	if n.tender == nil {
		*n = sums{tender: map[string]int64{}, item: map[string]int64{}, variant: map[string]int64{}, lastZ: n.lastZ}
	}
	n.sales++
	n.total += v.total
	n.tender[tender["kind"].(string)] += v.total
	for _, sku := range v.skus {
		item, _, _ := strings.Cut(sku, "/")
		n.item[item] += v.priceOf(v.article(sku))
		n.variant[sku]++
	}
}

// closeDay makes a till's Z and prints it.
func (s *shop) closeDay(d *device) {
	n := d.closing
	from := object{"device": "", "inc": 0, "seq": 0}
	if n.lastZ > 0 {
		from = object{"device": d.name, "inc": 1, "seq": n.lastZ}
	}
	d.job = d.job%9999 + 1
	s.commit(d, 0, []object{{"report": object{
		"kind": "Z", "business_date": "2026-07-18", "from": from, "to": object{"device": d.name, "inc": 1, "seq": d.seq},
		"sales": n.sales, "total": n.total, "by_tender": n.tender, "by_item": n.item, "by_variant": n.variant,
	}}}, object{"print": object{"report": "2026-07-18", "job": d.job}})
	d.closing = sums{lastZ: d.seq}
	lines := []string{"MARISOL BOUTIQUE", "Z REPORT 2026-07-18", fmt.Sprintf("SALES %d", n.sales), "TOTAL PHP " + decimal(n.total)}
	for _, of := range []map[string]int64{n.tender, n.item} {
		for _, k := range sorted(of) {
			lines = append(lines, k+"   "+decimal(of[k]))
		}
	}
	for _, k := range sorted(n.variant) {
		lines = append(lines, fmt.Sprintf("%s   %d", k, n.variant[k]))
	}
	printer := d.name + ".printer"
	s.add(history.Event{Who: printer, Kind: history.KindPrintBegin})
	s.add(history.Event{Who: printer, Kind: history.KindPaper, Job: d.job, Lines: append(lines, "Salamat po"), State: "cut"})
	s.add(history.Event{Who: printer, Kind: history.KindComplete, Job: d.job})
	s.commit(d, 0, []object{{"note": object{"intent": fmt.Sprintf("1.%d.0", d.seq), "outcome": "done"}}})
}

func sorted(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// fixAge lets a till's receiver speak now and then, and returns how old its
// last word is, in ms.
func (s *shop) fixAge(d *device) int64 {
	if d.fixAt == 0 || s.now-d.fixAt > 300*second {
		d.fixAt = s.now - 1200e6
	}
	return (s.now - d.fixAt) / 1e6
}
