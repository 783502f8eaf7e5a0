package play

import (
	"fmt"

	"stormrig/scenarios/report"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// unmet lists the figures that a scenario expects and did not get.
func unmet(want spec.Expect, res *report.Result, events []history.Event) []string {
	var out []string
	figure := func(name string, want *int, got func() int) {
		if want == nil {
			return
		}
		if n := got(); n != *want {
			out = append(out, fmt.Sprintf("%s: the scenario expects %d, the day had %d", name, *want, n))
		}
	}
	figure("rung", want.Rung, func() int { return res.Sales.Rung })
	figure("dark", want.Dark, func() int { return res.Sales.Dark })
	figure("conflicts", want.Conflicts, func() int { return conflicts(events) })
	figure("receivables", want.Receivables, func() int { return res.Owed.Payments })
	return out
}

// conflicts is what the hub's books hold open for a person at the end.
func conflicts(events []history.Event) int {
	for i := len(events) - 1; i >= 0; i-- {
		if e := &events[i]; e.Kind == history.KindState && e.Who == "hub" {
			return int(e.Done)
		}
	}
	return 0
}
