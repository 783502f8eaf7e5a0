package report

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// told makes a story of events after a header; each gets its number.
func told(id string, f check.Finding, events ...history.Event) *story {
	all := append([]history.Event{{Kind: history.KindHeader, Who: "rig", Header: &history.Header{Level: 2, Currency: "PHP", Zone: "Asia/Manila", Tills: []string{"phone"}}}}, events...)
	for i := range all {
		all[i].N, all[i].T, all[i].Gen = int64(i+1), int64(i)*1e9, max(all[i].Gen, 1)
	}
	s := newStory(&Bundle{Events: all})
	s.wrong = []wrongness{{&check.Result{ID: id, Details: []check.Finding{f}}, f, 0}}
	return s
}

func wrote(seq uint64, basket int, body string) history.Event {
	return history.Event{Kind: history.KindCommit, Who: "phone", Basket: basket, Device: "phone", Inc: 1, Seq: seq, Hash: fmt.Sprint(seq), Payload: json.RawMessage(body)}
}

// expects lists what the box expected and found, step by step.
func expects(s *story) (out []string) {
	steps, _ := s.steps(s.wrong[0].finding)
	for _, h := range steps {
		if h.Expect != "" {
			out = append(out, fmt.Sprintf("%d %s", h.N, h.Expect))
		}
	}
	return out
}

func TestTheBoxShowsTheCartWhereALineNumberRepeats(t *testing.T) {
	line := func(seq uint64, n int) history.Event {
		return wrote(seq, 1, fmt.Sprintf(`{"facts":[{"line":{"n":%d}}]}`, n))
	}
	cart := func(last int) *story {
		return told("M3", check.Finding{Basket: 1, Events: []int64{7}}, history.Event{Kind: history.KindBasket, Who: "phone", Basket: 1},
			line(1, 1), line(2, 2), wrote(3, 1, `{"facts":[{"void":{"n":1}}]}`), line(4, last), wrote(5, 1, `{"facts":[{"sale":{"number":1}}]}`))
	}
	assert.Equal(t, []string{"6 line number: expected 3, found 2, which another line of the cart has"}, expects(cart(2)))
	assert.Empty(t, expects(cart(3)))
}

func TestTheBoxSaysWhatAStartDidNotAsk(t *testing.T) {
	print := func(seq uint64) history.Event {
		return wrote(seq, int(seq), fmt.Sprintf(`{"facts":[{"sale":{"number":%d}}],"intents":[{"id":"1.%d.1","print":{"number":%d}}]}`, seq, seq, seq))
	}
	asks := func(n int) history.Event {
		return history.Event{Kind: history.KindScreen, Who: "phone.cashier", Text: "RECEIPT?", Lines: []string{fmt.Sprintf("SALE %d", n)}}
	}
	events := []history.Event{print(1), print(2), {Kind: history.KindCut, Who: "phone"}, {Kind: history.KindStarted, Who: "phone", Gen: 2}, asks(2), asks(2)}
	f := check.Finding{Events: []int64{2}}
	assert.Equal(t, []string{"5 prints without an outcome when it starts: of receipt 1 and receipt 2; asked about: sale 2"}, expects(told("Y3", f, events...)))
	assert.Empty(t, expects(told("Y3", f, append(events, asks(1))...)))
}

func TestTheBoxHasWhatTheTillDidWhenItsDiskFailed(t *testing.T) {
	s := told("J1", check.Finding{Events: []int64{2, 4}}, wrote(1, 0, `{}`), history.Event{Kind: history.KindDiskWork, Who: "phone", Text: "sync fails"}, wrote(2, 0, `{}`))
	steps, _ := s.steps(s.wrong[0].finding)
	assert.Len(t, steps, 3)
	assert.Equal(t, "disk work that fails: sync fails", steps[1].Text)
}

func TestTheBoxHasTheEntryThatAFindingNames(t *testing.T) {
	f := check.Finding{Text: "phone/1/2 is made over nothing, its till knew phone/1/1", Entry: check.Key{Device: "phone", Inc: 1, Seq: 2},
		Expected: "made over phone/1/1", Found: "made over nothing", Events: []int64{3}}
	s := told("Y10", f, wrote(1, 0, `{}`), wrote(2, 0, `{}`))
	steps, _ := s.steps(f)
	assert.Equal(t, "named in it", steps[0].Role)
	assert.Equal(t, []string{"3 expected made over phone/1/1, found made over nothing"}, expects(s))
}

func TestAContrastSaysWhichFaultsAreNeeded(t *testing.T) {
	id := func(id string) string { return id }
	p := NoReturn{Invariant: "J1"}
	assert.Empty(t, p.contrast(id))
	p.Without = []Without{{"b", false}, {"c", false}}
	assert.Equal(t, "Played again with one fault left out at a time, J1 is violated each time: no single one of these 2 is needed.", p.contrast(id))
	p.Without = append(p.Without, Without{"a", true})
	assert.Equal(t, "Played again with one fault left out at a time, J1 holds without a; it is still violated without b, or without c.", p.contrast(id))
}
