package pump

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rung waits for something that the clock is to do.
func rung(t *testing.T, c <-chan time.Duration) time.Duration {
	t.Helper()
	select {
	case at := <-c:
		return at
	case <-time.After(20 * time.Second):
		require.Fail(t, "it never rang")
		return 0
	}
}

func newTestClock(t *testing.T, p Pace) *Clock {
	c := NewClock(p)
	t.Cleanup(c.Close)
	return c
}

// at has the clock say when it reached a time.
func at(c *Clock, when time.Duration) <-chan time.Duration {
	out := make(chan time.Duration, 1)
	c.At(when, func() { out <- c.Now() })
	return out
}

func TestClockSkipsToWhatIsNext(t *testing.T) {
	c := newTestClock(t, Pace{Skip: true, Epoch: 1})
	release := c.Hold()
	day, hour := at(c, 24*time.Hour), at(c, time.Hour)
	began := time.Now()
	release()
	assert.InDelta(t, time.Hour, rung(t, hour), float64(time.Minute))
	got := rung(t, day)
	assert.GreaterOrEqual(t, got, 24*time.Hour)
	assert.Less(t, got, 24*time.Hour+time.Minute)
	assert.Less(t, time.Since(began), time.Minute)
	assert.GreaterOrEqual(t, c.Wall(), int64(24*time.Hour)+1)
}

func TestClockDoesNotSkipWhileHeld(t *testing.T) {
	c := newTestClock(t, Pace{Skip: true})
	release := c.Hold()
	hour := at(c, time.Hour)
	soon := at(c, 5*time.Millisecond) // what is due is due all the same
	assert.Less(t, rung(t, soon), time.Minute)
	assert.Empty(t, hour)
	release()
	release() // once is enough
	assert.GreaterOrEqual(t, rung(t, hour), time.Hour)
}

// While a deed runs no time is skipped: what it plans for one second later is
// not overtaken by what waits for the next hour.
func TestClockWaitsForADeed(t *testing.T) {
	c := newTestClock(t, Pace{Skip: true})
	release := c.Hold()
	order := make(chan time.Duration, 2)
	c.At(time.Hour, func() { order <- c.Now() })
	begun, goOn := make(chan time.Duration), make(chan struct{})
	c.At(time.Minute, func() {
		begun <- c.Now()
		<-goOn
		c.At(c.Now()+time.Second, func() { order <- c.Now() })
	})
	release()
	rung(t, begun)
	assert.Less(t, rung(t, at(c, time.Minute+time.Millisecond)), 2*time.Minute, "only what is due now goes on")
	assert.Empty(t, order)
	close(goOn)
	assert.Less(t, rung(t, order), 2*time.Minute)
	assert.GreaterOrEqual(t, rung(t, order), time.Hour)
}

func TestClockRate(t *testing.T) {
	c := newTestClock(t, Pace{Rate: 1000})
	began := time.Now()
	got := rung(t, at(c, 20*time.Second))
	took := time.Since(began)
	assert.GreaterOrEqual(t, got, 20*time.Second)
	assert.GreaterOrEqual(t, took, 15*time.Millisecond, "it runs, it does not skip")
	assert.Less(t, took, 10*time.Second)
}

func TestAlarmMovesAndStops(t *testing.T) {
	c := newTestClock(t, Pace{Skip: true})
	release := c.Hold()
	out := make(chan time.Duration, 8)
	moved := c.NewAlarm(func() { out <- c.Now() })
	moved.Set(time.Hour)
	moved.Set(2 * time.Hour)
	off := c.NewAlarm(func() { out <- 0 })
	off.Set(time.Minute)
	off.Set(-1)
	release()
	assert.GreaterOrEqual(t, rung(t, out), 2*time.Hour)
	rung(t, at(c, 3*time.Hour))
	assert.Empty(t, out)
}

// Bytes between two pumps hold the clock, but not for ever: what a peer does not
// take is lost some day.
func TestWireHoldsTheClock(t *testing.T) {
	c := newTestClock(t, Pace{Skip: true})
	w := c.NewWire()
	w.opened(dialling)
	hour := at(c, time.Hour)
	w.opened(listening)
	rung(t, hour)

	w.sent(dialling, 5)
	hour = at(c, 2*time.Hour)
	w.got(listening, 3)
	assert.Empty(t, hour)
	w.got(listening, 2)
	rung(t, hour)

	w.sent(dialling, 5) // nobody reads
	began := time.Now()
	rung(t, at(c, 3*time.Hour))
	assert.GreaterOrEqual(t, time.Since(began), settles*lookAgain/2)
}

func TestSleepEndsWithStopAndWithTheClock(t *testing.T) {
	c := NewClock(Pace{})
	stop := make(chan struct{})
	close(stop)
	assert.False(t, c.Sleep(time.Hour, stop))
	c.Close()
	c.Close()
	assert.False(t, c.Sleep(time.Hour, nil))
}
