package play_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/scenarios/live"
	"stormrig/scenarios/play"
)

// What nobody watches is judged by no checker that needs eyes on it; the others
// say what they say.
func TestUnseenDevicesAreNotJudged(t *testing.T) {
	r := &play.Real{Name: "process", Options: live.Options{Cable: live.InMemory, Within: time.Minute}, Unseen: []string{"phone.dongle"}}
	j := job(t, "one-sale", 1)
	j.Clock = func() time.Time { return time.Time{} }
	_, err := r.Prepare(&j)
	require.NoError(t, err)
	b, err := r.Play(t.Context(), j, t.TempDir(), nil)
	require.NoError(t, err)
	require.Len(t, b.Checks, len(check.All()))
	var unseen []string
	for _, c := range b.Checks {
		if c.Note == "needs eyes on phone.dongle: what a device of metal does, nobody told" {
			assert.Equal(t, check.NotExercised, c.Verdict)
			unseen = append(unseen, c.ID)
		}
	}
	assert.Equal(t, []string{"J1", "P1", "P4", "P5", "P11"}, unseen)
}

// TestADayOnRealPortsLeavesItsPaper: the pieces are drawn when the printers are
// gone already.
func TestADayOnRealPortsLeavesItsPaper(t *testing.T) {
	r := &play.Real{Name: "process", Options: live.Options{Cable: live.InMemory, Within: time.Minute}}
	j := job(t, "one-sale", 1)
	j.Clock, j.Evidence, j.Out = func() time.Time { return time.Time{} }, play.Full, filepath.Join(t.TempDir(), "report")
	_, err := r.Prepare(&j)
	require.NoError(t, err)
	b, err := r.Play(t.Context(), j, t.TempDir(), nil)
	require.NoError(t, err)
	pictures, err := filepath.Glob(filepath.Join(j.Out, "receipts", "*.png"))
	require.NoError(t, err)
	assert.Len(t, pictures, len(b.Papers))
	require.NotEmpty(t, b.Papers)
	assert.EqualValues(t, 1, b.Papers[0].Number)
	assert.Positive(t, b.Papers[0].Event)
}
