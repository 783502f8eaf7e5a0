package main

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/certify/storage"
	"stormrig/pos/journal"
)

// A disk that fails is no error of this program.
func TestADiskThatFailsIsIncomplete(t *testing.T) {
	for _, c := range []struct {
		err  error
		code Code
		hint string
	}{
		{syscall.EIO, Stalled, switchOn},
		{journal.ErrDamaged, Stalled, "--dir names another directory"},
		{storage.ErrWitness, Unavailable, "start the witness again and run the same line again"},
	} {
		exit := classify(diskFailed("a round", fmt.Errorf("sale 3: %w", c.err)))
		assert.Equal(t, c.code, exit.Code, c.err)
		assert.Equal(t, c.hint, exit.Hint, c.err)
	}
}
