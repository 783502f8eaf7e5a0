package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/campaign"
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
	want := filepath.Join(folder, "one-sale-1")
	assert.FileExists(t, filepath.Join(want, "plan.json"))
	assert.FileExists(t, filepath.Join(want, "report.html"))
	assert.Contains(t, out.String(), "stormrig replay "+want)
	assert.Nil(t, c.sum.Shrunk)
}
