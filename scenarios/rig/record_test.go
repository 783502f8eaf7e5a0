package rig

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestScannedLine: noise in one of the two characters that end a line takes no
// code away; noise in the code or in what stands before it does.
func TestScannedLine(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"whole":               {"]E02000000000367\r\n", "2000000000367"},
		"CR became FF":        {"]E02000000000367\x0c\n", "2000000000367"},
		"LF became VT":        {"]E02000000000367\r\x0b", "2000000000367"},
		"broken off after CR": {"]E02000000000367\r", "2000000000367"},
		"broken off before":   {"]E02000000000367", ""},
		"other symbology":     {"]D02000000000367\r\n", "2000000000367"},
		"digit":               {"]E02000000000366\r\n", "2000000000366"},
		"no identifier":       {"\\E02000000000367\r\n", "\\E02000000000367"},
	} {
		assert.Equal(t, c.want, scannedLine([]byte(c.data)), name)
	}
}
