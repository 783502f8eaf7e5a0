package explore

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/journal"
	"stormrig/pos/store"
)

// The truth about a state is what its disk holds, found without the till's
// recovery: the entries that were on the disk before the handling that was
// cut, and those entries of the handling whose bytes are there, whole and
// under their name.

// frame is one entry on a disk.
type frame struct {
	chain pos.Chain
	own   bool // in journal/, not replica/
	seq   uint64
	hash  journal.Hash
	entry *pos.Entry
	file  string // of an entry of the handling: where it was written
	off   int64
	raw   []byte
}

// ground is what a handling stood on, and what it added.
type ground struct {
	unit  string
	base  []frame // own chains first, each in order
	added []frame // in the order of writing

	high   map[pos.Chain]uint64 // of base
	name   string               // key of base
	chains []pos.Chain          // of base and added
}

// index finds out what the base says of itself.
func (g *ground) index() {
	g.high, g.name = heads(g.base), key(g.unit, g.base)
	g.chains = slices.SortedFunc(maps.Keys(g.high), func(a, b pos.Chain) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Incarnation, b.Incarnation))
	})
}

// decoder remembers decoded payloads by their hash: the same entry is met in
// thousands of states.
type decoder struct{ seen map[journal.Hash]*pos.Entry }

func newDecoder() *decoder { return &decoder{seen: map[journal.Hash]*pos.Entry{}} }

func (d *decoder) entry(hash journal.Hash, payload []byte) (*pos.Entry, error) {
	if e, ok := d.seen[hash]; ok {
		return e, nil
	}
	e, err := pos.DecodeEntry(slices.Clone(payload))
	if err != nil {
		return nil, err
	}
	d.seen[hash] = e
	return e, nil
}

// survey reads what a unit's disk held for certain before its present
// handling, and what the handling wrote.
func survey(dec *decoder, unit string, d *disk.Disk, before disk.State) (*ground, error) {
	g := &ground{unit: unit}
	if err := g.read(dec, d.Fork(before)); err != nil {
		return nil, fmt.Errorf("what %s held before: %w", unit, err)
	}
	g.index()
	return g, g.written(dec, d)
}

// read takes what a disk holds as the base.
func (g *ground) read(dec *decoder, f *disk.Disk) error {
	own := map[pos.Chain]bool{}
	names, err := f.List(journal.Dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if c, ok := chainOf(n); ok {
			own[c] = true
		}
	}
	return journal.Walk(f, func(c pos.Chain, fr journal.Frame) error {
		e, err := dec.entry(fr.Hash, fr.Payload)
		g.base = append(g.base, frame{chain: c, own: own[c], seq: fr.Seq, hash: fr.Hash, entry: e})
		return err
	})
}

// written collects the entries that the handling put on the disk.
func (g *ground) written(dec *decoder, d *disk.Disk) error {
	for _, op := range d.Ops() {
		if op.Kind != disk.Write {
			continue
		}
		name := strings.TrimSuffix(op.File, store.TempSuffix)
		dir, base, _ := strings.Cut(name, "/")
		c, ok := chainOf(base)
		if !ok || dir != journal.Dir && dir != journal.ReplicaDir {
			continue
		}
		data := op.Data()
		start := max(bytes.Index(data, []byte("SRF1")), 0)
		for rest := data[start:]; ; {
			fr, next, err := journal.ParseFrame(rest)
			if err != nil {
				break
			}
			off := op.Off + int64(len(data)-len(rest))
			rest = next
			if fr.Seq <= g.high[c] {
				continue // written once more
			}
			e, err := dec.entry(fr.Hash, fr.Payload)
			if err != nil {
				return err
			}
			if !slices.Contains(g.chains, c) {
				g.chains = append(g.chains, c)
			}
			g.added = append(g.added, frame{c, dir == journal.Dir, fr.Seq, fr.Hash, e, name, off, fr.Raw})
		}
	}
	return nil
}

// chainOf reads the chain from the name of a segment:
// <device>-<incarnation>-<first sequence>.seg.
func chainOf(name string) (pos.Chain, bool) {
	name, ok := strings.CutSuffix(name, ".seg")
	parts := strings.Split(name, "-")
	if !ok || len(parts) < 3 {
		return pos.Chain{}, false
	}
	n := len(parts)
	inc, err := strconv.ParseUint(parts[n-2], 10, 32)
	return pos.Chain{Device: strings.Join(parts[:n-2], "-"), Incarnation: uint32(inc)}, err == nil
}

// heads returns the last sequence of each chain.
func heads(entries []frame) map[pos.Chain]uint64 {
	h := map[pos.Chain]uint64{}
	for i := range entries {
		h[entries[i].chain] = max(h[entries[i].chain], entries[i].seq)
	}
	return h
}

// survivors returns which of the added entries an image holds, each chain
// without a gap.
func (g *ground) survivors(d *disk.Disk) []frame {
	heads := map[pos.Chain]uint64{}
	var out []frame
	for i := range g.added {
		f := &g.added[i]
		if f.seq == max(heads[f.chain], g.high[f.chain])+1 && holds(d, f) {
			heads[f.chain] = f.seq
			out = append(out, *f)
		}
	}
	return out
}

// holds looks for the bytes of a frame at their place, in the file that they
// were written to, whatever segment of its chain that is called now.
func holds(d *disk.Disk, f *frame) bool {
	if at(d, f.file, f) {
		return true
	}
	dir := path.Dir(f.file)
	names, _ := d.List(dir) // a missing directory is empty
	return slices.ContainsFunc(names, func(n string) bool {
		c, ok := chainOf(n)
		return ok && c == f.chain && dir+"/"+n != f.file && at(d, dir+"/"+n, f)
	})
}

func at(d *disk.Disk, name string, f *frame) bool {
	h, err := d.Open(name)
	if err != nil {
		return false
	}
	defer h.Close()
	buf := make([]byte, len(f.raw))
	n, _ := h.ReadAt(buf, f.off) // what cannot be read is not there
	return n == len(buf) && bytes.Equal(buf, f.raw)
}

// truths remembers folds by the entries they are made of.
type truths struct {
	base  *fold.Base
	known map[string]*truth
}

type truth struct {
	state  *fold.State
	digest [32]byte
}

// mostTruths bounds the memory of truths.
const mostTruths = 64

// of folds what a ground and the survivors of its handling hold.
func (t *truths) of(g *ground, survivors []frame) (*truth, error) {
	k := g.name
	for i := range survivors {
		k += fmt.Sprintf(" +%x", survivors[i].hash[:8])
	}
	if have, ok := t.known[k]; ok {
		return have, nil
	}
	b, err := t.ground(g)
	if err != nil || len(survivors) == 0 {
		return b, err
	}
	return t.fold(k, b.state.Clone(), survivors)
}

func (t *truths) ground(g *ground) (*truth, error) {
	if have, ok := t.known[g.name]; ok {
		return have, nil
	}
	return t.fold(g.name, fold.New(g.unit, t.base), inOrder(g.base))
}

func (t *truths) fold(k string, st *fold.State, entries []frame) (*truth, error) {
	for i := range entries {
		st.Apply(entries[i].entry)
	}
	d, err := digest(st)
	if err != nil {
		return nil, err
	}
	if len(t.known) >= mostTruths {
		clear(t.known)
	}
	tr := &truth{st, d}
	t.known[k] = tr
	return tr, nil
}

// inOrder puts the own chains first: their order is the till's own.
func inOrder(entries []frame) []frame {
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b frame) int {
		switch {
		case a.own != b.own:
			return cmp.Compare(b2i(b.own), b2i(a.own))
		case a.chain != b.chain:
			return cmp.Or(cmp.Compare(a.chain.Device, b.chain.Device), cmp.Compare(a.chain.Incarnation, b.chain.Incarnation))
		}
		return cmp.Compare(a.seq, b.seq)
	})
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// key names a set of entries by the last of each chain.
func key(unit string, entries []frame) string {
	last := map[pos.Chain]*frame{}
	for i := range entries {
		if f := &entries[i]; last[f.chain] == nil || last[f.chain].seq <= f.seq {
			last[f.chain] = f
		}
	}
	var parts []string
	for c, f := range last {
		parts = append(parts, fmt.Sprintf("%s/%d=%x", c, f.seq, f.hash[:8]))
	}
	slices.Sort(parts)
	return unit + " " + strings.Join(parts, " ")
}
