package pump

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/port"
)

// lined is a connection with a status line, which says each of its bytes twice
// and cannot be asked in between.
type lined struct {
	port.Port
	says  []byte
	asked int
}

func (l *lined) Status() (byte, error) {
	n := l.asked
	l.asked++
	if n%3 == 2 {
		return 0, port.ErrTimeout
	}
	return l.says[min(n/3, len(l.says)-1)], nil
}

// looker opens its port and tells what the status line says.
type looker struct{}

func (looker) Clone() machine.Machine { return looker{} }

func (looker) Handle(_ machine.Now, in machine.Input) []machine.Output {
	switch in.Kind {
	case machine.Boot:
		return []machine.Output{{Kind: machine.Open, Port: "out"}}
	case machine.Status:
		return []machine.Output{{Kind: machine.Tell, Port: in.Port, Tell: in.Data[0]}}
	}
	return nil
}

// TestStatusLine: what it says reaches the machine when it changes.
func TestStatusLine(t *testing.T) {
	wire := port.NewWire("lp")
	l, err := wire.Listen()
	require.NoError(t, err)
	defer l.Close()
	go func() { _, _ = l.Accept(context.Background()) }()
	clock, seen := newTestClock(t, Pace{Skip: true}), newLog()
	p := New(Config{Unit: Device("host", looker{}), Clock: clock, Watch: seen.watch, Ports: []Port{{Name: "out",
		Dial: func(ctx context.Context) (port.Port, error) {
			conn, err := wire.Dial(ctx)
			return &lined{Port: conn, says: []byte{0x18, 0x38, 0x18}}, err
		}}}})
	defer p.Close()
	require.NoError(t, p.Boot())
	told := seen.until(t, 3, func(s Seen) bool { return s.Kind == Told })
	var said []any
	for _, s := range told {
		said = append(said, s.Value)
	}
	assert.Equal(t, []any{byte(0x18), byte(0x38), byte(0x18)}, said)
	assert.GreaterOrEqual(t, told[1].At-told[0].At, 3*statusEvery-time.Millisecond)
}
