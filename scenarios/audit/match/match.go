package match

import (
	"cmp"
	"slices"
)

// Match brings sales and charges together.
func Match(sales, charges []Item, o Options) *Result {
	m := &matcher{sales: sales, charges: charges, o: o,
		Result: Result{sales: make([]bool, len(sales)), charges: make([]bool, len(charges))}}
	m.byText(ByRef, func(i *Item) string { return i.Ref })
	m.named = m.shareRefs()
	m.byText(ByOrder, func(i *Item) string { return i.Order })
	m.clocks()
	for i := range m.Pairs {
		p := &m.Pairs[i]
		p.Gap = m.gap(p.Sale, p.Charge)
	}
	m.byTime(ByCard)
	m.byTime(ByAmount)
	m.between()
	m.later()
	m.byTime(ByMinute)
	m.byTime(ByFour)
	slices.SortStableFunc(m.Pairs, func(a, b Pair) int { return cmp.Compare(a.Sale, b.Sale) })
	return &m.Result
}

type matcher struct {
	Result
	sales, charges []Item
	o              Options
}

func (m *matcher) pair(sale, charge int, how How, rivals int) {
	m.Result.sales[sale], m.Result.charges[charge] = true, true
	m.Pairs = append(m.Pairs, Pair{Sale: sale, Charge: charge, How: how, Gap: m.gap(sale, charge), Rivals: rivals})
}

// gap is how much later the charge is; 0 where a time is not known.
func (m *matcher) gap(sale, charge int) int64 {
	s, c := &m.sales[sale], &m.charges[charge]
	if s.At == 0 || c.At == 0 {
		return 0
	}
	return c.At - m.corrected(s)
}

func (m *matcher) corrected(s *Item) int64 { return s.At - m.Clock(s.Group, s.At) }

// byText pairs what bears the same text. Where a text comes more than once
// the amounts decide, then the order of the files.
func (m *matcher) byText(how How, of func(*Item) string) {
	waiting := make(map[string][]int)
	for i := range m.charges {
		if t := of(&m.charges[i]); t != "" && !m.Result.charges[i] {
			waiting[t] = append(waiting[t], i)
		}
	}
	for i := range m.sales {
		t := of(&m.sales[i])
		if t == "" || m.Result.sales[i] || len(waiting[t]) == 0 {
			continue
		}
		list, best := waiting[t], 0
		for j, c := range list {
			if m.charges[c].Amount == m.sales[i].Amount {
				best = j
				break
			}
		}
		m.pair(i, list[best], how, 0)
		waiting[t] = slices.Delete(slices.Clone(list), best, best+1)
	}
}

// shareRefs tells whether references of both sides are of one kind: most of
// those that could meet have met. Then two that differ are two payments.
func (m *matcher) shareRefs() bool {
	count := func(list []Item) (n int) {
		for i := range list {
			if list[i].Ref != "" {
				n++
			}
		}
		return n
	}
	most := min(count(m.sales), count(m.charges))
	return most > 0 && 2*len(m.Pairs) >= most
}

// others tells of two that cannot be one payment: their references are of one
// kind and differ.
func (m *matcher) others(s, c *Item) bool {
	return m.named && s.Ref != "" && c.Ref != "" && s.Ref != c.Ref
}

// key is what must be equal in a pass.
type key struct {
	amount int64
	four   string
}

// side is one sale or charge in a pass.
type side struct {
	at    int64
	index int
	sale  bool
}

// byTime pairs what has the same key within the window.
func (m *matcher) byTime(how How) {
	groups := make(map[key][]side)
	var order []key
	add := func(it *Item, s side) {
		k, fits := keyOf(it, how)
		if !fits {
			return
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	for i := range m.sales {
		if s := &m.sales[i]; !m.Result.sales[i] && s.At != 0 {
			add(s, side{m.corrected(s), i, true})
		}
	}
	for i := range m.charges {
		if c := &m.charges[i]; !m.Result.charges[i] && c.At != 0 {
			add(c, side{c.At, i, false})
		}
	}
	for _, k := range order {
		list := groups[k]
		slices.SortStableFunc(list, func(a, b side) int { return cmp.Compare(a.at, b.at) })
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && list[to].at-list[to-1].at <= m.o.Window {
				to++
			}
			m.cluster(list[from:to], how)
			from = to
		}
	}
}

// keyOf returns what an item is matched by in a pass. Money that was given
// back is matched with money that was given back.
func keyOf(it *Item, how How) (key, bool) {
	switch how {
	case ByCard:
		return key{it.Amount, it.Last4}, it.Last4 != ""
	case ByFour:
		return key{int64(cmp.Compare(it.Amount, 0)), it.Last4}, it.Last4 != ""
	}
	return key{amount: it.Amount}, true
}

// allowed tells whether two may be one payment: digits that both sides have
// must be the same.
func (m *matcher) allowed(a, b side, how How) bool {
	most := m.o.Window
	if how == ByMinute {
		most /= 5
	}
	if d := b.at - a.at; d > most || -d > most {
		return false
	}
	s, c := &m.sales[a.index], &m.charges[b.index]
	if m.others(s, c) {
		return false
	}
	return how != ByAmount || s.Last4 == "" || c.Last4 == "" || s.Last4 == c.Last4
}

// widest is the largest table that is worked out; a larger cluster is paired
// in the order of time.
const widest = 1 << 20

// cluster pairs sales and charges that lie close together, in the order of
// time: as many as possible, and of those ways the one with the smallest sum
// of distances.
func (m *matcher) cluster(list []side, how How) {
	var s, c []side
	for _, x := range list {
		if x.sale {
			s = append(s, x)
		} else {
			c = append(c, x)
		}
	}
	if len(s) == 0 || len(c) == 0 {
		return
	}
	rivals := max(len(s), len(c)) - 1
	if len(s)*len(c) > widest {
		m.greedy(s, c, how, rivals)
		return
	}
	for _, p := range m.align(s, c, how) {
		m.pair(s[p[0]].index, c[p[1]].index, how, rivals)
	}
}

// align is the alignment of two ordered lists with the least cost: a pair
// costs its distance as a share of the window, whoever stays alone costs one.
func (m *matcher) align(s, c []side, how How) [][2]int {
	w := len(c) + 1
	cost := make([]float64, (len(s)+1)*w)
	for i := range len(s) + 1 {
		for j := range len(c) + 1 {
			at := i*w + j
			switch {
			case i == 0 && j == 0:
			case i == 0:
				cost[at] = cost[at-1] + 1
			case j == 0:
				cost[at] = cost[at-w] + 1
			default:
				cost[at] = min(cost[at-1], cost[at-w]) + 1
				if m.allowed(s[i-1], c[j-1], how) {
					cost[at] = min(cost[at], cost[at-w-1]+m.distance(s[i-1], c[j-1]))
				}
			}
		}
	}
	var out [][2]int
	for i, j := len(s), len(c); i > 0 && j > 0; {
		at := i*w + j
		switch {
		case m.allowed(s[i-1], c[j-1], how) && cost[at] == cost[at-w-1]+m.distance(s[i-1], c[j-1]):
			out = append(out, [2]int{i - 1, j - 1})
			i, j = i-1, j-1
		case cost[at] == cost[at-w]+1:
			i--
		default:
			j--
		}
	}
	slices.Reverse(out)
	return out
}

func (m *matcher) distance(a, b side) float64 {
	d := b.at - a.at
	if d < 0 {
		d = -d
	}
	return 0.999 * float64(d) / float64(m.o.Window)
}

// greedy pairs in the order of time.
func (m *matcher) greedy(s, c []side, how How, rivals int) {
	j := 0
	for _, x := range s {
		for j < len(c) && c[j].at < x.at-m.o.Window {
			j++
		}
		if j < len(c) && m.allowed(x, c[j], how) {
			m.pair(x.index, c[j].index, how, rivals)
			j++
		}
	}
}

// later pairs sales with charges that came long after: stored payments. Where
// the digits are not known on both sides, only a sale in the dark may have
// been stored.
func (m *matcher) later() {
	free := make(map[int64][]side) // by amount, in the order of time
	for i := range m.charges {
		if c := &m.charges[i]; !m.Result.charges[i] && c.At != 0 {
			free[c.Amount] = append(free[c.Amount], side{c.At, i, false})
		}
	}
	var waiting []side
	for i := range m.sales {
		if s := &m.sales[i]; !m.Result.sales[i] && s.At != 0 && len(free[s.Amount]) > 0 && !(m.o.Declined != nil && m.o.Declined(i)) {
			waiting = append(waiting, side{m.corrected(s), i, true})
		}
	}
	for _, list := range free {
		slices.SortStableFunc(list, func(a, b side) int { return cmp.Compare(a.at, b.at) })
	}
	slices.SortStableFunc(waiting, func(a, b side) int { return cmp.Compare(a.at, b.at) })
	for _, w := range waiting {
		s := &m.sales[w.index]
		for _, f := range free[s.Amount] {
			c := &m.charges[f.index]
			known := s.Last4 != "" && c.Last4 != ""
			if m.Result.charges[f.index] || f.at < w.at || f.at > w.at+m.o.Late || known && s.Last4 != c.Last4 || m.others(s, c) {
				continue
			}
			if !known && (m.o.Dark == nil || !m.o.Dark(w.at)) {
				continue
			}
			m.pair(w.index, f.index, Later, len(free[s.Amount])-1)
			break
		}
	}
}

// between pairs sales of which only is known between which others they lie,
// in the order of the files.
func (m *matcher) between() {
	free := make(map[int64][]int)
	for i := range m.charges {
		if c := &m.charges[i]; !m.Result.charges[i] && c.At != 0 {
			free[c.Amount] = append(free[c.Amount], i)
		}
	}
	for i := range m.sales {
		s := &m.sales[i]
		if m.Result.sales[i] || s.At != 0 || s.From == 0 {
			continue
		}
		for _, j := range free[s.Amount] {
			c := &m.charges[j]
			if m.Result.charges[j] || c.At < s.From-m.o.Window || c.At > s.To+m.o.Window || m.others(s, c) || s.Last4 != "" && c.Last4 != "" && s.Last4 != c.Last4 {
				continue
			}
			m.pair(i, j, ByAmount, len(free[s.Amount])-1)
			break
		}
	}
}
