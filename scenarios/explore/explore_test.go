package explore_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"stormrig/scenarios/explore"
	"stormrig/scenarios/files"
	"stormrig/scenarios/spec"
)

// timed is the clock of the tests: rates are printed, nothing is decided by it.
func timed() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}

func options(sc *spec.Scenario) explore.Options {
	return explore.Options{Scenario: sc, Name: sc.Name, Seed: sc.Seed, Depth: 2, Shard: 1, Shards: 1, Workers: 2, Clock: timed()}
}

func TestOneSaleWhole(t *testing.T) {
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	r, err := explore.Explore(context.Background(), options(sc))
	require.NoError(t, err)
	require.NoError(t, r.Text(os.Stdout))
	require.True(t, r.Complete())
	require.Zero(t, r.Failures)
}
