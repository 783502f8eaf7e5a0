package checktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stormrig/sim/history"
)

// contentTwists are entries whose form is right and whose content is not.
func contentTwists() []twist {
	return []twist{
		{"J9", "a stale place that calls itself fresh", "the receiver gave it", func(t *testing.T, s *story) {
			fix := history.Event{Who: "phone.location", Kind: history.KindFixed, State: "fix", Text: "145995000 1209842000 900", T: -400 * second}
			s.insert(s.nth(t, 1, kind(history.KindBasket)), fix)
		}},
		{"J9", "a place that no receiver gave", "never gave", func(t *testing.T, s *story) {
			fix := history.Event{Who: "phone.location", Kind: history.KindFixed, State: "fix", Text: "145990000 1209842000 900"}
			s.insert(s.nth(t, 1, kind(history.KindBasket)), fix)
		}},
		{"M3", "a tax that is rounded down", "expected PHP 138.48, found PHP 138.47", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) {
				tax := f["tax"].([]any)[0].(object)
				tax["tax"], tax["net"] = number(tax["tax"])-1, number(tax["net"])+1
			})
		}},
		{"M3", "two lines under one number", "two of its lines are line 1", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["lines"].([]any)[1].(object)["n"] = 1 })
		}},
		{"M5", "a report that leaves out a sale", "expected the sale in phone/1/4 in it", func(_ *testing.T, s *story) {
			s.each("report", 0, func(f object) { f["from"] = object{"device": "phone", "inc": 1, "seq": 9} })
		}},
		{"M5", "a report that counts one sale less", "number of sales: expected 7, found 6", func(_ *testing.T, s *story) {
			s.each("report", 0, func(f object) { f["sales"] = number(f["sales"]) - 1 })
		}},
		{"M5", "a report with another total", "total: expected PHP 5267.50", func(_ *testing.T, s *story) {
			s.each("report", 0, func(f object) { f["total"] = number(f["total"]) - 1 })
		}},
		{"M5", "a report with one piece less", "raffia-bag", func(_ *testing.T, s *story) {
			s.each("report", 0, func(f object) {
				n := f["by_variant"].(object)
				n["raffia-bag/natural"] = number(n["raffia-bag/natural"]) - 1
			})
		}},
	}
}

// otherContentTwists are the same of times, orders and payments.
func otherContentTwists() []twist {
	return []twist{
		{"C4", "a sale that moves the day under a doubtful clock", "is of 2026-07-18, not of 1970-01-01", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("sale"))[3], everywhere, func(p object) {
				p["clock"], p["wall"] = "doubtful", 0
				fact(p, "sale")["business_date"] = "1970-01-01"
			})
		}},
		{"P10", "a stored payment that nobody ever forwards", "never forwarded", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("forward"))[0], everywhere, func(p object) { drop(p, "forward") })
		}},
		{"P10", "a stored payment that the host put off, taken for declined", "had decided nothing", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("forward"))[0], everywhere, func(p object) {
				fact(p, "forward")["settled"] = false
			})
			s.removeAll(func(e *history.Event) bool { return e.Kind == history.KindLedger && e.State == "settled" })
		}},
		{"J7", "a copy that is ordered and not stated", "orders a copy", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("sale"))[1], everywhere, func(p object) {
				p["intents"].([]any)[0].(object)["print"].(object)["mark"] = "COPY"
			})
		}},
		{"J8", "a closed outage without a cause", "and cause", func(_ *testing.T, s *story) {
			for _, k := range s.entries(has("outage")) {
				s.rewrite(k, everywhere, func(p object) {
					if o := fact(p, "outage"); o["what"] == "hub" {
						o["cause"] = ""
					}
				})
			}
			s.rechain()
		}},
		{"P3", "a tender without the code of its approval", "was approved with the code", func(_ *testing.T, s *story) {
			s.each("result", 0, func(f object) { f["auth"] = "483692" })
		}},
		{"R5", "a stored card that looks like any other", "still to be authorised", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return strings.Contains(strings.Join(e.Lines, "\n"), "CARD (to be") })
			e := s.events[i]
			e.Lines, e.Job = append([]string{"*** COPY ***"}, e.Lines...), 0
			for j, l := range e.Lines {
				e.Lines[j] = strings.Replace(strings.Replace(l, "CARD (to be authorised)", "CARD", 1), "*** COPY ***", "MARISOL", 1)
			}
			s.insert(i+1, history.Event{T: e.T, Who: e.Who, Kind: history.KindPrintBegin}, e)
		}},
		{"C4", "a report of the day before", "the Z report in", func(_ *testing.T, s *story) {
			s.each("report", 0, func(f object) { f["business_date"] = "2026-07-17" })
		}},
		{"M1", "a display with another total", "the display of phone said", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindScreen && e.Text == "DONE" })
			s.events[i].Lines = []string{"SALE 1", "TOTAL PHP 1.00"}
		}},
		{"R5", "another payment's approval", "beside the card", func(_ *testing.T, s *story) {
			s.each("sale", 1, func(f object) { f["tenders"].([]any)[0].(object)["auth"] = "483692" })
			for i := range s.events {
				e := &s.events[i]
				e.Lines = slices.Clone(e.Lines)
				for j, l := range e.Lines {
					e.Lines[j] = strings.Replace(l, "CARD  ", "CARD 111111  ", 1)
				}
			}
		}},
		{"R3", "cash is taken and the drawer stays shut", "0 times", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("drawer"))[0], everywhere, func(p object) { p["intents"] = p["intents"].([]any)[1:] })
		}},
	}
}

// paperTwists are papers that say something else than what was sold.
func paperTwists() []twist {
	says := func(n int, old, put string) func(t *testing.T, s *story) {
		return func(t *testing.T, s *story) {
			i := s.nth(t, n, func(e *history.Event) bool { return e.Kind == history.KindPaper && e.State == "cut" })
			lines := slices.Clone(s.events[i].Lines)
			at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, old) })
			lines[at] = strings.Replace(lines[at], old, put, 1)
			s.events[i].Lines = lines
		}
	}
	return []twist{
		{"R5", "another price", "it was sold at PHP 2.50", says(1, "2.50", "25.00")},
		{"R5", "another article", "does not name \"Raffia bag natural\"", says(1, "Raffia bag", "Raffia hat")},
		{"R5", "cash that was not given", "in cash, it was", says(1, "CASH         ", "CASH         9")},
		{"R5", "another change", "of change", says(1, "CHANGE       7", "CHANGE       8")},
		{"R5", "no change", "does not say that", says(1, "CHANGE", "THANKS")},
		{"R5", "card for cash", "in cash was given", says(1, "CASH", "CARD")},
		{"R5", "cash for a card", "in cash, it was", says(2, "CARD", "CASH")},
		{"R5", "no tax", "does not name the tax", says(1, "VAT 12%", "NOTHING")},
		{"R5", "the day before", "is of 2026-07-17", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindPaper))
			s.events[i].Lines = slices.Clone(s.events[i].Lines)
			at := slices.Index(s.events[i].Lines, "2026-07-18")
			s.events[i].Lines[at] = "2026-07-17"
		}},
		{"R5", "another time", "the sale was made at", says(1, "RECEIPT 1", "RECEIPT 1 2026-07-18 09:59:59")},
		{"R5", "a place that lost a zero", "names a place at 14.59950 and 12.98420", says(1, "120.98420", "12.98420")},
		{"R5", "the code of another sale", "has a code of phone/1/99", says(1, "[QR phone/1/", "[QR phone/1/99 ")},
		{"R5", "a code with another total", "the total is", says(1, "PHP 1292.50]", "PHP 1292.51]")},
		{"M5", "a Z paper with another sum", "the Z paper", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return len(e.Lines) > 1 && strings.HasPrefix(e.Lines[1], "Z REPORT") })
			s.events[i].Lines = slices.Clone(s.events[i].Lines)
			at := slices.IndexFunc(s.events[i].Lines, func(l string) bool { return strings.HasPrefix(l, "cash") })
			s.events[i].Lines[at] = "cash   1.00"
		}},
		{"R6", "a cashier who never said so", "nobody answered \"yes\"", func(t *testing.T, s *story) {
			s.remove(s.nth(t, 2, kind(history.KindAnswered)))
		}},
		{"R6", "a print of which nothing ever came", "nothing ever came of", func(_ *testing.T, s *story) {
			for _, k := range s.entries(has("note")) {
				s.alter(k, everywhere, func(p object) {
					if n := fact(p, "note"); n["outcome"] == "told" {
						drop(p, "note")
					}
				})
			}
		}},
		{"R6", "a dropped receipt that was printed", "it was dropped, and it was printed", func(_ *testing.T, s *story) {
			for _, k := range s.entries(has("note")) {
				s.alter(k, everywhere, func(p object) {
					if n := fact(p, "note"); n["outcome"] == "done" {
						n["outcome"] = "dropped"
					}
				})
			}
		}},
		{"R6", "a sale without a receipt", "was ever ordered", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("sale"))[1], everywhere, func(p object) { delete(p, "intents") })
		}},
	}
}

// heldUpTwists are of a payment and of a shopper that are not served.
func heldUpTwists() []twist {
	return []twist{
		{"P10", "a stored payment behind one that the host puts off", "waited and was never sent, while phone-1-2 was sent 3 times", func(t *testing.T, s *story) {
			stored := s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["state"] == "deferred" })[0]
			s.alter(stored, everywhere, func(p object) {
				p["facts"] = append(p["facts"].([]any), object{"charge": object{"ref": "phone-1-98", "amount": 100, "stan": "000098"}},
					object{"result": object{"ref": "phone-1-98", "state": "deferred"}})
			})
			i := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindRequest && e.State == "forward" })
			for n := range int64(3) {
				again := s.events[i]
				again.T += (10 + 30*n) * second // the first is no longer at the moment of the line
				s.insert(i+1+int(n), again)
			}
		}},
		{"A1", "cash that is enough, called not enough", "and the shopper had handed over PHP", func(t *testing.T, s *story) {
			i := s.nth(t, 2, func(e *history.Event) bool { return e.Kind == history.KindTendered && e.State == "cash" })
			e := s.events[i]
			before := s.events[s.last(i, func(b *history.Event) bool { return b.Kind == history.KindScreen })]
			s.insert(i+1, history.Event{T: e.T, Who: before.Who, Gen: before.Gen, Kind: history.KindScreen, Basket: e.Basket, Text: "REFUSED",
				Lines: []string{fmt.Sprintf("NOT ENOUGH, TOTAL PHP %d.%02d", e.Amount/100, e.Amount%100)}})
		}},
	}
}
