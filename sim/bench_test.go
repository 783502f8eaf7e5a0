package sim_test

import (
	"testing"

	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/link"
)

// pinger answers each message at once and starts one when opened: the
// cheapest machine, so that the world's own cost is what is measured.
type pinger struct {
	port string
	out  [1]machine.Output
}

func (p *pinger) Handle(_ machine.Now, in machine.Input) []machine.Output {
	switch in.Kind {
	case machine.Boot:
		p.out[0] = machine.Output{Kind: machine.Open, Port: p.port}
	case machine.Opened, machine.Data:
		p.out[0] = machine.Output{Kind: machine.Write, Port: p.port, Data: pingBytes}
	default:
		return nil
	}
	return p.out[:]
}

var pingBytes = make([]byte, 32)

func (p *pinger) Clone() machine.Machine { c := *p; return &c }

// pingWorld is the size of a shop: 14 units, half on cables, half on links.
func pingWorld(b testing.TB) *sim.World {
	l := sim.Layout{Sources: []sim.Source{{Name: "mains"}}}
	for i := range 14 {
		l.Units = append(l.Units, sim.Spec{Name: string(rune('a' + i)), Unit: sim.Device(&pinger{port: "p"}), Supply: sim.Supply{From: "mains"}})
	}
	for i := 0; i < 14; i += 2 {
		x, y := sim.End{Unit: string(rune('a' + i)), Port: "p"}, sim.End{Unit: string(rune('b' + i)), Port: "p"}
		if i%4 == 0 {
			l.Cables = append(l.Cables, sim.Cable{Name: x.Unit + y.Unit, Host: x, Device: y, PerByte: ms / 10})
		} else {
			l.Links = append(l.Links, sim.Link{Name: x.Unit + y.Unit, A: x, B: y, State: link.State{Delay: 4 * ms}})
		}
	}
	w, err := sim.New(sim.Config{}, l)
	if err != nil {
		b.Fatal(err)
	}
	return w
}

// BenchmarkDay is 20,000 events; the budget is 15 ms.
func BenchmarkDay(b *testing.B) {
	for b.Loop() {
		w := pingWorld(b)
		for w.Events() < 20_000 {
			w.Step()
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkClone(b *testing.B) {
	w := pingWorld(b)
	for w.Events() < 5_000 {
		w.Step()
	}
	for b.Loop() {
		w.Clone()
	}
}
