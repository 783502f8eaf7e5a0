package checktest

import (
	"strings"

	"stormrig/sim/history"
)

func armEarly(events []history.Event) []history.Event {
	s := tell(events)
	armed := s.find(0, kind(history.KindArmed))
	if armed < 0 {
		return nil
	}
	ref := s.events[armed].Ref
	charge := s.last(armed, func(e *history.Event) bool {
		c := object(nil)
		if e.Kind == history.KindCommit {
			c = fact(decode(e.Payload), "charge")
		}
		return c != nil && c["ref"] == ref
	})
	if charge < 0 {
		return nil
	}
	s.move(armed, charge)
	return s.done()
}

func confirmEarly(events []history.Event) []history.Event {
	s := tell(events)
	confirmed := s.find(0, func(e *history.Event) bool {
		return e.Kind == history.KindTerminal && e.State == "settled" && e.Text == "till"
	})
	if confirmed < 0 {
		return nil
	}
	sale := s.last(confirmed, func(e *history.Event) bool {
		p := object(nil)
		if e.Kind == history.KindCommit {
			p = decode(e.Payload)
		}
		return fact(p, "sale") != nil && fact(p, "result")["ref"] == s.events[confirmed].Ref
	})
	if sale < 0 {
		return nil
	}
	s.move(confirmed, sale)
	return s.done()
}

func took(e *history.Event) bool {
	return e.Kind == history.KindLedger && (e.State == "captured" || e.State == "settled")
}

// standing returns the first ledger line that took money and is the last word
// on its payment.
func (s *story) standing() int {
	for i := s.find(0, took); i >= 0; i = s.find(i+1, took) {
		ref := s.events[i].Ref
		if s.find(i+1, func(e *history.Event) bool { return e.Kind == history.KindLedger && e.Ref == ref }) < 0 {
			return i
		}
	}
	return -1
}

func captureTwice(events []history.Event) []history.Event {
	s := tell(events)
	i := s.standing()
	if i < 0 {
		return nil
	}
	again := s.events[i]
	again.STAN = other(again.STAN)
	s.insert(i+1, again)
	return s.done()
}

// other returns a trace number that no till gave in a day.
func other(stan string) string { return "9" + stan[min(1, len(stan)):] }

func captureMore(events []history.Event) []history.Event {
	s := tell(events)
	i := s.standing()
	if i < 0 {
		return nil
	}
	s.events[i].Amount++
	return s.done()
}

func swipeOther(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, kind(history.KindSwipe))
	if i < 0 {
		return nil
	}
	s.events[i].Amount++
	return s.done()
}

func freshSTAN(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, func(e *history.Event) bool { return e.Kind == history.KindRequest && e.State == "repeat" })
	if i < 0 {
		return s.askedTwice()
	}
	s.events[i].STAN = other(s.events[i].STAN)
	return s.done()
}

// askedTwice serves a history without a repeated request: where power went
// behind a card, the host is asked under two trace numbers afterwards.
func (s *story) askedTwice() []history.Event {
	for i := s.find(0, kind(history.KindSwipe)); i >= 0; i = s.find(i+1, kind(history.KindSwipe)) {
		swipe := s.events[i]
		till, _, _ := strings.Cut(swipe.Who, ".")
		result := s.find(i, func(e *history.Event) bool {
			if e.Kind != history.KindCommit {
				return false
			}
			r := fact(decode(e.Payload), "result")
			return r != nil && r["ref"] == swipe.Ref
		})
		off := s.find(i, func(e *history.Event) bool { return e.Kind == history.KindPower && e.Who == till && !e.On })
		if off < 0 || result < off {
			continue
		}
		ask := history.Event{T: s.events[off].T, Gen: 1, Who: "host", Kind: history.KindRequest, STAN: "900001",
			Ref: swipe.Ref, Amount: swipe.Amount, State: "authorise", Text: "0100"}
		again := ask
		again.STAN = "900002"
		s.insert(off+1, ask, again)
		return s.done()
	}
	return nil
}

func lowerCap(events []history.Event) []history.Event {
	s := tell(events)
	deferred := s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["state"] == "deferred" })
	if len(deferred) == 0 {
		return nil
	}
	ref := fact(s.payload(deferred[0]), "result")["ref"]
	charges := s.entries(func(p object) bool { c := fact(p, "charge"); return c != nil && c["ref"] == ref })
	if len(charges) == 0 {
		return nil
	}
	h := *s.events[0].Header
	h.CapEach = number(fact(s.payload(charges[0]), "charge")["amount"]) - 1
	s.events[0].Header = &h
	return s.done()
}

func leak(events []history.Event) []history.Event {
	s := tell(events)
	i := s.find(0, kind(history.KindScannedForLeaks))
	if i < 0 {
		return nil
	}
	e := s.events[i]
	s.insert(i, history.Event{T: e.T, Gen: 1, Who: "phone", Kind: history.KindLeak, Text: "phone/till.log", Done: 1201})
	return s.done()
}

func approvedOther(events []history.Event) []history.Event {
	s := tell(events)
	approved := s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["state"] == "approved" })
	if len(approved) == 0 {
		return nil
	}
	s.alter(approved[0], everywhere, func(p object) { r := fact(p, "result"); r["stan"] = other(r["stan"].(string)) })
	return s.done()
}

func forgetDebt(events []history.Event) []history.Event {
	s := tell(events)
	ended := s.entries(has("forward"))
	if len(ended) == 0 {
		return nil
	}
	s.alter(ended[0], everywhere, func(p object) {
		f := fact(p, "forward")
		f["settled"] = false
		delete(f, "receivable")
	})
	return s.done()
}
