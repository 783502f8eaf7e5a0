package checktest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

func results(t *testing.T, events []history.Event) map[string]check.Result {
	t.Helper()
	v, err := check.NewView(events)
	require.NoError(t, err)
	out := make(map[string]check.Result)
	for _, r := range check.Run(v) {
		out[r.ID] = r
	}
	return out
}

// nth returns the index of the n-th event (from 1) that fits.
func (s *story) nth(t *testing.T, n int, fits func(e *history.Event) bool) int {
	t.Helper()
	i := -1
	for range n {
		i = s.find(i+1, fits)
		require.GreaterOrEqual(t, i, 0, "no such event")
	}
	return i
}

// commitWith returns the index of the n-th commit that states a fact.
func (s *story) commitWith(t *testing.T, n int, name string) int {
	return s.nth(t, n, func(e *history.Event) bool {
		return e.Kind == history.KindCommit && fact(decode(e.Payload), name) != nil
	})
}

func (s *story) remove(i int) { s.events = slices.Delete(s.events, i, i+1) }

func (s *story) removeAll(fits func(e *history.Event) bool) {
	s.events = slices.DeleteFunc(s.events, func(e history.Event) bool { return fits(&e) })
}

// each changes every copy of the first entry that states a fact.
func (s *story) each(name string, n int, how func(f object)) {
	keys := s.entries(has(name))
	s.alter(keys[n], everywhere, func(p object) { how(fact(p, name)) })
}

// twist is a change that a checker must find, with words of what it finds.
type twist struct {
	id, name, want string
	apply          func(t *testing.T, s *story)
}

// Things that must be found beyond the one alteration of each checker.
func TestWhatElseIsCaught(t *testing.T) {
	for _, tt := range slices.Concat(journalTwists(), moneyTwists(), paymentTwists(), otherTwists(), contentTwists(), otherContentTwists(), heldUpTwists(), paperTwists(), terminalTwists(), clockTwists(), capTwists(), excuseTwists(), noCardTwists(), claimTwists(), printTwists(), seatTwists()) {
		t.Run(tt.id+" "+tt.name, func(t *testing.T) {
			s := tell(Good())
			tt.apply(t, s)
			r := results(t, s.done())[tt.id]
			require.Equal(t, check.Violated, r.Verdict)
			var all []string
			for _, d := range r.Details {
				all = append(all, d.Text)
			}
			assert.Contains(t, strings.Join(all, "\n"), tt.want)
		})
	}
}

func journalTwists() []twist {
	return []twist{
		{"J1", "the tail is lost and the till says so", "found by the till: 2 entries are gone", loseTail},
		{"J1", "a line that nobody scanned", "more often than it was scanned", func(t *testing.T, s *story) {
			s.remove(s.nth(t, 1, kind(history.KindDelivered)))
		}},
		{"J1", "the shopper carried out something else", "the shopper 2", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindBasket))
			items := slices.Clone(s.events[i].Items)
			items[0].Qty++
			s.events[i].Items = items
		}},
		{"J1", "another shopper's card", "which this shopper did not make", func(t *testing.T, s *story) {
			s.events[s.nth(t, 1, kind(history.KindSwipe))].Basket = 1
		}},
		{"J2", "a kick while no sale is durable", "opened before a sale was durable", func(t *testing.T, s *story) {
			s.move(s.nth(t, 1, kind(history.KindKick)), s.commitWith(t, 1, "sale"))
		}},
		{"J3", "the hub lacks an entry", "where 5 belongs", func(t *testing.T, s *story) {
			s.remove(s.nth(t, 5, func(e *history.Event) bool { return at("hub")(e) && e.Device == "phone" }))
		}},
		{"J4", "a chain that does not begin at its beginning", "as its predecessor's hash", func(t *testing.T, s *story) {
			s.events[s.nth(t, 1, own)].Prev = strings.Repeat("0", 64)
		}},
		{"J4", "a payload that says it is another entry", "is not the entry that its payload says", func(t *testing.T, s *story) {
			s.alter(s.entries(plain)[0], everywhere, func(p object) { p["seq"] = 99 })
		}},
		{"J5", "a number that was given twice", "stands in", func(_ *testing.T, s *story) {
			s.each("sale", 2, func(f object) { f["number"] = 1 })
		}},
		{"J8", "an outage that ends before it begins", "ends before it begins", func(_ *testing.T, s *story) {
			s.each("outage", 1, func(f object) { f["from"], f["to"] = f["to"], f["from"] })
		}},
		{"J8", "an outage without a cause", "no cause", func(_ *testing.T, s *story) {
			s.each("outage", 1, func(f object) { f["cause"] = "" })
		}},
		{"J8", "a network outage that is never closed", "was without its hub", func(_ *testing.T, s *story) {
			for _, k := range s.entries(has("outage")) {
				s.rewrite(k, everywhere, func(p object) {
					if o := fact(p, "outage"); o["what"] == "hub" {
						o["to"] = o["from"]
					}
				})
			}
			s.rechain()
		}},
		{"J9", "a place that says it is none", "says that it has none", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["place"].(object)["unavailable"] = "no receiver" })
		}},
	}
}

func moneyTwists() []twist {
	return []twist{
		{"M1", "a total on paper that is another", "the paper of sale 1 of phone: expected the total", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindPaper))
			lines := slices.Clone(s.events[i].Lines)
			lines[4] = "TOTAL        PHP 1292.51"
			s.events[i].Lines = lines
		}},
		{"M1", "change that does not add up", "less", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["change"] = 1 })
		}},
		{"M1", "cash that was not handed over", "in cash, which the shopper handed over", func(t *testing.T, s *story) {
			s.events[s.nth(t, 1, kind(history.KindTendered))].Amount += 100
		}},
		{"M3", "a price that only came later", "which its till knew when the line was rung, found", func(_ *testing.T, s *story) {
			s.alter(s.entries(has("edit"))[0], everywhere, func(p object) { fact(p, "edit")["value"] = "119001" })
			s.each("sale", 0, func(f object) { firstLine(object{"facts": []any{object{"sale": f}}})["price"] = 119001 })
		}},
		{"M3", "a price other than the display showed", "as the display had shown it", func(t *testing.T, s *story) {
			i := s.last(s.commitWith(t, 1, "sale"), kind(history.KindScreen))
			lines := slices.Clone(s.events[i].Lines)
			lines[1] = "  1 x 1290.01 = 1290.01"
			s.events[i].Lines = lines
		}},
		{"M3", "tax that is not in the lines", "net and tax", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["tax"].([]any)[0].(object)["tax"] = 1 })
		}},
		{"M3", "a rate without its tax", "found no tax of that rate", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["tax"] = []any{} })
		}},
	}
}

func paymentTwists() []twist {
	return []twist{
		{"P1", "an amount other than the charge's", "the intent says", func(t *testing.T, s *story) {
			s.events[s.nth(t, 1, kind(history.KindArmed))].Amount++
		}},
		{"P2", "one trace number captured twice", "took money twice", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindLedger))
			s.insert(i, s.events[i])
		}},
		{"P3", "a capture without a sale", "no sale, reversal or open exception", func(t *testing.T, s *story) {
			e := s.events[s.nth(t, 1, kind(history.KindLedger))]
			e.Ref = "phone-1-99"
			s.insert(len(s.events)-1, e)
		}},
		{"P3", "a sale without a capture", "took nothing", func(t *testing.T, s *story) {
			s.remove(s.nth(t, 1, kind(history.KindLedger)))
		}},
		{"P4", "a new amount over a pending one", "was pending", func(t *testing.T, s *story) {
			s.remove(s.nth(t, 1, kind(history.KindSwipe)))
		}},
		{"P4", "the amount of the shopper before", "is not this shopper's", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindSwipe))
			s.move(s.nth(t, 3, kind(history.KindBasket)), i)
		}},
		{"P4", "an amount that the display did not ask for", "the display asked for", func(t *testing.T, s *story) {
			i := s.last(s.nth(t, 1, kind(history.KindArmed)), kind(history.KindScreen))
			s.events[i].Lines = []string{"AMOUNT PHP 1.00"}
		}},
		{"P5", "a charge while another hangs", "was charged again", chargeAgain},
		{"R3", "a drawer that opens a minute later", "with nobody there", func(_ *testing.T, s *story) {
			s.events[s.find(0, kind(history.KindKick))].T += 60 * second
		}},
		{"P5", "half a message before the next", "could not read a message", func(_ *testing.T, s *story) {
			s.insert(s.find(0, kind(history.KindRequest))+1, history.Event{Who: "phone", Kind: history.KindRequest, State: "garbled", Text: "a message of 12337 bytes"})
		}},
		{"P5", "an outcome that nobody ever looks for", "no entry ever resolves it", func(_ *testing.T, s *story) {
			for _, k := range s.entries(func(p object) bool { r := fact(p, "result"); return r != nil && r["ref"] == "phone-1-2" }) {
				s.alter(k, everywhere, func(p object) { drop(p, "result") })
			}
		}},
		{"P6", "a sum over the cap", "the cap is", func(_ *testing.T, s *story) {
			h := *s.events[0].Header
			h.CapTotal = 3749
			s.events[0].Header = &h
		}},
	}
}

func otherTwists() []twist {
	return []twist{
		{"S1", "goods that nobody sold", "shoppers carried out", func(t *testing.T, s *story) {
			i := s.nth(t, 6, kind(history.KindBasket)) // the walk-out
			e := history.Event{Who: "phone.cashier", Kind: history.KindServed, Basket: s.events[i].Basket}
			s.insert(i+1, e)
		}},
		{"S1", "a sale that moves nothing", "which its lines sell, found 0", func(_ *testing.T, s *story) {
			s.each("sale", 0, func(f object) { f["moves"] = []any{} })
		}},
		{"R2", "a job that was ordered for another sale", "was ordered as", func(t *testing.T, s *story) {
			s.events[s.nth(t, 2, kind(history.KindPaper))].Job = 1
		}},
		{"R4", "a receipt on the rest of the one before", "hangs on what was left", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return e.State == "torn off" })
			s.events[i].Lines = slices.Concat(s.events[i].Lines, s.events[i+3].Lines, []string{"MARISOL BOUTIQUE"})
		}},
		{"R4", "a receipt after a fault without its end", "ends with", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return strings.Contains(strings.Join(e.Lines, ""), "POSSIBLE") })
			s.events[i].Lines = s.events[i].Lines[:5]
		}},
		{"Y2", "the hub forgets in a cut", "at the end", func(_ *testing.T, s *story) {
			i := s.last(len(s.events), func(e *history.Event) bool { return at("hub")(e) && e.Device == "phone" })
			s.remove(i)
		}},
		{"Y2", "the hub finds less after a start than it acknowledged", "when it started again", func(t *testing.T, s *story) {
			i := s.last(len(s.events), kind(history.KindAcknowledged))
			e := s.events[i]
			s.insert(i+1, history.Event{T: e.T, Gen: 2, Who: "hub", Kind: history.KindStarted},
				history.Event{T: e.T, Gen: 2, Who: "hub", Kind: history.KindReplicated, State: "recovered",
					Device: e.Device, Inc: e.Inc, Seq: e.Seq - 1})
		}},
		{"S1", "books that differ for ever", "in the books of hub: expected", func(_ *testing.T, s *story) {
			s.events = oneMore(s.events)
			s.events[len(s.events)-1].Text = "stalled"
		}},
		{"Y3", "the hub lacks the tail", "the hub", func(_ *testing.T, s *story) {
			s.remove(s.last(len(s.events), func(e *history.Event) bool { return at("hub")(e) && e.Device == "phone" }))
		}},
		{"Y7", "a figure that falls", "after", func(t *testing.T, s *story) {
			i := s.nth(t, 3, kind(history.KindProgress))
			s.events[i].Done = 0
		}},
		{"Y7", "full before it is durable", "full, while the hub held", func(t *testing.T, s *story) {
			s.move(s.nth(t, 3, kind(history.KindProgress)), s.nth(t, 2, kind(history.KindProgress))+1)
		}},
		{"Y7", "a figure of what waits that leaves some out", "said that 2 entries wait, and", waits("OFFLINE 99 WAITING", "OFFLINE 2 WAITING")},
		{"Y10", "a price that nobody typed", `to "125000", which nobody typed at phone`, func(_ *testing.T, s *story) {
			s.insert(s.find(0, kind(history.KindScreen)), history.Event{Who: "phone", Kind: history.KindKey, Text: "edit " + sandals + " price 1250.01"})
		}},
		{"C1", "numbers that run backwards", "comes after sale", func(_ *testing.T, s *story) {
			s.each("sale", 2, func(f object) { f["number"] = 1 })
		}},
		{"C2", "a clock that runs backwards in silence", "neither a jump nor a doubt", func(_ *testing.T, s *story) {
			s.alter(s.entries(plain)[0], everywhere, func(p object) { p["wall"] = number(p["wall"]) - 60*second })
		}},
		{"C2", "a jump of another size", "says 1.0 s", func(_ *testing.T, s *story) {
			s.each("clock_jump", 0, func(f object) { f["to"] = number(f["from"]) + second })
		}},
	}
}

// loseTail lets a lying disk take the phone's last two entries: the till
// finds out and goes on under a new incarnation.
func loseTail(_ *testing.T, s *story) {
	sales := s.entries(func(p object) bool { return has("sale")(p) && p["device"] == "phone" })
	cash := sales[len(sales)-1]
	s.removeAll(func(e *history.Event) bool {
		return e.Kind == history.KindEntry && e.Device == "phone" && e.Seq >= cash.seq
	})
	payload := []byte(`{"device":"phone","inc":2,"seq":1,"wall":1784350000000000000,"facts":[{"boot":{"recovered":40,"folded":1,"lost":"2 entries are gone"}}]}`)
	hash := check.HashOf(check.Genesis("phone", 2), payload)
	e := history.Event{Who: "phone", Kind: history.KindCommit, Device: "phone", Inc: 2, Seq: 1, Hash: hash, Payload: payload}
	end := s.last(len(s.events), kind(history.KindCommit))
	s.insert(end+1, e)
	e.Kind, e.Prev = history.KindEntry, check.Genesis("phone", 2)
	s.insert(len(s.events)-1, e)
}

func chargeAgain(t *testing.T, s *story) {
	started := s.nth(t, 2, func(e *history.Event) bool { return e.Kind == history.KindStarted && e.Who == "phone" })
	boot := s.find(started, kind(history.KindCommit)) // after the cut behind a card
	s.alter(keyOf(&s.events[boot]), everywhere, func(p object) {
		p["facts"] = append(p["facts"].([]any), object{"charge": object{"ref": "phone-1-98", "stan": "000098", "amount": 3750}})
	})
}

// waits lets the phone's display say before it hears of the hub again how much has
// to wait.
func waits(words ...string) func(t *testing.T, s *story) {
	return func(t *testing.T, s *story) {
		i := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindLink && e.State == "up" })
		for n, text := range words {
			s.insert(i+n, history.Event{T: s.events[i+n].T - int64(len(words)-n)*2*second, Who: "phone.cashier", Kind: history.KindScreen,
				Text: "READY", Lines: []string{"NO SALE YET", "> SCAN", "# " + text}})
		}
	}
}
