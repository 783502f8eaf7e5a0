// Package envtest is for tests that need what not every machine has: a
// program, a kernel feature, a data file. Such a test is skipped by name, and
// fails where STORMRIG_REQUIRE, a comma list of names or "all", asks for it:
// a machine that is meant to run everything must not pass by skipping. The
// names are those that 'stormrig doctor' prints.
package envtest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Missing skips the test for want of name; todo says what is lacking.
func Missing(t testing.TB, name, todo string) {
	t.Helper()
	want := strings.Split(os.Getenv("STORMRIG_REQUIRE"), ",")
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if slices.Contains(want, name) || slices.Contains(want, "all") {
		t.Fatalf("STORMRIG_REQUIRE asks for %s and this machine has none: %s", name, todo)
	}
	t.Skipf("no %s here: %s (STORMRIG_REQUIRE=%s makes this a failure)", name, todo, name)
}

// Program returns the path of the first of some programs that is there; the
// first one's name stands for them all.
func Program(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, names[0], "it is not on PATH")
	return ""
}

// Chromium returns the path of a browser.
func Chromium(t testing.TB) string {
	t.Helper()
	return Program(t, "chromium", "chromium-browser", "google-chrome")
}
