package rig

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/fault/clock"
	"stormrig/fault/network"
	"stormrig/pos"
	"stormrig/scenarios/spec"
	"stormrig/sim"
	"stormrig/sim/shop"
)

// How long it takes to mend something when the scenario does not say.
const (
	dropMin = 5 * time.Second
	dropMax = 20 * time.Second
	mendMin = 15 * time.Second
	mendMax = 90 * time.Second
)

// Plan writes out the faults of a scenario's weather for a seed: every range
// is drawn, every name resolved. The same scenario and seed give the same
// plan; a replay runs the plan and draws nothing.
func Plan(sc *spec.Scenario, seed int64) (fault.Plan, error) {
	p := fault.Plan{Schema: fault.PlanSchema, Scenario: sc.Name, Seed: seed}
	free, err := drawnAims(sc, seed)
	if err != nil {
		return p, err
	}
	for _, w := range sc.Weather {
		s := sim.NewStream(seed, "weather "+w.ID, 0)
		times := w.Times.Min + s.Intn(max(w.Times.Max-w.Times.Min+1, 1))
		for i := range max(times, 1) {
			id := w.ID
			if times > 1 {
				id = fmt.Sprintf("%s.%d", w.ID, i+1)
			}
			fs, err := planned(sc, w, id, i, &s, free)
			if err != nil {
				return p, fmt.Errorf("scenario %s: %s: %w", sc.Name, w.Text, err)
			}
			p.Faults = append(p.Faults, fs...)
		}
	}
	return p, fault.Validate(p.Faults)
}

func planned(sc *spec.Scenario, w spec.Fault, id string, i int, s *sim.Stream, free map[string]*aims) ([]fault.Fault, error) {
	lasts := w.For
	if lasts == 0 {
		lasts = untilMended(w.Kind, s)
	}
	if w.When.Form == spec.Drawn {
		return []fault.Fault{free[w.Target].draw(id, lasts, s)}, nil
	}
	when, err := moment(sc, w, i, s)
	if err != nil {
		return nil, err
	}
	base := fault.Fault{ID: id, When: when, For: lasts}
	return kinds(sc, w, base, s)
}

// drawnAims finds out what drawn faults may strike, till by till.
func drawnAims(sc *spec.Scenario, seed int64) (map[string]*aims, error) {
	all := map[string]*aims{}
	for _, w := range sc.Weather {
		if w.When.Form != spec.Drawn || all[w.Target] != nil {
			continue
		}
		visits, err := day(sc, seed)
		if err != nil {
			return nil, err
		}
		all[w.Target] = aimsOf(sc, visits, w.Target)
	}
	return all, nil
}

// untilMended draws how long it takes until a hand has put right what a hand
// can: a battery back in, a cable, a roll of paper, a cover.
func untilMended(k spec.Kind, s *sim.Stream) time.Duration {
	least, most := mended(k)
	if most == 0 {
		return 0
	}
	return s.Duration(least, most)
}

func mended(k spec.Kind) (least, most time.Duration) {
	switch k {
	case spec.Drop, spec.Kill:
		return dropMin, dropMax
	case spec.Unplug, spec.Mute, spec.Deaf, spec.PaperOut, spec.NearEnd, spec.CoverOpen, spec.Stop:
		return mendMin, mendMax
	}
	return 0, 0
}

// kinds turns a fault of the weather into faults of the plan.
func kinds(sc *spec.Scenario, w spec.Fault, f fault.Fault, s *sim.Stream) ([]fault.Fault, error) {
	f.Target = w.Target
	one := func(k fault.Kind) []fault.Fault { f.Kind = k; return []fault.Fault{f} }
	switch w.Kind {
	case spec.Cut, spec.Network:
		return networkOrPower(sc, w, f, s), nil
	case spec.BrownOut:
		f.Args.Permille = int(w.To) / 10
		return one(fault.Brownout), nil
	case spec.Drop:
		return one(fault.Drop), nil
	case spec.Kill:
		return one(fault.Kill), nil
	case spec.Stop:
		return one(fault.Stop), nil
	case spec.Unplug:
		return one(fault.Unplug), nil
	case spec.Mute:
		return one(fault.Mute), nil
	case spec.Deaf:
		return one(fault.Deaf), nil
	case spec.Garble:
		return one(fault.Garble), nil
	case spec.PaperOut:
		f.Args = fault.Args{Action: "paper-out", Undo: "paper-in"}
		return one(fault.Device), nil
	case spec.NearEnd:
		f.Args = fault.Args{Action: "near-end", Undo: "paper-in"}
		return one(fault.Device), nil
	case spec.CoverOpen:
		f.Args = fault.Args{Action: "open-cover", Undo: "close-cover"}
		return one(fault.Device), nil
	case spec.Slow:
		f.Args.Delay = s.Duration(time.Duration(w.Delay.Min), time.Duration(w.Delay.Max))
		return one(fault.Slow), nil
	case spec.ClockBad:
		f.Args = clockArgs(w.Clock)
		return one(fault.Clock), nil
	case spec.Disk:
		f.Args = diskArgs(w, s)
		return one(fault.Disk), nil
	case spec.Report:
		return taskFault(f, w.Target, shop.Task{Word: pos.WordReport, Args: []string{w.Reading}})
	case spec.Copy:
		return taskFault(f, w.Target, shop.Task{Word: pos.WordCopy, Args: []string{strconv.Itoa(w.Receipt)}})
	case spec.Edit:
		return editFault(sc, w, f)
	}
	return nil, fmt.Errorf("this rig cannot do %q", w.Kind)
}

// networkOrPower splits 'network' into the shop's links, and a bad network
// into one fault a trouble.
func networkOrPower(sc *spec.Scenario, w spec.Fault, f fault.Fault, s *sim.Stream) []fault.Fault {
	if w.Kind == spec.Cut && w.Target == "mains" {
		f.Kind = fault.Cut
		return []fault.Fault{f}
	}
	f.Kind = fault.Network
	if w.When.InMessage() && w.Kind == spec.Cut && w.Target != "network" && w.OneWay == "" {
		return []fault.Fault{broken(w, f)}
	}
	if w.Target == "network" {
		f.Target = strings.Join(sc.ShopLinks(), ",")
	}
	if w.Kind == spec.Cut {
		f.Args = fault.Args{Mode: network.Partition, Noticed: true}
		if w.OneWay != "" {
			f.Args = fault.Args{Mode: network.OneWay, Way: map[string]string{"out": "forth", "in": "back"}[w.OneWay]}
		}
		return []fault.Fault{f}
	}
	var out []fault.Fault
	add := func(mode string, share spec.Percent, delay time.Duration) {
		if share > 0 || (mode == network.Delay && delay > 0) {
			g := f
			g.ID = f.ID + "-" + mode
			g.Args = fault.Args{Mode: mode, Permille: int(share) / 10, Delay: delay}
			out = append(out, g)
		}
	}
	add(network.Delay, 0, s.Duration(time.Duration(w.Delay.Min), time.Duration(w.Delay.Max)))
	if w.Net != nil {
		add(network.Loss, w.Net.Loss, 0)
		add(network.Duplicate, w.Net.Duplicate, 0)
		add(network.Reorder, w.Net.Reorder, 500*time.Millisecond)
	}
	return out
}

// broken cuts a line to the card host inside a message: the world is told when
// the message leaves, and where in it.
func broken(w spec.Fault, f fault.Fault) fault.Fault {
	f.Args = fault.Args{Mode: network.Break, Way: "forth", Permille: f.When.Point.Permille, Count: int64(max(w.When.Byte, 0))}
	if w.When.Span == spec.SpanReply {
		f.Args.Way = "back"
	}
	f.When.Point.Permille = 0
	return f
}

func clockArgs(c *spec.ClockChange) fault.Args {
	switch {
	case c.Flat:
		return fault.Args{Mode: clock.Flat}
	case c.Set != nil:
		return fault.Args{Mode: clock.Set, Wall: c.Set.UnixNano()}
	case c.Drift != 0:
		return fault.Args{Mode: clock.Drift, PPM: int64(c.Drift)}
	}
	return fault.Args{Mode: clock.Jump, By: c.Jump}
}

func diskArgs(w spec.Fault, s *sim.Stream) fault.Args {
	switch w.Disk.Fail {
	case spec.DiskWrite:
		return fault.Args{Mode: sim.DiskEIOWrite, Count: 1}
	case spec.DiskSync:
		return fault.Args{Mode: sim.DiskEIOSync, Count: 1}
	case spec.DiskFull:
		return fault.Args{Mode: sim.DiskFull, Count: w.Disk.Room}
	case spec.DiskLie:
		return fault.Args{Mode: sim.DiskLie}
	}
	slow := s.Duration(time.Duration(w.Delay.Min), time.Duration(w.Delay.Max))
	return fault.Args{Mode: sim.DiskSlow, Count: max(int64(slow/(3*time.Millisecond)), 2)}
}

// editFault lets the person at a till's seat make the edit: a deed like any
// other, so that it stands in the plan and is replayed with it.
func editFault(sc *spec.Scenario, w spec.Fault, f fault.Fault) ([]fault.Fault, error) {
	field, value := w.Edit.Field()
	if w.Edit.HasPrice {
		value = sc.Shop.Catalogue.Currency.Decimal(pos.Amount(w.Edit.Price))
	}
	return taskFault(f, w.Edit.By, shop.Task{Word: pos.WordEdit, Args: append([]string{w.Edit.Target, field}, strings.Fields(value)...)})
}

func taskFault(f fault.Fault, till string, k shop.Task) ([]fault.Fault, error) {
	task, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	f.Kind, f.Target, f.For = fault.Device, cashierOf(till), 0
	f.Args = fault.Args{Action: shop.ActTask, Data: string(task)}
	return []fault.Fault{f}, nil
}

// moment turns when into a time or a point.
func moment(sc *spec.Scenario, w spec.Fault, i int, s *sim.Stream) (fault.When, error) {
	basket := sc.Ordinal(w.When.Sale)
	p := fault.Point{Basket: basket}
	switch w.When.Form {
	case spec.Always:
		return fault.At(0), nil
	case spec.AtTime:
		at := w.When.At
		if w.When.After.Max > 0 { // a time that is known to stand takes no draw
			at += s.Duration(time.Duration(w.When.After.Min), time.Duration(w.When.After.Max))
		}
		return fault.At(at), nil
	case spec.InSpan:
		return inSpan(w, p, i, s), nil
	case spec.InBetween:
		if w.When.From == spec.Approval || w.When.From == spec.Apply { // spans with an extent
			p.Span, p.Permille = string(w.When.From), 1+s.Intn(999)
			return fault.On(p), nil
		}
		p.Span, p.After = momentSpan(w.When.From), s.Duration(0, 2*time.Millisecond)
		return fault.On(p), nil
	case spec.AtMoment:
		p.Span = momentSpan(w.When.Moment)
		p.After = s.Duration(time.Duration(w.When.After.Min), time.Duration(w.When.After.Max))
		return fault.On(p), nil
	}
	return fault.When{}, fmt.Errorf("this rig does not know when %q is", w.When.Form)
}

// momentSpan names the span of no length that the rig announces for a moment.
// A commit is a span of its own, its moment is when it is over.
func momentSpan(m spec.Moment) string {
	if m == spec.Commit {
		return "committed"
	}
	return string(m)
}

func inSpan(w spec.Fault, p fault.Point, i int, s *sim.Stream) fault.When {
	p.Span, p.From = w.When.Span, w.When.At
	if w.When.InMessage() {
		p.Span = "host-" + p.Span
	}
	switch {
	case p.Basket > 0 && w.When.InMessage(), slices.Contains([]string{spec.SpanCommit, spec.SpanReceipt}, p.Span):
	default:
		p.Nth = i + 1
		switch line, isLine := strings.CutSuffix(w.Target, "-host"); {
		case isLine:
			p.Unit = tillOf(line)
		case !strings.Contains(w.Target, ".") && w.Target != srcMains && !w.When.InMessage():
			p.Unit = w.Target
		}
	}
	switch {
	case w.When.Byte >= 0 && p.Span == spec.SpanReceipt:
		p.Place, p.Byte = fault.AtByte, w.When.Byte
	case w.When.Op > 0:
		p.Place, p.Op, p.Permille = fault.InOp, w.When.Op, 500
		if w.When.Byte >= 0 {
			p.Byte, p.Permille = w.When.Byte, 0
		}
	case w.When.Share >= 0:
		p.Permille = int(w.When.Share) / 10
	default:
		p.Permille = 1 + s.Intn(999)
	}
	return fault.On(p)
}
