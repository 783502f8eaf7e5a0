package fold

import (
	"fmt"
	"time"

	"stormrig/pos"
)

// aheadLimit is how far the wall clock may jump forward before a device stops
// trusting it.
const aheadLimit = time.Hour

// awayLimit is how long a device may be off and still believe its clock.
const awayLimit = 366 * 24 * time.Hour

// earliest and latest bound the time that a device believes at its first start:
// 2024 and 2060, in wall ns.
const (
	earliest = 1_704_067_200_000_000_000
	latest   = 2_840_140_800_000_000_000
)

// backLimit is how far the wall clock may lie before the newest time that the
// device knows of: clocks are set by fractions of a second all the time.
const backLimit = 2 * time.Second

// State is everything that follows from the entries a device holds.
type State struct {
	*Local
	*Shared
	device string
}

// New returns the state of a device in a shop in which nothing has happened.
func New(device string, base *Base) *State {
	return &State{Local: newLocal(), Shared: NewShared(base), device: device}
}

// Device returns whose state this is.
func (s *State) Device() string { return s.device }

// Base returns the catalogue as provisioned.
func (s *State) Base() *Base { return s.base }

// Clone returns a copy that shares nothing changeable.
func (s *State) Clone() *State {
	return &State{Local: s.Local.clone(), Shared: s.Shared.Clone(), device: s.device}
}

// Apply folds one entry; it tells whether it was new. Entries of the own
// device must come in their order.
func (s *State) Apply(e *pos.Entry) bool {
	if !s.Shared.Apply(e) {
		return false
	}
	if e.Device == s.device {
		s.Local.apply(e)
	}
	return true
}

func (s *State) tables() []store { return append(s.Local.tables(), s.Shared.tables()...) }

// Changes returns the records that differ from the last checkpoint, or all of
// them, in a fixed order.
func (s *State) Changes(all bool) ([]Change, error) {
	var out []Change
	for _, t := range s.tables() {
		c, err := t.changes(all)
		if err != nil {
			return nil, err
		}
		out = append(out, c...)
	}
	return out, nil
}

// Checkpointed says that what Changes returned is durable.
func (s *State) Checkpointed() {
	for _, t := range s.tables() {
		t.clean()
	}
}

// Load takes one record of a checkpoint.
func (s *State) Load(key string, value []byte) error {
	for _, t := range s.tables() {
		if mine, err := t.load(key, value); mine || err != nil {
			return err
		}
	}
	return fmt.Errorf("record %q belongs to no table of this version", key)
}

// Quality judges the device's clock at a wall time, given the jump that was
// noticed just now and is not folded yet (nil for none).
func (s *State) Quality(wall int64, jump *pos.ClockJump) pos.ClockQuality {
	t := s.Till()
	ahead := t.AheadBy > 0
	if jump != nil {
		ahead = t.aheadBy(jump) > 0
	}
	if t.MaxWall == 0 && !plausible(wall) || wall < t.MaxWall-int64(backLimit) || ahead {
		return pos.ClockDoubtful
	}
	return pos.ClockGood
}

// aheadBy is how far a clock has been moved beyond good time by jumps that leave
// it in doubt, this one included; 0 when it can be trusted again. Small steps
// of a clock that runs a day ahead leave it a day ahead. One that lay behind and
// comes back to about where good time was is set right, however far it came.
func (t *Till) aheadBy(j *pos.ClockJump) int64 {
	step := j.To - j.From
	switch {
	case t.MaxWall == 0: // no good time yet
		if plausible(j.To) {
			return 0
		}
		return max(step, 1)
	case j.From < t.MaxWall-int64(backLimit):
		if Implausible(j.To, t.MaxWall) {
			return j.To - t.MaxWall
		}
		return 0
	case t.AheadBy > int64(awayLimit) && !Implausible(j.To, t.MaxWall):
		return 0 // it showed another year, and shows this one again
	}
	if by := t.AheadBy + step; by > int64(aheadLimit) {
		return by
	}
	return 0
}

// plausible tells whether a clock can be right of which nothing else is known:
// a device that was never on may show 1970, or any year that somebody set.
func plausible(wall int64) bool { return wall >= earliest && wall < latest }

// Implausible tells whether a clock shows a time so long after the last known
// one that even a device which was off all the while must doubt it.
func Implausible(wall, last int64) bool { return wall-last > int64(awayLimit) }

// NextHLC returns the hybrid clock of an entry made at a wall time: 48 bits of
// milliseconds and 16 of counter, above all that were given under a good clock.
func (s *State) NextHLC(wall int64) uint64 {
	physical := uint64(max(wall, 0)/int64(time.Millisecond)) << 16
	return max(physical, s.Till().HLC+1)
}
