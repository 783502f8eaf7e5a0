package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stormrig/fault"
	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// NoReturn is the last event of a run after which it could still have turned
// out well, and the first after which it could not; see scenarios/shrink,
// which finds it by letting copies of the world go on without faults.
type NoReturn struct {
	Invariant string `json:"invariant"`
	Last      int64  `json:"last"` // N of the event; 0 is the beginning
	Gone      int64  `json:"gone"`
	// Never: the invariant is violated without any fault, too.
	Never bool `json:"never,omitempty"`
	// Always: only the very end is violated.
	Always   bool `json:"always,omitempty"`
	Branches int  `json:"branches"` // copies that went on to their end
	// Without says of faults, each left out alone, whether the invariant holds then.
	Without []Without `json:"without,omitempty"`
}

// Without is a run with one fault of the plan left out.
type Without struct {
	Fault string `json:"fault"` // its ID
	Holds bool   `json:"holds"`
}

// contrast says which faults are needed, in words; empty where that is not known.
func (p *NoReturn) contrast(words func(id string) string) string {
	var holds, fails []string
	for _, w := range p.Without {
		if w.Holds {
			holds = append(holds, "without "+words(w.Fault))
		} else {
			fails = append(fails, "without "+words(w.Fault))
		}
	}
	switch {
	case len(p.Without) == 0:
		return ""
	case len(holds) == 0:
		return fmt.Sprintf("Played again with one fault left out at a time, %s is violated each time: no single one of these %d is needed.", p.Invariant, len(fails))
	}
	return fmt.Sprintf("Played again with one fault left out at a time, %s holds %s%s.", p.Invariant, strings.Join(holds, ", or "),
		cond(len(fails) > 0, "; it is still violated "+strings.Join(fails, ", or "), ""))
}

// plannedWords says a fault of the plan by its ID.
func (s *story) plannedWords(id string) string {
	n := s.number[id]
	if n == 0 {
		return id
	}
	return shopWords(s.b.Plan.Faults[n-1].String(), s.clock)
}

// cause says what brought a finding about: the point of no return where it is
// known, else the faults that touch what the finding is about. A fault that
// merely came before it misleads, so none is shown then, and the note says so.
func (s *story) cause(f check.Finding, a around) (steps []heroStep, note string) {
	if p := s.b.Result.NoReturn; p != nil && len(s.wrong) > 0 && p.Invariant == s.wrong[0].result.ID {
		switch {
		case p.Never:
			return nil, "No fault is needed: played without any fault, this day violates the same. Look at what the till did, not at the weather."
		case !p.Always:
			steps, note = s.turningPoint(p), fmt.Sprintf("Up to %s it could still be saved: so say %d copies of this day that went on from there without further faults.",
				s.pointWords(p.Last), p.Branches)
		}
	}
	for _, e := range s.touching(f, a) {
		steps = append(steps, s.step(e, cond(e.N < a.first && e.T+s.lasts(e) > s.event(a.first).T, "fault, going on since", "fault that touches it"), "fault"))
	}
	if note == "" && len(steps) == 0 && len(s.b.Plan.Faults) > 0 && a.first > 0 {
		note = "No fault of the plan touches what this is about, neither its sale nor its devices: probably none is needed."
	}
	return steps, note
}

// turningPoint is the event after which nothing helps any more, with the fault
// that it is part of.
func (s *story) turningPoint(p *NoReturn) []heroStep {
	e := s.event(p.Gone)
	if e == nil {
		return nil
	}
	var out []heroStep
	for i := p.Gone - 1; i >= max(1, p.Gone-8) && e.Kind != history.KindFault; i-- {
		if f := s.event(i); f.Kind == history.KindFault && f.T == e.T {
			out = append(out, s.step(f, "the fault", "fault"))
			break
		}
	}
	return append(out, s.step(e, "point of no return: from here on it is lost", "decisive"))
}

func (s *story) pointWords(n int64) string {
	e := s.event(n)
	if e == nil {
		return "the beginning"
	}
	return fmt.Sprintf("event %d (%s %s)", n, s.clock(e.T), e.Who)
}

// mostTouching is how many faults are shown for one finding.
const mostTouching = 4

// touching lists the faults that befell what a finding is about: its till or
// the devices and links that took part, while its sale was served or still
// going on then.
func (s *story) touching(f check.Finding, a around) []*history.Event {
	at := s.event(a.first)
	if at == nil {
		return nil
	}
	from := at.T
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		from = min(from, s.event(d.first).T)
	}
	parts := s.parts(f, a)
	var out []*history.Event
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind != history.KindFault || e.Fault == nil || e.N > max(a.last, a.next) || a.shown[e.N] {
			continue
		}
		if e.T+s.lasts(e) < from && !s.decides(e, a) {
			continue
		}
		if slices.ContainsFunc(strings.Split(e.Fault.Target, ","), func(target string) bool { return parts[target] }) {
			out = append(out, e)
		}
	}
	return out[max(0, len(out)-mostTouching):]
}

// decides tells of the fault that is the loss of power before a start.
func (s *story) decides(e *history.Event, a around) bool {
	cut := s.event(a.decisive)
	return cut != nil && cut.T == e.T && unitName(e.Fault.Target) == unitName(cut.Who)
}

// lasts is how long a fault goes on (ns); what stays until a hand mends it goes
// on to the end.
func (s *story) lasts(e *history.Event) int64 {
	n := s.number[e.Fault.ID]
	if n == 0 {
		return 0
	}
	f := s.b.Plan.Faults[n-1]
	if f.For == 0 && (f.Kind == fault.Disk || f.Kind == fault.Network || f.Kind == fault.Unplug || f.Kind == fault.Cut) {
		return s.end() - e.T
	}
	return int64(f.For)
}

// parts names the units, devices and links that take part in what a finding is
// about: its till always, the card reader and the host where a payment is, the
// printer where paper is.
func (s *story) parts(f check.Finding, a around) map[string]bool {
	till := a.unit
	if d := s.saleOfFinding(f.Basket, f.Number, f.Ref, f.Events); d != nil {
		till = d.Till
	}
	parts := map[string]bool{till: true}
	if f.Ref != "" {
		for _, name := range []string{till + ".dongle", till + "-host", "host"} {
			parts[name] = true
		}
	}
	if s.wrong[0].result.ID[0] == 'Y' {
		parts[till+"-hub"] = true
	}
	if s.wrong[0].result.ID[0] == 'R' {
		parts[till+".printer"] = true
	}
	for n := range a.shown {
		e := s.event(n)
		parts[e.Who] = true
		if e.Kind == history.KindReplicated || e.Kind == history.KindAcknowledged || atEnd(e) {
			parts["hub"], parts[till+"-hub"] = true, true
		}
	}
	return parts
}

// mostPath is how many events of a payment are shown.
const mostPath = 12

// path is a payment from its charge to the till's last word on it: what a
// finding about one is read by.
func (s *story) path(f check.Finding, shown map[int64]bool) []heroStep {
	if f.Ref == "" {
		return nil
	}
	var out []heroStep
	for i := range s.b.Events {
		e := &s.b.Events[i]
		switch {
		case e.Kind == history.KindCommit && quotes(e.Payload, f.Ref), e.Ref == f.Ref && e.Kind != history.KindVault && e.Kind != history.KindProgress:
			out = append(out, s.step(e, cond(shown[e.N], shownRole(e), cond(len(out) == 0, "the payment's way", "")), cond(shown[e.N], "shown", "path")))
		}
	}
	for i := len(out) - 1; i >= 0; i-- {
		if s.event(out[i].N).Kind == history.KindCommit {
			out[i].Role, out[i].Class = "the till's last word on it", "decisive"
			break
		}
	}
	if n := len(out); n > mostPath { // how it began and how it ended
		return append(out[:3:3], out[n-mostPath+3:]...)
	}
	return out
}

// quotes tells whether a payload has a text as one of its strings.
func quotes(payload json.RawMessage, text string) bool {
	return strings.Contains(string(payload), `"`+text+`"`)
}
