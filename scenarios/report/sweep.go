package report

import (
	"fmt"
	"io"
	"strings"

	"stormrig/scenarios/check"
)

// Line is one run of a sweep in one line.
func Line(b *Bundle) string {
	r := &b.Result
	line := fmt.Sprintf("%-8s  seed %d: %s", strings.ToUpper(r.Verdict), r.Seed, plain(r))
	if missed := Unfired(r); r.Verdict == check.RunBlind && len(missed) > 0 {
		line += "\n          did not fire: " + missed[0] + cond(len(missed) > 1, fmt.Sprintf("; and %d more", len(missed)-1), "")
	}
	if r.Out != "" {
		line += "\n          " + r.Out + cond(b.Taken != "", " ("+b.Taken+" is there already)", "")
	}
	return line + "\n          again: " + b.Line
}

// SummaryText writes what a person reads after a sweep.
func SummaryText(w io.Writer, scenario, again string, s *Summary) error {
	p := new(page)
	v := s.Verdicts
	word := s.Verdict()
	switch {
	case s.Interrupted:
		word = "interrupted"
	case s.Errors > 0:
		word = "broke off"
	}
	fmt.Fprintf(p, "%s  %s, %s: %d hold, %d violated, %d stalled, %d blind\n\n", strings.ToUpper(word), scenario,
		count(s.Runs, "run"), v.Holds, v.Violated, v.Stalled, v.Blind)
	if s.Errors > 0 {
		p.row("errors", "%7d runs broke off; see above", s.Errors)
	}
	if s.Interrupted {
		p.row("stopped", "before all seeds were played")
	}
	n := s.Sales
	p.row("sales", "%s", wide("rung", n.Rung, "journaled", n.Journaled, "at the hub", n.Hub, "in the dark", n.Dark))
	p.row("", "%s", wide("printed", n.Printed, "captured", n.Captured, "lost", n.Lost, "duplicated", n.Duplicated))
	p.row("", "%s", wide("walk-outs", n.Walkouts, "re-rings", n.Rerings, "refused cards", n.RefusedCards))
	cells := cutFields(&s.Cuts)
	for i := 0; i < len(cells); i += 3 { // three a line: the names are long
		var row []any
		for _, c := range cells[i:min(i+3, len(cells))] {
			row = append(row, fmt.Sprintf("%-20s", c.name), *c.n)
		}
		p.row(cond(i == 0, "cuts", ""), "%s", wide(row...))
	}
	p.row("images", "%s", wide("torn", s.Images.Torn, "reordered", s.Images.Reordered))
	p.row("digests", "%7d distinct", s.DistinctDigests)
	p.exercised(s)
	if s.WallSeconds > 0 {
		p.row("time", "%.1f s, %.1f runs a second", s.WallSeconds, float64(s.Runs)/s.WallSeconds)
	}
	p.row("again", "%s", again)
	_, err := w.Write(p.Bytes())
	return err
}

// exercised names the invariants that some runs, or all, had nothing for.
func (p *page) exercised(s *Summary) {
	always, some, never := 0, []string(nil), []string(nil)
	for _, e := range s.Exercised {
		switch e.Runs {
		case s.Runs:
			always++
		case 0:
			never = append(never, e.ID)
		default:
			some = append(some, fmt.Sprintf("%s %d", e.ID, e.Runs))
		}
	}
	p.row("checks", "%7d exercised in every run", always)
	if len(some) > 0 {
		p.row("", "        in some: %s", strings.Join(some, ", "))
	}
	if len(never) > 0 {
		p.row("", "        in none: %s", strings.Join(never, " "))
	}
}

func wide(pairs ...any) string {
	cells := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		cells = append(cells, fmt.Sprintf("%7d %-15s", pairs[i+1], pairs[i]))
	}
	return strings.TrimRight(strings.Join(cells, ""), " ")
}
