package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/mapping"
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
	cmd.AddCommand(a.auditExport())
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
