package incident

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/importer"
	"stormrig/scenarios/spec"
)

// Disputed is a sale that stands in no file.
type Disputed struct {
	At     time.Duration // of the day
	Give   time.Duration // it may have been so much earlier or later
	Amount int64         // minor units
	Card   bool
	Till   string
	SeenBy string // "card slip"
}

// Incident is what is known.
type Incident struct {
	Name     string
	Date     string // "2016-11-05"
	Zone     *time.Location
	Log      *Log
	Sales    *books.Sales
	Offsets  map[string]time.Duration // how far a till's clock is ahead
	OnUPS    []string                 // who hangs on the UPS: "router", tills
	Disputed []Disputed
	// Catalogue may be nil: made from the export.
	Catalogue *pos.Catalogue
	BuiltIn   bool
	Find      spec.Finder
}

// Written is the scenario.
type Written struct {
	Scenario *spec.Scenario
	YAML     []byte
	Windows  []Window
	Notes    []string
	Invented []string
}

// Window is an outage of the day as the scenario has it.
type Window struct {
	From    time.Duration // earliest, of the day
	Give    time.Duration // the latest is so much later
	For     time.Duration
	Faults  []int // of the weather, from 0
	Dies    []string
	Network bool
}

// Write writes one day as a scenario.
func Write(in Incident) (*Written, error) {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	w := &writer{Incident: in, out: &Written{}}
	text, err := w.export()
	if err != nil {
		return nil, err
	}
	res, err := importer.Import(bytes.NewReader(text), "sales.csv", importer.Options{
		Name: in.Name, Date: in.Date, Zone: in.Zone.String(), Catalogue: in.Catalogue, BuiltIn: in.BuiltIn, Find: in.Find})
	if err != nil {
		return nil, err
	}
	w.file = res.Scenario.File
	w.out.Notes, w.out.Invented = res.Report.Notes, res.Report.Invented
	w.prices(res.Scenario.Shop.Catalogue)
	w.tills()
	w.dispute()
	w.power()
	w.hours()
	w.story(res.Report)
	return w.end()
}

type writer struct {
	Incident
	out   *Written
	file  *spec.File
	names []string          // of tills in the scenario
	till  map[string]string // by the export's name
	cheap []article
}

type article struct {
	sku   string
	price int64
}

// export writes the day of the till's export in the shape that an import
// reads, by the corrected clocks.
func (w *writer) export() ([]byte, error) {
	s := w.Sales
	rows := [][]string{{"date", "time", "transaction", "item", "quantity", "price", "tender"}}
	priced := false
	for _, p := range s.Prices {
		priced = priced || p != 0
	}
	if !priced {
		rows[0][5] = "unused"
	}
	type line struct {
		at   time.Time
		rows [][]string
	}
	var list []line
	for i := range s.List {
		x := &s.List[i]
		if x.At == 0 || x.State == books.Refunded {
			continue
		}
		at := x.When().Add(-w.offset(s.Tills[x.Till])).In(w.Zone)
		if at.Format(time.DateOnly) != w.Date {
			continue
		}
		head := []string{w.Date, at.Format("15:04:05"), w.numberOf(x)}
		l := line{at: at}
		tender := map[books.Tender]string{books.ByCash: "cash", books.ByCard: "card"}[x.Tender]
		for _, a := range x.Lines {
			if a.Milli%1000 != 0 || a.Milli <= 0 {
				continue
			}
			price := ""
			if priced {
				price = fmt.Sprintf("%d.%02d", s.Prices[a.SKU]/100, s.Prices[a.SKU]%100)
			}
			l.rows = append(l.rows, append(slices.Clone(head), s.SKUs[a.SKU], fmt.Sprint(a.Milli/1000), price, tender))
		}
		for range x.Voided {
			l.rows = append(l.rows, append(slices.Clone(head), "NONE", "", "", tender))
		}
		for range x.Corrected {
			l.rows = append(l.rows, append(slices.Clone(head), "Adjustment", "", "", tender))
		}
		if len(l.rows) == 0 && x.Total > 0 { // an export without articles
			l.rows = append(l.rows, append(slices.Clone(head), "sale", "1", fmt.Sprintf("%d.%02d", x.Total/100, x.Total%100), tender))
			rows[0][5] = "price"
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no sale on %s", s.Name, w.Date)
	}
	slices.SortStableFunc(list, func(a, b line) int { return a.at.Compare(b.at) })
	for _, l := range list {
		rows = append(rows, l.rows...)
	}
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	c.WriteAll(rows) // to memory: cannot fail
	return b.Bytes(), nil
}

// numberOf is a transaction's key: numbers of two tills may be the same.
func (w *writer) numberOf(x *books.Sale) string {
	if len(w.Sales.Tills) > 1 && w.Sales.Tills[x.Till] != "" {
		return x.Number + "@" + w.Sales.Tills[x.Till]
	}
	return x.Number
}

func (w *writer) offset(till string) time.Duration {
	if by, ok := w.Offsets[till]; ok {
		return by
	}
	if len(w.Sales.Tills) <= 1 {
		return w.Offsets["till"]
	}
	return 0
}

func (w *writer) prices(c *pos.Catalogue) {
	for _, it := range c.Items {
		for _, v := range it.Variants {
			w.cheap = append(w.cheap, article{it.SKU(v), int64(v.Price)})
		}
	}
}

// tills names the tills of the export, and gives each what it sells with.
func (w *writer) tills() {
	w.till = make(map[string]string)
	for _, name := range w.Sales.Tills {
		n := slug(name)
		if n == "" {
			n = "till"
		}
		w.till[name] = n
		if !slices.Contains(w.names, n) {
			w.names = append(w.names, n)
		}
	}
	for _, n := range w.OnUPS { // somebody names a till that the export does not
		if n != "router" && !strings.Contains(n, ".") && !slices.Contains(w.names, n) && len(w.names) == 1 && w.names[0] == "till" {
			w.names[0] = n
			for k := range w.till {
				w.till[k] = n
			}
		}
	}
	w.file.Tills = nil
	for _, n := range w.names {
		w.file.Tills = append(w.file.Tills, spec.Entry[spec.TillFile]{Name: n, Value: spec.TillFile{Devices: []string{spec.Scanner, spec.Dongle, spec.Printer}}})
	}
	for i := range w.file.Sales {
		s := &w.file.Sales[i]
		number, till, _ := strings.Cut(s.Source, "@")
		s.Source = number
		s.Till = w.till[till]
		if till == "" {
			s.Till = w.names[0]
		}
	}
}

// slug makes a name that a scenario takes.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// dispute adds what stands in no file: the articles whose prices make the
// amount, or one article where none do.
func (w *writer) dispute() {
	for n, d := range w.Disputed {
		lines, exact := w.linesFor(d.Amount)
		if !exact {
			w.out.Notes = append(w.out.Notes, fmt.Sprintf("no articles cost just what disputed sale %d is said to have: it sells %s", n+1, lines[0].Item))
		}
		s := spec.SaleFile{At: spec.Clock{Time: d.At}, Till: w.names[0], Pay: "cash", Lines: lines, Invented: true, SeenBy: d.SeenBy, Source: fmt.Sprintf("disputed-%d", n+1)}
		if s.SeenBy == "" {
			s.SeenBy = "somebody"
		}
		if d.Card {
			s.Pay = "card"
		}
		if d.Till != "" {
			s.Till = d.Till
		}
		w.file.Sales = append(w.file.Sales, s)
	}
	slices.SortStableFunc(w.file.Sales, func(a, b spec.SaleFile) int { return int(a.At.Time - b.At.Time) })
	if len(w.Disputed) > 0 && !slices.Contains(w.file.Invented, spec.InventedSales) {
		w.file.Invented = append(w.file.Invented, spec.InventedSales)
		slices.Sort(w.file.Invented)
	}
}

// linesFor finds at most three articles that cost an amount together.
func (w *writer) linesFor(amount int64) ([]spec.Line, bool) {
	var pick func(from int, left int64, n int) []spec.Line
	pick = func(from int, left int64, n int) []spec.Line {
		if left == 0 {
			return []spec.Line{}
		}
		if n == 0 {
			return nil
		}
		for i := from; i < len(w.cheap); i++ {
			if w.cheap[i].price > left || w.cheap[i].price <= 0 {
				continue
			}
			if rest := pick(i, left-w.cheap[i].price, n-1); rest != nil {
				return append([]spec.Line{{Qty: 1, Item: w.cheap[i].sku}}, rest...)
			}
		}
		return nil
	}
	for n := 1; n <= 3; n++ {
		if lines := pick(0, amount, n); len(lines) > 0 {
			return lines, true
		}
	}
	return []spec.Line{{Qty: 1, Item: w.cheap[0].sku}}, false
}

// power writes who hangs on what, and each outage of the day as a window.
func (w *writer) power() {
	w.file.Power = spec.PowerFile{}
	onUPS := func(who string) bool { return slices.Contains(w.OnUPS, who) }
	if !onUPS("router") {
		w.file.Power.Mains = append(w.file.Power.Mains, "router")
	}
	for _, t := range w.names {
		if !onUPS(t) {
			w.file.Power.Mains = append(w.file.Power.Mains, t, t+"."+spec.Dongle, t+"."+spec.Printer)
			continue
		}
		if !onUPS(t + "." + spec.Printer) {
			w.file.Power.Mains = append(w.file.Power.Mains, t+"."+spec.Printer)
		}
	}
	w.file.Weather = nil
	for _, o := range w.Log.Outages {
		w.outage(o)
	}
}

// outage writes one, if it is of the day.
func (w *writer) outage(o Outage) {
	from, to := o.From.Add(-o.FromBy).In(w.Zone), o.To.In(w.Zone)
	if from.Format(time.DateOnly) != w.Date {
		return
	}
	lasts := to.Add(-o.ToBy / 2).Sub(o.From.Add(-o.FromBy / 2))
	win := Window{From: sinceMidnight(from), Give: o.FromBy, For: max(lasts.Round(time.Second), time.Second)}
	at := spec.At{Clock: &spec.Clock{Time: win.From}}
	var after *spec.Durations
	if o.FromBy > 0 {
		after = &spec.Durations{Max: spec.Duration(o.FromBy)}
	}
	lasting := spec.Duration(win.For)
	add := func(f spec.FaultFile) {
		f.At, f.After, f.For = &at, after, &lasting
		win.Faults = append(win.Faults, len(w.file.Weather))
		w.file.Weather = append(w.file.Weather, f)
	}
	add(spec.FaultFile{Cut: "mains"})
	if win.Network = !slices.Contains(w.OnUPS, "router") || o.Exhausted; win.Network {
		add(spec.FaultFile{Cut: "network"})
	}
	for _, t := range w.names {
		switch {
		case slices.Contains(w.file.Power.Mains, t):
			win.Dies = append(win.Dies, t)
		case o.Exhausted:
			add(spec.FaultFile{Drop: t})
			win.Dies = append(win.Dies, t)
			w.out.Notes = append(w.out.Notes, fmt.Sprintf("the UPS gave up in the outage of %s: %s lost its power, too, nobody knows when", from.Format("15:04"), t))
		}
	}
	w.out.Windows = append(w.out.Windows, win)
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
}

// hours opens the shop early enough for everything that is written.
func (w *writer) hours() {
	opens, closes := w.file.Shop.Opens.Time, w.file.Shop.Closes.Time
	for _, s := range w.file.Sales {
		opens, closes = min(opens, s.At.Time.Truncate(time.Hour)), max(closes, s.At.Time+10*time.Minute)
	}
	for _, win := range w.out.Windows {
		opens, closes = min(opens, win.From.Truncate(time.Hour)), max(closes, win.From+win.Give+win.For+10*time.Minute)
	}
	w.file.Shop.Opens.Time = opens
	w.file.Shop.Closes.Time = min((closes + 59*time.Minute).Truncate(time.Hour), 23*time.Hour+59*time.Minute+59*time.Second)
	if w.file.Shop.Closes.Time < closes {
		w.file.Shop.Closes.Time = 23*time.Hour + 59*time.Minute + 59*time.Second
	}
}

func (w *writer) story(r importer.Report) {
	w.file.Title = "Incident of " + w.Date
	parts := []string{many(r.Sales, "sale") + " of " + w.Date + " as the till's export has them"}
	if n := len(w.Disputed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d that only somebody remembers", n))
	}
	parts = append(parts, many(len(w.out.Windows), "outage")+" out of the UPS's log ("+w.Log.Format+"), each in the window in which it may have begun")
	if len(w.OnUPS) > 0 {
		parts = append(parts, "on the UPS: "+strings.Join(w.OnUPS, ", "))
	}
	w.file.Story = strings.Join(parts, "; ") + "."
	for _, o := range w.Log.Outages {
		if o.From.In(w.Zone).Format(time.DateOnly) != w.Date {
			continue
		}
		w.out.Notes = append(w.out.Notes, fmt.Sprintf("lines %d to %d: the mains went between %s and %s and was back by %s", o.Line, o.Last,
			o.From.Add(-o.FromBy).In(w.Zone).Format("15:04:05"), o.From.In(w.Zone).Format("15:04:05"), o.To.In(w.Zone).Format("15:04:05")))
	}
	if w.Log.SelfTests > 0 {
		w.out.Notes = append(w.out.Notes, "left out: "+many(w.Log.SelfTests, "self-test")+" of the UPS")
	}
	if w.Log.Lost > 0 {
		w.out.Notes = append(w.out.Notes, fmt.Sprintf("%d lines say that the UPS did not answer: what happened then is not known", w.Log.Lost))
	}
	if len(w.out.Windows) == 0 {
		w.out.Notes = append(w.out.Notes, fmt.Sprintf("the log has no outage on %s", w.Date))
	}
}

// many writes a number with its noun.
func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (w *writer) end() (*Written, error) {
	text := append([]byte("# Made by 'stormrig incident'.\n"), w.file.YAML()...)
	s, err := spec.Parse(w.file.Scenario+".yaml", text, w.Find)
	if err != nil {
		return nil, fmt.Errorf("the scenario made of the incident is wrong: %w", err)
	}
	w.out.Scenario, w.out.YAML = s, text
	return w.out, nil
}
