package sync

import "slices"

// SortMarks puts marks in the order in which they travel.
func SortMarks(m []Mark) {
	slices.SortFunc(m, func(a, b Mark) int { return a.Chain.Compare(b.Chain) })
}
