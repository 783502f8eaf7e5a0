package hub

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

func TestClockJump(t *testing.T) {
	s := int64(time.Second)
	at := func(mono, wall int64) pos.Now { return pos.Now{Mono: time.Duration(mono * s), Wall: wall * s} }
	ran := clock{at: at(10, 1000), ran: true, last: 990 * s}
	started := clock{last: 990 * s}
	cases := []struct {
		name string
		c    clock
		now  pos.Now
		want *pos.ClockJump
	}{
		{"time passes", ran, at(70, 1060), nil},
		{"it was set by a second", ran, at(70, 1061), nil},
		{"forward", ran, at(70, 1063), &pos.ClockJump{From: 1060 * s, To: 1063 * s}},
		{"backward", ran, at(70, 1000), &pos.ClockJump{From: 1060 * s, To: 1000 * s}},
		{"the first look of a life, long after", started, at(0, 9000), nil},
		{"the first look of a life, before the newest entry", started, at(0, 5), &pos.ClockJump{From: 990 * s, To: 5 * s}},
		{"the first look of the first life", clock{}, at(0, 5), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, c.c.jump(c.now))
			c.c.seen(c.now)
			assert.Nil(t, c.c.jump(c.now), "said once")
		})
	}
}
