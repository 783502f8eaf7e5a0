package pack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stormrig/fault"
	"stormrig/pos"
	"stormrig/scenarios/spec"
)

// renamer takes names out of a scenario and its plan. The same name becomes
// the same other name everywhere.
type renamer struct {
	tills    map[string]string
	places   map[string]string
	items    map[string]string
	options  map[string]string // item id and option, as written, to the option's new name
	prices   map[pos.Amount]pos.Amount
	currency pos.Currency
	scale    [2]int64 // of sums of money: new by old
}

// rename returns the scenario's file without names, with the seed that was
// played, and the plan that fits it.
func rename(sc *spec.Scenario, plan fault.Plan, noPrices bool) (*spec.File, fault.Plan) {
	f := *sc.File
	f.Catalogue, f.Shop.Catalogue = spec.Describe(sc.Shop.Catalogue), ""
	f.Seed = &plan.Seed
	r := &renamer{tills: map[string]string{}, places: map[string]string{}, items: map[string]string{}, options: map[string]string{}, currency: sc.Shop.Catalogue.Currency}
	for i, t := range f.Tills {
		r.tills[t.Name] = fmt.Sprintf("till-%d", i+1)
	}
	if noPrices {
		r.price(&f)
	}
	f.Scenario, f.Title, f.Story = "packed", "A packed run", ""
	r.catalogue(f.Catalogue)
	r.shop(&f)
	r.weather(&f)
	return &f, r.plan(plan)
}

func (r *renamer) catalogue(c *spec.CatalogueFile) {
	c.Catalogue = "packed"
	n := 0
	code := func() string { n++; return ean(n) }
	for i := range c.Items {
		it := &c.Items[i]
		id := fmt.Sprintf("item-%d", i+1)
		r.items[it.ID] = id
		for a := range it.Axes {
			it.Axes[a] = fmt.Sprintf("axis-%d", a+1)
		}
		if it.Barcode != "" {
			it.Barcode = code()
		}
		count := map[string]int{}
		for v := range it.Variants {
			x := &it.Variants[v]
			for a, o := range x.Options {
				key := fmt.Sprintf("%s/%d/%s", it.ID, a, o)
				if r.options[key] == "" {
					count[fmt.Sprint(a)]++
					r.options[key] = fmt.Sprintf("%c%d", 'a'+a%26, count[fmt.Sprint(a)])
				}
				x.Options[a] = r.options[key]
			}
			x.Barcode = code()
			r.money(x.Price)
		}
		r.money(it.Price)
		it.ID, it.Name = id, fmt.Sprintf("Item %d", i+1)
	}
}

// ean makes an EAN-13 of the range for use inside of a shop (prefix 20, GS1
// General Specifications).
func ean(n int) string {
	digits := fmt.Sprintf("20%010d", n)
	sum := 0
	for i, c := range digits {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}

func (r *renamer) shop(f *spec.File) {
	f.Tills = slices.Clone(f.Tills)
	for i := range f.Tills {
		t := &f.Tills[i]
		t.Name = r.tills[t.Name]
		if t.Value.At != "" {
			if r.places[t.Value.At] == "" {
				r.places[t.Value.At] = fmt.Sprintf("place-%d", len(r.places)+1)
			}
			t.Value.At = r.places[t.Value.At]
		}
	}
	f.Power.Mains = slices.Clone(f.Power.Mains)
	for i, who := range f.Power.Mains {
		f.Power.Mains[i] = r.unit(who)
	}
	f.Power.Battery = slices.Clone(f.Power.Battery)
	for i := range f.Power.Battery {
		f.Power.Battery[i].Name = r.unit(f.Power.Battery[i].Name)
	}
	if f.Shoppers != nil {
		s := *f.Shoppers
		s.Mix = slices.Clone(s.Mix)
		for i := range s.Mix {
			s.Mix[i].Name = r.path(s.Mix[i].Name)
		}
		f.Shoppers = &s
	}
	f.Sales = slices.Clone(f.Sales)
	for i := range f.Sales {
		s := &f.Sales[i]
		s.Till, s.Source = r.unit(s.Till), ""
		s.Lines = slices.Clone(s.Lines)
		for j := range s.Lines {
			s.Lines[j].Item = r.path(s.Lines[j].Item)
		}
		if s.SeenBy != "" {
			s.SeenBy = "somebody"
		}
	}
	f.Payment.Caps.Each, f.Payment.Caps.Total = r.sum(f.Payment.Caps.Each), r.sum(f.Payment.Caps.Total)
}

func (r *renamer) weather(f *spec.File) {
	f.Weather = slices.Clone(f.Weather)
	for i := range f.Weather {
		w := &f.Weather[i]
		for _, target := range []*string{&w.Cut, &w.BrownOut, &w.Drop, &w.Kill, &w.Unplug, &w.Mute, &w.Deaf, &w.Garble, &w.Network, &w.Clock, &w.PaperOut, &w.NearEnd, &w.CoverOpen, &w.Slow, &w.Disk, &w.Report, &w.Copy, &w.By} {
			*target = r.unit(*target)
		}
		w.Edit = r.path(w.Edit)
		if w.Name != "" {
			w.Name = "Renamed"
		}
		if w.Price != nil {
			p := *w.Price
			w.Price = &p
			r.money(w.Price)
		}
	}
}

// unit renames a till, a device of one, a link of one, or a list of them.
func (r *renamer) unit(name string) string {
	if strings.Contains(name, ",") {
		parts := strings.Split(name, ",")
		for i := range parts {
			parts[i] = r.unit(parts[i])
		}
		return strings.Join(parts, ",")
	}
	if to, ok := r.tills[name]; ok {
		return to
	}
	if till, device, ok := strings.Cut(name, "."); ok && r.tills[till] != "" {
		return r.tills[till] + "." + device
	}
	if i := strings.LastIndexByte(name, '-'); i > 0 && r.tills[name[:i]] != "" {
		return r.tills[name[:i]] + name[i:]
	}
	return name
}

// path renames an article: its item, and each option that is an item's.
func (r *renamer) path(name string) string {
	parts := strings.Split(name, "/")
	item := parts[0]
	if r.items[item] == "" {
		return name
	}
	parts[0] = r.items[item]
	for i := 1; i < len(parts); i++ {
		if to := r.options[fmt.Sprintf("%s/%d/%s", item, i-1, parts[i])]; to != "" {
			parts[i] = to
		}
	}
	return strings.Join(parts, "/")
}

// plan renames what a plan aims at.
func (r *renamer) plan(p fault.Plan) fault.Plan {
	p.Scenario = "packed"
	p.Faults = slices.Clone(p.Faults)
	for i := range p.Faults {
		f := &p.Faults[i]
		f.Target = r.unit(f.Target)
		f.When.Point.Unit = r.unit(f.When.Point.Unit)
		if f.Args.Data != "" {
			f.Args.Data = r.task(f.Args.Data)
		}
	}
	return p
}

// task renames the article of an edit that a person is told to make.
func (r *renamer) task(data string) string {
	var t struct {
		Word string   `json:"Word"`
		Args []string `json:"Args"`
	}
	if json.Unmarshal([]byte(data), &t) != nil || len(t.Args) < 3 {
		return data
	}
	t.Args[0] = r.path(t.Args[0])
	switch t.Args[1] {
	case "price":
		if n, err := r.currency.ParseDecimal(t.Args[2]); err == nil {
			t.Args[2] = r.currency.Decimal(r.priceOf(n))
		}
	case "name":
		t.Args = append(t.Args[:2:2], "Renamed")
	}
	out, err := json.Marshal(t)
	if err != nil { // plain values: cannot happen
		return data
	}
	return string(out)
}

// price draws up other prices: the cheapest costs 1.00, the next 2.00 and so
// on. What is dearer stays dearer; no ratio is left.
func (r *renamer) price(f *spec.File) {
	seen := map[pos.Amount]bool{}
	note := func(m *spec.Money) {
		if m != nil {
			seen[m.Amount] = true
		}
	}
	for _, it := range f.Catalogue.Items {
		note(it.Price)
		for _, v := range it.Variants {
			note(v.Price)
		}
	}
	for _, w := range f.Weather {
		note(w.Price)
	}
	var list []pos.Amount
	for p := range seen {
		list = append(list, p)
	}
	slices.Sort(list)
	r.prices = map[pos.Amount]pos.Amount{}
	r.scale = [2]int64{1, 1}
	for i, p := range list {
		r.prices[p] = pos.Amount(100 * (i + 1))
		r.scale[0] += int64(100 * (i + 1))
		r.scale[1] += int64(p)
	}
}

func (r *renamer) priceOf(p pos.Amount) pos.Amount {
	if r.prices == nil {
		return p
	}
	if to, ok := r.prices[p]; ok {
		return to
	}
	return 100
}

func (r *renamer) money(m *spec.Money) {
	if m != nil {
		m.Amount = r.priceOf(m.Amount)
	}
}

// sum gives a limit the proportion that it had to prices.
func (r *renamer) sum(m *spec.Money) *spec.Money {
	if m == nil || r.prices == nil {
		return m
	}
	out := *m
	whole := int64(out.Amount) / 100 * r.scale[0] / r.scale[1]
	out.Amount = pos.Amount(max(whole, 1) * 100)
	return &out
}
