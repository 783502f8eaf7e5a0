package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// judged is the JSON of 'check'.
type judged struct {
	Scenario   string            `json:"scenario"`
	Rig        string            `json:"rig"`
	Seed       int64             `json:"seed"`
	Level      int               `json:"level"`
	Events     int               `json:"events"`
	Verdict    string            `json:"verdict"`
	Invariants []judgedInvariant `json:"invariants"`
}

type judgedInvariant struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict"`
	Checked int    `json:"checked"`
	Detail  string `json:"detail"`
}

func (a *app) check() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "check HISTORY",
		Short: "Judge a written history again",
		Long: `Judge a history (history.jsonl, or the folder with it) by the checkers of this
build, which read nothing else. 'stormrig explain history' prints its schema.`,
		Args: exactly("HISTORY"),
		RunE: func(_ *cobra.Command, args []string) error {
			j, err := judge(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				err = a.printJSON("check", j)
			} else {
				err = a.printJudged(j)
			}
			if err != nil {
				return err
			}
			return verdictError(j.Verdict)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func judge(path string) (judged, error) {
	var j judged
	if info, err := os.Stat(path); err != nil {
		return j, err
	} else if info.IsDir() {
		path = filepath.Join(path, "history.jsonl")
	}
	in, err := os.Open(path)
	if err != nil {
		return j, err
	}
	defer in.Close()
	events, err := history.Read(in)
	if err != nil {
		return j, usage("stormrig explain history prints the schema", "%s is no history: %w", path, err)
	}
	view, err := check.NewView(events)
	if err != nil {
		return j, usage("stormrig explain history prints the schema", "%s cannot be judged: %w", path, err)
	}
	results := check.Run(view)
	h := view.Header
	j = judged{Scenario: h.Scenario, Rig: h.Rig, Seed: h.Seed, Level: h.Level, Events: len(events)}
	j.Verdict = check.Verdict(results, converged(events), 0)
	for _, r := range results {
		j.Invariants = append(j.Invariants, judgedInvariant{r.ID, r.Verdict, r.Checked, r.Detail()})
	}
	return j, nil
}

// converged tells whether the run came to its end and was quiet then.
func converged(events []history.Event) bool {
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; e.Kind == history.KindAct && e.State == "end" {
			return e.Text != "stalled"
		}
	}
	return false
}

func (a *app) printJudged(j judged) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s, rig %s, seed %d, level %d, %d events: %s\n\n", j.Scenario, j.Rig, j.Seed, j.Level, j.Events, j.Verdict)
	for _, r := range j.Invariants {
		fmt.Fprintf(w, "%s\t%s\t%d checked\t%s\n", r.ID, r.Verdict, r.Checked, r.Detail)
	}
	return w.Flush()
}
