// Package link says what a network link does to the messages on it. It holds
// no connection and no time: it is the arithmetic of delay, loss, duplication,
// reordering and partition, as a value that faults change.
//
// A link carries messages, not bytes: one Write is one message, which arrives
// whole or not at all, but for the one in which its connection breaks (the
// world's Sever): of that the first bytes arrive, and then the end. What a link
// may do to a till: lose, delay, repeat and reorder any message, in either
// direction, for any time, and say nothing. What it may not do: alter a message
// or invent one.
package link

import (
	"fmt"
	"strings"
	"time"
)

// Dice is where a link's luck comes from.
type Dice interface {
	Intn(n int) int
	Duration(lo, hi time.Duration) time.Duration
}

// Direction names a way through a link. Directions can be joined with |.
type Direction uint8

// The directions: from the A end to the B end, and back.
const (
	AtoB Direction = 1 << iota
	BtoA
	Both = AtoB | BtoA
)

// State is what a link does at present. The zero State is a perfect link.
// The permille fields are chances for each message.
type State struct {
	Delay     time.Duration // one way
	Jitter    time.Duration // 0 to Jitter more, drawn for each message
	Loss      int           // permille
	Duplicate int           // permille: a second copy comes after the first
	Reorder   int           // permille: held back by ReorderBy, so later ones overtake it
	ReorderBy time.Duration
	Block     Direction // nothing passes that way
	// Noticed says that the ends find out when the link is blocked both ways
	// or when the peer loses power (Closed); otherwise there is silence.
	Noticed bool
}

// Passes tells whether a message can go the way d.
func (s State) Passes(d Direction) bool { return s.Block&d == 0 }

// With returns s made worse by o: delays add, of chances the greater counts,
// blocks join, and what either would notice is noticed.
func (s State) With(o State) State {
	s.Delay += o.Delay
	s.Jitter += o.Jitter
	s.Loss = max(s.Loss, o.Loss)
	s.Duplicate = max(s.Duplicate, o.Duplicate)
	s.Reorder = max(s.Reorder, o.Reorder)
	s.ReorderBy = max(s.ReorderBy, o.ReorderBy)
	s.Block |= o.Block
	s.Noticed = s.Noticed || o.Noticed
	return s
}

// Fate is what becomes of one message.
type Fate struct {
	Copies int              // 0 lost, 1, or 2 duplicated
	After  [2]time.Duration // travel time of each copy
	Late   bool             // held back: messages sent later may overtake it
}

// Send draws the fate of a message sent the way d. It draws the same number of
// times whatever the state is, so that a fault on the link does not shift the
// luck of the messages after it.
func (s State) Send(d Direction, dice Dice) Fate {
	after := s.Delay + dice.Duration(0, s.Jitter)
	lost := dice.Intn(1000) < s.Loss
	twice := dice.Intn(1000) < s.Duplicate
	late := dice.Intn(1000) < s.Reorder
	gap := dice.Duration(0, s.Delay+s.Jitter)
	if lost || !s.Passes(d) {
		return Fate{}
	}
	if late {
		after += s.ReorderBy
	}
	f := Fate{Copies: 1, After: [2]time.Duration{after}, Late: late}
	if twice {
		f.Copies, f.After[1] = 2, after+gap
	}
	return f
}

// String says it in words: "up", "down, unnoticed", "40ms, loses 20 in 1000".
func (s State) String() string {
	var parts []string
	switch s.Block {
	case Both:
		parts = append(parts, "down")
		if !s.Noticed {
			parts = append(parts, "unnoticed")
		}
	case AtoB:
		parts = append(parts, "blocked forth")
	case BtoA:
		parts = append(parts, "blocked back")
	}
	if s.Loss > 0 {
		parts = append(parts, fmt.Sprintf("loses %d in 1000", s.Loss))
	}
	if s.Duplicate > 0 {
		parts = append(parts, fmt.Sprintf("repeats %d in 1000", s.Duplicate))
	}
	if s.Reorder > 0 {
		parts = append(parts, fmt.Sprintf("reorders %d in 1000", s.Reorder))
	}
	if s.Block != Both && s.Delay > 0 {
		parts = append(parts, "delay "+s.Delay.String())
	}
	if len(parts) == 0 {
		return "up"
	}
	return strings.Join(parts, ", ")
}
