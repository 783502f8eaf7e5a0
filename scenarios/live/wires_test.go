package live

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The cables of a world have ports of their own, though each port is let go of
// until its device listens. That two of so many are the same is all but sure.
func TestTCPCablesHavePortsOfTheirOwn(t *testing.T) {
	cable := OnTCP(t.TempDir())
	seen := map[string]bool{}
	for range 600 {
		ends, err := cable("a cable")
		require.NoError(t, err)
		l, err := ends.Listen()
		require.NoError(t, err)
		assert.False(t, seen[l.Addr()], l.Addr())
		seen[l.Addr()] = true
		require.NoError(t, l.Close())
	}
}
