package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/audit/books"
	"stormrig/scenarios/audit/mapping"
	"stormrig/scenarios/files"
	"stormrig/scenarios/incident"
	playing "stormrig/scenarios/play"
)

type incidentFlags struct {
	ups, sales, date, zone, catalogue, name, to string
	offset, onUPS, disputed, maps               []string
	symptom, out                                string
	states                                      int
	json, symptoms                              bool
}

func (a *app) incident() *cobra.Command {
	var f incidentFlags
	cmd := &cobra.Command{
		Use:   "incident --ups FILE --sales FILE.csv --date 2016-11-05 --to FILE.yaml",
		Short: "Write a scenario of a bad day: a UPS log, an export, a ticket",
		Long: `Write one scenario of what is known of a bad day: outages as the UPS logged them,
each as the window in which it may have begun; the sales as the till exported them;
sales that only somebody remembers (--disputed). What is not known is made up, and
listed.

With --symptom, look for what the ticket says over seeds and windows. The exit
code is 1 when it was reproduced: the evidence folder holds the plan, ready for
'stormrig shrink'. Not found in so many states proves nothing but that.`,
		Example: `  stormrig incident --ups apcupsd.events --sales till.csv --date 2016-11-05 --on-ups router --to day.yaml
  stormrig incident --ups ups.log --sales till.csv --date 2016-11-05 --to day.yaml \
    --disputed "about 15:10, 1290.00, card" --symptom "disputed 1 charged, not journaled"`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.writeIncident(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.ups, "ups", "", "log of the UPS: apcupsd.events, the file of NUT's upslog, or CSV")
	fl.StringVar(&f.sales, "sales", "", "the till's export, as 'stormrig audit' reads it")
	fl.StringVar(&f.date, "date", "", "the day, such as 2016-11-05")
	fl.StringVar(&f.zone, "zone", "UTC", "IANA time zone of the shop")
	fl.StringVar(&f.catalogue, "catalogue", "", "a built-in catalogue or a file; made up from the export by default")
	fl.StringVar(&f.name, "name", "", "name of the scenario; made of the date by default")
	fl.StringVar(&f.to, "to", "", "the scenario file to write")
	fl.StringArrayVar(&f.offset, "offset", nil, "how far a till's clock is ahead: till=+3m12s")
	fl.StringSliceVar(&f.onUPS, "on-ups", nil, "who hangs on the UPS and lives on: router, a till, a device")
	fl.StringArrayVar(&f.disputed, "disputed", nil, `a sale that stands in no file: "about 15:10, 1290.00, card"; may be given again`)
	fl.StringArrayVar(&f.maps, "map", nil, "columns of the export, as for 'stormrig audit'")
	fl.StringVar(&f.symptom, "symptom", "", `what to look for: "sale 12 charged, not journaled"`)
	fl.IntVar(&f.states, "states", 400, "with --symptom: how many states to try")
	fl.StringVar(&f.out, "out", "", "with --symptom: folder of the evidence (default reports/NAME-SEED)")
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.BoolVar(&f.symptoms, "symptoms", false, "list the symptoms that can be looked for")
	return cmd
}

// incidentJSON is the JSON of 'incident'.
type incidentJSON struct {
	Scenario string        `json:"scenario"`
	To       string        `json:"to"`
	Outages  int           `json:"outages"`
	Sales    int           `json:"sales"`
	Notes    []string      `json:"notes"`
	Invented []string      `json:"invented"`
	Symptom  *symptomFound `json:"symptom,omitempty"`
}

type symptomFound struct {
	Symptom    string `json:"symptom"`
	Invariant  string `json:"invariant"`
	Reproduced bool   `json:"reproduced"`
	States     int    `json:"states"`
	Words      string `json:"words"`
	Detail     string `json:"detail,omitempty"`
	Out        string `json:"out,omitempty"`
}

// symptomRow is a symptom in the JSON of 'incident --symptoms'.
type symptomRow struct {
	Name      string `json:"name"`
	Invariant string `json:"invariant"`
	Text      string `json:"text"`
}

func symptomRows() (rows []symptomRow) {
	for _, s := range incident.Symptoms() {
		rows = append(rows, symptomRow{s.Name, s.Invariant, s.Text})
	}
	return rows
}

func (a *app) writeIncident(ctx context.Context, f *incidentFlags) error {
	if f.symptoms && f.json {
		return a.printJSON("incident", map[string]any{"symptoms": symptomRows()})
	}
	if f.symptoms {
		for _, s := range incident.Symptoms() {
			fmt.Fprintf(a.Stdout, "%-30s %-4s %s\n", s.Name, s.Invariant, s.Text)
		}
		return nil
	}
	in, err := incidentOf(f)
	if err != nil {
		return err
	}
	var looked incident.Looked
	if f.symptom != "" {
		if looked, err = incident.ParseSymptom(f.symptom); err != nil {
			return usage("stormrig incident --symptoms lists them", "--symptom: %w", err)
		}
	}
	w, err := incident.Write(*in)
	if err != nil {
		return err
	}
	if err := writeNew(f.to, w.YAML); err != nil {
		return err
	}
	told := incidentJSON{Scenario: w.Scenario.Name, To: f.to, Outages: len(w.Windows), Sales: w.Scenario.SaleCount(), Notes: w.Notes, Invented: w.Scenario.Invented}
	if !f.json {
		fmt.Fprintf(a.Stdout, "%s\n", wrap(w.Scenario.Story, textWidth, ""))
		for _, n := range w.Notes {
			fmt.Fprintf(a.Stdout, "  - %s\n", strings.TrimPrefix(wrap(n, textWidth, "    "), "    "))
		}
		fmt.Fprintf(a.Stdout, "\nstormrig run %s --seeds 1..100\n", f.to)
	}
	if f.symptom != "" {
		if told.Symptom, err = a.lookFor(ctx, f, w, looked); err != nil {
			return err
		}
	}
	if f.json {
		if err := a.printJSON("incident", told); err != nil {
			return err
		}
	}
	if told.Symptom != nil && told.Symptom.Reproduced {
		return &Exit{Code: Violated}
	}
	return nil
}

// lookFor searches, and leaves evidence of what it found.
func (a *app) lookFor(ctx context.Context, f *incidentFlags, w *incident.Written, looked incident.Looked) (*symptomFound, error) {
	spareMemory()
	line := newProgressLine(a.IO)
	job := incident.Job{Scenario: w.Scenario, Windows: w.Windows, Looked: looked, States: f.states, Workers: runtime.GOMAXPROCS(0), Find: files.Finder(""),
		Progress: func(n int) {
			if line.due() {
				fmt.Fprintf(line.out, "%s%d of %d states", erase, n, f.states)
			}
		}}
	res, err := incident.Search(ctx, job)
	line.clear()
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, usage("stormrig incident --symptoms lists them", "--symptom: %w", err)
	}
	found := &symptomFound{Symptom: looked.String(), Invariant: looked.Invariant, Reproduced: res.Reproduced, States: res.Tried, Words: res.Words(), Detail: res.Detail}
	if res.Reproduced {
		b, err := playing.Play(ctx, playing.Job{Scenario: res.Scenario, Seed: res.Seed, Plan: &res.Plan, Command: "incident", Version: version(),
			Evidence: playing.Full, Out: f.out, Clock: time.Now, Line: "stormrig run " + f.to})
		if err != nil {
			return nil, err
		}
		found.Out = b.Result.Out
	}
	if !f.json {
		fmt.Fprintf(a.Stdout, "\n%s: %s\n", looked, res.Words())
		if found.Out != "" {
			fmt.Fprintf(a.Stdout, "%s\n\nstormrig shrink %s\n", res.Detail, found.Out)
		}
	}
	return found, nil
}

// incidentOf reads what was given.
func incidentOf(f *incidentFlags) (*incident.Incident, error) {
	for _, x := range []struct{ flag, text, example string }{
		{"--ups", f.ups, "--ups apcupsd.events"}, {"--sales", f.sales, "--sales till.csv"}, {"--date", f.date, "--date 2016-11-05"}, {"--to", f.to, "--to day.yaml"}} {
		if x.text == "" {
			return nil, usage(x.example, "%s is missing", x.flag)
		}
	}
	if _, err := time.Parse(time.DateOnly, f.date); err != nil {
		return nil, usage("--date 2016-11-05", "--date: %q is no date", f.date)
	}
	in := &incident.Incident{Name: f.name, Date: f.date, OnUPS: f.onUPS, Find: files.Finder("")}
	if in.Name == "" {
		in.Name = "incident-" + f.date
	}
	var err error
	if in.Zone, err = zoneFlag("--zone", f.zone); err != nil {
		return nil, err
	}
	if in.Offsets, err = offsetFlags(f.offset); err != nil {
		return nil, err
	}
	for _, text := range f.disputed {
		d, err := incident.ParseDisputed(text, 2)
		if err != nil {
			return nil, usage(`--disputed "about 15:10, 1290.00, card"`, "--disputed: %w", err)
		}
		in.Disputed = append(in.Disputed, d)
	}
	if f.catalogue != "" {
		if in.Catalogue, err = files.Catalogue(f.catalogue); err != nil {
			return nil, err
		}
		for _, name := range files.Catalogues() {
			in.BuiltIn = in.BuiltIn || name == f.catalogue
		}
	}
	log, err := os.Open(f.ups)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if in.Log, err = incident.Read(log, filepath.Base(f.ups), in.Zone); err != nil {
		return nil, unreadable(err)
	}
	maps, err := mapFlags(f.maps)
	if err != nil {
		return nil, err
	}
	in.Sales, err = books.ReadSales(sourceOf(f.sales), books.Options{Zone: in.Zone, Decimals: 2, Mapping: maps[mapping.Sales]})
	if err != nil {
		return nil, unreadable(err)
	}
	return in, nil
}
