package driver

import (
	"time"

	"stormrig/pos"
)

// How long a drawer may take to show at the sensor what a pulse did: one that
// goes at once, and one that waits in the printer's buffer.
const (
	drawerAtOnce   = 2 * time.Second
	drawerBuffered = 10 * time.Second
	drawerLook     = 500 * time.Millisecond // between pulse and question, where the printer does not tell by itself
)

// drawerSense learns what the level of the drawer's sensor means. A printer
// tells only whether pin 3 of the connector is high (Epson ESC/POS Command
// Reference, DLE EOT, n=1): which level is 'open' differs by drawer, and a till
// that takes one for granted calls a shut drawer open. A change right after a
// pulse of our own means that it opened. One that contradicts what was learned (a drawer
// that stood open and was shut just then, or another drawer) makes it unknown
// again, until the next pulse. Until then, and where no drawer has a sensor, the
// state is unknown; a driver keeps nothing, so that each life learns anew.
type drawerSense struct {
	seen, high        bool          // the level on this connection
	learned, openHigh bool          // what it means
	until             time.Duration // a change until then is the pulse's work; 0 for none
	look              time.Duration // when the printer is asked for it; negative for never
}

// kicked: a pulse left just now.
func (w *drawerSense) kicked(now time.Duration, p *PrinterProfile) {
	w.until = now + drawerBuffered
	if p.LiveKick {
		w.until = now + drawerAtOnce
	}
	if p.Answers && !p.AutoStatus {
		w.look = now + drawerLook
	}
}

// level takes what the printer said of the sensor.
func (w *drawerSense) level(now time.Duration, high bool) {
	if w.seen && high != w.high && now < w.until {
		w.learned = !w.learned || w.openHigh == high
		w.openHigh, w.until, w.look = high, 0, -1
	}
	w.seen, w.high = true, high
}

func (w *drawerSense) state() pos.DrawerState {
	switch {
	case !w.seen || !w.learned:
		return pos.DrawerUnknown
	case w.high == w.openHigh:
		return pos.DrawerOpen
	}
	return pos.DrawerShut
}

// lookAtDrawer asks for the level once nothing else is under way.
func (d *Printer) lookAtDrawer(s *Step, now time.Duration) {
	w := &d.drawer
	switch {
	case w.look < 0 || now < w.look:
	case now > w.until || d.phase == printerDown:
		w.look = -1
	case d.phase == printerReady && d.flight == nil && len(d.asked) == 0:
		w.look = now + drawerLook
		d.askNow(s, now, 1)
	default:
		w.look = now + drawerLook
	}
}
