package envtest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// witness records how a test was ended instead of ending it.
type witness struct {
	testing.TB
	ended string
}

func (w *witness) Skipf(f string, a ...any)  { w.end("skipped: " + fmt.Sprintf(f, a...)) }
func (w *witness) Fatalf(f string, a ...any) { w.end("failed: " + fmt.Sprintf(f, a...)) }
func (w *witness) end(how string)            { w.ended = how; panic(w) }
func (w *witness) of(f func(testing.TB)) (how string) {
	defer func() {
		if recover() != nil {
			how = w.ended
		}
	}()
	f(w)
	return "went on"
}

func TestAMissingThingSkipsOrFails(t *testing.T) {
	none := func(t testing.TB) { Program(t, "no-such-program", "nor-this") }
	for _, tc := range []struct {
		require, want string
		needs         func(testing.TB)
	}{
		{"", "skipped: no no-such-program here", none},
		{"fuse", "skipped: no no-such-program here", none},
		{"fuse, no-such-program", "failed: STORMRIG_REQUIRE asks for no-such-program", none},
		{"all", "failed: STORMRIG_REQUIRE asks for no-such-program", none},
		{"all", "went on", func(t testing.TB) { Program(t, "no-such-program", "go") }},
	} {
		t.Setenv("STORMRIG_REQUIRE", tc.require)
		assert.Contains(t, (&witness{TB: t}).of(tc.needs), tc.want, tc.require)
	}
}
