package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	bench "stormrig/hil/rig"
	"stormrig/scenarios/explain"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

func (a *app) explain() *cobra.Command {
	schema := false
	cmd := &cobra.Command{
		Use:   "explain FAULT|INVARIANT|SCENARIO|CATALOGUE|KEY|scenario|history",
		Short: "Say in plain words what something is",
		Long: `Say what a fault does, what an invariant guards against, what a built-in
scenario plays, what a catalogue sells, what a key of a scenario file is;
'scenario' explains the file format, 'history' prints the schema of the record of a run.`,
		Example: "  stormrig explain drop\n  stormrig explain J1\n  stormrig explain storm-saturday\n  stormrig explain payment.caps\n  stormrig explain scenario --schema",
		Args:    exactly("a name"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.explainName(args[0], schema)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return explainable(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema (scenario, catalogue, history, rig-file)")
	return cmd
}

// explainable lists every name that can be explained.
func explainable() []string {
	names := []string{"scenario", "catalogue", "history", "rig-file"}
	for _, k := range spec.Kinds() {
		names = append(names, string(k))
	}
	for _, inv := range explain.Invariants() {
		names = append(names, inv.ID)
	}
	for _, k := range spec.Keys() {
		if last := k.Path[strings.LastIndex(k.Path, ".")+1:]; !slices.Contains(names, last) {
			names = append(names, last)
		}
	}
	return slices.Concat(names, files.Names(), files.Catalogues())
}

func (a *app) explainName(name string, schema bool) error {
	if schema || name == "history" {
		return a.explainSchema(name)
	}
	if inv, ok := explain.ByID(strings.ToUpper(name)); ok {
		a.explainInvariant(inv)
		return nil
	}
	if f, ok := explain.FaultByKind(name); ok {
		a.explainFault(f)
		return nil
	}
	switch name {
	case "rig-file":
		fmt.Fprint(a.Stdout, rigFormat)
		return nil
	case "scenario":
		fmt.Fprint(a.Stdout, explain.ScenarioFormat())
		return nil
	case "catalogue":
		fmt.Fprint(a.Stdout, explain.CatalogueFormat)
		return nil
	}
	for _, n := range files.Names() {
		if n == name {
			return a.explainScenario(name)
		}
	}
	if slices.Contains(files.Catalogues(), name) {
		return a.explainCatalogue(name)
	}
	if keys, shown := explain.Keys(name); len(keys) > 0 {
		for _, k := range keys {
			a.paragraph(k.Path, k.Says)
		}
		fmt.Fprintf(a.Stdout, "In a scenario\n%s", indent(strings.Join(shown, "")))
		return nil
	}
	hint := "stormrig list names everything"
	if near := spec.Near(name, explainable()); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usage(hint, "there is nothing called %q", name)
}

func (a *app) explainSchema(name string) error {
	var out []byte
	var err error
	switch name {
	case "scenario":
		out, err = spec.Schema()
	case "catalogue":
		out, err = spec.CatalogueSchema()
	case "history":
		out = history.JSONSchema()
	case "rig-file":
		out, err = bench.Schema()
	default:
		return usage("stormrig explain scenario --schema", "%q has no schema", name)
	}
	if err != nil {
		return err
	}
	_, err = a.Stdout.Write(out)
	return err
}

const textWidth = 78

func (a *app) paragraph(title, text string) {
	if text != "" {
		fmt.Fprintf(a.Stdout, "%s\n%s\n", title, wrap(text, textWidth, "  "))
	}
}

func (a *app) explainInvariant(inv explain.Invariant) {
	fmt.Fprintf(a.Stdout, "%s\n", inv.ID)
	a.paragraph("What must hold", inv.Holds)
	a.paragraph("Seen in the field", inv.Seen)
	a.paragraph("How it is checked", inv.Checked)
}

func (a *app) explainFault(f explain.Fault) {
	fmt.Fprintf(a.Stdout, "%s: %s\n", f.Kind, f.Title)
	a.paragraph("What happens", f.Does)
	if len(f.Modes) > 0 {
		fmt.Fprintln(a.Stdout, "How")
		for _, m := range f.Modes {
			fmt.Fprintf(a.Stdout, "  %s\n%s\n", m.Write, wrap(m.Does, textWidth, "      "))
		}
	}
	a.paragraph("What must hold", f.Must)
	fmt.Fprintln(a.Stdout, "In a scenario")
	for _, line := range f.Write {
		fmt.Fprintf(a.Stdout, "  - %s\n", line)
	}
}

func (a *app) explainScenario(name string) error {
	s, err := files.Scenario(name)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "%s: %s\n", s.Name, s.Title)
	fmt.Fprintln(a.Stdout, wrap(s.Story, textWidth, "  "))
	text, err := files.Text(name)
	if err != nil {
		return fmt.Errorf("built-in scenario: %w", err)
	}
	fmt.Fprintf(a.Stdout, "The file\n%s", indent(string(text)))
	return nil
}

// explainCatalogue lists the articles of a built-in catalogue.
func (a *app) explainCatalogue(name string) error {
	c, err := files.Catalogue(name)
	if err != nil {
		return fmt.Errorf("built-in catalogue: %w", err)
	}
	fmt.Fprintf(a.Stdout, "%s: %d items, prices in %s with the tax in them\n", c.Name, len(c.Items), c.Currency)
	for _, it := range c.Items {
		fmt.Fprintf(a.Stdout, "\n%s (tax %s)\n", it.Name, spec.Percent(it.TaxBP))
		for _, v := range it.Variants {
			fmt.Fprintf(a.Stdout, "  %-34s %-13s %14s %6d in stock\n", it.SKU(v), v.Barcode, c.Currency.Format(v.Price), v.Stock)
		}
	}
	return nil
}

func indent(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return "  " + strings.Join(lines, "\n  ") + "\n"
}
