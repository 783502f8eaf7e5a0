package pump

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

// sipper takes 64 bytes, says XOFF, and XON after a rest. It tells how many
// bytes came while it rested, and when all are there.
type sipper struct {
	resting      bool
	sip, over    int
	got          int
	first, until time.Duration
}

func (d *sipper) Clone() machine.Machine { c := *d; return &c }

func (d *sipper) Handle(now machine.Now, in machine.Input) []machine.Output {
	say := func(b byte) machine.Output {
		return machine.Output{Kind: machine.Write, Port: "host", Data: []byte{b}}
	}
	switch in.Kind {
	case machine.Data:
		if d.got == 0 {
			d.first = in.First
		}
		d.got += len(in.Data)
		d.until = in.At(len(in.Data) - 1)
		if d.resting {
			d.over += len(in.Data)
		} else if d.sip += len(in.Data); d.sip >= 64 {
			d.sip, d.resting = 0, true
			return []machine.Output{say(xoff), {Kind: machine.WakeAt, At: now.Mono + 10*time.Millisecond}, {Kind: machine.Tell, Tell: d.got}}
		}
		return []machine.Output{{Kind: machine.Tell, Tell: d.got}}
	case machine.Wake:
		d.resting = false
		return []machine.Output{say(xon)}
	}
	return nil
}

const (
	sipBytes = 600
	sipByte  = 100 * time.Microsecond
)

// drink sends 600 bytes over a line and returns the device when all are there.
func drink(t *testing.T, options string) sipper {
	t.Helper()
	porttest.Need(t, port.PTY)
	path := filepath.Join(t.TempDir(), "line")
	far, err := port.Parse("pty:" + path)
	require.NoError(t, err)
	near, err := port.Parse("serial:" + path + options)
	require.NoError(t, err)
	clock, seen := newTestClock(t, Pace{}), newLog()
	dev := &sipper{}
	p := New(Config{Unit: Device("dev", dev), Clock: clock, Watch: seen.watch,
		Ports: []Port{{Name: "host", Listen: far.Listen, PerByte: sipByte}}})
	defer p.Close()
	require.NoError(t, p.Boot())
	host, err := near.Dial(t.Context())
	require.NoError(t, err)
	defer host.Close()
	_, err = host.Write([]byte(strings.Repeat("x", sipBytes)))
	require.NoError(t, err)
	seen.until(t, 1, func(s Seen) bool { return s.Kind == Told && s.Value == sipBytes })
	var end sipper
	require.NoError(t, p.Look(func(Handler) { end = *dev }))
	return end
}

// A host whose line obeys XOFF is stopped within what a UART holds, though the
// kernel has had all its bytes for long.
func TestPaceStopsAtXOff(t *testing.T) {
	d := drink(t, "?flow=xonxoff")
	rests := sipBytes / 64
	assert.LessOrEqual(t, d.over, rests*int(slice/sipByte), "bytes that came in spite of XOFF")
	assert.GreaterOrEqual(t, d.until-d.first, sipBytes*sipByte/2, "at the line's pace")
}

// One that does not obey runs over the device, at the pace of the line.
func TestPaceOfAHostThatDoesNotStop(t *testing.T) {
	d := drink(t, "?flow=none")
	assert.Greater(t, d.over, sipBytes/4, "bytes that came in spite of XOFF")
	assert.GreaterOrEqual(t, d.until-d.first, sipBytes*sipByte/2)
}

// A host that hangs up while it is stopped takes with it what it had not sent.
func TestPaceHangUpWhileStopped(t *testing.T) {
	porttest.Need(t, port.PTY)
	far, err := port.Parse("pty:" + filepath.Join(t.TempDir(), "line"))
	require.NoError(t, err)
	near := far
	near.Kind, near.Line.Flow = port.Serial, port.FlowXOnXOff
	clock, seen := newTestClock(t, Pace{}), newLog()
	dev := New(Config{Unit: Device("dev", stopper{}), Clock: clock, Watch: seen.watch,
		Ports: []Port{{Name: "host", Listen: far.Listen, PerByte: time.Millisecond}}})
	defer dev.Close()
	require.NoError(t, dev.Boot())
	host, err := near.Dial(t.Context())
	require.NoError(t, err)
	_, err = host.Write([]byte(strings.Repeat("x", 1000)))
	require.NoError(t, err)
	seen.until(t, 1, func(s Seen) bool { return s.Kind == Sent })
	require.NoError(t, host.Close())
	seen.until(t, 1, func(s Seen) bool { return s.Kind == Down })
	got := 0
	for _, s := range seen.until(t, 1, func(s Seen) bool { return s.Kind == Got }) {
		got += len(s.Data)
	}
	assert.Less(t, got, 500)
}

// stopper says XOFF to the first byte and nothing more.
type stopper struct{}

func (stopper) Clone() machine.Machine { return stopper{} }

func (stopper) Handle(_ machine.Now, in machine.Input) []machine.Output {
	if in.Kind == machine.Data {
		return []machine.Output{{Kind: machine.Write, Port: "host", Data: []byte{xoff}}}
	}
	return nil
}
