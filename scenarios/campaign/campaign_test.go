package campaign_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/campaign"
	"stormrig/scenarios/check"
	"stormrig/scenarios/coverage"
	"stormrig/scenarios/files"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/shrink"
	"stormrig/scenarios/spec"
)

func scenarios(t *testing.T, names ...string) []*spec.Scenario {
	t.Helper()
	var out []*spec.Scenario
	for _, n := range names {
		sc, err := files.Scenario(n)
		require.NoError(t, err)
		out = append(out, sc)
	}
	return out
}

// TestSwarmsDiffer: seeds draw different kinds of fault, all of them come,
// each plan is valid, and the same seed draws the same.
func TestSwarmsDiffer(t *testing.T) {
	for _, sc := range scenarios(t, files.Names()...) {
		kinds, points, times := map[fault.Kind]int{}, 0, 0
		for seed := range int64(300) {
			p, err := campaign.Swarm(sc, seed)
			require.NoError(t, err)
			again, err := campaign.Swarm(sc, seed)
			require.NoError(t, err)
			assert.Equal(t, p, again)
			for _, f := range p.Faults {
				kinds[f.Kind]++
				assert.True(t, f.Optional, f.ID)
				if f.When.IsPoint() {
					points++
				} else {
					times++
				}
				assert.False(t, f.Kind == fault.Disk && f.Args.Mode == "lie", "an honest till cannot survive a lying disk")
			}
		}
		assert.Greater(t, points, 100, sc.Name)
		assert.Greater(t, times, 100, sc.Name)
		for _, k := range []fault.Kind{fault.Cut, fault.Drop, fault.Kill, fault.Stop, fault.Network, fault.Unplug, fault.Garble, fault.Device, fault.Clock, fault.Disk} {
			assert.Positive(t, kinds[k], "%s: %s", sc.Name, k)
		}
	}
}

// TestDevicesAreDrawn: seeds draw makes and classes where the scenario has none,
// and the scenario that a run leaves as evidence says them.
func TestDevicesAreDrawn(t *testing.T) {
	seen := map[string]int{}
	for _, sc := range scenarios(t, "after-approved", "drawer-and-no-paper", "card-terminal") {
		for seed := range int64(60) {
			job, err := campaign.Job(sc, seed, "test")
			require.NoError(t, err)
			till := job.Scenario.Tills[0]
			seen[sc.Name+" "+till.Printer]++
			seen[sc.Name+" "+till.Dongle]++
			written, err := spec.Parse("x.yaml", job.Scenario.File.YAML(), files.Finder(""))
			require.NoError(t, err)
			assert.Equal(t, job.Scenario.Tills, written.Tills)
		}
		same, err := files.Scenario(sc.Name)
		require.NoError(t, err)
		assert.Equal(t, same, sc, "the scenario itself stays as it is")
	}
	for _, make := range spec.Printers() {
		assert.Positive(t, seen["after-approved "+make], make)
	}
	for _, class := range spec.Dongles() {
		assert.Positive(t, seen["after-approved "+class], class)
	}
	assert.Equal(t, 60, seen["drawer-and-no-paper clone"])
	assert.Equal(t, 60, seen["card-terminal terminal-confirm"])
}

// TestFaultsHaveCompany: a share of the plans aims two faults at one place.
func TestFaultsHaveCompany(t *testing.T) {
	plans := 0
	for seed := range int64(100) {
		p, err := campaign.Swarm(scenarios(t, "after-approved")[0], seed)
		require.NoError(t, err)
		places, met := map[fault.Point]bool{}, false
		for _, f := range p.Faults {
			at := f.When.Point
			at.After = 0
			met = met || f.When.IsPoint() && at.Place != "" && places[at]
			places[at] = true
		}
		if met {
			plans++
		}
	}
	assert.Greater(t, plans, 8)
	assert.Less(t, plans, 50)
}

// TestEditsAreStruck: an edit of some plans finds no hub, and its till is struck.
func TestEditsAreStruck(t *testing.T) {
	struck := 0
	for seed := range int64(100) {
		p, err := campaign.Swarm(scenarios(t, "after-approved")[0], seed)
		require.NoError(t, err)
		edits := map[time.Duration]bool{}
		for _, f := range p.Faults {
			switch {
			case strings.Contains(f.Args.Data, `"edit"`):
				edits[f.When.At] = true
			case f.Target == "phone-hub" && !f.When.IsPoint() && edits[f.When.At+time.Second]:
				struck++
			}
		}
	}
	assert.Greater(t, struck, 3)
}

// TestSwarmHitsPoints: most drawn points exist in the day, or they are no use.
func TestSwarmHitsPoints(t *testing.T) {
	sc := scenarios(t, "after-approved")[0]
	fired, all := 0, 0
	for seed := range int64(30) {
		plan, err := campaign.Swarm(sc, seed)
		require.NoError(t, err)
		r, err := rig.Start(sc, seed, &plan)
		require.NoError(t, err)
		require.NoError(t, r.Finish(), "seed %d", seed)
		for _, f := range r.Faults() {
			if f.Fired {
				fired++
			}
			all++
		}
		r.Close()
	}
	assert.Greater(t, 10*fired, 6*all, "%d of %d", fired, all)
}

// fake plays without a world: seed 3 of one-sale violates J1.
func fake(_ context.Context, job play.Job) (*report.Bundle, error) {
	b := &report.Bundle{Result: report.Result{Verdict: check.RunHolds, Seed: job.Seed, Scenario: job.Scenario.Name,
		Digest: job.Line, Sales: check.Sales{Rung: 2}}}
	switch {
	case job.Scenario.Name == "one-sale" && job.Seed == 3:
		b.Result.Verdict = check.RunViolated
		b.Checks = []check.Result{{ID: "J1", Verdict: check.Violated, Details: []check.Finding{{Text: "sale 17 is gone"}}}}
	case job.Seed == 5:
		return nil, errors.New("a machine broke down")
	}
	return b, nil
}

func options(t *testing.T) campaign.Options {
	return campaign.Options{Scenarios: scenarios(t, "one-sale", "hub-killed"), From: 1, To: 4, Workers: 2, Version: "test", Play: fake}
}

func TestRunsComeInOrder(t *testing.T) {
	o := options(t)
	var order []campaign.Seed
	o.Emit = func(r campaign.Run, res *report.Result) error {
		order = append(order, campaign.Seed{Scenario: r.Scenario, Seed: r.Seed})
		assert.NotNil(t, res)
		return nil
	}
	runs, err := campaign.Play(context.Background(), o)
	require.NoError(t, err)
	assert.Len(t, runs, 8)
	assert.Equal(t, campaign.Seed{Scenario: "one-sale", Seed: 1}, order[0])
	assert.Equal(t, campaign.Seed{Scenario: "hub-killed", Seed: 1}, order[1])
	assert.Equal(t, campaign.Seed{Scenario: "hub-killed", Seed: 4}, order[7])
}

func TestShardsAreAParty(t *testing.T) {
	seen := map[campaign.Seed]int{}
	for i := 1; i <= 3; i++ {
		o := options(t)
		o.Shard, o.Shards = i, 3
		runs, err := campaign.Play(context.Background(), o)
		require.NoError(t, err)
		for _, r := range runs {
			seen[campaign.Seed{Scenario: r.Scenario, Seed: r.Seed}]++
		}
	}
	assert.Len(t, seen, 8)
	for s, n := range seen {
		assert.Equal(t, 1, n, s)
	}
}

func TestStateIsTakenUp(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state.jsonl")
	o := options(t)
	state, done, err := campaign.OpenState(name, campaign.PlanOf(o))
	require.NoError(t, err)
	assert.Empty(t, done)
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	o.Emit = func(r campaign.Run, _ *report.Result) error {
		if n++; n == 3 {
			stop()
		}
		return state.Add(r)
	}
	_, err = campaign.Play(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, state.Close())

	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"scenario":"cut sho`)
	require.NoError(t, err)
	require.NoError(t, f.Close())

	state, done, err = campaign.OpenState(name, campaign.PlanOf(o))
	require.NoError(t, err, "the last line was cut short")
	require.GreaterOrEqual(t, len(done), 3)
	again := 0
	o.Done, o.Emit = done, func(r campaign.Run, _ *report.Result) error { again++; return state.Add(r) }
	assert.Equal(t, 8, o.Total())
	runs, err := campaign.Play(context.Background(), o)
	require.NoError(t, err)
	require.NoError(t, state.Close())
	assert.Len(t, runs, 8)
	assert.Equal(t, 8-len(done), again)

	_, done, err = campaign.OpenState(name, campaign.PlanOf(o))
	require.NoError(t, err)
	assert.Len(t, done, 8)
	o.To = 9
	_, _, err = campaign.OpenState(name, campaign.PlanOf(o))
	assert.ErrorIs(t, err, campaign.ErrOtherCampaign)
}

// Two builds of a changed tree go by one version; and a file that is somebody
// else's is not written over.
func TestAStateOfAnotherBuildIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state.jsonl")
	o := options(t)
	o.Build = "aa"
	state, _, err := campaign.OpenState(name, campaign.PlanOf(o))
	require.NoError(t, err)
	require.NoError(t, state.Close())
	o.Build = "bb"
	_, _, err = campaign.OpenState(name, campaign.PlanOf(o))
	assert.ErrorIs(t, err, campaign.ErrOtherBuild)
	for _, text := range []string{"{\"a\": 1}\n", "no newline", "[]\n"} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		_, _, err = campaign.OpenState(name, campaign.PlanOf(o))
		assert.ErrorIs(t, err, campaign.ErrNoState, "%q", text)
		kept, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, text, string(kept))
	}
}

var today = time.Date(2026, 7, 18, 12, 0, 0, 0, time.UTC)

func summary(t *testing.T, baseline string, to int64) *campaign.Summary {
	t.Helper()
	o := options(t)
	o.To = to
	runs, err := campaign.Play(context.Background(), o)
	require.NoError(t, err)
	var base *campaign.Baseline
	if baseline != "" {
		base, err = campaign.ParseBaseline([]byte(`{"schema":1,"known":[` + baseline + `]}`))
		require.NoError(t, err)
	}
	s := campaign.Summarise(o, runs, base, today)
	s.Canary.Red = true
	s.Decide()
	return s
}

func TestNewFailureIsRed(t *testing.T) {
	s := summary(t, "", 4)
	assert.Equal(t, check.RunViolated, s.Verdict)
	assert.Equal(t, 1, s.New)
	assert.Equal(t, 7, s.Holds)
	require.Len(t, s.Groups, 1)
	assert.Equal(t, "stormrig campaign one-sale --seeds 3..3", s.Groups[0].Again)
	assert.Equal(t, &campaign.Seed{Scenario: "one-sale", Seed: 3}, s.First)
	assert.Equal(t, "J1", s.FirstInvariant)
	assert.Equal(t, check.RunHolds, summary(t, "", 2).Verdict)
	broken := summary(t, "", 5)
	assert.Equal(t, shrink.Broken, broken.Verdict)
	assert.Equal(t, 2, broken.Broken)
}

func TestKnownFailureIsNotRed(t *testing.T) {
	known := `{"scenario":"one-sale","invariant":"J1","detail":"sale \\d+ is gone","until":"2026-07-18","why":"ticket 4"}`
	s := summary(t, known, 4)
	assert.Equal(t, check.RunHolds, s.Verdict)
	assert.Equal(t, 1, s.Known)
	assert.Empty(t, s.Fixed)

	other := strings.ReplaceAll(known, `"one-sale"`, `"hub-killed"`)
	s = summary(t, other, 4)
	assert.Equal(t, check.RunViolated, s.Verdict)
	require.Len(t, s.Fixed, 1)
	assert.Contains(t, s.Fixed[0], "ticket 4")

	late := strings.ReplaceAll(known, "2026-07-18", "2026-07-16")
	s = summary(t, late, 4)
	assert.Equal(t, check.RunViolated, s.Verdict, "an entry that has expired knows nothing")
	assert.Len(t, s.Expired, 1)
}

func TestBlindCampaign(t *testing.T) {
	s := summary(t, "", 2)
	s.Canary.Red = false
	assert.Equal(t, check.RunBlind, s.Decide())
	s.Canary.Red, s.Coverage.Asked = true, true
	assert.Equal(t, check.RunBlind, s.Decide(), "nothing was reached")
	var out strings.Builder
	require.NoError(t, campaign.Text(&out, s))
	assert.Contains(t, out.String(), "power lost while")
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 25, "ten seconds")
}

// What was not reached decides only where nothing that was reached is rare.
func TestMissingStatesDecideWhenNoneIsRare(t *testing.T) {
	var none coverage.Matrix
	runs := make([]campaign.Run, 1000)
	for i := range 3 {
		runs[i].Cells = "0f" + none.Bits()[2:]
	}
	for i := range runs {
		runs[i].Verdict = check.RunHolds
	}
	sum := func(runs []campaign.Run) *campaign.Summary {
		s := campaign.Summarise(campaign.Options{}, runs, nil, time.Time{})
		s.Canary.Red = true
		s.Decide()
		return s
	}
	assert.Equal(t, check.RunBlind, sum(runs).Verdict)
	assert.Equal(t, check.RunHolds, sum(runs[:999]).Verdict, "too few runs")
	runs[2].Cells = ""
	s := sum(runs)
	assert.Equal(t, check.RunHolds, s.Verdict, "two are too few to say that a third state cannot come")
	assert.Equal(t, 4, s.Coverage.Rare)
	var out strings.Builder
	require.NoError(t, campaign.Text(&out, s))
	assert.Contains(t, out.String(), "others were reached by fewer than 3 runs, so more seeds reach more (or --coverage on)")
}

func TestCanaryIsRed(t *testing.T) {
	for _, sc := range scenarios(t, files.Names()...) {
		c, err := campaign.LyingDisk(context.Background(), sc, shrink.Playing(rig.Start))
		require.NoError(t, err)
		assert.True(t, c.Red, sc.Name)
	}
	c, err := campaign.LyingDisk(context.Background(), scenarios(t, "one-sale")[0], func(*spec.Scenario, int64, fault.Plan) (shrink.Outcome, error) {
		return shrink.Outcome{}, nil
	})
	require.NoError(t, err)
	assert.False(t, c.Red, "a harness that sees nothing")
}

func TestBaselineIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema":2}`: "schema 2",
		`{"schema":1,"known":[{"invariant":"J1","until":"soon","why":"x"}]}`:                    `until "soon" is no date`,
		`{"schema":1,"known":[{"invariant":"J1","until":"2026-01-01"}]}`:                        "needs an invariant and a why",
		`{"schema":1,"known":[{"invariant":"J1","until":"2026-01-01","why":"x","detail":"("}]}`: "no regular expression",
		`{"schema":1,"nown":[]}`: "unknown field",
		`{"schema":1} x`:         "something follows",
	} {
		_, err := campaign.ParseBaseline([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

// FuzzParseBaseline: whatever the file holds, reading it ends with a baseline
// or an error.
func FuzzParseBaseline(f *testing.F) {
	f.Add([]byte(`{"schema":1,"known":[{"invariant":"J1","until":"2026-01-01","why":"x","detail":"a+"}]}`))
	f.Add([]byte(`{"schema":1,"known":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if b, err := campaign.ParseBaseline(text); err == nil {
			assert.Equal(t, 1, b.Schema)
		}
	})
}

// TestSwarmHolds plays a few seeds of everything: the clean till must not
// alarm.
func TestSwarmHolds(t *testing.T) {
	o := campaign.Options{Scenarios: scenarios(t, "one-sale", "hub-killed", "printer-drop"), From: 1, To: 12, Workers: 2, Version: "test"}
	runs, err := campaign.Play(context.Background(), o)
	require.NoError(t, err)
	for _, r := range runs {
		assert.Empty(t, r.Failures, "%s %d: %s", r.Scenario, r.Seed, campaign.Line("stormrig", r.Scenario, r.Seed))
	}
}
