package pump

import (
	"slices"
	"sync"
	"time"
)

// Clock is the time that some pumps share, in nanoseconds since the clock was
// made. The zero value is not usable.
type Clock struct {
	rate  float64
	skips bool
	epoch int64

	mu      sync.Mutex
	began   time.Time
	skipped time.Duration
	alarms  []*Alarm
	busy    int           // pieces of work under way: no skip while there is one
	wires   []*Wire       // between pumps on this clock
	kick    chan struct{} // something changed
	done    chan struct{}
}

// Pace is how a Clock runs.
type Pace struct {
	// Rate is seconds of the clock in a second of the wall; 0 is 1.
	Rate float64
	// Skip lets the clock jump over times in which nothing happens. All that
	// could happen must then be on this clock: pumps, and wires between them.
	Skip bool
	// Epoch is the wall clock at the start, in ns since 1970; 0 is the
	// machine's own.
	Epoch int64
}

// NewClock starts a clock. Close stops it.
func NewClock(p Pace) *Clock {
	c := &Clock{rate: p.Rate, skips: p.Skip, epoch: p.Epoch, began: time.Now(), kick: make(chan struct{}, 1), done: make(chan struct{})}
	if c.rate == 0 {
		c.rate = 1
	}
	if c.epoch == 0 {
		c.epoch = c.began.UnixNano()
	}
	go c.run()
	return c
}

// Close stops the clock; no alarm rings any more.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.done:
	default:
		close(c.done)
	}
}

// Now is the time since the clock was started; it never steps back.
func (c *Clock) Now() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Duration {
	return c.skipped + time.Duration(float64(time.Since(c.began))*c.rate)
}

// Wall is what a right clock on the wall shows, in ns since 1970.
func (c *Clock) Wall() int64 { return c.epoch + int64(c.Now()) }

// Alarm calls its function once at its time, from the clock's goroutine; the
// function must be quick.
type Alarm struct {
	clock *Clock
	at    time.Duration // negative: off
	ring  func()
}

// NewAlarm returns an alarm that is off.
func (c *Clock) NewAlarm(ring func()) *Alarm { return &Alarm{clock: c, at: -1, ring: ring} }

// Set moves the alarm to a time of the clock; a negative one turns it off.
func (a *Alarm) Set(at time.Duration) {
	c := a.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.alarms, a)
	switch {
	case i >= 0 && at < 0:
		c.alarms = slices.Delete(c.alarms, i, i+1)
	case i < 0 && at >= 0:
		c.alarms = append(c.alarms, a)
	}
	a.at = at
	c.stir()
}

// Sleep waits for a while of the clock, or until stop is closed, or the clock
// is; only the first is true.
func (c *Clock) Sleep(d time.Duration, stop <-chan struct{}) bool {
	release, rang := c.pause(d, stop, func() {})
	release()
	return rang
}

// pause is Sleep for who has something to do before and after it: set is called as
// soon as the time is set, and the clock does not skip again until release is
// called. Whoever has been woken may wait long for a processor.
func (c *Clock) pause(d time.Duration, stop <-chan struct{}, set func()) (release func(), rang bool) {
	rings, gone := make(chan func()), make(chan struct{})
	defer close(gone)
	a := c.NewAlarm(func() {
		release := c.Hold()
		select {
		case rings <- release:
		case <-gone:
			release()
		}
	})
	a.Set(c.Now() + d)
	defer a.Set(-1)
	set()
	select {
	case release := <-rings:
		return release, true
	case <-stop:
	case <-c.done:
	}
	return func() {}, false
}

// At runs do in a goroutine of its own when the clock shows at, or at once
// where that is past. The clock does not skip until do has returned.
func (c *Clock) At(at time.Duration, do func()) {
	c.NewAlarm(func() { c.Go(do) }).Set(max(at, 0))
}

// Go runs do in a goroutine of its own; the clock does not skip until it has
// returned.
func (c *Clock) Go(do func()) {
	c.work(1)
	go func() {
		defer c.work(-1)
		do()
	}()
}

// Hold keeps the clock from skipping until release is called: somebody who is no
// pump is doing something.
func (c *Clock) Hold() (release func()) {
	c.work(1)
	return sync.OnceFunc(func() { c.work(-1) })
}

// work counts pieces of work under way; the clock does not skip meanwhile.
func (c *Clock) work(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy += n; c.busy == 0 {
		c.stir()
	}
}

// stir makes the clock look again; mu is held.
func (c *Clock) stir() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// lookAgain is how often the clock looks at wires that are not at rest, which
// come to rest without a word.
const lookAgain = 500 * time.Microsecond

func (c *Clock) run() {
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	for {
		pause.Reset(c.ringDue())
		select {
		case <-c.done:
			return
		case <-c.kick:
		case <-pause.C:
		}
	}
}

// ringDue rings what is due and returns how long nothing will be.
func (c *Clock) ringDue() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		a := c.first()
		if a == nil {
			return time.Hour
		}
		wait := time.Duration(float64(a.at-c.now()) / c.rate)
		if wait > 0 && c.skips {
			if !c.atRest() {
				return min(wait, lookAgain)
			}
			c.skipped += a.at - c.now()
			wait = 0
		}
		if wait > 0 {
			return wait
		}
		c.alarms = slices.DeleteFunc(c.alarms, func(b *Alarm) bool { return b == a })
		// A skip ends with this ring: what it sets in motion comes first.
		c.busy++
		c.mu.Unlock()
		a.ring()
		c.mu.Lock()
		c.busy--
	}
}

func (c *Clock) first() *Alarm {
	var first *Alarm
	for _, a := range c.alarms {
		if first == nil || a.at < first.at {
			first = a
		}
	}
	return first
}

// atRest tells whether nothing is under way anywhere; mu is held.
func (c *Clock) atRest() bool {
	if c.busy > 0 {
		return false
	}
	rest := true
	for _, w := range c.wires { // each counts how often it was looked at
		rest = w.atRest() && rest
	}
	return rest
}
