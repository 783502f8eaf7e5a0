package report

import (
	"fmt"
	"sort"

	"stormrig/sim/history"
)

// A page is opened on telephones: what grows with the day is bounded. What a
// page leaves out it counts, and says in which file it is.
const (
	// mostEvents is a day that is shown whole.
	mostEvents = 40_000
	// mostSales is how many sales of a larger day are shown, with their events,
	// entries and papers: what is wrong first, then what something struck, then
	// those that came first.
	mostSales = 400
	// mostShelves is how many articles that nobody touched are listed.
	mostShelves = 2_000
	// listedFindings is how many findings of an invariant are listed.
	listedFindings = 200
	// mostTicks is how many ticks of a kind a lane has.
	mostTicks = 2_000
)

// shown is which parts of a large day the page shows; its zero value shows all.
type shown struct {
	sales                   map[*saleData]bool // nil: every one
	events, entries, papers map[int]bool       // by place
	leftSales, leftEvents   int
}

// chosen decides what is shown.
func (s *story) chosen() *shown {
	c := &shown{}
	if len(s.b.Events) <= s.mostEvents {
		return c
	}
	c.sales = make(map[*saleData]bool)
	c.events, c.entries, c.papers = make(map[int]bool), make(map[int]bool), make(map[int]bool)
	order := append([]*saleData{}, s.sales...)
	sort.SliceStable(order, func(i, j int) bool { return order[i].worth() < order[j].worth() })
	for _, d := range order[:min(len(order), mostSales)] {
		c.sales[d] = true
		for _, n := range d.Events {
			c.events[int(n)-1] = true
		}
		for _, i := range d.Entries {
			c.entries[i] = true
			c.events[int(s.entries[i].Commit)-1] = true
		}
		for _, i := range d.Papers {
			c.papers[i] = true
		}
	}
	s.keepTrouble(c)
	c.leftSales = len(s.sales) - len(c.sales)
	for i := range s.b.Events {
		c.leftEvents += pick(c.events[i], 0, 1)
	}
	return c
}

// worth puts sales that a person looks for before others.
func (d *saleData) worth() int {
	switch {
	case d.Class == "bad":
		return 0
	case len(d.Faults) > 0:
		return 1
	case d.Class != "good":
		return 2
	}
	return 3
}

// keepTrouble keeps what is no sale's: the weather, the acts, and what shows a
// violation.
func (s *story) keepTrouble(c *shown) {
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if isTrouble(e) || e.Kind == history.KindAct || e.Kind == history.KindHeader {
			c.events[i] = true
		}
	}
	for _, r := range s.b.Checks {
		for _, f := range r.Details[:min(len(r.Details), listedFindings)] {
			for _, n := range f.Events {
				c.events[int(n)-1] = true
			}
		}
	}
}

func (c *shown) event(i int) bool      { return c.sales == nil || c.events[i] }
func (c *shown) entry(i int) bool      { return c.sales == nil || c.entries[i] }
func (c *shown) paper(i int) bool      { return c.sales == nil || c.papers[i] }
func (c *shown) sale(d *saleData) bool { return c.sales == nil || c.sales[d] }

// words say what is left out, and where it is; nothing where nothing is.
func (c *shown) words() string {
	if c.leftEvents == 0 {
		return ""
	}
	return fmt.Sprintf("This day is too large for one page. Shown are %d sales: what is wrong first, then what something struck, then the first of the day. "+
		"Left out are %d other sales and %d events with their entries and papers. All of them stand in history.jsonl and trace.txt of the evidence folder, their papers in receipts; "+
		"counts, money, stock and invariants above and below are of the whole day.", len(c.sales), c.leftSales, c.leftEvents)
}

// salesShown are the sales that the page has in full.
func (s *story) salesShown() []*saleData {
	out := []*saleData{}
	for _, d := range s.sales {
		if s.show.sale(d) {
			out = append(out, d)
		}
	}
	return out
}

// entriesShown keeps the places of entries: those that are left out are null.
func (s *story) entriesShown() []*entryData {
	out := make([]*entryData, len(s.entries))
	for i, e := range s.entries {
		if s.show.entry(i) {
			out[i] = e
		}
	}
	return out
}

// thin leaves out ticks that stand on top of each other, and draws the sales
// that are left out as plain stretches.
func (s *story) thin(lanes []*laneData) {
	if s.show.sales == nil {
		return
	}
	least := max(s.end()-s.start(), 1) / mostTicks
	of := make(map[string]*laneData)
	for _, l := range lanes {
		of[l.ID] = l
		for class, ticks := range l.Ticks {
			kept := ticks[:0]
			for i, t := range ticks {
				if i == 0 || t-kept[len(kept)-1] >= least {
					kept = append(kept, t)
				}
			}
			l.Ticks[class] = kept
		}
	}
	for _, d := range s.sales {
		if l := of[d.Till+"/sales"]; l != nil && !s.show.sale(d) {
			l.Bands = append(l.Bands, bandData{d.From, d.To, "job", fmt.Sprintf("basket %d, not on this page", d.Basket)})
		}
	}
}

// untouched leaves articles out of a stock that is too long to list.
func (v *stockView) untouched() {
	if len(v.Rows)-v.Moved <= mostShelves {
		return
	}
	kept := v.Rows[:0]
	for _, r := range v.Rows {
		if r.Wrong || r.Moved {
			kept = append(kept, r)
		}
	}
	v.Left = len(v.Rows) - len(kept)
	v.Rows = kept
}
