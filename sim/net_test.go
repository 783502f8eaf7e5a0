package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/link"
)

// netWorld is two hosts on a link, one of which dials.
func netWorld(t testing.TB, s link.State, change ...func(*sim.Layout)) *sim.World {
	l := sim.Layout{
		Units: []sim.Spec{
			{Name: "a", Unit: sim.Device(&host{}), Supply: sim.Supply{After: 10 * ms}},
			{Name: "b", Unit: sim.Device(&clerk{port: "p"}), Supply: sim.Supply{After: 10 * ms}},
			{Name: "router", Unit: sim.Box(), Supply: sim.Supply{After: 10 * ms}},
		},
		Links: []sim.Link{{Name: "net", A: sim.End{Unit: "a", Port: "p"}, B: sim.End{Unit: "b", Port: "p"}, State: s, Via: []string{"router"}}},
	}
	for _, c := range change {
		c(&l)
	}
	w, err := sim.New(sim.Config{Seed: 5}, l)
	require.NoError(t, err)
	w.RunUntil(200 * ms)
	require.True(t, w.Up("net"))
	return w
}

func eventsOf(w *sim.World) []string { return sim.Inside(w.Unit("a")).(*host).events }

func lastEvent(w *sim.World) string { e := eventsOf(w); return e[len(e)-1] }

func kindAt(k machine.Kind, at time.Duration) string { return fmt.Sprintf("%d@%s", k, at) }

func TestLinkLuck(t *testing.T) {
	cases := []struct {
		name                   string
		state                  link.State
		lost, twice, overtaken int // permille, roughly
	}{
		{"perfect", link.State{Delay: 20 * ms, Jitter: 50 * ms}, 0, 0, 0},
		{"loses", link.State{Delay: 20 * ms, Loss: 100}, 100, 0, 0},
		{"repeats", link.State{Delay: 20 * ms, Duplicate: 200}, 0, 200, 0},
		{"reorders", link.State{Delay: 20 * ms, Reorder: 50, ReorderBy: 50 * ms}, 0, 0, 50},
	}
	const n = 2000
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := netWorld(t, c.state)
			var seen []sim.Observation
			for i := range n {
				seen = append(seen, apply(t, w, sim.Act{Unit: "a", Data: fmt.Appendf(nil, "%06d", i)})...)
				seen = append(seen, w.RunUntil(w.Now()+10*ms)...)
			}
			seen = append(seen, w.RunUntil(w.Now()+time.Second)...)
			copies, highest, overtaken := map[string]int{}, "", 0
			for _, d := range find[sim.Delivered](seen) {
				if d.To != "b" {
					continue
				}
				if copies[string(d.Data)]++; copies[string(d.Data)] == 1 && string(d.Data) < highest {
					overtaken++
				}
				highest = max(highest, string(d.Data))
			}
			twice := 0
			for _, k := range copies {
				if k == 2 {
					twice++
				}
			}
			about := func(want, got int) { assert.InDelta(t, want*n/1000, got, float64(want*n/1000)*0.2) }
			about(c.lost, n-len(copies))
			about(c.twice, twice)
			about(c.overtaken, overtaken)
		})
	}
}

func TestPartitions(t *testing.T) {
	for _, c := range []struct {
		name              string
		block             link.State
		forth, back, told bool
	}{
		{"full, silent", link.State{Block: link.Both}, false, false, false},
		{"full, noticed", link.State{Block: link.Both, Noticed: true}, false, false, true},
		{"forth", link.State{Block: link.AtoB}, false, true, false},
		{"back", link.State{Block: link.BtoA}, true, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := netWorld(t, link.State{Delay: 5 * ms})
			events := len(eventsOf(w))
			apply(t, w, sim.Impair{Link: "net", ID: "f", State: c.block, For: time.Second})
			assert.Equal(t, c.told, len(eventsOf(w)) > events)
			apply(t, w, sim.Act{Unit: "a", Data: []byte("ping")})
			heard := len(hostA(w).got)
			w.RunUntil(w.Now() + 100*ms) // the clerk speaks every 50 ms
			assert.Equal(t, c.forth, string(clerkOf(w, "b").got) == "ping")
			assert.Equal(t, c.back, len(hostA(w).got) > heard)
			w.RunUntil(w.Now() + time.Second)
			assert.True(t, w.Up("net"))
			heard = len(hostA(w).got)
			w.RunUntil(w.Now() + 100*ms)
			assert.Greater(t, len(hostA(w).got), heard, "it heals")
		})
	}
}

func hostA(w *sim.World) *host { return sim.Inside(w.Unit("a")).(*host) }

func TestMessagesUnderWayDoNotCrossAPartition(t *testing.T) {
	w := netWorld(t, link.State{Delay: 20 * ms})
	apply(t, w, sim.Act{Unit: "a", Data: []byte("ping")})
	w.RunUntil(w.Now() + 10*ms)
	apply(t, w, sim.Impair{Link: "net", ID: "f", State: link.State{Block: link.Both}, For: time.Second})
	w.RunUntil(w.Now() + 100*ms)
	assert.Empty(t, clerkOf(w, "b").got)
}

// A connection that breaks inside a message brings its beginning, then its end,
// to both sides, and the way that was not meant brings all.
func TestSever(t *testing.T) {
	for want, way := range map[string]link.Direction{"ab": link.AtoB, "abcd": link.BtoA} {
		w := netWorld(t, link.State{Delay: 20 * ms})
		apply(t, w, sim.Sever{Link: "net", ID: "cut", Way: way, Permille: 500, For: time.Second})
		apply(t, w, sim.Act{Unit: "a", Data: []byte("abcd")})
		seen := w.RunUntil(w.Now() + 30*ms)
		got := find[sim.Delivered](seen)
		require.Len(t, got, 1)
		assert.Equal(t, want, string(got[0].Data))
		assert.Equal(t, want == "abcd", got[0].Whole)
		assert.Equal(t, want == "abcd", w.Up("net"))
		if want == "ab" {
			assert.Equal(t, kindAt(machine.Closed, w.Now()-10*ms), lastEvent(w))
			w.RunUntil(w.Now() + 2*time.Second)
			assert.True(t, w.Up("net"), "it dialled again")
		}
	}
}

// One that is mended before a message comes is over.
func TestSeverMended(t *testing.T) {
	w := netWorld(t, link.State{Delay: 20 * ms})
	apply(t, w, sim.Sever{Link: "net", ID: "cut", Way: link.Both, Permille: 500})
	apply(t, w, sim.Repair{Link: "net", ID: "cut"})
	apply(t, w, sim.Act{Unit: "a", Data: []byte("abcd")})
	got := find[sim.Delivered](w.RunUntil(w.Now() + 30*ms))
	require.Len(t, got, 1)
	assert.True(t, got[0].Whole)
}

func TestPeerWithoutPower(t *testing.T) {
	t.Run("noticed", func(t *testing.T) {
		w := netWorld(t, link.State{Delay: 5 * ms, Noticed: true})
		apply(t, w, sim.CutPower{Target: "b"})
		w.RunUntil(300 * ms)
		assert.Contains(t, eventsOf(w), kindAt(machine.Closed, 205*ms))
	})
	t.Run("silent, found out by a message to its next life", func(t *testing.T) {
		w := netWorld(t, link.State{Delay: 5 * ms})
		apply(t, w, sim.CutPower{Target: "b", For: 20 * ms})
		w.RunUntil(300 * ms)
		assert.NotContains(t, lastEvent(w), fmt.Sprintf("%d@", machine.Closed))
		apply(t, w, sim.Act{Unit: "a", Data: []byte("are you there?")})
		w.RunUntil(309 * ms)
		assert.False(t, w.Up("net"))
		w.RunUntil(400 * ms)
		assert.Contains(t, eventsOf(w), kindAt(machine.Closed, 310*ms))
		assert.True(t, w.Up("net"), "it dialled again")
		assert.Empty(t, clerkOf(w, "b").got)
	})
	t.Run("a dial to nobody is answered when somebody comes", func(t *testing.T) {
		w := netWorld(t, link.State{Delay: 5 * ms, Noticed: true})
		apply(t, w, sim.CutPower{Target: "b", For: time.Second})
		w.RunUntil(900 * ms)
		assert.False(t, w.Up("net"))
		w.RunUntil(1400 * ms)
		assert.True(t, w.Up("net"))
	})
}

func TestRouterWithoutPower(t *testing.T) {
	w := netWorld(t, link.State{Delay: 5 * ms}, func(l *sim.Layout) { l.Links[0].Notices = true })
	seen := apply(t, w, sim.CutPower{Target: "router", For: time.Second})
	changed := find[sim.LinkChanged](seen)
	require.Len(t, changed, 1)
	assert.False(t, changed[0].Up)
	assert.Equal(t, "down", changed[0].Why)
	assert.Equal(t, kindAt(machine.Closed, 200*ms), lastEvent(w))
	w.RunUntil(w.Now() + 1100*ms)
	assert.True(t, w.Up("net"))
}

func TestImpairmentsAddUpAndComeOffOneByOne(t *testing.T) {
	w := netWorld(t, link.State{Delay: 5 * ms})
	apply(t, w, sim.Impair{Link: "net", ID: "slow", State: link.State{Delay: 10 * ms}, For: 100 * ms})
	apply(t, w, sim.Impair{Link: "net", ID: "lossy", State: link.State{Loss: 300}})
	s, _ := w.LinkState("net")
	assert.Equal(t, link.State{Delay: 15 * ms, Loss: 300}, s)
	w.RunUntil(w.Now() + 100*ms)
	s, _ = w.LinkState("net")
	assert.Equal(t, link.State{Delay: 5 * ms, Loss: 300}, s)
	apply(t, w, sim.Repair{Link: "net", ID: "lossy"})
	s, _ = w.LinkState("net")
	assert.Equal(t, link.State{Delay: 5 * ms}, s)
}

// TestAFaultOnALinkShiftsNobodysLuck: a message's fate does not depend on what
// happened to the messages before it.
func TestAFaultOnALinkShiftsNobodysLuck(t *testing.T) {
	a, b := sim.NewStream(1, "link", 0), sim.NewStream(1, "link", 0)
	fine, bad := link.State{Delay: ms, Jitter: 9 * ms, Loss: 300}, link.State{Block: link.Both, Duplicate: 900, Reorder: 900}
	for i := range 100 {
		if i == 50 {
			fine.Send(link.AtoB, &a)
			bad.Send(link.AtoB, &b)
			continue
		}
		require.Equal(t, fine.Send(link.AtoB, &a), fine.Send(link.AtoB, &b))
	}
}
