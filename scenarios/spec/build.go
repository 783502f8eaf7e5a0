package spec

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"stormrig/pos"
)

var deviceOrder = []string{Scanner, Dongle, Printer, Location}

// Devices lists the devices that a till may have.
func Devices() []string { return append([]string(nil), deviceOrder...) }

// notTills are names of the world that no till may have.
var notTills = []string{"hub", "host", "router", "mains", "network", "storm", "scanner", "dongle", "printer", "location"}

func (b *builder) tills() {
	for _, e := range b.f.Tills {
		path := "tills." + e.Name
		if !nameRE.MatchString(e.Name) {
			b.failKey(path, wrong("use small letters, digits and dashes", "%q is no name", e.Name))
		}
		if len(e.Name) > 32 {
			b.failKey(path, wrong("32 letters at most", "the name has %d", len(e.Name)))
		}
		for _, n := range notTills {
			if n == e.Name {
				b.failKey(path, wrong("choose another name", "no till can be called %q", n))
			}
		}
		b.misnamed = b.misnamed || !b.sound(path)
		b.s.Tills = append(b.s.Tills, b.till(path, e.Name, e.Value))
	}
	if len(b.s.Selling()) == 0 && b.sound("tills") {
		b.failAt("tills", wrong("write phone: {devices: [scanner, dongle, printer, location]}", "no till has a scanner, so nothing is sold"))
	}
}

func (b *builder) till(path, name string, f TillFile) Till {
	t := Till{Name: name, At: f.At, Actor: f.Actor, Backlog: f.Backlog, Keep: f.Keep}
	if f.Keep < 0 {
		b.failAt(path+".keep", wrong("leave it out where none are to move", "%d entries cannot stay", f.Keep))
	}
	if f.Segment != nil {
		t.Segment = int64(*f.Segment)
	}
	if f.Backlog != "" {
		if err := oneOf("backlog", f.Backlog, BacklogPrint, BacklogAsk, BacklogDrop); err != nil {
			b.failAt(path+".backlog", err)
		}
	}
	has := map[string]bool{}
	for i, dev := range f.Devices {
		sub := fmt.Sprintf("%s.devices[%d]", path, i)
		if err := oneOf("device", dev, deviceOrder...); err != nil {
			b.failAt(sub, err)
			dev = Near(dev, deviceOrder) // what was meant
		} else if has[dev] {
			b.failAt(sub, wrong("", "%s has a %s already", name, dev))
		}
		has[dev] = true
	}
	for _, dev := range deviceOrder {
		if has[dev] {
			t.Devices = append(t.Devices, dev)
		}
	}
	b.profile(path+".dongle", &t, Dongle, f.Dongle, &t.Dongle, dongles)
	b.profile(path+".printer", &t, Printer, f.Printer, &t.Printer, printerMakes)
	if t.Actor == "" {
		t.Actor = ActorCashier
		if !t.Sells() {
			t.Actor = ActorAssistant
		}
	} else if err := oneOf("actor", t.Actor, ActorCashier, ActorAssistant); err != nil {
		b.failAt(path+".actor", err)
	}
	return t
}

// profile checks which class or make of a device a till has; the first is the
// default.
func (b *builder) profile(path string, t *Till, device, written string, into *string, known []string) {
	switch err := oneOf(device, written, known...); {
	case written == "" && t.Has(device):
		*into = known[0]
	case written == "":
	case err != nil:
		b.failAt(path, err)
	case !t.Has(device):
		b.failMissing(path, wrong("write devices: [scanner, dongle, printer]", "%s has no %s that could be a %s", t.Name, device, written))
	default:
		*into = written
	}
}

// who expands a name of the power graph: a device's kind stands for that
// device of every till in the shop.
func (b *builder) who(path, name string, failed func(string, error)) []string {
	known := b.supplied()
	var kind []string
	for _, t := range b.s.Tills {
		for _, dev := range t.Devices {
			if dev == name && t.InShop() {
				kind = append(kind, t.Name+"."+dev)
			}
		}
	}
	if len(kind) > 0 {
		return kind
	}
	for _, k := range known {
		if k == name {
			return []string{name}
		}
	}
	if b.mayBe(name) {
		return nil
	}
	failed(path, wrong(meant(name, append(known, deviceOrder...)), "nothing here is called %q", name))
	return nil
}

// mayBe tells whether a name may be of a device that a till has where the tills
// are not as they were meant.
func (b *builder) mayBe(name string) bool {
	if b.misnamed {
		return true
	}
	device := strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "-host")
	return !b.sound("tills") && (slices.Contains(deviceOrder, device) || strings.HasSuffix(name, "-host"))
}

// supplied lists what can hang on the mains or have a battery.
func (b *builder) supplied() []string {
	known := []string{"router"}
	for _, t := range b.s.Tills {
		known = append(known, t.Name)
		for _, dev := range t.Devices {
			known = append(known, t.Name+"."+dev)
		}
	}
	return known
}

func (b *builder) power() {
	for i, name := range b.f.Power.Mains {
		b.s.Power.Mains = append(b.s.Power.Mains, b.who(fmt.Sprintf("power.mains[%d]", i), name, b.failAt)...)
	}
	seen := map[string]bool{}
	for _, e := range b.f.Power.Battery {
		path := "power.battery." + e.Name
		if e.Value <= 0 {
			b.failAt(path, errors.New("a battery lasts longer than that"))
		}
		for _, who := range b.who(path, e.Name, b.failKey) {
			if seen[who] {
				b.failKey(path, wrong("", "%s has a battery already", who))
			}
			seen[who] = true
			b.s.Power.Batteries = append(b.s.Power.Batteries, Battery{Who: who, Lasts: time.Duration(e.Value)})
		}
	}
	bs := b.s.Power.Batteries
	sort.Slice(bs, func(i, j int) bool {
		if bs[i].Lasts != bs[j].Lasts {
			return bs[i].Lasts < bs[j].Lasts
		}
		return bs[i].Who < bs[j].Who
	})
	for i, who := range b.s.Power.Mains {
		if seen[who] {
			b.failAt(fmt.Sprintf("power.mains[%d]", min(i, len(b.f.Power.Mains)-1)), wrong("name it in one of them; a battery is charged by the mains anyway", "%s hangs on the mains alone and has a battery", who))
		}
	}
}

func (b *builder) payment() {
	f, p := b.f.Payment, &b.s.Payment
	p.CapEach = b.money("payment.caps.each", f.Caps.Each)
	p.CapTotal = b.money("payment.caps.total", f.Caps.Total)
	if f.Caps.Count != nil {
		p.CapCount = *f.Caps.Count
	}
	if f.Caps.Age != nil {
		p.CapAge = time.Duration(*f.Caps.Age)
	}
	if p.CapEach > 0 && p.CapTotal > 0 && p.CapEach > p.CapTotal {
		b.failAt("payment.caps.each", errors.New("the cap of each payment is above the cap of their sum"))
	}
	if f.Declines.Online != nil {
		p.DeclineOnline = *f.Declines.Online
	}
	if f.Declines.Forwarded != nil {
		p.DeclineForwarded = *f.Declines.Forwarded
	}
	if f.Declines.Partly != nil {
		p.ApproveInPart = *f.Declines.Partly
	}
	b.answers()
	switch f.Deduplicates {
	case "", "forever":
		p.Deduplicates = Forever
	case "never":
	default:
		d := new(Duration)
		if err := d.parse(f.Deduplicates); err != nil {
			b.failAt("payment.deduplicates", wrong("write forever, never or a time such as 24h", "%q is not how long", f.Deduplicates))
		}
		p.Deduplicates = time.Duration(*d)
	}
}

// baskets checks shoppers or the baskets written out; weather comes before,
// because it says when it is dark.
func (b *builder) baskets() {
	switch {
	case !b.read("shoppers") || !b.read("sales"):
	case b.f.Shoppers != nil && len(b.f.Sales) > 0:
		b.failKey("sales", wrong("write one of them", "shoppers are drawn or sales are written out, not both"))
		b.unread["shoppers"] = true // how many sales there are is not known
	case b.f.Shoppers != nil:
		b.shoppers()
	case len(b.f.Sales) > 0:
		b.sales()
	default:
		b.failMissing("", wrong("write shoppers: {before: 9}", "nobody comes: there are neither shoppers nor sales"))
	}
}

func (b *builder) shoppers() {
	f, s := b.f.Shoppers, &b.s.Shoppers
	*s = Shoppers{Before: f.Before, Storm: f.Storm, After: f.After, Lines: Range{1, 3}, Patience: 10 * time.Minute}
	const most = 5000
	if n := s.Total(); n == 0 || f.Before > most || f.Storm > most || f.After > most {
		b.failMissing("shoppers", wrong(fmt.Sprintf("from 1 to %d", most), "%d shoppers", n))
	}
	if _, _, dark := b.s.Dark(); !dark && b.knownDark() && (s.Storm > 0 || s.After > 0) {
		key := "shoppers.storm"
		if s.Storm == 0 {
			key = "shoppers.after"
		}
		b.failAt(key, wrong(`add {cut: network, at: "14:02", for: 3h} to the weather`, "sales in and after the storm, but nothing cuts the network, both ways, at a time of day"))
	}
	if f.Card != nil {
		s.Card = *f.Card
	}
	if f.Patience != nil {
		s.Patience = time.Duration(*f.Patience)
	}
	if f.Lines != nil {
		s.Lines = *f.Lines
		if s.Lines.Min < 1 || s.Lines.Max > 50 {
			b.failAt("shoppers.lines", wrong("from 1 to 50", "a basket of %s lines", s.Lines))
		}
	}
	b.cardsNeedADongle("shoppers.card", s.Card > 0)
	b.mix()
	if b.hours && b.knownDark() && b.sound("shop", "shoppers", "tills") {
		b.spells()
	}
}

// knownDark tells whether no fault is wrong that may cut the network.
func (b *builder) knownDark() bool {
	if !b.hours || !b.read("weather") {
		return false
	}
	for i, f := range b.f.Weather {
		path := fmt.Sprintf("weather[%d]", i)
		if !b.sound(path) && (f.Cut == "network" || len(b.kindsAt(path)) == 0 || !b.sound(path+".cut")) {
			return false
		}
	}
	return true
}

func (b *builder) cardsNeedADongle(path string, card bool) {
	for _, t := range b.s.Selling() {
		if card && !t.Has(Dongle) {
			b.failAt(path, wrong("give it a dongle", "cards, but %s has no dongle", t.Name))
			return
		}
	}
}

// mix weighs the variants: a path weighs each variant under it.
func (b *builder) mix() {
	weights := map[string]int64{}
	if !b.sound("catalogue") || b.s.Shop.Catalogue == nil {
		return
	}
	skus := SKUs(b.s.Shop.Catalogue)
	for _, e := range b.f.Shoppers.Mix {
		found := false
		for _, sku := range skus {
			if sku == e.Name || strings.HasPrefix(sku, e.Name+"/") {
				weights[sku], found = int64(e.Value), true
			}
		}
		if !found {
			b.failKey("shoppers.mix."+e.Name, wrong(meant(e.Name, paths(skus)), "the catalogue has no %q", e.Name))
		}
	}
	for _, sku := range skus {
		w, set := weights[sku]
		if !set {
			w = 1
		}
		if w > 0 {
			b.s.Shoppers.Mix = append(b.s.Shoppers.Mix, Weight{SKU: sku, Weight: w})
		}
	}
	if len(b.s.Shoppers.Mix) == 0 {
		b.failAt("shoppers.mix", errors.New("every weight is 0: nothing can be bought"))
	}
}

// SKUs lists every variant of a catalogue in its order.
func SKUs(c *pos.Catalogue) []string {
	var out []string
	for _, it := range c.Items {
		for _, v := range it.Variants {
			out = append(out, it.SKU(v))
		}
	}
	return out
}

// paths lists every prefix that names something, for suggestions.
func paths(skus []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, sku := range skus {
		parts := strings.Split(sku, "/")
		for i := range parts {
			if p := strings.Join(parts[:i+1], "/"); !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}
