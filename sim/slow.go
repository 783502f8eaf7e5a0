package sim

import "time"

// Slow lets all that a device says on a cable come later, in its order. What
// the device is told comes as before, and nobody is told that it is slow.
type Slow struct {
	Cable string
	By    time.Duration // added to each transfer
	For   time.Duration
}

func (o Slow) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o Slow) apply(w *World) error { return w.slow(o, o.Cable, o.By, o.For) }

// String says it in words.
func (o Slow) String() string { return o.Cable + " is slow: it answers " + o.By.String() + " later" }

// Prompt ends a Slow of the same length. What is on its way stays late.
type Prompt struct {
	Cable string
	By    time.Duration
}

func (o Prompt) target(w *World) error { _, err := w.findWire(o.Cable, false); return err }

func (o Prompt) apply(w *World) error { return w.slow(o, o.Cable, -o.By, 0) }

// String says it in words.
func (o Prompt) String() string { return o.Cable + " no longer answers " + o.By.String() + " later" }

// slow adds to the time that a device's words take; ends beyond what began
// change nothing.
func (w *World) slow(o Operation, cable string, by, lasts time.Duration) error {
	ci, err := w.findWire(cable, false)
	if err != nil {
		return err
	}
	w.noteOp(o)
	c := &w.cables[ci]
	c.late = max(c.late+by, 0)
	w.observe(Slowed{At: w.now, Wire: cable, By: c.late})
	w.undo(lasts, Prompt{Cable: cable, By: by})
	return nil
}

// Slowed: what a device says on a cable takes By longer from now on.
type Slowed struct {
	At   time.Duration
	Wire string
	By   time.Duration
}

// When returns At.
func (o Slowed) When() time.Duration { return o.At }
