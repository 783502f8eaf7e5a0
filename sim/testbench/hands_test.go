package testbench_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/testbench"
)

// counted counts what a person would be asked to do or to look at.
type counted struct {
	certify.Bench
	n int
}

func (c *counted) Do(a certify.Action) error { c.n++; return c.Bench.Do(a) }

func (c *counted) Ask(q certify.Question) (string, error) { c.n++; return c.Bench.Ask(q) }

// Before an examination begins a person is told how many things wait for his
// hand or eye: so many are there, at the device that takes most of him.
func TestHandsAreCountedRightly(t *testing.T) {
	asked, said := map[string]int{}, map[string]int{}
	for _, class := range []certify.Class{certify.Printer, certify.Scanner, certify.Dongle} {
		for _, profile := range testbench.Profiles(class) {
			if class == certify.Printer && profile != "tm-t20" {
				continue // it has all that is examined
			}
			dev, err := testbench.Named(class, profile)
			require.NoError(t, err)
			dev.Options.Soak = 1
			for _, c := range certify.ChecksOf(class, dev.Options) {
				b := &counted{Bench: dev.Bench}
				s := certify.Session{Bench: b, Checks: []certify.Check{c}, Options: dev.Options}
				require.NoError(t, s.Run(t.Context(), &certify.Examination{Class: class}))
				asked[c.ID], said[c.ID] = max(asked[c.ID], b.n), c.Cost.Hands
			}
		}
	}
	assert.Equal(t, asked, said)
}
