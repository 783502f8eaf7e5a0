package certify

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
)

// Twin is a bench for an emulated device in this process, on virtual time:
// nothing waits, and the same examination takes the same path each time.
type Twin struct {
	dev  machine.Machine
	spec TwinSpec

	now    time.Duration
	booted time.Duration // when the device's life began
	on, up bool
	wake   time.Duration // in world time; negative: none
	lineIn time.Duration // when the line to the device is free again
	held   bool          // the device has sent XOFF
	inbox  []Chunk
	told   []any
}

// TwinSpec says how an emulated device stands on its bench.
type TwinSpec struct {
	// Port is the device's only port, PerByte the time of a byte on its line.
	Port    string
	PerByte time.Duration
	// Epoch is the wall time at which the bench's time begins, ns since 1970.
	Epoch int64
	// Scene is what can be seen on the bench, by what the device told so far;
	// nil: nothing.
	Scene func(told []any) Scene
	// Refused tells whether a told value says that a hand could not do what
	// was asked, and why.
	Refused func(tell any) (why string, refused bool)
	// XOnXOff: the line obeys XON and XOFF, and takes them out of the data.
	XOnXOff bool
	// Room is how many bytes the link still takes; nil: it always takes.
	Room func() int
}

// NewTwin returns a bench with a device that is switched on and connected.
func NewTwin(dev machine.Machine, spec TwinSpec) *Twin {
	t := &Twin{dev: dev, spec: spec, wake: -1}
	t.power(true)
	t.connect(true)
	return t
}

// Now is virtual time.
func (t *Twin) Now() time.Duration { return t.now }

// Send puts p on the line; virtual time passes until its last byte is there.
func (t *Twin) Send(p []byte, limit time.Duration) (int, error) {
	end, sent := t.now+limit, 0
	for sent < len(p) {
		if !t.up {
			return sent, ErrClosed
		}
		n := t.room(len(p) - sent)
		if n == 0 {
			if !t.step(end) {
				return sent, nil
			}
			continue
		}
		t.put(p[sent : sent+n])
		sent += n
	}
	return sent, nil
}

// packet bounds how much goes out before the twin looks at the link again: a
// line that obeys XOFF stops within a few bytes.
const packet = 8

func (t *Twin) room(want int) int {
	if t.held {
		return 0
	}
	n := min(want, packet)
	if t.spec.Room != nil {
		n = min(n, t.spec.Room())
	}
	return max(n, 0)
}

func (t *Twin) put(p []byte) {
	first := max(t.now, t.lineIn) + t.spec.PerByte
	last := first + time.Duration(len(p)-1)*t.spec.PerByte
	t.advance(last)
	t.lineIn = last
	t.handle(machine.Input{Kind: machine.Data, Port: t.spec.Port, Data: slices.Clone(p), First: first - t.booted, Per: t.spec.PerByte})
}

// Receive lets time pass until the device says something.
func (t *Twin) Receive(limit time.Duration) (Chunk, error) {
	end := t.now + limit
	for len(t.inbox) == 0 {
		if !t.up {
			return Chunk{}, ErrClosed
		}
		if !t.step(end) {
			return Chunk{}, nil
		}
	}
	c := t.inbox[0]
	t.inbox = t.inbox[1:]
	return c, nil
}

// Dial connects the host's side.
func (t *Twin) Dial(time.Duration) error {
	if !t.on {
		return ErrClosed
	}
	t.connect(true)
	return nil
}

// Hang takes the plug out.
func (t *Twin) Hang() error {
	t.connect(false)
	return nil
}

// Actions that the bench itself carries out. Data of Wait is a duration.
const (
	PowerOff = "power-off"
	PowerOn  = "power-on"
	Wait     = "wait"
)

// Do is a hand on the emulated device.
func (t *Twin) Do(a Action) error {
	switch a.Name {
	case PowerOff, PowerOn:
		t.power(a.Name == PowerOn)
		return nil
	case Wait:
		d, err := time.ParseDuration(a.Data)
		if err != nil {
			return fmt.Errorf("wait: %w", err)
		}
		t.advance(t.now + d)
		return nil
	}
	told := len(t.told)
	t.handle(machine.Input{Kind: machine.Do, Action: a.Name, Data: []byte(a.Data)})
	for _, v := range t.told[told:] {
		if t.spec.Refused == nil {
			break
		}
		if why, no := t.spec.Refused(v); no {
			return fmt.Errorf("%w: %s: %s", ErrNotDone, a.Name, why)
		}
	}
	return nil
}

// Ask looks at the emulated device.
func (t *Twin) Ask(q Question) (string, error) {
	if q.See == nil || t.spec.Scene == nil {
		return "", ErrNotDone
	}
	return q.See(t.spec.Scene(t.told)), nil
}

func (t *Twin) power(on bool) {
	if on == t.on {
		return
	}
	if !on {
		t.handle(machine.Input{Kind: machine.Off})
		t.on, t.up, t.wake, t.inbox = false, false, -1, nil
		return
	}
	t.on, t.booted, t.lineIn = true, t.now, t.now
	t.handle(machine.Input{Kind: machine.Boot})
}

func (t *Twin) connect(up bool) {
	if t.up && t.on {
		t.up = false
		t.handle(machine.Input{Kind: machine.Closed, Port: t.spec.Port})
	}
	t.inbox, t.held = nil, false
	if t.up = up && t.on; t.up {
		t.lineIn = t.now
		t.handle(machine.Input{Kind: machine.Opened, Port: t.spec.Port})
	}
}

// step goes to the device's next wake, or to end; false when end is reached.
func (t *Twin) step(end time.Duration) bool {
	if t.wake < 0 || t.wake > end {
		t.now = max(t.now, end)
		return false
	}
	t.ring()
	return true
}

func (t *Twin) advance(to time.Duration) {
	for t.wake >= 0 && t.wake <= to {
		t.ring()
	}
	t.now = max(t.now, to)
}

func (t *Twin) ring() {
	t.now, t.wake = max(t.now, t.wake), -1
	t.handle(machine.Input{Kind: machine.Wake})
}

func (t *Twin) handle(in machine.Input) {
	life := t.now - t.booted
	for _, o := range t.dev.Handle(machine.Now{Mono: life, Wall: t.spec.Epoch + int64(t.now)}, in) {
		switch o.Kind {
		case machine.Write:
			if t.up && in.Kind != machine.Off {
				t.arrive(o.Data)
			}
		case machine.WakeAt:
			if t.wake = -1; o.At >= 0 {
				t.wake = t.booted + o.At
			}
		case machine.Close:
			t.up = false
		case machine.Tell:
			t.told = append(t.told, o.Tell)
		}
	}
}

// arrive puts what the device sent into the inbox.
func (t *Twin) arrive(p []byte) {
	data := slices.Clone(p)
	if t.spec.XOnXOff {
		data = slices.DeleteFunc(data, func(b byte) bool {
			if b != escpos.XOn && b != escpos.XOff {
				return false
			}
			t.held = b == escpos.XOff
			return true
		})
	}
	if len(data) > 0 {
		t.inbox = append(t.inbox, Chunk{At: t.now + time.Duration(len(data))*t.spec.PerByte, Data: data})
	}
}
