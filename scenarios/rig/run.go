package rig

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"stormrig/fault"
	"stormrig/pos"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/device"
	"stormrig/sim/history"
	"stormrig/sim/shop"
)

// Bounds of a run.
const (
	calmFor  = 3 * time.Hour // the second act converges within that, once all faults have ended
	calmLook = 10 * time.Second
	// More events than mostSteps and stepsASale for each sale are a loop in a
	// machine.
	mostSteps  = 400_000
	stepsASale = 1_000
	// eventsASale is what a sale usually adds to the history.
	eventsASale = 70
)

// Run is one run of a scenario, under way or ended.
type Run struct {
	Scenario *spec.Scenario
	Seed     int64
	Plan     fault.Plan

	world  *sim.World
	picker *fault.Picker
	tills  []string
	events []history.Event

	act       string
	converged bool
	ended     bool
	lookAt    time.Duration // when convergence is looked for next
	nextN     int           // number of the next shopper who was not planned

	serving  map[string]int       // till: basket on the counter
	scanned  map[string][]string  // till: codes on their way to it, oldest first; lists are replaced, never changed
	hanging  map[string][]entry   // unit: entries of a handling that was cut, fate unknown
	storing  map[string][]pos.Key // unit: others' chains as the handling under way stores them, by their heads
	unsure   map[string][]pos.Key // unit: the same of a handling that was cut, fate unknown
	handling map[string][]entry   // unit: entries of the handling under way
	halts    map[string]halt      // unit: when it stopped
	baskets  map[int]shop.Basket
	charged  map[string]string // till: reference of its last charge that has no result
	refs     map[string]int    // payment reference: basket whose card was read for it
	sales    map[string]underway
	leaks    leakScan
	seen     []sim.Observation // of the last step
}

// Start builds the world of a scenario and plans its faults. plan nil draws
// the plan from the seed.
func Start(sc *spec.Scenario, seed int64, plan *fault.Plan) (*Run, error) {
	return start(&builder{sc: sc, seed: seed}, plan)
}

func start(b *builder, plan *fault.Plan) (*Run, error) {
	sc, seed := b.sc, b.seed
	w, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("building the world of %s: %w", sc.Name, err)
	}
	r := &Run{Scenario: sc, Seed: seed, world: w, act: "storm", serving: map[string]int{}, scanned: map[string][]string{},
		hanging: map[string][]entry{}, storing: map[string][]pos.Key{}, unsure: map[string][]pos.Key{}, handling: map[string][]entry{}, halts: map[string]halt{}, baskets: map[int]shop.Basket{}, refs: map[string]int{}, charged: map[string]string{}, sales: map[string]underway{}}
	if plan == nil {
		drawn, err := Plan(sc, seed)
		if err != nil {
			return nil, err
		}
		plan = &drawn
	}
	r.Plan = *plan
	r.force(plan.Faults)
	r.events = make([]history.Event, 0, eventsASale*(sc.SaleCount()+2)) // growing costs more than filling
	r.picker = fault.NewPicker(plan.Faults)
	for _, t := range sc.Tills {
		r.tills = append(r.tills, t.Name)
	}
	r.header()
	r.record(history.Event{Kind: history.KindAct, Who: "rig", State: "storm"})
	return r, r.invite()
}

// invite schedules the day's shoppers.
func (r *Run) invite() error {
	visits, err := day(r.Scenario, r.Seed)
	if err != nil {
		return err
	}
	r.nextN = 1
	for _, v := range visits {
		r.nextN = max(r.nextN, v.N+1)
		if err := r.arrive(v.at, v.till, v.Basket); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) arrive(at time.Duration, till string, b shop.Basket) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	r.baskets[b.N] = b
	r.leaks.card(b.Track)
	return r.world.Schedule(at, sim.Act{Unit: cashierOf(till), Action: shop.ActBasket, Data: data})
}

// Clone returns a copy of the whole run: world, faults, history. Nothing is
// run again.
func (r *Run) Clone() *Run {
	c := *r
	c.world, c.picker = r.world.Clone(), r.picker.Clone()
	c.events = slices.Clip(r.events)
	c.serving, c.scanned, c.baskets = maps.Clone(r.serving), maps.Clone(r.scanned), maps.Clone(r.baskets)
	c.refs, c.charged, c.sales = maps.Clone(r.refs), maps.Clone(r.charged), maps.Clone(r.sales)
	c.hanging, c.handling = maps.Clone(r.hanging), maps.Clone(r.handling)
	c.storing, c.unsure, c.halts = maps.Clone(r.storing), maps.Clone(r.unsure), maps.Clone(r.halts)
	c.leaks, c.seen = r.leaks.clone(), nil
	return &c
}

// World returns the world, to look at.
func (r *Run) World() *sim.World { return r.world }

// Add gives the run one more fault.
func (r *Run) Add(f fault.Fault) {
	r.force([]fault.Fault{f})
	r.picker.Add(f)
	r.Plan.Faults = append(slices.Clip(r.Plan.Faults), f)
}

// Ended tells whether the run is over.
func (r *Run) Ended() bool { return r.ended }

// Step lets the next thing happen; false when the run is over.
func (r *Run) Step() (bool, error) {
	r.seen = nil
	if r.ended {
		return false, nil
	}
	if most := mostSteps + stepsASale*(r.nextN-1); r.world.Events() > most {
		return false, fmt.Errorf("%s, seed %d: more than %d events; a machine is in a loop", r.Scenario.Name, r.Seed, most)
	}
	seen, ok := r.picker.StepBefore(r.world, r.nextDeed())
	if !ok {
		return !r.ended, r.deed()
	}
	return true, r.see(seen)
}

// nextDeed is when the rig itself acts: at closing time, then every so often
// to look whether all has converged.
func (r *Run) nextDeed() time.Duration {
	if r.act == "storm" {
		return r.Scenario.Shop.Length()
	}
	return r.lookAt
}

func (r *Run) deed() error {
	at := r.nextDeed()
	r.world.Advance(at)
	if r.act == "storm" {
		return r.calm()
	}
	if r.settled() {
		r.converged = true
		return r.finish()
	}
	if at >= r.calmFrom()+calmFor {
		return r.finish()
	}
	r.lookAt = at + calmLook
	return r.restart()
}

// calmFrom is when the last fault ends that is written to last beyond the
// closing, or the closing.
func (r *Run) calmFrom() time.Duration {
	from := r.Scenario.Shop.Length()
	for _, f := range r.picker.Fired() {
		from = max(from, f.At+f.Fault.For)
	}
	return from
}

// calm ends the faults and lets the cashiers close the day.
func (r *Run) calm() error {
	r.act = "calm"
	r.record(history.Event{Kind: history.KindAct, Who: "rig", State: "calm"})
	for _, f := range r.picker.Fired() {
		if err := r.heal(f); err != nil {
			return err
		}
	}
	for _, t := range r.Scenario.Selling() {
		if err := r.task(t.Name, shop.Task{Word: pos.WordReport, Args: []string{"z"}}); err != nil {
			return err
		}
	}
	r.lookAt = r.world.Now() + calmLook
	return nil
}

func (r *Run) task(till string, k shop.Task) error {
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return r.apply(sim.Act{Unit: cashierOf(till), Action: shop.ActTask, Data: data})
}

// heal undoes a fault that was to stay.
func (r *Run) heal(f fault.Firing) error {
	if f.Fault.For > 0 || f.Err != "" { // what lasts a while ends by itself
		return nil
	}
	for _, target := range f.Fault.Targets() {
		op := mend(f.Fault, target)
		if op != nil {
			if err := r.apply(op); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply does an operation now and takes what is seen of it.
func (r *Run) apply(op sim.Operation) error {
	seen, err := r.world.Apply(op)
	if err != nil {
		return err
	}
	return r.see(seen)
}

// settled tells whether nothing is left to do anywhere.
func (r *Run) settled() bool {
	var digest string
	for _, name := range r.tills {
		c := sim.Inside(r.world.Unit(cashierOf(name))).(*shop.Cashier)
		u := r.world.Unit(name).(*tillUnit)
		if c.Waiting() > 0 || u.station == nil || !u.station.Till().Settled() {
			return false
		}
		d, err := u.station.Till().State().Digest()
		if err != nil || (digest != "" && d != digest) {
			return false
		}
		digest = d
		if d, ok := sim.Inside(r.world.Unit(name + "." + spec.Dongle)).(*device.Terminal); ok && !d.Quiet() {
			return false
		}
	}
	h := r.world.Unit(unitHub).(*hubUnit)
	if h.station == nil || h.station.Hub().Shared() == nil {
		return false
	}
	d, err := h.station.Hub().Shared().Digest()
	return err == nil && d == digest
}

// Finish runs to the end.
func (r *Run) Finish() error {
	for !r.ended {
		if _, err := r.Step(); err != nil {
			return err
		}
	}
	return nil
}
