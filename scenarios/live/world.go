package live

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/hil/driver"
	"stormrig/hil/pump"
	"stormrig/hil/station"
	"stormrig/pos/book"
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
	// Paper asks what came out of a real printer that nobody can watch, as the
	// lines that a cashier goes by; nil: he goes without.
	Paper func(unit string) (lines []string, ok bool)
	// Watch is called once the world is there: whoever sees a real device says
	// what it does by World.Tell. nil: nobody sees them.
	Watch func(w *World) error
	// Bend changes the drivers of a till's every life: a device on the bench
	// may be of another make. nil: they are as the scenario has them.
	Bend func(till string, drivers []driver.Driver) []driver.Driver
	// PowerDisk serves a disk at a directory whose power can be cut, from a
	// process of its own: stormrig/fault/disk/mount. nil: there is none.
	PowerDisk func(dir string) (*mount.Child, error)
	// Gap leaves the shop's idle time out: no two shoppers, and no two faults
	// of the clock, come further apart than that. 0: the day as it is written.
	Gap time.Duration
	// Rig is what the history calls this rig; "live" by default.
	Rig string
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
	plugs    map[string]*plug // tills whose power can be cut
	day      *pace
	files    map[string]map[string][]byte
	papers   []Paper
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
	if o.Rig == "" {
		o.Rig = "live"
	}
	w := &World{parts: parts, options: o, pumps: map[string]*pump.Pump{}, cables: map[string]sim.Cable{}, real: map[string]bool{},
		disks: map[string]*store.Dir{}, plugs: map[string]*plug{}, ended: make(chan struct{}), finished: make(chan struct{})}
	for _, f := range o.Faults {
		if err := o.Supports(f); err != nil {
			return nil, err
		}
		w.plan = append(w.plan, &planned{Fault: f})
	}
	w.day = newPace(parts, &o)
	if o.Bend != nil {
		for _, t := range parts.Header.Tills {
			parts.Bend(t, func(d []driver.Driver) []driver.Driver { return o.Bend(t, d) })
		}
	}
	w.clock = pump.NewClock(pump.Pace{Skip: !o.RealTime, Epoch: parts.Header.OpensAt - int64(w.day.warmUp)})
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
		for _, t := range p.Targets() {
			if w.real[t] && p.When.Point.Place == fault.AtByte {
				return fmt.Errorf("fault %s: nobody can pull the plug of %s at byte %d", p.ID, t, p.When.Point.Byte)
			}
			if _, cable := w.cables[t]; (p.Kind == fault.Mute || p.Kind == fault.Deaf) && !cable || p.Kind == fault.Deaf && w.real[t] {
				return fmt.Errorf("fault %s: there is no cable %s that a program could do that to", p.ID, t)
			}
			if w.pumps[t] == nil && !w.real[t] && p.Kind != fault.Network {
				return fmt.Errorf("fault %s: there is no %s that a program could do that to", p.ID, t)
			}
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
	dir := filepath.Join(w.options.Dir, spec.Name)
	disk, err := store.NewDir(dir)
	if err != nil {
		return pump.Unit{}, false, err
	}
	if err := w.powerDisk(spec.Name, dir); err != nil {
		return pump.Unit{}, false, err
	}
	w.disks[spec.Name] = disk
	u := pump.Unit{Name: spec.Name, Ahead: spec.Clock.Offset}
	u.Start = func(life int) (pump.Handler, error) {
		if plug := w.plugs[spec.Name]; plug != nil {
			open := book.Announced{Opener: book.DirOpener{}, Begins: func() { plug.begin(fault.SpanCheckpoint, true) }}
			return mortal{w.parts.Till(spec.Name, tripFS{disk, plug}, life, open), plug, life}, nil
		}
		if t := w.parts.Till(spec.Name, disk, life, nil); t != nil {
			return t, nil
		}
		if h := w.parts.Hub(spec.Name, disk, life); h != nil {
			return h, nil
		}
		return nil, fmt.Errorf("%s has a disk and is neither till nor hub", spec.Name)
	}
	u.Stop = func(h pump.Handler) {
		if m, ok := h.(mortal); ok {
			h = m.Handler
		}
		h.(interface{ Close() }).Close()
	}
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
func (w *World) Play(ctx context.Context) error {
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
	if w.options.Watch != nil {
		if err := w.options.Watch(w); err != nil {
			release()
			return err
		}
	}
	for _, v := range w.parts.Visits {
		w.at(w.day.when(v.At), func() { w.arrives(v) })
	}
	for _, p := range w.plan {
		if !p.When.IsPoint() {
			w.at(w.day.when(p.When.At), func() {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.strike(p)
			})
		}
	}
	w.at(w.day.when(w.parts.Scenario.Shop.Length()), w.calm)
	release()
	ctx, cancel := context.WithTimeout(ctx, w.options.Within)
	defer cancel()
	select {
	case <-w.ended:
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			w.fail(ctx.Err())
			break
		}
		w.fail(fmt.Errorf("the day was not over after %s of real time, at %s of the shop's", w.options.Within, w.now()))
	}
	w.finish()
	close(w.finished)
	return w.err()
}

// now is the time since the opening.
func (w *World) now() time.Duration { return w.clock.Now() - w.day.warmUp }

// at runs a deed at a time since the opening.
func (w *World) at(t time.Duration, deed func()) { w.clock.At(t+w.day.warmUp, deed) }

// close ends all pumps and then the clock.
func (w *World) close() {
	for _, name := range w.order {
		w.pumps[name].Close()
	}
	w.clock.Close()
	for _, u := range w.parts.Layout.Units {
		if p := w.plugs[u.Name]; p != nil {
			if err := p.child.Stop(); err != nil {
				w.fail(fmt.Errorf("the disk of %s: %w", u.Name, err))
			}
		}
	}
}

func tillOf(unit string) string {
	till, _, _ := strings.Cut(unit, ".")
	return till
}

// stationOf is the till that a pump drives; nil for anything else.
func stationOf(h pump.Handler) *station.Till {
	if m, ok := h.(mortal); ok {
		h = m.Handler
	}
	t, _ := h.(*station.Till)
	return t
}

// till looks into a till that has power.
func (w *World) till(name string, look func(*station.Till)) {
	_ = w.pumps[name].Look(func(h pump.Handler) {
		if t := stationOf(h); t != nil {
			look(t)
		}
	})
}
