package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	remote "stormrig/hil/certify/live"
	"stormrig/hil/driver"
	"stormrig/hil/port"
	bench "stormrig/hil/rig"
	"stormrig/hil/wire/scan"
	"stormrig/scenarios/live"
	playing "stormrig/scenarios/play"
	"stormrig/scenarios/spec"
)

// workplace is a bench with who works it.
type workplace struct {
	file   *bench.Rig
	till   string
	placed map[string]bench.Placed // by unit: "phone.printer"
	remote map[string]*remote.Remote
	asks   *asker
}

// hardware puts a bench together: what the rig file names is on real ports, and
// emulators in memory stand in for the rest.
func (a *app) hardware(ctx context.Context, req RunRequest, dir string) (*realRun, error) {
	file := req.RigFile
	if file == "" {
		return nil, lacking("write a rig file (stormrig explain rig-file) and add --rig-file rig.yaml; --rig sim needs nothing",
			"the rig hardware needs a rig file: which devices stand on which ports")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usage("stormrig explain rig-file says how to write one", "%w", err)
	}
	f, err := bench.Parse(file, text)
	if err != nil {
		return nil, usage("", "%w", err)
	}
	w := &workplace{file: f, placed: map[string]bench.Placed{}, remote: map[string]*remote.Remote{}, asks: &asker{hand: newHand(ctx, a.IO)}}
	if err := w.assign(req.Scenario); err != nil {
		return nil, err
	}
	r := &realRun{dir: dir, rig: &playing.Real{Name: "hardware", Options: live.Options{RealTime: true, Gap: f.Pause, Within: 12 * time.Hour}}}
	o := &r.rig.Options
	o.Cable = func(name string) (live.Ends, error) {
		if p, ok := w.placed[name]; ok {
			return live.Real(p.Port), nil
		}
		return live.InMemory(name)
	}
	o.Hand, o.Paper, o.Bend = w.hand, w.paper, w.bend
	ctx, stop := context.WithCancel(ctx)
	r.end = append(r.end, stop)
	o.Watch = func(world *live.World) error { return w.watch(ctx, world) }
	for _, p := range f.Bench {
		unit := w.till + "." + p.Class
		by := p.Operator
		if p.Operator == "hand" {
			r.rig.Unseen = append(r.rig.Unseen, unit)
			by = "your hand"
		}
		power := "your hand"
		if p.Switch != nil {
			power = p.Switch.String()
		} else if p.Operator != "hand" {
			power = "its operator"
		}
		fmt.Fprintf(a.Stderr, "%-18s on %s, worked by %s, power by %s\n", unit, p.Port, by, power)
	}
	return r, w.reach()
}

// assign gives each device of the bench its place in the scenario.
func (w *workplace) assign(sc *spec.Scenario) error {
	var tills []string
	for _, t := range sc.Selling() {
		tills = append(tills, t.Name)
		if w.file.Till != "" && t.Name != w.file.Till || w.till != "" {
			continue
		}
		w.till = t.Name
		for _, p := range w.file.Bench {
			if !slices.Contains(t.Devices, p.Class) {
				return usage("its devices are "+strings.Join(t.Devices, ", "), "the till %s of %s has no %s for the bench %s", t.Name, sc.Name, p.Class, w.file.Name)
			}
			if p.Class == spec.Dongle && t.Terminal() {
				return lacking("leave the dongle out of the rig file: an emulated terminal stands in for it",
					"%s.dongle of %s is a terminal, which asks its own bank: of those books nothing here knows, and nothing could be held against them", t.Name, sc.Name)
			}
			w.placed[t.Name+"."+p.Class] = p
		}
	}
	if w.till == "" {
		return usage("tills that sell: "+strings.Join(tills, ", "), "%s has no till %q", sc.Name, w.file.Till)
	}
	return nil
}

// reach makes sure that who works a device, and the port it is on, are there.
func (w *workplace) reach() error {
	for _, p := range w.file.Bench {
		unit := w.till + "." + p.Class
		if p.Operator != "hand" {
			r, err := remote.NewRemote(p.Operator)
			if err == nil {
				var s remote.Served
				if s, err = r.Status(); err == nil && s.Device != p.Class {
					err = fmt.Errorf("%s serves a %s", p.Operator, s.Device)
				}
			}
			if err != nil {
				return lacking("stormrig device "+p.Class+" prints the address of its control plane", "%s: %w", unit, err)
			}
			w.remote[unit] = r
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		c, err := p.Port.Dial(ctx)
		cancel()
		if err != nil {
			return lacking("stormrig doctor lists the ports of this machine", "%s on %s: %w", unit, p.Port, err)
		}
		if err := c.Close(); err != nil && !errors.Is(err, port.ErrHangUp) {
			return fmt.Errorf("%s on %s: %w", unit, p.Port, err)
		}
	}
	return nil
}

// bend gives the till the drivers that the devices of the bench need.
func (w *workplace) bend(till string, drivers []driver.Driver) []driver.Driver {
	for i, d := range drivers {
		p, ok := w.placed[till+"."+d.Port()]
		switch {
		case ok && p.Printer != nil:
			drivers[i] = driver.NewPrinter(*p.Printer)
		case ok && p.Speaks == driver.SpeaksSwiper:
			drivers[i] = driver.NewSwiper()
		case ok && p.Speaks != "":
			drivers[i] = driver.NewReportScanner(p.Speaks, p.Layout, scan.Default())
		}
	}
	return drivers
}

// watch listens to the emulators that somebody serves.
func (w *workplace) watch(ctx context.Context, world *live.World) error {
	for _, p := range w.file.Bench {
		unit := w.till + "." + p.Class
		r := w.remote[unit]
		if r == nil {
			continue
		}
		_, err := r.Events(ctx, func(e remote.Event) {
			v, err := live.FromEvent(e.Kind, e.Data)
			if err != nil {
				world.Broken(fmt.Errorf("%s: event %d: %w", unit, e.N, err))
			} else if v != nil {
				world.Tell(unit, v)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// switchWithin bounds the telling of a power switch.
const switchWithin = 10 * time.Second

// hand works a device of the bench.
func (w *workplace) hand(unit, action string, data []byte) error {
	p := w.placed[unit]
	if power := action == "power-on" || action == "power-off"; power && p.Switch != nil {
		ctx, cancel := context.WithTimeout(context.Background(), switchWithin)
		defer cancel()
		return p.Switch.Set(ctx, action == "power-on")
	}
	if r := w.remote[unit]; r != nil {
		return r.Order(action, string(data))
	}
	return w.asks.do(unit, action, string(data))
}

// paper asks what came out of a printer that a person watches.
func (w *workplace) paper(unit string) ([]string, bool) {
	if w.remote[unit] != nil {
		return nil, false // it tells itself
	}
	return w.asks.paper(unit)
}

// asker asks one thing at a time.
type asker struct {
	mu   sync.Mutex
	hand *hand
}

// prompts are what a person is told to do, by what an emulator would be told.
var prompts = map[string]string{
	"trigger":     "scan the code %s",
	"swipe":       "draw a test card through the reader",
	"unplug":      "pull the cable out",
	"plug":        "put the cable back",
	"power-off":   "pull the plug, or take the battery out",
	"power-on":    "put the plug or the battery back",
	"paper-out":   "take the paper out",
	"paper-in":    "put paper in",
	"open-cover":  "open the cover",
	"close-cover": "close the cover",
}

func (a *asker) do(unit, action, data string) error {
	words, ok := prompts[action]
	if !ok {
		return fmt.Errorf("a hand cannot %s a %s", action, unit)
	}
	if strings.Contains(words, "%s") {
		words = fmt.Sprintf(words, data)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.hand.line("  > " + unit + ": " + words + "  [Enter: done, s: cannot] "); err != nil {
		return fmt.Errorf("%s: nobody did this: %s", unit, words)
	}
	return nil
}

func (a *asker) paper(unit string) ([]string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, err := a.hand.line("  ? " + unit + ": which number stands on the receipt that came out (or which date on the Z report)?  [Enter: nothing whole came] ")
	switch {
	case err != nil || s == "":
		return nil, false
	case strings.Contains(s, "-"):
		return []string{"Z REPORT " + s, "TOTAL"}, true
	}
	return []string{"RECEIPT " + s, "TOTAL"}, true
}

// rigFormat is what 'stormrig explain rig-file' prints.
const rigFormat = `A rig file says what stands on a bench: stormrig run SCENARIO --rig hardware
--rig-file rig.yaml. Emulators stand in for what it does not name.

rig: counter-one
till: phone                    # of the scenario; the first that sells by default
pause: 20s                     # how much of the shop's idle time is kept
devices:
  scanner: {port: "hidraw:/dev/hidraw0", speaks: hid-pos}  # or keyboard, or serial (the default)
  printer:
    port: serial:/dev/ttyUSB0?baud=19200&flow=xonxoff    # as stormrig doctor names ports
    profile: counter80         # how the till takes it: counter80, mobile80, mobile58, clone58, silent80
    operator: hand             # a person is asked (the default), or http://ADDRESS: the
                               # control plane that 'stormrig device' prints
    power:                     # the switch of its power; without one a person pulls the plug
      relay: serial:/dev/ttyUSB1   # USB relay of the LCUS type
      channel: 1
      inverted: true           # the device hangs on the normally closed contact
  dongle:
    port: tcp:127.0.0.1:9102
    operator: http://127.0.0.1:8102  # speaks: swiper, where it only reports swipes
    power: {shelly: "http://192.168.1.20", generation: 2, id: 0}

What a device of metal does, nobody tells: checkers that need it say 'not
exercised (needs eyes on ...)'. 'stormrig explain rig-file --schema' prints the
JSON Schema.
`
