package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	differ "stormrig/scenarios/diff"
	reports "stormrig/scenarios/report"
	"stormrig/sim/history"
)

func (a *app) diff() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff GOOD BAD",
		Short: "Show the first event that differs between two reports",
		Long: `Compare two evidence folders, or two histories: the first event that differs,
what led to it, and the books of both against what really happened in each.
The exit code says that they could be compared, not that they are the same.`,
		Example: "  stormrig diff reports/good reports/bad",
		Args:    exactly("GOOD", "BAD"),
		RunE: func(_ *cobra.Command, args []string) error {
			good, err := side(args[0])
			if err != nil {
				return err
			}
			bad, err := side(args[1])
			if err != nil {
				return err
			}
			d, err := differ.Of(good, bad)
			if err != nil {
				return usage("stormrig check judges a history by itself", "%w", err)
			}
			if asJSON {
				return a.printJSON("diff", d)
			}
			return differ.Text(a.Stdout, args[0], args[1], d)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// side reads a history: a file, or the one in an evidence folder.
func side(path string) (differ.Side, error) {
	name := path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		name = filepath.Join(path, reports.FileHistory)
	}
	f, err := os.Open(name)
	if err != nil {
		return differ.Side{}, err
	}
	defer f.Close()
	events, err := history.Read(f)
	if err != nil {
		return differ.Side{}, usage("a history is JSON lines, its header first", "%s: %w", name, fmt.Errorf("reading the history: %w", err))
	}
	return differ.Side{Name: path, Events: events}, nil
}
