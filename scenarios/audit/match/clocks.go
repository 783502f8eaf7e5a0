package match

import (
	"cmp"
	"slices"
	"time"
)

const (
	bucket    = int64(30 * time.Second)
	farthest  = int64(15 * time.Hour) // a clock in the wrong zone, and then some
	fewest    = 4                     // pairs that must agree
	sampled   = 400                   // sales of a till and a day that vote
	stepBy    = int64(5 * time.Minute)
	dayLength = int64(24 * time.Hour)
)

// vote is one pair that could be: what the till's clock would be ahead by.
type vote struct {
	by   int64
	sale int
}

// clocks finds out how far each till's clock is ahead of the acquirer's: over
// all days, and anew from each day on that most of its pairs say otherwise.
func (m *matcher) clocks() {
	days, order := m.votes()
	all := make(map[int32][]vote)
	sales := make(map[int32]int)
	var groups []int32
	for _, d := range order {
		if _, seen := all[d.group]; !seen {
			groups = append(groups, d.group)
		}
		all[d.group] = append(all[d.group], days[d].list...)
		sales[d.group] += days[d].sales
	}
	slices.Sort(groups)
	for _, g := range groups {
		if by, given := m.o.Given[g]; given {
			m.Offsets = append(m.Offsets, Offset{Group: g, By: by, Given: true})
			continue
		}
		whole, votes := peak(all[g])
		if votes < fewest || votes*4 < sales[g] {
			whole, votes = 0, 0
		}
		now := whole
		m.Offsets = append(m.Offsets, Offset{Group: g, By: whole, Votes: votes})
		for _, d := range order {
			if d.group != g {
				continue
			}
			by, n := peak(days[d].list)
			// a day speaks for itself where most of it agrees; else it follows the whole
			if n < fewest || n*2 < days[d].sales {
				by, n = whole, 0
			}
			if diff := by - now; diff > stepBy || -diff > stepBy {
				m.Offsets = append(m.Offsets, Offset{Group: g, From: d.day * dayLength, By: by, Votes: n})
				now = by
			}
		}
	}
	slices.SortStableFunc(m.Offsets, func(a, b Offset) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.From, b.From))
	})
}

type tillDay struct {
	group int32
	day   int64
}

type dayVotes struct {
	list  []vote
	sales int
}

// votes lets each sale vote with every charge that could be its own. A sale
// that has its charge by a number votes with that alone.
func (m *matcher) votes() (map[tillDay]*dayVotes, []tillDay) {
	byKey := make(map[key][]side)
	byAmount := make(map[key][]side)
	for i := range m.charges {
		c := &m.charges[i]
		if c.At == 0 || m.Result.charges[i] {
			continue
		}
		byKey[key{c.Amount, c.Last4}] = append(byKey[key{c.Amount, c.Last4}], side{c.At, i, false})
		byAmount[key{amount: c.Amount}] = append(byAmount[key{amount: c.Amount}], side{c.At, i, false})
	}
	for _, lists := range []map[key][]side{byKey, byAmount} {
		for _, l := range lists {
			slices.SortStableFunc(l, func(a, b side) int { return cmp.Compare(a.at, b.at) })
		}
	}
	own := make(map[int]int, len(m.Pairs))
	for _, p := range m.Pairs {
		own[p.Sale] = p.Charge
	}
	days := make(map[tillDay]*dayVotes)
	var order []tillDay
	for i := range m.sales {
		s := &m.sales[i]
		if s.At == 0 {
			continue
		}
		d := tillDay{s.Group, s.At / dayLength}
		if days[d] == nil {
			days[d] = &dayVotes{}
			order = append(order, d)
		}
		v := days[d]
		if c, paired := own[i]; paired && m.charges[c].At != 0 {
			v.list, v.sales = append(v.list, vote{s.At - m.charges[c].At, i}), v.sales+1
			continue
		}
		near := byKey[key{s.Amount, s.Last4}]
		if s.Last4 == "" || len(near) == 0 {
			near = byAmount[key{amount: s.Amount}]
		}
		if len(near) == 0 || v.sales >= sampled {
			continue
		}
		v.sales++
		from, _ := slices.BinarySearchFunc(near, s.At-farthest, func(x side, at int64) int { return cmp.Compare(x.at, at) })
		for _, x := range near[from:] {
			if x.at > s.At+farthest {
				break
			}
			v.list = append(v.list, vote{s.At - x.at, i})
		}
	}
	slices.SortFunc(order, func(a, b tillDay) int { return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.day, b.day)) })
	return days, order
}

// peak finds the difference that most sales agree on, and how many do: the
// fullest three buckets beside each other, then the median of what is in them.
// A sale has one vote a bucket. Clocks that agree need no proof: another
// difference must have half as many votes again as they have.
func peak(list []vote) (by int64, votes int) {
	type ballot struct {
		bucket int64
		sale   int
	}
	cast := make(map[ballot]bool, len(list))
	count := make(map[int64]int)
	for _, v := range list {
		if b := (ballot{floor(v.by), v.sale}); !cast[b] {
			cast[b] = true
			count[b.bucket]++
		}
	}
	buckets := make([]int64, 0, len(count))
	for b := range count {
		buckets = append(buckets, b)
	}
	slices.Sort(buckets)
	best, most := int64(0), 0
	for _, b := range buckets {
		n := count[b-1] + count[b] + count[b+1]
		if n > most || n == most && abs(b) < abs(best) {
			best, most = b, n
		}
	}
	const small = 4 // buckets: two minutes
	if abs(best) > small {
		right, n := int64(0), 0
		for b := int64(-small); b <= small; b++ {
			if m := count[b-1] + count[b] + count[b+1]; m > n || m == n && abs(b) < abs(right) {
				right, n = b, m
			}
		}
		if 2*most < 3*n+2 {
			best, most = right, n
		}
	}
	var in []int64
	for _, v := range list {
		if d := floor(v.by) - best; d >= -1 && d <= 1 {
			in = append(in, v.by)
		}
	}
	if len(in) == 0 {
		return 0, 0
	}
	slices.Sort(in)
	return in[len(in)/2], most
}

func floor(by int64) int64 {
	if by < 0 {
		return -((-by + bucket - 1) / bucket)
	}
	return by / bucket
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
