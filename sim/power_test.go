package sim_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/sim"
)

// shop is a power graph: a router on the mains, a phone with a battery that
// charges, a scanner on the phone's port, a printer and a drawer of different
// strength on a power bank.
func shop(t testing.TB) *sim.World {
	dev := func(name string, s sim.Supply) sim.Spec {
		return sim.Spec{Name: name, Unit: sim.Device(&clerk{port: "none"}), Supply: s, Clock: sim.Clock{RTC: sim.RTCBattery}}
	}
	w, err := sim.New(sim.Config{EpochWall: int64(time.Hour) * 500_000}, sim.Layout{
		Sources: []sim.Source{{Name: "mains"}, {Name: "bank", Supply: sim.Supply{From: "mains", Battery: 2 * time.Hour, Charge: time.Hour}}},
		Units: []sim.Spec{
			dev("router", sim.Supply{From: "mains", After: time.Minute}),
			dev("phone", sim.Supply{From: "mains", Battery: 5 * time.Hour, Charge: 10 * time.Hour, Hand: true, After: time.Minute}),
			dev("scanner", sim.Supply{From: "phone", DiesBelow: 700}),
			dev("strong", sim.Supply{From: "bank", DiesBelow: 500}),
			dev("weak", sim.Supply{From: "bank", DiesBelow: 800}),
			dev("torch", sim.Supply{Battery: time.Hour}),
			{Name: "clerk", Unit: sim.Person(&clerk{port: "none"})},
		},
	})
	require.NoError(t, err)
	w.RunUntil(0)
	return w
}

// turns lists who went on (+) or off (-), in order.
func turns(seen []sim.Observation) []string {
	var got []string
	for _, p := range find[sim.PowerChanged](seen) {
		sign := "-"
		if p.On {
			sign = "+"
		}
		got = append(got, sign+p.Who)
	}
	return got
}

func TestMainsLostAndBack(t *testing.T) {
	w := shop(t)
	w.RunUntil(30 * time.Minute)
	assert.Equal(t, []string{"-mains", "-router"}, turns(apply(t, w, sim.CutPower{Target: "mains"})))
	seen := w.RunUntil(w.Now() + 30*time.Minute)
	assert.Equal(t, []string{"-torch"}, turns(seen), "its hour is over")
	seen = w.RunUntil(w.Now() + 2*time.Hour)
	assert.Equal(t, []string{"-bank", "-weak", "-strong"}, turns(seen))
	assert.Equal(t, "battery flat", find[sim.PowerChanged](seen)[0].Why)
	seen = w.RunUntil(w.Now() + 3*time.Hour)
	assert.Equal(t, []string{"-phone", "-scanner"}, turns(seen), "it ran for five hours in all")
	seen = append(apply(t, w, sim.RestorePower{Target: "mains"}), w.RunUntil(w.Now()+2*time.Minute)...)
	assert.Equal(t, []string{"+mains", "+bank", "+weak", "+strong", "+router", "+phone", "+scanner"}, turns(seen))
	for _, p := range find[sim.PowerChanged](seen) {
		if p.Who == "phone" {
			assert.Equal(t, "switched on by hand", p.Why)
		}
	}
	moved := find[sim.ClockMoved](seen)
	require.Len(t, moved, 1, "only the phone's own battery was flat")
	assert.Equal(t, "phone", moved[0].Who)
	assert.Zero(t, moved[0].To)
	assert.True(t, w.On("clerk"))
}

func TestBatteriesChargeAndRunDown(t *testing.T) {
	w := shop(t)
	assert.Equal(t, 5*time.Hour, w.BatteryLeft("phone"))
	apply(t, w, sim.CutPower{Target: "mains", For: 2 * time.Hour})
	w.RunUntil(time.Hour)
	assert.Equal(t, 4*time.Hour, w.BatteryLeft("phone"))
	w.RunUntil(2 * time.Hour)
	assert.Equal(t, 3*time.Hour, w.BatteryLeft("phone"))
	w.RunUntil(4 * time.Hour)
	assert.Equal(t, 4*time.Hour, w.BatteryLeft("phone"), "it charges for two of the ten hours it needs")
	w.RunUntil(20 * time.Hour)
	assert.Equal(t, 5*time.Hour, w.BatteryLeft("phone"))
	assert.True(t, w.On("phone"))
}

func TestDropBeatsTheMains(t *testing.T) {
	w := shop(t)
	seen := apply(t, w, sim.Drop{Unit: "phone", For: 5 * time.Second})
	assert.Equal(t, []string{"-phone", "-scanner"}, turns(seen))
	seen = w.RunUntil(time.Minute + 5*time.Second)
	assert.Equal(t, []string{"+phone", "+scanner"}, turns(seen))
	assert.Equal(t, time.Minute+5*time.Second, find[sim.PowerChanged](seen)[0].At)
	assert.Equal(t, 2, w.Gen("phone"))
}

func TestPowerLostWhileWaitingToStart(t *testing.T) {
	w := shop(t)
	apply(t, w, sim.Drop{Unit: "phone", For: 5 * time.Second})
	w.RunUntil(30 * time.Second)
	apply(t, w, sim.Drop{Unit: "phone", For: 5 * time.Second})
	w.RunUntil(time.Minute + 30*time.Second)
	assert.False(t, w.On("phone"), "the first start was called off")
	w.RunUntil(time.Minute + 35*time.Second)
	assert.True(t, w.On("phone"))
	assert.Equal(t, 2, w.Gen("phone"))
}

func TestTheWeakestDiesFirst(t *testing.T) {
	w := shop(t)
	apply(t, w, sim.Sag{Source: "bank", To: 400, Ramp: 600 * ms, For: 10 * time.Second})
	seen := w.RunUntil(time.Second)
	assert.Equal(t, []string{"-weak", "-strong"}, turns(seen))
	off := find[sim.PowerChanged](seen)
	assert.Equal(t, 201*ms, off[0].At)
	assert.Equal(t, 501*ms, off[1].At)
	assert.Equal(t, "brown-out", off[0].Why)
	seen = w.RunUntil(11 * time.Second)
	assert.ElementsMatch(t, []string{"+weak", "+strong"}, turns(seen))

	apply(t, w, sim.Sag{Source: "bank", To: 600, For: time.Second})
	assert.Equal(t, []string{"-weak"}, turns(w.RunUntil(w.Now()+500*ms)))
}

func TestASagEndsBeforeItsBottom(t *testing.T) {
	w := shop(t)
	apply(t, w, sim.Sag{Source: "bank", To: 400, Ramp: 600 * ms, For: 300 * ms})
	assert.Equal(t, []string{"-weak", "+weak"}, turns(w.RunUntil(time.Second)))
}

func TestOverlappingCuts(t *testing.T) {
	w := shop(t)
	apply(t, w, sim.CutPower{Target: "mains", For: time.Minute})
	apply(t, w, sim.CutPower{Target: "mains", For: 3 * time.Minute})
	w.RunUntil(2*time.Minute + 30*time.Second)
	assert.False(t, w.HasPower("mains"))
	w.RunUntil(5 * time.Minute)
	assert.True(t, w.On("router"))
}

func TestSpareBattery(t *testing.T) {
	w := shop(t)
	w.RunUntil(2 * time.Hour)
	assert.False(t, w.On("torch"))
	apply(t, w, sim.SetBattery{Target: "torch", Left: 10 * time.Minute})
	assert.Equal(t, []string{"+torch", "-torch"}, turns(w.RunUntil(3*time.Hour)))
}

func TestDriftsThatOverlap(t *testing.T) {
	w := shop(t)
	wall := func() time.Duration { return time.Duration(w.Wall("phone") - w.TrueWall(w.Now())) }
	apply(t, w, sim.DriftClock{Unit: "phone", PPM: 1000, For: 10 * time.Second})
	w.RunUntil(w.Now() + 5*time.Second)
	apply(t, w, sim.DriftClock{Unit: "phone", PPM: -2000, For: 10 * time.Second})
	w.RunUntil(w.Now() + 5*time.Second)
	assert.Equal(t, -5*ms, wall(), "the newer one counts")
	w.RunUntil(w.Now() + 5*time.Second)
	assert.Equal(t, -15*ms, wall(), "and goes on when the older one ends")
	w.RunUntil(w.Now() + time.Hour)
	assert.Equal(t, -15*ms, wall(), "both are over")
}

func TestClocks(t *testing.T) {
	w := shop(t)
	wall := func(name string) time.Duration { return time.Duration(w.Wall(name) - w.TrueWall(w.Now())) }
	apply(t, w, sim.DriftClock{Unit: "phone", PPM: 100, For: 10 * time.Hour})
	w.RunUntil(10 * time.Hour)
	assert.Equal(t, 3600*ms, wall("phone"))
	w.RunUntil(20 * time.Hour)
	assert.Equal(t, 3600*ms, wall("phone"), "the drift is over, what it gained stays")
	moved := find[sim.ClockMoved](apply(t, w, sim.JumpClock{Unit: "phone", By: -time.Hour, For: time.Minute}))
	assert.Equal(t, int64(-time.Hour), moved[0].To-moved[0].From)
	w.RunUntil(w.Now() + time.Minute)
	assert.Equal(t, 3600*ms, wall("phone"))
	apply(t, w, sim.TrueClock{Unit: "phone"})
	assert.Zero(t, wall("phone"))
	apply(t, w, sim.SetClock{Unit: "phone", Wall: 42})
	assert.EqualValues(t, 42, w.Wall("phone"))
	apply(t, w, sim.SetClock{Unit: "phone", Wall: 43, For: time.Minute})
	assert.EqualValues(t, 43, w.Wall("phone"))
	w.RunUntil(w.Now() + time.Minute)
	assert.Zero(t, wall("phone"), "it is set right")
	apply(t, w, sim.TrueClock{Unit: "router"})
	apply(t, w, sim.FlattenRTC{Unit: "router"})
	assert.Zero(t, wall("router"))
	apply(t, w, sim.CutPower{Target: "router", For: time.Second})
	w.RunUntil(w.Now() + 62*time.Second)
	assert.EqualValues(t, time.Second, w.Wall("router"), "its life began a second ago, in 1970")
}

func TestSwitchedOnOnlyByHand(t *testing.T) {
	w, err := sim.New(sim.Config{}, sim.Layout{Units: []sim.Spec{
		{Name: "till", Unit: sim.Box(), Supply: sim.Supply{After: -1}, StartAt: time.Minute},
	}})
	require.NoError(t, err)
	w.RunUntil(time.Second)
	assert.False(t, w.On("till"))
	w.RunUntil(time.Minute)
	assert.True(t, w.On("till"))
	apply(t, w, sim.CutPower{Target: "till", For: time.Second})
	w.RunUntil(time.Hour)
	assert.False(t, w.On("till"))
	apply(t, w, sim.SwitchOn{Unit: "till"})
	assert.True(t, w.On("till"))
}

func TestForEverIsLong(t *testing.T) {
	w := shop(t)
	w.RunUntil(time.Minute)
	apply(t, w, sim.CutPower{Target: "mains", For: math.MaxInt64})
	apply(t, w, sim.SetBattery{Target: "torch", Left: math.MaxInt64})
	w.RunUntil(100 * 24 * time.Hour)
	assert.False(t, w.On("phone"))
	assert.True(t, w.On("torch"))
}
