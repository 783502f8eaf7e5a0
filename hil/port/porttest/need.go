// Package porttest is for tests that need ports of this machine.
package porttest

import (
	"testing"

	"stormrig/hil/port"
	"stormrig/internal/envtest"
)

// Need skips a test where this machine cannot have ports of a kind, or fails
// it (package envtest).
func Need(t testing.TB, k port.Kind) {
	t.Helper()
	if ok, says := port.Look(k); !ok {
		envtest.Missing(t, string(k), says)
	}
}
