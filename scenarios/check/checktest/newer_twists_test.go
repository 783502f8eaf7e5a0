package checktest

import (
	"strings"
	"testing"

	"stormrig/sim/history"
)

// clockTwists break what C2 says of a clock across a restart, of one whose times
// do not fit its moves, and of one that was set right.
func clockTwists() []twist {
	// offMoved moves the phone's clock while its battery is out.
	offMoved := func(by int64) func(t *testing.T, s *story) {
		return func(t *testing.T, s *story) {
			i := s.nth(t, 2, func(e *history.Event) bool { return e.Kind == history.KindStarted && e.Who == "phone" })
			before := s.last(i, func(e *history.Event) bool { return e.Kind == history.KindCommit && e.Who == "phone" })
			s.insert(i, moved(s.events[i].T, number(decode(s.events[before].Payload)["wall"]), by))
		}
	}
	return []twist{
		{"C2", "a clock that was set back while the till was off", "s away from phone/", offMoved(-3600 * second)},
		{"C2", "a clock that was years ahead when the till started", "s away from phone/", offMoved(400 * 24 * 3600 * second)},
		{"C2", "a jump that was seen before a stop in order", "before it was switched off", func(t *testing.T, s *story) {
			i := s.nth(t, 2, func(e *history.Event) bool { return e.Kind == history.KindPower && e.Who == "phone" && e.On })
			off := s.last(i, func(e *history.Event) bool { return e.Kind == history.KindPower && e.Who == "phone" })
			before := s.last(off, func(e *history.Event) bool { return e.Kind == history.KindCommit && e.Who == "phone" })
			at, wall := s.events[off].T, number(decode(s.events[before].Payload)["wall"])
			s.insert(off, moved(at, wall, 26*3600*second), history.Event{T: at, Who: "phone", Kind: history.KindFault,
				Fault: &history.Fault{ID: "s1", Kind: "stop", Target: "phone"}})
		}},
		{"C2", "a doubt that goes by itself", "trusts it", func(t *testing.T, s *story) {
			sales := s.entries(func(p object) bool { return p["device"] == "assistant" && has("sale")(p) })
			k := sales[len(sales)-1]
			for _, seq := range []uint64{k.seq - 1, k.seq} {
				s.alter(key{k.device, k.inc, seq}, everywhere, func(p object) {
					p["wall"] = number(p["wall"]) + 26*3600*second
					if seq < k.seq {
						p["clock"] = "doubtful"
					}
				})
			}
		}},
		{"C3", "a doubtful edit that nobody ranked", "never gave it a rank", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("edit"))[0], everywhere, func(p object) { p["clock"] = "doubtful" })
		}},
		{"Y10", "a conflict that is not in the books", "have 0 conflicts", func(_ *testing.T, s *story) {
			for i := range s.events {
				if s.events[i].Kind == history.KindState {
					s.events[i].Done = 0
				}
			}
		}},
		{"C2", "times that do not follow the clock", "s more", func(t *testing.T, s *story) {
			i := s.commitWith(t, 2, "sale")
			s.insert(i-1, moved(s.events[i-1].T, number(decode(s.events[i].Payload)["wall"]), -600*second))
		}},
		{"C2", "a clock that was set right and is doubted still", "still calls its time doubtful", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("clock_jump"))[0], everywhere, func(p object) {
				j := fact(p, "clock_jump")
				p["wall"], j["from"], j["to"] = j["from"], j["to"], j["from"]
				p["clock"] = "doubtful"
			})
		}},
	}
}

func moved(at, wall, by int64) history.Event {
	return history.Event{T: at, Who: "phone", Kind: history.KindClock, Wall: wall, WallTo: wall + by}
}

// excuseTwists let a till give a reason that is none, state copies that are none, and
// ask what it knows.
func excuseTwists() []twist {
	return []twist{
		{"R6", "a question that is answered already", "asks for \"SALE 4\", and phone/1/", func(t *testing.T, s *story) {
			asked := s.events[s.nth(t, 2, question)]
			i := s.last(len(s.events), kind(history.KindScreen))
			asked.T, asked.Gen = s.events[i].T, s.events[i].Gen
			s.insert(i, asked)
		}},
		{"R6", "a question for no receipt", "does not say for which", func(t *testing.T, s *story) {
			i := s.nth(t, 2, question)
			s.events[i].Lines = append([]string{"RECEIPT"}, s.events[i].Lines[1:]...)
		}},
		{"J7", "a copy of another receipt than is stated", "orders a copy of receipt 2 and does not state it", copied(1, "")},
		{"J7", "a copy that nobody asked for", "nobody asked for one", copied(2, "copy 1")},
		{"J7", "a copy that is stated and not ordered", "none was ordered", func(t *testing.T, s *story) {
			copied(2, "copy 2")(t, s)
			s.alter(s.entries(has("copy"))[0], everywhere, func(p object) { p["intents"].([]any)[0].(object)["print"].(object)["mark"] = "" })
		}},
		{"A1", "paper that is near its end", `said "PAPER OUT"`, saysPaperOut("near-end")},
	}
}

// copied makes a copy of the second receipt, states one of the n-th, and lets
// somebody press a key for it.
func copied(n int, key string) func(t *testing.T, s *story) {
	return func(t *testing.T, s *story) {
		s.alter(s.entries(has("sale"))[1], everywhere, func(p object) {
			p["facts"] = append(p["facts"].([]any), object{"copy": object{"number": n}})
			p["intents"].([]any)[0].(object)["print"].(object)["mark"] = "COPY"
		})
		if key != "" {
			s.insert(s.nth(t, 1, kind(history.KindScreen)), history.Event{Who: "phone", Kind: history.KindKey, Text: key})
		}
	}
}

func question(e *history.Event) bool { return e.Kind == history.KindScreen && e.Text == "RECEIPT?" }

// saysPaperOut lets the phone say so after a hand was at its printer.
func saysPaperOut(action string) func(t *testing.T, s *story) {
	return func(t *testing.T, s *story) {
		started := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindStarted && e.Who == "phone" })
		i := s.nth(t, 1, func(e *history.Event) bool {
			return e.Kind == history.KindScreen && strings.HasPrefix(e.Who, "phone") && e.T > s.events[started].T+60*second
		})
		says, at := s.events[i], s.events[i].T
		says.Lines = append([]string{"# PAPER OUT"}, says.Lines...)
		s.insert(i, history.Event{T: at, Who: "phone.printer", Kind: history.KindFault,
			Fault: &history.Fault{ID: "p1", Kind: "device", Target: "phone.printer", Action: action, For: 3600 * second}}, says)
	}
}

// seatTwists are displays that show what nobody did at the seat.
func seatTwists() []twist {
	return []twist{
		{"J10", "a code that noise made", "took 4800016642015 for a code", func(t *testing.T, s *story) {
			s.insert(s.nth(t, 1, kind(history.KindScreen)), history.Event{Who: "phone", Kind: history.KindScreen, Text: "REFUSED",
				Lines: []string{"NOT ON FILE 4800016642015"}})
		}},
		{"J10", "a cart that is given up and stays", "its display still shows one", func(t *testing.T, s *story) {
			i := s.commitWith(t, 1, "note")
			s.alter(s.entries(has("note"))[0], everywhere, func(p object) {
				p["facts"] = append(p["facts"].([]any), object{"void": object{"n": 0}})
			})
			e := s.events[i]
			s.insert(i+1, history.Event{T: e.T, Who: "phone", Kind: history.KindScreen, Text: "SALE", Lines: []string{"1 Postcard"}})
			s.insert(i, history.Event{T: e.T, Who: "phone", Kind: history.KindKey, Text: "void"})
		}},
	}
}

// capTwists break each cap of P6 by itself.
func capTwists() []twist {
	caps := func(s *story, set func(h *history.Header)) {
		h := *s.events[0].Header
		h.CapEach, h.CapTotal, h.CapCount, h.CapAgeNS = 0, 0, 0, 0
		set(&h)
		s.events[0].Header = &h
	}
	unmoved := func(s *story) { s.removeAll(kind(history.KindClock)) } // a moved clock excuses a till
	return []twist{
		{"P6", "one payment above the cap of each", "was stored for PHP 37.50, the cap is PHP 37.49", func(_ *testing.T, s *story) {
			caps(s, func(h *history.Header) { h.CapEach = 3749 })
		}},
		{"P6", "two payments where one may wait", "2 payments are stored, the cap is 1", func(t *testing.T, s *story) {
			caps(s, func(h *history.Header) { h.CapCount = 1 })
			stored := s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["state"] == "deferred" })[0]
			s.alter(stored, everywhere, func(p object) {
				p["facts"] = append(p["facts"].([]any), object{"result": object{"ref": "phone-1-98", "state": "deferred"}})
			})
		}},
		{"P6", "a payment that is refused by a cap that it meets", "was refused with \"OVER OFFLINE LIMIT\", and breaks no cap", func(_ *testing.T, s *story) {
			caps(s, func(h *history.Header) { h.CapEach = 3750 })
			stored := s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["state"] == "deferred" })[0]
			s.alter(stored, everywhere, func(p object) {
				fact(p, "result")["state"], fact(p, "result")["reason"] = "declined", "OVER OFFLINE LIMIT"
			})
		}},
		{"P6", "a payment that is forwarded when it is too old", "was forwarded when it was too old", func(_ *testing.T, s *story) {
			unmoved(s)
			caps(s, func(h *history.Header) { h.CapAgeNS = 60 * second })
		}},
		{"P6", "a payment that is given up too early", "was given up as too old", func(_ *testing.T, s *story) {
			unmoved(s)
			caps(s, func(h *history.Header) { h.CapAgeNS = 24 * 3600 * second })
			s.each("forward", 0, func(f object) { f["expired"] = true })
		}},
		{"P6", "a payment that is given up by a clock in doubt", "by a clock that the till itself doubts", func(_ *testing.T, s *story) {
			caps(s, func(h *history.Header) { h.CapAgeNS = 24 * 3600 * second })
			s.alter(s.entries(has("forward"))[0], everywhere, func(p object) {
				p["clock"] = "doubtful"
				fact(p, "forward")["expired"] = true
			})
		}},
	}
}

// noCardTwists break what A1 says of a payment for which no card was presented:
// here the reader has started anew and was not given the amount again.
func noCardTwists() []twist {
	return []twist{
		{"A1", "no card presented at a reader that waits for none", "its card reader had waited for no card (power lost)", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindScreen && e.Text == "DECLINED" })
			s.events[i].Lines = []string{"NO CARD PRESENTED"}
			gone := s.events[s.last(i, kind(history.KindArmed))]
			gone.T, gone.Kind, gone.Amount, gone.Text = s.events[i].T-90*second, history.KindDisarmed, 0, "power lost"
			s.insert(s.last(i, kind(history.KindArmed))+1, gone)
		}},
	}
}

// claimTwists break what P8 says of the end of a claim, and M5 of the sum of them.
// The stored payment of shopper 3 has failed; the next entry settles it in cash.
func claimTwists() []twist {
	settled := func(how func(f object)) func(*testing.T, *story) {
		return func(_ *testing.T, s *story) {
			s.each("forward", 0, func(f object) { f["settled"], f["receivable"] = false, 3750 })
			failed := s.entries(has("forward"))[0]
			s.alter(key{failed.device, failed.inc, failed.seq + 1}, everywhere, func(p object) {
				f := object{"ref": "phone-1-2", "number": 2, "how": "cash", "amount": 3750,
					"of": object{"device": failed.device, "inc": failed.inc, "seq": failed.seq}}
				how(f)
				p["facts"] = append(p["facts"].([]any), object{"settlement": f})
			})
		}
	}
	again := func(more func(s *story)) func(*testing.T, *story) {
		return func(t *testing.T, s *story) {
			settled(func(object) {})(t, s)
			more(s)
		}
	}
	return []twist{
		{"P8", "a settlement of another amount", "for PHP 1.00: PHP 37.50 is owed", settled(func(f object) { f["amount"] = 100 })},
		{"P8", "a settlement of another claim", "as opened by phone/1/1", settled(func(f object) { f["of"].(object)["seq"] = 1 })},
		{"P8", "a settlement of what is paid", "and no entry says that it is not paid", settled(func(f object) { f["ref"] = "phone-1-1" })},
		{"P8", "a settlement that nobody typed", `as "cash", which nobody typed at phone`, again(func(s *story) {
			s.insert(s.find(0, kind(history.KindScreen)), history.Event{Who: "phone", Kind: history.KindKey, Text: "settle 2 loss"})
		})},
		{"P8", "a claim that is settled twice", "settles phone-1-2 once more", again(func(s *story) {
			s.alter(s.entries(has("settlement"))[0], everywhere, func(p object) {
				p["facts"] = append(p["facts"].([]any), object{"settlement": fact(p, "settlement")})
			})
		})},
		{"P8", "a settlement of what still waits", "it still waits to be forwarded", again(func(s *story) {
			s.alter(s.entries(has("forward"))[0], everywhere, func(p object) { drop(p, "forward") })
		})},
		{"M5", "a report of more than was settled", "cash: expected PHP 37.50, found PHP 37.51", again(func(s *story) {
			s.each("report", 0, func(f object) { f["settled"] = object{"cash": 3751} })
		})},
	}
}

// printTwists break what R6 says of a receipt that was dropped.
func printTwists() []twist {
	return []twist{
		{"R6", "a receipt that calls itself younger than it is", "it waited for 1h0m0s, and it was ordered", func(_ *testing.T, s *story) {
			s.removeAll(kind(history.KindPaper))
			for n := range s.entries(has("note")) {
				s.each("note", n, func(f object) { f["outcome"], f["detail"] = "dropped", "waited 1h0m0s for the printer: nobody waits" })
			}
		}},
	}
}
