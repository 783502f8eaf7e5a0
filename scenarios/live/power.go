package live

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/hil/machine"
	"stormrig/hil/pump"
	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/sim/history"
)

// saleMark is in the bytes of a sale's commit, and in no other write.
var saleMark = []byte(`{"sale":{`)

// plug is the power of a till whose disk is served by another process: it can
// be pulled inside a write, and what was not synced is gone.
type plug struct {
	world    *World
	unit     string
	child    *mount.Child
	dead     atomic.Bool // the power is gone, whatever the till still computes
	ordering sync.Mutex

	// Guarded by recorder.mu.
	struck []*planned // what takes the power now
	holds  []func()   // lets the clock skip again, once the till is off
	kept   string     // what the disk came back with, until the till is on

	// Of the till's own goroutine.
	aim  aim
	span string         // what this handling writes first
	nth  map[string]int // how many of each there were
}

// pulled waits for the moments at which the disk's process takes the power. The
// operation in which that happened waits. It fails once nothing leaves the till
// any more, and so does all else that a till tries that does not know yet; when
// that has ended the disk comes back, with one of the states that a loss of
// power can leave, drawn by the seed. The till stays off until the fault is
// mended.
func (p *plug) pulled() {
	w := p.world
	for where := range p.child.Cuts {
		p.dead.Store(true)
		w.mu.Lock()
		struck, holds := p.struck, p.holds
		p.struck, p.holds = nil, nil
		c := &history.Cut{Image: "the power went " + where}
		for i, f := range struck {
			if i == 0 {
				c.Span = f.When.Point.Span
			}
			if !f.fired { // it was ordered for an operation to come
				f.fired = true
				w.recordFault(f)
			}
		}
		w.record(history.Event{Kind: history.KindCut, Who: p.unit, Gen: w.lives[p.unit], Cut: c})
		w.mu.Unlock()
		_, err := p.order(mount.Order{Do: "release"})
		err = errors.Join(err, w.pumps[p.unit].Off())
		word, err2 := p.order(mount.Order{Do: "power-on", Seed: uint64(w.parts.Header.Seed)})
		if err = errors.Join(err, err2); err != nil {
			w.fail(err)
		}
		w.mu.Lock()
		p.kept = "switched on; the disk kept " + word.Kept
		for _, f := range struck {
			w.mendLater(f)
		}
		w.mu.Unlock()
		for _, release := range holds {
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

// take gives the order by which a fault takes the power, now or in the next
// operation. The clock waits until that has happened.
func (p *plug) take(f *planned, how mount.Order) error {
	w := p.world
	w.mu.Lock()
	if p.dead.Load() { // another fault was quicker
		w.mendLater(f)
		w.mu.Unlock()
		return nil
	}
	release := w.clock.Hold()
	p.struck, p.holds = append(p.struck, f), append(p.holds, release)
	w.mu.Unlock()
	if _, err := p.order(how); err != nil {
		release()
		return err
	}
	if how.Do == "cut" {
		p.dead.Store(true)
	}
	return nil
}

// back lets the till start again.
func (p *plug) back() { p.dead.Store(false) }

// mortal is a till of which nothing leaves any more once its power is gone.
type mortal struct {
	pump.Handler
	plug *plug
	life int
}

// Handle takes one input.
func (m mortal) Handle(now machine.Now, in machine.Input) []machine.Output {
	if m.plug.dead.Load() {
		return nil
	}
	m.plug.span = ""
	if in.Kind == machine.Boot {
		m.plug.begin(fault.SpanRecovery, m.life > 1)
	}
	outs := m.Handler.Handle(now, in)
	if m.plug.dead.Load() {
		return nil
	}
	m.plug.missed()
	return outs
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
	if err != nil && !errors.Is(err, journal.ErrDamaged) { // what is behind a damage is missing, and checkers see that
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
		wanted = wanted || (f.Kind == fault.Drop || f.Kind == fault.Disk) && f.Target == unit
	}
	if !wanted {
		return nil
	}
	child, err := w.options.PowerDisk(dir)
	if err != nil {
		return fmt.Errorf("the disk of %s: %w", unit, err)
	}
	p := &plug{world: w, unit: unit, child: child, nth: map[string]int{}}
	w.plugs[unit] = p
	go p.pulled()
	return nil
}
