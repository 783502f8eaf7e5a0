package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

// unpaid has a sale whose payment the terminal undid, and its receipt.
func unpaid(t *testing.T) *desk {
	d := atTerminal(t).do(says("phone-1-1", pos.TerminalApproved), says("phone-1-1", pos.TerminalVoided), printed(1, pos.OutcomeDone))
	return d.pass(2 * time.Second)
}

// document is what the paper of a Z says: one line each.
func (d *desk) document(z string) string {
	doc, err := d.e.reportDocument(d.st, &pos.PrintOrder{Z: z})
	assert.NoError(d.t, err)
	var lines []string
	for _, l := range doc.Lines {
		lines = append(lines, strings.TrimSpace(l.Text+" "+l.RightText))
	}
	return strings.Join(lines, " / ")
}

// What is not paid stands on every screen, beside the exchange with the hub, and
// in every report, until somebody closes it; the entries of before stay.
func TestSettledInCash(t *testing.T) {
	d := unpaid(t)
	d.e.SetStatus("OFFLINE 12 WAITING")
	assert.Equal(t, "NOT PAID: SALE 1; OFFLINE 12 WAITING", d.status())
	d.do(key("report x")).shows("MESSAGE / X REPORT 2026-07-18 / 1 SALES / TOTAL PHP 790.00 / CARD PHP 790.00 / OWED PHP 790.00 / SCAN")
	d.do(key("settle")).gives().shows("MESSAGE / settle SALE cash|bank|loss / SALE 1 OWES PHP 790.00: undone by the terminal / SCAN")
	d.do(key("settle 1 cash")).gives("settled phone-1-1 of 5 by cash: 79000", "drawer", "kick")
	d.shows("MESSAGE / SALE 1 SETTLED: CASH / PHP 790.00 / SCAN")
	assert.Equal(t, "OFFLINE 12 WAITING", d.status())
	assert.Empty(t, d.st.Receivables())
	d.do(key("settle 1 cash")).gives().shows("REFUSED / NOTHING TO SETTLE / LAST SALE 1 / TOTAL PHP 790.00 / CARD / SCAN")
	d.do(key("report z")).shows("MESSAGE / Z REPORT 2026-07-18 / 1 SALES / TOTAL PHP 790.00 / CARD PHP 790.00 / SETTLED CASH PHP 790.00 / SCAN")
	assert.Contains(t, d.document(d.st.Till().AfterZ.String()), "card 790.00 / SETTLED CASH 790.00 /")
	d.do(key("report z")).shows("MESSAGE / Z REPORT 2026-07-18 / 0 SALES / TOTAL PHP 0.00 / SCAN")
}

func TestSettledOtherwise(t *testing.T) {
	for _, how := range []string{"bank", "loss"} {
		d := unpaid(t).do(key("settle 1 " + how)).gives("settled phone-1-1 of 5 by " + how + ": 79000")
		assert.Empty(t, d.st.Exceptions())
		d.start()
		assert.Empty(t, d.st.Exceptions())
	}
}

func TestWhatCannotBeSettled(t *testing.T) {
	d := unpaid(t)
	for words, why := range map[string]string{
		"settle 2 cash":  "NOT OPEN 2",
		"settle 1":       "SETTLED HOW? settle SALE cash|bank|loss",
		"settle 1 later": "SETTLED HOW? settle SALE cash|bank|loss",
	} {
		d.do(key(words)).gives()
		assert.Equal(t, why, d.e.Screen(d.st).Lines[0])
	}
	d.do(key("report z"))
	assert.Contains(t, d.document(d.st.Till().AfterZ.String()), "card 790.00 / OWED 790.00 /")
	d.do(key("report x")).shows("MESSAGE / X REPORT 2026-07-18 / 0 SALES / TOTAL PHP 0.00 / OWED PHP 790.00 / SCAN") // a Z closes no debt
}

// A stored payment that failed is no less unpaid.
func TestSettledAfterALateDecline(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).do(reply("forward", "000001", "05"))
	assert.Equal(t, "NOT PAID: SALE 1", d.status())
	d.do(key("settle 1 cash")).gives("settled phone-1-1 of 6 by cash: 79000", "drawer", "kick")
	assert.Empty(t, d.status())
}

// A payment without a sale, which the host will not undo, is the bank's.
func TestSettledWithTheBank(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"), reply("authorise", "000001", "06"), reply("reverse", "000001", "58"), key("look"))
	assert.Equal(t, "ASK THE BANK: phone-1-1", d.status())
	d.do(key("void"), key("settle phone-1-1 cash"))
	assert.Equal(t, "NO AMOUNT IS OWED FOR PAYMENT phone-1-1 - bank OR loss", d.e.Screen(d.st).Lines[0])
	d.do(key("settle phone-1-1 bank")).shows("MESSAGE / PAYMENT phone-1-1 SETTLED: BANK / PHP 0.00 / SCAN")
	assert.Empty(t, d.status())
}
