package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
	"stormrig/hil/station"
	"stormrig/scenarios/check"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// threeSales is a short day: cash, card, cash.
const threeSales = `scenario: three-sales
title: Three sales
story: a test
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 11:00"}
tills:
  phone: {devices: [scanner, dongle, printer, location]}
sales:
  - {at: "10:05", pay: cash, lines: [beaded-sandals/38/gold]}
  - {at: "10:15", pay: card, lines: [beaded-sandals/38/gold]}
  - {at: "10:25", pay: cash, lines: [beaded-sandals/38/gold]}
expect: {rung: 3}
`

func scenario(t testing.TB, text string) *spec.Scenario {
	t.Helper()
	sc, err := spec.Parse("test.yaml", []byte(text), files.Finder(""))
	require.NoError(t, err)
	return sc
}

// play plays a day and judges it.
func play(t testing.TB, sc *spec.Scenario, kind port.Kind, faults ...fault.Fault) (*World, map[string]check.Result) {
	t.Helper()
	porttest.Need(t, kind)
	dir := t.TempDir()
	cable := map[port.Kind]func(string) (Ends, error){port.Mem: InMemory, port.PTY: OnPTY(dir), port.TCP: OnTCP(dir)}[kind]
	parts, err := rig.TakeApart(sc, 1)
	require.NoError(t, err)
	w, err := New(parts, Options{Dir: dir, Cable: cable, Faults: faults})
	require.NoError(t, err)
	err = w.Play(context.Background())
	if !assert.NoError(t, err) {
		dump(t, w)
		t.FailNow()
	}
	return w, judge(t, w)
}

func judge(t testing.TB, w *World) map[string]check.Result {
	view, err := check.NewView(w.History())
	require.NoError(t, err)
	results := map[string]check.Result{}
	bad := false
	for _, r := range check.Run(view) {
		results[r.ID] = r
		bad = !assert.NotEqual(t, check.Violated, r.Verdict, "%s: %s", r.ID, r.Detail()) || bad
	}
	bad = !assert.True(t, w.Converged(), "it did not converge") || bad
	bad = !assert.Empty(t, w.Unfired()) || bad
	if bad {
		dump(t, w)
	}
	return results
}

// dump leaves the history of a bad run behind.
func dump(t testing.TB, w *World) {
	text := ""
	for _, e := range w.History() {
		text += fmt.Sprintf("%5d %-16s %-10s %-14s %-12s %q %s %d %v\n", e.N, time.Duration(e.T), e.Who, e.Kind, e.State, e.Text, e.Code, e.Number, e.Lines)
	}
	path := filepath.Join(os.TempDir(), "live-history.txt")
	_ = os.WriteFile(path, []byte(text), 0o600)
	t.Log("history: " + path)
}

func TestDay(t *testing.T) {
	for _, kind := range []port.Kind{port.Mem, port.PTY, port.TCP} {
		t.Run(string(kind), func(t *testing.T) {
			w, results := play(t, scenario(t, threeSales), kind)
			assert.Equal(t, 3, results["J1"].Checked)
			t.Logf("%d events, %d", len(w.History()), results["R1"].Checked)
		})
	}
}

// unplugAt pulls the printer's cable at a byte of the receipt of sale 1 and puts
// it back twenty seconds later.
func unplugAt(n int) fault.Fault {
	return fault.Fault{ID: "pull", Kind: fault.Unplug, Target: "phone.printer", For: 20 * time.Second,
		When: fault.On(fault.Point{Span: fault.SpanReceipt, Basket: 1, Place: fault.AtByte, Byte: n})}
}

// firstDots is by when a receipt has surely begun to print.
const firstDots = 100

// TestUnplugAtEveryByte pulls the printer's plug in the receipt of a sale, on
// real lines, and lets the day go on.
func TestUnplugAtEveryByte(t *testing.T) {
	for _, c := range []struct {
		kind port.Kind
		step int
	}{{port.PTY, 16}, {port.TCP, 64}} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			sc := scenario(t, threeSales)
			clean, _ := play(t, sc, c.kind)
			size := clean.Receipt(1)
			require.Greater(t, size, 500)
			for n := 0; n <= size; n += c.step {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					t.Parallel()
					_, results := play(t, sc, c.kind, unplugAt(n))
					for _, id := range []string{"R1", "R2", "R3", "R4", "J1"} {
						if id == "R4" && n < firstDots {
							continue // nothing was on the paper that could stay there
						}
						assert.Equal(t, check.Holds, results[id].Verdict, "%s: %s", id, results[id].Detail())
					}
				})
			}
		})
	}
}

// on is a fault at a moment of a sale, mended twenty seconds later.
func on(kind fault.Kind, target, moment string, basket int) fault.Fault {
	return fault.Fault{ID: string(kind) + " " + target + " " + moment, Kind: kind, Target: target, For: 20 * time.Second,
		When: fault.On(fault.Point{Span: moment, Basket: basket})}
}

// Everything that a hand, a plug or a crash can do in the middle of a sale.
func TestMoments(t *testing.T) {
	for _, f := range []fault.Fault{
		on(fault.Unplug, "phone.scanner", "scan", 1),
		on(fault.Unplug, "phone.scanner", "committed", 2),
		on(fault.Drop, "phone.scanner", "scan", 3),
		on(fault.Unplug, "phone.dongle", "arm", 2),
		on(fault.Unplug, "phone.dongle", "swipe", 2),
		on(fault.Drop, "phone.dongle", "arm", 2),
		on(fault.Drop, "phone.dongle", "swipe", 2),
		on(fault.Unplug, "phone.printer", "print", 1),
		on(fault.Drop, "phone.printer", "print", 1),
		on(fault.Drop, "phone.printer", "receipt", 2),
		on(fault.Drop, "phone.printer", "printed", 1),
		on(fault.Kill, "phone", "scan", 1),
		on(fault.Kill, "phone", "arm", 2),
		on(fault.Kill, "phone", "swipe", 2),
		on(fault.Kill, "phone", "committed", 1),
		on(fault.Kill, "phone", "receipt", 1),
		on(fault.Kill, "phone", "print", 3),
		on(fault.Kill, "phone", "done", 2),
	} {
		for _, kind := range []port.Kind{port.PTY, port.TCP} {
			t.Run(string(kind)+" "+f.ID, func(t *testing.T) {
				t.Parallel()
				play(t, scenario(t, threeSales), kind, f)
			})
		}
	}
}

// Paper that ends is no hang-up: the line stays, and the job waits for the
// hand.
func TestPaperOut(t *testing.T) {
	f := on(fault.Device, "phone.printer", "print", 1)
	f.Args = fault.Args{Action: "paper-out", Undo: "paper-in"}
	w, _ := play(t, scenario(t, threeSales), port.PTY, f)
	for _, e := range w.History() {
		assert.False(t, e.Kind == "link" && e.State == "down", "%+v", e)
	}
}

func TestFaultsThatCannotBePlayed(t *testing.T) {
	receipt := fault.On(fault.Point{Span: fault.SpanReceipt, Basket: 1, Place: fault.AtByte, Byte: 9})
	for _, c := range []struct {
		says string
		f    fault.Fault
	}{
		{"clock cannot be played on real ports", on(fault.Clock, "phone", "scan", 1)},
		{"a served disk can lie and fail, not be slow or full", on(fault.Disk, "phone", "scan", 1)},
		{"only a till's disk can lose what was not synced", on(fault.Drop, "hub", "scan", 1)},
		{"there is no cable phone.drawer", on(fault.Mute, "phone.drawer", "scan", 1)},
		{"when must be one of", on(fault.Kill, "phone", "recovery", 1)},
		{"when must be one of", on(fault.Kill, "phone", "scan", 0)},
		{"a till on a directory cannot lose what was not synced", on(fault.Drop, "phone", "scan", 1)},
		{"only a cable can be pulled at a byte", fault.Fault{ID: "k", Kind: fault.Kill, Target: "phone", When: receipt}},
		{"there is no phone.drawer", on(fault.Unplug, "phone.drawer", "scan", 1)},
	} {
		t.Run(c.says, func(t *testing.T) {
			parts, err := rig.TakeApart(scenario(t, threeSales), 1)
			require.NoError(t, err)
			_, err = New(parts, Options{Dir: t.TempDir(), Faults: []fault.Fault{c.f}})
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A real device that is not there is no reason not to open the shop; a hand is
// asked for what no program can do.
func TestRealDevices(t *testing.T) {
	parts, err := rig.TakeApart(scenario(t, threeSales), 1)
	require.NoError(t, err)
	dir := t.TempDir()
	gone, err := port.Parse("serial:" + filepath.Join(dir, "ttyUSB0"))
	require.NoError(t, err)
	asked := make(chan string, 1)
	o := Options{Dir: dir, Within: 20 * time.Second, RealTime: true, Cable: func(name string) (Ends, error) {
		if name == "phone.scanner" || name == "phone.printer" {
			return Real(gone), nil
		}
		return InMemory(name)
	}, Hand: func(unit, action string, _ []byte) error {
		asked <- unit + " " + action
		return errors.New("nobody is here")
	}}
	w, err := New(parts, o)
	require.NoError(t, err)
	w.do("phone.scanner", "trigger", nil)
	assert.Equal(t, "phone.scanner trigger", <-asked)
	require.ErrorContains(t, w.err(), "nobody is here")
	require.NoError(t, w.pumps["phone"].Boot())
	on := false
	w.till("phone", func(s *station.Till) { on = s.Till().State() != nil })
	assert.True(t, on)
	w.close()

	o.RealTime = false
	_, err = New(parts, o)
	require.ErrorContains(t, err, "which knows only real time")
}

// A device that is not heard, or hears nothing, while its line stays; and a till
// and a hub that are stopped in order.
func TestOneWayAndStop(t *testing.T) {
	for _, f := range []fault.Fault{
		on(fault.Mute, "phone.printer", "print", 1),
		on(fault.Deaf, "phone.printer", "tender", 1),
		on(fault.Mute, "phone.dongle", "arm", 2),
		on(fault.Deaf, "phone.dongle", "tender", 2),
		on(fault.Mute, "phone.scanner", "idle", 1),
		on(fault.Stop, "phone", "scan", 3),
		on(fault.Stop, "phone", "request", 2),
		on(fault.Stop, "hub", "done", 1),
	} {
		t.Run(f.ID, func(t *testing.T) {
			t.Parallel()
			w, _ := play(t, scenario(t, threeSales), port.PTY, f)
			text := ""
			for _, e := range w.History() {
				if e.Who == f.Target && (e.Kind == history.KindLink || e.Kind == history.KindPower) {
					text += fmt.Sprintf("%s/%v ", e.Text, e.State == "up" || e.On)
				}
			}
			if f.Kind == fault.Stop {
				assert.Contains(t, text, "switched on/true switched off/false switched on/true")
				return
			}
			assert.Contains(t, text, string(f.Kind)+"/false "+string(f.Kind)+"/true")
		})
	}
}
