package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asksFor finds by what name a test asks for what a machine may lack.
var asksFor = regexp.MustCompile(`(?:envtest\.(?:Missing|Program)\(t|spawn\(t, \w+), "([^"]+)"`)

// What a test can ask for is among the names that 'doctor' prints, and that
// STORMRIG_REQUIRE takes.
func TestDoctorKnowsWhatTestsAskFor(t *testing.T) {
	known := map[string]bool{}
	for _, p := range probes() {
		known[p.name] = true
	}
	asked := map[string]bool{}
	root := filepath.Join("..", "..")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "node_modules":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range asksFor.FindAllStringSubmatch(string(text), -1) {
			asked[m[1]] = true
			assert.True(t, known[m[1]], "%s asks for %q", path, m[1])
		}
		return err
	}))
	assert.GreaterOrEqual(t, len(asked), 5, "%v", asked)
	for _, name := range []string{"fuse", "chromium", "pty", "tcp"} { // asked for by a function of their own
		assert.True(t, known[name], name)
	}
}
