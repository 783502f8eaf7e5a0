package explore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos/store"
)

// step is one operation of a log of five writes.
type step struct {
	kind string // create, write, sync, rename, syncdir
	off  int
	n    int
}

// logs are the logs that are enumerated twice.
var logs = map[string][]step{
	"one after the other, synced at the end": {
		{kind: "create"}, {"write", 0, 300}, {"write", 300, 700}, {"write", 1000, 24}, {"write", 1024, 512}, {"write", 1536, 90},
		{kind: "sync"}, {kind: "syncdir"},
	},
	"a sync in the middle, a sector twice": {
		{kind: "create"}, {"write", 0, 512}, {"write", 512, 600}, {kind: "sync"}, {kind: "syncdir"},
		{"write", 512, 300}, {"write", 700, 900}, {"write", 1600, 10}, {kind: "sync"},
	},
	"made under another name": {
		{kind: "create"}, {"write", 0, 700}, {"write", 700, 700}, {kind: "sync"}, {kind: "rename"},
		{"write", 1400, 100}, {"write", 1300, 50}, {"write", 1500, 600}, {kind: "syncdir"}, {kind: "sync"},
	},
}

const logName = "log/a.tmp"

func renamed(name string) string { return strings.TrimSuffix(name, ".tmp") }

// fill is what the i-th step writes: no two bytes of two steps are alike at
// one place.
func fill(i, n int) []byte { return slices.Repeat([]byte{byte('A' + i)}, n) }

func run(t *testing.T, d *disk.Disk, steps []step) {
	var f store.File
	var err error
	for i, s := range steps {
		switch s.kind {
		case "create":
			f, err = d.Create(logName)
		case "write":
			_, err = f.WriteAt(fill(i, s.n), int64(s.off))
		case "sync":
			err = f.Sync()
		case "rename":
			err = d.Rename(logName, renamed(logName))
		case "syncdir":
			err = d.SyncDir("log")
		}
		require.NoError(t, err)
	}
}

func TestGeneratorAgreesWithAnother(t *testing.T) {
	for name, steps := range logs {
		t.Run(name, func(t *testing.T) {
			d := disk.New(disk.PhoneFlash)
			d.Begin(time.Second)
			run(t, d, steps)
			require.Len(t, d.Ops(), len(steps))
			states := 0
			for _, p := range d.CutPoints() {
				got := map[string]bool{}
				for _, s := range d.States(p.At) {
					got[picture(t, d.Fork(s))] = true
				}
				want := other(steps, begun(d, p.At), ended(d, p.At))
				states += len(want)
				if !assert.Equal(t, sorted(want), sorted(got), d.String(p)) {
					return
				}
			}
			assert.Greater(t, states, 50)
		})
	}
}

func begun(d *disk.Disk, at time.Duration) (n int) {
	for _, op := range d.Ops() {
		if op.Begin < at {
			n++
		}
	}
	return n
}

func ended(d *disk.Disk, at time.Duration) (n int) {
	for _, op := range d.Ops() {
		if op.Begin < at && op.End <= at {
			n++
		}
	}
	return n
}

// picture is what can be seen of a disk.
func picture(t *testing.T, d *disk.Disk) string {
	names, err := d.List("log")
	require.NoError(t, err)
	out := ""
	for _, n := range names {
		data, err := store.ReadFile(d, "log/"+n)
		require.NoError(t, err)
		out += image(n, data)
	}
	return out
}

// image writes a file as runs of equal bytes.
func image(name string, data []byte) string {
	out := name + ":"
	for i := 0; i < len(data); {
		n := i
		for n < len(data) && data[n] == data[i] {
			n++
		}
		out += fmt.Sprintf(" %c%d", max(data[i], '0'), n-i)
		i = n
	}
	return out + "\n"
}

func sorted(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// version is a sector as the cache held it once, and how far it makes the file
// reach.
type version struct {
	data  []byte
	reach int
}

// sectors is how many a log of this test may have.
const sectors = 8

// cache is the other model: of each sector what is durable, and the versions
// that the cache held one after the other since. It knows nothing of
// operations that are kept or lost together.
type cache struct {
	durable, now []byte
	far, reach   [sectors]int // by sector: how far the file reaches, durably and now
	since        [sectors][]version
	names        []string // what the directory may say, oldest first
	size         int
}

// other enumerates what may be left: of each sector any of its versions.
func other(steps []step, begun, ended int) map[string]bool {
	c := &cache{durable: make([]byte, sectors*512), now: make([]byte, sectors*512), names: []string{""}}
	for i, s := range steps[:begun] {
		switch {
		case s.kind == "create":
			c.names = append(c.names, "a.tmp")
		case s.kind == "rename":
			c.names = append(c.names, "a")
		case s.kind == "write":
			c.write(s.off, fill(i, s.n))
		case s.kind == "sync" && i < ended:
			copy(c.durable, c.now)
			c.far, c.since = c.reach, [sectors][]version{}
		case s.kind == "syncdir" && i < ended:
			c.names = c.names[len(c.names)-1:]
		}
	}
	out := map[string]bool{}
	for pick, more := [sectors]int{}, true; more; pick, more = c.next(pick) {
		c.left(pick, out)
	}
	return out
}

func (c *cache) write(off int, data []byte) {
	for k := off / 512; k <= (off+len(data)-1)/512; k++ {
		from, to := max(off, k*512), min(off+len(data), (k+1)*512)
		copy(c.now[from:to], data[from-off:])
		c.reach[k] = max(c.reach[k], to)
		c.since[k] = append(c.since[k], version{slices.Clone(c.now[k*512 : (k+1)*512]), c.reach[k]})
	}
	c.size = max(c.size, off+len(data))
}

// next counts through all picks of a version a sector.
func (c *cache) next(pick [sectors]int) ([sectors]int, bool) {
	for k := range pick {
		if pick[k] < len(c.since[k]) {
			pick[k]++
			return pick, true
		}
		pick[k] = 0
	}
	return pick, false
}

// left adds what one pick leaves, under every name that it may have.
func (c *cache) left(pick [sectors]int, out map[string]bool) {
	data, end, none := slices.Clone(c.durable), slices.Max(c.far[:]), true
	for k, n := range pick {
		if n > 0 {
			none = false
			copy(data[k*512:], c.since[k][n-1].data)
			end = max(end, c.since[k][n-1].reach)
		}
	}
	for _, name := range c.names {
		if name == "" {
			out[""] = true
			continue
		}
		out[image(name, data[:end])] = true
		if none {
			out[image(name, data[:max(end, c.size)])] = true // grown, and nothing of it
		}
	}
}
