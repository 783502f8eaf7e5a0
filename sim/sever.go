package sim

import (
	"fmt"
	"time"

	"stormrig/sim/link"
)

// untilSevered is how long a Sever waits for a message.
const untilSevered = time.Minute

// Sever breaks a link's connection inside the next message that arrives one of
// the ways: its first bytes are there, and then both ends hear that the
// connection is gone. That is how a connection dies that carries a stream. A
// link that carries no message within a minute is spared. It is then cut, as by an
// Impair of the ID.
type Sever struct {
	Link, ID string
	Way      link.Direction
	Permille int // of the message's bytes; at least one arrives, and one does not
	Bytes    int // so many bytes, where it is above 0
	For      time.Duration
}

// severed is a Sever that waits for its message.
type severed struct {
	Sever
	until time.Duration // 0: none waits
}

func (o Sever) target(w *World) error { _, err := w.findWire(o.Link, true); return err }

func (o Sever) apply(w *World) error {
	li, err := w.findWire(o.Link, true)
	if err != nil {
		return err
	}
	w.noteOp(o)
	w.links[li].sever = severed{o, w.now + untilSevered}
	return nil
}

// String says it in words.
func (o Sever) String() string { return "break " + o.Link + " inside a message" }

// severs tells whether the message that arrives at a side is to be broken.
func (w *World) severs(li, side int) bool {
	s := &w.links[li].sever
	return s.until > w.now && s.Way&way(1-side) != 0
}

// sever delivers the beginning of a message and takes the connection down.
func (w *World) sever(li, side int, session uint64, data []byte) {
	o, spec := w.links[li].sever, &w.top.links[li]
	w.links[li].sever = severed{}
	n := o.Bytes
	if n == 0 {
		n = len(data) * o.Permille / 1000
	}
	n = max(min(n, len(data)-1), min(1, len(data)))
	from, to := spec.end(1-side), spec.end(side)
	w.reach(li, side, data[:n:n], false)
	w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(data) - n,
		Why: fmt.Sprintf("the connection broke after %d of %d bytes", n, len(data))})
	for s := range w.links[li].side {
		w.linkClosedDue(li, s, session)
	}
	// The link is known to be there.
	_ = Impair{Link: o.Link, ID: o.ID, State: link.State{Block: link.Both, Noticed: true}, For: o.For}.apply(w)
}
