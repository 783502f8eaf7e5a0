package checktest

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// Things that look odd and are right.
func TestWhatMustNotBeBlamed(t *testing.T) {
	for _, tt := range slices.Concat(oddSales(), oddDevices()) {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(Good())
			tt.apply(t, s)
			for id, r := range results(t, s.done()) {
				assert.Equal(t, check.Holds, r.Verdict, "%s: %s", id, r.Detail())
			}
		})
	}
}

// odd is a change that no checker may object to.
type odd struct {
	name  string
	apply func(t *testing.T, s *story)
}

func oddSales() []odd {
	return []odd{
		{"a sale that survived the cut in its own write", func(t *testing.T, s *story) {
			// The display comes back with LAST SALE: the cashier accepts it.
			i := s.commitWith(t, 6, "sale")
			power := history.Event{T: s.events[i].T, Gen: 4, Who: "phone", Kind: history.KindPower}
			cut := power
			cut.Kind, cut.Cut = history.KindCut, &history.Cut{Span: "commit", Ops: 2, Begun: 2, Ended: 1}
			on := power
			on.On = true
			s.events = slices.Replace(s.events, i, i+1, power, cut, on)
		}},
		{"an article that is not on file", func(t *testing.T, s *story) {
			b := s.nth(t, 1, kind(history.KindBasket))
			e := s.events[b]
			e.Items = append(slices.Clone(e.Items), history.Item{SKU: "ghost", Code: "0000", Qty: 1})
			s.events[b] = e
			scan := history.Event{T: e.T, Who: "phone", Kind: history.KindDelivered, Basket: 1, Code: "0000"}
			no := history.Event{T: e.T, Who: "phone", Kind: history.KindScreen, Text: "REFUSED", Lines: []string{"NOT ON FILE 0000"}}
			s.insert(b+1, scan, no, scan) // the second refusal looks like the first: nothing is drawn
		}},
		{"a till that counts the sales that wait", waits("OFFLINE 3 WAITING", "OFFLINE 3 WAITING")},
		{"screens that nobody had looked at", func(t *testing.T, s *story) {
			waits("OFFLINE 99 WAITING", "OFFLINE 1 WAITING", "OFFLINE 98 WAITING")(t, s)
			i := s.nth(t, 1, func(e *history.Event) bool { return slices.Contains(e.Lines, "# OFFLINE 1 WAITING") })
			s.events[i].T = s.events[i+1].T
		}},
		{"a scan that power took", func(t *testing.T, s *story) {
			i := s.nth(t, 2, func(e *history.Event) bool { return e.Kind == history.KindPower && !e.On })
			s.insert(i, history.Event{T: s.events[i].T, Who: "phone", Kind: history.KindDelivered, Basket: 5, Code: "4800016643002"})
		}},
		{"a scan that power took, one that was refused after it, and two more", func(t *testing.T, s *story) {
			const code = "4800016643002"
			event := func(i int, kind, code, text string) history.Event {
				return history.Event{T: s.events[i].T, Gen: s.events[i].Gen, Who: "phone", Kind: kind, Basket: 5, Code: code, Text: text}
			}
			i := s.commitWith(t, 5, "sale")
			s.alter(keyOf(&s.events[i]), everywhere, func(p object) {
				var facts []any
				for n := 8; n < 10; n++ {
					facts = append(facts, object{"line": object{"n": n, "code": code, "qty": 1}}, object{"void": object{"n": n}})
				}
				p["facts"] = append(facts, p["facts"].([]any)...)
			})
			scan, yes, no := event(i, history.KindDelivered, code, ""), event(i, history.KindScreen, "", "SALE"), event(i, history.KindScreen, "", "REFUSED")
			no.Lines = []string{"DISK FULL OR FAILING - NOT ADDED " + code}
			s.insert(i, scan, no, scan, yes, scan)
			off := s.nth(t, 3, func(e *history.Event) bool { return e.Kind == history.KindPower && !e.On })
			s.insert(off, event(off, history.KindDelivered, code, ""))
		}},
		{"a reversal that the host has not answered", func(t *testing.T, s *story) {
			s.alter(s.entries(plain)[0], everywhere, func(p object) {
				p["facts"] = append(p["facts"].([]any), object{"reversal": object{"ref": "phone-1-97", "stan": "000097"}})
			})
			e := s.events[s.nth(t, 1, kind(history.KindLedger))]
			e.Ref, e.STAN = "phone-1-97", "000097"
			s.insert(len(s.events)-1, e)
		}},
		{"a copy on demand", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindPaper))
			e := s.events[i]
			e.Lines = slices.Insert(slices.Clone(e.Lines), 2, "     *** COPY ***")
			e.Job = 0
			s.insert(i+1, history.Event{T: e.T, Who: e.Who, Kind: history.KindPrintBegin}, e)
		}},
	}
}

func oddDevices() []odd {
	return []odd{
		{"paper that is out", saysPaperOut("paper-out")},
		{"a killed process", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindCut))
			s.events[i].Kind, s.events[i].State = history.KindDisk, "killed"
			s.remove(i - 1)
		}},
		{"a receipt that a printer without power held", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return e.State == "torn off" })
			half := s.events[i]
			half.State = "power lost"
			s.insert(i, half) // the same piece, seen when power went and when it was torn off
		}},
		{"a clock that moved while the phone was off, not noticeably", func(t *testing.T, s *story) {
			i := s.nth(t, 1, func(e *history.Event) bool { return e.Kind == history.KindPower && !e.On })
			wall := Opening + s.events[i].T
			s.insert(i+2, history.Event{T: s.events[i].T, Who: "phone", Kind: history.KindClock, Wall: wall, WallTo: wall + 10*second})
		}},
		{"a commit that was under way when the clock moved", func(t *testing.T, s *story) {
			i := s.nth(t, 1, kind(history.KindClock))
			j := s.last(i, kind(history.KindCommit))
			s.move(i, j)
			s.events[j].T = s.events[j+1].T
		}},
		{"a new incarnation that names the head before it", func(_ *testing.T, s *story) {
			keys := s.entries(func(p object) bool { return p["device"] == "assistant" })
			head := keys[len(keys)-1]
			i := s.last(len(s.events), func(e *history.Event) bool { return own(e) && keyOf(e) == head })
			payload := []byte(`{"device":"assistant","inc":2,"seq":1,"wall":1784370000000000000,"facts":[{"boot":{"before":{"device":"assistant","inc":1,"seq":` +
				strconv.FormatUint(head.seq, 10) + `},"before_hash":"` + s.events[i].Hash + `"}}]}`)
			e := history.Event{Who: "assistant", Kind: history.KindEntry, Device: "assistant", Inc: 2, Seq: 1, Payload: payload}
			e.Prev = check.Genesis("assistant", 2)
			e.Hash = check.HashOf(e.Prev, payload)
			for _, who := range []string{"assistant", "hub"} {
				e.Who = who
				s.insert(len(s.events)-1, e)
			}
			s.rechain() // changes nothing
		}},
	}
}
