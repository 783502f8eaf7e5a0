package files_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
)

func TestEveryBuiltInFileIsRight(t *testing.T) {
	assert.Equal(t, []string{"bakery", "boutique"}, files.Catalogues())
	for _, name := range files.Catalogues() {
		c, err := files.Catalogue(name)
		require.NoError(t, err)
		assert.Equal(t, name, c.Name)
	}
	assert.Equal(t, []string{"after-approved", "bakery-morning", "closed-over-lunch", "flat-clock-battery", "hub-killed", "late-answers", "one-sale", "paper-out", "printer-drop", "reader-unplugged", "stale-queue", "storm-saturday"}, files.Names())
	for _, name := range files.Names() {
		s, err := files.Scenario(name)
		require.NoError(t, err)
		assert.Equal(t, name, s.Name)
		assert.NotEmpty(t, s.Title)
		assert.NotEmpty(t, s.Story)
	}
}
