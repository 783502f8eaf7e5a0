package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	packer "stormrig/scenarios/pack"
)

type packFlags struct {
	to                     string
	redact, noPrices, json bool
}

func (a *app) pack() *cobra.Command {
	var f packFlags
	cmd := &cobra.Command{
		Use:   "pack REPORT",
		Short: "Make one file for a ticket out of a report",
		Long: `Make one file of an evidence folder: plan, scenario, history, result and report.
'stormrig replay FILE.zip' plays it again. Disks and pictures stay out, and card
data always does.

With --redact, tills, articles and places get other names, with --no-prices prices
are others too: the run is played again that way, and the pack says whether it
shows the same.`,
		Example: "  stormrig pack reports/storm-saturday-17 --redact --to ticket.zip",
		Args:    exactly("REPORT"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.packReport(cmd.Context(), args[0], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.to, "to", "", "the file to write (default REPORT.zip)")
	fl.BoolVar(&f.redact, "redact", false, "take names out: tills, articles, places, the scenario's title and story")
	fl.BoolVar(&f.noPrices, "no-prices", false, "take prices out, too")
	fl.BoolVar(&f.json, "json", false, "print the manifest as one JSON object")
	return cmd
}

func (a *app) packReport(ctx context.Context, path string, f packFlags) error {
	if info, err := os.Stat(path); err != nil {
		return err
	} else if !info.IsDir() {
		return usage("a report is a folder with plan.json and scenario.yaml", "%s is no evidence folder", path)
	}
	if f.to == "" {
		f.to = strings.TrimRight(path, `/\`) + ".zip"
	}
	out, err := os.OpenFile(f.to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if os.IsExist(err) {
		return usage("choose another name with --to", "%s is there already", f.to)
	}
	if err != nil {
		return err
	}
	m, err := packer.Pack(ctx, path, out, packer.Options{Redact: f.redact || f.noPrices, NoPrices: f.noPrices, Version: version()})
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.to)
		return err
	}
	if f.json {
		return a.printJSON("pack", struct {
			To string `json:"to"`
			*packer.Manifest
			Schema  *int    `json:"schema,omitempty"` // stand once, at the beginning
			Version *string `json:"version,omitempty"`
		}{To: f.to, Manifest: m})
	}
	fmt.Fprintf(a.Stdout, "%s: %d files", f.to, len(m.Files))
	if m.Redacted {
		fmt.Fprint(a.Stdout, ", names taken out")
	}
	if m.NoPrices {
		fmt.Fprint(a.Stdout, ", prices taken out")
	}
	fmt.Fprintf(a.Stdout, "\n")
	if m.Masked > 0 {
		fmt.Fprintf(a.Stdout, "%d card numbers were in it and are cut down to four digits\n", m.Masked)
	}
	if !m.Same {
		fmt.Fprintf(a.Stdout, "the report violates %s, the packed run %s: without its names it is another day; think about packing it as it is\n",
			orNothing(m.Original.Violated), orNothing(m.Packed.Violated))
	}
	fmt.Fprintf(a.Stdout, "\nstormrig replay %s\n", f.to)
	return nil
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
