package explore

import (
	"bytes"
	"fmt"
	"time"

	"stormrig/fault/disk"
	"stormrig/scenarios/rig"
	"stormrig/sim"
)

// group is one place between two groups of bytes on a wire.
type group struct {
	unit  string // who loses power then
	at    time.Duration
	words string
}

// groups lists the places of a transfer. On a cable of packets a group is a
// packet, elsewhere a frame: before it, in it and after it. What is on its way
// to a unit that dies is not delivered, however much of it had arrived, so all
// places of a transfer to the dying unit are one.
func groups(r *rig.Run, t sim.TransferBegun) []group {
	var out []group
	n := time.Duration(len(t.Data))
	end := t.First + max(n-1, 0)*t.Per
	for _, unit := range []string{t.From, t.To} {
		if r.Disk(unit) == nil {
			continue
		}
		add := func(at time.Duration, words string) { out = append(out, group{unit, max(at, t.At+1), words}) }
		if unit == t.To || t.Per == 0 {
			add(t.At+(end-t.At)/2, "while "+t.Wire+" carries it")
			continue
		}
		add(t.At+1, "before the first byte on "+t.Wire)
		if p := time.Duration(r.Packet(t.Wire)); p > 0 {
			for k := p; k < n; k += p {
				add(t.First+(k-1)*t.Per, fmt.Sprintf("after %d of %d bytes on %s", k, n, t.Wire))
			}
		} else if n > 1 {
			add(t.First+(n/2-1)*t.Per, fmt.Sprintf("after %d of %d bytes on %s", n/2, n, t.Wire))
		}
		add(end+1, "after the last byte on "+t.Wire)
	}
	return out
}

// instant is when a unit loses its power: two groups that begin at one time
// have one place before them.
type instant struct {
	unit string
	at   time.Duration
}

// transfer takes the power away in every place of a transfer that has just
// begun in r, but for those that done has.
func (w *worker) transfer(r *rig.Run, t sim.TransferBegun, done map[instant]bool) error {
	for _, g := range groups(r, t) {
		if done[instant{g.unit, g.at}] {
			continue
		}
		done[instant{g.unit, g.at}] = true
		w.t.CutPoints++
		w.t.Wire++
		if err := w.alone(r, ID{{Unit: g.unit, At: g.at}}, g.unit, g.words); err != nil {
			return err
		}
	}
	if bytes.Contains(t.Data[:min(len(t.Data), 16)], []byte(`"ack"`)) && r.Disk(t.From) != nil {
		w.t.Ambiguous.Acks++
		return w.alone(r, ID{{Unit: t.Wire, At: t.At + 1, Kind: Deaf}}, t.To, "the hub's acknowledgement is lost")
	}
	return nil
}

// alone finishes a day after one thing was done to the world.
func (w *worker) alone(r *rig.Run, id ID, unit, words string) error {
	began := w.now()
	c := r.Clone()
	for i, cut := range id {
		c.Add(cut.fault(fmt.Sprintf("explored.%d", i+1)))
	}
	v, err := finish(c, nil)
	if err != nil {
		return err
	}
	w.t.Days++
	w.t.Classes++
	w.t.Spent.Days += w.now() - began
	if id[0].Kind == EIO && v.gaveUp() {
		w.t.Ambiguous.Stopped++
		return nil
	}
	if !v.holds() {
		s := &scene{unit: unit, where: "transfer"}
		w.failed(s, point{CutPoint: disk.CutPoint{At: id[0].At}, words: words}, id, "", v.String()+": "+v.why)
	}
	return nil
}
