package live

import (
	"bytes"
	"slices"
	"strings"

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
// here: of a checkpoint, as of all work but a commit, the disk's process counts
// the operations.
type tripFS struct {
	*store.Dir
	plug *plug
}

// Open implements store.FS.
func (f tripFS) Open(name string) (store.File, error) {
	file, err := f.Dir.Open(name)
	return f.trip(name, file, err)
}

// Create implements store.FS.
func (f tripFS) Create(name string) (store.File, error) {
	f.plug.writes(name, nil)
	file, err := f.Dir.Create(name)
	return f.trip(name, file, err)
}

func (f tripFS) trip(name string, file store.File, err error) (store.File, error) {
	if err != nil {
		return nil, err
	}
	return tripFile{file, name, f.plug}, nil
}

type tripFile struct {
	store.File
	name string
	plug *plug
}

// WriteAt implements store.File.
func (f tripFile) WriteAt(p []byte, off int64) (n int, err error) {
	f.plug.writes(f.name, p)
	if names := momentsOf(p); names != nil {
		f.plug.aim = aim{fault: f.plug.wanted(names)}
	}
	f.plug.at(fault.InWrite, func() { n, err = f.File.WriteAt(p, off) })
	return n, err
}

// Sync implements store.File. It ends a commit: what was to happen in an
// operation that this one did not have does not happen.
func (f tripFile) Sync() (err error) {
	f.plug.at(fault.InSync, func() { err = f.File.Sync() })
	if a := &f.plug.aim; a.fault != nil {
		if at := a.fault.When.Point; at.Place == fault.Held || at.Span != fault.SpanCommit {
			f.plug.strike(a.fault, mount.Order{Do: "cut"})
		}
		a.fault = nil
	}
	return err
}

// wanted is the fault that a commit for the sale on the counter is to have: in
// it, or when it is durable, before anything has left.
func (p *plug) wanted(names []string) *planned {
	w := p.world
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.plan {
		at := f.When.Point
		in := at.Span == fault.SpanCommit && at.Place != fault.Acted && slices.Contains(names, "committed")
		then := slices.Contains(names, at.Span) && at.After == 0
		if !f.fired && f.Kind == fault.Drop && f.Target == p.unit && (in || then) && w.serves(p.unit, at) {
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
	if p.Span != fault.SpanCommit {
		return false
	}
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

// spanOps are how many operations a span of work has at least. bbolt's commit
// is two pages or more, a sync, the meta page, a sync; a recovery writes the
// last frame once more and then its own first one.
var spanOps = map[string]int{fault.SpanRecovery: 4, fault.SpanCheckpoint: 5, fault.SpanPull: 2, fault.SpanSettle: 2}

// writes learns from a write, or a file that is made, what kind of work this is.
func (p *plug) writes(name string, data []byte) {
	switch {
	case strings.HasPrefix(name, "replica/"):
		p.begin(fault.SpanPull, true)
	case bytes.Contains(data, []byte(`{"forward":{`)):
		p.begin(fault.SpanSettle, true)
	default:
		p.begin(fault.SpanCommit, false)
	}
}

// begin says that a span of work begins, if it is the first of this handling,
// and orders the cut that a fault wants in it.
func (p *plug) begin(span string, counts bool) {
	if p.span != "" {
		return
	}
	p.span = span
	if !counts {
		return
	}
	p.nth[span]++
	w := p.world
	w.mu.Lock()
	i := slices.IndexFunc(w.plan, func(f *planned) bool {
		at := f.When.Point
		return !f.aimed && f.Kind == fault.Drop && f.Target == p.unit && at.Span == span && (at.Nth == 0 || at.Nth == p.nth[span]) && w.counts(at)
	})
	var f *planned
	if i >= 0 {
		f = w.plan[i]
		f.aimed = true
	}
	w.mu.Unlock()
	if f == nil {
		return
	}
	op := f.When.Point.Op
	if f.When.Point.Place == fault.Within {
		op = 1 + f.When.Point.Permille*spanOps[span]/1001
	}
	if err := p.take(f, mount.Order{Do: "cut-at", Op: op}); err != nil {
		w.fail(err)
	}
}

// missed takes back what was ordered for an operation that this handling did
// not have.
func (p *plug) missed() {
	w := p.world
	w.mu.Lock()
	i := slices.IndexFunc(p.struck, func(f *planned) bool { return !f.fired })
	if i < 0 {
		w.mu.Unlock()
		return
	}
	release := p.holds[i]
	p.struck, p.holds = slices.Delete(p.struck, i, i+1), slices.Delete(p.holds, i, i+1)
	w.mu.Unlock()
	defer release()
	if _, err := p.order(mount.Order{Do: "cut-at"}); err != nil {
		w.fail(err)
	}
}
