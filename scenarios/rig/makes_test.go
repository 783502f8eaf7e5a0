package rig_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// With every make of printer each shopper of a fair day goes with a receipt.
func TestEveryMakePrints(t *testing.T) {
	for _, make := range spec.Printers() {
		t.Run(make, func(t *testing.T) {
			sc, err := files.Scenario("printer-drop")
			require.NoError(t, err)
			sc.Tills[0].Printer, sc.Weather = make, nil
			r, err := rig.Start(sc, 1, nil)
			require.NoError(t, err)
			defer r.Close()
			require.NoError(t, r.Finish())
			assert.True(t, r.Converged())
			served := 0
			for _, e := range r.History() {
				if e.Kind == history.KindServed {
					served++
					assert.Empty(t, e.Text)
				}
			}
			assert.Equal(t, sc.SaleCount(), served)
		})
	}
}
