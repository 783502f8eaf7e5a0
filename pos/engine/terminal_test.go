package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
	"stormrig/pos/fold"
)

// atTerminal is a desk whose terminal is armed for one scarf; it waits for the
// till's word. ref is phone-1-1.
func atTerminal(t *testing.T) *desk {
	d := newDesk(t)
	d.cfg.Terminal, d.cfg.Confirms = true, true
	d.do(up("dongle"))
	return d.do(scan("22"), key("card")).gives("charge phone-1-1 000001 79000", "arm phone-1-1 79000")
}

func says(ref string, outcome pos.TerminalOutcome) pos.Event {
	return pos.TerminalResult{Ref: ref, Outcome: outcome, Code: "00", STAN: "000077", Auth: "A1"}
}

var sold = []string{"approved 000077", "sale 1 of 79000 on 2026-07-18", "note 1.3.0 done", "print 1 job 1", "confirm phone-1-1"}

func TestTerminalConfirmedAfterTheSale(t *testing.T) {
	d := atTerminal(t).do(says("phone-1-1", pos.TerminalApproved)).gives(sold...)
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
	d.do(scan("22"), key("card")).gives() // not before the terminal has spoken
	assert.Contains(t, d.e.Screen(d.st).Lines[0], "CARD TERMINAL BUSY")
	d.do(says("phone-1-1", pos.TerminalApproved)).gives("confirm again phone-1-1")
	d.do(says("phone-1-1", pos.TerminalSettled)).gives()
	d.do(says("phone-1-1", pos.TerminalSettled)).gives()
	d.do(key("card")).gives("charge phone-1-2 000002 79000", "note 1.4.1 done", "arm phone-1-2 79000")
}

// Without a confirmation step, and where it confirmed by itself, there is
// nothing to confirm.
func TestTerminalWithoutConfirmation(t *testing.T) {
	d := atTerminal(t)
	d.cfg.Confirms = false
	d.do(says("phone-1-1", pos.TerminalApproved)).gives(sold[:4]...)
	d = atTerminal(t).do(says("phone-1-1", pos.TerminalSettled)).gives(sold[:4]...)
	assert.Empty(t, d.st.Exceptions())
}

func TestTerminalTakesNothing(t *testing.T) {
	for outcome, want := range map[pos.TerminalOutcome]struct {
		state pos.ResultState
		words string
	}{
		pos.TerminalDeclined: {pos.Declined, "APPROVED"}, // the words of its code, which is 00 here
		pos.TerminalVoided:   {pos.Cancelled, "UNDONE BY THE TERMINAL - NOTHING WAS CHARGED"},
		pos.TerminalFailed:   {pos.Cancelled, "TERMINAL: 00 - NOTHING WAS CHARGED"},
	} {
		d := atTerminal(t).do(says("phone-1-1", outcome))
		assert.Equal(t, string(want.state)+" 000001", d.out[0])
		assert.Equal(t, want.words, d.e.Screen(d.st).Lines[0])
		assert.Len(t, d.st.Till().Draft, 1, "the cart stays")
	}
}

// After a restart the terminal says first what it did meanwhile.
func TestTerminalAfterARestart(t *testing.T) {
	for outcome, want := range map[pos.TerminalOutcome][]string{
		pos.TerminalApproved: {"confirm again phone-1-1"},
		pos.TerminalSettled:  nil,
		pos.TerminalVoided:   {"exception phone-1-1 owed 79000", "note 1.4.1 failed"},
	} {
		d := atTerminal(t).do(says("phone-1-1", pos.TerminalApproved), printed(1, pos.OutcomeDone)).pass(2 * time.Second)
		d.start()
		assert.NotContains(t, d.out, "confirm again phone-1-1", "nothing is said before it is asked")
		d.do(up("dongle"), says("phone-1-1", outcome)).gives(want...)
		d.pass(2 * time.Second)
		_, confirming := d.st.Open("1.4.1")
		assert.Equal(t, outcome == pos.TerminalApproved, confirming, outcome)
	}
}

// A sale whose payment was undone stays, is owed, and is on every screen.
func TestTerminalUndidASale(t *testing.T) {
	d := atTerminal(t).do(says("phone-1-1", pos.TerminalApproved), says("phone-1-1", pos.TerminalVoided))
	assert.Equal(t, map[string]pos.Amount{"phone-1-1": 79000}, d.st.Receivables())
	assert.Equal(t, []fold.OpenException{{Exception: pos.Exception{Ref: "phone-1-1", Number: 1, Reason: "undone by the terminal", Receivable: 79000},
		Key: pos.Key{Device: "phone", Incarnation: 1, Seq: 5}}}, d.st.Exceptions())
	_, kept := d.st.Sale(1)
	assert.True(t, kept)
	d.start()
	d.do(scan("11"))
	assert.Equal(t, "NOT PAID: SALE 1", d.e.Screen(d.st).Status)
}

func TestTerminalForgotASale(t *testing.T) {
	for _, ev := range []pos.Event{pos.DongleState{}, says("phone-1-9", pos.TerminalDeclined)} {
		d := atTerminal(t).do(says("phone-1-1", pos.TerminalApproved), ev)
		assert.Equal(t, []string{"exception phone-1-1 owed 0", "note 1.4.1 failed"}, d.out)
	}
}

// What the terminal took and no sale was made of is undone, until it says so.
func TestTerminalApprovalWithoutASale(t *testing.T) {
	d := atTerminal(t).do(key("void"))
	assert.Contains(t, d.out, "cancelled 000001")
	d.do(pos.DongleState{Pending: "phone-1-1"}).gives() // its host decides
	d.do(key("card")).gives()                           // no other payment meanwhile
	d.do(says("phone-1-1", pos.TerminalApproved)).gives("note 1.4.0 done", "undo phone-1-1")
	d.do(says("phone-1-1", pos.TerminalApproved)).gives("undo again phone-1-1")
	d.start()
	d.pass(time.Second).gives("undo again phone-1-1", "ask dongle")
	d.do(says("phone-1-1", pos.TerminalSettled)).gives("undo again phone-1-1")
	d.do(says("phone-1-1", pos.TerminalVoided)).pass(2 * time.Second)
	assert.Empty(t, d.st.OpenIntents())
	d.do(says("phone-1-7", pos.TerminalApproved)).gives("undo phone-1-7") // of a journal that is lost
}

// An undo ends when the terminal speaks of another payment, and what came of that
// other one is not said of it.
func TestTerminalSpeaksOfAnotherThanIsUndone(t *testing.T) {
	for outcome, detail := range map[string]string{"phone-1-1": "declined", "phone-1-9": "the terminal does not know the payment"} {
		d := atTerminal(t).do(pos.DeviceDown{Device: "dongle"}).pass(dongleWait)
		d.do(says(outcome, pos.TerminalDeclined))
		require.Len(t, d.e.notes, 1)
		assert.Equal(t, pos.Note{Intent: "1.4.0", Outcome: pos.OutcomeDone, Detail: detail}, *d.e.notes[0].Note)
	}
}

func TestTerminalSilent(t *testing.T) {
	d := atTerminal(t).do(pos.DeviceDown{Device: "dongle"}).pass(dongleWait)
	d.gives("unknown 000001", "note 1.3.0 unknown", "undo phone-1-1")
	assert.NotContains(t, d.e.Screen(d.st).Lines[0], "NOTHING WAS CHARGED", "nobody knows")
	for range 3 { // until it speaks
		d.out = nil
		d.pass(dongleWait).gives("undo again phone-1-1", "ask dongle")
	}
	d.do(up("dongle"), pos.DongleState{}).pass(2 * time.Second) // it never had it
	assert.Empty(t, d.st.OpenIntents())
	assert.Empty(t, d.st.Exceptions())
}

// The arm was lost with the till's power: it comes again, once the terminal has
// said what it holds.
func TestTerminalArmedAnew(t *testing.T) {
	for _, ev := range []pos.Event{pos.DongleState{}, says("phone-1-0", pos.TerminalDeclined)} {
		d := atTerminal(t)
		d.start()
		d.do(up("dongle"), ev).gives("arm phone-1-1 79000")
		d.do(says("phone-1-1", pos.TerminalApproved))
		d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
	}
	// It waits for a card for a payment that nobody here knows.
	d := atTerminal(t)
	d.start()
	d.do(up("dongle"), pos.DongleState{Pending: "x-1"}).gives("undo x-1")
	d.do(says("x-1", pos.TerminalFailed)).gives("arm phone-1-1 79000")
}

// A terminal where a reader was set up, and the other way round: nothing is
// sold, and nothing stays taken.
func TestTerminalThatNobodySetUp(t *testing.T) {
	d := charged(t, hostUp).do(says("phone-1-1", pos.TerminalApproved)).gives("undo phone-1-1")
	d.do(says("phone-1-1", pos.TerminalVoided)).pass(cardWait)
	assert.Contains(t, d.e.Screen(d.st).Lines[0], "NO CARD PRESENTED")
	d = atTerminal(t).do(swipe("phone-1-1"))
	assert.Contains(t, d.out, "cancelled 000001")
	assert.NotContains(t, d.out, "keep phone-1-1")
}

// A terminal that said after a restart that it was paid, when there was no room, is
// asked again: it was not silent.
func TestTerminalWordAfterARestartThatWasRefused(t *testing.T) {
	d := atTerminal(t)
	d.start()
	d.do(up("dongle"))
	d.full = true
	for range 3 {
		d.do(says("phone-1-1", pos.TerminalApproved)).pass(refusedWait)
	}
	d.full = false
	d.pass(dongleWait)
	d.do(says("phone-1-1", pos.TerminalApproved))
	assert.Equal(t, pos.TitleDone, d.e.Screen(d.st).Title)
	d = atTerminal(t)
	d.start()
	d.do(up("dongle")).pass(dongleWait)
	assert.Contains(t, d.e.Screen(d.st).Lines[0], "CARD TERMINAL SILENT")
}

// What a terminal took and no room was found to undo is asked for again.
func TestTerminalWordThatWasRefused(t *testing.T) {
	d := newDesk(t)
	d.cfg.Terminal = true
	d.do(up("dongle"))
	d.full = true
	d.do(says("phone-1-7", pos.TerminalApproved)).gives()
	d.full = false
	d.pass(refusedWait).gives("ask dongle")
	d.do(says("phone-1-7", pos.TerminalApproved)).gives("undo phone-1-7")
	d.do(says("phone-1-7", pos.TerminalVoided)).pass(time.Minute).gives("note 1.2.0 done")
}
