package certify

import (
	"errors"
	"time"
)

// Bench is where a device is examined. All of it is called by one goroutine.
type Bench interface {
	// Now is the bench's monotonic time.
	Now() time.Duration
	// Send gives bytes to the link. It returns when the link has taken them
	// or limit has passed; n < len(p) without an error means that the link
	// held the rest back.
	Send(p []byte, limit time.Duration) (n int, err error)
	// Receive returns what the device sent: the first bytes that come within
	// limit, or nothing.
	Receive(limit time.Duration) (Chunk, error)
	// Dial connects; a bench that is connected dials again.
	Dial(limit time.Duration) error
	// Hang breaks the connection.
	Hang() error
	Operator
}

// Operator is who stands at the bench.
type Operator interface {
	// Do carries out what a hand must do. ErrNotDone: the operator declined
	// or cannot.
	Do(Action) error
	// Ask is answered by who looks at the device. ErrNotDone: he cannot tell.
	Ask(Question) (string, error)
}

// Chunk is bytes that arrived together.
type Chunk struct {
	At   time.Duration // when the last of them was there
	Data []byte
}

// ErrClosed is returned by Send and Receive when the connection is gone.
var ErrClosed = errors.New("certify: the device is not connected")

// ErrNotDone is an operator's answer for what was not done.
var ErrNotDone = errors.New("certify: not done")

// Action is something that a hand does to the device.
type Action struct {
	// Name is the action as emulated devices know it ("open-cover",
	// "paper-out", "swipe"), Data its argument.
	Name, Data string
	// Prompt tells a person what to do.
	Prompt string
}

// Question is about what can be seen. A person answers the prompt; a Twin
// answers from the paper.
type Question struct {
	Prompt string
	Kind   Answer
	// See finds the answer where a Twin can look. "" is an answer: nothing of
	// the kind is there.
	See func(Scene) string
}

// Scene is what a Twin sees of its device without asking it.
type Scene struct {
	Sheets []Sheet // newest last
	Kicks  int     // pulses that reached the drawer since the bench was built
	// Shown is what the device shows, plays and lights, oldest first.
	Shown []string
}

// Answer says what form an answer has.
type Answer uint8

// The forms of answers.
const (
	AsText   Answer = iota
	AsNumber        // decimal; empty: none
	AsYesNo         // "yes" or "no"
	// AsCodes: what a decoder reads, a code a line: a hand scanner held to
	// the paper, or the path of a photograph.
	AsCodes
)

// Sheet is a piece of paper as a Twin sees it, from one cut to the next.
type Sheet struct {
	// Lines is what can be read on it; an unfinished line ends with "~".
	Lines []string
	// State as sim/device names it: "cut", "torn off", "open", "power lost".
	State string
	// Width in dots, Rows packed, Width/8 bytes a row, 1 is black.
	Width int
	Rows  []byte
}
