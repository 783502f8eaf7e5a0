package spec

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"
)

// kind says what a kind of fault may carry.
type kind struct {
	kind    Kind
	subject func(*FaultFile) string
	targets func(*Scenario) []string // nil: checked by make
	keys    []string                 // beside the when-keys
	make    func(b *builder, path string, f *FaultFile, out *Fault)
}

var whenKeys = []string{"at", "during", "of", "between", "after", "op", "byte", "times", "when"}

// kinds is the table of faults in the order of the file format.
func kinds() []kind {
	return []kind{
		{Cut, func(f *FaultFile) string { return f.Cut }, feedsAndLinks, []string{"for", "one-way"}, (*builder).makeCut},
		{BrownOut, func(f *FaultFile) string { return f.BrownOut }, feeds, []string{"for", "to"}, (*builder).makeBrownOut},
		{Drop, func(f *FaultFile) string { return f.Drop }, powered, []string{"for"}, nil},
		{Kill, func(f *FaultFile) string { return f.Kill }, computers, []string{"for"}, nil},
		{Stop, func(f *FaultFile) string { return f.Stop }, computers, []string{"for"}, nil},
		{Unplug, func(f *FaultFile) string { return f.Unplug }, devices, []string{"for"}, nil},
		{Mute, func(f *FaultFile) string { return f.Mute }, devices, []string{"for"}, nil},
		{Deaf, func(f *FaultFile) string { return f.Deaf }, devices, []string{"for"}, nil},
		{Garble, func(f *FaultFile) string { return f.Garble }, scanners, nil, nil},
		{Network, func(f *FaultFile) string { return f.Network }, links, []string{"for", "one-way", "delay", "loss", "duplicate", "reorder"}, (*builder).makeNetwork},
		{ClockBad, func(f *FaultFile) string { return f.Clock }, computers, []string{"for", "jump", "set", "drift", "battery"}, (*builder).makeClock},
		{PaperOut, func(f *FaultFile) string { return f.PaperOut }, printers, []string{"for"}, nil},
		{NearEnd, func(f *FaultFile) string { return f.NearEnd }, printers, []string{"for"}, nil},
		{CoverOpen, func(f *FaultFile) string { return f.CoverOpen }, printers, []string{"for"}, nil},
		{Slow, func(f *FaultFile) string { return f.Slow }, devices, []string{"for", "delay"}, (*builder).makeSlow},
		{Disk, func(f *FaultFile) string { return f.Disk }, computers, []string{"for", "fail", "room", "delay"}, (*builder).makeDisk},
		{Report, func(f *FaultFile) string { return f.Report }, selling, []string{"reading"}, (*builder).makeReport},
		{Copy, func(f *FaultFile) string { return f.Copy }, selling, []string{"receipt"}, (*builder).makeCopy},
		{Edit, func(f *FaultFile) string { return f.Edit }, nil, []string{"by", "price", "name"}, (*builder).makeEdit},
	}
}

// Kinds lists the kinds of fault in the order of the file format.
func Kinds() []Kind {
	var out []Kind
	for _, k := range kinds() {
		out = append(out, k.kind)
	}
	return out
}

// Keys lists what a fault of a kind may carry beside when it strikes.
func (k Kind) Keys() []string {
	for _, info := range kinds() {
		if info.kind == k {
			return info.keys
		}
	}
	return nil
}

func feeds(*Scenario) []string            { return []string{"mains"} }
func links(s *Scenario) []string          { return append([]string{"network"}, s.Links()...) }
func feedsAndLinks(s *Scenario) []string  { return append([]string{"mains"}, links(s)...) }
func powered(s *Scenario) []string        { return append(computers(s), devices(s)...) }
func printers(s *Scenario) (out []string) { return devicesOf(s, Printer) }
func scanners(s *Scenario) (out []string) { return devicesOf(s, Scanner) }
func devices(s *Scenario) (out []string)  { return devicesOf(s, deviceOrder...) }
func devicesOf(s *Scenario, kinds ...string) (out []string) {
	for _, t := range s.Tills {
		for _, k := range kinds {
			if t.Has(k) {
				out = append(out, t.Name+"."+k)
			}
		}
	}
	return out
}

func selling(s *Scenario) (out []string) {
	for _, t := range s.Selling() {
		out = append(out, t.Name)
	}
	return out
}

func computers(s *Scenario) []string {
	var out []string
	for _, t := range s.Tills {
		out = append(out, t.Name)
	}
	return append(out, "hub")
}

func (b *builder) weather() {
	for i := range b.f.Weather {
		path := fmt.Sprintf("weather[%d]", i)
		if f, ok := b.fault(path, &b.f.Weather[i]); ok {
			f.ID = fmt.Sprintf("w%d", i+1)
			b.s.Weather = append(b.s.Weather, f)
		}
	}
}

func (b *builder) fault(path string, f *FaultFile) (Fault, bool) {
	out := Fault{Times: Range{1, 1}, Text: flow(reflect.ValueOf(*f))}
	is := b.kindsAt(path)
	switch len(is) {
	case 0:
		b.failMissing(path, wrong("begin with one of "+strings.Join(kindNames(), ", "), "this says not what goes wrong"))
		return out, false
	case 1:
	default:
		b.failAt(path, wrong("write one map for each", "this is %s and %s at once", is[0].kind, is[1].kind))
		return out, false
	}
	info := is[0]
	out.Kind, out.Target = info.kind, info.subject(f)
	b.faultKeys(path, info)
	if info.targets != nil && b.read("tills") {
		if err := b.target(out.Target, info); err != nil {
			b.failAt(join(path, string(info.kind)), err)
		}
	}
	if out.Target == "mains" && b.sound("power", "tills") && len(b.f.Power.Mains)+len(b.f.Power.Battery) == 0 {
		b.failAt(join(path, string(info.kind)), wrong("write power: {mains: [router, "+b.s.Tills[0].Name+"]}; it can be "+listed(b.supplied()),
			"nothing here hangs on the mains"))
	}
	if f.For != nil {
		if out.For = time.Duration(*f.For); out.For == 0 {
			b.failAt(path+".for", wrong("leave 'for' out where it ends with the weather", "it lasts for nothing"))
		}
		b.within(path+".for", out.For, 24*time.Hour)
	}
	if f.Delay != nil {
		out.Delay = *f.Delay
		b.within(path+".delay", time.Duration(out.Delay.Max), time.Hour)
	}
	if f.After != nil && b.hours {
		b.within(path+".after", time.Duration(f.After.Max), b.s.Shop.Length())
	}
	if f.OneWay != "" {
		if err := oneOf("direction", f.OneWay, "in", "out"); err != nil {
			b.failAt(path+".one-way", err)
		}
		out.OneWay = f.OneWay
	}
	if info.make != nil {
		info.make(b, path, f, &out)
	}
	b.when(path, f, &out)
	return out, true
}

// within refuses a length that no day has.
func (b *builder) within(path string, d, most time.Duration) {
	if d > most {
		b.failAt(path, wrong(fmt.Sprintf("%s at most", Duration(most)), "%s is too long", Duration(d)))
	}
}

func (b *builder) target(name string, info kind) error {
	known := info.targets(b.s)
	for _, k := range known {
		if k == name {
			return nil
		}
	}
	if b.mayBe(name) {
		return nil
	}
	if len(known) == 0 {
		return wrong("", "no till has a device that %s could strike", info.kind)
	}
	if slices.Contains(append(powered(b.s), feedsAndLinks(b.s)...), name) {
		return wrong("it can strike "+listed(known), "%s cannot strike %s", info.kind, name)
	}
	hint := meant(name, known)
	if t, _ := b.s.Till(strings.TrimSuffix(name, "-host")); t.Terminal() {
		hint = "its terminal asks the card host itself: write " + t.HostLink()
	}
	return wrong(hint, "%s: nothing here is called %q", info.kind, name)
}

// kindsAt are the kinds that a map of the weather names.
func (b *builder) kindsAt(path string) (is []kind) {
	for _, k := range kinds() {
		if _, there := b.keys[join(path, string(k.kind))]; there {
			is = append(is, k)
		}
	}
	return is
}

// kindNames are the keys that name a fault.
func kindNames() (names []string) {
	for _, k := range kinds() {
		names = append(names, string(k.kind))
	}
	return names
}

// choose names the keys that go with the fault that is written; before it is, a
// key names it.
func (FaultFile) choose(written []string, i int, all []string) []string {
	for _, k := range kinds() {
		if slices.Contains(written, string(k.kind)) {
			return append(slices.Clone(k.keys), whenKeys...)
		}
	}
	if i == 0 || slices.Contains(all, written[0]) && Near(written[i], kindNames()) != "" {
		return kindNames()
	}
	return slices.DeleteFunc(slices.Clone(all), func(key string) bool { return slices.Contains(kindNames(), key) })
}

// faultKeys refuses keys that mean nothing to this kind.
func (b *builder) faultKeys(path string, info kind) {
	allowed := append(append([]string{string(info.kind)}, info.keys...), whenKeys...)
	for _, key := range b.keysUnder(path) {
		if oneOf("", key, allowed...) != nil {
			b.failKey(join(path, key), wrong("it takes "+strings.Join(info.keys, ", ")+" and when: "+strings.Join(whenKeys, ", "), "%s takes no %q", info.kind, key))
		}
	}
}

// keysUnder lists the keys written in a map, sorted.
func (b *builder) keysUnder(path string) []string {
	var out []string
	for p := range b.keys {
		if key, ok := strings.CutPrefix(p, path+"."); ok && !strings.ContainsAny(key, ".[") {
			out = append(out, key)
		}
	}
	sort.Strings(out)
	return out
}
