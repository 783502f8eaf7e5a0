package play

import (
	"slices"
	"strings"
	"time"

	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

// Progress is how far a run is.
type Progress struct {
	Clock   time.Time // in the shop's zone
	Act     string    // "storm" or "calm"
	Sales   int       // rung so far
	Faults  int       // fired so far
	Planned int       // faults in the plan
	Devices []Device  // tills and their devices, the hub, links
}

// Device is a machine or a link, and whether it works.
type Device struct {
	Name string
	On   bool
}

// watcher follows a run's history.
type watcher struct {
	run           *rig.Run
	seen          int
	act           string
	sales, faults int
}

func (w *watcher) look() Progress {
	events := w.run.History()
	for _, e := range events[w.seen:] {
		switch e.Kind {
		case history.KindRung:
			w.sales++
		case history.KindFault:
			w.faults++
		case history.KindAct:
			w.act = e.State
		}
	}
	w.seen = len(events)
	world, sc := w.run.World(), w.run.Scenario
	p := Progress{Clock: sc.Shop.Opens.Add(world.Now()), Act: w.act, Sales: w.sales, Faults: w.faults, Planned: len(w.run.Plan.Faults)}
	for _, t := range sc.Tills {
		p.Devices = append(p.Devices, Device{t.Name, world.On(t.Name)})
		for _, d := range t.Devices {
			p.Devices = append(p.Devices, Device{t.Name + "." + d, world.On(t.Name + "." + d)})
		}
	}
	p.Devices = append(p.Devices, Device{"hub", world.On("hub")})
	for _, l := range sc.ShopLinks() {
		p.Devices = append(p.Devices, Device{l, world.Up(l)})
	}
	return p
}

// Down lists what does not work, without the name of the till in front.
func (p Progress) Down() []string {
	var down []string
	for _, d := range p.Devices {
		if name := d.Name[strings.LastIndexByte(d.Name, '.')+1:]; !d.On && !slices.Contains(down, name) {
			down = append(down, name)
		}
	}
	return down
}
