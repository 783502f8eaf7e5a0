package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormrig/scenarios/campaign"
	"stormrig/scenarios/files"
	playing "stormrig/scenarios/play"
	reports "stormrig/scenarios/report"
	"stormrig/scenarios/rig"
	shrinker "stormrig/scenarios/shrink"
)

type campaignFlags struct {
	seeds, shard, state, baseline, out, coverage string
	workers                                      int
	json, shrink                                 bool
}

func (a *app) campaign() *cobra.Command {
	var f campaignFlags
	cmd := &cobra.Command{
		Use:   "campaign [SCENARIO...]",
		Short: "Play many seeds over many scenarios, each with faults of its own",
		Long: `Play many seeds over many scenarios (all built-in ones by default). Each seed
draws which faults it may use at all, then how many, what they strike and when,
at exact points too. The first failure that is new is shrunk.

A campaign is red for failures that the baseline does not know. It is blind
(exit 6) when its canary, a run that must fail, does not, or when no run reached
a state that it should have: with --coverage on, or where that says something,
in 1,000 runs or more that came at least three times to every state they reached.
--state keeps what is done: the same command goes on where it was.`,
		Example: `  stormrig campaign --seeds 1..400
  stormrig campaign storm-saturday hub-killed --seeds 1..5000 --shard 2/8 --state shard2.jsonl --json
  stormrig campaign --seeds 1..400 --baseline known.json`,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.playCampaign(cmd.Context(), args, f) },
		ValidArgsFunction: completeScenarios,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.seeds, "seeds", "1..200", "A..B, both included: each in every scenario")
	fl.StringVar(&f.shard, "shard", "", "i/n: play the i-th of n parts")
	fl.StringVar(&f.state, "state", "", "a file that keeps what is done")
	fl.StringVar(&f.baseline, "baseline", "", "a file of known failures")
	fl.StringVar(&f.out, "out", "reports/campaign", "folder of the evidence of failures")
	fl.StringVar(&f.coverage, "coverage", "auto", "auto, on or off: whether what was not reached decides")
	fl.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "runs at once")
	fl.BoolVar(&f.json, "json", false, "print one JSON object a run, then a summary")
	fl.BoolVar(&f.shrink, "shrink", true, "shrink the first new failure")
	return cmd
}

func (a *app) playCampaign(ctx context.Context, names []string, f campaignFlags) error {
	c, err := a.prepare(names, f)
	if err != nil {
		return err
	}
	spareMemory()
	defer c.close()
	if err := c.play(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if err := c.finish(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if c.sum.Verdict == shrinker.Broken {
		return &Exit{Code: Internal}
	}
	return verdictError(c.sum.Verdict)
}

// campaigning is a campaign under way.
type campaigning struct {
	*app
	flags   campaignFlags
	options campaign.Options
	base    *campaign.Baseline
	state   *campaign.State
	runs    []campaign.Run
	sum     *campaign.Summary
	line    *progressLine
	began   time.Time
	bad     int
	total   int
	played  int
}

func (a *app) prepare(names []string, f campaignFlags) (*campaigning, error) {
	c := &campaigning{app: a, flags: f, line: newProgressLine(a.IO), began: time.Now()}
	o := &c.options
	o.Version, o.Program, o.Workers, o.Clock, o.Emit = version(), called(), f.workers, time.Now, c.emit
	if f.coverage != "auto" && f.coverage != "on" && f.coverage != "off" {
		return nil, usage("--coverage auto, on or off", "there is no coverage %q", f.coverage)
	}
	var err error
	if o.From, o.To, err = seedsOf(runFlags{seeds: f.seeds}, nil); err != nil {
		return nil, err
	}
	if o.Shard, o.Shards, err = campaignShard(f.shard); err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = files.Names()
	}
	for _, name := range names {
		sc, err := files.Scenario(name)
		if err != nil {
			return nil, err
		}
		o.Scenarios, o.Typed = append(o.Scenarios, sc), append(o.Typed, name)
	}
	if f.baseline != "" {
		text, err := os.ReadFile(f.baseline)
		if err != nil {
			return nil, err
		}
		if c.base, err = campaign.ParseBaseline(text); err != nil {
			return nil, usage(`an entry is {"invariant": "J8", "detail": "regular expression", "until": "2026-12-31", "why": "..."}`, "%s: %w", f.baseline, err)
		}
	}
	return c, c.open()
}

// open takes up an earlier part of the campaign.
func (c *campaigning) open() (err error) {
	if c.flags.state != "" {
		if c.options.Build, err = programHash(); err != nil {
			return err
		}
		c.state, c.options.Done, err = campaign.OpenState(c.flags.state, campaign.PlanOf(c.options))
		switch {
		case errors.Is(err, campaign.ErrOtherCampaign):
			return usage("name another --state, or give the seeds, scenarios and shard of that one", "%w", err)
		case errors.Is(err, campaign.ErrOtherBuild):
			return usage("name another --state: what that build has played says nothing of this one", "%w", err)
		case errors.Is(err, campaign.ErrNoState):
			return usage("--state names a file that this command has made, or one that is not there yet", "%w", err)
		}
	}
	c.total, c.played = c.options.Total(), len(c.options.Done)
	return err
}

// programHash is the SHA-256 of this program's file: two builds of a tree that
// was changed in between go by one version.
func programHash() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("which program this is: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("reading this program: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading this program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (c *campaigning) close() {
	if c.state != nil {
		_ = c.state.Close() // every line is written already
	}
}

// campaignShard reads i/n.
func campaignShard(text string) (i, n int, err error) {
	if text == "" {
		return 1, 1, nil
	}
	a, b, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || i < 1 || i > n {
		return 0, 0, usage("--shard 2/8 is the second of eight", "%q is no shard", text)
	}
	return i, n, nil
}

func (c *campaigning) play(ctx context.Context) (err error) {
	if !c.flags.json {
		fmt.Fprintf(c.Stdout, "campaign: %d runs, seeds %d to %d of %d scenarios\n", c.total, c.options.From, c.options.To, len(c.options.Scenarios))
		if c.played > 0 {
			fmt.Fprintf(c.Stdout, "%d of them are done already\n", c.played)
		}
	}
	c.runs, err = campaign.Play(ctx, c.options)
	c.line.clear()
	return err
}

// emit takes a run that was played.
func (c *campaigning) emit(r campaign.Run, result *reports.Result) error {
	c.played++
	if len(r.Failures) > 0 {
		c.bad++
	}
	c.line.campaign(c.played, c.total, c.bad, time.Since(c.began))
	if c.state != nil {
		if err := c.state.Add(r); err != nil {
			return err
		}
	}
	switch {
	case !c.flags.json:
		return nil
	case result == nil:
		return object(c.Stdout, r)
	}
	return object(c.Stdout, result)
}

func (l *progressLine) campaign(played, total, bad int, since time.Duration) {
	if l.due() {
		fmt.Fprintf(l.out, "%s%d of %d runs, %d with findings, %.0f s", erase, played, total, bad, since.Seconds())
	}
}

// finish judges the campaign: the canary, the baseline, what was reached, and
// the first new failure made small.
func (c *campaigning) finish(ctx context.Context) (err error) {
	s := campaign.Summarise(c.options, c.runs, c.base, time.Now())
	c.sum = s
	if s.Canary, err = campaign.LyingDisk(ctx, c.options.Scenarios[0], shrinker.Playing(rig.Start)); err != nil {
		return err
	}
	s.Coverage.Asked = c.flags.coverage == "on" || c.flags.coverage == "auto" && s.Coverage.Asked
	s.Interrupted = ctx.Err() != nil
	if s.First != nil && !s.Interrupted {
		if err := c.showFirst(ctx); err != nil {
			fmt.Fprintf(c.Stderr, "stormrig: the first failure: %v\n", err)
		}
	}
	s.Decide()
	s.WallSeconds = time.Since(c.began).Seconds()
	if c.flags.json {
		return object(c.Stdout, s)
	}
	return campaign.Text(c.Stdout, s)
}

// showFirst writes the evidence of the first new failure, and makes it small
// where that is asked for.
func (c *campaigning) showFirst(ctx context.Context) error {
	job, err := c.options.JobOf(*c.sum.First)
	if err != nil {
		return err
	}
	job.NoReturn = noReturn
	job.Evidence, job.Out = playing.Full, filepath.Join(c.flags.out, fmt.Sprintf("%s-%d", c.sum.First.Scenario, c.sum.First.Seed))
	c.sum.Evidence = job.Out
	b, err := playing.Play(ctx, job)
	switch {
	case b != nil:
		c.sum.Evidence = b.Result.Out
	case ctx.Err() != nil:
		return ctx.Err()
	case !c.flags.shrink:
		return fmt.Errorf("writing its evidence: %w", err)
	}
	if !c.flags.shrink {
		return nil
	}
	told, err := c.shrunk(ctx, shrinker.Case{Scenario: job.Scenario, Seed: job.Seed, Plan: *job.Plan},
		shrinkFlags{runs: 2000, noReturn: true, invariant: c.sum.FirstInvariant, out: c.sum.Evidence + "-shrunk"})
	if err != nil {
		return fmt.Errorf("making it small: %w", err)
	}
	c.sum.Shrunk = told
	return nil
}
