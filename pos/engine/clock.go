package engine

import (
	"time"

	"stormrig/pos"
)

// jumpLimit is how far wall and monotonic clock may drift apart between two
// events before it is a jump.
const jumpLimit = 2 * time.Second

// jumped returns a jump of the wall clock against the monotonic clock, nil for
// none.
func (t *turn) jumped() *pos.ClockJump {
	if !t.ticked {
		return nil
	}
	expected := t.clock.Wall + int64(t.now.Mono-t.clock.Mono)
	diff := t.now.Wall - expected
	if diff <= int64(jumpLimit) && diff >= -int64(jumpLimit) {
		return nil
	}
	if t.cfg.Sabotage.JumpUnsaid {
		return nil
	}
	return &pos.ClockJump{From: expected, To: t.now.Wall}
}

// businessDate returns the shop's day at a wall time: days begin at the
// cut-off in the shop's zone, so that a sale after midnight belongs to the
// evening before. A doubtful clock does not move the day.
func (t *turn) businessDate() string {
	wall := t.now.Wall
	if most := t.st.Till().MaxWall; t.d.Clock == pos.ClockDoubtful && most > 0 && !t.cfg.Sabotage.DoubtMovesDay {
		wall = most
	}
	local := time.Unix(0, wall).In(t.cfg.Zone)
	if t.cfg.Sabotage.CutoffByHours {
		return local.Add(-t.cfg.Cutoff).Format("2006-01-02")
	}
	// Subtracting the cut-off from the clock's face, not from the instant,
	// keeps the day right when the night lost or gained an hour.
	face := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
	return face.Add(-t.cfg.Cutoff).Format("2006-01-02")
}
