package engine

import (
	"flag"
	"os"
	"testing"
)

// The laws are drawn from a fixed seed, so that two runs test the same;
// -rapid.seed on the command line draws others.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.seed", "1")
	os.Exit(m.Run())
}
