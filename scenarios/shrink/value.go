package shrink

import (
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/scenarios/spec"
)

// values makes what is left of each fault simpler: fewer targets, rounder
// times, shorter durations. An exact point keeps its span and its place.
func (s *shrinker) values() {
	for i := range s.best.Plan.Faults {
		fault := func(change func(f *fault.Fault)) bool {
			c := s.best
			c.Plan.Faults = append(c.Plan.Faults[:0:0], c.Plan.Faults...)
			change(&c.Plan.Faults[i])
			return c.Plan.Faults[i].Validate() == nil && s.try(c)
		}
		s.targets(i, fault)
		s.moment(i, fault)
		s.lasting(i, fault)
		s.particulars(i, fault)
	}
	c := s.best
	c.Plan.Scenario = c.Scenario.Name
	s.try(c)
}

type changer = func(func(f *fault.Fault)) bool

func (s *shrinker) targets(i int, alter changer) {
	for _, one := range s.best.Plan.Faults[i].Targets() {
		if strings.Contains(s.best.Plan.Faults[i].Target, ",") && alter(func(f *fault.Fault) { f.Target = one }) {
			return
		}
	}
}

func (s *shrinker) moment(i int, alter changer) {
	w := s.best.Plan.Faults[i].When
	for _, unit := range []time.Duration{time.Hour, time.Minute, time.Second, time.Millisecond} {
		if !w.IsPoint() && alter(func(f *fault.Fault) { f.When.At = w.At.Truncate(unit) }) {
			break
		}
	}
	if !w.IsPoint() {
		return
	}
	for _, unit := range []time.Duration{time.Hour, time.Second, time.Millisecond, time.Microsecond} {
		if alter(func(f *fault.Fault) { f.When.Point.After = w.Point.After.Truncate(unit) }) {
			break
		}
	}
	for _, p := range []int{0, 500, w.Point.Permille / 100 * 100, w.Point.Permille / 10 * 10} {
		if alter(func(f *fault.Fault) { f.When.Point.Permille = p }) {
			break
		}
	}
	for _, b := range []int{1, w.Point.Byte / 100 * 100, w.Point.Byte / 10 * 10} {
		if w.Point.Byte > 0 && b > 0 && alter(func(f *fault.Fault) { f.When.Point.Byte = b }) {
			break
		}
	}
	alter(func(f *fault.Fault) { f.When.Point.Nth = min(f.When.Point.Nth, 1) })
	alter(func(f *fault.Fault) { f.When.Point.Unit = "" })
}

// lasting tries durations that a person would write, the shortest first.
func (s *shrinker) lasting(i int, alter changer) {
	was := s.best.Plan.Faults[i].For
	for _, d := range []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, time.Hour,
		was.Truncate(time.Hour), was.Truncate(time.Minute), was.Truncate(time.Second), was.Truncate(time.Millisecond)} {
		if d > 0 && was > 0 && d <= max(was, time.Second) && alter(func(f *fault.Fault) { f.For = d }) {
			return
		}
	}
}

func (s *shrinker) particulars(i int, alter changer) {
	a := s.best.Plan.Faults[i].Args
	if a.Permille > 0 {
		_ = alter(func(f *fault.Fault) { f.Args.Permille = 500 }) || alter(func(f *fault.Fault) { f.Args.Permille = 900 })
	}
	for _, n := range []int64{0, 1, 2, 10} {
		if a.Count > n && alter(func(f *fault.Fault) { f.Args.Count = n }) {
			break
		}
	}
	for _, d := range []time.Duration{time.Second, time.Minute, time.Hour} {
		if a.Delay > d && alter(func(f *fault.Fault) { f.Args.Delay = d }) {
			break
		}
	}
	for _, d := range []time.Duration{10 * time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		if a.By < 0 {
			d = -d
		}
		if a.By != 0 && alter(func(f *fault.Fault) { f.Args.By = d }) {
			break
		}
	}
}

// most is the longest that nothing happens in a small day.
const most = 5 * time.Minute

// hours pulls the day together: where nothing is sold and nothing goes wrong
// for long, five minutes do.
func (s *shrinker) hours() {
	if len(s.best.Scenario.Sales) == 0 {
		return
	}
	s.edit(func(d *draft) { d.pullTogether() })
	for _, rest := range []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour} {
		if s.edit(func(d *draft) { d.close(rest) }) {
			return
		}
	}
}

// pullTogether shortens every pause between two sales or faults of the clock.
func (d *draft) pullTogether() {
	var times []time.Duration
	for _, sale := range d.Scenario.Sales {
		times = append(times, sale.At)
	}
	for _, f := range d.Plan.Faults {
		if !f.When.IsPoint() {
			times = append(times, f.When.At)
		}
	}
	moved := pulled(times)
	for i := range d.file.Sales {
		at := d.Scenario.Shop.Opens.Add(moved(d.Scenario.Sales[i].At))
		h, m, s := at.Clock()
		d.file.Sales[i].At = spec.Clock{Time: time.Duration(h*3600+m*60+s) * time.Second}
	}
	for i := range d.Plan.Faults {
		if w := &d.Plan.Faults[i].When; !w.IsPoint() {
			w.At = moved(w.At)
		}
	}
}

// close ends the day so long after its last sale or fault.
func (d *draft) close(rest time.Duration) {
	end := time.Duration(0)
	for _, sale := range d.Scenario.Sales {
		end = max(end, sale.At)
	}
	for _, f := range d.Plan.Faults {
		if !f.When.IsPoint() {
			end = max(end, f.When.At)
		}
	}
	end = (end + rest + 10*time.Minute - 1).Truncate(10 * time.Minute)
	at := d.Scenario.Shop.Opens.Add(end)
	if end >= d.Scenario.Shop.Length() {
		return
	}
	h, m, _ := at.Clock()
	d.file.Shop.Closes = spec.Clock{Time: time.Duration(h*60+m) * time.Minute}
}
