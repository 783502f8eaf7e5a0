package main

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

// servedDevice runs 'stormrig device' until the test ends.
func servedDevice(t *testing.T, args ...string) (at, page string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	out, done := &said{}, make(chan Code, 1)
	go func() { done <- execute(ctx, engines{}, append([]string{"device"}, args...), out, io.Discard) }()
	t.Cleanup(func() {
		cancel()
		assert.Equal(t, OK, <-done)
	})
	require.Eventually(t, func() bool {
		at, page = out.find(`listens on (\S+)`), out.find(`at (http\S+)`)
		return at != "" && page != ""
	}, 10*time.Second, time.Millisecond)
	return at, page
}

// certifiedJSON is what these tests read of the command's object.
type certifiedJSON struct {
	Emulated  bool
	Verdict   string
	Transport string
	Claim     struct{ Model string }
	Checks    []struct{ ID, Verdict string }
}

func (c certifiedJSON) verdicts() map[string]string {
	out := map[string]string{}
	for _, k := range c.Checks {
		out[k.ID] = k.Verdict
	}
	return out
}

// The suite that runs on a twin runs unchanged on a served emulator, in real
// time, over TCP and over a kernel tty.
func TestCertifyAServedPrinter(t *testing.T) {
	for _, where := range []string{"tcp", "pty"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			listen := "tcp:127.0.0.1:0"
			if where == "pty" {
				porttest.Need(t, port.PTY)
				listen = "pty:" + filepath.Join(t.TempDir(), "printer")
			}
			at, page := servedDevice(t, "printer", "--listen", listen)
			c, code := examined(t, "printer", "--port", at, "--operator", page, "--only", "status.live,status.cover,cut,codes,drawer")
			assert.Equal(t, Stalled, code, "most checks are open")
			assert.Equal(t, map[string]string{"status.live": "pass", "status.cover": "pass", "cut": "pass", "codes": "pass", "drawer": "pass"}, c.verdicts())
			assert.True(t, c.Emulated)
			assert.Equal(t, []string{"incomplete", "tm-t20", at}, []string{c.Verdict, c.Claim.Model, c.Transport})
		})
	}
}

func TestCertifyAServedPrinterWithADefect(t *testing.T) {
	t.Parallel()
	at, page := servedDevice(t, "printer", "--listen", "tcp:127.0.0.1:0", "--defect", "cover-hidden")
	c, code := examined(t, "printer", "--port", at, "--operator", page, "--only", "status.cover")
	assert.Equal(t, map[string]string{"status.cover": "fail"}, c.verdicts())
	assert.Equal(t, Stalled, code)
}

func TestCertifyAServedScannerAndReader(t *testing.T) {
	t.Parallel()
	at, page := servedDevice(t, "scanner", "--listen", "tcp:127.0.0.1:0")
	c, _ := examined(t, "scanner", "--port", at, "--operator", page, "--only", "scan.exact,scan.beep")
	assert.Equal(t, map[string]string{"scan.exact": "pass", "scan.beep": "pass"}, c.verdicts())
	at, page = servedDevice(t, "dongle", "--listen", "tcp:127.0.0.1:0")
	c, _ = examined(t, "dongle", "--port", at, "--operator", page, "--only", "card.read,card.clear")
	for id, v := range c.verdicts() {
		assert.Equal(t, "pass", v, id)
	}
	assert.Len(t, c.Checks, 2)
}

// examined runs 'stormrig certify CLASS ARGS --json' into a folder of its own.
func examined(t *testing.T, args ...string) (c certifiedJSON, code Code) {
	t.Helper()
	var out, errs strings.Builder
	args = append([]string{"certify"}, append(args, "--json", "--out", filepath.Join(t.TempDir(), "c"))...)
	code = execute(context.Background(), engines{}, args, &out, &errs)
	require.NoError(t, json.Unmarshal([]byte(out.String()), &c), errs.String())
	return c, code
}

func TestCertifyServedBadInput(t *testing.T) {
	t.Parallel()
	at, page := servedDevice(t, "scanner", "--listen", "tcp:127.0.0.1:0")
	for _, c := range []struct {
		args, says string
		code       Code
	}{
		{"printer --port " + at + " --operator " + page, "is a scanner, not a printer", Usage},
		{"scanner --port " + at + " --operator http://", "is not the address of a control plane", Usage},
		{"scanner --port " + at + " --operator http://127.0.0.1:1", "stormrig device scanner --control", Unavailable},
		{"scanner --port " + at + " --operator cat", "http://ADDRESS of its control plane", Usage},
		{"scanner --port tcp:127.0.0.1:1 --operator " + page, "tcp:127.0.0.1:1", Unavailable},
		{"scanner --port " + at + " --operator " + page + " --only scan.smell", `there is no check "scan.smell"`, Usage},
	} {
		var errs strings.Builder
		code := execute(context.Background(), engines{}, append([]string{"certify"}, strings.Fields(c.args)...), io.Discard, &errs)
		assert.Equal(t, c.code, code, c.args)
		assert.Contains(t, errs.String(), c.says, c.args)
	}
}
