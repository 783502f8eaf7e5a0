// Package porttest is for tests that need ports of this machine.
package porttest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"stormrig/hil/port"
)

// Need skips a test by name where this machine cannot have ports of a kind, or
// fails it where STORMRIG_REQUIRE, a comma list of names or "all", asks for
// them.
func Need(t testing.TB, k port.Kind) {
	t.Helper()
	ok, says := port.Look(k)
	if ok {
		return
	}
	Missing(t, string(k), says)
}

// Missing is Need for what the caller has looked for himself.
func Missing(t testing.TB, name, says string) {
	t.Helper()
	want := strings.Split(os.Getenv("STORMRIG_REQUIRE"), ",")
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if slices.Contains(want, name) || slices.Contains(want, "all") {
		t.Fatalf("STORMRIG_REQUIRE asks for %s and this machine has none: %s", name, says)
	}
	t.Skipf("no %s here: %s (STORMRIG_REQUIRE=%s makes this a failure)", name, says, name)
}
