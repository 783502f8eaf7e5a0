package pump

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What is under way on a wire is not given up because this process got no
// processor for a while: only many looks, each with time for a reader, do that.
func TestAStarvedProcessIsNotAtRest(t *testing.T) {
	c := NewClock(Pace{})
	defer c.Close()
	w := c.NewWire()
	w.opened(dialling)
	w.opened(listening)
	assert.True(t, w.atRest())
	w.sent(dialling, 1)
	for range settles - 1 {
		w.looked = w.looked.Add(-time.Hour)
		assert.False(t, w.atRest())
		assert.False(t, w.atRest(), "two looks at one moment are one")
	}
	w.looked = w.looked.Add(-time.Hour)
	assert.True(t, w.atRest())
	w.got(dialling, 1)
	assert.False(t, w.atRest(), "something moved")
}

// Who is woken by the clock may get a processor late: the clock does not go on
// before it has said that it may.
func TestTheClockWaitsForWhoItWakes(t *testing.T) {
	c := NewClock(Pace{Skip: true})
	defer c.Close()
	rest := func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.atRest()
	}
	set := false
	release, rang := c.pause(time.Hour, nil, func() { set = true })
	assert.True(t, set && rang)
	assert.False(t, rest())
	release()
	assert.Eventually(t, rest, 10*time.Second, time.Millisecond) // the ring itself ends after who it woke

	stop := make(chan struct{})
	close(stop)
	_, rang = c.pause(time.Hour, stop, func() {})
	assert.False(t, rang)
	assert.Eventually(t, rest, 10*time.Second, time.Millisecond)
}
