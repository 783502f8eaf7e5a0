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
	assert.Equal(t, []string{
		"after-approved", "bakery-morning", "bank-unwell", "behind-a-checkpoint", "broken-off", "card-terminal", "clock-set-right", "clocks-ahead", "closed-over-lunch", "drawer-and-no-paper", "flat-clock-battery", "hub-killed",
		"late-answers", "mute-printer", "night-shift", "no-room", "nobody-waits", "one-sale", "one-stored-card", "one-terminal-card", "paper-out", "part-of-the-amount",
		"printer-drop", "queue-full", "reader-unplugged", "settled-in-the-dark", "short-names", "small-segments", "stale-queue", "storm-saturday",
		"who-undoes-it",
	}, files.Names())
	for _, name := range files.Names() {
		s, err := files.Scenario(name)
		require.NoError(t, err)
		assert.Equal(t, name, s.Name)
		assert.NotEmpty(t, s.Title)
		assert.NotEmpty(t, s.Story)
	}
}
