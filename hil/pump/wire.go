package pump

import "time"

// Wire tells the clock what is between two pumps: bytes that one has written
// and the other has not read yet, a connection of which only one side knows.
// Both pumps name it in their Port; it carries nothing itself.
type Wire struct {
	clock *Clock
	side  [2]wireSide // of the dialling and of the listening pump
	moved time.Time   // when something last changed
}

// wireSide is one side's view; Clock.mu guards it.
type wireSide struct {
	up        bool
	sent, got int
}

// NewWire returns a wire between two pumps on this clock.
func (c *Clock) NewWire() *Wire {
	w := &Wire{clock: c, moved: time.Now()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wires = append(c.wires, w)
	return w
}

// settles is when a wire whose sides do not agree is taken to be at rest all
// the same: what one has sent is lost, or waits for a reader who does not read.
const settles = 300 * time.Millisecond

func (w *Wire) atRest() bool {
	a, b := w.side[0], w.side[1]
	agree := a.up == b.up && (!a.up || a.sent == b.got && b.sent == a.got)
	return agree || time.Since(w.moved) > settles
}

const (
	dialling  = 0
	listening = 1
)

func (w *Wire) opened(side int) {
	w.change(func() { w.side[side] = wireSide{up: true} })
}

func (w *Wire) closed(side int) {
	w.change(func() { w.side[side] = wireSide{} })
}

func (w *Wire) sent(side, n int) { w.change(func() { w.side[side].sent += n }) }
func (w *Wire) got(side, n int)  { w.change(func() { w.side[side].got += n }) }

func (w *Wire) change(do func()) {
	if w == nil {
		return
	}
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	do()
	w.moved = time.Now()
	w.clock.stir()
}
