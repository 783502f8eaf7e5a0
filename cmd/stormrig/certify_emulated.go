package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/hil/certify"
	models "stormrig/sim/device"
	"stormrig/sim/testbench"
)

// emulatedSubject reads PROFILE[+DEFECT...], where PROFILE is a name or a file.
func emulatedSubject(class certify.Class, what string, f certifyFlags) (*subject, error) {
	if f.operator != "" && f.operator != "emulator" {
		return nil, usage("", "an emulated device has the operator 'emulator'")
	}
	names := strings.Split(what, "+")
	var defects []models.Defect
	for _, n := range names[1:] {
		d, err := models.DefectNamed(testbench.KindOf(class), n)
		if err != nil {
			return nil, usage("stormrig certify table lists them", "%w", err)
		}
		defects = append(defects, d)
	}
	d, err := emulatedDevice(class, names[0], defects)
	if err != nil {
		return nil, usage("profiles: "+strings.Join(testbench.Profiles(class), ", "), "%w", err)
	}
	d.Options.Soak = f.soak
	if f.maker != "" {
		d.Claim.Maker = f.maker
	}
	if f.model != "" {
		d.Claim.Model = f.model
	}
	d.Claim.Serial = f.serial
	d.Claim.Transport = "emulated:" + what
	return &subject{bench: d.Bench, options: d.Options, claim: d.Claim, emulated: true,
		name: strings.ReplaceAll(what, "/", "-"), close: func() error { return nil }}, nil
}

func emulatedDevice(class certify.Class, profile string, defects []models.Defect) (*testbench.Device, error) {
	text, err := os.ReadFile(profile)
	if strings.ContainsAny(profile, "/.") && err == nil {
		return testbench.Parsed(class, profile, text, defects...)
	}
	return testbench.Named(class, profile, defects...)
}

// tableRow is a line of 'certify table'.
type tableRow struct {
	Class   certify.Class   `json:"class"`
	Profile string          `json:"profile"`
	Defect  string          `json:"defect,omitempty"`
	Says    string          `json:"says,omitempty"`
	Want    string          `json:"want"`
	Got     string          `json:"got"`
	OK      bool            `json:"ok"`
	Verdict certify.Verdict `json:"verdict"`
	Grade   certify.Grade   `json:"grade,omitempty"`
}

func (a *app) certifyTable() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Examine every emulated profile and every known-bad device",
		Long: `Examine every emulated profile, which must get the grade and the verdict written
down for it beforehand, and every known-bad device, which must fail by the check
that names its defect. Exit code 1 where one does not.`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := tableRows(cmd)
			if err != nil {
				return interruption(cmd.Context(), err)
			}
			bad := 0
			for _, r := range rows {
				if !r.OK {
					bad++
				}
			}
			if asJSON {
				err = a.printJSON("certify table", map[string]any{"rows": rows, "wrong": bad})
			} else {
				err = a.printTable(rows)
			}
			if err == nil && bad > 0 {
				err = &Exit{Code: Violated, Err: fmt.Errorf("%d of %d are not as written down", bad, len(rows))}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func tableRows(cmd *cobra.Command) (rows []tableRow, err error) {
	for _, class := range []certify.Class{certify.Printer, certify.Scanner, certify.Dongle} {
		for _, name := range testbench.Profiles(class) {
			p, err := testbench.ExamineProfile(cmd.Context(), class, name)
			if err != nil {
				return nil, err
			}
			rows = append(rows, tableRow{Class: class, Profile: name, Want: p.Want, Got: p.Got, OK: p.Want == p.Got, Verdict: p.Verdict, Grade: p.Grade})
		}
	}
	for _, c := range testbench.KnownBad() {
		r, err := c.Examine(cmd.Context())
		if err != nil {
			return nil, err
		}
		row := tableRow{Class: c.Class, Profile: c.Profile, Defect: c.Defect.Name, Says: c.Defect.Says, Want: "fails " + c.Check, Verdict: r.Verdict}
		row.Got, row.OK = "passes "+c.Check, r.Verdict == certify.Fail
		if row.OK {
			row.Got = "fails " + c.Check
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (a *app) printTable(rows []tableRow) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "class\tdevice\twritten down\tgot")
	for _, r := range rows {
		name, got := r.Profile, r.Got
		if r.Defect != "" {
			name += " + " + r.Defect
		}
		if !r.OK {
			got += "  WRONG"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Class, name, r.Want, got)
	}
	return w.Flush()
}
