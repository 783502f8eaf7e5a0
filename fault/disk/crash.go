package disk

import (
	"bytes"
	"slices"
	"time"
)

// unit is one sector of one pending write: the least that persists or not.
type unit struct {
	op     int // index in pending
	sector int64
}

// crash is a disk at the moment power goes: what is durable, and what is not.
type crash struct {
	at      time.Duration
	base    image
	pending []Op
	units   []unit // in the order of issue
	metas   int    // pending changes of names and sizes
	before  []int  // of each unit: the one before it in its sector, or -1
	patches []*patch
	plain   bool // see render
}

// crashAt plays the log up to a time. An operation under way counts as
// pending: any part of it may have happened.
func (d *Disk) crashAt(at time.Duration) *crash {
	c := &crash{at: at, base: d.durable.share()}
	ended := 0
	for ended < len(d.ops) && d.ops[ended].Begin < at && d.ops[ended].End <= at {
		ended++
	}
	c.pending = settle(&c.base, slices.Clone(d.pending), d.ops[:ended])
	if ended < len(d.ops) {
		if op := d.ops[ended]; op.Begin < at && op.Kind != Sync && op.Kind != SyncDir {
			c.pending = settle(&c.base, c.pending, []Op{op})
		}
	}
	for i := range c.pending {
		op := &c.pending[i]
		if op.meta() {
			c.metas++
			continue
		}
		first, end := op.sectors()
		for s := first; s < end; s++ {
			if !c.idle(i, s) {
				c.units = append(c.units, unit{i, s})
			}
		}
	}
	c.prepare()
	return c
}

// idle tells whether a sector of a pending write says what the disk says
// already, so that its loss could not be seen.
func (c *crash) idle(i int, s int64) bool {
	op := &c.pending[i]
	for j := range c.pending {
		o := &c.pending[j]
		if j == i || o.file != op.file {
			continue
		}
		if first, end := o.sectors(); o.Kind == Truncate || s >= first && s < end {
			return false
		}
	}
	data, off := op.part(s)
	old := c.base.get(op.file)
	if old == nil || off+int64(len(data)) > old.size {
		return false
	}
	var buf [SectorSize]byte
	n := old.read(buf[:len(data)], off)
	return bytes.Equal(buf[:n], data)
}

// closure adds to kept what a cache that holds each sector once implies: the
// later of two writes to a sector brings the earlier with it.
func (c *crash) closure(kept []bool) {
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i] && c.before[i] >= 0 {
			kept[c.before[i]] = true
		}
	}
}

func (c *crash) fileOf(u int) int { return c.pending[c.units[u].op].file }

// apply returns the image that s leaves.
func (c *crash) apply(s *State) image {
	switch {
	case s.image != nil:
		return s.image.share()
	case c.plain:
		return c.render(s)
	}
	return c.replay(s)
}

// replay carries out what persisted, operation by operation.
func (c *crash) replay(s *State) image {
	im := c.base.share()
	meta, u := 0, 0
	for i := range c.pending {
		op := &c.pending[i]
		if op.meta() {
			if meta < s.Meta {
				op.apply(&im)
			}
			meta++
			continue
		}
		for ; u < len(c.units) && c.units[u].op == i; u++ {
			if s.Kept[u] {
				data, off := op.part(c.units[u].sector)
				im.own(op.file).write(data, off)
			}
		}
		if end := op.Off + int64(len(op.data)); s.Grown && im.size(op.file) < end {
			im.own(op.file).truncate(end)
		}
	}
	return im
}

// compact drops files without a name and numbers the others anew.
func (im *image) compact() {
	files := make([]*content, 0, len(im.names))
	names := slices.Clone(im.names)
	for i := range names {
		files = append(files, im.get(names[i].file))
		names[i].file = len(files) - 1
	}
	im.names, im.files = names, files
}
