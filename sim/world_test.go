package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/simtest"
)

const day = 20 * time.Second

// storm schedules trouble of every sort.
func storm(t testing.TB, w *sim.World) {
	for _, s := range []struct {
		at time.Duration
		op sim.Operation
	}{
		{1 * time.Second, sim.CutPower{Target: "mains", For: 700 * ms}},
		{3 * time.Second, sim.Drop{Unit: "till", For: 100 * ms}},
		{3*time.Second + 405*ms, sim.Drop{Unit: "till", For: 100 * ms}},
		{5 * time.Second, sim.Unplug{Cable: "till.clerk", For: time.Second}},
		{7 * time.Second, sim.Kill{Unit: "till", After: 50 * ms}},
		{9 * time.Second, sim.JumpClock{Unit: "till", By: -time.Hour}},
		{11*time.Second + 7*ms, sim.Drop{Unit: "till", For: time.Second}},
		{13*time.Second + 100*ms, sim.CutPower{Target: "clerk", For: 300 * ms}},
	} {
		require.NoError(t, w.Schedule(s.at, s.op))
	}
}

func TestSameSeedSameDigest(t *testing.T) {
	digests := map[[32]byte]int64{}
	for seed := range int64(5) {
		a, b := toyWorld(t, seed), toyWorld(t, seed)
		storm(t, a)
		storm(t, b)
		a.RunUntil(day)
		b.RunUntil(day)
		require.Equal(t, a.Digest(), b.Digest())
		require.Equal(t, records(a), records(b))
		require.NotContains(t, digests, a.Digest(), "two seeds share a digest")
		digests[a.Digest()] = seed
		assert.Greater(t, a.Events(), 1000)
	}
}

func TestOneByteOnOneWireChangesTheDigest(t *testing.T) {
	a, b := toyWorld(t, 1), toyWorld(t, 1)
	require.NoError(t, a.Schedule(time.Second, sim.Act{Unit: "clerk", Action: "say", Data: []byte("x")}))
	require.NoError(t, b.Schedule(time.Second, sim.Act{Unit: "clerk", Action: "say", Data: []byte("y")}))
	a.RunUntil(time.Second - 1)
	b.RunUntil(time.Second - 1)
	assert.Equal(t, a.Digest(), b.Digest())
	a.RunUntil(day)
	b.RunUntil(day)
	assert.NotEqual(t, a.Digest(), b.Digest())
}

func TestCopyAtFiftyPoints(t *testing.T) {
	whole := toyWorld(t, 7)
	storm(t, whole)
	whole.RunUntil(day)

	w := toyWorld(t, 7)
	storm(t, w)
	luck := sim.NewStream(7, "copies", 0)
	points := map[int]bool{}
	for len(points) < 50 {
		points[luck.Intn(whole.Events())] = true
	}
	for step := 0; ; step++ {
		if points[step] {
			copied, hurt := w.Clone(), w.Clone()
			require.Empty(t, simtest.Shared(w, copied, simtest.Known()))
			before := w.Digest()
			apply(t, hurt, sim.Drop{Unit: "till", For: 5 * ms})
			hurt.RunUntil(day)
			require.Equal(t, before, w.Digest(), "a copy changed its original")
			copied.RunUntil(day)
			require.Equal(t, whole.Digest(), copied.Digest())
			require.Equal(t, records(whole), records(copied))
			require.NotEqual(t, whole.Digest(), hurt.Digest())
		}
		if next, ok := w.Next(); !ok || next > day {
			break
		}
		w.Step()
	}
	w.RunUntil(day)
	assert.Equal(t, whole.Digest(), w.Digest())
}

func TestOutputsWaitForTheDisk(t *testing.T) {
	w := toyWorld(t, 1)
	h := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Data })
	require.Len(t, h.Ops, 2)
	assert.Equal(t, h.At+writeCost+syncCost, h.End)
	assert.Equal(t, h.End+toyAct, h.ActAt)
	told := until(t, w, func(o sim.Told) bool { return o.Who == "till" })
	assert.Equal(t, h.ActAt, told.At)
}

func TestDevicesActAtOnce(t *testing.T) {
	w := toyWorld(t, 1, func(l *sim.Layout) { l.Units[1].Act = time.Second })
	w.RunUntil(time.Second)
	assert.Len(t, find[sim.TransferBegun](apply(t, w, sim.Act{Unit: "clerk", Data: []byte("now")})), 1)
}

func TestQueuedInputIsHandledWhenTheOutputsHaveLeft(t *testing.T) {
	w := toyWorld(t, 1)
	h := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Data })
	apply(t, w, sim.Act{Unit: "till", Action: "nothing"})
	act := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Do })
	assert.Equal(t, h.ActAt, act.At)
}

func TestCutInsideAHandle(t *testing.T) {
	cases := []struct {
		name                string
		into                time.Duration
		begun, ended        int
		synced              bool
		mayKeep, mustKeep   bool
		heldOutputsLeaveToo bool
	}{
		{"before the write", 0, 0, 0, false, false, false, false},
		{"in the write", writeCost / 2, 1, 0, false, false, false, false},
		{"in the sync", writeCost + syncCost/2, 2, 1, false, true, false, false},
		{"after the sync, before the outputs", writeCost + syncCost + toyAct/2, 2, 2, true, true, true, false},
		{"after the outputs", writeCost + syncCost + toyAct + 1, 0, 0, false, true, true, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := toyWorld(t, 3, func(l *sim.Layout) { l.Links = nil })
			h := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Data && h.At > time.Second })
			had := len(records(w)) - 1 // the record of this handling was run ahead
			require.NoError(t, w.Schedule(h.At+c.into, sim.Drop{Unit: "till", For: 10 * ms}))
			seen := w.RunUntil(h.At + c.into)

			cut := find[sim.CutHappened](seen)
			require.Len(t, cut, 1)
			assert.Equal(t, !c.heldOutputsLeaveToo, cut[0].Busy)
			assert.Equal(t, c.begun, cut[0].Begun)
			assert.Equal(t, c.ended, cut[0].Ended)
			assert.Equal(t, c.synced, cut[0].Synced)
			assert.Equal(t, c.heldOutputsLeaveToo, len(find[sim.Told](seen)) == 1)
			if !c.mayKeep {
				assert.Len(t, records(w), had)
			}
			if c.mustKeep {
				assert.Len(t, records(w), had+1)
			}
			assert.False(t, w.On("till"))
			assert.False(t, w.Unit("till").(*counter).alive)
			w.RunUntil(w.Now() + time.Second)
			assert.Equal(t, 2, w.Gen("till"))
		})
	}
}

func TestNestedCutInRecovery(t *testing.T) {
	w := toyWorld(t, 3)
	w.RunUntil(time.Second)
	apply(t, w, sim.Drop{Unit: "till", For: 10 * ms})
	for gen := 2; gen < 6; gen++ {
		h := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Boot })
		require.Equal(t, gen, h.Gen)
		require.NoError(t, w.Schedule(h.At+writeCost/2, sim.Drop{Unit: "till", For: 10 * ms}))
		cut := until(t, w, func(sim.CutHappened) bool { return true })
		assert.Equal(t, machine.Boot, cut.Input.Kind)
		assert.Equal(t, 1, cut.Begun)
	}
	seen := w.RunUntil(w.Now() + time.Second)
	assert.NotEmpty(t, find[sim.Told](seen))
	assert.Equal(t, "start", records(w)[0])
}

func TestTimersOfAnOldLifeVanish(t *testing.T) {
	w := toyWorld(t, 3)
	w.RunUntil(time.Second)
	apply(t, w, sim.CutPower{Target: "clerk", For: 2 * ms}) // shorter than its timer
	said := clerkOf(w, "clerk").said
	w.RunUntil(w.Now() + clerkPause + 1*ms)
	assert.Equal(t, said, clerkOf(w, "clerk").said, "the old timer spoke in the new life")
	w.RunUntil(w.Now() + 200*ms)
	assert.Greater(t, clerkOf(w, "clerk").said, said, "it has a timer of its own")
}

func TestKillKeepsThePageCache(t *testing.T) {
	w := toyWorld(t, 3)
	h := until(t, w, func(h sim.Handled) bool { return h.Input.Kind == machine.Data })
	n := len(records(w))
	require.NoError(t, w.Schedule(h.At+writeCost/2, sim.Kill{Unit: "till", After: 10 * ms}))
	cut := until(t, w, func(sim.CutHappened) bool { return true })
	assert.True(t, cut.Killed)
	assert.Len(t, records(w), n, "the write had begun, so it is in the page cache")
	apply(t, w, sim.CutPower{Target: "mains", For: 10 * ms})
	assert.LessOrEqual(t, len(records(w)), n)
	w.RunUntil(w.Now() + time.Second)
	assert.Equal(t, 2, w.Gen("till"))
}

func TestDiskFaultsReachTheDisk(t *testing.T) {
	w := toyWorld(t, 3)
	w.RunUntil(time.Second)
	seen := apply(t, w, sim.AilDisk{Unit: "till", Fault: sim.DiskFault{Mode: sim.DiskLie}, For: time.Second})
	assert.Empty(t, find[sim.DiskAiled](seen)[0].Err)
	assert.True(t, w.Unit("till").(*counter).disk.lies)
	w.RunUntil(w.Now() + time.Second)
	assert.False(t, w.Unit("till").(*counter).disk.lies)
	seen = apply(t, w, sim.AilDisk{Unit: "till", Fault: sim.DiskFault{Mode: sim.DiskFull}})
	assert.Equal(t, "a toy disk only lies", find[sim.DiskAiled](seen)[0].Err)
	seen = apply(t, w, sim.AilDisk{Unit: "clerk", Fault: sim.DiskFault{Mode: sim.DiskFull}})
	assert.NotEmpty(t, find[sim.DiskAiled](seen)[0].Err)
}

func TestOperationsNameTheirTarget(t *testing.T) {
	w := toyWorld(t, 1)
	before := w.Digest()
	for _, op := range []sim.Operation{
		sim.CutPower{Target: "x"}, sim.RestorePower{Target: "x"}, sim.Drop{Unit: "x"}, sim.PutBack{Unit: "x"},
		sim.Sag{Source: "x"}, sim.Steady{Source: "x"}, sim.SetBattery{Target: "x"}, sim.SwitchOn{Unit: "x"},
		sim.SetClock{Unit: "x"}, sim.JumpClock{Unit: "x"}, sim.TrueClock{Unit: "x"}, sim.DriftClock{Unit: "x"}, sim.FlattenRTC{Unit: "x"},
		sim.Act{Unit: "x"}, sim.Kill{Unit: "x"}, sim.AilDisk{Unit: "x"}, sim.HealDisk{Unit: "x"},
		sim.Unplug{Cable: "net"}, sim.Plug{Cable: "x"}, sim.SetLink{Link: "till.clerk"}, sim.Impair{Link: "x"}, sim.Repair{Link: "x"},
	} {
		_, err := w.Apply(op)
		assert.ErrorContains(t, err, "there is no", "%T", op)
		assert.ErrorContains(t, w.Schedule(0, op), "there is no", "%T", op)
		assert.NotEmpty(t, op.String())
	}
	assert.Equal(t, before, w.Digest())
}

func TestLayoutMistakesAreNamed(t *testing.T) {
	unit := func(name string) sim.Spec { return sim.Spec{Name: name, Unit: sim.Box()} }
	end := func(u string) sim.End { return sim.End{Unit: u, Port: "p"} }
	cases := []struct {
		want string
		l    sim.Layout
	}{
		{"two things", sim.Layout{Units: []sim.Spec{unit("a"), unit("a")}}},
		{"no name", sim.Layout{Sources: []sim.Source{{}}}},
		{"has no Unit", sim.Layout{Units: []sim.Spec{{Name: "a"}}}},
		{"which is no unit", sim.Layout{Units: []sim.Spec{unit("a")}, Cables: []sim.Cable{{Name: "c", Host: end("a"), Device: end("b")}}}},
		{"two wires", sim.Layout{Units: []sim.Spec{unit("a")}, Cables: []sim.Cable{{Name: "c", Host: end("a"), Device: end("a")}}}},
		{"goes via", sim.Layout{Units: []sim.Spec{unit("a"), unit("b")}, Links: []sim.Link{{Name: "c", A: end("a"), B: end("b"), Via: []string{"x"}}}}},
		{"draws power", sim.Layout{Units: []sim.Spec{{Name: "a", Unit: sim.Box(), Supply: sim.Supply{From: "mains"}}}}},
	}
	for _, c := range cases {
		_, err := sim.New(sim.Config{}, c.l)
		assert.ErrorContains(t, err, c.want)
	}
}

// TestAnyStorm is the law: whatever is done, when, the same is done again, and
// a copy in the middle ends as the original.
func TestAnyStorm(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Int64().Draw(rt, "seed")
		a, b := toyWorld(t, seed), toyWorld(t, seed)
		for range rapid.IntRange(0, 8).Draw(rt, "faults") {
			at := time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(rt, "at"))
			lasts := time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(rt, "for"))
			op := rapid.SampledFrom([]sim.Operation{
				sim.CutPower{Target: "mains", For: lasts}, sim.Drop{Unit: "till", For: lasts}, sim.Drop{Unit: "clerk", For: lasts},
				sim.Unplug{Cable: "till.clerk", For: lasts}, sim.Kill{Unit: "till", After: lasts}, sim.SetClock{Unit: "till"},
			}).Draw(rt, "what")
			require.NoError(rt, a.Schedule(at, op))
			require.NoError(rt, b.Schedule(at, op))
		}
		a.RunUntil(4 * time.Second)
		b.RunUntil(time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(rt, "copied at")))
		b = b.Clone()
		b.RunUntil(4 * time.Second)
		require.Equal(rt, a.Digest(), b.Digest())
		require.True(rt, a.On("till"), "it comes back in the end")
	})
}
