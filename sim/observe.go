package sim

import (
	"time"

	"stormrig/hil/machine"
)

// Observation is something that could be seen in the world. Observations are
// values of the types below; their slices must not be changed. At is world
// time, Gen the life of Who (1 is the first).
type Observation interface{ When() time.Duration }

// Told: a machine's Tell, at the time when its outputs left.
type Told struct {
	At    time.Duration
	Who   string
	Gen   int
	Value any
}

// Handled: a unit with a disk handled an input. It is seen the moment the
// input is taken, before any of it has happened in world time, so that a cut
// can be aimed inside. If one comes, Outs never leave.
type Handled struct {
	At    time.Duration
	Who   string
	Gen   int
	N     uint64 // which handling of Who
	Input machine.Input
	Begin time.Duration    // = At
	End   time.Duration    // the last disk operation has ended
	ActAt time.Duration    // the outputs leave
	Ops   []Op             // in order
	Outs  []machine.Output // what will leave then: to aim by, not to record
}

// TransferBegun: bytes or a message were put on a wire. Byte i arrives at
// First + i*Per (world time), so exactly k bytes have arrived at
// First + (k-1)*Per. A copy made by a network link is announced as well.
type TransferBegun struct {
	At       time.Duration
	Wire     string // name of the cable or link
	From, To string // units
	Port     string // of From
	Data     []byte
	First    time.Duration
	Per      time.Duration
}

// Delivered: bytes or a message reached a unit that has power.
type Delivered struct {
	At       time.Duration
	Wire     string
	From, To string
	Port     string // of To
	Data     []byte
	First    time.Duration // world time
	Per      time.Duration
	Whole    bool // false: the prefix of a transfer that broke off
}

// Lost: bytes, a message or a hand's act came to nothing.
type Lost struct {
	At       time.Duration
	Wire     string // empty for an act
	From, To string
	Bytes    int
	Why      string
}

// PowerChanged: a unit or a source got or lost power.
type PowerChanged struct {
	At  time.Duration
	Who string
	Gen int
	On  bool
	Why string
}

// CutHappened: a unit with a disk lost power, or its process was killed. It
// follows the PowerChanged.
type CutHappened struct {
	At  time.Duration
	Who string
	Gen int
	// Killed: the process died and power stayed; Image is empty.
	Killed bool
	// Busy: it was between taking an input and acting on it; N is then the
	// number of that handling, Ops the operations it would have made, Begun
	// and Ended how many had begun and ended. Synced: there was a sync, the
	// last one had ended, and the outputs had not left.
	Busy         bool
	N            uint64
	Input        machine.Input
	Ops          []Op
	Begun        int
	Ended        int
	Synced       bool
	Begin, ActAt time.Duration
	Image        Image
}

// Connected: the peers on a cable or link found each other, or parted.
type Connected struct {
	At   time.Duration
	Wire string
	Up   bool
	Why  string
}

// LinkChanged: what a network link does changed. For a cable, that it was
// plugged or unplugged.
type LinkChanged struct {
	At   time.Duration
	Link string
	Up   bool   // something can pass both ways
	Why  string // the state in words
}

// ClockMoved: a unit's clock was set, jumped, or started at 1970.
type ClockMoved struct {
	At       time.Duration
	Who      string
	Gen      int
	From, To int64 // wall ns
	Why      string
}

// DiskAiled: a disk began or ceased to misbehave.
type DiskAiled struct {
	At    time.Duration
	Who   string
	Fault DiskFault
	Ended bool
	Left  string // Ended: the mode of a fault that goes on
	Err   string // the disk could not do that
}

// When returns At.
func (o Told) When() time.Duration { return o.At }

// When returns At.
func (o Handled) When() time.Duration { return o.At }

// When returns At.
func (o TransferBegun) When() time.Duration { return o.At }

// When returns At.
func (o Delivered) When() time.Duration { return o.At }

// When returns At.
func (o Lost) When() time.Duration { return o.At }

// When returns At.
func (o PowerChanged) When() time.Duration { return o.At }

// When returns At.
func (o CutHappened) When() time.Duration { return o.At }

// When returns At.
func (o Connected) When() time.Duration { return o.At }

// When returns At.
func (o LinkChanged) When() time.Duration { return o.At }

// When returns At.
func (o ClockMoved) When() time.Duration { return o.At }

// When returns At.
func (o DiskAiled) When() time.Duration { return o.At }

// seen keeps observations in chunks: what Step returned is never overwritten,
// and there is one allocation for many steps.
type seen struct {
	chunk []Observation
	from  int
}

const seenChunk = 128

func (s *seen) add(o Observation) {
	if len(s.chunk) == cap(s.chunk) {
		pending := s.chunk[s.from:]
		s.chunk = append(make([]Observation, 0, seenChunk+2*len(pending)), pending...)
		s.from = 0
	}
	s.chunk = append(s.chunk, o)
}

// take returns what was seen since the last take.
func (s *seen) take() []Observation {
	got := s.chunk[s.from:len(s.chunk):len(s.chunk)]
	s.from = len(s.chunk)
	return got
}

func (s *seen) clone() seen {
	return seen{chunk: append([]Observation(nil), s.chunk[s.from:]...)}
}
