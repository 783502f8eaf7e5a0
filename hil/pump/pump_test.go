package pump

import (
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

// caller opens its port, sends a line each hour, and tells what comes back.
type caller struct{ n int }

func (c *caller) Clone() machine.Machine { d := *c; return &d }

func (c *caller) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	switch in.Kind {
	case machine.Boot:
		return []machine.Output{{Kind: machine.Open, Port: "out"}}
	case machine.Opened, machine.Wake:
		c.n++
		return []machine.Output{
			{Kind: machine.Write, Port: "out", Data: []byte("call " + strconv.Itoa(c.n) + "\r\n")},
			{Kind: machine.WakeAt, At: now.Mono + time.Hour},
		}
	case machine.Data:
		return []machine.Output{{Kind: machine.Tell, Tell: string(in.Data)}}
	case machine.Closed:
		return []machine.Output{{Kind: machine.WakeAt, At: -1}, {Kind: machine.Tell, Tell: "closed"}}
	}
	return nil
}

// echo sends back what comes.
type echo struct{}

func (echo) Clone() machine.Machine { return echo{} }

func (echo) Handle(_ machine.Now, in machine.Input) (out []machine.Output) {
	switch in.Kind {
	case machine.Data:
		return []machine.Output{{Kind: machine.Write, Port: "host", Data: in.Data}}
	case machine.Off:
		return []machine.Output{{Kind: machine.Tell, Tell: "off"}}
	case machine.Closed:
		return []machine.Output{{Kind: machine.Tell, Tell: "closed"}}
	}
	return nil
}

// log collects what was seen.
type log struct {
	mu   sync.Mutex
	seen []Seen
	more chan struct{}
}

func newLog() *log { return &log{more: make(chan struct{}, 1)} }

func (l *log) watch(s Seen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, s)
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// until waits for something to have been seen n times.
func (l *log) until(t *testing.T, n int, what func(Seen) bool) []Seen {
	t.Helper()
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for {
		l.mu.Lock()
		var got []Seen
		for _, s := range l.seen {
			if what(s) {
				got = append(got, s)
			}
		}
		l.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-l.more:
		case <-patience.C:
			require.Fail(t, "was not seen", "%d of %d; all: %+v", len(got), n, l.seen)
		}
	}
}

func told(value string) func(Seen) bool {
	return func(s Seen) bool { return s.Kind == Told && s.Value == value }
}

// pair is a caller and an echo, tied by a real port.
func pair(t *testing.T, kind string) (host, dev *Pump, seen *log, clock *Clock) {
	porttest.Need(t, port.Kind(kind))
	clock = NewClock(Pace{Skip: true})
	t.Cleanup(clock.Close)
	wire := clock.NewWire()
	h, d := Port{Name: "out", Wire: wire}, Port{Name: "host", Wire: wire}
	switch kind {
	case "mem":
		w := port.NewWire("w")
		h.Dial, d.Listen = w.Dial, w.Listen
	default:
		spec, err := port.Parse(map[string]string{"pty": "pty:" + filepath.Join(t.TempDir(), "line"), "tcp": "tcp:127.0.0.1:" + freePort(t)}[kind])
		require.NoError(t, err)
		h.Dial, d.Listen = spec.Dial, spec.Listen
	}
	seen = newLog()
	host = New(Config{Unit: Device("host", &caller{}), Clock: clock, Ports: []Port{h}, Watch: seen.watch})
	dev = New(Config{Unit: Device("dev", echo{}), Clock: clock, Ports: []Port{d}, Watch: seen.watch})
	t.Cleanup(host.Close)
	t.Cleanup(dev.Close)
	return host, dev, seen, clock
}

func freePort(t *testing.T) string {
	spec, err := port.Parse("tcp:127.0.0.1:0")
	require.NoError(t, err)
	l, err := spec.Listen()
	require.NoError(t, err)
	defer l.Close()
	addr, err := port.Parse(l.Addr())
	require.NoError(t, err)
	return addr.Addr[len("127.0.0.1:"):]
}

func TestPumpOverPorts(t *testing.T) {
	for _, kind := range []string{"mem", "pty", "tcp"} {
		t.Run(kind, func(t *testing.T) {
			host, dev, seen, clock := pair(t, kind)
			require.NoError(t, host.Boot())
			require.NoError(t, dev.Boot())
			seen.until(t, 1, told("call 1\r\n"))
			seen.until(t, 1, told("call 3\r\n")) // two hours later
			assert.GreaterOrEqual(t, clock.Now(), 2*time.Hour)

			require.NoError(t, dev.Unplug("host"))
			closed := func(unit string) func(Seen) bool {
				return func(s Seen) bool { return s.Unit == unit && s.Kind == Told && s.Value == "closed" }
			}
			seen.until(t, 1, closed("host"))
			seen.until(t, 1, closed("dev"))
			require.NoError(t, dev.Plug("host"))
			up := func(s Seen) bool { return s.Unit == "host" && s.Kind == Up }
			seen.until(t, 2, up)

			require.NoError(t, dev.Off())
			seen.until(t, 1, told("off"))
			seen.until(t, 2, closed("host"))
			require.NoError(t, dev.Boot())
			seen.until(t, 3, up)
		})
	}
}

// A hang-up is heard when it happens: the clock does not skip while one side
// knows of it and the other does not.
func TestPumpHearsOfAHangUpInTime(t *testing.T) {
	for _, kind := range []string{"mem", "pty", "tcp"} {
		t.Run(kind, func(t *testing.T) {
			host, dev, seen, _ := pair(t, kind)
			require.NoError(t, host.Boot())
			require.NoError(t, dev.Boot())
			at := func(unit string, n int, what SeenKind) time.Duration {
				return seen.until(t, n, func(s Seen) bool { return s.Unit == unit && s.Kind == what })[n-1].At
			}
			for n := 1; n <= 50; n++ {
				up := at("host", n, Up)
				assert.Less(t, at("dev", n, Up)-up, time.Minute)
				require.NoError(t, dev.Unplug("host"))
				assert.Less(t, at("host", n, Down)-at("dev", n, Down), time.Minute)
				require.NoError(t, dev.Plug("host"))
			}
		})
	}
}

func TestPumpDeaf(t *testing.T) {
	host, dev, seen, _ := pair(t, "mem")
	require.ErrorContains(t, dev.Deafen("usb", true), "no port")
	require.NoError(t, dev.Deafen("host", true))
	require.NoError(t, host.Boot())
	require.NoError(t, dev.Boot())
	seen.until(t, 3, func(s Seen) bool { return s.Unit == "host" && s.Kind == Sent })
	answered := func(s Seen) bool { return s.Unit == "host" && s.Kind == Got }
	seen.mu.Lock()
	assert.False(t, slices.ContainsFunc(seen.seen, answered))
	seen.mu.Unlock()
	require.NoError(t, dev.Deafen("host", false))
	seen.until(t, 1, answered)
	assert.Len(t, seen.until(t, 1, func(s Seen) bool { return s.Kind == Up && s.Unit == "host" }), 1, "the line stayed")
}

func TestPumpUnplugAfter(t *testing.T) {
	for _, kind := range []string{"mem", "pty", "tcp"} {
		t.Run(kind, func(t *testing.T) {
			host, dev, seen, _ := pair(t, kind)
			require.NoError(t, dev.UnplugAfter("host", 11)) // "call 1\r\n" and three bytes
			require.NoError(t, host.Boot())
			require.NoError(t, dev.Boot())
			seen.until(t, 2, told("closed"))
			var got string
			for _, s := range seen.until(t, 1, func(s Seen) bool { return s.Unit == "dev" && s.Kind == Got }) {
				got += string(s.Data)
			}
			assert.Equal(t, "call 1\r\ncal", got)
		})
	}
}
