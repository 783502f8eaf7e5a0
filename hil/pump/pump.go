package pump

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/port"
)

// Handler is what is driven: a machine, or a station on its disk.
type Handler interface {
	Handle(now machine.Now, in machine.Input) []machine.Output
}

// Unit is what has power or has not: a till station, a device, a person.
type Unit struct {
	Name string
	// Start makes the handler of life number life (from 1); Boot follows. A
	// Lasting unit may give the same one every time.
	Start func(life int) (Handler, error)
	// Stop lets go of what a handler holds outside memory; nil for nothing. It
	// is called when the power has gone.
	Stop func(Handler)
	// Lasting: the handler outlives power and is told Off before it goes.
	Lasting bool
	// Ahead is how far its clock is ahead of the wall's.
	Ahead time.Duration
}

// Device makes a unit of an emulated device, or of a person.
func Device(name string, m machine.Machine) Unit {
	return Unit{Name: name, Lasting: true, Start: func(int) (Handler, error) { return m, nil }}
}

// Port ties one of a unit's ports to the world: either Dial or Listen is set.
type Port struct {
	// Name is what the machine calls it.
	Name string
	// Dial is tried when the machine opens the port, and again and again until
	// it works or the machine closes the port: port.Spec.Dial, port.Wire.Dial.
	Dial func(ctx context.Context) (port.Port, error)
	// Listen is called whenever the unit gets power or is plugged in:
	// port.Spec.Listen, port.Wire.Listen.
	Listen func() (port.Listener, error)
	// Wire tells a skipping clock what is under way here; nil where the other
	// end is not on the clock.
	Wire *Wire
	// DialWithin bounds one attempt, WriteWithin the time in which no byte of a
	// Write is taken (a printer that holds XOFF): then the port is hung up. Real
	// time; 0 is 5 s and 30 s.
	DialWithin, WriteWithin time.Duration
	// PerByte is how long a byte takes on the line, 0 for no time: 521 us at
	// 19200 baud. What comes is handed on at that pace, each byte in its time,
	// and while the machine holds XOFF against a host whose line is set to obey
	// it, nothing comes. It slows a skipping clock down to that pace.
	PerByte time.Duration
	// Unplugged at the start; Plug plugs it in.
	Unplugged bool
}

// Config is a pump with its surroundings.
type Config struct {
	Unit  Unit
	Clock *Clock
	Ports []Port
	// Watch sees everything; nil for nobody. See the package's comment.
	Watch func(Seen)
}

// SeenKind says what was seen.
type SeenKind string

// What can be seen.
const (
	Told     SeenKind = "told"     // a Tell of the machine: Value
	Got      SeenKind = "got"      // Data arrived on Port, and is about to be handled
	Sent     SeenKind = "sent"     // Data was handed to Port by the machine
	Lost     SeenKind = "lost"     // Data was written to a Port that is not open
	Up       SeenKind = "up"       // Port has a peer
	Down     SeenKind = "down"     // Port has none any more; Why
	Switched SeenKind = "switched" // power came (On) or went
	Did      SeenKind = "did"      // a hand did Why with Data
)

// Seen is one thing that a pump saw happen.
type Seen struct {
	Kind  SeenKind
	At    time.Duration // of the clock
	Unit  string
	Life  int // from 1
	Port  string
	Data  []byte // must not be changed
	Value any
	On    bool
	Why   string
}

// ErrOff is the answer of a pump whose unit has no power, or that is closed.
var ErrOff = errors.New("no power")

// Pump drives one unit. Its methods may be called from any goroutine.
type Pump struct {
	unit  Unit
	clock *Clock
	watch func(Seen)
	lines []*line
	alarm *Alarm

	box mailbox

	// Owned by the pump's goroutine.
	handler Handler
	life    int
	born    time.Duration
	wanted  time.Duration // the Wake asked for; negative for none
	wg      sync.WaitGroup
	ended   chan struct{}
}

// New makes a pump; its unit has no power until Boot.
func New(c Config) *Pump {
	p := &Pump{unit: c.Unit, clock: c.Clock, watch: c.Watch, wanted: -1, ended: make(chan struct{})}
	if p.watch == nil {
		p.watch = func(Seen) {}
	}
	p.box.init(c.Clock)
	p.alarm = c.Clock.NewAlarm(func() { p.box.put(item{kind: itemWake}) })
	for _, b := range c.Ports {
		p.lines = append(p.lines, newLine(p, b))
	}
	go p.run()
	return p
}

// Boot gives the unit power and returns when it has handled Boot; an error if
// it could not be started or one of its ports could not be listened on.
func (p *Pump) Boot() error { return p.ask(item{kind: itemBoot}) }

// Off takes its power; see the package's comment. It returns when that is done.
func (p *Pump) Off() error { return p.ask(item{kind: itemOff}) }

// Do lets a hand do something, and returns when the machine has handled it.
func (p *Pump) Do(action string, data []byte) error {
	return p.ask(item{kind: itemDo, action: action, data: data})
}

// Look calls a function between two inputs, with the handler of the present
// life or nil. The function must not keep the handler.
func (p *Pump) Look(look func(Handler)) error { return p.ask(item{kind: itemLook, look: look}) }

// Unplug pulls the cable of a listening port: the host's side hangs up.
func (p *Pump) Unplug(name string) error { return p.ask(item{kind: itemUnplug, port: name}) }

// Plug puts it back.
func (p *Pump) Plug(name string) error { return p.ask(item{kind: itemPlug, port: name}) }

// UnplugAfter pulls the cable once n more bytes have arrived from the host: the
// machine gets exactly those. What the host had sent beyond them is lost. With
// n bytes still to come when the connection ends, the next one goes on counting.
func (p *Pump) UnplugAfter(name string, n int) error { return p.cut(name, n, true) }

// UnplugAt is UnplugAfter with n counted from the beginning of the present
// connection.
func (p *Pump) UnplugAt(name string, n int) error { return p.cut(name, n, false) }

// Deafen lets what comes on a port be lost while the line stays, or arrive again:
// neither side is told.
func (p *Pump) Deafen(name string, deaf bool) error {
	l := p.line(name)
	if l == nil {
		return p.noPort(name)
	}
	l.setDeaf(deaf)
	return nil
}

func (p *Pump) cut(name string, n int, more bool) error {
	l := p.line(name)
	if l == nil {
		return p.noPort(name)
	}
	l.setCut(n, more)
	return nil
}

// Close takes the power and ends the pump; it returns when all its goroutines
// have ended.
func (p *Pump) Close() {
	_ = p.ask(item{kind: itemEnd})
	<-p.ended
	p.wg.Wait()
}

func (p *Pump) ask(it item) error {
	it.done = make(chan error, 1)
	if !p.box.put(it) {
		return fmt.Errorf("%s: %w", p.unit.Name, ErrOff)
	}
	return <-it.done
}

func (p *Pump) line(name string) *line {
	for _, l := range p.lines {
		if l.port.Name == name {
			return l
		}
	}
	return nil
}

func (p *Pump) noPort(name string) error {
	var names []string
	for _, l := range p.lines {
		names = append(names, l.port.Name)
	}
	return fmt.Errorf("%s has no port %q, it has %v", p.unit.Name, name, names)
}

func (p *Pump) see(s Seen) {
	s.At, s.Unit, s.Life = p.clock.Now(), p.unit.Name, p.life
	p.watch(s)
}
