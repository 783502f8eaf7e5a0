package bench_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/bench"
)

func TestLearnDraft(t *testing.T) {
	for _, name := range bench.Profiles(certify.Printer) {
		d, err := bench.Named(certify.Printer, name)
		require.NoError(t, err)
		out, _, err := certify.LearnPrinter(d.Bench, certify.Options{XOnXOff: d.Options.XOnXOff, Maker: certify.Documented{DotsPerMM: d.Options.Maker.DotsPerMM}})
		require.NoError(t, err)
		t.Log(name)
		for _, l := range out {
			t.Logf("   %s: %v", l.Key, l.Value)
		}
	}
}
