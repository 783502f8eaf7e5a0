package live

import (
	"strings"

	"stormrig/hil/pump"
	"stormrig/scenarios/rig"
	"stormrig/sim/device"
	"stormrig/sim/shop"
)

// Tell is for who sees a real device do something: an emulator that somebody
// serves says it in events, a person says that the card was drawn through. The
// value is what the device's model would have told (stormrig/sim/device).
func (w *World) Tell(unit string, value any) {
	w.watch(pump.Seen{Kind: pump.Told, Unit: unit, Life: w.life(unit), Value: value})
}

// Broken ends no day, and makes the run fail: who watches a device does not any
// more.
func (w *World) Broken(err error) { w.fail(err) }

// askPaper lets the cashier have what a person says that came out. It is no
// paper of the history: nobody has read it line by line.
func (w *World) askPaper(unit string) {
	if lines, ok := w.options.Paper(unit); ok {
		w.do(rig.Cashier(tillOf(unit)), shop.ActPaper, []byte("cut\n"+strings.Join(lines, "\n")))
	}
}

// Paper is a piece of paper as dots, of a printer that an emulator stands in
// for.
type Paper struct {
	Unit string
	device.Piece
}

// Papers are the pieces of paper of all printers of this process, once the day
// has ended.
func (w *World) Papers() []Paper { return w.papers }

// Fired tells of each fault of the plan whether it struck.
func (w *World) Fired() []bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []bool
	for _, p := range w.plan {
		out = append(out, p.fired)
	}
	return out
}
