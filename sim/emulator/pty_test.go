//go:build linux || darwin

package emulator_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/sim/emulator"
)

// A host that has opened the scanner's line and sees that it is connected gets
// the scan, however soon after the host before it comes.
func TestPTYReopen(t *testing.T) {
	kind, err := emulator.Scanner("serial-aim", nil)
	require.NoError(t, err)
	clock := pump.NewClock(pump.Pace{Rate: 1000})
	defer clock.Close()
	link := filepath.Join(t.TempDir(), "scanner")
	listen, err := port.Parse("pty:" + link)
	require.NoError(t, err)
	e := emulator.New(emulator.Config{Kind: kind, Listen: listen, Clock: clock, Seed: 1})
	require.NoError(t, e.Start())
	defer e.Close()
	at, err := port.Parse("serial:" + link)
	require.NoError(t, err)
	for i := range 200 {
		host, err := at.Dial(context.Background())
		require.NoError(t, err)
		require.Eventually(t, func() bool { return e.Status().Connected }, 10*time.Second, 100*time.Microsecond)
		require.NoError(t, e.Do("scan", "4006381333931"))
		got := make([]byte, len("]E04006381333931\r\n"))
		read := make(chan error, 1)
		go func() { _, err := io.ReadFull(host, got); read <- err }()
		require.Eventually(t, func() bool { return len(read) == 1 }, 10*time.Second, 100*time.Microsecond, "host %d", i)
		require.NoError(t, <-read)
		assert.Equal(t, "]E04006381333931\r\n", string(got))
		require.NoError(t, host.Close())
	}
}
