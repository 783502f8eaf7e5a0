package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/campaign"
	"stormrig/scenarios/files"
)

// A red campaign leaves the evidence of its first failure, shrunk or not, and
// says how it is played again.
func TestARedCampaignLeavesEvidence(t *testing.T) {
	var out bytes.Buffer
	a := &app{IO: IO{Stdout: &out, Stderr: &out}}
	folder := t.TempDir()
	c, err := a.prepare([]string{"one-sale"}, campaignFlags{seeds: "1..1", coverage: "off", out: folder, workers: 1})
	require.NoError(t, err)
	c.runs = []campaign.Run{{Scenario: "one-sale", Seed: 1, Verdict: "violated", Failures: []campaign.Failure{{Invariant: "J1", Detail: "lost"}}}}
	require.NoError(t, c.finish(t.Context()))
	assert.Contains(t, out.String(), "stormrig campaign one-sale --seeds 1..1\n")
	want := filepath.Join(folder, "one-sale-1")
	assert.FileExists(t, filepath.Join(want, "plan.json"))
	assert.FileExists(t, filepath.Join(want, "report.html"))
	assert.Contains(t, out.String(), "stormrig replay "+want)
	assert.Nil(t, c.sum.Shrunk)
}

// What plays a failure again names the file as it was typed, not the scenario
// in it, which only the built-in ones are known by.
func TestARedCampaignOfAFileNamesTheFile(t *testing.T) {
	text, err := files.Text("one-sale")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "my day.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o644))
	a := &app{IO: IO{Stdout: io.Discard, Stderr: io.Discard}}
	c, err := a.prepare([]string{file}, campaignFlags{seeds: "1..1", coverage: "off"})
	require.NoError(t, err)
	runs := []campaign.Run{{Scenario: "one-sale", Seed: 1, Verdict: "violated", Failures: []campaign.Failure{{Invariant: "J1", Detail: "lost"}}}}
	want := "stormrig campaign '" + file + "' --seeds 1..1"
	assert.Equal(t, want, campaign.Summarise(c.options, runs, nil, c.began).Groups[0].Again)
	job, err := c.options.JobOf(campaign.Seed{Scenario: "one-sale", Seed: 1})
	require.NoError(t, err)
	assert.Equal(t, want, job.Line)
}
