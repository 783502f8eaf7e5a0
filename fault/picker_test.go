package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/link"
	"stormrig/sim/simtest"
)

// TestPointsAreExact aims at every place in the commit of sale 3, which takes
// two writes and a sync of 10 ms each and then 10 ms to act.
func TestPointsAreExact(t *testing.T) {
	commit := fault.Point{Span: fault.SpanCommit, Unit: "phone", Basket: 3}
	at := func(place fault.Place, op, permille int, after time.Duration) fault.Point {
		p := commit
		p.Place, p.Op, p.Permille, p.After = place, op, permille, after
		return p
	}
	cases := []struct {
		point        fault.Point
		into         time.Duration
		begun, ended int
		synced, busy bool
		words        string
	}{
		{at(fault.InOp, 1, 0, 0), 0, 0, 0, false, true, "before the 1st operation of the commit of sale 3 on phone"},
		{at(fault.InOp, 1, 0, 1), 1, 1, 0, false, true, "before the 1st operation of the commit of sale 3 on phone, 1 ns later"},
		{at(fault.InWrite, 2, 500, 0), 15 * ms, 2, 1, false, true, "in the 2nd write of the commit of sale 3 on phone"},
		{at(fault.InSync, -1, 250, 0), 22500 * time.Microsecond, 3, 2, false, true, "in the last sync of the commit of sale 3 on phone"},
		{at(fault.InSync, 1, 1000, 0), 30 * ms, 3, 3, true, true, "at the end of the 1st sync of the commit of sale 3 on phone"},
		{at(fault.Within, 0, 333, 0), 9990 * time.Microsecond, 1, 0, false, true, "33.3 % into the commit of sale 3 on phone"},
		{at(fault.Unsynced, 0, 500, 0), 15 * ms, 2, 1, false, true, "between write and sync (50 %) of the commit of sale 3 on phone"},
		{at(fault.Held, 0, 500, 0), 35 * ms, 3, 3, true, true, "between the sync and the effects (50 %) of the commit of sale 3 on phone"},
		{at(fault.Acted, 0, 0, 5*ms), 45*ms + 1, 0, 0, false, false, "after the effects of the commit of sale 3 on phone, 5 ms later"},
	}
	for _, c := range cases {
		t.Run(c.words, func(t *testing.T) {
			require.Equal(t, c.words, c.point.String())
			r := newRig(t, drop("d", c.point))
			r.run(5 * time.Second)
			cuts := of[sim.CutHappened](r.seen)
			require.Len(t, cuts, 1)
			begin := commitBegin(r, 3)
			assert.Equal(t, begin+c.into, cuts[0].At)
			assert.Equal(t, c.begun, cuts[0].Begun)
			assert.Equal(t, c.ended, cuts[0].Ended)
			assert.Equal(t, c.synced, cuts[0].Synced)
			assert.Equal(t, c.busy, cuts[0].Busy)
			assert.Empty(t, r.p.Unfired())
		})
	}
}

// commitBegin returns when the commit of the n-th sale began; nothing struck
// before it.
func commitBegin(r *rig, n int) time.Duration {
	for _, h := range of[sim.Handled](r.seen) {
		if h.Input.Kind == machine.Wake {
			if n--; n == 0 {
				return h.Begin
			}
		}
	}
	return -1
}

func TestAReceiptBreaksOffAtTheByte(t *testing.T) {
	for _, k := range []int{0, 1, 17, 29, 30} {
		r := newRig(t, fault.Fault{
			ID: "u", Kind: fault.Unplug, Target: "phone.printer", For: 10 * time.Second,
			When: fault.On(fault.Point{Span: fault.SpanReceipt, Basket: 2, Place: fault.AtByte, Byte: k}),
		})
		r.run(3 * time.Second)
		assert.Equal(t, 30+k, printed(r))
	}
}

func TestAPointFiresOnceAndNthCounts(t *testing.T) {
	any := drop("any", fault.Point{Span: fault.SpanCommit, Permille: 500})
	third := drop("third", fault.Point{Span: fault.SpanRecovery, Nth: 3, Permille: 500})
	first := drop("first", fault.Point{Span: fault.SpanRecovery, Nth: 1, Permille: 500})
	second := drop("second", fault.Point{Span: fault.SpanRecovery, Nth: 2, Permille: 500})
	r := newRig(t, any, third, first, second)
	r.run(5 * time.Second)
	var order []string
	for _, f := range r.p.Fired() {
		assert.True(t, f.Effect)
		order = append(order, f.Fault.ID)
	}
	assert.Equal(t, []string{"any", "first", "second", "third"}, order)
}

func TestAFaultWhoseSpanBrokeOffWaitsForTheNext(t *testing.T) {
	early := drop("early", fault.Point{Span: fault.SpanCommit, Basket: 2, Permille: 200})
	late := drop("late", fault.Point{Span: fault.SpanCommit, Basket: 2, Permille: 800})
	strict := drop("strict", fault.Point{Span: fault.SpanCommit, Basket: 2, Nth: 1, Permille: 900})
	r := newRig(t, early, late, strict)
	r.run(6 * time.Second)
	fired := r.p.Fired()
	require.Len(t, fired, 2)
	assert.Equal(t, "late", fired[1].Fault.ID)
	assert.Greater(t, fired[1].At, fired[0].At+time.Second, "it struck the second try")
	un := r.p.Unfired()
	require.Len(t, un, 1)
	assert.Equal(t, "strict", un[0].Fault.ID)
	assert.Contains(t, un[0].Why, "none lasted up to this place")
}

func TestAFaultAfterItsSpanStaysAimed(t *testing.T) {
	after := func(id string, d time.Duration) fault.Fault {
		return drop(id, fault.Point{Span: fault.SpanCommit, Basket: 2, Place: fault.Acted, After: d})
	}
	r := newRig(t, after("soon", 100*ms), after("later", 500*ms))
	r.run(6 * time.Second)
	fired := r.p.Fired()
	require.Len(t, fired, 2)
	assert.Equal(t, 400*ms, fired[1].At-fired[0].At)
	assert.Empty(t, r.p.Unfired())
}

func TestUnfiredSaysWhy(t *testing.T) {
	r := newRig(t,
		drop("never", fault.Point{Span: "lunch"}),
		drop("no third write", fault.Point{Span: fault.SpanCommit, Place: fault.InWrite, Op: 3}),
		fault.Fault{ID: "too late", Kind: fault.Cut, Target: "mains", When: fault.At(time.Hour)},
		fault.Fault{ID: "nobody", Kind: fault.Cut, Target: "moon", When: fault.At(time.Second)},
		fault.Fault{ID: "off already", Kind: fault.Drop, Target: "phone", When: fault.At(2 * time.Second), For: time.Second},
		fault.Fault{ID: "again", Kind: fault.Drop, Target: "phone", When: fault.At(2*time.Second + 1)},
	)
	r.run(5 * time.Second)
	whys := map[string]string{}
	for _, u := range r.p.Unfired() {
		whys[u.Fault.ID] = u.Why
	}
	assert.Equal(t, map[string]string{
		"never":          "there was none",
		"no third write": "1 came; none lasted up to this place",
		"too late":       "the run ended before",
		"nobody":         `sim: there is no unit or power source "moon"`,
		"again":          "it changed nothing",
	}, whys)
}

func TestEveryKindReachesTheWorld(t *testing.T) {
	at := func(kind fault.Kind, target string, a fault.Args) fault.Fault {
		return fault.Fault{ID: string(kind) + a.Mode, Kind: kind, Target: target, When: fault.At(1500 * ms), For: 500 * ms, Args: a}
	}
	cases := []struct {
		fault fault.Fault
		check func(r *rig) bool
	}{
		{at(fault.Cut, "mains", fault.Args{}), func(r *rig) bool { return !r.w.On("phone") && !r.w.On("printer") }},
		{at(fault.Cut, "phone,printer", fault.Args{}), func(r *rig) bool { return !r.w.On("phone") && !r.w.On("printer") }},
		{at(fault.Drop, "phone", fault.Args{}), func(r *rig) bool { return !r.w.On("phone") }},
		{at(fault.Brownout, "mains", fault.Args{Permille: 600}), func(r *rig) bool { return r.w.On("phone") && !r.w.On("printer") }},
		{at(fault.Kill, "phone", fault.Args{}), func(r *rig) bool { return !r.w.On("phone") }},
		{at(fault.Unplug, "phone.printer", fault.Args{}), func(r *rig) bool { return !r.w.Up("phone.printer") }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "partition", Noticed: true}), func(r *rig) bool { return !r.w.Up("phone-hub") }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "one-way", Way: "back"}), func(r *rig) bool { return state(r).Block != 0 }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "loss", Permille: 7}), func(r *rig) bool { return state(r).Loss == 7 }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "duplicate", Permille: 7}), func(r *rig) bool { return state(r).Duplicate == 7 }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "delay", Delay: ms}), func(r *rig) bool { return state(r).Delay == ms }},
		{at(fault.Network, "phone-hub", fault.Args{Mode: "reorder", Permille: 9, Delay: ms}), func(r *rig) bool { return state(r).Reorder == 9 }},
		{at(fault.Device, "printer", fault.Args{Action: "open cover", Data: "wide", Undo: "close cover"}), func(r *rig) bool { return len(hands(r)) == 1 && hands(r)[0] == "open cover wide" }},
		{at(fault.Clock, "phone", fault.Args{Mode: "jump", By: -time.Hour}), func(r *rig) bool { return r.w.Wall("phone") < r.w.TrueWall(0) }},
		{at(fault.Disk, "phone", fault.Args{Mode: "eio-sync"}), func(r *rig) bool { return ill(r) == "eio-sync" }},
	}
	for _, c := range cases {
		t.Run(c.fault.String(), func(t *testing.T) {
			r := newRig(t, c.fault)
			r.run(time.Second)
			assert.False(t, c.check(r))
			r.run(1900 * ms)
			assert.True(t, c.check(r), "it does something")
			assert.Empty(t, r.p.Unfired())
			r.run(3 * time.Second)
			assert.False(t, c.check(r), "it is undone")
			assert.Len(t, r.p.TakeFired(), 1)
			assert.Empty(t, r.p.TakeFired())
		})
	}
}

// A point in an operation lies as far in it as its byte, and a span before From
// does not count.
func TestPointsInBytesAndFromATime(t *testing.T) {
	s := fault.Span{Name: "pull", Begin: 10 * ms, End: 20 * ms, Ops: []sim.Op{
		{Kind: sim.OpWrite, Len: 400, Begin: 10 * ms, End: 14 * ms}, {Kind: sim.OpSync, Begin: 14 * ms, End: 20 * ms}}}
	for _, c := range []struct {
		op, byte int
		want     time.Duration
		ok       bool
	}{{1, 100, 11 * ms, true}, {1, 400, 14 * ms, true}, {1, 401, 0, false}, {2, 1, 0, false}} {
		at, ok := s.Locate(fault.Point{Span: "pull", Place: fault.InOp, Op: c.op, Byte: c.byte})
		require.Equal(t, c.ok, ok, c)
		if ok {
			assert.Equal(t, c.want, at)
		}
	}
	for from, want := range map[time.Duration]bool{0: true, 10 * ms: true, 11 * ms: false} {
		p := fault.NewPicker([]fault.Fault{{ID: "x", Kind: fault.Drop, Target: "phone", When: fault.On(fault.Point{Span: "pull", From: from})}})
		p.Span(s)
		_, aimed := p.Next()
		assert.Equal(t, want, aimed, from)
	}
}

func TestClockFaultsThatStay(t *testing.T) {
	for mode, want := range map[string]time.Duration{"set": 42 + 500*ms, "1970": 500 * ms, "right": 2 * time.Second} {
		r := newRig(t, fault.Fault{ID: mode, Kind: fault.Clock, Target: "printer", When: fault.At(1500 * ms), Args: fault.Args{Mode: mode, Wall: 42}})
		r.run(1900 * ms)
		r.w.RunUntil(2 * time.Second)
		assert.EqualValues(t, want, r.w.Wall("printer"), mode)
		assert.Empty(t, r.p.Unfired())
	}
}

func state(r *rig) (s link.State) { s, _ = r.w.LinkState("phone-hub"); return s }
func hands(r *rig) []string       { return sim.Inside(r.w.Unit("printer")).(*paper).hand }
func ill(r *rig) string           { return r.w.Unit("phone").Disk().(*tape).ill }

// TestCopiedRigsGoTheSameWay: the picker is part of what is copied.
func TestCopiedRigsGoTheSameWay(t *testing.T) {
	faults := []fault.Fault{
		drop("a", fault.Point{Span: fault.SpanCommit, Basket: 2, Permille: 500}),
		drop("b", fault.Point{Span: fault.SpanRecovery, Nth: 1, Permille: 500}),
		{ID: "c", Kind: fault.Cut, Target: "mains", When: fault.At(4 * time.Second), For: time.Second},
	}
	whole := newRig(t, faults...)
	whole.run(8 * time.Second)
	r := newRig(t, faults...)
	for range 40 {
		c := r.clone()
		require.Empty(t, simtest.Shared(r.p, c.p, append(simtest.Known(), "fault.Span.Ops")))
		c.run(8 * time.Second)
		require.Equal(t, whole.w.Digest(), c.w.Digest())
		require.Len(t, c.p.Fired(), 3)
		if next, ok := r.w.Next(); ok && next <= 8*time.Second {
			r.run(next)
		}
	}
	one := newRig(t, faults[:2]...)
	one.run(8 * time.Second)
	assert.NotEqual(t, whole.w.Digest(), one.w.Digest())
}

func TestAGarbledByteIsTheOneThatIsArriving(t *testing.T) {
	for _, k := range []int{0, 17, 29, 30} {
		f := fault.Fault{ID: "g", Kind: fault.Garble, Target: "phone.printer",
			When: fault.On(fault.Point{Span: fault.SpanReceipt, Basket: 2, Place: fault.AtByte, Byte: k})}
		r := newRig(t, f)
		r.run(3 * time.Second)
		garbled := of[sim.Garbled](r.seen)
		if k == 30 { // all have arrived
			require.Len(t, r.p.Unfired(), 1)
			assert.Equal(t, "it changed nothing", r.p.Unfired()[0].Why)
			continue
		}
		assert.Empty(t, r.p.Unfired())
		require.Len(t, garbled, 1)
		if k > 0 { // at byte 0 the span has only just begun
			assert.Equal(t, k, garbled[0].Byte)
		}
	}
}
