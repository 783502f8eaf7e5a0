package spec

import (
	"fmt"
	"time"
)

// Spell is a part of the day in which drawn shoppers come: before, in and after
// the time when the network is cut. From and To are since opening.
type Spell struct {
	Name     string // the key of the file
	Shoppers int
	From, To time.Duration
}

// Margins keep a shopper's sale wholly inside of his spell; so much time is the
// least for one.
const (
	marginOpening = 2 * time.Minute
	marginBefore  = 12 * time.Minute
	marginInside  = 3 * time.Minute
	marginEnd     = 20 * time.Minute
	leastAShopper = 10 * time.Second
)

// Spells are the day's parts in their order; on a day without a cut of the
// network all shoppers come before it.
func (s *Scenario) Spells() []Spell {
	length := s.Shop.Length()
	from, to, dark := s.Dark()
	if !dark {
		from, to = length, length
	}
	return []Spell{
		{"before", s.Shoppers.Before, marginOpening, from - marginBefore},
		{"storm", s.Shoppers.Storm, from + marginInside, min(to, length) - marginEnd},
		{"after", s.Shoppers.After, to + marginInside, length - marginEnd},
	}
}

// spells checks that the shoppers fit into the opening hours.
func (b *builder) spells() {
	kept := map[string]string{ // from what a sale keeps away
		"before": fmt.Sprintf("%s after the opening and %s before the closing or the cut of the network", Duration(marginOpening), Duration(marginBefore)),
		"storm":  fmt.Sprintf("%s after the cut of the network and %s before its end or the closing", Duration(marginInside), Duration(marginEnd)),
		"after":  fmt.Sprintf("%s after the end of the cut and %s before the closing", Duration(marginInside), Duration(marginEnd)),
	}
	clock := func(d time.Duration) string { return b.s.Shop.Opens.Add(d).Format("15:04") }
	for _, sp := range b.s.Spells() {
		fit := int(max(sp.To-sp.From, 0)/leastAShopper) * len(b.s.Selling())
		switch {
		case sp.Shoppers <= fit:
		case fit == 0:
			b.failAt("shoppers."+sp.Name, wrong("open for longer, or cut the network at another time; sales that are written out come when you say",
				"no shopper fits: they come from %s", kept[sp.Name]))
		default:
			b.failAt("shoppers."+sp.Name, wrong(fmt.Sprintf("write %s: %d, or open for longer", sp.Name, fit),
				"%d shoppers do not fit: from %s to %s there is time for %d", sp.Shoppers, clock(sp.From), clock(sp.To), fit))
		}
	}
}
