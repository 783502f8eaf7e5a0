package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"stormrig/scenarios/files"
	reports "stormrig/scenarios/report"
	"stormrig/scenarios/spec"
)

// rigs lists the rigs and what each lacks in this build; "" means ready.
var rigs = []struct{ name, lacks string }{
	{"sim", ""},
	{"process", ""},
	{"machine", "a virtual machine with kernel drivers and a plug to pull"},
	{"hardware", ""},
}

type runFlags struct {
	seed, seeds, junit, evidence, out, rig string
	rigFile                                string
	json, coverage, annotate               bool
}

func (a *app) run() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Play a scenario and judge it",
		Long: `Play a scenario, a built-in name or a file, and hold the till's books against
what really happened. The same seed plays the same day to the last byte.`,
		Example: "  stormrig run storm-saturday\n  stormrig run storm-saturday --seeds 1..1000 --json\n  stormrig run my.yaml --seed 17 --junit result.xml",
		Args:    exactly("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runScenario(cmd.Context(), args[0], f, cmd.Flags().Changed("evidence"))
		},
		ValidArgsFunction: completeScenarios,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.seed, "seed", "", "a number below 2^53, or 'random'; the scenario's own by default")
	fl.StringVar(&f.seeds, "seeds", "", "many: A..B, both included")
	fl.BoolVar(&f.json, "json", false, "print one JSON object; with --seeds one a line, then a summary")
	fl.StringVar(&f.junit, "junit", "", "write a JUnit file")
	fl.StringVar(&f.evidence, "evidence", "full", "full, failed or none; with --seeds 'failed' by default")
	fl.StringVar(&f.out, "out", "", "folder of the evidence (default reports/<scenario>-<seed>/)")
	fl.StringVar(&f.rig, "rig", "sim", "sim, process, machine or hardware")
	fl.StringVar(&f.rigFile, "rig-file", "", "what stands on the bench: 'stormrig explain rig-file'")
	fl.BoolVar(&f.coverage, "coverage", false, "fail with exit code 6 where the runs left something untried, and name it")
	fl.BoolVar(&f.annotate, "annotate", false, "write runs that do not hold to standard error as annotations of GitHub Actions (at most ten)")
	return cmd
}

func (a *app) runScenario(ctx context.Context, name string, f runFlags, evidenceSet bool) error {
	if err := checkRig(f.rig); err != nil {
		return err
	}
	s, err := files.Scenario(name)
	if err != nil {
		return err
	}
	req := RunRequest{
		Scenario: s, Name: name, Rig: f.rig, RigFile: f.rigFile, JSON: f.json, JUnit: f.junit, Evidence: f.evidence,
		Out: f.out, Coverage: f.coverage, Annotate: f.annotate, Many: f.seeds != "", IO: a.IO,
	}
	if req.From, req.To, err = seedsOf(f, s); err != nil {
		return err
	}
	if req.Many && !evidenceSet {
		req.Evidence = "failed"
	}
	switch req.Evidence {
	case "full", "failed", "none":
	default:
		return usage("--evidence full, failed or none", "there is no evidence %q", req.Evidence)
	}
	if f.rigFile != "" && f.rig != "hardware" {
		return usage("add --rig hardware", "--rig-file is for the rig hardware")
	}
	if f.rig != "sim" {
		v, err := a.playReal(ctx, req)
		if err != nil {
			return err
		}
		return verdictError(string(v))
	}
	if a.engines.Run == nil {
		return lacking("stormrig doctor", "the rig %s is not part of this build", f.rig)
	}
	v, err := a.engines.Run(ctx, req)
	if err != nil {
		return err
	}
	return verdictError(string(v))
}

func checkRig(name string) error {
	var names []string
	for _, r := range rigs {
		if r.name == name {
			if r.lacks != "" {
				return lacking("--rig sim plays every scenario; stormrig doctor says what this machine has", "the rig %s is not there yet: it needs %s", name, r.lacks)
			}
			return nil
		}
		names = append(names, r.name)
	}
	hint := "--rig " + strings.Join(names, ", ")
	if near := spec.Near(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usage(hint, "there is no rig %q", name)
}

// seedsOf reads --seed and --seeds.
func seedsOf(f runFlags, s *spec.Scenario) (from, to int64, err error) {
	switch {
	case f.seed != "" && f.seeds != "":
		return 0, 0, usage("use one of them", "--seed and --seeds together")
	case f.seed == "random":
		n, err := rand.Int(rand.Reader, big.NewInt(spec.MaxSeed+1))
		if err != nil {
			return 0, 0, fmt.Errorf("drawing a seed: %w", err)
		}
		return n.Int64(), n.Int64(), nil
	case f.seed != "":
		n, err := parseSeed("--seed", f.seed)
		return n, n, err
	case f.seeds == "":
		return s.Seed, s.Seed, nil
	}
	lo, hi, ok := strings.Cut(f.seeds, "..")
	if !ok {
		return 0, 0, usage("--seeds 1..1000", "%q is not a range of seeds", f.seeds)
	}
	if from, err = parseSeed("--seeds", lo); err != nil {
		return 0, 0, err
	}
	if to, err = parseSeed("--seeds", hi); err != nil {
		return 0, 0, err
	}
	if to < from {
		return 0, 0, usage(fmt.Sprintf("--seeds %d..%d", to, from), "the range %s runs backwards", f.seeds)
	}
	return from, to, nil
}

func parseSeed(flag, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err == nil && n >= 0 && n <= spec.MaxSeed:
		return n, nil
	case errors.Is(err, strconv.ErrRange) || n > spec.MaxSeed:
		return 0, usage("2^53 is 9007199254740992", "%s: %s is not below 2^53", flag, text)
	}
	return 0, usage("a whole number, or --seed random", "%s: %q is no seed", flag, text)
}

func completeScenarios(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return files.Names(), cobra.ShellCompDirectiveDefault
}

// Line is the command line that plays this seed again.
func (r RunRequest) Line(seed int64) string {
	line := fmt.Sprintf("%s run %s --seed %d", called(), reports.Quote(r.Name), seed)
	if r.Rig != "sim" {
		line += " --rig " + r.Rig
	}
	if r.RigFile != "" {
		line += " --rig-file " + reports.Quote(r.RigFile)
	}
	return line
}
