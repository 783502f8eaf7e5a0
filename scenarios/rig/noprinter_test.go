package rig_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
)

// TestTillWithoutPrinter: it orders no print and no drawer, so nothing waits
// for one at the end of the day.
func TestTillWithoutPrinter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bare.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`scenario: bare
title: A till without a printer
story: Two sales, one in cash and one by card.
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 11:00"}
tills:
  phone: {devices: [scanner, dongle]}
sales:
  - {at: "10:05", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "10:15", pay: card, lines: [beaded-sandals/38/gold]}
`), 0o600))
	sc, err := files.Scenario(path)
	require.NoError(t, err)
	r, err := rig.Start(sc, 1, nil)
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Finish())
	assert.True(t, r.Converged())
}
