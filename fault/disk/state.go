package disk

import (
	"fmt"
	"strings"
	"time"
)

// Picker draws the disk's choices. A seeded stream, never a global one.
type Picker interface {
	// Intn returns a number from 0 to n-1.
	Intn(n int) int
}

// exhaustive is up to how many pending sectors every subset is a state of
// its own; beyond it none, all, prefixes, each missing and each alone.
const exhaustive = 8

// State is one thing that an honest disk may be after power was lost at a
// certain time.
type State struct {
	// Meta is how many of the pending changes of names and sizes were done,
	// in their order.
	Meta int
	// Kept tells which pending sectors persisted, in the order of issue.
	Kept []bool
	// Grown: files got their new sizes though no sector of data persisted.
	Grown bool
	// Represents is how many legal choices lead to this same image.
	Represents int

	crash *crash
	image *image // what it is; nil when that was not asked for yet
	key   [32]byte
	told  string // of a disk that was not honest: what it did
}

// Image describes what a disk came back with.
type Image struct {
	Pending   int    // sectors that were not durable
	Names     int    // changes of names and sizes that were not durable
	Torn      bool   // a write persisted in part
	Reordered bool   // a later sector persisted where an earlier one did not
	Words     string // "sector 2 of 3 lost"
}

// States returns every legal state after a loss of power at a time, one for
// each distinct image.
func (d *Disk) States(at time.Duration) []State {
	c := d.crashAt(at)
	var out []State
	seen, alike := make(map[[32]byte]int), make(map[string]int)
	var visible []bool
	add := func(s State) {
		c.closure(s.Kept)
		short := c.visibly(&s, visible)
		if i, ok := alike[short]; ok {
			out[i].Represents++
			return
		}
		im := c.apply(&s)
		key := im.hash()
		if i, ok := seen[key]; ok {
			alike[short] = i
			out[i].Represents++
			return
		}
		alike[short] = len(out)
		s.Represents, s.crash, s.image, s.key = 1, c, &im, key
		seen[key] = len(out)
		out = append(out, s)
	}
	for meta := 0; meta <= c.metas; meta++ {
		visible = c.visible(meta)
		for _, kept := range subsets(len(c.units)) {
			add(State{Meta: meta, Kept: kept})
		}
		if len(c.units) > 0 {
			add(State{Meta: meta, Kept: make([]bool, len(c.units)), Grown: true})
		}
	}
	return out
}

// visible tells of each unit whether a name leads to its file once so many
// changes of names were done.
func (c *crash) visible(meta int) []bool {
	im := c.base.share()
	for i := range c.pending {
		if op := &c.pending[i]; op.meta() && meta > 0 {
			op.apply(&im)
			meta--
		}
	}
	out := make([]bool, len(c.units))
	for u := range out {
		out[u] = im.named(c.fileOf(u))
	}
	return out
}

// visibly is a short name of a state: two that share it are one image, since
// what persists of a file without a name cannot be seen.
func (c *crash) visibly(s *State, visible []bool) string {
	b := make([]byte, 0, len(visible)+2)
	b = append(b, byte(s.Meta))
	for u, v := range visible {
		switch {
		case !v:
		case s.Kept[u]:
			b = append(b, 1)
		default:
			b = append(b, 0)
		}
	}
	if s.Grown {
		b = append(b, 2)
	}
	return string(b)
}

// subsets lists which of n sectors may persist together.
func subsets(n int) [][]bool {
	var out [][]bool
	add := func(keep func(i int) bool) {
		s := make([]bool, n)
		for i := range s {
			s[i] = keep(i)
		}
		out = append(out, s)
	}
	if n <= exhaustive {
		for mask := range 1 << n {
			add(func(i int) bool { return mask>>i&1 == 1 })
		}
		return out
	}
	for k := 0; k <= n; k++ { // none, prefixes, all
		add(func(i int) bool { return i < k })
	}
	for k := range n {
		add(func(i int) bool { return i != k })
		add(func(i int) bool { return i == k })
	}
	return out
}

// pick draws one state: first its shape, so that rare shapes come up.
func (c *crash) pick(rng Picker) State {
	n := len(c.units)
	s := State{Meta: rng.Intn(c.metas + 1), Kept: make([]bool, n), Represents: 1, crash: c}
	if n == 0 {
		return s
	}
	k := rng.Intn(n)
	keep := func(i int) bool { return i <= k } // a prefix, up to all
	switch rng.Intn(6) {
	case 0:
		keep = func(int) bool { return false }
		s.Grown = rng.Intn(2) == 1
	case 1:
		keep = func(int) bool { return true }
	case 2:
		keep = func(i int) bool { return i != k }
	case 3:
		keep = func(i int) bool { return i == k }
	case 4:
		if n <= exhaustive {
			mask := rng.Intn(1 << n)
			keep = func(i int) bool { return mask>>i&1 == 1 }
		}
	}
	for i := range s.Kept {
		s.Kept[i] = keep(i)
	}
	c.closure(s.Kept)
	return s
}

// Cut takes the power away at a time and leaves the disk in one legal state,
// drawn by rng. Open files are dead; the next Begin starts a new life.
func (d *Disk) Cut(at time.Duration, rng Picker) Image {
	s, ordered := d.force(at)
	if !ordered {
		s = d.crashAt(at).pick(rng)
	}
	d.become(&s)
	return s.Describe()
}

// Fork returns a copy of the disk after the loss of power that s is a state
// of. The disk itself stays as it is.
func (d *Disk) Fork(s State) *Disk {
	c := *d
	c.become(&s)
	return &c
}

func (d *Disk) become(s *State) {
	d.durable = s.crash.apply(s)
	d.durable.compact()
	d.cache = d.durable.share()
	d.next = len(d.durable.files)
	d.pending, d.ops = nil, nil
	d.now = s.crash.at
	d.life++
}

// Describe says in words what the state is.
func (s *State) Describe() Image {
	c := s.crash
	if s.told != "" {
		return Image{Words: s.told}
	}
	img := Image{Pending: len(c.units), Names: c.metas}
	im := c.apply(s)
	lost := 0
	was := make([]struct{ lost, kept bool }, len(c.pending))
	for i, u := range c.units {
		if !im.named(c.fileOf(i)) {
			continue
		}
		if s.Kept[i] {
			img.Reordered = img.Reordered || lost > 0
			was[u.op].kept = true
		} else {
			lost++
			was[u.op].lost = true
		}
		img.Torn = img.Torn || was[u.op].lost && was[u.op].kept
	}
	img.Words = s.words()
	return img
}

func (s *State) words() string {
	n := len(s.Kept)
	kept := 0
	for _, k := range s.Kept {
		if k {
			kept++
		}
	}
	var parts []string
	switch {
	case n == 0:
	case kept == n:
		parts = append(parts, fmt.Sprintf("all %s kept", count(n, "sector")))
	case kept == 0 && s.Grown:
		parts = append(parts, fmt.Sprintf("all %s lost, sizes grown", count(n, "sector")))
	case kept == 0:
		parts = append(parts, fmt.Sprintf("all %s lost", count(n, "sector")))
	case kept <= n/2:
		parts = append(parts, fmt.Sprintf("sector %s of %d kept", ranges(s.Kept, true), n))
	default:
		parts = append(parts, fmt.Sprintf("sector %s of %d lost", ranges(s.Kept, false), n))
	}
	if s.crash.metas > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s done", s.Meta, count(s.crash.metas, "name change")))
	}
	if len(parts) == 0 {
		return "nothing was pending"
	}
	return strings.Join(parts, "; ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ranges writes the positions (from 1) where kept is want: "1,3-5".
func ranges(kept []bool, want bool) string {
	var out []string
	for i := 0; i < len(kept); i++ {
		if kept[i] != want {
			continue
		}
		end := i
		for end+1 < len(kept) && kept[end+1] == want {
			end++
		}
		if end == i {
			out = append(out, fmt.Sprint(i+1))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", i+1, end+1))
		}
		i = end
	}
	return strings.Join(out, ",")
}
