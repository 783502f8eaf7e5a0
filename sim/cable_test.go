package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/sim"
)

// host keeps its port open and writes what a hand gives it.
type host struct {
	got    []byte
	events []string
}

func (h *host) Handle(now machine.Now, in machine.Input) []machine.Output {
	h.events = append(h.events, fmt.Sprintf("%d@%s", in.Kind, now.Mono))
	switch in.Kind {
	case machine.Boot, machine.Closed:
		return []machine.Output{{Kind: machine.Open, Port: "p"}}
	case machine.Data:
		h.got = append(h.got, in.Data...)
	case machine.Do:
		if in.Action == "hang up" {
			return []machine.Output{{Kind: machine.Close, Port: "p"}}
		}
		return []machine.Output{{Kind: machine.Write, Port: "p", Data: in.Data}}
	}
	return nil
}

func (h *host) Clone() machine.Machine {
	return &host{append([]byte(nil), h.got...), append([]string(nil), h.events...)}
}

// pairWorld is a host and a clerk that are on power of their own.
func pairWorld(t testing.TB, cable sim.Cable, change ...func(*sim.Layout)) *sim.World {
	cable.Name, cable.Host, cable.Device = "wire", sim.End{Unit: "host", Port: "p"}, sim.End{Unit: "dev", Port: "out"}
	l := sim.Layout{
		Units: []sim.Spec{
			{Name: "host", Unit: sim.Device(&host{}), Supply: sim.Supply{After: 10 * ms}},
			{Name: "dev", Unit: sim.Device(&clerk{port: "out"}), Supply: sim.Supply{After: 10 * ms}},
		},
		Cables: []sim.Cable{cable},
	}
	for _, c := range change {
		c(&l)
	}
	w, err := sim.New(sim.Config{}, l)
	require.NoError(t, err)
	w.RunUntil(time.Millisecond)
	return w
}

func hostOf(w *sim.World) *host { return sim.Inside(w.Unit("host")).(*host) }

func TestTransferIsPlacedInTime(t *testing.T) {
	w := pairWorld(t, sim.Cable{PerByte: ms, Latency: 3 * ms})
	w.RunUntil(20 * ms)
	seen := apply(t, w, sim.Act{Unit: "host", Data: []byte("0123456789")})
	begun := find[sim.TransferBegun](seen)[0]
	assert.Equal(t, w.Now()+4*ms, begun.First)
	assert.Equal(t, ms, begun.Per)
	second := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: []byte("ab")}))[0]
	assert.Equal(t, begun.First+10*ms, second.First, "it queues behind the first")
	got := until(t, w, func(sim.Delivered) bool { return true })
	assert.Equal(t, begun.First+9*ms, got.At)
	assert.True(t, got.Whole)
	got = until(t, w, func(sim.Delivered) bool { return true })
	assert.Equal(t, second.First+1*ms, got.At)
}

func TestBothWaysAtOnce(t *testing.T) {
	w := pairWorld(t, sim.Cable{PerByte: ms})
	w.RunUntil(20 * ms)
	a := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: []byte("aaaa")}))[0]
	b := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "dev", Data: []byte("bbbb")}))[0]
	assert.Equal(t, a.First, b.First)
}

// TestBrokenTransferDeliversItsPrefix: whoever dies, exactly the bytes that
// had arrived are delivered, before the end is heard.
func TestBrokenTransferDeliversItsPrefix(t *testing.T) {
	const n = 45
	breaks := []struct {
		name string
		op   sim.Operation
	}{
		{"the sender dies", sim.CutPower{Target: "host"}},
		{"the receiver dies", sim.CutPower{Target: "dev"}},
		{"the cable is pulled", sim.Unplug{Cable: "wire"}},
		{"the sender hangs up", sim.Act{Unit: "host", Action: "hang up"}},
	}
	for _, packet := range []int{0, 20} {
		for _, b := range breaks {
			for _, k := range []int{0, 1, 19, 20, 21, 40, 44, 45} {
				t.Run(fmt.Sprintf("%s at byte %d of packets of %d", b.name, k, packet), func(t *testing.T) {
					w := pairWorld(t, sim.Cable{PerByte: ms, Latency: 2 * ms, Packet: packet})
					w.RunUntil(20 * ms)
					begun := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: make([]byte, n)}))[0]
					require.NoError(t, w.Schedule(begun.First+time.Duration(k-1)*begun.Per, b.op))
					seen := w.RunUntil(w.Now() + 100*ms)

					want := k
					if packet > 0 && k < n {
						want = k - k%packet
					}
					assert.Len(t, clerkOf(w, "dev").got, want)
					if want < n {
						assert.Equal(t, n-want, find[sim.Lost](seen)[0].Bytes)
						if want > 0 {
							for _, d := range find[sim.Delivered](seen) {
								assert.Equal(t, d.To == "host", d.Whole) // the clerk speaks too
							}
						}
					}
					for _, told := range find[sim.Told](seen) {
						assert.Equal(t, fmt.Sprintf("off with %d bytes", want), told.Value, "the bytes came before the end")
					}
				})
			}
		}
	}
}

func TestBothEndsOnOneSourceDieTogether(t *testing.T) {
	w := pairWorld(t, sim.Cable{PerByte: ms}, func(l *sim.Layout) {
		l.Sources = []sim.Source{{Name: "mains"}}
		l.Units[0].Supply.From, l.Units[1].Supply.From = "mains", "mains"
	})
	w.RunUntil(20 * ms)
	begun := find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "host", Data: make([]byte, 40)}))[0]
	require.NoError(t, w.Schedule(begun.First+6*ms, sim.CutPower{Target: "mains"}))
	seen := w.RunUntil(w.Now() + 100*ms)
	assert.Equal(t, "off with 7 bytes", find[sim.Told](seen)[0].Value)
}

func TestOpenWaitsForTheDevice(t *testing.T) {
	cases := []struct {
		name         string
		away, back   sim.Operation
		backAfter    time.Duration
		hostIsClosed bool
	}{
		{"unplugged", sim.Unplug{Cable: "wire"}, sim.Plug{Cable: "wire"}, 0, true},
		{"without power", sim.CutPower{Target: "dev"}, sim.RestorePower{Target: "dev"}, 10 * ms, true},
		{"the host was off", sim.CutPower{Target: "host"}, sim.RestorePower{Target: "host"}, 10 * ms, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := pairWorld(t, sim.Cable{})
			require.True(t, w.Up("wire"))
			apply(t, w, c.away)
			w.RunUntil(time.Second)
			assert.False(t, w.Up("wire"))
			events := hostOf(w).events
			if c.hostIsClosed {
				assert.Equal(t, fmt.Sprintf("%d@1ms", machine.Closed), events[len(events)-1])
			}
			apply(t, w, c.back)
			w.RunUntil(time.Second + 20*ms)
			assert.True(t, w.Up("wire"))
			events = hostOf(w).events
			assert.Contains(t, events[len(events)-1], fmt.Sprintf("%d@", machine.Opened))
			assert.True(t, clerkOf(w, "dev").open)
		})
	}
}

func TestOverlappingUnplugsEndTogether(t *testing.T) {
	w := pairWorld(t, sim.Cable{})
	apply(t, w, sim.Unplug{Cable: "wire", For: 100 * ms})
	apply(t, w, sim.Unplug{Cable: "wire", For: 200 * ms})
	w.RunUntil(150 * ms)
	assert.False(t, w.Up("wire"))
	w.RunUntil(250 * ms)
	assert.True(t, w.Up("wire"))
}

func TestWritingToNobodyIsLost(t *testing.T) {
	w := pairWorld(t, sim.Cable{Unplugged: true})
	lost := find[sim.Lost](apply(t, w, sim.Act{Unit: "host", Data: []byte("x")}))
	require.Len(t, lost, 1)
	assert.Equal(t, "not connected", lost[0].Why)
}

// Paper can be put in and a cover shut without power; a program takes no order.
func TestWhoTakesAHandWithoutPower(t *testing.T) {
	w := pairWorld(t, sim.Cable{})
	apply(t, w, sim.CutPower{Target: "dev"})
	assert.Empty(t, find[sim.Lost](apply(t, w, sim.Act{Unit: "dev", Action: "press"})))
	heard := clerkOf(w, "dev").heard
	assert.Contains(t, heard[len(heard)-1], fmt.Sprintf("%d@", machine.Do))

	w = toyWorld(t, 1)
	apply(t, w, sim.CutPower{Target: "till"})
	lost := find[sim.Lost](apply(t, w, sim.Act{Unit: "till", Action: "stop"}))
	require.Len(t, lost, 1)
	assert.Equal(t, "stop: no power", lost[0].Why)
}
