package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stormrig/fault"
	"stormrig/fault/disk/mount"
	"stormrig/fault/network"
	"stormrig/hil/driver"
	"stormrig/hil/pump"
	"stormrig/sim/history"
)

// receiptBytes is what a till must send to its printer at once for it to be a
// receipt, and not a question about its state.
const receiptBytes = 150

// commitPlaces are the places in a sale's commit at which the power can go.
var commitPlaces = []fault.Place{fault.Within, fault.InOp, fault.InWrite, fault.InSync, fault.Unsynced, fault.Held}

// planned is a fault and what became of it.
type planned struct {
	fault.Fault
	aimed  bool // its moment has come, and it will strike
	fired  bool
	mended bool
	aim    int // bytes of its connection that the device is to get; 0: it is not pulled at a byte
}

// Supports tells what keeps a fault from being played here. The kinds are
// unplug, drop, mute, deaf and device (of a device), kill and stop (of a till or
// the hub), drop and disk (of a till whose disk can lose power:
// Options.PowerDisk), and network (a link is taken apart, or one way of it).
// They strike at a time, at a moment of a sale or some time after it, within
// its receipt (an unplugged cable: at an exact byte), or, the drop of a till,
// at an operation of its commit.
func (o *Options) Supports(f fault.Fault) error {
	refuse := func(why string, args ...any) error {
		return fmt.Errorf("fault %s (%s): %s", f.ID, f, fmt.Sprintf(why, args...))
	}
	computer := !strings.Contains(f.Target, ".")
	served := f.Kind == fault.Disk || f.Kind == fault.Drop && computer
	switch {
	case !slices.Contains(kinds, f.Kind):
		return refuse("%s cannot be played on real ports", f.Kind)
	case f.Kind == fault.Network && f.Args.Mode != network.Partition && f.Args.Mode != network.OneWay:
		return refuse("links are in memory here: they can be taken apart, or one way of them, and nothing else")
	case f.Kind == fault.Disk && ailment(f.Args) == (mount.Order{}):
		return refuse("a served disk can lie and fail, not be slow or full")
	case served && f.Target == "hub":
		return refuse("only a till's disk can lose what was not synced; kill ends the hub's process")
	case served && o.PowerDisk == nil:
		return refuse("a till on a directory cannot lose what was not synced; kill ends its process")
	case !f.When.IsPoint():
		return nil
	}
	return o.supportsPoint(f, refuse)
}

var kinds = []fault.Kind{fault.Unplug, fault.Drop, fault.Mute, fault.Deaf, fault.Device, fault.Kill, fault.Stop, fault.Disk, fault.Network}

func (o *Options) supportsPoint(f fault.Fault, refuse func(string, ...any) error) error {
	p := f.When.Point
	_, known := moments[p.Span]
	commit := p.Span == fault.SpanCommit && p.Basket > 0
	switch {
	case p.Byte > 0 && p.Place != fault.AtByte:
		return refuse("at which byte of an operation the power goes only a simulated disk knows")
	case commit && p.Place == fault.Acted:
		return nil
	case spanOps[p.Span] > 0 && f.Kind == fault.Drop && (p.Unit == "" || p.Unit == f.Target) && (p.Place == fault.Within || p.Place == fault.InOp && p.Op > 0):
		return nil
	case commit && f.Kind == fault.Drop && !strings.Contains(f.Target, ".") && p.Op >= 0 && slices.Contains(commitPlaces, p.Place):
		return nil
	case !known || p.Basket == 0:
		return refuse("when must be one of %v of a sale, or a time", slices.Sorted(maps.Keys(moments)))
	case p.Place == fault.AtByte && (p.Span != fault.SpanReceipt || f.Kind != fault.Unplug && f.Kind != fault.Drop):
		return refuse("only a cable can be pulled at a byte, and only of a receipt")
	}
	return nil
}

// exact tells whether a cable is to be pulled at a byte of so many, and at
// which.
func exact(f fault.Fault, bytes int) (at int, ok bool) {
	p := f.When.Point
	switch {
	case p.Span != fault.SpanReceipt || f.Kind != fault.Unplug && f.Kind != fault.Drop:
		return 0, false
	case p.Place == fault.AtByte:
		return p.Byte, true
	case f.Kind == fault.Unplug && p.Place == fault.Within && p.Permille > 0:
		return bytes * p.Permille / 1000, true
	}
	return 0, false
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
	if s.Port != driver.PortPrinter || len(s.Data) < receiptBytes {
		return
	}
	if w.real[c.Device.Unit] && w.options.Paper != nil {
		w.clock.Go(func() { w.askPaper(c.Device.Unit) })
	}
	if w.serving[s.Unit] == 0 {
		return
	}
	if _, again := w.receipts[w.serving[s.Unit]]; !again {
		w.receipts[w.serving[s.Unit]] = len(s.Data)
	}
	for _, p := range w.plan {
		at, aimed := exact(p.Fault, len(s.Data))
		if aimed && !p.fired && p.Target == c.Device.Unit && p.When.Point.Basket == w.serving[s.Unit] && at <= len(s.Data) && !w.real[p.Target] {
			p.fired, p.aim = true, before+at
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
	w.record(history.Event{Kind: history.KindFault, Who: p.Target, Fault: &history.Fault{ID: p.ID, Kind: string(p.Kind), Target: p.Target, When: p.When.String(), For: int64(p.For), Words: p.String(), Action: p.Args.Action}})
}

// strike lets a fault happen now; mu is held.
func (w *World) strike(p *planned) {
	p.fired = true
	w.recordFault(p)
	w.clock.Go(func() {
		if err := w.happen(p); err != nil {
			w.fail(fmt.Errorf("fault %s: %w", p.ID, err))
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		cable := p.Kind == fault.Unplug && !w.real[p.Target]
		power := p.Kind == fault.Stop || p.Kind == fault.Drop && w.plugs[p.Target] != nil
		if !cable && !power { // else the mending is planned when it has happened
			w.mendLater(p)
		}
	})
}

// happen is the deed.
func (w *World) happen(p *planned) error {
	target := w.pumps[p.Target]
	switch {
	case p.Kind == fault.Mute || p.Kind == fault.Deaf:
		return w.oneWay(p, true)
	case w.real[p.Target]:
		return w.onBench(p, false)
	case p.Kind == fault.Unplug:
		return target.Unplug(w.devicePort(p.Target))
	case p.Kind == fault.Network:
		return w.links(p, false)
	case p.Kind == fault.Device:
		return target.Do(p.Args.Action, []byte(p.Args.Data))
	case p.Kind == fault.Stop:
		return w.stop(p)
	case p.Kind == fault.Disk:
		_, err := w.plugs[p.Target].order(ailment(p.Args))
		return err
	case p.Kind == fault.Drop && w.plugs[p.Target] != nil:
		return w.plugs[p.Target].take(p, mount.Order{Do: "cut"})
	}
	return target.Off()
}

// onBench has the hand at a real device do a fault, or undo it.
func (w *World) onBench(p *planned, undo bool) error {
	if w.options.Hand == nil {
		return fmt.Errorf("nobody works %s", p.Target)
	}
	action, data := p.Args.Action, p.Args.Data
	if undo {
		action, data, _ = strings.Cut(p.Args.Undo, " ")
	}
	switch p.Kind {
	case fault.Unplug:
		action = map[bool]string{false: "unplug", true: "plug"}[undo]
		w.note(history.Event{Kind: history.KindLink, Who: p.Target, State: map[bool]string{false: "down", true: "up"}[undo], Text: action + "ged"})
	case fault.Drop:
		action = map[bool]string{false: "power-off", true: "power-on"}[undo]
		w.note(history.Event{Kind: history.KindPower, Who: p.Target, On: undo, Text: action})
	}
	if action == "" {
		return nil
	}
	return w.options.Hand(p.Target, action, []byte(data))
}

func (w *World) devicePort(unit string) string {
	for _, c := range w.parts.Layout.Cables {
		if c.Device.Unit == unit {
			return c.Device.Port
		}
	}
	return ""
}

// mendLater plans the end of a fault that has happened and has an end; mu is held.
func (w *World) mendLater(p *planned) {
	switch {
	case p.mended: // the day ended before it had happened
		w.clock.Go(func() { w.restore(p) })
	case p.For > 0:
		w.at(w.now()+p.For, func() { w.mend(p) })
	}
}

// mend undoes a fault once.
func (w *World) mend(p *planned) {
	w.mu.Lock()
	done := p.mended || !p.fired
	p.mended = p.mended || p.fired
	w.mu.Unlock()
	if !done {
		w.restore(p)
	}
}

func (w *World) restore(p *planned) {
	if err := w.undo(p); err != nil {
		w.fail(fmt.Errorf("mending %s: %w", p.ID, err))
	}
}

func (w *World) undo(p *planned) error {
	target := w.pumps[p.Target]
	switch {
	case p.Kind == fault.Mute || p.Kind == fault.Deaf:
		return w.oneWay(p, false)
	case w.real[p.Target]:
		return w.onBench(p, true)
	case p.Kind == fault.Unplug:
		w.note(history.Event{Kind: history.KindLink, Who: p.Target, State: "up", Text: "plugged in"})
		return target.Plug(w.devicePort(p.Target))
	case p.Kind == fault.Network:
		return w.links(p, true)
	case p.Kind == fault.Device:
		if p.Args.Undo == "" {
			return nil
		}
		action, data, _ := strings.Cut(p.Args.Undo, " ")
		return target.Do(action, []byte(data))
	case p.Kind == fault.Disk:
		_, err := w.plugs[p.Target].order(mount.Order{Do: "ail"})
		return err
	case p.Kind == fault.Drop && w.plugs[p.Target] != nil:
		w.plugs[p.Target].back()
	}
	return target.Boot()
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
