package live

import (
	"bytes"
	"strings"
	"time"

	"stormrig/fault"
	"stormrig/hil/pump"
	"stormrig/sim/acquirer"
)

// moments are the points in the life of a sale at which a fault can strike,
// named as in the simulated rig, with how long each lasts: a point within one
// that lasts is a share of that.
var moments = map[string]time.Duration{fault.SpanReceipt: 0, "scan": 0, "tender": 0, "charge": 0, "arm": 0, "swipe": 0, "request": 0,
	fault.SpanApproval: approvalLasts, "record": 0, "committed": 0, "print": 0, "printed": 0, "kick": 0, "done": 0, fault.SpanIdle: 4 * time.Second}

const (
	// approvalLasts is the least that an approval is on its way.
	approvalLasts = 200 * time.Millisecond
	// idleAfter is how long a till is left alone before it counts as idle.
	idleAfter = 3 * time.Second
)

// moment strikes what was planned for it, and plans what is to come some time
// after it; mu is held.
func (w *World) moment(name, till string) {
	for _, p := range w.plan {
		at := p.When.Point
		span := at.Span
		if span == fault.SpanCommit && at.Place == fault.Acted {
			span = "committed"
		}
		// A hand is not quick enough for a byte: it pulls as soon as it can.
		_, exactly := exact(p.Fault, 1)
		if p.aimed || p.fired || exactly && !w.real[p.Target] || span != name || !w.serves(till, at) {
			continue
		}
		after := at.After
		if lasts := moments[name]; at.Place == fault.Within {
			after += lasts * time.Duration(at.Permille) / 1000
		}
		w.strikeIn(after, p)
	}
}

// serves tells whether a point means the sale on a till's counter.
func (w *World) serves(till string, p fault.Point) bool {
	return p.Basket == w.serving[till] && (p.Unit == "" || p.Unit == till) && w.counts(p)
}

// counts tells whether what begins now is not too early for a point.
func (w *World) counts(p fault.Point) bool { return p.From == 0 || w.now() >= w.day.when(p.From) }

// strikeIn strikes now, or after a time; mu is held.
func (w *World) strikeIn(after time.Duration, p *planned) {
	p.aimed = true
	if after <= 0 {
		w.strike(p)
		return
	}
	w.at(w.now()+after, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.strike(p)
	})
}

// idle lets the counter be free, and strikes what was planned for the time in
// which nobody is served; mu is held.
func (w *World) idle(till string) {
	for _, p := range w.plan {
		at := p.When.Point
		if at.Span == fault.SpanIdle && !p.aimed && w.serves(till, at) {
			w.strikeIn(idleAfter+at.After+moments[fault.SpanIdle]*time.Duration(at.Permille)/1000, p)
		}
	}
	w.serving[till] = 0
}

// momentsOf names what the commit of an entry means for its sale.
func momentsOf(payload []byte) (names []string) {
	sale := bytes.Contains(payload, saleMark)
	if bytes.Contains(payload, []byte(`{"charge":{`)) {
		names = append(names, "charge")
	}
	if sale && bytes.Contains(payload, []byte(`{"result":{`)) {
		names = append(names, "record")
	}
	if sale {
		names = append(names, "committed")
	}
	return names
}

// keyed is what the cashier asks the till for; mu is held.
func (w *World) keyed(till, line string) {
	if strings.HasPrefix(line, "cash") || strings.HasPrefix(line, "card") {
		w.moment("tender", till)
	}
}

// hosted are the moments of the card host; mu is held.
func (w *World) hosted(s pump.Seen) {
	switch v := s.Value.(type) {
	case acquirer.Requested:
		if v.Kind == "authorise" {
			w.moment("request", v.Port)
		}
	case acquirer.Booked:
		if v.State == "captured" {
			w.moment(fault.SpanApproval, v.Port)
		}
	}
}
