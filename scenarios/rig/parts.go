package rig

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/station"
	"stormrig/pos/book"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/history"
	"stormrig/sim/shop"
)

// Parts are the things of a scenario's world before they are put together, for
// a rig that plays the same day on other wires and other disks.
type Parts struct {
	Scenario *spec.Scenario
	// Layout has every machine and every wire. Its tills and hub stand on
	// simulated disks: [Parts.Till] and [Parts.Hub] make them on others.
	Layout sim.Layout
	// Visits are the day's shoppers in the order of their coming.
	Visits []Visit
	Header history.Header

	tills map[string]*tillSetup
	hub   *hubUnit
}

// Visit is one shopper: when he comes (since the opening), and to which till.
type Visit struct {
	At     time.Duration
	Till   string
	Basket shop.Basket
}

// WarmUp is how long before the opening the world begins.
const WarmUp = warmUp

// TakeApart makes the parts of a scenario's world.
func TakeApart(sc *spec.Scenario, seed int64) (*Parts, error) {
	b := &builder{sc: sc, seed: seed}
	w, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("building the parts of %s: %w", sc.Name, err)
	}
	r := &Run{Scenario: sc, Seed: seed, world: w}
	for _, t := range sc.Tills {
		r.tills = append(r.tills, t.Name)
	}
	r.header()
	p := &Parts{Scenario: sc, Layout: b.layout, Header: *r.events[0].Header, tills: map[string]*tillSetup{}}
	for _, u := range b.layout.Units {
		switch v := u.Unit.(type) {
		case *tillUnit:
			p.tills[u.Name] = v.setup
		case *hubUnit:
			p.hub = v
		}
	}
	visits, err := day(sc, seed)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(visits, func(a, b visit) int { return int(a.at - b.at) })
	for _, v := range visits {
		p.Visits = append(p.Visits, Visit{v.at, v.till, v.Basket})
	}
	return p, nil
}

// keep is how many own entries a till on a disk of its own has at hand; what is
// older, some months of a shop, moves to its archive.
const keep = 100_000

// Till makes a life of a till on a store; nil where name is no till. open may be
// nil for a real directory.
func (p *Parts) Till(name string, fs store.FS, life int, open book.Opener) *station.Till {
	s := p.tills[name]
	if s == nil {
		return nil
	}
	cfg := s.config
	cfg.Opener = open // in the place of the simulated disk's
	cfg.Journal = journal.OnDisk(journal.Options{})
	cfg.Keep = keep
	return station.NewTill(&cfg, fs, uint32(life), s.drivers())
}

// Bend lets a function change or replace the drivers of every life of a till:
// on a bench the device may be of another make.
func (p *Parts) Bend(till string, bend func([]driver.Driver) []driver.Driver) {
	if s := p.tills[till]; s != nil {
		s.bend = bend
	}
}

// Hub makes a life of the hub on a store; nil where name is not the hub.
func (p *Parts) Hub(name string, fs store.FS, life int) *station.Hub {
	if name != unitHub {
		return nil
	}
	cfg := *p.hub.config
	cfg.Journal = journal.OnDisk(journal.Options{})
	return station.NewHub(&cfg, fs, uint32(life), p.hub.ports)
}

// Cashier is the unit of the person at a till.
func Cashier(till string) string { return cashierOf(till) }
