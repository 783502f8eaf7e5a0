package pump

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

// flood writes far more than a line holds as soon as it is open.
type flood struct{}

func (flood) Clone() machine.Machine { return flood{} }

func (flood) Handle(_ machine.Now, in machine.Input) []machine.Output {
	switch in.Kind {
	case machine.Boot:
		return []machine.Output{{Kind: machine.Open, Port: "out"}}
	case machine.Opened:
		return []machine.Output{{Kind: machine.Write, Port: "out", Data: []byte(strings.Repeat("x", 1<<20))}}
	}
	return nil
}

// A device that is there and takes nothing is hung up; the machine is never
// blocked.
func TestPumpHangsUpOnWhoTakesNothing(t *testing.T) {
	porttest.Need(t, port.PTY)
	spec, err := port.Parse("pty:" + filepath.Join(t.TempDir(), "line"))
	require.NoError(t, err)
	l, err := spec.Listen()
	require.NoError(t, err)
	defer l.Close()
	clock, seen := newTestClock(t, Pace{}), newLog()
	p := New(Config{Unit: Device("host", flood{}), Clock: clock, Watch: seen.watch,
		Ports: []Port{{Name: "out", Dial: spec.Dial, WriteWithin: 20 * time.Millisecond}}})
	defer p.Close()
	require.NoError(t, p.Boot())
	seen.until(t, 1, func(s Seen) bool { return s.Kind == Sent })
	require.NoError(t, p.Do("nothing", nil), "the machine is not blocked")
	seen.until(t, 1, func(s Seen) bool { return s.Kind == Down })
}

// A dialler that never answers ends with its bound, and with the power.
func TestPumpOffEndsADial(t *testing.T) {
	clock := newTestClock(t, Pace{})
	dialling := make(chan struct{}, 1)
	p := New(Config{Unit: Device("host", flood{}), Clock: clock, Ports: []Port{{Name: "out", DialWithin: time.Hour,
		Dial: func(ctx context.Context) (port.Port, error) {
			select {
			case dialling <- struct{}{}:
			default:
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}}}})
	require.NoError(t, p.Boot())
	<-dialling
	require.NoError(t, p.Off())
	p.Close() // waits for all goroutines
}

func TestPumpWithoutPower(t *testing.T) {
	clock, seen := newTestClock(t, Pace{}), newLog()
	lasting := New(Config{Unit: Device("dev", echo{}), Clock: clock, Watch: seen.watch})
	require.NoError(t, lasting.Off(), "off already")
	require.NoError(t, lasting.Do("tear", nil), "a hand can work on a device that is off")
	require.ErrorContains(t, lasting.Unplug("cable"), `dev has no port "cable"`)
	lasting.Close()
	require.ErrorIs(t, lasting.Boot(), ErrOff)

	fails := errors.New("disk gone")
	lives := 0
	till := New(Config{Clock: clock, Unit: Unit{Name: "till", Start: func(life int) (Handler, error) {
		if lives++; life == 1 && lives == 1 {
			return nil, fails
		}
		return echo{}, nil
	}}})
	defer till.Close()
	require.ErrorIs(t, till.Boot(), fails)
	require.ErrorIs(t, till.Do("tear", nil), ErrOff)
	require.NoError(t, till.Boot(), "the next attempt is life 1 again")
	require.NoError(t, till.Boot(), "on already")
}

// lives counts them, and says when it was let go of.
type lives struct {
	echo
	life int
}

func TestPumpLives(t *testing.T) {
	clock := newTestClock(t, Pace{})
	var stopped []int
	p := New(Config{Clock: clock, Unit: Unit{Name: "till",
		Start: func(life int) (Handler, error) { return lives{life: life}, nil },
		Stop:  func(h Handler) { stopped = append(stopped, h.(lives).life) }}})
	for range 3 {
		require.NoError(t, p.Boot())
		require.NoError(t, p.Off())
	}
	p.Close()
	assert.Equal(t, []int{1, 2, 3}, stopped)
}

// Nothing is left running.
func TestPumpLeavesNoGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("day", func(t *testing.T) {
		host, dev, seen, _ := pair(t, "mem")
		require.NoError(t, host.Boot())
		require.NoError(t, dev.Boot())
		seen.until(t, 1, told("call 1\r\n"))
	})
	for give := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(give); {
		time.Sleep(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// A dialled port that is lost comes back without the machine's asking, and one
// that the machine has closed does not.
func TestPumpRedials(t *testing.T) {
	w := port.NewWire("w")
	clock, seen := newTestClock(t, Pace{Skip: true}), newLog()
	host := New(Config{Unit: Device("host", &caller{}), Clock: clock, Watch: seen.watch, Ports: []Port{{Name: "out", Dial: w.Dial}}})
	defer host.Close()
	require.NoError(t, host.Boot())
	up := func(s Seen) bool { return s.Kind == Up }
	for n := 1; n <= 3; n++ {
		l, err := w.Listen()
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		conn, err := l.Accept(ctx)
		require.NoError(t, err)
		seen.until(t, n, up)
		require.NoError(t, l.Close())
		require.NoError(t, conn.Close())
		seen.until(t, n, func(s Seen) bool { return s.Kind == Down })
		cancel()
	}
}
