package check

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"stormrig/sim/history"
)

// catalogue knows what each article was provisioned as, and every edit that
// was ever made.
type catalogue struct {
	view     *View
	articles map[string]*history.Article
	edits    map[string][]*edit // by target and field
	ranks    []rank
	reached  map[string]map[chain][]*event // replicated events by holder
}

type edit struct {
	*editFact
	record *record
}

type rank struct {
	*rankFact
	record *record
}

func (v *View) newCatalogue() *catalogue {
	c := &catalogue{
		view: v, articles: make(map[string]*history.Article), edits: make(map[string][]*edit),
		reached: make(map[string]map[chain][]*event),
	}
	for i := range v.Header.Articles {
		c.articles[v.Header.Articles[i].SKU] = &v.Header.Articles[i]
	}
	for _, u := range v.units {
		for _, r := range u.own {
			for i := range r.entry.Facts {
				switch f := &r.entry.Facts[i]; {
				case f.Edit != nil:
					at := f.Edit.Target + " " + f.Edit.Field
					c.edits[at] = append(c.edits[at], &edit{f.Edit, r})
				case f.Rank != nil:
					c.ranks = append(c.ranks, rank{f.Rank, r})
				}
			}
		}
	}
	for _, e := range v.kind[history.KindReplicated] {
		if c.reached[e.Who] == nil {
			c.reached[e.Who] = make(map[chain][]*event)
		}
		k := chain{e.Device, e.Inc}
		c.reached[e.Who][k] = append(c.reached[e.Who][k], e)
	}
	return c
}

// wrong says how a line of a sale is not a snapshot of the catalogue as its
// till knew it when the line was rung; empty when it is.
func (c *catalogue) wrong(u *unit, s *sale, l *lineFact) string {
	a := c.articles[l.SKU]
	if a == nil {
		return fmt.Sprintf("%s was never in the catalogue", l.SKU)
	}
	at := u.rungAt(s, l)
	price := c.inForce(u, l.SKU+" price", at)
	name := c.inForce(u, itemOf(l.SKU)+" name", at)
	label := labels(name, l.SKU)
	if !u.watched { // nobody knows which edits had reached the till by then
		price = append(price, strconv.FormatInt(a.Price, 10))
		label = append(label, a.Label)
	}
	switch {
	case l.TaxBP != a.TaxBP:
		return fmt.Sprintf("tax rate of %s: expected %s, found %s", l.SKU, Percent(a.TaxBP), Percent(l.TaxBP))
	case !isAny(price, strconv.FormatInt(a.Price, 10), strconv.FormatInt(l.Price, 10)):
		return fmt.Sprintf("price of %s: expected %s, which its till knew when the line was rung, found %s", l.SKU, u.prices(price, a.Price), u.money(l.Price)+c.setBy(l))
	case !isAny(label, a.Label, l.Label):
		return fmt.Sprintf("name of %s: expected %q, which its till knew when the line was rung, found %q", l.SKU, strings.Join(orElse(label, a.Label), " or "), l.Label)
	}
	return ""
}

// setBy names the edit that gave an article the price at which it was sold.
func (c *catalogue) setBy(l *lineFact) string {
	for _, e := range c.edits[l.SKU+" price"] {
		if e.Value == strconv.FormatInt(l.Price, 10) {
			return ", the price that the edit in " + e.record.key.String() + " set"
		}
	}
	return ""
}

// prices writes the prices that were possible: those of edits, or else the
// provisioned one.
func (u *unit) prices(inForce []string, provisioned int64) string {
	var out []string
	for _, text := range orElse(inForce, strconv.FormatInt(provisioned, 10)) {
		n, err := strconv.ParseInt(text, 10, 64)
		out = append(out, cond(err == nil, u.money(n), text))
	}
	return strings.Join(out, " or ")
}

func orElse(list []string, only string) []string {
	if len(list) == 0 {
		return []string{only}
	}
	return list
}

// rungAt returns when the line came into the cart that became the sale.
func (u *unit) rungAt(s *sale, l *lineFact) int64 {
	at := s.record.at
	i := sort.Search(len(u.own), func(i int) bool { return u.own[i].at > s.record.at })
	for i--; i >= 0; i-- {
		r := u.own[i]
		for j := range r.entry.Facts {
			f := &r.entry.Facts[j]
			if f.Line != nil && f.Line.SKU == l.SKU && f.Line.Price == l.Price {
				return r.at
			}
			if f.Sale != nil && f.Sale != s.saleFact {
				return at
			}
		}
	}
	return at
}

func itemOf(sku string) string {
	id, _, _ := strings.Cut(sku, "/")
	return id
}

// labels turns names of an item into what stands on paper for a variant.
func labels(names []string, sku string) []string {
	options := strings.Split(sku, "/")[1:]
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.Join(append([]string{name}, options...), " ")
	}
	return out
}

// isAny: without any edit in force the provisioned value holds.
func isAny(inForce []string, provisioned, got string) bool {
	if len(inForce) == 0 {
		return got == provisioned
	}
	for _, want := range inForce {
		if got == want {
			return true
		}
	}
	return false
}

// inForce returns the value of a field as the till knew it at an event: the
// latest, by clock and device, of the edits that no other one was made over. An
// edit made under a doubtful clock wins nothing until the hub has ranked it.
// Where the history does not say what reached the till when (level 1), every
// value that an edit ever gave is possible.
func (c *catalogue) inForce(u *unit, field string, at int64) []string {
	all := c.edits[field]
	if len(all) == 0 {
		return nil
	}
	if !u.watched {
		var values []string
		for _, e := range all {
			values = append(values, e.Value)
		}
		return values
	}
	known := make(map[Key]*edit, len(all))
	for _, e := range all {
		if c.knows(u, e.record, at) {
			known[e.record.key] = e
		}
	}
	replaced := make(map[Key]bool)
	eligible := make([]*edit, 0, len(all))
	clocks := make([]uint64, 0, len(all))
	for _, e := range all {
		if !c.knows(u, e.record, at) {
			continue
		}
		if hlc, ok := c.clockOf(u, e.record, at); ok {
			eligible, clocks = append(eligible, e), append(clocks, hlc)
			e.under(known, replaced)
		}
	}
	best := -1
	for i, e := range eligible {
		if replaced[e.record.key] {
			continue
		}
		if best < 0 || clocks[i] > clocks[best] ||
			clocks[i] == clocks[best] && e.record.key.after(eligible[best].record.key) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return []string{eligible[best].Value}
}

// under adds to seen all that an edit was made over: what it replaces, and what
// that replaced. Who replaces an edit that does not compete has seen what lay under
// it all the same.
func (e *edit) under(known map[Key]*edit, seen map[Key]bool) {
	for _, k := range e.Replaces {
		if seen[k.key()] {
			continue
		}
		seen[k.key()] = true
		if below := known[k.key()]; below != nil {
			below.under(known, seen)
		}
	}
}

// knows tells whether an entry had reached the till at an event.
func (c *catalogue) knows(u *unit, r *record, at int64) bool {
	if r.key.Device == u.name {
		return r.at <= at
	}
	for _, e := range c.reached[u.name][r.key.chain()] {
		if e.N < at && e.Seq >= r.key.Seq {
			return true
		}
	}
	return false
}

// clockOf returns the clock by which an edit competes, if it competes.
func (c *catalogue) clockOf(u *unit, r *record, at int64) (uint64, bool) {
	if !r.entry.doubtful() {
		return r.entry.HLC, true
	}
	for _, k := range c.ranks {
		if k.Of.key() == r.key && c.knows(u, k.record, at) {
			return k.HLC, true
		}
	}
	return 0, false
}
