package port_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
)

// A host that ends its connection in order sees the end of it; one that is
// broken off by the device sees that.
func TestTCPEndsAsItWasEnded(t *testing.T) {
	for _, inOrder := range []bool{true, false} {
		l, err := mustParse(t, "tcp:127.0.0.1:0").Listen()
		require.NoError(t, err)
		c, err := net.Dial("tcp", strings.TrimPrefix(l.Addr(), "tcp:"))
		require.NoError(t, err)
		host := c.(*net.TCPConn)
		dev, err := l.Accept(context.Background())
		require.NoError(t, err)
		require.NoError(t, dev.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, err = host.Write([]byte("a receipt"))
		require.NoError(t, err)
		if inOrder {
			require.NoError(t, host.CloseWrite())
			for err = nil; err == nil; {
				_, err = dev.Read(make([]byte, 16))
			}
			require.ErrorIs(t, err, port.ErrHangUp)
		}
		require.NoError(t, dev.Close())
		require.NoError(t, host.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, err = host.Read(make([]byte, 16))
		assert.Equal(t, inOrder, errors.Is(err, io.EOF), "%v", err)
		assert.Equal(t, !inOrder, errors.Is(err, syscall.ECONNRESET), "%v", err)
		require.NoError(t, l.Close())
		_ = host.Close()
	}
}
