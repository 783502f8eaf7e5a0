package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/check/checktest"
	"stormrig/sim/history"
)

// BenchmarkJudge is the cost of judging a whole Saturday: about 6,000 events
// with 1,800 exported entries (three holders of 600).
func BenchmarkJudge(b *testing.B) {
	events := checktest.Long(190)
	entries := 0
	for i := range events {
		if events[i].Kind == history.KindEntry {
			entries++
		}
	}
	for b.Loop() {
		v, err := check.NewView(events)
		require.NoError(b, err)
		check.Run(v)
		check.Count(v)
	}
	b.ReportMetric(float64(len(events)), "events")
	b.ReportMetric(float64(entries), "entries")
}
