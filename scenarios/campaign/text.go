package campaign

import (
	"fmt"
	"io"
	"strings"

	"stormrig/scenarios/report"
	"stormrig/scenarios/shrink"
)

// mostGroups and mostMissing are how many lines of a kind a person wants.
const (
	mostGroups  = 8
	mostMissing = 6
)

// Text writes what a person reads in ten seconds.
func Text(w io.Writer, s *Summary) error {
	p := new(strings.Builder)
	word := s.Verdict
	if s.Interrupted {
		word = "interrupted"
	}
	fmt.Fprintf(p, "\n%s  %d of %d runs: %d hold, %d with new failures, %d with known ones\n", strings.ToUpper(word), s.Runs, s.Planned, s.Holds, s.New, s.Known)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(p, "  %-9s "+format+"\n", append([]any{name}, args...)...)
	}
	row("played", "%d sales, %d faults struck, %d distinct runs, %.0f s", s.Sales, s.Faults, s.DistinctDigests, s.WallSeconds)
	for i, g := range s.Groups {
		if i == mostGroups {
			row("", "and %d more kinds of failure", len(s.Groups)-i)
			break
		}
		row("new", "%4d x %s %s", g.Runs, g.Invariant, firstLine(g.Detail))
		row("", "       %s", g.Again)
	}
	for _, k := range s.Fixed {
		row("fixed", "no run met %s: take it out of the baseline", k)
	}
	for _, k := range s.Expired {
		row("expired", "%s", k)
	}
	c := s.Coverage
	row("reached", "%d of %d states of the matrix (%d cannot be)", c.Reached, c.Cells, c.Impossible)
	row("", "%d of %d pairs of faults struck a till within 5 s", c.PairsMet, c.Pairs)
	for i, name := range c.Missing {
		if !c.Asked {
			row("", "that %d were not decides nothing: %s", len(c.Missing), why(s))
			break
		}
		if i == mostMissing {
			row("", "and %d more", len(c.Missing)-i)
			break
		}
		row("not", "%s", name)
	}
	for _, name := range c.Wrong {
		row("surprise", "%s was said to be impossible", name)
	}
	canary := "red, as it must be"
	if !s.Canary.Red {
		canary = "NOT red: this campaign sees nothing"
	}
	row("canary", "%s: %s", s.Canary.What, canary)
	if s.Evidence != "" {
		row("evidence", "%s", s.Evidence)
		row("again", "%s replay %s", s.program, report.Quote(s.Evidence))
	}
	if s.Shrunk != nil {
		fmt.Fprintf(p, "\nthe first new failure, made small: %s", shrink.Text(s.Shrunk))
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// why the states that were not reached do not decide.
func why(s *Summary) string {
	switch {
	case s.Runs < leastRuns:
		return fmt.Sprintf("it takes %d runs (or --coverage on)", leastRuns)
	case s.Coverage.Rare > 0:
		return fmt.Sprintf("%d others were reached by fewer than %d runs, so more seeds reach more (or --coverage on)", s.Coverage.Rare, leastHits)
	}
	return "--coverage off"
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 110 {
		return string(r[:107]) + "..."
	}
	return s
}
