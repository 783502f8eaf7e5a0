package check_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// TestAPrintersWordMayBeHeardLateOnABench: whoever watches a device of a bench
// hears of it by another wire than the till.
func TestAPrintersWordMayBeHeardLateOnABench(t *testing.T) {
	for rig, want := range map[string]string{"hardware": check.Holds, "sim": check.Violated} {
		events := slices.Clone(checktest.Good())
		header := *events[0].Header
		header.Rig = rig
		events[0].Header = &header
		i := slices.IndexFunc(events, func(e history.Event) bool { return e.Kind == history.KindComplete })
		said := events[i]
		events = slices.Insert(slices.Delete(events, i, i+1), i+3, said) // behind the till's note
		for n := range events {
			events[n].N = int64(n) + 1
		}
		for _, r := range judge(t, events) {
			if r.ID == "R6" {
				assert.Equal(t, want, r.Verdict, "%s: %s", rig, r.Detail())
			}
		}
	}
}
