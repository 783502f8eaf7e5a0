package peers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/internal/envtest"
	"stormrig/sim/device"
	"stormrig/sim/emulator"
)

// patience is how long any one thing may take before the test is red.
const patience = 20 * time.Second

// node starts a script of testdata/ops with its module, which must be the
// version that package.json names.
func node(t *testing.T, script string) *peer {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		envtest.Missing(t, "npm", "install nodejs and npm")
	}
	if _, err := os.Stat(filepath.Join("testdata", "node_modules", ".package-lock.json")); err != nil {
		envtest.Missing(t, "npm", "run npm ci in sim/peers/testdata")
	}
	installedAsNamed(t)
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	p := &peer{t: t}
	p.cmd = exec.CommandContext(ctx, path, "peer.mjs", "./ops/"+script)
	p.cmd.Dir = "testdata"
	p.cmd.Stderr = &p.said
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReaderSize(out, 1<<20)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.in.Close()
		err := p.cmd.Wait()
		cancel()
		if t.Failed() {
			t.Logf("%s: %v\n%s", script, err, &p.said)
		}
	})
	return p
}

// installedAsNamed fails when the folder of modules is not the one that
// package.json asks for: a test of another version proves something else.
func installedAsNamed(t *testing.T) {
	t.Helper()
	version := func(file string) (v struct {
		Version      string
		Dependencies map[string]string
	}) {
		text, err := os.ReadFile(file)
		require.NoError(t, err, "run npm ci in sim/peers/testdata")
		require.NoError(t, json.Unmarshal(text, &v))
		return v
	}
	for name, want := range version(filepath.Join("testdata", "package.json")).Dependencies {
		got := version(filepath.Join("testdata", "node_modules", filepath.FromSlash(name), "package.json")).Version
		require.Equal(t, want, got, "%s: run npm ci in sim/peers/testdata", name)
	}
}

// peer is a running script.
type peer struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said bytes.Buffer
}

// call lets the script do something and reads what it returns into result.
func (p *peer) call(order map[string]any, result any) {
	p.t.Helper()
	line, err := json.Marshal(order)
	require.NoError(p.t, err)
	_, err = p.in.Write(append(line, '\n'))
	require.NoError(p.t, err, "the script has ended: %s", &p.said)
	text, err := p.out.ReadBytes('\n')
	require.NoError(p.t, err, "the script has ended: %s", &p.said)
	var answer struct {
		OK    json.RawMessage
		Error string
	}
	require.NoError(p.t, json.Unmarshal(text, &answer))
	require.Empty(p.t, answer.Error, "%v", order["op"])
	require.NoError(p.t, json.Unmarshal(answer.OK, result))
}

// served is an emulator on a port, with its log.
type served struct {
	*emulator.Emulator
	t     *testing.T
	clock *pump.Clock
}

// fast is how many times faster than its paper an emulated printer prints
// here. Its clock runs on real time, as those of the programs do.
const fast = 40

func serve(t *testing.T, kind emulator.Kind, err error, listen string) *served {
	t.Helper()
	require.NoError(t, err)
	clock := pump.NewClock(pump.Pace{Rate: fast})
	spec, err := port.Parse(listen)
	require.NoError(t, err)
	e := emulator.New(emulator.Config{Kind: kind, Listen: spec, Clock: clock, Seed: 1})
	require.NoError(t, e.Start())
	t.Cleanup(func() { e.Close(); clock.Close() })
	return &served{e, t, clock}
}

func servePrinter(t *testing.T, profile, listen string) *served {
	t.Helper()
	kind, err := emulator.Printer(profile, nil)
	return serve(t, kind, err, listen)
}

func (s *served) do(action string, arg ...string) {
	s.t.Helper()
	require.NoError(s.t, s.Do(action, strings.Join(arg, "")))
}

func (s *served) state() device.PrinterState {
	st, ok := s.Status().State.(device.PrinterState)
	require.True(s.t, ok)
	return st
}

// idle waits until no host is connected and nothing is left to print.
func (s *served) idle() {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		st := s.state()
		return !st.Connected && !st.Printing && st.Buffered == 0
	}, patience, time.Millisecond, "the printer has something left to do")
}

// took waits until so many bytes have come since the power was switched on,
// and all that they say is done.
func (s *served) took(bytes int) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return s.state().Received >= bytes }, patience, time.Millisecond, "it never got %d bytes", bytes)
	s.idle()
}

// paper is what can be read on all pieces so far.
func (s *served) paper() []string {
	s.t.Helper()
	s.idle()
	var out []string
	for _, p := range s.Pieces() {
		out = append(out, p.Lines...)
	}
	return out
}

// address is the host's part of a TCP address.
func (s *served) address() (host, portNumber string) {
	s.t.Helper()
	host, portNumber, err := net.SplitHostPort(strings.TrimPrefix(s.Addr(), "tcp:"))
	require.NoError(s.t, err)
	return host, portNumber
}

// loopback is an address of this machine's own on which port 9100, the only
// one that some programs know, is free for one test. It is tried on another port:
// a process that is being started holds for a moment what was closed just now.
func loopback(t *testing.T, n int) string {
	t.Helper()
	host := fmt.Sprintf("127.91.%d.%d", os.Getpid()%250+1, n)
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Skipf("no second loopback address here (Linux has them): %v", err)
	}
	require.NoError(t, l.Close())
	return host
}

// event is one of the control plane's.
type event struct {
	N          int64
	Kind, Text string
	Data       json.RawMessage
}

// events are the emulator's own, oldest first, as its control plane has them.
func (s *served) events(kind string) (out []event) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/events?since=0&follow=0", nil))
	require.Equal(s.t, http.StatusOK, w.Code)
	for _, line := range strings.Split(w.Body.String(), "\n") {
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			var e event
			require.NoError(s.t, json.Unmarshal([]byte(text), &e))
			if e.Kind == kind {
				out = append(out, e)
			}
		}
	}
	return out
}

// notes says what a host did that came to nothing.
func (s *served) notes() (out []string) {
	for _, e := range s.events("note") {
		out = append(out, e.Text+" "+string(e.Data))
	}
	return out
}
