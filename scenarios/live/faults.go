package live

import (
	"fmt"
	"slices"
	"strings"

	"stormrig/fault"
	"stormrig/hil/driver"
	"stormrig/hil/pump"
	"stormrig/sim/history"
)

// receiptBytes is what a till must send to its printer at once for it to be a
// receipt, and not a question about its state.
const receiptBytes = 150

// moments are the points in the life of a sale at which a fault can strike,
// named as in the simulated rig.
var moments = []string{fault.SpanReceipt, "scan", "arm", "swipe", "committed", "print", "printed", "kick", "done"}

// planned is a fault and what became of it.
type planned struct {
	fault.Fault
	fired  bool
	mended bool
	aim    int // bytes of its connection that the device is to get; 0: it is not pulled at a byte
}

// Supports tells what keeps a fault from being played here: the kinds are
// unplug, drop and device (of a device), and kill (of a till: its process
// ends); they strike at a moment of a sale, a receipt also at an exact byte.
func Supports(f fault.Fault) error {
	p := f.When.Point
	switch {
	case !slices.Contains([]fault.Kind{fault.Unplug, fault.Drop, fault.Device, fault.Kill}, f.Kind):
		return fmt.Errorf("fault %s: %s cannot be played on real ports", f.ID, f.Kind)
	case !slices.Contains(moments, p.Span) || p.Basket == 0:
		return fmt.Errorf("fault %s: when must be one of %v of a sale", f.ID, moments)
	case p.Place == fault.AtByte && (p.Span != fault.SpanReceipt || f.Kind == fault.Kill || f.Kind == fault.Device):
		return fmt.Errorf("fault %s: only a cable can be pulled at a byte, and only of a receipt", f.ID)
	case f.Kind == fault.Drop && !strings.Contains(f.Target, "."):
		return fmt.Errorf("fault %s: a till on a directory cannot lose what was not synced; kill ends its process", f.ID)
	}
	return nil
}

// moment strikes what was planned for it; mu is held.
func (w *World) moment(name, till string) {
	for _, p := range w.plan {
		at := p.When.Point
		if !p.fired && at.Span == name && at.Basket == w.serving[till] && tillOf(p.Target) == till && at.Place != fault.AtByte {
			w.strike(p)
		}
	}
}

// sends counts what goes to a device, and aims at the bytes of a receipt before
// the first of them has left.
func (w *World) sends(s pump.Seen) {
	cable := s.Unit + "." + s.Port
	c, ok := w.cables[cable]
	if !ok || c.Host.Unit != s.Unit {
		return
	}
	before := w.sent[cable]
	w.sent[cable] += len(s.Data)
	if s.Port != driver.PortPrinter || len(s.Data) < receiptBytes || w.serving[s.Unit] == 0 {
		return
	}
	if _, again := w.receipts[w.serving[s.Unit]]; !again {
		w.receipts[w.serving[s.Unit]] = len(s.Data)
	}
	for _, p := range w.plan {
		at := p.When.Point
		if !p.fired && p.Target == c.Device.Unit && at.Span == fault.SpanReceipt && at.Place == fault.AtByte && at.Basket == w.serving[s.Unit] && at.Byte <= len(s.Data) {
			p.fired, p.aim = true, before+at.Byte
			w.recordFault(p)
			if err := w.pumps[p.Target].UnplugAt(c.Device.Port, p.aim); err != nil {
				w.errs = append(w.errs, err)
			}
		}
	}
	w.moment(fault.SpanReceipt, s.Unit)
}

// connected keeps count of connections, writes cables down, and puts back what
// was pulled at a byte.
func (w *World) connected(s pump.Seen) {
	if c, ok := w.cables[s.Unit+"."+s.Port]; ok && c.Host.Unit == s.Unit {
		w.sent[c.Name] = 0
		return
	}
	if s.Kind == pump.Up {
		w.brought[s.Unit] = 0
	}
	if s.Kind != pump.Down || s.Why != "unplugged" {
		return
	}
	w.record(history.Event{Kind: history.KindLink, Who: s.Unit, State: "down", Text: "unplugged"})
	for _, p := range w.plan {
		if p.fired && !p.mended && p.Kind == fault.Unplug && p.Target == s.Unit {
			if got := w.brought[s.Unit]; p.aim > 0 && got != p.aim {
				w.errs = append(w.errs, fmt.Errorf("fault %s: %s got %d bytes of its connection, not %d", p.ID, p.Target, got, p.aim))
			}
			w.mendLater(p)
		}
	}
}

func (w *World) recordFault(p *planned) {
	w.record(history.Event{Kind: history.KindFault, Who: p.Target, Fault: &history.Fault{ID: p.ID, Kind: string(p.Kind), Target: p.Target, When: p.When.String()}})
}

// strike lets a fault happen now; mu is held.
func (w *World) strike(p *planned) {
	p.fired = true
	w.recordFault(p)
	target := w.pumps[p.Target]
	w.clock.Go(func() {
		var err error
		switch p.Kind {
		case fault.Unplug:
			err = target.Unplug(w.devicePort(p.Target))
		case fault.Drop, fault.Kill:
			err = target.Off()
		case fault.Device:
			err = target.Do(p.Args.Action, []byte(p.Args.Data))
		}
		if err != nil {
			w.fail(err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if p.Kind != fault.Unplug { // its mending is planned when the cable is out
			w.mendLater(p)
		}
	})
}

func (w *World) devicePort(unit string) string {
	for _, c := range w.parts.Layout.Cables {
		if c.Device.Unit == unit {
			return c.Device.Port
		}
	}
	return ""
}

// mendLater plans the end of a fault that has one; mu is held.
func (w *World) mendLater(p *planned) {
	if p.For > 0 {
		w.at(w.now()+p.For, func() { w.mend(p) })
	}
}

// mend undoes a fault once.
func (w *World) mend(p *planned) {
	w.mu.Lock()
	done := p.mended || !p.fired
	p.mended = p.mended || p.fired
	w.mu.Unlock()
	if done {
		return
	}
	var err error
	switch target := w.pumps[p.Target]; p.Kind {
	case fault.Unplug:
		w.note(history.Event{Kind: history.KindLink, Who: p.Target, State: "up", Text: "plugged in"})
		err = target.Plug(w.devicePort(p.Target))
	case fault.Drop, fault.Kill:
		err = target.Boot()
	case fault.Device:
		if p.Args.Undo != "" {
			action, data, _ := strings.Cut(p.Args.Undo, " ")
			err = target.Do(action, []byte(data))
		}
	}
	if err != nil {
		w.fail(err)
	}
}

// mendAll ends what has not ended by itself.
func (w *World) mendAll() {
	for _, p := range w.plan {
		w.mend(p)
	}
}

// Receipt is how many bytes the first printing of a basket's receipt had; 0 for
// none.
func (w *World) Receipt(basket int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.receipts[basket]
}

// Unfired lists the faults that did not strike.
func (w *World) Unfired() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, p := range w.plan {
		if !p.fired && !p.Optional {
			out = append(out, p.ID+" ("+p.String()+")")
		}
	}
	return out
}
