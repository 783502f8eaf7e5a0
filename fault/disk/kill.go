package disk

import (
	"slices"
	"time"
)

// Kill is the death of the process at a time, with power on: operations that
// had not begun by then never happened, all others did, and the page cache
// keeps what was not synced. Open files are dead.
func (d *Disk) Kill(at time.Duration) {
	kept := slices.DeleteFunc(slices.Clone(d.ops), func(op Op) bool { return op.Begin >= at })
	if len(kept) < len(d.ops) {
		cache := d.durable.share()
		for _, list := range [][]Op{d.pending, kept} {
			for i := range list {
				list[i].apply(&cache)
			}
		}
		d.cache = cache
	}
	d.pending = settle(&d.durable, slices.Clone(d.pending), kept)
	d.ops, d.now = nil, at
	d.life++
}
