package peers_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/wire/nmea"
	"stormrig/internal/envtest"
	"stormrig/pos"
)

// spawn starts another program in a process group of its own, which ends with
// the test. want is its standard output, or its standard error.
func spawn(t *testing.T, stderr bool, name, todo string, args ...string) *bufio.Scanner {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		envtest.Missing(t, name, todo)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1") // gpsfake keeps its lines until its end, which it waits for
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var out io.Reader
	if stderr {
		out, err = cmd.StderrPipe()
	} else {
		out, err = cmd.StdoutPipe()
	}
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	return bufio.NewScanner(out)
}

// gpsfake plays what receivers said into gpsd, and gpsd says it to us.
func TestGPSDThroughOurDriver(t *testing.T) {
	for _, r := range recorded {
		t.Run(r.file, func(t *testing.T) {
			lines := spawn(t, false, "gpsfake", "install gpsd and gpsd-clients",
				"-1", "-q", "-p", "-r", `?WATCH={"enable":true,"nmea":true}`, nmeaFile(r.file))
			var p nmea.Pairs
			var got []nmea.Fix
			var pieces [][]byte
			for len(got) < len(r.fixes) && lines.Scan() {
				piece := []byte(lines.Text() + "\r\n")
				pieces = append(pieces, piece)
				got = append(got, p.Feed(piece)...)
			}
			assert.Equal(t, r.fixes, got)
			assert.Equal(t, []pos.Event{at(r.fixes[0])}, located(pieces), "gpsd's own lines of JSON do no harm")
		})
	}
}

// receiptio knows TCP, and our printer hangs on a tty: a bridge that knows
// neither stands in between. It lets one host at a time to the tty: of two that
// read the same, each gets a part of the answers.
func TestThroughSocat(t *testing.T) {
	t.Parallel()
	r := newReceiptio(t, 20)
	link := filepath.Join(t.TempDir(), "printer")
	s := servePrinter(t, "tm-t20", "pty:"+link)
	lines := spawn(t, true, "socat", "install socat", "-d", "-d", "-t", "0.01",
		"TCP-LISTEN:9100,bind="+r.host+",reuseaddr,fork,max-children=1", "FILE:"+strings.TrimPrefix(s.Addr(), "pty:")+",raw,echo=0")
	require.True(t, lines.Scan() && strings.Contains(lines.Text(), "listening on"), lines.Text())
	drained := make(chan struct{})
	go func() { // what it says besides, so that it never waits for a reader
		defer close(drained)
		for lines.Scan() {
			continue
		}
	}()
	assert.Equal(t, "online", r.run(sale, "-q"))
	s.do("paper-out")
	assert.Equal(t, "paperempty", r.run(sale, "-q"))
	s.do("paper-in")
	assert.Equal(t, "success", r.run(sale, ""))
	assert.Contains(t, strings.Join(s.paper(), "\n"), "Café crème      2                          90.00")
}
