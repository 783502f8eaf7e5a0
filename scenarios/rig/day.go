package rig

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/wire/card"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/shop"
)

// visit is one shopper of the day: when he comes, to which till.
type visit struct {
	at   time.Duration
	till string
	shop.Basket
}

// Margins keep a shopper's sale wholly before, inside or after the time when
// the network is cut.
const (
	marginBefore = 12 * time.Minute
	marginInside = 3 * time.Minute
	marginEnd    = 20 * time.Minute
	patienceMost = 25 * time.Minute
)

// day draws the shoppers, or takes them as they are written.
func day(sc *spec.Scenario, seed int64) ([]visit, error) {
	if len(sc.Sales) > 0 {
		return written(sc, seed)
	}
	return drawn(sc, seed)
}

// drawn spreads the shoppers over the hours before, inside and after the dark.
func drawn(sc *spec.Scenario, seed int64) ([]visit, error) {
	s := sim.NewStream(seed, "shoppers", 0)
	p := sc.Shoppers
	from, to, dark := sc.Dark()
	length := sc.Shop.Length()
	if !dark {
		from, to = length, length
	}
	var times []time.Duration
	times = spread(times, &s, p.Before, 2*time.Minute, from-marginBefore)
	times = spread(times, &s, p.Storm, from+marginInside, to-marginEnd)
	times = spread(times, &s, p.After, to+marginInside, length-marginEnd)
	if len(times) < p.Total() {
		return nil, fmt.Errorf("scenario %s: the shop is not open long enough for its %d shoppers", sc.Name, p.Total())
	}
	selling := sc.Selling()
	var visits []visit
	for i, at := range times {
		b := shop.Basket{N: i + 1, PatienceMS: patience(p.Patience)}
		lines := p.Lines.Min + s.Intn(p.Lines.Max-p.Lines.Min+1)
		for range lines {
			b.Items = append(b.Items, item(sc, pick(&s, p.Mix), 1))
		}
		byCard := s.Intn(int(spec.Whole)) < int(p.Card)
		b.Track = track(sc, &s, b.N, byCard || slices.Contains(sc.CardSales(), b.N))
		visits = append(visits, visit{at: at, till: selling[s.Intn(len(selling))].Name, Basket: b})
	}
	return visits, nil
}

// spread draws n times between two, evenly with some jitter.
func spread(times []time.Duration, s *sim.Stream, n int, from, to time.Duration) []time.Duration {
	if n == 0 || to <= from {
		return times
	}
	gap := (to - from) / time.Duration(n)
	for i := range n {
		at := from + time.Duration(i)*gap
		times = append(times, at+s.Duration(0, gap/2))
	}
	return times
}

func patience(d time.Duration) int64 {
	if d == 0 {
		d = patienceMost
	}
	return d.Milliseconds()
}

func pick(s *sim.Stream, mix []spec.Weight) string {
	var sum int64
	for _, w := range mix {
		sum += w.Weight
	}
	n := int64(s.Intn(int(sum)))
	for _, w := range mix {
		if n -= w.Weight; n < 0 {
			return w.SKU
		}
	}
	return mix[len(mix)-1].SKU
}

func item(sc *spec.Scenario, sku string, qty int) shop.Item {
	for _, it := range sc.Shop.Catalogue.Items {
		for _, v := range it.Variants {
			if it.SKU(v) == sku {
				return shop.Item{SKU: sku, Code: v.Barcode, Qty: qty}
			}
		}
	}
	panic(fmt.Sprintf("rig: no variant %q in a checked scenario", sku))
}

// track makes the shopper's test card, or none. Draws are the same for every
// shopper, so that one who pays otherwise shifts nobody else's luck.
func track(sc *spec.Scenario, s *sim.Stream, n int, byCard bool) string {
	declined := s.Intn(int(spec.Whole)) < int(sc.Payment.DeclineOnline)
	if !byCard {
		return ""
	}
	pan := card.MakePAN(n)
	if declined {
		pan = alwaysDeclined
	}
	return ";" + pan + "=3012101123400001?"
}

const alwaysDeclined = "4000000000000002"

// written takes the baskets that a scenario lists.
func written(sc *spec.Scenario, seed int64) ([]visit, error) {
	s := sim.NewStream(seed, "shoppers", 0)
	var visits []visit
	for _, sale := range sc.Sales {
		if sale.Cancelled || sale.N == 0 {
			continue
		}
		b := shop.Basket{N: sale.N, Voids: sale.Voided, PatienceMS: patience(0)}
		for _, l := range sale.Lines {
			b.Items = append(b.Items, item(sc, l.SKU, int(l.Qty)))
		}
		b.Track = track(sc, &s, sale.N, sale.Card)
		visits = append(visits, visit{at: sale.At, till: sale.Till, Basket: b})
	}
	return visits, nil
}

// declinedLater lists the cards of the shoppers whose deferred payment the
// host will decline.
func declinedLater(sc *spec.Scenario, seed int64) []string {
	if sc.Payment.DeclineForwarded == 0 {
		return nil
	}
	s := sim.NewStream(seed, "declined later", 0)
	var pans []string
	for n := 1; n <= sc.SaleCount(); n++ {
		if s.Intn(int(spec.Whole)) < int(sc.Payment.DeclineForwarded) {
			pans = append(pans, card.MakePAN(n))
		}
	}
	return pans
}
