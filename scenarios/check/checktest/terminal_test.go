package checktest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// undone lets the terminal give the money of sale 2 back by itself after it was
// confirmed, and the host book that.
func (s *story) undone(t *testing.T) {
	i := s.nth(t, 1, kind(history.KindTerminal))
	void := s.events[i]
	void.State, void.Text = "voided", "terminal"
	back := s.events[s.nth(t, 1, kind(history.KindLedger))]
	back.T, back.State = void.T, "reversed"
	s.insert(i+1, void, back)
}

// claimed lets an entry after that hold an exception of an amount, and the
// display name a sale.
func claimed(amount, shown string) func(t *testing.T, s *story) {
	return func(t *testing.T, s *story) {
		s.undone(t)
		sale := fact(s.payload(s.entries(has("sale"))[1]), "sale")
		ref := s.events[s.nth(t, 1, kind(history.KindTerminal))].Ref
		owed := number(sale["total"])
		if amount != "all" {
			owed--
		}
		s.alter(s.entries(has("sale"))[2], everywhere, func(p object) {
			p["facts"] = append(p["facts"].([]any), object{"exception": object{"ref": ref, "number": 2, "reason": "undone by the terminal", "receivable": owed}})
		})
		at := s.commitWith(t, 3, "sale")
		s.insert(at+1, history.Event{T: s.events[at].T, Who: "phone.cashier", Kind: history.KindScreen, Text: "READY", Lines: []string{"> SCAN", "# NOT PAID: SALE " + shown}})
	}
}

func terminalTwists() []twist {
	return []twist{
		{"P11", "an undone payment that nobody hears of", "expected an exception in the journal, found none", func(t *testing.T, s *story) { s.undone(t) }},
		{"P11", "a claim of less than was undone", "expected the claim PHP 1290.00, found PHP 1289.99", claimed("less", "2")},
		{"P11", "an exception that the display ascribes to another sale", "never said so", claimed("all", "3")},
		{"P11", "a claim of what the host took", "and the card host took it", func(t *testing.T, s *story) {
			claimed("all", "2")(t, s)
			s.remove(s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindLedger && e.State == "reversed" }))
		}},
		{"P11", "a confirmation without a sale", "no sale was ever made of it", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindTerminal))
			e := s.events[i]
			e.Ref = s.events[s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindLedger && e.State == "declined" })].Ref
			s.insert(i, e)
		}},
	}
}

// A status line that has something more urgent to say is no fault of the till.
func TestAnExceptionBehindAPaperOut(t *testing.T) {
	s := tell(Good())
	claimed("all", "3")(t, s)
	for i := range s.events {
		if e := &s.events[i]; e.Kind == history.KindScreen {
			e.Lines = []string{"> SCAN", "# PAPER OUT"}
		}
	}
	r := results(t, s.done())["P11"]
	assert.Equal(t, check.Holds, r.Verdict, r.Detail())
}
