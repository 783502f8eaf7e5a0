package sim

import (
	"sort"
	"time"
)

// node is a unit or a source in the power graph, in its present state.
type node struct {
	has     bool // power is there
	why     string
	cuts    int // operations that hold it off
	out     int // operations that hold its battery out
	volts   int // of a source, permille of the nominal voltage
	sag     uint64
	left    time.Duration // running time in the battery
	asOf    time.Duration // when left was right
	use     batteryUse
	serial  uint64 // a battery event counts only if its stamp is this
	settled bool   // was ever settled
}

type batteryUse uint8

const (
	resting batteryUse = iota
	draining
	charging
)

// beginPower sets up the graph and switches on all that has power.
func (w *World) beginPower() {
	for i := range w.top.feeds {
		s := w.top.supply(i)
		w.nodes = append(w.nodes, node{volts: 1000, left: max(s.Battery-s.Missing, 0), asOf: w.now})
	}
	for li := range w.links {
		w.links[li].routers = len(w.top.links[li].Via)
	}
	w.settlePower("switched on")
}

// fed tells whether a node's feed gives it enough. What hangs on a unit's
// port lives while that unit runs.
func (w *World) fed(i int) bool {
	from := w.top.feeds[i]
	if from < 0 {
		return false
	}
	f := &w.nodes[from]
	if from < len(w.units) && !w.runs(from) {
		return false
	}
	return f.has && f.volts >= w.top.supply(i).DiesBelow
}

// runs tells whether a unit is switched on, be its process dead or alive.
func (w *World) runs(ui int) bool { return w.units[ui].on || w.units[ui].dead }

// powered tells whether a node has power now.
func (w *World) powered(i int) bool {
	n, s := &w.nodes[i], w.top.supply(i)
	switch {
	case n.cuts > 0 || n.out > 0:
		return false
	case s.From == "" && s.Battery == 0:
		return n.volts > 0
	}
	return n.left > 0 || w.fed(i)
}

// settlePower brings the graph to rest after a change. Within one instant the
// weakest goes first.
func (w *World) settlePower(why string) {
	for i := range w.nodes {
		w.account(i)
	}
	for again := true; again; {
		again = false
		for _, i := range w.weakestFirst() {
			n := &w.nodes[i]
			if has := w.powered(i); has != n.has || !n.settled {
				n.has, n.why, n.settled, again = has, why, true, true
				w.powerTurned(i)
			}
		}
	}
	for i := range w.nodes {
		w.budget(i)
	}
}

// weakestFirst orders the nodes by DiesBelow, greatest first, then as in the
// layout.
func (w *World) weakestFirst() []int {
	order := make([]int, len(w.nodes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		return w.top.supply(order[a]).DiesBelow > w.top.supply(order[b]).DiesBelow
	})
	return order
}

// powerTurned lets a node's power come or go.
func (w *World) powerTurned(i int) {
	n := &w.nodes[i]
	if i >= len(w.units) {
		w.observe(PowerChanged{At: w.now, Who: w.top.nodeName(i), On: n.has, Why: n.why})
		return
	}
	if n.has {
		w.planStart(i)
		return
	}
	w.turnOff(i, n.why)
	w.routersChanged(i)
}

// planStart lets a unit start when power has come: by itself, or by a hand.
func (w *World) planStart(ui int) {
	u, spec := &w.units[ui], &w.top.specs[ui]
	u.starts++
	at := w.now
	switch {
	case u.gen == 0:
		at = max(spec.StartAt, at)
	case spec.Supply.After < 0:
		return
	default:
		at += spec.Supply.After
		if spec.Supply.Hand {
			w.nodes[ui].why = "switched on by hand"
		}
	}
	w.queue.push(at, event{kind: evStart, who: int32(ui), stamp: u.starts})
}

// leftNow returns the running time in a battery.
func (w *World) leftNow(i int) time.Duration {
	n, s := &w.nodes[i], w.top.supply(i)
	gone := w.now - n.asOf
	switch {
	case n.use == draining:
		return max(n.left-gone, 0)
	case n.use == charging && gone >= s.Charge:
		return s.Battery
	case n.use == charging:
		gained := time.Duration(mulDiv(int64(gone), int64(s.Battery), int64(s.Charge)))
		return min(n.left, s.Battery-gained) + gained
	}
	return n.left
}

// account brings a battery's charge up to now.
func (w *World) account(i int) {
	w.nodes[i].left = w.leftNow(i)
	w.nodes[i].asOf = w.now
}

// budget says what a battery does from now on, and when it will be empty.
func (w *World) budget(i int) {
	n, s := &w.nodes[i], w.top.supply(i)
	if s.Battery == 0 {
		return
	}
	before, fed := n.use, w.fed(i) && n.out == 0 && n.cuts == 0
	n.use = resting
	switch runs := n.has && (i >= len(w.units) || w.runs(i)); {
	case fed && s.Charge > 0:
		n.use = charging
	case !fed && runs:
		n.use = draining
	}
	if n.use == before && n.use != draining {
		return
	}
	n.serial++
	if n.use == draining {
		w.queue.push(w.in(n.left), event{kind: evBatteryFlat, who: int32(i), stamp: n.serial})
	}
}

// batteryFlatDue empties a battery.
func (w *World) batteryFlatDue(i int, stamp uint64) bool {
	n := &w.nodes[i]
	if n.serial != stamp || n.use != draining {
		return false
	}
	n.left, n.asOf = 0, w.now
	if i < len(w.units) && w.units[i].clock.rtc == RTCBattery {
		w.units[i].clock.lost = true
	}
	w.settlePower("battery flat")
	return true
}

// BatteryLeft returns the running time left in a unit's or source's battery.
func (w *World) BatteryLeft(name string) time.Duration {
	i, ok := w.top.nodes[name]
	if !ok {
		return 0
	}
	return w.leftNow(i)
}

// HasPower tells whether a unit or source has power (a unit with power may
// still wait to be switched on).
func (w *World) HasPower(name string) bool {
	i, ok := w.top.nodes[name]
	return ok && w.nodes[i].has
}
