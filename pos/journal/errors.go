package journal

import (
	"errors"
	"fmt"

	"stormrig/pos"
)

var (
	// ErrDamaged: an entry that was once durable cannot be read. The error is
	// a *Damage.
	ErrDamaged = errors.New("journal: damaged")
	// ErrUnknown: a commit failed in a way that leaves open whether it is on
	// the disk. Rewrite decides it.
	ErrUnknown = errors.New("journal: fate of the commit is unknown")
	// ErrFork: another frame is known for the same key.
	ErrFork = errors.New("journal: fork: same key, other hash")
	// ErrGap: a frame does not follow the last one known.
	ErrGap = errors.New("journal: gap in the sequence")
	// ErrNoIncarnation: there is no chain to append to; see NewIncarnation.
	ErrNoIncarnation = errors.New("journal: a new incarnation must be opened first")
	// ErrFrame: bytes are no frame.
	ErrFrame = errors.New("journal: not a frame")
	// ErrShort: bytes begin a frame but end before it does.
	ErrShort = fmt.Errorf("%w: cut short", ErrFrame)
)

// Damage names the first entry of a chain that cannot be trusted.
type Damage struct {
	Chain   pos.Chain
	Segment string // path
	Offset  int64  // where in the segment
	Seq     uint64 // the entry that should be there
	// What is wrong: "header", "frame" (length or checksum), "sequence",
	// "chain" (hash before) or "missing".
	What string
	// Later is the highest entry known to have followed, by the journal
	// itself or by a witness; 0 when none is.
	Later uint64
}

// Error implements error.
func (d *Damage) Error() string {
	s := fmt.Sprintf("journal: damaged: %s at byte %d: entry %s/%d: bad %s",
		d.Segment, d.Offset, d.Chain, d.Seq, d.What)
	if d.Later > 0 {
		s += fmt.Sprintf(", entries up to %d are known to have followed", d.Later)
	}
	return s
}

// Unwrap lets errors.Is find ErrDamaged.
func (d *Damage) Unwrap() error { return ErrDamaged }
