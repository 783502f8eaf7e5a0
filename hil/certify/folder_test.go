package certify_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/device"
)

// TestAnExaminationGoesOn stops after five checks and goes on from the folder.
func TestAnExaminationGoesOn(t *testing.T) {
	dir := certify.Folder(filepath.Join(t.TempDir(), "scanner"))
	start := certify.Examination{Class: certify.Scanner, Emulated: true, Claim: certify.Claim{Model: "one", Transport: "emulated"}}
	ctx, stop := context.WithCancel(t.Context())
	run := func(ctx context.Context, ex *certify.Examination, after int) (done []string, err error) {
		s := &certify.Session{Checks: certify.ScannerChecks(), Options: certify.Options{AIM: true},
			Bench: certify.NewTwin(device.NewScanner(device.DefaultScanner()), certify.TwinSpec{Port: device.Port})}
		s.Done = func(_ int, r certify.Result) {
			require.NoError(t, dir.Save(ex, s))
			if done = append(done, r.ID); len(done) == after {
				stop()
			}
		}
		err = s.Run(ctx, ex)
		return done, err
	}
	first, err := run(ctx, &start, 5)
	require.True(t, errors.Is(err, context.Canceled))
	require.Len(t, first, 5)

	ex, ok, err := dir.Resume(certify.Examination{Class: certify.Scanner, Emulated: true, Claim: start.Claim})
	require.NoError(t, err)
	require.True(t, ok)
	rest, err := run(t.Context(), &ex, 0)
	require.NoError(t, err)
	assert.Len(t, rest, len(certify.ScannerChecks())-5, "what was done is not done again")
	assert.NotContains(t, rest, first[0])

	r := certify.NewRecord(&ex, certify.ScannerChecks(), "stormrig", "2026-07-18")
	r.Evidence, err = dir.Evidence()
	require.NoError(t, err)
	assert.NotEmpty(t, r.Evidence)
	require.NoError(t, dir.Publish(&r, nil))
	page, err := os.ReadFile(filepath.Join(string(dir), certify.PageFile))
	require.NoError(t, err)
	assert.Contains(t, string(page), "scan.unplugged")

	other := start
	other.Claim.Model = "another"
	_, _, err = dir.Resume(other)
	assert.ErrorContains(t, err, "another device")
}
