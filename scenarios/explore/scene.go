package explore

import (
	"fmt"
	"hash/fnv"
	"time"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/hub"
	"stormrig/pos/till"
	"stormrig/scenarios/rig"
	"stormrig/sim"
	"stormrig/sim/history"
)

// scene is one handling of a unit with a disk, to be cut at every point.
type scene struct {
	run    *rig.Run // a copy, the handling under way
	unit   string
	h      sim.Handled
	past   ID // what was done to the world before
	depth  int
	ground *ground
	told   map[pos.Chain]uint64 // acknowledged before the handling
	due    map[pos.Chain]uint64 // and by it
	where  string               // the handling in words
}

// point is one instant of a scene.
type point struct {
	disk.CutPoint
	words string
	// after: everything that the handling wrote has been synced, so that
	// all that it is about to acknowledge must survive.
	after bool
}

func (w *worker) newScene(r *rig.Run, h sim.Handled, past ID) (*scene, error) {
	s := &scene{run: r, unit: h.Who, h: h, past: past, depth: len(past) + 1}
	for _, c := range past {
		if c.Kind == EIO || c.Kind == Kill {
			s.depth-- // no loss of power
		}
	}
	d := r.Disk(h.Who)
	first := d.States(h.Begin + 1)
	var err error
	if s.ground, err = survey(w.decoder, h.Who, d, first[0]); err != nil {
		return nil, err
	}
	s.told = told(r, h.Who)
	s.due = map[pos.Chain]uint64{}
	for _, o := range h.Outs {
		switch v := o.Tell.(type) {
		case till.Committed:
			s.due[v.Key.Chain()] = v.Key.Seq
		case hub.Committed:
			s.due[v.Key.Chain()] = v.Key.Seq
		case till.Replicated:
			s.due[v.Chain] = v.Seq
		case hub.Replicated:
			s.due[v.Chain] = v.Seq
		}
		if s.where == "" {
			switch v := o.Tell.(type) {
			case till.Span:
				s.where = v.Name
			case hub.Span:
				s.where = v.Name
			}
		}
	}
	return s, nil
}

// told reads from the record what a unit has acknowledged: its own commits,
// and what it holds of others.
func told(r *rig.Run, unit string) map[pos.Chain]uint64 {
	high := map[pos.Chain]uint64{}
	events := r.History()
	for i := range events {
		e := &events[i]
		if e.Who == unit && (e.Kind == history.KindCommit || e.Kind == history.KindReplicated) {
			c := pos.Chain{Device: e.Device, Incarnation: e.Inc}
			high[c] = max(high[c], e.Seq)
		}
	}
	return high
}

// points lists the instants of a scene, in order.
func (s *scene) points() []point {
	d := s.run.Disk(s.unit)
	var out []point
	for _, p := range d.CutPoints() {
		words := d.String(p)
		if p.At <= s.h.Begin {
			p.At = s.h.Begin + 1 // a cut goes before an event of its time
		}
		out = append(out, point{p, words, p.At >= s.h.End})
	}
	if held := s.h.End + (s.h.ActAt-s.h.End)/2; held > s.h.End && held < s.h.ActAt {
		out = append(out, point{disk.CutPoint{At: held, Op: len(s.h.Ops)}, durableUntold, true})
	}
	if s.depth == 1 { // deeper it is the first point of what comes next
		out = append(out, point{disk.CutPoint{At: s.h.ActAt + 1, Op: len(s.h.Ops)}, "after the effects left", true})
	}
	return out
}

// advance lets the scene's world go on to just before a time; false when the
// unit does something else by then.
func (s *scene) advance(at time.Duration) (bool, error) {
	for s.run.Next() < at && !s.run.Ended() {
		if _, err := s.run.Step(); err != nil {
			return false, err
		}
		for _, o := range s.run.Seen() {
			if h, ok := o.(sim.Handled); ok && h.Who == s.unit {
				return false, nil
			}
		}
	}
	w := s.run.World()
	return w.On(s.unit) && w.Gen(s.unit) == s.h.Gen && !s.run.Ended(), nil
}

// class is states whose day goes on alike.
type class struct {
	verdict verdict
	first   ID
}

// possible is one state of an instant, with what its start came to.
type possible struct {
	state disk.State
	out   *outcome
	fresh bool // no instant before had this image
}

// explore cuts a scene at every point.
func (w *worker) explore(s *scene) error {
	defer s.run.Close()
	x := &cutting{worker: w, scene: s, known: map[[32]byte]*outcome{}, lists: map[int][]possible{}, classes: map[string]*class{}}
	for _, p := range s.points() {
		ok, err := s.advance(p.At)
		if err != nil || !ok || w.enough() {
			return err
		}
		if s.depth == 1 {
			w.t.CutPoints++
			if p.untold() {
				w.t.Ambiguous.Told++
			}
		}
		if err := x.at(p); err != nil {
			return err
		}
	}
	return nil
}

const durableUntold = "durable, and nothing told yet"

// untold tells whether power is lost between durable and told.
func (p point) untold() bool { return p.words == durableUntold }

// cutting is a scene being cut.
type cutting struct {
	*worker
	*scene
	known   map[[32]byte]*outcome // by image
	lists   map[int][]possible    // by how far the disk had come
	classes map[string]*class
}

// at starts a till on every state of one instant, and finishes the day of
// those that are the first of a class.
func (x *cutting) at(p point) error {
	began, floor := x.now(), x.t.Spent.Floor
	list := x.states(p)
	x.t.Spent.States += x.now() - began - (x.t.Spent.Floor - floor)
	events := x.run.World().Events()
	for i := range list {
		st := &list[i]
		x.t.Represented += int64(st.state.Represents)
		id := x.id(Cut{Unit: x.unit, At: p.At, Index: i})
		if wrong := orElse(st.out.wrong, x.missing(st.out, p.after)); wrong != "" {
			x.failed(x.scene, p, id, st.state.Describe().Words, wrong)
		}
		if x.enough() {
			return nil
		}
		if err := x.classify(p, id, st, events); err != nil {
			return err
		}
		st.fresh = false
	}
	return nil
}

// states lists the states of an instant, each image started once.
func (x *cutting) states(p point) []possible {
	d := x.run.Disk(x.unit)
	reached := d.Reached(p.At)
	if list, ok := x.lists[reached]; ok {
		return list
	}
	var list []possible
	for _, st := range d.States(p.At) {
		key := st.Key()
		out, seen := x.known[key]
		if !seen {
			o := x.start(x.scene, d, &st)
			out = &o
			x.known[key] = out
			x.count(x.scene, d, &st)
		}
		list = append(list, possible{st, out, !seen})
	}
	x.lists[reached] = list
	return list
}

func (w *worker) count(s *scene, d *disk.Disk, st *disk.State) {
	switch {
	case s.unsure():
		w.t.Ambiguous.States++
	case s.depth > 1:
		w.t.Nested++
	default:
		w.t.States++
	}
	w.floor(d, st)
}

func (s *scene) unsure() bool { return len(s.past) > 0 && s.past[0].Kind == EIO }

func (s *scene) id(c Cut) ID { return append(s.past[:len(s.past):len(s.past)], c) }

// missing says what was acknowledged and is not there.
func (s *scene) missing(o *outcome, after bool) string {
	lists := []map[pos.Chain]uint64{s.told}
	if after {
		lists = append(lists, s.due)
	}
	if o.high == nil {
		return ""
	}
	for _, list := range lists {
		for c, seq := range list {
			if o.high[c] < seq {
				return fmt.Sprintf("%s acknowledged %s up to %d and holds it up to %d", s.unit, c, seq, o.high[c])
			}
		}
	}
	return ""
}

// classify puts a state into its class. The first of a class finishes its
// day, and so does one in a hundred of the other images.
func (x *cutting) classify(p point, id ID, st *possible, events int) error {
	if x.o.StatesOnly {
		return nil
	}
	name := fmt.Sprintf("%d events; %s", events, st.out.class)
	c := x.classes[name]
	if c == nil {
		v, err := x.day(x.scene, id, x.depth < x.o.Depth && !x.unsure())
		if err != nil {
			return err
		}
		x.t.Classes++
		x.classes[name] = &class{v, id}
		if !v.holds() {
			x.failed(x.scene, p, id, st.state.Describe().Words, v.String()+": "+v.why)
		}
		return nil
	}
	if !st.fresh || !x.sampled(id) {
		return nil
	}
	v, err := x.day(x.scene, id, false)
	if err != nil {
		return err
	}
	x.t.Rechecked++
	if v.String() != c.verdict.String() {
		x.failed(x.scene, p, id, st.state.Describe().Words, fmt.Sprintf("its day comes to %q, that of its class (%s) to %q: %s", v, c.first, c.verdict, v.why))
	}
	return nil
}

// sampled chooses one member in a hundred, by the seed.
func (w *worker) sampled(id ID) bool {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", w.o.Seed, id)
	return h.Sum64()%100 == 0
}

// day finishes the day of a scene that is cut now. With nested it cuts the
// recovery, too.
func (w *worker) day(s *scene, id ID, nested bool) (verdict, error) {
	began := w.now()
	inside := w.t.Spent
	c := s.run.Clone()
	c.Add(id[len(id)-1].fault(fmt.Sprintf("explored.%d", len(id))))
	done := !nested
	v, err := finish(c, func(h sim.Handled) error {
		if done || h.Who != s.unit || h.Gen != s.h.Gen+1 {
			return nil
		}
		done = true
		n, err := w.newScene(c.Clone(), h, id)
		if err != nil {
			w.failed(s, point{words: "in the recovery"}, id, "", err.Error())
			return nil
		}
		return w.explore(n)
	})
	w.t.Days++
	spent := w.t.Spent
	w.t.Spent.Days += w.now() - began - (spent.Days - inside.Days) - (spent.States - inside.States) - (spent.Floor - inside.Floor)
	return v, err
}

// failed writes a failure down: where in words, and how to do it again.
func (w *worker) failed(s *scene, p point, id ID, image, what string) {
	where := fmt.Sprintf("%s of %s at %s, %s", orElse(s.where, "handling"), s.unit, w.clock(p.At), p.words)
	if image != "" {
		where += "; on the disk: " + image
	}
	if len(s.past) > 0 {
		where += fmt.Sprintf("; after %s before", s.past)
	}
	w.t.fail(Failure{ID: id.String(), Where: where, What: what, Replay: w.replay(id)})
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}
