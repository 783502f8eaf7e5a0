package live

import (
	"bytes"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/pos/store"
)

// aim is how far a till is in the commit of a sale in which its power is to go.
type aim struct {
	fault              *planned // nil: in no such commit
	ops, writes, syncs int
}

// tripFS lies between a till and its disk, and has the power cut at an operation
// of a sale's commit before the disk's process sees it. bbolt does not come by
// here, and is never part of a commit.
type tripFS struct {
	*store.Dir
	plug *plug
}

// Open implements store.FS.
func (f tripFS) Open(name string) (store.File, error) { return f.trip(f.Dir.Open(name)) }

// Create implements store.FS.
func (f tripFS) Create(name string) (store.File, error) { return f.trip(f.Dir.Create(name)) }

func (f tripFS) trip(file store.File, err error) (store.File, error) {
	if err != nil {
		return nil, err
	}
	return tripFile{file, f.plug}, nil
}

type tripFile struct {
	store.File
	plug *plug
}

// WriteAt implements store.File.
func (f tripFile) WriteAt(p []byte, off int64) (n int, err error) {
	if a := &f.plug.aim; bytes.Contains(p, saleMark) {
		*a = aim{fault: f.plug.wanted()}
	}
	f.plug.at(fault.InWrite, func() { n, err = f.File.WriteAt(p, off) })
	return n, err
}

// Sync implements store.File. It ends a commit: what was to happen in an
// operation that this one did not have does not happen.
func (f tripFile) Sync() (err error) {
	f.plug.at(fault.InSync, func() { err = f.File.Sync() })
	if a := &f.plug.aim; a.fault != nil {
		if a.fault.When.Point.Place == fault.Held {
			f.plug.strike(a.fault, mount.Order{Do: "cut"})
		}
		a.fault = nil
	}
	return err
}

// wanted is the fault that the commit of the sale on the counter is to have.
func (p *plug) wanted() *planned {
	w := p.world
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.plan {
		at := f.When.Point
		if !f.fired && f.Kind == fault.Drop && f.Target == p.unit && at.Span == fault.SpanCommit && at.Basket == w.serving[p.unit] {
			return f
		}
	}
	return nil
}

// at does an operation, a write or a sync, and has the power cut before, in or
// after it where the fault wants that.
func (p *plug) at(kind fault.Place, do func()) {
	a := &p.aim
	if a.fault == nil {
		do()
		return
	}
	a.ops++
	if kind == fault.InWrite {
		a.writes++
	} else {
		a.syncs++
	}
	f, point := a.fault, a.fault.When.Point
	if !a.hits(kind, point) {
		do()
		return
	}
	a.fault = nil
	switch point.Permille {
	case 0:
		p.strike(f, mount.Order{Do: "cut"})
		do()
	case 1000:
		do()
		p.strike(f, mount.Order{Do: "cut"})
	default:
		p.strike(f, mount.Order{Do: "cut-at", Op: 1})
		do()
	}
}

// hits tells whether a point means this operation. A share of a commit is its
// write or its sync: how long each takes only a simulated disk knows.
func (a *aim) hits(kind fault.Place, p fault.Point) bool {
	switch p.Place {
	case fault.InOp:
		return a.ops == p.Op
	case fault.InWrite:
		return kind == p.Place && a.writes == p.Op
	case fault.InSync:
		return kind == p.Place && a.syncs == p.Op
	case fault.Within, fault.Unsynced:
		return (p.Permille <= 500) == (kind == fault.InWrite)
	}
	return false
}

// strike lets the power go now, or in the next operation.
func (p *plug) strike(f *planned, how mount.Order) {
	w := p.world
	w.mu.Lock()
	f.fired = true
	w.recordFault(f)
	w.mu.Unlock()
	if err := p.take(f, how); err != nil {
		w.fail(err)
	}
}
