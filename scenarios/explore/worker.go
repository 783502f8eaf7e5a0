package explore

import (
	"fmt"
	"time"

	"stormrig/fault/disk"
	"stormrig/pos/book"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
)

// worker explores tasks one after the other.
type worker struct {
	o       *Options
	decoder *decoder
	truths  *truths
	books   map[shelf]*opened
	t       Tally // of the task under way
	nth     int64 // states so far
}

func newWorker(o *Options, base *fold.Base) *worker {
	return &worker{o: o, decoder: newDecoder(), truths: &truths{base: base, known: map[string]*truth{}}, books: map[shelf]*opened{}}
}

func (w *worker) now() time.Duration {
	switch {
	case w.o.CPU != nil:
		return w.o.CPU()
	case w.o.Clock != nil:
		return w.o.Clock()
	}
	return 0
}

// enough tells whether one failure is all that is looked for, and found.
func (w *worker) enough() bool { return w.o.First && w.t.Failures > 0 }

// floorEvery is how often a state is also just opened and scanned, fullEvery how
// often its fold is compared record by record.
const (
	floorEvery = 16
	fullEvery  = 64
)

// floor opens and scans the same image and checks nothing: what the till's
// start cannot be faster than.
func (w *worker) floor(d *disk.Disk, st *disk.State) {
	w.nth++
	if w.nth%floorEvery != 0 {
		return
	}
	began := w.now()
	on := d.Fork(*st)
	_, _ = journal.Verify(on) // what it finds is not what is measured
	if b, _, err := book.Open(on, book.Options{}); err == nil {
		_ = b.Close()
	}
	w.t.Spent.Floor += w.now() - began
	w.t.Spent.FloorStates++
}

// clock is a world time as the shop's wall clock shows it.
func (w *worker) clock(at time.Duration) string {
	return w.o.Scenario.Shop.Opens.Add(at).Format("15:04:05.000000")
}

func (w *worker) replay(id ID) string {
	return fmt.Sprintf("%s explore %s --seed %d --only '%s'", w.o.Program, w.o.Name, w.o.Seed, id)
}
