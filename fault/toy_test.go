package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/link"
)

const ms = time.Millisecond

// tape is a disk of two writes and a sync for each handling; nothing on it is
// ever read, since only the times matter here.
type tape struct {
	at  time.Duration
	ops []sim.Op
	ill string
}

func (d *tape) Begin(at time.Duration) { d.at, d.ops = at, nil }
func (d *tape) Busy() time.Duration    { return d.at }
func (d *tape) Ops() []sim.Op          { return d.ops }
func (d *tape) commit() {
	for _, kind := range []string{sim.OpWrite, sim.OpWrite, sim.OpSync} {
		d.ops = append(d.ops, sim.Op{Kind: kind, File: "tape", Begin: d.at, End: d.at + 10*ms})
		d.at += 10 * ms
	}
}
func (d *tape) Cut(time.Duration, sim.Chooser) sim.Image { return sim.Image{} }
func (d *tape) Kill(time.Duration)                       {}
func (d *tape) Clone() sim.Disk                          { c := *d; return &c }
func (d *tape) Ail(f sim.DiskFault) error                { d.ill = f.Mode; return nil }
func (d *tape) Heal(string) string                       { d.ill = ""; return "" }

// seller commits one sale a second and prints 30 bytes for it; a sale that did
// not finish is tried again after the restart.
type seller struct {
	disk *tape
}

func (s *seller) Start(int) {}
func (s *seller) Stop()     {}
func (s *seller) Handle(now machine.Now, in machine.Input) []machine.Output {
	again := machine.Output{Kind: machine.WakeAt, At: now.Mono + time.Second}
	switch in.Kind {
	case machine.Boot:
		s.disk.commit()
		return []machine.Output{{Kind: machine.Open, Port: "paper"}, {Kind: machine.Open, Port: "net"}, again}
	case machine.Closed:
		return []machine.Output{{Kind: machine.Open, Port: in.Port}}
	case machine.Wake:
		s.disk.commit()
		return []machine.Output{{Kind: machine.Tell, Tell: "sold"}, {Kind: machine.Write, Port: "paper", Data: make([]byte, 30)}, again}
	}
	return nil
}
func (s *seller) Disk() sim.Disk { return s.disk }
func (s *seller) Clone() sim.Unit {
	c := *s
	c.disk = s.disk.Clone().(*tape)
	return &c
}

// paper counts its bytes and does what hands do.
type paper struct {
	got  int
	hand []string
}

func (p *paper) Handle(_ machine.Now, in machine.Input) []machine.Output {
	switch in.Kind {
	case machine.Data:
		p.got += len(in.Data)
	case machine.Do:
		p.hand = append(p.hand, in.Action+" "+string(in.Data))
	}
	return nil
}

func (p *paper) Clone() machine.Machine {
	return &paper{p.got, append([]string(nil), p.hand...)}
}

// rig drives a world and a picker, and announces the spans as a real rig does.
type rig struct {
	w      *sim.World
	p      *fault.Picker
	basket int
	seen   []sim.Observation
}

func newRig(t testing.TB, faults ...fault.Fault) *rig {
	require.NoError(t, fault.Validate(faults))
	w, err := sim.New(sim.Config{Seed: 3}, sim.Layout{
		Sources: []sim.Source{{Name: "mains"}},
		Units: []sim.Spec{
			{Name: "phone", Unit: &seller{disk: &tape{}}, Act: 10 * ms, Supply: sim.Supply{From: "mains", After: 100 * ms}},
			{Name: "printer", Unit: sim.Device(&paper{}), Supply: sim.Supply{From: "mains", DiesBelow: 700}},
			{Name: "hub", Unit: sim.Device(&paper{})},
		},
		Cables: []sim.Cable{{Name: "phone.printer", Host: sim.End{Unit: "phone", Port: "paper"}, Device: sim.End{Unit: "printer", Port: "p"}, PerByte: ms}},
		Links:  []sim.Link{{Name: "phone-hub", A: sim.End{Unit: "phone", Port: "net"}, B: sim.End{Unit: "hub", Port: "p"}, State: link.State{Noticed: true}}},
	})
	require.NoError(t, err)
	return &rig{w: w, p: fault.NewPicker(faults)}
}

func (r *rig) run(until time.Duration) {
	for {
		seen, ok := r.p.StepBefore(r.w, until+1)
		if !ok {
			return
		}
		r.seen = append(r.seen, seen...)
		for _, o := range seen {
			r.announce(o)
		}
	}
}

func (r *rig) announce(o sim.Observation) {
	switch o := o.(type) {
	case sim.Handled:
		switch {
		case o.Input.Kind == machine.Boot && o.Gen > 1:
			r.p.Span(fault.Work(fault.SpanRecovery, 0, o))
		case o.Input.Kind == machine.Wake:
			r.p.Span(fault.Work(fault.SpanCommit, r.basket+1, o))
		}
	case sim.Told:
		if o.Value == "sold" {
			r.basket++
		}
	case sim.TransferBegun:
		if o.To == "printer" {
			r.p.Span(fault.Transfer(fault.SpanReceipt, r.basket, o))
		}
	}
}

func (r *rig) clone() *rig { return &rig{w: r.w.Clone(), p: r.p.Clone(), basket: r.basket} }

func of[T any](seen []sim.Observation) []T {
	var got []T
	for _, o := range seen {
		if v, ok := o.(T); ok {
			got = append(got, v)
		}
	}
	return got
}

func drop(id string, p fault.Point) fault.Fault {
	return fault.Fault{ID: id, Kind: fault.Drop, Target: "phone", When: fault.On(p), For: 50 * ms}
}

func printed(r *rig) int { return sim.Inside(r.w.Unit("printer")).(*paper).got }
