package live

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/hil/machine"
	"stormrig/hil/pump"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/store"
	"stormrig/sim/history"
)

// saleMark is in the bytes of a sale's commit, and in no other write.
var saleMark = []byte(`{"sale":{`)

// Unfinished, and offered by no command: on such a disk a till now and then
// leaves entries unsent for minutes, which on a directory it never does. Until
// it is known why, a verdict here would say nothing.

// plug is the power of a till whose disk is served by another process: it can
// be pulled inside a write, and what was not synced is gone.
type plug struct {
	world    *World
	unit     string
	child    *mount.Child
	dead     atomic.Bool // the power is gone, whatever the till still computes
	cut      *planned    // ordered and not yet seen; guarded by recorder.mu
	release  func()      // lets the clock skip again, once the till is off; guarded by recorder.mu
	ordering sync.Mutex
	kept     string // what the disk came back with; set while the till is off
}

// pulled waits for the moments at which the disk's process takes the power. The
// operation in which that happened waits for the disk to come back, and fails
// then: so it comes back at once, with one of the states that a loss of power
// can leave, drawn by the seed. The till stays off until the fault is mended.
func (p *plug) pulled() {
	w := p.world
	for where := range p.child.Cuts {
		p.dead.Store(true)
		c := &history.Cut{Image: "the power went " + where}
		w.mu.Lock()
		f := p.cut
		if p.cut = nil; f != nil && f.When.Point.Span == fault.SpanCommit {
			c.Span = fault.SpanCommit
		}
		w.record(history.Event{Kind: history.KindCut, Who: p.unit, Gen: w.lives[p.unit], Cut: c})
		w.mu.Unlock()
		word, err := p.order(mount.Order{Do: "power-on", Seed: uint64(w.parts.Header.Seed)})
		p.kept = "switched on; the disk kept " + word.Kept
		if err := errors.Join(err, w.pumps[p.unit].Off()); err != nil {
			w.fail(err)
		}
		w.mu.Lock()
		if f != nil {
			w.mendLater(f)
		}
		release := p.release
		p.release = nil
		w.mu.Unlock()
		if release != nil {
			release()
		}
	}
}

// order tells the disk's process to do something.
func (p *plug) order(o mount.Order) (mount.Word, error) {
	p.ordering.Lock()
	defer p.ordering.Unlock()
	w, err := p.child.Do(o)
	if err != nil {
		return w, fmt.Errorf("the disk of %s: %s: %w", p.unit, o.Do, err)
	}
	return w, nil
}

// pull takes the power between two operations of the disk.
func (p *plug) pull(f *planned) error {
	p.world.mu.Lock()
	p.cut, p.release = f, p.world.clock.Hold()
	p.world.mu.Unlock()
	_, err := p.order(mount.Order{Do: "cut"})
	return err
}

// back lets the till start again.
func (p *plug) back() { p.dead.Store(false) }

// mortal is a till of which nothing leaves any more once its power is gone.
type mortal struct {
	pump.Handler
	plug *plug
}

// Handle takes one input.
func (m mortal) Handle(now machine.Now, in machine.Input) []machine.Output {
	if m.plug.dead.Load() {
		return nil
	}
	outs := m.Handler.Handle(now, in)
	if m.plug.dead.Load() {
		return nil
	}
	return outs
}

// tripFS lies between a till and its disk, and orders the cut at an operation
// of a sale's commit before the first of them.
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
func (f tripFile) WriteAt(p []byte, off int64) (int, error) {
	if bytes.Contains(p, saleMark) {
		f.plug.trip()
	}
	n, err := f.File.WriteAt(p, off)
	return n, f.plug.felt(err)
}

// Sync implements store.File.
func (f tripFile) Sync() error { return f.plug.felt(f.File.Sync()) }

// felt: nothing fails on this disk but by a cut, whose word may come later
// than the error.
func (p *plug) felt(err error) error {
	if err != nil {
		p.dead.Store(true)
	}
	return err
}

// opsOfCommit is how many operations a commit has: its write and its sync.
const opsOfCommit = 2

// trip orders what is planned for the commit that begins.
func (p *plug) trip() {
	w := p.world
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.plan {
		at := f.When.Point
		if f.fired || f.Kind != fault.Drop || f.Target != p.unit || at.Span != fault.SpanCommit || at.Basket != w.serving[p.unit] {
			continue
		}
		op := 1 + at.Permille*opsOfCommit/1001
		switch at.Place {
		case fault.InOp, fault.InWrite:
			op = at.Op
		case fault.Unsynced:
			op = opsOfCommit
		}
		f.fired, p.cut, p.release = true, f, w.clock.Hold()
		w.recordFault(f)
		if _, err := p.order(mount.Order{Do: "cut-at", Op: op}); err != nil {
			w.errs = append(w.errs, err)
		}
		return
	}
}

// inDoubt writes down what a recovery found durable that the till had no time
// to tell of; mu is held.
func (w *World) inDoubt(unit string, life int) {
	if w.plugs[unit] == nil {
		return
	}
	err := journal.Walk(w.disks[unit], func(c pos.Chain, f journal.Frame) error {
		if c.Device != unit {
			return nil
		}
		w.commit(pump.Seen{Unit: unit, Life: life}, pos.Key{Device: c.Device, Incarnation: c.Incarnation, Seq: f.Seq}, f.Prev, f.Hash, bytes.Clone(f.Payload))
		return nil
	})
	if err != nil {
		w.errs = append(w.errs, fmt.Errorf("after a cut: %w", err))
	}
}

// known tells whether a commit is written down already, and that it is now.
func (w *World) known(unit string, hash journal.Hash) bool {
	key := unit + " " + hex.EncodeToString(hash[:])
	was := w.committed[key]
	w.committed[key] = true
	return was
}

// powerDisk starts the disk of a till that is to lose its power, where a fault
// of the plan wants that.
func (w *World) powerDisk(unit, dir string) error {
	wanted := false
	for _, f := range w.plan {
		wanted = wanted || f.Kind == fault.Drop && f.Target == unit
	}
	if !wanted || strings.Contains(unit, ".") {
		return nil
	}
	child, err := w.options.PowerDisk(dir)
	if err != nil {
		return fmt.Errorf("the disk of %s: %w", unit, err)
	}
	p := &plug{world: w, unit: unit, child: child}
	w.plugs[unit] = p
	go p.pulled()
	return nil
}
