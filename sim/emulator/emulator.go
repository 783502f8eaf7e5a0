package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/sim/device"
)

// Config says what is served, and where.
type Config struct {
	Kind Kind
	// Listen is the device's port: tcp or pty.
	Listen port.Spec
	Clock  *pump.Clock
	// Seed decides the noise of the line.
	Seed uint64
}

// Emulator is a device that is served. Its methods may be called from any
// goroutine.
type Emulator struct {
	kind  Kind
	cable *device.Cable
	pump  *pump.Pump
	clock *pump.Clock
	log   *journal
	gauge *gauge
	heard frames

	mu      sync.Mutex
	listen  port.Spec
	door    *door
	power   bool
	plugged bool
	host    bool
	ready   bool       // what stands before the first host was done
	doing   sync.Mutex // one hand at a time
	refused string     // by the device, of what the hand does at present
	kicks   int        // of the drawer
	visible []string   // what the device showed, played and charged
	cuts    sync.WaitGroup
}

// New makes an emulator without power; Start switches it on.
func New(c Config) *Emulator {
	e := &Emulator{kind: c.Kind, clock: c.Clock, log: newJournal(), gauge: newGauge(), listen: c.Listen, plugged: true}
	e.cable = device.NewCable(c.Kind.Device, c.Seed)
	e.pump = pump.New(pump.Config{
		Unit:  pump.Unit{Name: c.Kind.Class, Lasting: true, Start: func(int) (pump.Handler, error) { return metered{e}, nil }},
		Clock: c.Clock,
		Ports: []pump.Port{{Name: device.Port, Listen: e.open}},
		Watch: e.seen,
	})
	return e
}

// metered is the device, with its gauge read after each input.
type metered struct{ e *Emulator }

// Handle takes one input.
func (m metered) Handle(now machine.Now, in machine.Input) []machine.Output {
	out := m.e.cable.Handle(now, in)
	m.e.gauge.set(m.e.cable.Room(), m.e.cable.Got())
	return out
}

// open listens, always at the address of the first time.
func (e *Emulator) open() (port.Listener, error) {
	e.mu.Lock()
	spec := e.listen
	e.mu.Unlock()
	l, err := spec.Listen()
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", spec, err)
	}
	d := openDoor(l, e.kind.Wait, e.gauge, func(text string) { e.tell("connection", text, nil) })
	e.mu.Lock()
	defer e.mu.Unlock()
	e.door = d
	if at, err := port.Parse(l.Addr()); err == nil {
		e.listen = at
	}
	return d, nil
}

// Start switches the device on.
func (e *Emulator) Start() error {
	if err := e.pump.Boot(); err != nil {
		return err
	}
	for _, a := range e.kind.begin {
		if err := e.pump.Do(a, nil); err != nil {
			return err
		}
	}
	e.set(func() { e.ready = true })
	return nil
}

func (e *Emulator) starting() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.ready
}

// Addr is what a host dials, as the text of a port.Spec.
func (e *Emulator) Addr() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.listen.String()
}

// Close switches it off for good.
func (e *Emulator) Close() {
	e.cuts.Wait()
	e.pump.Close()
}

// Problem is a mistake of who asked: what is wrong, and what to do.
type Problem struct{ What, Hint string }

func (p *Problem) Error() string { return p.What }

// Do lets a hand do something. A *Problem says that it could not.
func (e *Emulator) Do(action, arg string) error {
	a, ok := e.find(action)
	if !ok {
		return &Problem{fmt.Sprintf("a %s has no action %q", e.kind.Class, action), "one of " + strings.Join(e.actionNames(), ", ")}
	}
	if a.Arg == "" && arg != "" {
		return &Problem{fmt.Sprintf("%s takes no argument", action), "leave 'argument' out"}
	}
	if a.Arg == "track" && arg == "" {
		return &Problem{action + ": which card?", a.Arg + ": " + a.Says + "; one that cannot be read is swipe-bad"}
	}
	if why := wrongNumber(a, arg); why != "" {
		return &Problem{action + ": " + why, a.Arg + ": " + a.Says}
	}
	e.doing.Lock()
	defer e.doing.Unlock()
	e.refused = ""
	err := e.act(a.Name, arg)
	if err == nil && e.refused != "" {
		return &Problem{action + ": " + e.refused, a.Says}
	}
	if errors.Is(err, pump.ErrOff) {
		return &Problem{action + ": the device has no power", "power-on"}
	}
	return err
}

// numeric are the arguments that are numbers from zero.
var numeric = []string{"bytes", "milliseconds", "n", "bits per second", "factor"}

func wrongNumber(a device.Action, arg string) string {
	if !slices.Contains(numeric, a.Arg) {
		return ""
	}
	if arg == "" || len(arg) > 9 || strings.Trim(arg, "0123456789") != "" {
		return fmt.Sprintf("%q is not a whole number from 0 to 999999999", arg)
	}
	return ""
}

func (e *Emulator) act(action, arg string) error {
	switch action {
	case "power-off":
		return e.pump.Off()
	case "power-on":
		return e.pump.Boot()
	case "unplug":
		e.setPlugged(false)
		return e.pump.Unplug(device.Port)
	case "plug":
		e.setPlugged(true)
		return e.pump.Plug(device.Port)
	case "scan": // the field's word for the trigger with a code before it
		action = "trigger"
	}
	return e.pump.Do(action, []byte(arg))
}

func (e *Emulator) setPlugged(on bool) {
	e.mu.Lock()
	e.plugged = on
	e.mu.Unlock()
	e.tell("cable", map[bool]string{true: "the cable is plugged in", false: "the cable is pulled out"}[on], nil)
}

// own are the actions that every emulator has.
func own() []device.Action {
	return []device.Action{
		{Name: "power-off", Says: "pull the plug"},
		{Name: "power-on", Says: "put the plug back"},
		{Name: "unplug", Says: "pull the cable out (or leave the radio's reach)"},
		{Name: "plug", Says: "put the cable back"},
	}
}

// Actions lists what a hand can do here.
func (e *Emulator) Actions() []device.Action { return e.kind.Actions() }

func (e *Emulator) find(name string) (device.Action, bool) {
	for _, a := range e.Actions() {
		if a.Name == name {
			return a, true
		}
	}
	return device.Action{}, false
}

func (e *Emulator) actionNames() (out []string) {
	for _, a := range e.Actions() {
		out = append(out, a.Name)
	}
	return out
}

// tell adds an event.
func (e *Emulator) tell(kind, text string, data any) {
	e.log.add(Event{MS: int64(e.clock.Now() / time.Millisecond), Kind: kind, Text: text, Data: data})
}

// Status is the device as it is now.
type Status struct {
	Device    string   `json:"device"`
	Profile   string   `json:"profile"`
	Title     string   `json:"title"`
	Defects   []string `json:"defects"`
	Listen    string   `json:"listen"`
	Power     bool     `json:"power"`
	Plugged   bool     `json:"plugged"`
	Connected bool     `json:"connected"`
	Events    int64    `json:"events"`   // number of the newest
	Received  int      `json:"received"` // bytes that the device has taken from its hosts
	// Armed is what was ordered for a byte to come ("power-cut-at").
	Armed []device.Ordered `json:"armed,omitempty"`
	// State is the device's own: see the schema of each.
	State any `json:"state,omitempty"`
}

// Status looks at the device.
func (e *Emulator) Status() Status {
	var state any
	var armed []device.Ordered
	received := 0
	left := e.left() // before Look, behind which the device knows of whoever came after
	_ = e.pump.Look(func(pump.Handler) { state, received, armed = e.kind.state(), e.cable.Got(), e.cable.Ordered() })
	e.mu.Lock()
	defer e.mu.Unlock()
	return Status{Device: e.kind.Class, Profile: e.kind.Profile, Title: e.kind.Title, Defects: append([]string{}, e.kind.Defects...),
		Listen: e.listen.String(), Power: e.power, Plugged: e.plugged, Connected: e.host && !left, Events: e.log.last(), Received: received, Armed: armed, State: state}
}

// left tells whether the host is gone, though the device may not know it yet:
// the next would take its "connected" for its own.
func (e *Emulator) left() bool {
	e.mu.Lock()
	d := e.door
	e.mu.Unlock()
	return d != nil && d.left()
}

// Pieces are the pieces of paper so far, oldest first.
func (e *Emulator) Pieces() (out []device.Piece) {
	if e.kind.printer == nil {
		return nil
	}
	_ = e.pump.Look(func(pump.Handler) { out = e.kind.printer.Pieces() })
	return out
}
