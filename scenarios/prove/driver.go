package prove

import (
	"slices"
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/scenarios/rig"
)

// bend is what is wrong between a till and one of its ports. Its
// functions keep no state; what they must remember is in the memory.
type bend struct {
	port string
	// tells changes what the driver answers to an input.
	tells func(m *memory, now machine.Now, s *driver.Step)
	// wants changes an effect before the driver gets it; false swallows it.
	wants func(m *memory, e pos.Effect) (pos.Effect, bool)
	// did adds to what the driver answers to an effect.
	did func(m *memory, e pos.Effect, s *driver.Step)
}

// memory is what a bent driver remembers. It is a value; slices are replaced,
// never changed.
type memory struct {
	n     uint64
	at    time.Duration
	held  []pos.Event
	chain pos.Chain
}

// atDrivers bends one driver of every till.
func atDrivers(b bend) rig.Options {
	return rig.Options{Drivers: func(_ card.BaseKey, drivers []driver.Driver) []driver.Driver {
		return bendOne(drivers, b)
	}}
}

func bendOne(drivers []driver.Driver, b bend) []driver.Driver {
	out := slices.Clone(drivers)
	for i, d := range out {
		if d.Port() == b.port {
			out[i] = &bent{inner: d, bend: b}
		}
	}
	return out
}

// bent is a driver with something wrong.
type bent struct {
	inner  driver.Driver
	bend   bend
	memory memory
}

// Port is the inner driver's.
func (d *bent) Port() string { return d.inner.Port() }

// Handle changes what the driver tells.
func (d *bent) Handle(now machine.Now, in machine.Input) driver.Step {
	s := d.inner.Handle(now, in)
	if d.bend.tells != nil {
		d.bend.tells(&d.memory, now, &s)
	}
	return s
}

// Do changes what the till wants.
func (d *bent) Do(now machine.Now, e pos.Effect) driver.Step {
	wanted := true
	if d.bend.wants != nil {
		e, wanted = d.bend.wants(&d.memory, e)
	}
	if !wanted {
		return driver.Step{}
	}
	s := d.inner.Do(now, e)
	if d.bend.did != nil {
		d.bend.did(&d.memory, e, &s)
	}
	return s
}

// Clone returns a copy that shares nothing changeable.
func (d *bent) Clone() driver.Driver {
	c := *d
	c.inner = d.inner.Clone()
	return &c
}
