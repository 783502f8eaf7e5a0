package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/fault"
)

const written = `{
  "schema": 1,
  "scenario": "storm-saturday",
  "seed": 7,
  "faults": [
    {
      "id": "mains",
      "kind": "cut",
      "target": "mains",
      "when": {
        "at": "4h2m0s"
      },
      "for": "3h0m0s"
    },
    {
      "id": "drop-1",
      "kind": "drop",
      "target": "phone",
      "when": {
        "span": "commit",
        "unit": "phone",
        "basket": 12,
        "place": "write",
        "op": 2,
        "permille": 500,
        "after": "-3ns"
      },
      "for": "20.000000001s",
      "optional": true
    },
    {
      "id": "slow",
      "kind": "network",
      "target": "phone-hub",
      "when": {
        "at": "0s"
      },
      "args": {
        "mode": "reorder",
        "permille": 30,
        "delay": "250ms"
      }
    }
  ]
}
`

func TestPlanIsWrittenAsThis(t *testing.T) {
	plan, err := fault.ParsePlan([]byte(written))
	require.NoError(t, err)
	assert.Equal(t, 4*time.Hour+2*time.Minute, plan.Faults[0].When.At)
	assert.Equal(t, time.Duration(-3), plan.Faults[1].When.Point.After)
	assert.Equal(t, "drop phone in the 2nd write of the commit of sale 12 on phone, 3 ns earlier, for 20 s", plan.Faults[1].String())
	assert.Equal(t, "network phone-hub: 3 % of the messages come 250 ms late and out of order at opening +0:00:00", plan.Faults[2].String())
	again, err := plan.Encode()
	require.NoError(t, err)
	assert.Equal(t, written, string(again))
}

// anyFault draws a valid fault of any kind.
func anyFault(rt *rapid.T, id string) fault.Fault {
	lasts := func(name string) time.Duration {
		return time.Duration(rapid.Int64Range(1, 1<<60).Draw(rt, name))
	}
	f := fault.Fault{ID: id, Target: rapid.StringMatching(`[a-z.]{1,9}(,[a-z]{1,5})?`).Draw(rt, "target")}
	f.For, f.Optional = lasts("for"), rapid.Bool().Draw(rt, "optional")
	f.Kind = rapid.SampledFrom([]fault.Kind{
		fault.Cut, fault.Drop, fault.Brownout, fault.Kill, fault.Stop, fault.Network, fault.Unplug, fault.Slow, fault.Garble, fault.Device, fault.Clock, fault.Disk,
	}).Draw(rt, "kind")
	switch f.Kind {
	case fault.Brownout:
		f.Args = fault.Args{Permille: rapid.IntRange(0, 999).Draw(rt, "volts"), Delay: lasts("ramp")}
	case fault.Network:
		f.Args = fault.Args{Mode: "reorder", Permille: rapid.IntRange(1, 1000).Draw(rt, "chance"), Delay: lasts("delay")}
	case fault.Slow:
		f.Args = fault.Args{Delay: lasts("delay")}
	case fault.Device:
		f.Args = fault.Args{Action: "open cover", Data: rapid.String().Draw(rt, "data"), Undo: "close cover"}
	case fault.Clock:
		f.Args = fault.Args{Mode: "set", Wall: rapid.Int64().Draw(rt, "wall"), By: -lasts("by"), PPM: rapid.Int64().Draw(rt, "ppm")}
	case fault.Disk:
		f.Args = fault.Args{Mode: "slow", Count: rapid.Int64Range(1, 99).Draw(rt, "factor")}
	}
	if rapid.Bool().Draw(rt, "timed") {
		f.When = fault.At(time.Duration(rapid.Int64().Draw(rt, "at")))
		return f
	}
	f.When = fault.On(fault.Point{
		Span: rapid.StringMatching(`[a-z]+`).Draw(rt, "span"), Unit: rapid.StringMatching(`[a-z]*`).Draw(rt, "unit"),
		Basket: rapid.IntRange(0, 99).Draw(rt, "basket"), Nth: rapid.IntRange(0, 9).Draw(rt, "nth"),
		Place: rapid.SampledFrom([]fault.Place{"", "op", "write", "sync", "unsynced", "held", "acted", "byte"}).Draw(rt, "place"),
		Op:    rapid.SampledFrom([]int{-1, 1, 7}).Draw(rt, "op"), Permille: rapid.IntRange(0, 1000).Draw(rt, "permille"),
		Byte: rapid.IntRange(0, 2000).Draw(rt, "byte"), After: time.Duration(rapid.Int64().Draw(rt, "after")), From: time.Duration(rapid.Int64().Draw(rt, "from")),
	})
	return f
}

func TestAnyPlanRoundTrips(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := fault.Plan{Schema: 1, Scenario: rapid.String().Draw(rt, "scenario"), Seed: rapid.Int64().Draw(rt, "seed")}
		p.Faults = []fault.Fault{anyFault(rt, "a"), anyFault(rt, "b")}
		b, err := p.Encode()
		require.NoError(rt, err)
		back, err := fault.ParsePlan(b)
		require.NoError(rt, err, "%s", b)
		require.Equal(rt, p, back)
		again, err := back.Encode()
		require.NoError(rt, err)
		require.Equal(rt, b, again)
	})
}

func TestWrongPlansSayWhatIsWrong(t *testing.T) {
	one := func(f string) string { return `{"schema":1,"faults":[` + f + `]}` }
	cases := []struct{ plan, want string }{
		{``, "reading a fault plan"},
		{`{"schema":1}{}`, "something follows"},
		{`{"schema":2}`, "schema 2"},
		{`{"schema":1,"colour":"red"}`, "unknown field"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"at":"1s"},"colour":1}`), "unknown field"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"at":"1s","colour":1}}`), "unknown field"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"at":"soon"}}`), "invalid duration"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{}}`), "has no when"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"at":"1s","span":"commit"}}`), "has a time and a span"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"basket":3}}`), "names no span"},
		{one(`{"kind":"cut","target":"m","when":{"at":"1s"}}`), "it has no id"},
		{one(`{"id":"a","kind":"quake","target":"m","when":{"at":"1s"}}`), "unknown kind"},
		{one(`{"id":"a","kind":"cut","target":"m,","when":{"at":"1s"}}`), "names nothing"},
		{one(`{"id":"a","kind":"cut","target":"m","for":"-1s","when":{"at":"1s"}}`), "cannot be negative"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"span":"x","place":"nowhere"}}`), "unknown place"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"span":"x","permille":1001}}`), "not within 0 to 1000"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"span":"x","basket":-1}}`), "count from 1"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"span":"x","place":"write"}}`), "needs op"},
		{one(`{"id":"a","kind":"brownout","target":"m","when":{"at":"1s"},"args":{"permille":1000}}`), "is none"},
		{one(`{"id":"a","kind":"slow","target":"m","when":{"at":"1s"}}`), "needs a delay"},
		{one(`{"id":"a","kind":"device","target":"m","when":{"at":"1s"}}`), "needs an action"},
		{one(`{"id":"a","kind":"disk","target":"m","when":{"at":"1s"},"args":{"mode":"rusty"}}`), "unknown disk trouble"},
		{one(`{"id":"a","kind":"disk","target":"m","when":{"at":"1s"},"args":{"mode":"slow"}}`), "cannot have count"},
		{one(`{"id":"a","kind":"network","target":"m","when":{"at":"1s"},"args":{"mode":"rusty"}}`), "unknown network trouble"},
		{one(`{"id":"a","kind":"network","target":"m","when":{"at":"1s"},"args":{"mode":"loss"}}`), "needs a chance"},
		{one(`{"id":"a","kind":"network","target":"m","when":{"at":"1s"},"args":{"mode":"one-way","way":"up"}}`), "needs a way"},
		{one(`{"id":"a","kind":"network","target":"m","when":{"at":"1s"},"args":{"mode":"delay"}}`), "needs a delay"},
		{one(`{"id":"a","kind":"clock","target":"m","when":{"at":"1s"},"args":{"mode":"jump"}}`), "needs how far"},
		{one(`{"id":"a","kind":"clock","target":"m","when":{"at":"1s"},"args":{"mode":"drift","ppm":1000001}}`), "us a second is none"},
		{one(`{"id":"a","kind":"clock","target":"m","when":{"at":"1s"},"args":{"mode":"melt"}}`), "unknown clock trouble"},
		{one(`{"id":"a","kind":"cut","target":"m","when":{"at":"1s"}},{"id":"a","kind":"cut","target":"m","when":{"at":"1s"}}`), "is called"},
	}
	for _, c := range cases {
		_, err := fault.ParsePlan([]byte(c.plan))
		assert.ErrorContains(t, err, c.want, c.plan)
	}
}

func FuzzParsePlan(f *testing.F) {
	f.Add([]byte(written))
	f.Add([]byte(`{"schema":1,"faults":[{"id":"a","kind":"clock","target":"x","when":{"span":"s","after":"1ns"},"args":{"mode":"jump","by":"-1h"}}]}`))
	f.Add([]byte(`{"schema":1,"faults":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := fault.ParsePlan(b)
		if err != nil {
			return
		}
		out, err := p.Encode()
		require.NoError(t, err)
		back, err := fault.ParsePlan(out)
		require.NoError(t, err, "%s", out)
		again, err := back.Encode()
		require.NoError(t, err)
		require.Equal(t, out, again)
		for _, x := range p.Faults {
			require.NotEmpty(t, x.String())
		}
	})
}
