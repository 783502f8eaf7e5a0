package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
)

// interrupter ends a context once something was written.
type interrupter struct {
	bytes.Buffer
	end context.CancelFunc
}

func (w *interrupter) Write(p []byte) (int, error) {
	w.end()
	return w.Buffer.Write(p)
}

// A sweep that is broken off counts what was played.
func TestASweepThatIsBrokenOffCountsItsRuns(t *testing.T) {
	sc, err := files.Scenario("one-sale")
	require.NoError(t, err)
	ctx, end := context.WithCancel(t.Context())
	out := &interrupter{end: end}
	_, err = playMany(ctx, RunRequest{Scenario: sc, Name: "one-sale", Rig: "sim", From: 1, To: 1_000_000, Many: true,
		JSON: true, Evidence: "none", IO: IO{Stdout: out, Stderr: out}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Interrupted, classify(err).Code)
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var sum struct {
		Runs        int
		Interrupted bool
	}
	require.NoError(t, json.Unmarshal(lines[len(lines)-1], &sum))
	assert.True(t, sum.Interrupted)
	assert.Equal(t, len(lines)-1, sum.Runs, "a line a run, and the summary")
	assert.Positive(t, sum.Runs)
}
