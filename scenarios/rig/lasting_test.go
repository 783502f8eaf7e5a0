package rig_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

// What is written to last until long after the closing does so, and only then
// must everything come to rest.
func TestFaultsThatOutlastTheDay(t *testing.T) {
	for _, line := range []string{`{cut: network, at: "10:50", for: 9h}`, `{kill: phone, at: "10:50", for: 9h}`, `{stop: hub, at: "10:50", for: 9h}`} {
		sc, err := spec.Parse("late.yaml", []byte(`
scenario: late
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 11:00"}
tills: {phone: {devices: [scanner]}}
sales: [{at: "10:05", lines: [fan]}]
weather: [`+line+`]
`), files.Finder(""))
		require.NoError(t, err)
		r, err := rig.Start(sc, 1, nil)
		require.NoError(t, err)
		require.NoError(t, r.Finish())
		assert.True(t, r.Converged(), line)
		r.Close()
	}
}
