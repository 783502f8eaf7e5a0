package sim

import (
	"math/bits"
	"time"
)

// RTC says what keeps a unit's clock going while the unit is off.
type RTC uint8

// The kinds of real-time clock.
const (
	RTCOwn     RTC = iota // a cell of its own: always right (as far as it is)
	RTCBattery            // the unit's battery: 1970 after it was flat
	RTCNone               // nothing: 1970 after every loss of power
)

// Clock is a unit's clock at the start.
type Clock struct {
	Offset time.Duration // shown time minus true time at Config.Start
	PPM    int64         // gains that many microseconds a second
	RTC    RTC
}

// clock is a clock that runs: it showed wall at world time at.
type clock struct {
	at   time.Duration
	wall int64
	ppm  int64 // of its own
	rtc  RTC
	lost bool // starts at 1970 when power comes back

	drifts []drift // under way, oldest first; replaced, never changed
	begun  int     // drifts so far
}

// drift makes a clock gain ppm microseconds a second.
type drift struct {
	nth int
	ppm int64
}

// rate returns how much it gains now.
func (c *clock) rate() int64 {
	if n := len(c.drifts); n > 0 {
		return c.drifts[n-1].ppm
	}
	return c.ppm
}

func newClock(cfg Config, c Clock) clock {
	return clock{at: cfg.Start, wall: cfg.EpochWall + int64(cfg.Start) + int64(c.Offset), ppm: c.PPM, rtc: c.RTC}
}

// read returns what the clock shows, in ns since 1970.
func (c *clock) read(now time.Duration) int64 {
	gone := now - c.at
	return c.wall + int64(gone) + mulDiv(int64(gone), c.rate(), 1_000_000)
}

// set makes it show wall from now on.
func (c *clock) set(now time.Duration, wall int64) { c.at, c.wall = now, wall }

// mulDiv returns a*b/c truncated towards zero, without overflow in between; c
// is positive and the result must fit.
func mulDiv(a, b, c int64) int64 {
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	if neg {
		return -int64(q)
	}
	return int64(q)
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return uint64(-a)
	}
	return uint64(a)
}

// moveClock sets a unit's clock and says so.
func (w *World) moveClock(ui int, wall int64, why string) {
	u := &w.units[ui]
	from := u.clock.read(w.now)
	u.clock.set(w.now, wall)
	w.observe(ClockMoved{At: w.now, Who: w.top.specs[ui].Name, Gen: u.gen, From: from, To: wall, Why: why})
}

// wakeClock is what becomes of a clock when its unit starts.
func (w *World) wakeClock(ui int) {
	u := &w.units[ui]
	if u.clock.lost || u.clock.rtc == RTCNone && u.gen > 1 {
		u.clock.lost = false
		w.moveClock(ui, 0, "the clock's battery was flat")
	}
}
