package hub

import (
	"time"

	"stormrig/pos"
)

// jumpLimit is how far wall and monotonic clock may drift apart between two
// looks before it is a jump; the same as a till's.
const jumpLimit = int64(2 * time.Second)

// clock is what the hub knows of its own clock. It is a value.
type clock struct {
	at   pos.Now // at the last look
	ran  bool    // there was one in this life
	last int64   // wall ns of the newest own entry, of whatever life
}

// jump says how the wall clock moved since the last look; nil when it did not.
// Across a restart only a clock that shows less than the newest entry is
// known to be wrong.
func (c clock) jump(now pos.Now) *pos.ClockJump {
	expected := c.last
	if c.ran {
		expected = c.at.Wall + int64(now.Mono-c.at.Mono)
	}
	diff := now.Wall - expected
	if diff >= -jumpLimit && (diff <= jumpLimit || !c.ran) {
		return nil
	}
	return &pos.ClockJump{From: expected, To: now.Wall}
}

// seen is a look after which nothing is left to be said.
func (c *clock) seen(now pos.Now) { c.at, c.ran, c.last = now, true, now.Wall }

// look journals a jump of the clock before anything else is done with it; it
// returns false when the hub had to stop.
func (h *Hub) look(now pos.Now, r *Result) bool {
	if h.clock.jump(now) == nil {
		h.clock.at, h.clock.ran = now, true
		return true
	}
	r.Tells = append(r.Tells, Span{Name: "push"})
	if err := h.commit(now, r, nil); err != nil {
		h.stopped = true
		r.Tells = append(r.Tells, Stopped{Why: err.Error()})
		return false
	}
	h.news(now, r, "", true)
	return true
}
