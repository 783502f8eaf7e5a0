package explore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos/sabotage"
	"stormrig/scenarios/explore"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

func oneSale(t testing.TB) *spec.Scenario {
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	return sc
}

// storedCard is one card that the dongle stores while the network is down, and
// the vault with it.
func storedCard(t testing.TB) *spec.Scenario {
	sc, err := files.Scenario("one-stored-card")
	require.NoError(t, err)
	return sc
}

func options(sc *spec.Scenario) explore.Options {
	var looks atomic.Int64 // a clock that goes on by a millisecond a look
	return explore.Options{
		Scenario: sc, Program: "./stormrig", Name: sc.Name, Seed: sc.Seed, Depth: 2, Shard: 1, Shards: 1, Workers: 2,
		Clock: func() time.Duration { return time.Duration(looks.Add(1)) * time.Millisecond },
	}
}

func whole(t *testing.T, o explore.Options) *explore.Report {
	r, err := explore.Explore(context.Background(), o)
	require.NoError(t, err)
	for _, f := range r.Failed {
		t.Errorf("%s\n%s\n%s", f.Where, f.What, f.Replay)
	}
	require.True(t, r.Complete())
	require.True(t, r.Holds(), r.Claim)
	t.Log(r.Claim)
	return r
}

func TestOneSaleWhole(t *testing.T) {
	r := whole(t, options(oneSale(t)))
	assert.Greater(t, r.CutPoints, int64(500))
	assert.Greater(t, r.States, int64(150))
	assert.GreaterOrEqual(t, r.Represented, r.States)
	assert.Greater(t, r.Nested, r.States, "recoveries were cut")
	assert.Positive(t, r.Ambiguous.EIO)
	assert.Positive(t, r.Ambiguous.Killed)
	assert.Positive(t, r.Ambiguous.Acks)
	assert.Positive(t, r.Lying.FoundByTill)
	assert.Positive(t, r.Lying.FoundByWitness)
	assert.Equal(t, r.Lying.States, r.Lying.Harmless+r.Lying.FoundByTill+r.Lying.FoundByWitness+r.Lying.NoWitness)
	assert.Positive(t, r.FloorPerSecond)
}

func TestCardInTheDarkWhole(t *testing.T) {
	o := options(storedCard(t))
	o.DiskOnly = testing.Short()
	r := whole(t, o)
	assert.Greater(t, r.States, int64(250))
}

// TestCardDroppedFirst: card data that goes before the end of its payment is
// durable is missed after one cut between the two.
func TestCardDroppedFirst(t *testing.T) {
	o := options(storedCard(t))
	o.Depth, o.DiskOnly, o.First = 1, true, true
	o.Rig = rig.Options{Sabotage: sabotage.Set{CardDroppedFirst: true}}
	r, err := explore.Explore(context.Background(), o)
	require.NoError(t, err)
	require.Positive(t, r.Failures)
	assert.Contains(t, r.Failed[0].What, "violated P10")
}

// One card at a terminal, cut everywhere: what it approved is sold and
// confirmed, or undone. A till that confirms before it has written the sale is
// found, at the first cut between the two.
func TestTerminalCard(t *testing.T) {
	sc, err := files.Scenario("one-terminal-card")
	require.NoError(t, err)
	o := options(sc)
	o.Depth, o.DiskOnly = 1, true
	r := whole(t, o)
	assert.Greater(t, r.CutPoints, int64(400))
	o.Rig = rig.Options{Sabotage: sabotage.Set{ConfirmBeforeCommit: true}}
	o.First = true
	r, err = explore.Explore(context.Background(), o)
	require.NoError(t, err)
	require.Positive(t, r.Failures)
	assert.Contains(t, r.Failed[0].What, "violated P11")
}

// What a session did counts in the next; shards come to the same as a whole.
func TestResumeAndShards(t *testing.T) {
	base := options(oneSale(t))
	base.Depth, base.DiskOnly = 1, true
	want := whole(t, base)
	dir := t.TempDir()
	var names []string
	for i := range 3 {
		o := base
		o.Shard, o.Shards, o.State = i+1, 3, filepath.Join(dir, "shard", string(rune('a'+i)))
		names = append(names, o.State)
		if i == 0 {
			breakOff(t, o)
			o.Progress = func(p explore.Progress) { assert.GreaterOrEqual(t, p.Earlier, 2) }
		}
		r, err := explore.Explore(context.Background(), o)
		require.NoError(t, err)
		require.False(t, r.Complete())
		o.Depth = 2
		_, err = explore.Explore(context.Background(), o)
		require.ErrorIs(t, err, explore.ErrOther)
	}
	merged, err := explore.Merge(names)
	require.NoError(t, err)
	require.True(t, merged.Complete())
	assertSame(t, want, merged)
}

// breakOff ends an exploration after two steps and tears the last line of its
// file.
func breakOff(t *testing.T, o explore.Options) {
	ctx, cancel := context.WithCancel(context.Background())
	o.Progress = func(p explore.Progress) {
		if p.Done == 2 {
			cancel()
		}
	}
	_, err := explore.Explore(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	f, err := os.OpenFile(o.State, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"task":3,"tally":{"cut_poi`)
	require.NoError(t, errors.Join(err, f.Close()))
}

// assertSame compares all but what depends on the machine.
func assertSame(t *testing.T, want, got *explore.Report) {
	a, b := want.Tally, got.Tally
	a.Spent, b.Spent = explore.Spent{}, explore.Spent{}
	assert.Equal(t, a, b)
}
