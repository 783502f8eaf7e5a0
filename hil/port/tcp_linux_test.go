package port

import (
	"context"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A host that vanishes without a word is found gone within half a minute, whether
// or not there is something for it under way.
func TestTCPFindsAVanishedHost(t *testing.T) {
	l, err := listenTCP("127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	host, err := dialTCP(context.Background(), l.(*tcpListener).l.Addr().String())
	require.NoError(t, err)
	defer host.Close()
	dev, err := l.Accept(context.Background())
	require.NoError(t, err)
	defer dev.Close()
	option := func(c *net.TCPConn, name int) (value int) {
		raw, err := c.SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(fd uintptr) {
			value, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, name)
		}))
		require.NoError(t, err)
		return value
	}
	till, device := host.(*stream).deadlines.(*net.TCPConn), dev.(*stream).deadlines.(*accepted).TCPConn
	for name, c := range map[string]*net.TCPConn{"till": till, "device": device} {
		quiet := option(c, unix.TCP_KEEPIDLE) + option(c, unix.TCP_KEEPINTVL)*option(c, unix.TCP_KEEPCNT)
		assert.Equal(t, vanished, time.Duration(quiet)*time.Second, name)
	}
	assert.Equal(t, int(vanished/time.Millisecond), option(device, unix.TCP_USER_TIMEOUT))
	assert.Zero(t, option(till, unix.TCP_USER_TIMEOUT))
}

// A process that is being started has for a moment what its parent had open: who
// listens again at once must not meet that.
func TestAClosedListenerIsFree(t *testing.T) {
	l, err := listenTCP("127.0.0.1:0")
	require.NoError(t, err)
	addr := l.(*tcpListener).l.Addr().String()
	over := make(chan struct{})
	var starts sync.WaitGroup
	for range 4 {
		starts.Go(func() {
			for {
				_, err := os.StartProcess("/proc/self/none", nil, &os.ProcAttr{}) // forks, and fails then
				assert.Error(t, err)
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	for n := 0; n < 300 && err == nil; n++ {
		require.NoError(t, l.Close())
		l, err = listenTCP(addr)
	}
	close(over)
	starts.Wait()
	require.NoError(t, err)
	require.NoError(t, l.Close())
}
