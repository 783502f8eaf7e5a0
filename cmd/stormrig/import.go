package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/files"
	"stormrig/scenarios/importer"
)

type importFlags struct {
	date, weather, catalogue, to, zone, name string
	json                                     bool
}

func (a *app) importCmd() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE.csv --to FILE.yaml",
		Short: "Make a scenario out of a till's real transactions",
		Long: `Make a scenario out of one day of a till's export. Columns are found by name:
date, time (or both in one), transaction, item; till, quantity, price, tender and
barcode if there are any. What the export does not say is made up, and listed.

The weather of another scenario keeps its time of day. What it edits and the
shop does not sell becomes the shop's best seller; its expected figures are
not taken over.`,
		Example: "  stormrig import till.csv --date 2016-11-05 --weather storm-saturday --to day.yaml",
		Args:    exactly("FILE.csv"),
		RunE:    func(_ *cobra.Command, args []string) error { return a.importFile(args[0], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.date, "date", "", "the day, such as 2016-11-05; needed where the file has several")
	fl.StringVar(&f.weather, "weather", "", "a scenario whose weather, tills and power to take")
	fl.StringVar(&f.catalogue, "catalogue", "", "a built-in catalogue or a file; made up from the export by default")
	fl.StringVar(&f.to, "to", "", "the scenario file to write; - for standard output")
	fl.StringVar(&f.zone, "zone", "", "IANA time zone of the shop; that of the weather, else UTC")
	fl.StringVar(&f.name, "name", "", "name of the scenario; made of file and date by default")
	fl.BoolVar(&f.json, "json", false, "print the report as one JSON object")
	return cmd
}

func (a *app) importFile(path string, f importFlags) error {
	if f.to == "" {
		return usage("--to day.yaml, or --to - for standard output", "--to is missing")
	}
	if f.to == "-" && f.json {
		return usage("write the scenario to a file", "--to - and --json both want standard output")
	}
	o, err := importOptions(f)
	if err != nil {
		return err
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	res, err := importer.Import(in, path, o)
	if err != nil {
		return err
	}
	if f.to == "-" {
		if _, err := a.Stdout.Write(res.YAML); err != nil {
			return err
		}
		a.sayImport(a.IO.Stderr, res)
		return nil
	}
	if err := writeNew(f.to, res.YAML); err != nil {
		return err
	}
	if f.json {
		return a.printJSON("import", struct {
			Scenario string `json:"scenario"`
			To       string `json:"to"`
			importer.Report
		}{res.Scenario.Name, f.to, res.Report})
	}
	a.sayImport(a.Stdout, res)
	fmt.Fprintf(a.Stdout, "\nstormrig run %s\n", f.to)
	return nil
}

func importOptions(f importFlags) (importer.Options, error) {
	o := importer.Options{Date: f.date, Zone: f.zone, Name: f.name, Find: files.Finder("")}
	if f.date != "" {
		if _, err := time.Parse(time.DateOnly, f.date); err != nil {
			return o, usage("--date 2016-11-05", "--date: %q is no date", f.date)
		}
	}
	if f.zone != "" {
		if _, err := time.LoadLocation(f.zone); err != nil {
			return o, usage("an IANA name, such as Europe/London", "--zone: there is no time zone %q", f.zone)
		}
	}
	if f.name != "" && strings.Trim(f.name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return o, usage("use small letters, digits and dashes", "--name: %q is no name of a scenario", f.name)
	}
	var err error
	if f.weather != "" {
		if o.Weather, err = files.Scenario(f.weather); err != nil {
			return o, err
		}
	}
	if f.catalogue != "" {
		if o.Catalogue, err = files.Catalogue(f.catalogue); err != nil {
			return o, err
		}
		for _, name := range files.Catalogues() {
			o.BuiltIn = o.BuiltIn || name == f.catalogue
		}
	}
	return o, nil
}

// writeNew writes a file that is not there yet: nothing is overwritten.
func writeNew(path string, text []byte) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usage("choose another name or remove it", "%s is there already", path)
	}
	if err != nil {
		return err
	}
	if _, err = out.Write(text); err != nil {
		out.Close()
		return fmt.Errorf("writing the scenario: %w", err)
	}
	if err = out.Close(); err != nil {
		return fmt.Errorf("writing the scenario: %w", err)
	}
	return nil
}

func (a *app) sayImport(w interface{ Write([]byte) (int, error) }, res *importer.Result) {
	r, s := res.Report, res.Scenario
	fmt.Fprintf(w, "%s\n", wrap(s.Story, textWidth, ""))
	fmt.Fprintf(w, "best seller: %s\n", r.BestSeller)
	if from, to, ok := s.Dark(); ok {
		n := 0
		for _, sale := range s.Sales {
			if sale.N > 0 && sale.At >= from && sale.At < to {
				n++
			}
		}
		fmt.Fprintf(w, "in the dark: %d sales\n", n)
	}
	fmt.Fprintf(w, "made up: %s\n", strings.Join(r.Invented, ", "))
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  - %s\n", strings.TrimPrefix(wrap(n, textWidth, "    "), "    "))
	}
}
