package rig

import (
	"stormrig/fault"
	"stormrig/hil/driver"
	"stormrig/hil/wire/card"
	"stormrig/pos/sabotage"
	"stormrig/pos/store"
	"stormrig/scenarios/spec"
	"stormrig/sim"
)

// Options put something wrong into a world. The zero value is an honest one;
// only scenarios/prove and tests make another.
type Options struct {
	// Sabotage is what is wrong in the code of all tills and of the hub.
	Sabotage sabotage.Set
	// Disk puts something between a till or the hub and its disk. It must keep
	// no state of its own: copies of the run share it. nil: nothing.
	Disk func(unit string, fs store.FS) store.FS
	// Drivers replaces drivers of a till, in each of its lives anew. keys are
	// the card host's. nil: none.
	Drivers func(keys card.BaseKey, drivers []driver.Driver) []driver.Driver
	// Cable changes a cable before the world is built: its speed, its packets.
	// nil: all are as they are.
	Cable func(*sim.Cable)
}

// StartWith is [Start] with something wrong in the world.
func StartWith(sc *spec.Scenario, seed int64, plan *fault.Plan, o Options) (*Run, error) {
	return start(&builder{sc: sc, seed: seed, options: o}, plan)
}

// disk is what a unit takes for its disk.
func (b *builder) disk(unit string) func(store.FS) store.FS {
	if b.options.Disk == nil {
		return nil
	}
	return func(fs store.FS) store.FS { return b.options.Disk(unit, fs) }
}

// bend replaces drivers as the options want it.
func (b *builder) bend() func([]driver.Driver) []driver.Driver {
	if b.options.Drivers == nil {
		return nil
	}
	return func(drivers []driver.Driver) []driver.Driver { return b.options.Drivers(b.keys, drivers) }
}
