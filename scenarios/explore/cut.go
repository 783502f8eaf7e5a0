package explore

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/fault/disk"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// away is how long the power stays away after a cut.
const away = 10 * time.Second

// Cut is one thing done to the world at an exact moment.
type Cut struct {
	Unit string // the till or hub; for an impaired link its name
	At   time.Duration
	// Kind is what happens: the zero value takes the battery out.
	Kind Kind
	// Index is the state that the disk is left in, of the list that Kind
	// names; for EIO which sync of a file fails, from 1.
	Index int
}

// Kind says what a Cut does.
type Kind string

// The kinds of cut.
const (
	Power Kind = ""     // a loss of power on an honest disk
	Lying Kind = "lied" // a loss of power on a disk that was not honest
	EIO   Kind = "eio"  // a sync of a file fails
	Kill  Kind = "kill" // the process dies, and the page cache stays
	Deaf  Kind = "deaf" // a message on its way is lost
)

// ID names a sequence of cuts in one scenario and seed: "phone@305.000000001s#4".
// It is all that is needed to make them happen again.
type ID []Cut

// String writes the id.
func (id ID) String() string {
	parts := make([]string, len(id))
	for i, c := range id {
		parts[i] = fmt.Sprintf("%s@%s#%d", c.Unit, c.At, c.Index)
		if c.Kind != Power {
			parts[i] += ":" + string(c.Kind)
		}
	}
	return strings.Join(parts, "/")
}

// ParseID reads what String wrote.
func ParseID(text string) (ID, error) {
	var id ID
	for _, part := range strings.Split(text, "/") {
		c, err := parseCut(part)
		if err != nil {
			return nil, fmt.Errorf("cut point %q: %w", text, err)
		}
		id = append(id, c)
	}
	return id, nil
}

func parseCut(part string) (Cut, error) {
	unit, rest, ok := strings.Cut(part, "@")
	at, index, ok2 := strings.Cut(rest, "#")
	if !ok || !ok2 || unit == "" {
		return Cut{}, fmt.Errorf("%q is not UNIT@TIME#STATE", part)
	}
	index, kind, _ := strings.Cut(index, ":")
	switch Kind(kind) {
	case Power, Lying, EIO, Kill, Deaf:
	default:
		return Cut{}, fmt.Errorf("there is no cut of kind %q", kind)
	}
	t, err := time.ParseDuration(at)
	if err != nil {
		return Cut{}, fmt.Errorf("%q is no time", at)
	}
	n, err := strconv.Atoi(index)
	if err != nil || n < 0 {
		return Cut{}, fmt.Errorf("%q is no number of a state", index)
	}
	return Cut{Unit: unit, At: t, Kind: Kind(kind), Index: n}, nil
}

// Faults returns the cuts as faults of a plan, to be added to the day's own.
func (id ID) Faults() []fault.Fault {
	out := make([]fault.Fault, len(id))
	for i, c := range id {
		out[i] = c.fault(fmt.Sprintf("explored.%d", i+1))
	}
	return out
}

func (c Cut) fault(id string) fault.Fault {
	switch c.Kind {
	case EIO:
		return fault.Fault{ID: id, Kind: fault.Disk, Target: c.Unit, When: fault.At(c.At), For: time.Second,
			Args: fault.Args{Mode: sim.DiskEIOSync, Count: int64(c.Index)}}
	case Kill:
		return fault.Fault{ID: id, Kind: fault.Kill, Target: c.Unit, When: fault.At(c.At), For: away}
	case Deaf:
		return fault.Fault{ID: id, Kind: fault.Network, Target: c.Unit, When: fault.At(c.At), For: time.Second,
			Args: fault.Args{Mode: "partition"}}
	}
	list := disk.Honest
	if c.Kind == Lying {
		list = disk.Lied
	}
	return rig.Drop(id, c.Unit, c.At, away, disk.Forced{At: c.At, List: list, Index: c.Index})
}
