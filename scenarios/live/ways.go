package live

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/fault/network"
	"stormrig/hil/pump"
	"stormrig/sim"
	"stormrig/sim/history"
)

// powerDown is how long after the order to stop the power goes.
const powerDown = 3 * time.Second

// stop tells a till or the hub to stop, and takes its power.
func (w *World) stop(p *planned) error {
	target := w.pumps[p.Target]
	err := target.Do(fault.ActionStop, nil)
	if errors.Is(err, pump.ErrOff) { // it is off already: nothing has happened
		w.mu.Lock()
		defer w.mu.Unlock()
		p.fired = false
		return nil
	}
	w.at(w.now()+powerDown, func() {
		w.mu.Lock()
		w.stopped[p.Target] = true
		w.mu.Unlock()
		if err := target.Off(); err != nil {
			w.fail(fmt.Errorf("fault %s: %w", p.ID, err))
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.mendLater(p)
	})
	return err
}

// oneWay lets what one side of a cable says be lost, or arrive again. What the
// host hears is in its own hands, also where the device is a real one.
func (w *World) oneWay(p *planned, lost bool) error {
	for _, name := range p.Targets() {
		c := w.cables[name]
		hearer := c.Host
		if p.Kind == fault.Deaf {
			hearer = c.Device
		}
		w.note(history.Event{Kind: history.KindLink, Who: name, State: upDown(!lost), Text: string(p.Kind)})
		if err := w.deafen(hearer, lost); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) deafen(e sim.End, lost bool) error {
	p := w.pumps[e.Unit]
	if p == nil {
		return fmt.Errorf("nobody can keep %s from hearing", e.Unit)
	}
	return p.Deafen(e.Port, lost)
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

// links takes links apart, or one way of them, or mends that. Ends that notice
// it are hung up.
func (w *World) links(p *planned, mend bool) (err error) {
	a := p.Args
	for _, l := range w.parts.Layout.Links {
		if !slices.Contains(p.Targets(), l.Name) || w.pumps[l.B.Unit] == nil {
			continue
		}
		switch b := w.pumps[l.B.Unit]; {
		case a.Mode == network.Partition && a.Noticed && mend:
			err = errors.Join(err, b.Plug(l.B.Port))
		case a.Mode == network.Partition && a.Noticed:
			err = errors.Join(err, b.Unplug(l.B.Port))
		default:
			if a.Way != "forth" {
				err = errors.Join(err, w.deafen(l.A, !mend))
			}
			if a.Way != "back" {
				err = errors.Join(err, w.deafen(l.B, !mend))
			}
		}
	}
	state, bad := network.Trouble{Mode: a.Mode, Way: a.Way, Noticed: a.Noticed}.State()
	text := "mended"
	if !mend {
		text = state.String()
	}
	for _, name := range p.Targets() {
		w.note(history.Event{Kind: history.KindLink, Who: name, State: upDown(mend), Text: text})
	}
	return errors.Join(err, bad)
}

// ailment is the order by which a served disk goes wrong; none for what it
// cannot have.
func ailment(a fault.Args) mount.Order {
	n := max(int(a.Count), 1)
	switch a.Mode {
	case sim.DiskLie:
		return mount.Order{Do: "ail", Lying: true}
	case sim.DiskEIOWrite:
		return mount.Order{Do: "ail", EIOWrite: n}
	case sim.DiskEIOSync:
		return mount.Order{Do: "ail", EIOSync: n}
	}
	return mount.Order{}
}
