package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/audit/table"
)

type auditFlags struct {
	sales, settlement, before, after string
	cash, float                      string
	outage, offset, maps             []string
	zone, settlementZone             string
	dates, decimal, currency         string
	from, to                         string
	known, html                      string
	json, mappings                   bool
}

func (a *app) audit() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit --sales FILE.csv [--settlement FILE.csv ...]",
		Short: "Find out from a shop's exports whether anything was lost",
		Long: `Hold what a till exports against what the acquirer settled, the stock counts and
the drawer. Give whatever there is; the report says what the rest would show.

Columns are found by their titles. Exports of Square, Shopify POS, Loyverse, Odoo
Point of Sale and Stripe are recognised (--mappings lists them with their sources);
--map names others: --map sales=total=Betrag,number=Bon-Nr. or --map mine.json.

Of a card number only the last four digits are read. Exit code 0: no finding,
1: findings, 2: a file that cannot be read as it is.`,
		Example: `  stormrig audit --sales pos.csv --settlement acquirer.csv --outage "2016-11-05 14:02 - 17:05"
  stormrig audit --sales pos.csv --stock-before a.csv --stock-after b.csv --cash 412.50 --float 100 --html audit.html`,
		Args: exactly(),
		RunE: func(_ *cobra.Command, _ []string) error { return a.auditFiles(&f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.sales, "sales", "", "the till's export; - for standard input")
	fl.StringVar(&f.settlement, "settlement", "", "what the acquirer charged")
	fl.StringVar(&f.before, "stock-before", "", "stock count before the first sale")
	fl.StringVar(&f.after, "stock-after", "", "stock count after the last one")
	fl.StringVar(&f.cash, "cash", "", "cash counted in the drawer at the end, such as 412.50")
	fl.StringVar(&f.float, "float", "", "cash in the drawer before the first sale")
	fl.StringArrayVar(&f.outage, "outage", nil, "when power or network was out: 14:02-17:05, or \"2016-11-05 14:02 - 17:05\"; may be given again")
	fl.StringArrayVar(&f.offset, "offset", nil, "how far a till's clock is ahead: till2=+3m12s; estimated where not given")
	fl.StringArrayVar(&f.maps, "map", nil, "columns of a file: sales=total=Betrag,number=Bon; a mapping's name; a JSON file; may be given again")
	fl.StringVar(&f.zone, "zone", "UTC", "IANA time zone of the shop, for times that name none")
	fl.StringVar(&f.settlementZone, "settlement-zone", "", "time zone of the settlement, where it is another one")
	fl.StringVar(&f.dates, "dates", "", "order of day and month: dmy or mdy")
	fl.StringVar(&f.decimal, "decimal", "", "decimal mark of amounts: . or ,; each amount speaks for itself by default")
	fl.StringVar(&f.currency, "currency", "", "ISO 4217 code, such as EUR")
	fl.StringVar(&f.from, "from", "", "leave out what was before this day, such as 2016-11-05")
	fl.StringVar(&f.to, "to", "", "leave out what was on this day or later")
	fl.StringVar(&f.known, "known", "", "the --json of an earlier audit: its findings are not told again")
	fl.StringVar(&f.html, "html", "", "write a page for people to this file")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.BoolVar(&f.mappings, "mappings", false, "list the exports that are recognised, and where their titles are from")
	return cmd
}

func (a *app) auditFiles(f *auditFlags) error {
	if f.mappings {
		return a.listMappings(f.json)
	}
	in, err := auditInput(f)
	if err != nil {
		return err
	}
	r := audit.Run(*in)
	if f.html != "" {
		if err := writeHTML(f.html, r); err != nil {
			return err
		}
	}
	if f.json {
		err = a.printJSON("audit", r)
	} else {
		err = r.WriteText(a.Stdout)
	}
	if err != nil {
		return err
	}
	if len(r.Findings) > 0 {
		return &Exit{Code: Violated}
	}
	return nil
}

func writeHTML(path string, r *audit.Report) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := r.WriteHTML(out); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

func (a *app) listMappings(asJSON bool) error {
	if asJSON {
		return a.printJSON("audit", struct {
			Mappings []*mapping.Mapping `json:"mappings"`
		}{mapping.All()})
	}
	for _, m := range mapping.All() {
		fmt.Fprintf(a.Stdout, "%-17s %-10s %s\n%28s %s\n", m.Name, m.Kind, m.Title, "", m.Source)
		if m.Note != "" {
			fmt.Fprintf(a.Stdout, "%28s %s\n", "", strings.ReplaceAll(wrap(m.Note, textWidth-28, ""), "\n", "\n"+strings.Repeat(" ", 29)))
		}
	}
	return nil
}

// auditInput reads what was given.
func auditInput(f *auditFlags) (*audit.Input, error) {
	if f.sales == "" && f.settlement == "" && f.before == "" && f.after == "" {
		return nil, usage("--sales pos.csv --settlement acquirer.csv", "no file is given")
	}
	in := &audit.Input{Currency: strings.ToUpper(f.currency), Decimals: 2}
	if _, zero := noDecimals[in.Currency]; zero {
		in.Decimals = 0
	}
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

// noDecimals are the currencies without minor units that tills meet (ISO 4217).
var noDecimals = map[string]bool{"JPY": true, "KRW": true, "VND": true, "CLP": true, "ISK": true, "PYG": true, "UGX": true, "XAF": true, "XOF": true, "XPF": true}

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
	for flag, to := range map[string]*time.Time{"--from": &o.From, "--to": &o.To} {
		text := map[string]string{"--from": f.from, "--to": f.to}[flag]
		if text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, text, o.Zone)
		if err != nil {
			return usage(flag+" 2016-11-05", "%s: %q is no date", flag, text)
		}
		*to = t
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
