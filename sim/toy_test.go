package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/sim"
	"stormrig/sim/link"
)

const (
	ms         = time.Millisecond
	writeCost  = 1 * ms
	syncCost   = 4 * ms
	perByte    = 1 * ms
	toyAct     = 2 * ms
	clerkPause = 50 * ms
)

// toyDisk is a list of records; the ones behind durable are in its cache.
type toyDisk struct {
	records []string
	durable int
	at      time.Duration
	ops     []sim.Op
	lies    bool
}

func (d *toyDisk) Begin(at time.Duration) { d.at, d.ops = at, nil }
func (d *toyDisk) Busy() time.Duration    { return d.at }
func (d *toyDisk) Ops() []sim.Op          { return d.ops }

func (d *toyDisk) op(kind string, cost time.Duration) {
	d.ops = append(d.ops, sim.Op{Kind: kind, File: "log", Begin: d.at, End: d.at + cost})
	d.at += cost
}

func (d *toyDisk) append(record string) {
	d.op(sim.OpWrite, writeCost)
	d.records = append(d.records[:len(d.records):len(d.records)], record)
}

func (d *toyDisk) sync() {
	d.op(sim.OpSync, syncCost)
	if !d.lies {
		d.durable = len(d.records)
	}
}

// unhappen takes back what had not begun (or, with ended, not ended) at at.
func (d *toyDisk) unhappen(at time.Duration, ended bool) {
	before := len(d.records)
	durable := d.durable
	for _, op := range d.ops {
		if op.Kind == sim.OpWrite {
			before--
		}
	}
	base, synced := before, -1
	for _, op := range d.ops {
		happened := op.Begin < at && (!ended || op.End <= at)
		if op.Kind == sim.OpWrite && happened {
			before++
		}
		if op.Kind == sim.OpSync && happened && op.End <= at {
			synced = before
		}
	}
	d.records = d.records[:before]
	switch {
	case len(d.ops) == 0 || d.lies:
	case synced >= 0:
		durable = synced
	default:
		durable = min(durable, base)
	}
	d.durable = min(durable, before)
	d.ops = nil
}

func (d *toyDisk) Cut(at time.Duration, r sim.Chooser) sim.Image {
	d.unhappen(at, true)
	pending := len(d.records) - d.durable
	kept := r.Intn(pending + 1)
	d.records = d.records[:d.durable+kept]
	d.durable = len(d.records)
	return sim.Image{Pending: pending, Words: fmt.Sprintf("%d of %d", kept, pending)}
}

func (d *toyDisk) Kill(at time.Duration) { d.unhappen(at, false) }

func (d *toyDisk) Clone() sim.Disk {
	c := *d
	c.records = append([]string(nil), d.records...)
	c.ops = append([]sim.Op(nil), d.ops...)
	return &c
}

func (d *toyDisk) Ail(f sim.DiskFault) error {
	if f.Mode != sim.DiskLie {
		return fmt.Errorf("a toy disk only lies")
	}
	d.lies = true
	return nil
}

func (d *toyDisk) Heal(string) string { d.lies = false; return "" }

// counter is a till in small: it writes each message to its disk, syncs,
// answers and tells. It opens its port when it starts and redials.
type counter struct {
	disk  *toyDisk
	count int // in memory
	alive bool
}

func (c *counter) Start(int) { c.count, c.alive = len(c.disk.records), true }
func (c *counter) Stop()     { c.count, c.alive = -1, false }

func (c *counter) Handle(now machine.Now, in machine.Input) []machine.Output {
	switch in.Kind {
	case machine.Boot:
		c.disk.append("start")
		c.disk.sync()
		return []machine.Output{{Kind: machine.Open, Port: "in"}, {Kind: machine.Open, Port: "net"}, {Kind: machine.Tell, Tell: fmt.Sprint("recovered ", c.count)}}
	case machine.Data:
		c.disk.append(string(in.Data))
		c.disk.sync()
		c.count = len(c.disk.records)
		answer := fmt.Appendf(nil, "%d at %d", c.count, now.Wall/1e6%1e6)
		return []machine.Output{{Kind: machine.Write, Port: in.Port, Data: answer}, {Kind: machine.Tell, Tell: c.count}}
	case machine.Closed:
		return []machine.Output{{Kind: machine.Open, Port: in.Port}}
	}
	return nil
}

func (c *counter) Disk() sim.Disk { return c.disk }

func (c *counter) Clone() sim.Unit {
	copied := *c
	copied.disk = c.disk.Clone().(*toyDisk)
	return &copied
}

// clerk is a device that says a word when connected and again after each
// answer, and keeps all that it got.
type clerk struct {
	port  string
	said  int
	got   []byte
	open  bool
	heard []string // kinds of input with their Mono
}

func (c *clerk) Handle(now machine.Now, in machine.Input) []machine.Output {
	c.heard = append(c.heard, fmt.Sprintf("%d@%s", in.Kind, now.Mono))
	switch in.Kind {
	case machine.Boot:
		if c.port == "net" {
			return []machine.Output{{Kind: machine.Open, Port: c.port}}
		}
	case machine.Opened:
		c.open = true
		return []machine.Output{{Kind: machine.WakeAt, At: now.Mono + clerkPause}}
	case machine.Closed:
		c.open = false
		if c.port == "net" {
			return []machine.Output{{Kind: machine.WakeAt, At: -1}, {Kind: machine.Open, Port: c.port}}
		}
		return []machine.Output{{Kind: machine.WakeAt, At: -1}}
	case machine.Data:
		c.got = append(c.got, in.Data...)
	case machine.Wake:
		c.said++
		return []machine.Output{
			{Kind: machine.Write, Port: c.port, Data: fmt.Appendf(nil, "word %d", c.said)},
			{Kind: machine.WakeAt, At: now.Mono + clerkPause},
		}
	case machine.Do:
		return []machine.Output{{Kind: machine.Write, Port: c.port, Data: in.Data}}
	case machine.Off:
		return []machine.Output{{Kind: machine.Tell, Tell: fmt.Sprintf("off with %d bytes", len(c.got))}}
	}
	return nil
}

func (c *clerk) Clone() machine.Machine {
	copied := *c
	copied.got = append([]byte(nil), c.got...)
	copied.heard = append([]string(nil), c.heard...)
	return &copied
}

// toyWorld is a counter with a clerk on a cable and another on a network link.
func toyWorld(t testing.TB, seed int64, change ...func(*sim.Layout)) *sim.World {
	l := sim.Layout{
		Sources: []sim.Source{{Name: "mains"}},
		Units: []sim.Spec{
			{Name: "till", Unit: &counter{disk: &toyDisk{}}, Act: toyAct, Supply: sim.Supply{From: "mains", After: 300 * ms}},
			{Name: "clerk", Unit: sim.Device(&clerk{port: "out"})},
			{Name: "remote", Unit: sim.Device(&clerk{port: "net"})},
		},
		Cables: []sim.Cable{{Name: "till.clerk", Host: sim.End{Unit: "till", Port: "in"}, Device: sim.End{Unit: "clerk", Port: "out"}, PerByte: perByte}},
		Links: []sim.Link{{
			Name: "net", A: sim.End{Unit: "till", Port: "net"}, B: sim.End{Unit: "remote", Port: "net"},
			State: link.State{Delay: 10 * ms, Jitter: 5 * ms, Loss: 20, Duplicate: 20, Reorder: 20, ReorderBy: 30 * ms, Noticed: true},
		}},
	}
	for _, c := range change {
		c(&l)
	}
	w, err := sim.New(sim.Config{Seed: seed, EpochWall: 1_784_000_000_000_000_000, Start: -time.Second}, l)
	require.NoError(t, err)
	return w
}

// records returns what is on the till's disk.
func records(w *sim.World) []string { return w.Unit("till").(*counter).disk.records }

func clerkOf(w *sim.World, name string) *clerk { return sim.Inside(w.Unit(name)).(*clerk) }

// find returns the observations of one type.
func find[T sim.Observation](seen []sim.Observation) []T {
	var found []T
	for _, o := range seen {
		if f, ok := o.(T); ok {
			found = append(found, f)
		}
	}
	return found
}

// until steps until an observation satisfies want, and returns it.
func until[T sim.Observation](t testing.TB, w *sim.World, want func(T) bool) T {
	for range 100_000 {
		seen, ok := w.Step()
		require.True(t, ok, "the world ended")
		for _, o := range find[T](seen) {
			if want(o) {
				return o
			}
		}
	}
	require.Fail(t, "it never came")
	panic("unreachable")
}

func apply(t testing.TB, w *sim.World, op sim.Operation) []sim.Observation {
	seen, err := w.Apply(op)
	require.NoError(t, err)
	return seen
}
