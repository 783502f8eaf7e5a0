package report

import (
	"fmt"
	"maps"
	"slices"

	"stormrig/sim/history"
)

// collectLies finds when each unit's disk was acknowledging syncs that it did
// not do: what was written then is durable by its disk's word alone.
func (s *story) collectLies() {
	s.lies = make(map[string][]bandData)
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if e.Kind != history.KindDisk {
			continue
		}
		list := s.lies[e.Who]
		open := len(list) > 0 && list[len(list)-1].To == 0
		switch {
		case e.State == "lie" && !open:
			s.lies[e.Who] = append(list, bandData{From: e.T, Class: "lie"})
		case e.Heals("lie") && open:
			list[len(list)-1].To = e.T
		}
	}
	for _, who := range sortedKeys(s.lies) {
		if list := s.lies[who]; list[len(list)-1].To == 0 {
			list[len(list)-1].To = s.end()
		}
	}
}

// lying tells whether the unit's disk was lying at a time.
func (s *story) lying(unit string, t int64) bool {
	for _, l := range s.lies[unit] {
		if t >= l.From && t <= l.To {
			return true
		}
	}
	return false
}

// blamed says that a disk had lied where a till came back without what it had
// written: no till can keep what its disk only says that it kept.
func (s *story) blamed(unit string) string {
	for _, n := range slices.Sorted(maps.Keys(s.back)) {
		r := s.back[n]
		if list := s.lies[unit]; r.Unit == unit && len(list) > 0 && list[0].From <= r.Started.T {
			return fmt.Sprintf(" The disk of %s had acknowledged syncs that it did not do, and %s from %s on had gone with it: that is the disk's doing. What is the till's is only what it made of that.",
				unit, r2(r.Gone(), "entry", "entries"), r.First)
		}
	}
	return ""
}

// durable says how far an entry got that was written.
func (s *story) durable(e *history.Event) string {
	if s.lying(unitName(e.Who), e.T) {
		return "is written, and the disk only says that it is durable (it lies about its syncs)"
	}
	return "is durable"
}

// startedWords says what a start found, and what it did not find any more.
func (s *story) startedWords(e *history.Event) string {
	text := fmt.Sprintf("started: %s found in the journal, %d read beyond the checkpoint", r2(int(e.Done), "entry", "entries"), e.Total)
	if r, ok := s.back[e.N]; ok {
		text = fmt.Sprintf("started again %s short: %s", r2(r.Gone(), "entry", "entries"), r.First)
		if r.Gone() > 1 {
			text += fmt.Sprintf(" to %s", r.Last)
		}
		text += fmt.Sprintf(" had been written and %s gone; %d found", cond(r.Gone() == 1, "is", "are"), e.Done)
	}
	return with(text, e.Text)
}
