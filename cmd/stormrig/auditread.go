package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

// auditInput reads what was given.
func auditInput(f *auditFlags) (*audit.Input, error) {
	if f.sales == "" && f.settlement == "" && f.before == "" && f.after == "" {
		return nil, usage("--sales pos.csv --settlement acquirer.csv", "no file is given")
	}
	in := &audit.Input{Currency: strings.ToUpper(f.currency)}
	currency := pos.Currency(in.Currency)
	if in.Currency != "" && !currency.Valid() {
		return nil, usage("an ISO 4217 code, such as EUR", "--currency: there is no currency %q", f.currency)
	}
	in.Decimals = currency.Exponent()
	o := books.Options{Decimals: in.Decimals}
	var err error
	if o.Zone, err = zoneFlag("--zone", f.zone); err != nil {
		return nil, err
	}
	in.Zone = o.Zone
	if err := readingFlags(f, &o); err != nil {
		return nil, err
	}
	if in.Offsets, err = offsetFlags(f.offset); err != nil {
		return nil, err
	}
	if err := moneyFlags(f, in, &o); err != nil {
		return nil, err
	}
	if err := auditRead(f, in, o); err != nil {
		return nil, err
	}
	if in.Outages, err = outageFlags(f.outage, in); err != nil {
		return nil, err
	}
	if f.known != "" {
		in.Known, err = knownFindings(f.known)
	}
	return in, err
}

func zoneFlag(flag, name string) (*time.Location, error) {
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, usage("an IANA name, such as Europe/London", "%s: there is no time zone %q", flag, name)
	}
	return z, nil
}

func readingFlags(f *auditFlags, o *books.Options) error {
	switch table.Order(f.dates) {
	case table.AnyOrder, table.DayFirst, table.MonthFirst:
		o.Dates = table.Order(f.dates)
	default:
		return usage("--dates dmy, or --dates mdy", "--dates: %q is no order", f.dates)
	}
	switch f.decimal {
	case "":
	case ".", ",":
		o.Mark = f.decimal[0]
	default:
		return usage("--decimal . or --decimal ,", "--decimal: %q is no decimal mark", f.decimal)
	}
	for _, x := range []struct {
		flag, text string
		to         *time.Time
	}{{"--from", f.from, &o.From}, {"--to", f.to, &o.To}} {
		if x.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, x.text, o.Zone)
		if err != nil {
			return usage(x.flag+" 2016-11-05", "%s: %q is no date", x.flag, x.text)
		}
		*x.to = t
	}
	return nil
}

func offsetFlags(list []string) (map[string]time.Duration, error) {
	out := make(map[string]time.Duration)
	for _, text := range list {
		till, by, ok := strings.Cut(text, "=")
		d, err := time.ParseDuration(strings.TrimSpace(by))
		if !ok || err != nil {
			return nil, usage("--offset till2=+3m12s: the clock of till2 is ahead by that", "--offset: %q is no offset", text)
		}
		out[strings.TrimSpace(till)] = d
	}
	return out, nil
}

func moneyFlags(f *auditFlags, in *audit.Input, o *books.Options) error {
	m := table.Money{Decimals: o.Decimals, Mark: o.Mark}
	for _, x := range []struct {
		flag, text string
		to         **int64
	}{{"--cash", f.cash, &in.Cash}, {"--float", f.float, &in.Float}} {
		if x.text == "" {
			continue
		}
		n, err := m.Parse(x.text)
		if err != nil {
			return usage(x.flag+" 412.50", "%s: %q: %v", x.flag, x.text, err)
		}
		*x.to = &n
	}
	if in.Float != nil && in.Cash == nil {
		return usage("--cash 412.50", "--float without --cash says nothing")
	}
	return nil
}

// auditRead reads the files.
func auditRead(f *auditFlags, in *audit.Input, o books.Options) error {
	maps, err := mapFlags(f.maps)
	if err != nil {
		return err
	}
	with := func(kind string) books.Options {
		o := o
		o.Mapping = maps[kind]
		if kind == mapping.Settlement && f.settlementZone != "" {
			o.Zone, err = zoneFlag("--settlement-zone", f.settlementZone)
		}
		return o
	}
	if f.sales != "" {
		if in.Sales, err = books.ReadSales(sourceOf(f.sales), with(mapping.Sales)); err != nil {
			return unreadable(err)
		}
	}
	if f.settlement != "" {
		settlement := with(mapping.Settlement)
		if err != nil {
			return err
		}
		if in.Settlement, err = books.ReadSettlement(sourceOf(f.settlement), settlement); err != nil {
			return unreadable(err)
		}
	}
	for _, x := range []struct {
		path string
		to   **books.Stock
	}{{f.before, &in.Before}, {f.after, &in.After}} {
		if x.path == "" {
			continue
		}
		if *x.to, err = books.ReadStock(sourceOf(x.path), with(mapping.Stock)); err != nil {
			return unreadable(err)
		}
	}
	return nil
}

func unreadable(err error) error { return &Exit{Code: Usage, Err: err} }

// sourceOf is a file, or standard input.
func sourceOf(path string) books.Source {
	if path == "-" {
		return books.Source{Name: "standard input", Open: func() (io.ReadCloser, error) { return io.NopCloser(os.Stdin), nil }}
	}
	info, err := os.Stat(path)
	return books.Source{Name: filepath.Base(path), Again: err == nil && info.Mode().IsRegular(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// mapFlags reads mappings: by kind.
func mapFlags(list []string) (map[string]*mapping.Mapping, error) {
	out := make(map[string]*mapping.Mapping)
	for _, text := range list {
		m, err := mapFlag(text)
		if err != nil {
			return nil, err
		}
		out[m.Kind] = m
	}
	return out, nil
}

func mapFlag(text string) (*mapping.Mapping, error) {
	if m, ok := mapping.Find(text); ok {
		return m, nil
	}
	if strings.HasSuffix(text, ".json") {
		raw, err := os.ReadFile(text)
		if err != nil {
			return nil, err
		}
		m, err := mapping.Parse(raw, text)
		if err != nil {
			return nil, usage("stormrig audit --mappings --json prints those that ship", "%w", err)
		}
		return m, nil
	}
	kind, pairs, ok := strings.Cut(text, "=")
	if ok && (kind == mapping.Sales || kind == mapping.Settlement || kind == mapping.Stock) && strings.Contains(pairs, "=") {
		m, err := mapping.Inline(kind, pairs)
		if err != nil {
			return nil, usage("--map sales=total=Betrag,number=Bon-Nr.", "--map: %w", err)
		}
		return m, nil
	}
	if ok {
		m, err := mapping.Inline(mapping.Sales, text)
		if err != nil {
			return nil, usage("--map sales=total=Betrag, --map settlement=amount=Umsatz", "--map: %w", err)
		}
		return m, nil
	}
	return nil, usage("stormrig audit --mappings lists them", "--map: there is no mapping %q", text)
}

func knownFindings(path string) (map[string]bool, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r struct {
		Findings []struct {
			ID string `json:"id"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, usage("stormrig audit ... --json > known.json", "%s is no report of an audit: %w", path, err)
	}
	out := make(map[string]bool)
	for _, f := range r.Findings {
		out[f.ID] = true
	}
	return out, nil
}
