package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/scenarios/explain"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

// listing is what 'list' knows.
type listing struct {
	Scenarios  []listedScenario    `json:"scenarios"`
	Catalogues []listedCatalogue   `json:"catalogues"`
	Faults     []explain.Fault     `json:"faults"`
	Invariants []explain.Invariant `json:"invariants"`
	Sabotages  []listedSabotage    `json:"sabotages"`
}

type listedSabotage struct {
	Name      string `json:"name"`
	Invariant string `json:"invariant"`
	FieldCase string `json:"field_case"`
}

type listedScenario struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Sales  int    `json:"sales"`
	Faults int    `json:"faults"`
}

type listedCatalogue struct {
	Name     string `json:"name"`
	Currency string `json:"currency"`
	Items    int    `json:"items"`
	Variants int    `json:"variants"`
}

func (a *app) list() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List built-in scenarios, catalogues, faults, invariants and sabotages",
		Args:  exactly(),
		RunE: func(*cobra.Command, []string) error {
			l, err := makeListing()
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON("list", l)
			}
			return a.printListing(l)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func makeListing() (listing, error) {
	l := listing{Faults: explain.Faults(), Invariants: explain.Invariants(), Sabotages: listedSabotages()}
	for _, name := range files.Names() {
		s, err := files.Scenario(name)
		if err != nil {
			return l, fmt.Errorf("built-in scenario: %w", err)
		}
		l.Scenarios = append(l.Scenarios, listedScenario{name, s.Title, s.SaleCount(), len(s.Weather)})
	}
	for _, name := range files.Catalogues() {
		c, err := files.Catalogue(name)
		if err != nil {
			return l, fmt.Errorf("built-in catalogue: %w", err)
		}
		l.Catalogues = append(l.Catalogues, listedCatalogue{name, string(c.Currency), len(c.Items), len(spec.SKUs(c))})
	}
	return l, nil
}

func (a *app) printListing(l listing) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SCENARIOS")
	for _, s := range l.Scenarios {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", s.Name, s.Title, counted(s.Sales, "sale"), counted(s.Faults, "fault"))
	}
	fmt.Fprintln(w, "\nCATALOGUES")
	for _, c := range l.Catalogues {
		fmt.Fprintf(w, "  %s\t%d items, %d variants, %s\n", c.Name, c.Items, c.Variants, c.Currency)
	}
	fmt.Fprintln(w, "\nFAULTS")
	for _, f := range l.Faults {
		fmt.Fprintf(w, "  %s\t%s\n", f.Kind, f.Title)
	}
	fmt.Fprintln(w, "\nINVARIANTS")
	for _, inv := range l.Invariants {
		fmt.Fprintf(w, "  %s\t%s\n", inv.ID, inv.Holds)
	}
	fmt.Fprintln(w, "\nSABOTAGES")
	for _, s := range l.Sabotages {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Name, s.Invariant, s.FieldCase)
	}
	fmt.Fprintln(w, "\n'stormrig explain NAME' says more about scenarios, faults and invariants,\n'stormrig prove NAME' puts a sabotage into the till.")
	return w.Flush()
}

// counted is a number of things: "1 sale", "0 faults".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// wrap breaks a text into lines of at most width characters.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	col := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case col == 0:
			b.WriteString(indent)
			col = len(indent)
		case col+1+n > width:
			b.WriteString("\n" + indent)
			col = len(indent)
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(word)
		col += n
	}
	return b.String()
}
