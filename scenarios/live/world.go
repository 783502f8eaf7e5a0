package live

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"stormrig/fault"
	"stormrig/hil/pump"
	"stormrig/hil/station"
	"stormrig/pos/store"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// Options say where and how a day is played.
type Options struct {
	// Dir holds the disks of tills and hub and the links of pseudo terminals.
	Dir string
	// Cable says what a cable ("phone.printer") is made of; nil: all are in
	// memory, as network links always are. See InMemory, OnPTY, OnTCP, and Real.
	Cable func(name string) (Ends, error)
	// Hand does what no emulator can be told: it pulls the trigger of a real
	// scanner, or asks a person to. nil: nobody can.
	Hand func(unit, action string, data []byte) error
	// RealTime: the clock does not skip. It must not where a device is real.
	RealTime bool
	// Faults are what goes wrong: see Supports.
	Faults []fault.Fault
	// Within bounds the run in real time; 0 is one minute.
	Within time.Duration
}

// World is a day under way.
type World struct {
	*recorder
	parts    *rig.Parts
	options  Options
	clock    *pump.Clock
	pumps    map[string]*pump.Pump
	order    []string // names of pumps: devices before those who dial them
	cables   map[string]sim.Cable
	real     map[string]bool // units that nothing stands in for
	disks    map[string]*store.Dir
	plan     []*planned    // guarded by recorder.mu
	ended    chan struct{} // the second act is over
	finished chan struct{} // all is written down
	once     sync.Once
}

// New puts a world together; nothing has power yet.
func New(parts *rig.Parts, o Options) (*World, error) {
	if o.Within == 0 {
		o.Within = time.Minute
	}
	if o.Cable == nil {
		o.Cable = InMemory
	}
	w := &World{parts: parts, options: o, pumps: map[string]*pump.Pump{}, cables: map[string]sim.Cable{}, real: map[string]bool{},
		disks: map[string]*store.Dir{}, ended: make(chan struct{}), finished: make(chan struct{})}
	for _, f := range o.Faults {
		if err := Supports(f); err != nil {
			return nil, err
		}
		w.plan = append(w.plan, &planned{Fault: f})
	}
	w.clock = pump.NewClock(pump.Pace{Skip: !o.RealTime, Epoch: parts.Header.OpensAt - int64(rig.WarmUp)})
	w.recorder = newRecorder(w)
	if err := w.build(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// build makes the pumps of everything.
func (w *World) build() error {
	ports, err := w.wires()
	if err != nil {
		return err
	}
	for _, spec := range w.parts.Layout.Units {
		unit, ok, err := w.unit(spec)
		switch {
		case err != nil:
			return err
		case ok:
			w.pumps[spec.Name] = pump.New(pump.Config{Unit: unit, Clock: w.clock, Ports: ports[spec.Name], Watch: w.watch})
			w.order = append(w.order, spec.Name)
		}
	}
	for _, p := range w.plan {
		if w.pumps[p.Target] == nil {
			return fmt.Errorf("fault %s: there is no %s that a program could do that to", p.ID, p.Target)
		}
	}
	return nil
}

// unit makes what the pump drives of what the simulated rig would; false for
// what has nothing to do here (a router).
func (w *World) unit(spec sim.Spec) (pump.Unit, bool, error) {
	if m := sim.Inside(spec.Unit); m != nil {
		return pump.Device(spec.Name, m), w.wired(spec.Name) && !w.real[spec.Name], nil
	}
	disk, err := store.NewDir(filepath.Join(w.options.Dir, spec.Name))
	if err != nil {
		return pump.Unit{}, false, err
	}
	w.disks[spec.Name] = disk
	u := pump.Unit{Name: spec.Name, Ahead: spec.Clock.Offset}
	u.Start = func(life int) (pump.Handler, error) {
		if t := w.parts.Till(spec.Name, disk, life); t != nil {
			return t, nil
		}
		if h := w.parts.Hub(spec.Name, disk, life); h != nil {
			return h, nil
		}
		return nil, fmt.Errorf("%s has a disk and is neither till nor hub", spec.Name)
	}
	u.Stop = func(h pump.Handler) { h.(interface{ Close() }).Close() }
	return u, true, nil
}

func (w *World) wired(unit string) bool {
	for _, c := range w.parts.Layout.Cables {
		if c.Host.Unit == unit || c.Device.Unit == unit {
			return true
		}
	}
	for _, l := range w.parts.Layout.Links {
		if l.A.Unit == unit || l.B.Unit == unit {
			return true
		}
	}
	return false
}

// Play plays the day to its end. The result stands also where the error says
// that the run itself went wrong.
func (w *World) Play() error {
	defer w.close()
	// Until all is set up, no time may pass that nobody needs; after the end
	// none at all, so that what is written down last is of one moment.
	release := w.clock.Hold()
	w.header()
	w.act("storm", "")
	for _, name := range w.order {
		if err := w.pumps[name].Boot(); err != nil {
			return err
		}
	}
	for _, v := range w.parts.Visits {
		w.at(v.At, func() { w.arrives(v) })
	}
	w.at(w.parts.Scenario.Shop.Length(), w.calm)
	release()
	ctx, cancel := context.WithTimeout(context.Background(), w.options.Within)
	defer cancel()
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.fail(fmt.Errorf("the day was not over after %s of real time, at %s of the shop's", w.options.Within, w.now()))
	}
	w.finish()
	close(w.finished)
	return w.err()
}

// now is the time since the opening.
func (w *World) now() time.Duration { return w.clock.Now() - rig.WarmUp }

// at runs a deed at a time since the opening.
func (w *World) at(t time.Duration, deed func()) { w.clock.At(t+rig.WarmUp, deed) }

// close ends all pumps and then the clock.
func (w *World) close() {
	for _, name := range w.order {
		w.pumps[name].Close()
	}
	w.clock.Close()
}

func tillOf(unit string) string {
	till, _, _ := strings.Cut(unit, ".")
	return till
}

// till looks into a till that has power.
func (w *World) till(name string, look func(*station.Till)) {
	_ = w.pumps[name].Look(func(h pump.Handler) {
		if t, ok := h.(*station.Till); ok && t != nil {
			look(t)
		}
	})
}
