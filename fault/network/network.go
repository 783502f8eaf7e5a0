// Package network holds what can go wrong with a network link.
//
// A till must survive any message lost, late, twice or out of order, either
// direction alone blocked, and a peer that is gone with or without notice, for
// any time. It may lose no entry and no payment: a message is never the only
// place where something is. It may be slow, and it may not know: whether a
// request reached the card host is unknown until host or dongle say so.
//
// What each rig can do:
//
//	sim       all of it, drawn from the link's own stream
//	process   both ways or one of them cut, at the ends
//	machine   the virtual network card's carrier
//	hardware  the router's power, or a hand
package network

import (
	"fmt"
	"time"

	"stormrig/sim"
	"stormrig/sim/link"
)

// The modes of a network fault.
const (
	Partition = "partition" // nothing passes
	OneWay    = "one-way"   // nothing passes one way
	Loss      = "loss"
	Delay     = "delay"
	Duplicate = "duplicate"
	Reorder   = "reorder"
	Break     = "break" // the connection dies inside the next message, then nothing passes
)

// Modes returns the modes.
func Modes() []string { return []string{Partition, OneWay, Loss, Delay, Duplicate, Reorder, Break} }

// Trouble is a network fault's particulars.
type Trouble struct {
	Mode     string
	Way      string        // OneWay: "forth" or "back"; Break: of the message, empty for either
	Permille int           // Loss, Duplicate, Reorder; Break: of the message's bytes
	Bytes    int           // Break: so many, where it is above 0
	Delay    time.Duration // Delay, Reorder
	Noticed  bool          // Partition
}

// State returns what the trouble adds to a link.
func (t Trouble) State() (link.State, error) {
	chance := t.Permille >= 1 && t.Permille <= 1000
	switch {
	case t.Mode == Partition:
		return link.State{Block: link.Both, Noticed: t.Noticed}, nil
	case t.Mode == OneWay && t.Way == "forth":
		return link.State{Block: link.AtoB}, nil
	case t.Mode == OneWay && t.Way == "back":
		return link.State{Block: link.BtoA}, nil
	case t.Mode == OneWay:
		return link.State{}, fmt.Errorf("a one-way partition needs a way, forth or back, not %q", t.Way)
	case t.Mode == Delay && t.Delay > 0:
		return link.State{Delay: t.Delay}, nil
	case t.Mode == Delay:
		return link.State{}, fmt.Errorf("network delay needs a delay above 0")
	case t.Mode == Loss && chance:
		return link.State{Loss: t.Permille}, nil
	case t.Mode == Duplicate && chance:
		return link.State{Duplicate: t.Permille}, nil
	case t.Mode == Reorder && chance && t.Delay > 0:
		return link.State{Reorder: t.Permille, ReorderBy: t.Delay}, nil
	case t.Mode == Loss || t.Mode == Duplicate || t.Mode == Reorder:
		return link.State{}, fmt.Errorf("network %s needs a chance of 1 to 1000 in 1000 (and reorder a delay)", t.Mode)
	}
	return link.State{}, fmt.Errorf("unknown network trouble %q (known: %v)", t.Mode, Modes())
}

// Impair puts the trouble on a link under an id.
func Impair(linkName, id string, t Trouble, lasts time.Duration) (sim.Operation, error) {
	if t.Mode == Break {
		return t.sever(linkName, id, lasts)
	}
	state, err := t.State()
	if err != nil {
		return nil, err
	}
	return sim.Impair{Link: linkName, ID: id, State: state, For: lasts}, nil
}

func (t Trouble) sever(linkName, id string, lasts time.Duration) (sim.Operation, error) {
	way, ok := map[string]link.Direction{"": link.Both, "forth": link.AtoB, "back": link.BtoA}[t.Way]
	if !ok || t.Permille < 0 || t.Permille > 1000 || t.Bytes < 0 {
		return nil, fmt.Errorf("a break inside a message goes forth or back, after 0 to 1000 in 1000 of its bytes")
	}
	return sim.Sever{Link: linkName, ID: id, Way: way, Permille: t.Permille, Bytes: t.Bytes, For: lasts}, nil
}
