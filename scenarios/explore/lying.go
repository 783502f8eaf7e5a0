package explore

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// lie takes the power away right after the disk has acknowledged a sync that
// it did not do, or did wrong: once before anything was told, and for the last
// sync of a handling once more after it was.
func (w *worker) lie(s *scene) error {
	defer s.run.Close()
	classes := map[string]*class{}
	for _, p := range s.syncs() {
		ok, err := s.advance(p.At)
		if err != nil || !ok {
			return err
		}
		if err := w.lieAt(s, p, classes); err != nil {
			return err
		}
	}
	return nil
}

// syncs lists the instants right after each sync, and after the effects left.
func (s *scene) syncs() []point {
	var out []point
	for i, op := range s.h.Ops {
		if op.IsSync() {
			out = append(out, point{disk.CutPoint{At: op.End, Op: i}, fmt.Sprintf("right after sync of %s was acknowledged", op.File), false})
		}
	}
	if len(out) > 0 {
		out = append(out, point{disk.CutPoint{At: s.h.ActAt + 1, Op: len(s.h.Ops)}, "after the effects left", true})
	}
	return out
}

func (w *worker) lieAt(s *scene, p point, classes map[string]*class) error {
	began := w.now()
	d := s.run.Disk(s.unit)
	states := d.Lies(p.At)
	if len(states) == 0 {
		return nil
	}
	all := d.States(p.At)
	honest := w.startLied(s, d, &all[whole(all)])
	outs := make([]outcome, len(states))
	for i := range states {
		outs[i] = w.startLied(s, d, &states[i])
		w.t.Lying.States++
	}
	w.t.Spent.States += w.now() - began
	for i := range states {
		id := s.id(Cut{Unit: s.unit, At: p.At, Kind: Lying, Index: i})
		if err := w.blame(s, p, id, &honest, &outs[i], &states[i], classes); err != nil {
			return err
		}
	}
	return nil
}

// whole finds the state in which everything persisted.
func whole(states []disk.State) int {
	best, most := 0, -1
	for i := range states {
		n := states[i].Meta
		for _, k := range states[i].Kept {
			if k {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// startLied starts a till or hub on a disk that may hold anything. What it
// recovers must be the fold of what a reader of the journal finds there,
// unless it stops and says so.
func (w *worker) startLied(s *scene, d *disk.Disk, st *disk.State) outcome {
	g := &ground{unit: s.unit, high: map[pos.Chain]uint64{}}
	err := g.read(w.decoder, d.Fork(*st))
	damaged := errors.Is(err, journal.ErrDamaged)
	if err != nil && !damaged {
		return outcome{class: "error", wrong: err.Error()}
	}
	g.index()
	was := s.ground
	s.ground = g
	out := w.start(s, d, st)
	s.ground = was
	if out.beyond = beyond(d.Fork(*st), out.high); out.beyond != "" && !out.stopped() {
		out.wrong = "damage is taken for a torn tail: the disk holds " + out.beyond
	}
	if damaged && out.found == "" {
		out.found = err.Error() // a replica is cut and pulled again
	}
	return out
}

// beyond names an own entry that a disk holds whole, in a write after the
// first one that the unit has not: so that one was durable once. It is found
// by its bytes alone.
func beyond(d *disk.Disk, high map[pos.Chain]uint64) string {
	names, _ := d.List(journal.Dir) // a missing directory is empty
	newest := pos.Chain{}
	for _, n := range names {
		if c, ok := chainOf(n); ok && c.Incarnation > newest.Incarnation {
			newest = c
		}
	}
	for _, n := range names {
		c, ok := chainOf(n)
		if !ok || c != newest {
			continue // where a chain before it ends, the newest says
		}
		data, err := store.ReadFile(d, journal.Dir+"/"+n)
		for err == nil && len(data) > 0 {
			i := bytes.Index(data, []byte("SRF1"))
			if i < 0 {
				break
			}
			fr, rest, bad := journal.ParseFrame(data[i:])
			if bad != nil {
				data = data[i+4:]
				continue
			}
			if data = rest; fr.Seq-uint64(fr.Index) > high[c]+1 {
				return fmt.Sprintf("%s/%d", c, fr.Seq)
			}
		}
	}
	return ""
}

// blame says who found the loss of a state, if there is one.
func (w *worker) blame(s *scene, p point, id ID, honest, out *outcome, st *disk.State, classes map[string]*class) error {
	l := &w.t.Lying
	if strings.Contains(out.class, "wrong fold") || out.found == "panic" || out.beyond != "" && !out.stopped() {
		w.failed(s, p, id, st.Describe().Words, "silently wrong: "+out.wrong)
	}
	lost := losses(honest, out)
	if len(lost) == 0 {
		l.Harmless++
		return nil
	}
	if out.found != "" {
		l.FoundByTill++
		return nil
	}
	name := fmt.Sprintf("%t %d events; %s", p.after, s.run.World().Events(), out.class)
	c := classes[name]
	if c == nil {
		c = &class{first: id}
		var err error
		if c.verdict, err = w.witnessed(s, id, lost); err != nil {
			return err
		}
		classes[name] = c
		w.t.Classes++
	}
	switch c.verdict.word {
	case "witness":
		l.FoundByWitness++
	case "silent":
		l.NoWitness++
		l.Silent++
		w.failed(s, p, id, st.Describe().Words, "a loss that a witness knows of and nobody reports: "+c.verdict.why)
	default:
		l.NoWitness++
	}
	return nil
}

// losses lists the chains that hold less than on an honest disk.
func losses(honest, out *outcome) map[pos.Chain]uint64 {
	lost := map[pos.Chain]uint64{}
	for c, seq := range honest.high {
		if out.high[c] < seq {
			lost[c] = seq
		}
	}
	return lost
}

// witnessed finishes the day and asks who knew: "witness" when a checker
// says so, "silent" when another device holds what its owner lost and no
// checker says so, "none" otherwise.
func (w *worker) witnessed(s *scene, id ID, lost map[pos.Chain]uint64) (verdict, error) {
	began := w.now()
	c := s.run.Clone()
	c.Add(id[len(id)-1].fault("explored.1"))
	v, err := finish(c, nil)
	w.t.Days++
	w.t.Spent.Days += w.now() - began
	if err != nil {
		return v, err
	}
	if !v.holds() {
		return verdict{word: by(v), why: v.why}, nil
	}
	if who := orphan(c.History(), lost, s.unit); who != "" {
		return verdict{word: "silent", why: who}, nil
	}
	return verdict{word: "none"}, nil
}

// by tells a witness from a loss that only the shopper's memory shows.
func by(v verdict) string {
	for _, r := range v.by {
		if r.Verdict == check.Violated && (r.ID != "J1" || !strings.Contains(r.Detail(), "no witness")) {
			return "witness"
		}
	}
	return "none"
}

// orphan names an entry of a lost chain that somebody else holds at the end
// and its owner does not.
func orphan(events []history.Event, lost map[pos.Chain]uint64, unit string) string {
	own := map[string]bool{}
	for i := range events {
		if e := &events[i]; e.Kind == history.KindEntry && e.Who == unit {
			own[e.Hash] = true
		}
	}
	for i := range events {
		e := &events[i]
		c := pos.Chain{Device: e.Device, Incarnation: e.Inc}
		if e.Kind == history.KindEntry && e.Who != unit && lost[c] > 0 && !own[e.Hash] {
			return fmt.Sprintf("%s holds %s/%d, which %s does not", e.Who, c, e.Seq, unit)
		}
	}
	return ""
}
