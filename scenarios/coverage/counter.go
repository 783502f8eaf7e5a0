package coverage

import (
	"strings"

	"stormrig/sim/history"
)

// counter takes what happens at the counter: shoppers, scans, cards, paper,
// the display.
func (t *till) counter(e *history.Event) {
	switch e.Kind {
	case history.KindBasket:
		t.cart = true
	case history.KindDelivered:
		t.states[sCart] = true
	case history.KindTendered:
		t.states[sCart] = false
	case history.KindServed, history.KindWalkout:
		t.cart, t.states[sCart] = false, false
	case history.KindArmed:
		t.states[sArmed] = true
	case history.KindDisarmed:
		t.states[sArmed] = false
	case history.KindSwipe:
		t.states[sArmed], t.states[sHost] = false, true
	case history.KindTerminal:
		t.asks = true
	case history.KindPrintBegin:
		t.states[sPrinting] = true
	case history.KindPaper:
		t.states[sPrinting] = false
		if t.states[sReport] && strings.Contains(strings.Join(e.Lines, "\n"), "REPORT") {
			t.states[sReport] = false
		}
	case history.KindKey:
		if strings.HasPrefix(e.Text, "report") {
			t.states[sReport] = true
		}
	case history.KindScreen:
		t.screen(e)
	}
}

func (t *till) screen(e *history.Event) {
	t.states[sQuestion] = e.Text == "RECEIPT?"
	status := ""
	for _, l := range e.Lines {
		if strings.HasPrefix(l, "# ") {
			status = l
		}
	}
	t.faults[fPaper] = strings.Contains(status, "PAPER OUT")
	t.faults[fCover] = strings.Contains(status, "COVER OPEN")
}

// far takes an event of the hub or the card host.
func (t *till) far(e *history.Event) {
	switch {
	case e.Kind == history.KindPower && e.Who == "hub":
		t.faults[fHub] = !e.On
	case e.Kind == history.KindPower:
		t.faults[fHost] = !e.On
	case e.Kind == history.KindDisk && e.Who == "hub":
		t.faults[fHubDisk] = e.State != "healed" && (t.faults[fHubDisk] || e.State != "killed")
	case e.Kind == history.KindRequest && strings.HasPrefix(e.Ref, t.name+"-"):
		t.states[sForward] = t.states[sForward] || e.State == "forward"
		t.states[sReverse] = t.states[sReverse] || e.State == "reverse"
	case e.Kind == history.KindLedger && strings.HasPrefix(e.Ref, t.name+"-"):
		// An answer to what the till still waits for.
		if e.State == "captured" && t.states[sHost] {
			t.states[sApproved] = true
		}
		t.states[sReverse] = t.states[sReverse] && !(t.asks && e.State != "captured")
	}
}
