package live

import (
	"context"
	"fmt"
	"hash/fnv"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"stormrig/fault"
	"stormrig/hil/port"
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
	// Carrier says what carries the bytes of a cable ("phone.printer"):
	// port.PTY, port.TCP or port.Mem; nil: everything is in memory. Network
	// links always are.
	Carrier func(cable string) port.Kind
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
	if o.Carrier == nil {
		o.Carrier = func(string) port.Kind { return port.Mem }
	}
	w := &World{parts: parts, options: o, pumps: map[string]*pump.Pump{}, cables: map[string]sim.Cable{},
		disks: map[string]*store.Dir{}, ended: make(chan struct{}), finished: make(chan struct{})}
	for _, f := range o.Faults {
		if err := Supports(f); err != nil {
			return nil, err
		}
		w.plan = append(w.plan, &planned{Fault: f})
	}
	w.clock = pump.NewClock(pump.Pace{Skip: true, Epoch: parts.Header.OpensAt - int64(rig.WarmUp)})
	w.recorder = newRecorder(w)
	ports, err := w.wires()
	if err != nil {
		return nil, err
	}
	for _, spec := range parts.Layout.Units {
		unit, ok, err := w.unit(spec)
		switch {
		case err != nil:
			return nil, err
		case ok:
			w.pumps[spec.Name] = pump.New(pump.Config{Unit: unit, Clock: w.clock, Ports: ports[spec.Name], Watch: w.watch})
			w.order = append(w.order, spec.Name)
		}
	}
	return w, nil
}

// unit makes what the pump drives of what the simulated rig would; false for
// what has nothing to do here (a router).
func (w *World) unit(spec sim.Spec) (pump.Unit, bool, error) {
	if m := sim.Inside(spec.Unit); m != nil {
		return pump.Device(spec.Name, m), w.wired(spec.Name), nil
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

// wires makes the ports of all units: the first end dials, the second listens.
func (w *World) wires() (map[string][]pump.Port, error) {
	ports := map[string][]pump.Port{}
	tie := func(name string, kind port.Kind, a, b sim.End) error {
		near, far := pump.Port{Name: a.Port}, pump.Port{Name: b.Port}
		near.Wire = w.clock.NewWire()
		far.Wire = near.Wire
		if err := w.carry(name, kind, &near, &far); err != nil {
			return err
		}
		ports[a.Unit] = append(ports[a.Unit], near)
		ports[b.Unit] = append(ports[b.Unit], far)
		return nil
	}
	for _, c := range w.parts.Layout.Cables {
		w.cables[c.Name] = c
		if err := tie(c.Name, w.options.Carrier(c.Name), c.Host, c.Device); err != nil {
			return nil, err
		}
	}
	for _, l := range w.parts.Layout.Links {
		if err := tie(l.Name, port.Mem, l.A, l.B); err != nil {
			return nil, err
		}
	}
	return ports, nil
}

func (w *World) carry(name string, kind port.Kind, near, far *pump.Port) error {
	var text string
	switch kind {
	case port.Mem:
		wire := port.NewWire(name)
		near.Dial, far.Listen = wire.Dial, wire.Listen
		return nil
	case port.PTY:
		text = "pty:" + filepath.Join(w.options.Dir, name)
	case port.TCP:
		// The number of a free port, which each replug takes again.
		l, err := net.Listen("tcp", net.JoinHostPort(loopback(w.options.Dir), "0"))
		if err != nil {
			return err
		}
		text = "tcp:" + l.Addr().String()
		if err := l.Close(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s: a cable cannot be carried by %q: %w", name, kind, port.ErrLacks)
	}
	spec, err := port.Parse(text)
	if err != nil {
		return err
	}
	near.Dial, far.Listen = spec.Dial, spec.Listen
	return nil
}

// loopback is an address of a world's own where the system has more than one:
// between unplug and replug nobody else takes its port, not even a connection
// that somebody dials.
func loopback(dir string) string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(dir))
	n := h.Sum32()
	return net.IPv4(127, 64+byte(n>>16)%64, byte(n>>8), byte(n)|1).String()
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
