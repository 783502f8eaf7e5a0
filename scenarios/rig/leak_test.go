package rig

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/card"
)

// TestLeakScan: a card's number is found as digits and packed; what a checksum
// and a sequence number happen to be is no card.
func TestLeakScan(t *testing.T) {
	shopper := card.MakePAN(7)
	packed, err := hex.DecodeString(shopper)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		data []byte
		hits int
	}{
		"digits":                {[]byte("log: " + shopper + "!"), 1},
		"packed":                {append([]byte("x"), packed...), 1},
		"always declined":       {[]byte(alwaysDeclined), 1},
		"checksum and sequence": {[]byte{0x40, 0, 0, 0, 0, 0, 0, 2, 0x3b}, 0},
		"another card":          {[]byte(card.MakePAN(8)), 0},
	} {
		var l leakScan
		l.card(";" + shopper + "=3012101?")
		l.card(";" + alwaysDeclined + "=3012101?")
		l.scan(name, c.data)
		assert.Len(t, l.hits, c.hits, name)
	}
}
