package pump

import "time"

// Wire tells the clock what is between two pumps: bytes that one has written
// and the other has not read yet, a connection of which only one side knows.
// Both pumps name it in their Port; it carries nothing itself.
type Wire struct {
	clock  *Clock
	side   [2]wireSide // of the dialling and of the listening pump
	looked time.Time   // when that was last seen, or something changed
	looks  int         // how often since something changed
}

// wireSide is one side's view; Clock.mu guards it.
type wireSide struct {
	up        bool
	sent, got int
}

// NewWire returns a wire between two pumps on this clock.
func (c *Clock) NewWire() *Wire {
	w := &Wire{clock: c, looked: time.Now()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wires = append(c.wires, w)
	return w
}

// settles is how many looks, each a lookAgain after the one before, let a wire whose
// sides do not agree be taken for being at rest all the same: what one has sent is
// lost, or waits for a reader who does not read. Time alone would not do: a process
// that gets no processor for as long has not read, either.
const settles = 600

func (w *Wire) atRest() bool {
	a, b := w.side[0], w.side[1]
	if a.up == b.up && (!a.up || a.sent == b.got && b.sent == a.got) {
		return true
	}
	if now := time.Now(); now.Sub(w.looked) >= lookAgain {
		w.looked = now
		w.looks++
	}
	return w.looks >= settles
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
	w.looked, w.looks = time.Now(), 0
	w.clock.stir()
}
