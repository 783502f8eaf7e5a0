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
