package check

// Story ties together what one basket left in a history: for a report, where
// a click on a sale shows its entries, card-host lines and paper.
type Story struct {
	Basket  int
	Till    string
	From    int64    // N of the shopper's arrival
	Until   int64    // N of the next one's, or past the end
	Sales   []Key    // its sale entries, kept or lost
	Numbers []int64  // their receipt numbers
	Refs    []string // payments made for it, in order
	Papers  []int64  // N of the paper events that concern it
	Kicks   []int64  // N of the drawer kicks
	Lost    bool     // acknowledged, and no sale entry is left
}

// Stories returns one story a basket, in order of arrival.
func (v *View) Stories() []Story {
	out := make([]Story, 0, len(v.baskets))
	for _, b := range v.baskets {
		s := Story{Basket: b.n, Till: b.unit.name, From: b.event.N, Until: b.until}
		_, by := b.acknowledged()
		s.Lost = by != nil
		for _, sale := range b.sales {
			s.Sales = append(s.Sales, sale.record.key)
			s.Numbers = append(s.Numbers, sale.Number)
			s.Lost = s.Lost && sale.record.own == nil
		}
		for _, p := range v.payments {
			if p.unit == b.unit && p.charged != nil && p.charged.at >= b.event.N && p.charged.at < b.until {
				s.Refs = append(s.Refs, p.ref)
			}
		}
		for _, p := range b.pieces {
			s.Papers = append(s.Papers, p.paper.N)
		}
		for _, k := range b.kicks {
			s.Kicks = append(s.Kicks, k.N)
		}
		out = append(out, s)
	}
	return out
}
