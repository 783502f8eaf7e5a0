package sync

import (
	"cmp"
	"slices"

	"stormrig/pos"
)

func compareChains(a, b pos.Chain) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Incarnation, b.Incarnation))
}

// SortMarks puts marks in the order in which they travel.
func SortMarks(m []Mark) {
	slices.SortFunc(m, func(a, b Mark) int { return compareChains(a.Chain, b.Chain) })
}
