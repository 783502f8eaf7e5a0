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

const patienceMost = 25 * time.Minute

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
	var times []time.Duration
	for _, spell := range sc.Spells() {
		times = spread(times, &s, spell)
	}
	selling, goods := sc.Selling(), newShelf(sc)
	cards, cash := sc.CardSales(), sc.CashSales()
	var visits []visit
	for i, at := range times {
		b := shop.Basket{N: i + 1, PatienceMS: patience(p.Patience)}
		lines := p.Lines.Min + s.Intn(p.Lines.Max-p.Lines.Min+1)
		for range lines {
			b.Items = append(b.Items, goods.item(goods.pick(&s), 1))
		}
		byCard := s.Intn(int(spec.Whole)) < int(p.Card)
		b.Track = track(sc, &s, b.N, byCard && !slices.Contains(cash, b.N) || slices.Contains(cards, b.N))
		visits = append(visits, visit{at: at, till: selling[s.Intn(len(selling))].Name, Basket: b})
	}
	return visits, nil
}

// spread draws when the shoppers of a spell come, evenly with some jitter.
func spread(times []time.Duration, s *sim.Stream, spell spec.Spell) []time.Duration {
	gap := (spell.To - spell.From) / time.Duration(max(spell.Shoppers, 1))
	for i := range spell.Shoppers {
		at := spell.From + time.Duration(i)*gap
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

// shelf finds articles of a checked scenario by name and by luck. It is made
// once a day: a shop may have a hundred thousand of them.
type shelf struct {
	codes map[string]string // barcode by SKU
	mix   []spec.Weight
	upTo  []int64 // sums of the weights up to each
}

func newShelf(sc *spec.Scenario) *shelf {
	h := &shelf{codes: make(map[string]string), mix: sc.Shoppers.Mix}
	for _, it := range sc.Shop.Catalogue.Items {
		for _, v := range it.Variants {
			h.codes[it.SKU(v)] = v.Barcode
		}
	}
	var sum int64
	for _, w := range h.mix {
		sum += w.Weight
		h.upTo = append(h.upTo, sum)
	}
	return h
}

// pick draws an article by weight.
func (h *shelf) pick(s *sim.Stream) string {
	n := int64(s.Intn(int(h.upTo[len(h.upTo)-1])))
	i, _ := slices.BinarySearch(h.upTo, n+1) // the first whose sum is above n
	return h.mix[i].SKU
}

func (h *shelf) item(sku string, qty int) shop.Item {
	code, ok := h.codes[sku]
	if !ok {
		panic(fmt.Sprintf("rig: no variant %q in a checked scenario", sku))
	}
	return shop.Item{SKU: sku, Code: code, Qty: qty}
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
	goods := newShelf(sc)
	var visits []visit
	for _, sale := range sc.Sales {
		if sale.Cancelled || sale.N == 0 {
			continue
		}
		b := shop.Basket{N: sale.N, Voids: sale.Voided, PatienceMS: patience(0)}
		for _, l := range sale.Lines {
			b.Items = append(b.Items, goods.item(l.SKU, int(l.Qty)))
		}
		b.Track = track(sc, &s, sale.N, sale.Card)
		visits = append(visits, visit{at: sale.At, till: sale.Till, Basket: b})
	}
	return visits, nil
}

// declinedLater lists the cards of the shoppers whose deferred payment the
// host will decline.
func declinedLater(sc *spec.Scenario, seed int64) []string {
	return someCards(sc, seed, "declined later", sc.Payment.DeclineForwarded)
}

// approvedInPart lists those that have less than they are asked for.
func approvedInPart(sc *spec.Scenario, seed int64) []string {
	return someCards(sc, seed, "approved in part", sc.Payment.ApproveInPart)
}

// someCards draws a share of the day's cards.
func someCards(sc *spec.Scenario, seed int64, stream string, share spec.Percent) []string {
	if share == 0 {
		return nil
	}
	s := sim.NewStream(seed, stream, 0)
	var pans []string
	for n := 1; n <= sc.SaleCount(); n++ {
		if s.Intn(int(spec.Whole)) < int(share) {
			pans = append(pans, card.MakePAN(n))
		}
	}
	return pans
}
