package rig

import (
	"stormrig/scenarios/spec"
)

// WrittenOut returns the day of a scenario and a seed with its baskets written
// out: the document of a scenario whose shoppers no longer come from the seed.
// Its weather and what it expects are left out, since a plan holds the one and
// another day need not meet the other. What a file cannot say is lost: parts
// of a second, cards that the host declines by chance, patience.
func WrittenOut(sc *spec.Scenario, seed int64) (*spec.File, error) {
	visits, err := day(sc, seed)
	if err != nil {
		return nil, err
	}
	f := *sc.File
	f.Weather, f.Expect, f.Shoppers, f.Invented = nil, spec.ExpectFile{}, nil, nil
	f.Shop.Catalogue, f.Catalogue = "", spec.Describe(sc.Shop.Catalogue)
	f.Seed = &seed
	f.Sales = nil
	for _, v := range visits {
		sale := spec.SaleFile{At: spec.ClockAt(sc.Shop.Opens.Add(v.at)), Till: v.till, Pay: "cash", Voided: v.Voids}
		if v.Track != "" {
			sale.Pay = "card"
		}
		for _, it := range v.Items {
			sale.Lines = append(sale.Lines, spec.Line{Qty: int64(it.Qty), Item: it.SKU})
		}
		f.Sales = append(f.Sales, sale)
	}
	return &f, nil
}
