package play

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"stormrig/scenarios/check"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// begun is the bundle of a run that may not have come to its end: nothing in
// it asks a machine.
func (p *player) begun() *report.Bundle {
	r := p.run
	return &report.Bundle{
		Scenario: r.Scenario, Plan: r.Plan, Events: r.History(), Line: p.job.Line,
		Result: report.Result{
			Schema: 1, Version: p.job.Version, Command: p.job.Command,
			Scenario: r.Scenario.Name, Rig: "sim", Seed: r.Seed, Plan: r.Plan,
			Build:  report.Build{Stormrig: p.job.Version, Till: "stormrig reference till " + p.job.Version},
			Events: r.World().Events(), Invented: r.Scenario.Invented,
		},
	}
}

// facts is the bundle of a run that ended, before it is judged.
func (p *player) facts() *report.Bundle {
	b := p.begun()
	b.Result.VirtualSeconds = float64(p.run.World().Now()-time.Duration(b.Events[0].T)) / float64(time.Second)
	opens := p.run.Scenario.Shop.Opens
	for _, f := range p.run.Faults() {
		if f.Fired {
			f.Why = report.NoEffect(f.Fault, b.Events)
		}
		b.Result.Faults = append(b.Result.Faults, report.Fault{
			ID: f.Fault.ID, Kind: string(f.Fault.Kind), Target: f.Fault.Target, When: f.Fault.When.String(), Words: report.FaultWords(f.Fault, opens),
			Fired: f.Fired, Optional: f.Fault.Optional, Why: f.Why,
		})
	}
	return b
}

// judge runs the checkers and completes the bundle.
func (p *player) judge() error {
	b := p.bundle
	if err := judged(b, p.job.Scenario, p.run.Converged(), nil); err != nil {
		return err
	}
	res := &b.Result
	res.Digest = digest(p.run, b)
	if of := p.job.Replay; of != nil {
		of.Reproduced = of.Digest == res.Digest
		if of.Invariant != "" { // a case made small has no digest
			of.Reproduced = slices.ContainsFunc(b.Checks, func(c check.Result) bool { return c.ID == of.Invariant && c.Verdict == check.Violated })
		}
		res.Replay = of
	}
	return nil
}

// judged runs the checkers over a bundle's events and completes its result,
// but for the digest. unseen says of a checker what nobody saw that it needs;
// nil: everything was seen.
func judged(b *report.Bundle, sc *spec.Scenario, converged bool, unseen func(check.Result) string) error {
	v, err := check.NewView(b.Events)
	if err != nil {
		return fmt.Errorf("judging the history: %w", err)
	}
	b.Checks = check.Run(v)
	res := &b.Result
	for i, c := range b.Checks {
		if unseen != nil {
			if why := unseen(c); why != "" {
				c = check.Result{ID: c.ID, Verdict: check.NotExercised, Note: why}
				b.Checks[i] = c
			}
		}
		res.Invariants = append(res.Invariants, report.Invariant{ID: c.ID, Verdict: c.Verdict, Checked: c.Checked, Detail: c.Detail()})
	}
	counts := check.Count(v)
	res.Sales, res.Cuts, res.Images = counts.Sales, counts.Cuts, counts.Images
	unfired := 0
	for _, f := range res.Faults {
		if !f.Fired && !f.Optional {
			unfired++
		}
	}
	res.Owed = owed(b.Events)
	res.Unmet = unmet(sc.Expect, res, b.Events)
	res.Verdict = check.Verdict(b.Checks, converged, unfired)
	if len(res.Unmet) > 0 && res.Verdict != check.RunStalled {
		res.Verdict = check.RunViolated
	}
	return nil
}

// digest covers the run, the head of every chain in every place, and what the
// checkers said.
func digest(r *rig.Run, b *report.Bundle) string {
	h := sha256.New()
	io.WriteString(h, r.Digest())
	var last *history.Event
	head := func() {
		if last != nil {
			fmt.Fprintf(h, "\n%s %s/%d/%d %s", last.Who, last.Device, last.Inc, last.Seq, last.Hash)
		}
	}
	for i := range b.Events {
		e := &b.Events[i]
		if e.Kind != history.KindEntry {
			continue
		}
		if last != nil && (e.Who != last.Who || e.Device != last.Device || e.Inc != last.Inc) {
			head()
		}
		last = e
	}
	head()
	for _, c := range b.Checks {
		fmt.Fprintf(h, "\n%s %s %d", c.ID, c.Verdict, c.Checked)
	}
	fmt.Fprintf(h, "\n%s %q", b.Result.Verdict, b.Result.Unmet)
	return hex.EncodeToString(h.Sum(nil))
}

// claim is what a customer owes: after a late decline, or for a payment that a
// terminal undid.
type claim struct {
	Ref        string `json:"ref"`
	Receivable int64  `json:"receivable"`
}

// owed sums up what customers owe, over every till's own journal.
func owed(events []history.Event) (sum report.Owed) {
	seen := make(map[string]bool)
	for i := range events {
		e := &events[i]
		if e.Kind != history.KindEntry || e.Who != e.Device {
			continue
		}
		var entry struct {
			Facts []struct {
				Forward   *claim `json:"forward"`
				Exception *claim `json:"exception"`
			} `json:"facts"`
		}
		if json.Unmarshal(e.Payload, &entry) != nil {
			continue // J4 says that it is damaged
		}
		for _, f := range entry.Facts {
			for _, c := range []*claim{f.Forward, f.Exception} {
				if c != nil && c.Receivable != 0 && !seen[c.Ref] {
					seen[c.Ref] = true
					sum.Payments++
					sum.Amount += c.Receivable
				}
			}
		}
	}
	return sum
}
