package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"stormrig/scenarios/audit/export"
	"stormrig/sim/history"
)

// auditExport writes the exports of a recorded day.
func (a *app) auditExport() *cobra.Command {
	to, bare := "", false
	cmd := &cobra.Command{
		Use:   "export REPORT --to FOLDER",
		Short: "Write a recorded day as a shop would export it",
		Long: `Write sales.csv, settlement.csv, stock-before.csv and stock-after.csv of a history
(history.jsonl, or the folder with it), and print the command that audits them: to
see what an audit says of a day whose truth is known.`,
		Args: exactly("REPORT"),
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				return usage("--to exports", "--to is missing")
			}
			events, err := readHistory(args[0])
			if err != nil {
				return err
			}
			f, err := export.From(events, export.Options{References: !bare})
			if err != nil {
				return usage("stormrig explain history", "%s: %w", args[0], err)
			}
			if err := f.Write(to); errors.Is(err, fs.ErrExist) {
				return usage("--to another folder: nothing is overwritten", "%w", err)
			} else if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.Stdout, exportLine(f, to))
			return err
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "folder of the files")
	cmd.Flags().BoolVar(&bare, "no-references", false, "leave payment references out: only amounts and times join the files")
	return cmd
}

// exportLine is the command that audits exports.
func exportLine(f *export.Files, dir string) string {
	p := func(name string) string { return filepath.Join(dir, name) }
	line := fmt.Sprintf("stormrig audit --sales %s --settlement %s --stock-before %s --stock-after %s --cash %d.%02d --zone %s --currency %s",
		p("sales.csv"), p("settlement.csv"), p("stock-before.csv"), p("stock-after.csv"), f.Cash/100, f.Cash%100, f.Zone, f.Currency)
	for _, o := range f.Outages {
		line += fmt.Sprintf(" --outage %q", o[0].Format("2006-01-02 15:04:05")+" - "+o[1].Format("2006-01-02 15:04:05"))
	}
	return line
}

// readHistory reads a history, or the one in a folder.
func readHistory(path string) ([]history.Event, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() {
		path = filepath.Join(path, "history.jsonl")
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	events, err := history.Read(in)
	if err != nil {
		return nil, usage("stormrig explain history prints the schema", "%s is no history: %w", path, err)
	}
	return events, nil
}
