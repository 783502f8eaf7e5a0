package rig

import (
	"slices"
	"time"

	"stormrig/sim"
)

// A till or hub that cannot trust its disk stops and says so; it stays so
// until somebody switches it off and on. In the second act somebody does: a
// few times, since a disk that is damaged for good stops it again.
const (
	restartMost = 3
	restartOff  = 5 * time.Second
)

// halt is a unit that stopped: in which life, and how often it was switched
// off and on because of that.
type halt struct{ gen, restarts int }

// halted takes down that a unit has stopped.
func (r *Run) halted(who string, gen int) {
	h := r.halts[who]
	h.gen = gen
	r.halts[who] = h
}

// restart switches the units off and on that have stopped in this life.
func (r *Run) restart() error {
	for _, who := range append(slices.Clone(r.tills), unitHub) {
		h := r.halts[who]
		if h.gen == 0 || h.gen != r.world.Gen(who) || !r.world.On(who) || h.restarts >= restartMost {
			continue
		}
		h.restarts++
		r.halts[who] = h
		if err := r.apply(sim.CutPower{Target: who, For: restartOff}); err != nil {
			return err
		}
	}
	return nil
}
