package shrink

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"stormrig/scenarios/report"
)

// Files beside the scenario and the plan.
const (
	FileStory  = "story.txt"
	FileShrunk = report.FileShrunk
)

// Told is a shrunk case as JSON. Fields may be added, never changed.
type Told struct {
	Scenario  string   `json:"scenario"`
	Seed      int64    `json:"seed"`
	Invariant string   `json:"invariant"`
	Detail    string   `json:"detail"`
	Was       Size     `json:"was"`
	Is        Size     `json:"is"`
	Runs      int      `json:"runs"`
	Whole     bool     `json:"whole"` // nothing more can be taken away
	Story     []string `json:"story"`
	NoReturn  *Return  `json:"no_return,omitempty"`
	Out       string   `json:"out,omitempty"`
	Again     string   `json:"again,omitempty"`
}

// Tell makes the words of a result.
func Tell(r *Result, ret *Return) *Told {
	detail := r.Outcome.Details[r.Invariant]
	return &Told{Scenario: r.Scenario.Name, Seed: r.Seed, Invariant: r.Invariant, Detail: detail, Was: r.Was, Is: r.Is,
		Runs: r.Runs, Whole: r.Whole, Story: Story(r.Outcome.Events, r.Invariant, detail), NoReturn: ret}
}

// Write makes a folder of a shrunk case that replay and shrink take: scenario,
// plan, story, and the result as JSON. Nothing is overwritten: where path is
// taken, the folder is path-2, and so on. It fills in Out and Again, a line
// that calls this program as it was called.
func Write(path, program string, r *Result, t *Told) error {
	folder, err := report.NewFolder(path)
	if err != nil {
		return err
	}
	t.Out, t.Again = folder.Path, program+" replay "+report.Quote(folder.Path)
	plan, err := r.Plan.Encode()
	if err != nil {
		return err
	}
	told, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the shrunk case: %w", err)
	}
	for _, f := range []struct {
		name string
		text []byte
	}{
		{report.FileScenario, WithPlan(r.Case).YAML()},
		{report.FilePlan, plan},
		{FileStory, []byte(Text(t))},
		{FileShrunk, append(told, '\n')},
	} {
		if err := os.WriteFile(filepath.Join(folder.Path, f.name), f.text, 0o644); err != nil {
			return fmt.Errorf("writing the shrunk case: %w", err)
		}
	}
	return nil
}

// Text tells a shrunk case to a person.
func Text(t *Told) string {
	p := new(strings.Builder)
	fmt.Fprintf(p, "%s violated by %s and %s (%s and %s before; %d runs", t.Invariant, count(t.Is.Sales, "sale"), count(t.Is.Faults, "fault"),
		count(t.Was.Sales, "sale"), count(t.Was.Faults, "fault"), t.Runs)
	if !t.Whole {
		p.WriteString("; the budget ended before it could not be made smaller")
	}
	p.WriteString(")\n\n")
	for _, line := range t.Story {
		fmt.Fprintf(p, "  %s\n", line)
	}
	if r := t.NoReturn; r != nil {
		fmt.Fprintf(p, "\n%s\n", r.Text())
	}
	if t.Again != "" {
		fmt.Fprintf(p, "\nagain  %s\n", t.Again)
	}
	return p.String()
}

// Text says the point of no return.
func (r *Return) Text() string {
	switch {
	case r.Never:
		return "no return  never: it fails without any fault, too"
	case r.Always:
		return fmt.Sprintf("no return  only at the end: after %q the run could still be saved (%d branches)", r.Last.Words, r.Branches)
	}
	return fmt.Sprintf("no return  up to event %d (%s) the run could still be saved;\n           from event %d (%s) on it is lost, whatever follows (%d branches, %d confirmed)",
		r.Last.N, r.Last.Words, r.Gone.N, r.Gone.Words, r.Branches, r.Confirmed)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
