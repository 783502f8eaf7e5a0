package sim

import (
	"slices"
	"time"
)

// Garble turns over the lowest bit of the byte that is on a cable at this
// moment, both ways at once when both are spoken. Nobody notices but by what
// arrives. A cable on which nothing travels is not changed. Network links are
// spared: what carries messages there has checksums of its own.
type Garble struct{ Cable string }

func (o Garble) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o Garble) apply(w *World) error {
	ci, err := w.findWire(o.Cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	c, spec := &w.cables[ci], &w.top.cables[ci]
	for side := range c.flight {
		for i := range c.flight[side] {
			t := &c.flight[side][i]
			at, there := t.onTheWire(w.now)
			if !there {
				continue
			}
			t.data = slices.Clone(t.data) // the sender's bytes stay what they were
			t.data[at] ^= 1
			w.observe(Garbled{At: w.now, Wire: o.Cable, To: spec.end(1 - side).Unit, Byte: at})
		}
	}
	return nil
}

// String says it in words.
func (o Garble) String() string { return "garble a byte on " + o.Cable }

// onTheWire returns which byte of a transfer is arriving at world time now.
func (t *transfer) onTheWire(now time.Duration) (int, bool) {
	from := t.first - t.per
	if now < from || now >= t.end || t.per == 0 {
		return 0, false
	}
	return int((now - from) / t.per), true
}

// Garbled: a byte was changed on its way. Byte counts from 0 within its
// transfer.
type Garbled struct {
	At   time.Duration
	Wire string
	To   string // unit
	Byte int
}

// When returns At.
func (o Garbled) When() time.Duration { return o.At }
