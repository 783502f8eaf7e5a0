package fold

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

// TestAClockThatIsAheadStaysAhead: what matters is how far it stands from good
// time, not how far the last step was.
func TestAClockThatIsAheadStaysAhead(t *testing.T) {
	good := time.Date(2026, 7, 18, 12, 0, 0, 0, time.UTC).UnixNano()
	hour := int64(time.Hour)
	for _, c := range []struct {
		name  string
		steps []int64
		ahead bool
	}{
		{"a small step", []int64{hour / 2}, false},
		{"a day ahead", []int64{26 * hour}, true},
		{"a day ahead, set by five seconds", []int64{26 * hour, -5 * int64(time.Second)}, true},
		{"a day ahead and set right", []int64{26 * hour, -26 * hour}, false},
		{"a day ahead, set back in two steps", []int64{26 * hour, -20 * hour, -6 * hour}, false},
		{"another century and back", []int64{73 * 365 * 24 * hour, -73 * 365 * 24 * hour}, false},
	} {
		till := Till{MaxWall: good}
		wall := good + hour
		for _, s := range c.steps {
			till.AheadBy = till.aheadBy(&pos.ClockJump{From: wall, To: wall + s})
			wall += s + 3*hour // and three hours go by
		}
		assert.Equal(t, c.ahead, till.AheadBy > 0, c.name)
	}
}

// TestFromBehindToAnotherYear: a flat battery, a wrong year set by hand, the
// right one.
func TestFromBehindToAnotherYear(t *testing.T) {
	good := time.Date(2026, 7, 18, 12, 0, 0, 0, time.UTC).UnixNano()
	y2099 := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	till := Till{MaxWall: good}
	till.AheadBy = till.aheadBy(&pos.ClockJump{From: 0, To: y2099})
	assert.Positive(t, till.AheadBy)
	till.AheadBy = till.aheadBy(&pos.ClockJump{From: y2099, To: good + 5*int64(time.Hour)})
	assert.Zero(t, till.AheadBy)
}
