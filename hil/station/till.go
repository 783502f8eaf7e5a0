package station

import (
	"slices"
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/pos"
	"stormrig/pos/store"
	"stormrig/pos/till"
)

// Actions of a station, as Input.Action.
const (
	// ActStop stops a till or hub in order: all is checkpointed, nothing is
	// done any more until it is switched on again.
	ActStop = "stop"
)

// Till is a till with its drivers.
type Till struct {
	till    *till.Till
	drivers []driver.Driver
	wakes   []time.Duration // what each driver asked for; negative for none
	asked   time.Duration   // what the station asked for
}

// NewTill puts a till on a disk. What the disk holds is looked at on Boot.
// life as in till.New.
func NewTill(cfg *till.Config, fs store.FS, life uint32, drivers []driver.Driver) *Till {
	s := &Till{till: till.New(cfg, fs, life), drivers: drivers, asked: -1}
	for range drivers {
		s.wakes = append(s.wakes, -1)
	}
	return s
}

// CloneOn returns a copy that stands on another disk with the same content.
func (s *Till) CloneOn(fs store.FS) *Till {
	c := &Till{till: s.till.CloneOn(fs), wakes: slices.Clone(s.wakes), asked: s.asked}
	for _, d := range s.drivers {
		c.drivers = append(c.drivers, d.Clone())
	}
	return c
}

// Till returns the till inside, to look at.
func (s *Till) Till() *till.Till { return s.till }

// Close lets go of what the station holds outside memory.
func (s *Till) Close() { s.till.Close() }

// handling is one call of Handle.
type handling struct {
	*Till
	now machine.Now
	out []machine.Output
}

// Handle takes one input. Whatever it writes to its disk, it has written and
// synced when Handle returns; no output may leave before.
func (s *Till) Handle(now machine.Now, in machine.Input) []machine.Output {
	h := &handling{Till: s, now: now}
	switch in.Kind {
	case machine.Boot:
		h.boot(in)
	case machine.Wake:
		s.asked = -2 // it has come: whatever is wanted now must be asked for
		h.wake(in)
	case machine.Do:
		if in.Action == ActStop {
			h.result(s.till.Stop(h.time()))
		}
	default:
		h.port(in)
	}
	h.askWake()
	return h.out
}

func (h *handling) time() pos.Now { return pos.Now{Mono: h.now.Mono, Wall: h.now.Wall} }

func (h *handling) boot(in machine.Input) {
	h.result(h.till.Start(h.time()))
	for i := range h.drivers {
		h.step(i, h.drivers[i].Handle(h.now, in))
	}
}

func (h *handling) wake(in machine.Input) {
	for i, d := range h.drivers {
		if at := h.wakes[i]; at >= 0 && h.now.Mono >= at {
			h.wakes[i] = -1
			in.Port = d.Port()
			h.step(i, d.Handle(h.now, in))
		}
	}
	if at := h.till.Wake(); at >= 0 && h.now.Mono >= at {
		h.result(h.till.Handle(h.time(), pos.Tick{}))
	}
}

func (h *handling) port(in machine.Input) {
	for i, d := range h.drivers {
		if d.Port() == in.Port {
			h.step(i, d.Handle(h.now, in))
		}
	}
}

// step takes what driver i answered: outputs leave, events go to the till.
func (h *handling) step(i int, s driver.Step) {
	for _, o := range s.Out {
		if o.Kind == machine.WakeAt {
			h.wakes[i] = o.At
			continue
		}
		h.out = append(h.out, o)
	}
	for _, e := range s.Events {
		h.result(h.till.Handle(h.time(), e))
	}
}

// result takes what the till let out: every effect goes to every driver, and
// the one that it concerns carries it out.
func (h *handling) result(r till.Result) {
	for _, v := range r.Tells {
		h.out = append(h.out, machine.Output{Kind: machine.Tell, Tell: v})
	}
	for _, e := range r.Effects {
		for i, d := range h.drivers {
			h.step(i, d.Do(h.now, e))
		}
	}
}

func (h *handling) askWake() {
	first := h.till.Wake()
	for _, at := range h.wakes {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	if first != h.asked {
		h.asked = first
		h.out = append(h.out, machine.Output{Kind: machine.WakeAt, At: first})
	}
}
