package audit

import (
	"fmt"
	"io"
	"strings"
)

// Answer is the report in a sentence.
func (r *Report) Answer() string {
	switch n := len(r.Findings); {
	case n > 0 && r.Findings[0].Kind == FilesDoNotFit:
		return "These files do not fit together."
	case n == 0 && r.Figures.Sales == 0:
		return "Without a sales file nobody can tell."
	case n == 0:
		return "Nothing was lost, as far as these files show."
	case n == 1:
		return "One thing needs a look."
	default:
		return fmt.Sprintf("%d things need a look.", n)
	}
}

// Sums says what is at stake, by direction: money that is missing, and money
// that others are owed.
func (r *Report) Sums() []string {
	var missing, owed int64
	for _, f := range r.Findings {
		switch f.Kind {
		case SaleWithoutCharge, DeclinedLate:
			missing += f.Amount
		case ChargedTwice, ChargedWithoutSale:
			owed += f.Amount
		}
	}
	var out []string
	if missing != 0 {
		out = append(out, fmt.Sprintf("%s of sales were never paid", r.Money(missing)))
	}
	if owed != 0 {
		out = append(out, fmt.Sprintf("%s were charged for which the books have no sale", r.Money(owed)))
	}
	return out
}

// When says which time the sales are of.
func (r *Report) When() string {
	if r.From.IsZero() {
		return ""
	}
	const day = "Monday 2 January 2006"
	if r.From.Format(day) == r.To.Format(day) {
		return r.From.Format(day+", 15:04") + " to " + r.To.Format("15:04")
	}
	return r.From.Format(day+", 15:04") + " to " + r.To.Format(day+", 15:04")
}

// Compared says what was held against what.
func (r *Report) Compared() string {
	f := r.Figures
	var parts []string
	if f.Sales > 0 {
		parts = append(parts, fmt.Sprintf("%d sales over %s", f.Sales, r.Money(f.Total)))
	}
	if f.Charges > 0 {
		parts = append(parts, fmt.Sprintf("%d charges over %s", f.Charges, r.Money(f.Charged)))
	}
	if f.Matched > 0 {
		parts = append(parts, fmt.Sprintf("%d of them belong together (%d by a number, %d by amount and time)", f.Matched, f.Certain, f.Matched-f.Certain))
	}
	if f.Articles > 0 {
		parts = append(parts, fmt.Sprintf("%d articles counted twice", f.Articles))
	}
	return strings.Join(parts, "; ")
}

// Likely writes a likelihood; empty where it is certain.
func Likely(p float64) string {
	if p >= 1 {
		return ""
	}
	return fmt.Sprintf("likely to %.0f %%", 100*p)
}

// WriteText writes the report for a terminal.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Answer())
	if w := r.When(); w != "" {
		fmt.Fprintf(&b, "%s\n", w)
	}
	if c := r.Compared(); c != "" {
		fmt.Fprintf(&b, "%s\n", c)
	}
	for _, s := range r.Sums() {
		fmt.Fprintf(&b, "%s\n", s)
	}
	for i, f := range r.Findings {
		fmt.Fprintf(&b, "\n%d  %s\n   %s", i+1, f.Text, f.Kind)
		if f.Amount != 0 {
			fmt.Fprintf(&b, ", %s", r.Money(f.Amount))
		}
		if l := Likely(f.Likelihood); l != "" {
			fmt.Fprintf(&b, ", %s", l)
		}
		fmt.Fprintf(&b, "\n")
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "     %-22s %s\n", e.Where(), e.Text)
		}
		fmt.Fprintf(&b, "   %s\n", f.Do)
	}
	notes := func(title string, list []Note) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for _, n := range list {
			fmt.Fprintf(&b, "  - %s\n", n.Text)
		}
	}
	notes("normal in this shop", r.Baseline)
	if len(r.Unknown) > 0 {
		fmt.Fprintf(&b, "\nthese files cannot show\n")
		for _, u := range r.Unknown {
			fmt.Fprintf(&b, "  - %s\n", u)
		}
	}
	notes("how the files were read", r.Notes)
	if len(r.Checks) > 0 {
		fmt.Fprintf(&b, "\njudged by\n")
		for _, c := range r.Checks {
			fmt.Fprintf(&b, "  %-3s %-13s %6d checked  %s\n", c.ID, c.Verdict, c.Checked, c.Title)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Where names the line.
func (e Evidence) Where() string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d", e.File, e.Line)
}
