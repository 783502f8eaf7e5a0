package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/prove"
	"stormrig/scenarios/spec"
)

func (a *app) prove() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "prove [SABOTAGE...]",
		Short: "Put known bugs into the till, one by one, and see that each is caught",
		Long: `Prove that the harness would notice. Each sabotage is a deliberate bug that was
seen in the field. It is put into the till, and its day is played seed by seed
until the checker that is there for it reports it. Then the same days and seeds
are played with an honest till, of which no checker may complain.

Without names all sabotages are tried; 'stormrig list' names them. Exit code 1:
one was not caught by its checker, or the honest till was blamed.`,
		Example: "  stormrig prove\n  stormrig prove --json\n  stormrig prove blind-retry poison-queue",
		RunE: func(cmd *cobra.Command, names []string) error {
			return a.proveAll(cmd.Context(), names, asJSON)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return sabotageNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (a *app) proveAll(ctx context.Context, names []string, asJSON bool) error {
	spareMemory()
	job := prove.Job{Workers: runtime.GOMAXPROCS(0)}
	for _, name := range names {
		s, ok := prove.Find(name)
		if !ok {
			hint := "stormrig list names them"
			if near := spec.Near(name, sabotageNames()); near != "" {
				hint = "did you mean " + near + "?"
			}
			return usage(hint, "there is no sabotage %q", name)
		}
		job.Sabotages = append(job.Sabotages, s)
	}
	line := newProgressLine(a.IO)
	job.Progress = line.proof
	began := time.Now()
	r, err := prove.Run(ctx, job)
	line.clear()
	if err != nil {
		return interruption(ctx, err)
	}
	took := time.Since(began).Seconds()
	if asJSON {
		err = a.printJSON("prove", struct {
			*prove.Report
			WallSeconds float64 `json:"wall_seconds"`
		}{r, took})
	} else {
		err = proofText(a.Stdout, r, took)
	}
	if err == nil && !r.Proven() {
		err = &Exit{Code: Violated}
	}
	return err
}

func listedSabotages() []listedSabotage {
	var out []listedSabotage
	for _, s := range prove.Catalogue() {
		out = append(out, listedSabotage{s.Name, s.By, s.FieldCase})
	}
	return out
}

func sabotageNames() []string {
	var names []string
	for _, s := range prove.Catalogue() {
		names = append(names, s.Name)
	}
	return names
}

func (l *progressLine) proof(p prove.Progress) {
	if !l.due() {
		return
	}
	if p.Control {
		fmt.Fprintf(l.out, "%scontrol: %d of %d runs of an honest till, %d sabotages caught", erase, p.Done, p.Of, p.Caught)
		return
	}
	fmt.Fprintf(l.out, "%s%d of %d sabotages: %d caught  %s", erase, p.Done, p.Of, p.Caught, p.Name)
}

// proofText prints a table for people: what was put in, who caught it.
func proofText(w io.Writer, r *prove.Report, seconds float64) error {
	out := &printer{w: w}
	out.line("%-6s %-28s %-9s %s\n", "by", "sabotage", "", "seen in the field")
	for _, s := range r.Sabotages {
		on := fmt.Sprintf("seed %d", s.Seeds)
		if !s.Caught {
			on = "MISSED"
		}
		out.line("%-6s %-28s %-9s %s\n", s.By, s.Name, on, s.FieldCase)
		switch {
		case !s.Caught && s.Broke != "":
			out.line("       in %d seeds of %s; %s\n", s.Seeds, s.Day, s.Broke)
		case !s.Caught && len(s.Also) > 0:
			out.line("       in %d seeds of %s; reported by %s alone\n", s.Seeds, s.Day, strings.Join(s.Also, " "))
		case !s.Caught:
			out.line("       in %d seeds of %s; nobody reported it\n", s.Seeds, s.Day)
		}
	}
	out.line("\n%d of %d caught, each by the checker that is there for it.\n", r.Caught, r.Total)
	for _, b := range r.Blamed {
		out.line("the honest till was blamed: %s\n", b)
	}
	if r.CleanControl {
		out.line("Control: %d runs of the same days and seeds with an honest till, nothing reported.\n", r.Control.Runs)
	}
	out.line("%.1f s\n", seconds)
	return out.err
}

// printer keeps the first error of many lines.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
