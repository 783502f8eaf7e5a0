package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/bench/suite"
)

func report(rounds ...float64) *suite.Report {
	return &suite.Report{Engines: []suite.Row{{Name: "stormrig", Callers: 1, Rounds: rounds}, {Name: "only", Callers: len(rounds), Rounds: rounds}}}
}

func TestAgainst(t *testing.T) {
	then := report(1.50, 1.52, 1.48, 1.51, 1.49, 1.50, 1.53)
	for _, tc := range []struct {
		name           string
		now            *suite.Report
		differs, worse bool
	}{
		{"the same", report(1.51, 1.50, 1.49, 1.52, 1.48, 1.50, 1.51), false, false},
		{"a fifth slower", report(1.20, 1.21, 1.19, 1.22, 1.18, 1.20, 1.21), true, true},
		{"a little slower, which is tolerated", report(1.45, 1.46, 1.44, 1.455, 1.45, 1.44, 1.46), true, false},
		{"faster", report(1.70, 1.71, 1.69, 1.72, 1.68, 1.70, 1.71), true, false},
		{"slower, but all over the place", report(0.5, 2.5, 1.0, 2.0, 1.49, 0.7, 3), false, false},
		{"too few rounds to say", report(1.2, 1.2), false, false},
	} {
		got, err := Against(then, tc.now, 0.05)
		require.NoError(t, err, tc.name)
		assert.Equal(t, tc.differs, got[0].Differs, "%s: %v", tc.name, got[0].String())
		assert.Equal(t, tc.worse, got[0].Worse, "%s: %v", tc.name, got[0].String())
	}
	_, err := Against(then, &suite.Report{Engines: []suite.Row{{Name: "other"}}}, 0)
	require.ErrorContains(t, err, "in common")
}
