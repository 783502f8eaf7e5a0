package storage

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A witness that accepts and says nothing holds nobody up for ever.
func TestAWitnessThatSaysNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	line, err := Call(t.Context(), l.Addr().String(), "run")
	require.NoError(t, err)
	defer line.Close()
	line.within = 20 * time.Millisecond
	_, err = line.End()
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "no answer within 20ms")
}
