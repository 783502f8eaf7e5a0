package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

func TestDeviceHelpListsWhatThereIs(t *testing.T) {
	for class, names := range map[string][]string{
		"printer":  {"tm-t20", "star-tsp650", "paper-out ", "power-cut-at BYTES", "asb-missing", "Defects (--defect)"},
		"scanner":  {"wedge", "scan CODE", "ignores-nak"},
		"dongle":   {"terminal-confirm", "swipe TRACK", "never-voids"},
		"location": {"place LAT LON ACCURACY", "unplug"},
	} {
		var out strings.Builder
		require.Equal(t, OK, execute(context.Background(), engines{}, []string{"device", class, "--help"}, &out, io.Discard))
		for _, n := range names {
			assert.Contains(t, out.String(), n, class)
		}
	}
}

func TestDeviceBadInput(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	require.NoError(t, os.WriteFile(wrong, []byte("profile: x\nlike: tm-t20\nsettings: {speed: 0}\nsources: {speed: me}\n"), 0o600))
	for _, c := range []struct{ args, says string }{
		{"device", "which device?"},
		{"device pritner", "did you mean stormrig device printer?"},
		{"device printer --listen 9100", "tcp:9100 (this machine only)"},
		{"device printer --listen tcp:99999", `"99999" is no port number`},
		{"device printer --listen serial:/dev/ttyS0", "can be served on tcp: and pty:"},
		{"device printer --listen tcp:127.0.0.1:0 --profile tm-t21", `there is no printer "tm-t21"; there are`},
		{"device printer --listen tcp:127.0.0.1:0 --profile " + wrong, "wrong.yaml: speed: 0 mm/s"},
		{"device printer --listen tcp:127.0.0.1:0 --profile /nowhere.yaml", "/nowhere.yaml"},
		{"device printer --listen tcp:127.0.0.1:0 --defect lies", `a printer has no defect "lies"`},
		{"device location --listen tcp:127.0.0.1:0 --defect lies", "no defects"},
		{"device scanner --listen tcp:127.0.0.1:0 --control nowhere", "--control nowhere"},
	} {
		var errs strings.Builder
		code := execute(context.Background(), engines{}, strings.Fields(c.args), io.Discard, &errs)
		assert.Equal(t, Usage, code, c.args)
		assert.Contains(t, errs.String(), c.says, c.args)
	}
}

// said collects what the command prints while it runs.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) find(re string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := regexp.MustCompile(re).FindStringSubmatch(s.text.String())
	if m == nil {
		return ""
	}
	return m[1]
}

// A whole life of the command: a host prints, the page answers, interrupt ends it.
func TestDeviceServes(t *testing.T) {
	for _, listen := range []string{"tcp:127.0.0.1:0", "pty:" + filepath.Join(t.TempDir(), "printer")} {
		kind, _, _ := strings.Cut(listen, ":")
		t.Run(kind, func(t *testing.T) {
			porttest.Need(t, port.Kind(kind))
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			out, done := &said{}, make(chan Code, 1)
			go func() {
				done <- execute(ctx, engines{}, []string{"device", "printer", "--listen", listen, "--defect", "identity-borrowed"}, out, io.Discard)
			}()
			var at, page string
			require.Eventually(t, func() bool {
				at, page = out.find(`listens on (\S+)`), out.find(`at (http\S+)`)
				return at != "" && page != ""
			}, 10*time.Second, time.Millisecond)
			spec, err := port.Parse(at)
			require.NoError(t, err)
			p, err := spec.Dial(ctx)
			require.NoError(t, err)
			_, err = p.Write([]byte("Hello\n\x1dI\x42"))
			require.NoError(t, err)
			got, buf := "", make([]byte, 100)
			require.NoError(t, p.SetReadDeadline(time.Now().Add(10*time.Second)))
			for !strings.HasSuffix(got, "\x00") {
				n, err := p.Read(buf)
				require.NoError(t, err, "after %q", got)
				got += string(buf[:n])
			}
			assert.Equal(t, "_Star\x00", got, "the defect")
			r, err := http.Get(page + "v1/paper.txt")
			require.NoError(t, err)
			text, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			require.NoError(t, r.Body.Close())
			assert.Equal(t, "Hello\n-- open --\n", string(text))
			require.NoError(t, p.Close())
			cancel()
			assert.Equal(t, OK, <-done)
		})
	}
}
