package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

// charged is a desk whose dongle is armed for one scarf; ref is phone-1-1.
func charged(t *testing.T, more ...pos.Event) *desk {
	d := newDesk(t).do(up("dongle")).do(more...)
	return d.do(scan("22"), key("card")).gives("charge phone-1-1 000001 79000", "arm phone-1-1 79000")
}

func TestCardOnline(t *testing.T) {
	d := charged(t, hostUp).shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD")
	d.do(swipe("phone-1-1")).gives("note 1.3.0 done", "authorise 000001")
	d.shows("CARD / AMOUNT PHP 790.00 / WAIT")
	d.do(swipe("phone-1-1")).gives() // the dongle says it twice
	d.do(reply("authorise", "000001", "00")).
		gives("approved 000001", "sale 1 of 79000 on 2026-07-18", "note 1.4.0 done", "print 1 job 1")
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
	d.do(reply("authorise", "000001", "00")).gives() // and so does the host
	d.do(printed(1, pos.OutcomeDone)).pass(2 * time.Second).gives("note 1.5.0 done")
	assert.Empty(t, d.st.OpenIntents())
}

// A swipe that could not be read is seen, and costs nothing but another one.
func TestCardUnread(t *testing.T) {
	unread := pos.CardUnread{Ref: "phone-1-1", Why: "CARD NOT READ - SWIPE AGAIN"}
	d := charged(t, hostUp).do(pos.CardUnread{Ref: "phone-1-9", Why: "of another"}).shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD")
	d.do(unread, unread).gives().shows("CARD / AMOUNT PHP 790.00 / CARD NOT READ - SWIPE AGAIN / PRESENT CARD")
	d.do(swipe("phone-1-1")).gives("note 1.3.0 done", "authorise 000001").shows("CARD / AMOUNT PHP 790.00 / WAIT")
	d.do(unread).shows("CARD / AMOUNT PHP 790.00 / WAIT")
}

func TestCardDeclinedThenRetried(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"), reply("authorise", "000001", "51")).
		gives("declined 000001", "note 1.4.0 done")
	d.shows("DECLINED / INSUFFICIENT FUNDS / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
	d.do(key("card")).gives("charge phone-1-2 000002 79000", "arm phone-1-2 79000")
	d.do(reply("authorise", "000001", "00")).gives() // too late, and about another
	d.do(swipe("phone-1-1")).gives()
	d.do(swipe("phone-1-2"), reply("authorise", "000002", "00"))
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
}

func TestHostSilent(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	d.pass(hostWait).gives("authorise again 000001")
	d.pass(hostWait).gives("authorise again 000001")
	// Three requests, no answer: undone, and sold on the shop's own risk
	// under a number of its own.
	d.pass(hostWait).gives("outage host 0s", "reversal 000001 false", "deferred 000002", "sale 1 of 79000 on 2026-07-18",
		"note 1.4.0 unknown", "keep phone-1-1", "reverse 000001", "print 1 job 1")
	d.pass(time.Second).do(reply("authorise", "000001", "00")).gives("outage host 1s") // what comes now is reversed already
	d.pass(hostWait - time.Second).gives("reverse again 000001")
	d.pass(hostWait).gives("reverse again 000001")
	d.do(reply("reverse", "000001", "00")).gives("reversal 000001 true", "note 1.5.0 done")
	d.do(reply("reverse", "000001", "00")).gives()
	d.pass(forwardWait).gives("forward 000002")
	d.do(reply("forward", "000002", "00")).gives("forward settled=true expired=false owed=0", "note 1.8.0 done", "drop phone-1-1")
	d.do(reply("forward", "000002", "00")).gives()
	assert.Empty(t, d.st.DeferredQueue())
	assert.Empty(t, d.st.Undo())
}

func TestHostGoneDuringAuthorisation(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"), hostDown).gives("outage host 0s")
	d.pass(hostWait)
	assert.Contains(t, d.out, "deferred 000002", "no repeat into the dark")
	d.do(hostUp).gives("outage host 8s")
	d.pass(hostWait).gives("reverse again 000001") // nothing is forwarded before the reversal
	assert.NotEmpty(t, d.st.DeferredQueue())
}

func TestHostFlaps(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	for range 5 {
		d.do(hostDown).pass(time.Second).do(hostUp).pass(time.Second)
	}
	d.do(reply("authorise", "000001", "00"))
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
	assert.Empty(t, d.st.Undo())
}

func TestUncertainAnswersAreUndone(t *testing.T) {
	for _, code := range []string{"", "06", "08", "10", "19", "30", "68", "91", "94", "96"} {
		d := charged(t, hostUp).do(swipe("phone-1-1"), reply("authorise", "000001", code))
		require.Len(t, d.st.Undo(), 1, code)
		assert.Contains(t, d.out, "reverse 000001", code)
		assert.Contains(t, d.e.Screen(d.st).Lines[0], "NOTHING WAS CHARGED")
		assert.Len(t, d.st.Till().Draft, 1, "the cart stays")
	}
}

func TestStoreAndForward(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1")).
		gives("deferred 000001", "sale 1 of 79000 on 2026-07-18", "note 1.3.0 done", "keep phone-1-1", "print 1 job 1")
	d.pass(time.Minute).do(hostUp).gives().pass(forwardWait).gives("forward 000001")
	d.pass(hostWait).gives("forward again 000001")
	d.do(reply("forward", "000001", "05")).gives("forward settled=false expired=false owed=79000", "note 1.5.0 done", "drop phone-1-1")
	assert.Equal(t, map[string]pos.Amount{"phone-1-1": 79000}, d.st.Receivables())
	_, ok := d.st.Sale(1)
	assert.True(t, ok, "a late decline never takes the sale back")
}

// The caps are 5,000 each, 6,000 in total, 3 in number.
func TestCaps(t *testing.T) {
	d := newDesk(t).do(up("dongle"))
	pay := func(codes ...string) *desk {
		for _, c := range codes {
			d.do(scan(c))
		}
		d.do(key("card"))
		return d.do(swipe(d.st.Till().Charge.Ref))
	}
	pay("11", "11", "11", "11").shows("DECLINED / OVER OFFLINE LIMIT / 1 Beaded sandals 38 gold /   1 x 1290.00 = 1290.00" +
		" / 2 Beaded sandals 38 gold /   1 x 1290.00 = 1290.00 / 3 Beaded sandals 38 gold /   1 x 1290.00 = 1290.00" +
		" / 4 Beaded sandals 38 gold /   1 x 1290.00 = 1290.00 / TOTAL PHP 5160.00 / SCAN OR PAY")
	d.do(key("void 4"))
	pay().shows("DONE / SALE 1 / TOTAL PHP 3870.00 / NEXT")
	pay("11").shows("DONE / SALE 2 / TOTAL PHP 1290.00 / NEXT")
	pay("11")
	assert.Equal(t, "OFFLINE TOTAL REACHED", d.e.Screen(d.st).Lines[0])
	d.do(key("void"))
	pay("22").shows("DONE / SALE 3 / TOTAL PHP 790.00 / NEXT")
	pay("33")
	assert.Equal(t, "OFFLINE COUNT REACHED", d.e.Screen(d.st).Lines[0])
	assert.Len(t, d.st.DeferredQueue(), 3)
}

func TestForwardLaterBlocksNoOther(t *testing.T) {
	d := newDesk(t).do(up("dongle"))
	for range 2 {
		d.do(scan("22"), key("card"))
		d.do(swipe(d.st.Till().Charge.Ref))
	}
	d.do(hostUp).pass(forwardWait).gives("forward 000001")
	d.do(reply("forward", "000001", "91")).gives().pass(forwardWait).gives("forward 000002")
	d.do(reply("forward", "000002", "00"))
	d.pass(forwardLater).gives("forward again 000001")
}

// A part, a condition, a message refused after its first copy may have been
// taken: what the host may hold is undone before the customer owes it.
func TestForwardThatCannotBeKept(t *testing.T) {
	for _, code := range []string{"08", "10", "30"} {
		d := charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).do(reply("forward", "000001", code))
		assert.Equal(t, []string{"reversal 000001 false", "forward settled=false expired=false owed=79000",
			"note 1.5.0 done", "reverse 000001", "drop phone-1-1"}, d.out, code)
	}
}

// A host that calls a forward a duplicate will not say what it did with it: that
// is undone, and the payment goes on once more, under another number.
func TestForwardThatTheHostCallsADuplicate(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).gives("forward 000001").pass(hostWait).gives("forward again 000001")
	d.do(reply("forward", "000001", "94")).gives("renumber 000002", "reversal 000001 false", "note 1.5.0 unknown", "reverse 000001")
	d.do(reply("forward", "000001", "00")).gives() // too late
	d.pass(hostWait).gives("reverse again 000001")
	d.start()
	d.do(hostUp, reply("reverse", "000001", "00")).gives("reversal 000001 true", "note 1.6.0 done").pass(forwardWait).gives("forward 000002")
	settled := d.do(reply("forward", "000002", "00")).out
	assert.Contains(t, settled, "forward settled=true expired=false owed=0")
	assert.Empty(t, d.status())

	d = charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).do(reply("forward", "000001", "94"), reply("reverse", "000001", "94"))
	d.pass(forwardWait).gives("forward 000002")
	d.do(reply("forward", "000002", "94"))
	assert.Contains(t, d.out, "forward settled=false expired=false owed=79000", "a host that calls everything a duplicate")
	assert.Contains(t, d.out, "reverse 000002")
	d.do(reply("reverse", "000002", "25")).pass(time.Hour)
	assert.Empty(t, d.st.Undo())
	assert.Empty(t, d.st.OpenIntents()[1:], "but for the receipt, nobody is asked any more")
	assert.Equal(t, "NOT PAID: SALE 1", d.status())
}

func TestCardDataThatCannotBeReadBlocksNoOther(t *testing.T) {
	d := newDesk(t).do(up("dongle"))
	for range 2 {
		d.do(scan("22"), key("card"))
		d.do(swipe(d.st.Till().Charge.Ref))
	}
	d.do(hostUp).pass(forwardWait).gives("forward 000001")
	d.e.Postpone(d.now, "phone-1-1")
	d.pass(forwardWait).gives("forward 000002")
}

func TestTooOldToForward(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1")).pass(24*time.Hour + time.Second)
	d.do(hostUp).step(forwardWait)
	d.do(pos.Tick{}).gives("forward settled=false expired=true owed=79000", "drop phone-1-1")
}

// The clock leaps by two days, and the event that notices it is the one that
// judges the age.
func TestAgeUnderAClockThatJumps(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1"), hostUp)
	d.step(forwardWait)
	d.now.Wall += int64(48 * time.Hour)
	d.do(pos.Tick{}).gives("clock 48h0m0s", "forward 000001")
}

func TestCancelled(t *testing.T) {
	for name, ends := range map[string]func(d *desk){
		"at the seat": func(d *desk) { d.do(key("void")) },
		"nobody came": func(d *desk) { d.pass(cardWait) },
		"the dongle is gone": func(d *desk) {
			d.do(pos.DeviceDown{Device: "dongle"}).pass(dongleWait)
		},
	} {
		d := charged(t)
		ends(d)
		d.gives("cancelled 000001", "note 1.3.0 failed", "cancel phone-1-1", "ask dongle")
		assert.Nil(t, d.st.Till().Charge, name)
		d.do(swipe("phone-1-1")).gives("ask dongle") // the card was under way
		d.do(pos.DongleState{}).pass(noteWait).gives("note 1.4.0 done")
		assert.Empty(t, d.st.OpenIntents(), name)
	}
}

func TestNoVoidAfterTheRequestLeft(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"), key("void")).gives()
	d.shows("CARD / AMOUNT PHP 790.00 / CARD PAYMENT UNDER WAY / WAIT")
}

func TestNoCardWithout(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("card")).gives()
	assert.Equal(t, "CARD READER NOT CONNECTED - TAKE CASH", d.e.Screen(d.st).Lines[0])
	d.do(key("void"), up("dongle"), key("card"))
	assert.Equal(t, "NOTHING TO PAY", d.e.Screen(d.st).Lines[0])
	d.do(scan("44"), key("card"))
	assert.Equal(t, "NOTHING TO CHARGE - TAKE CASH", d.e.Screen(d.st).Lines[0])
}

// The dongle's link broke and the state comes when the patience with the card
// has just ended, too: the arm that it asks for is not sent for a payment
// that the same decision ends.
func TestTwoEndsInOneDecision(t *testing.T) {
	d := charged(t)
	d.step(cardWait)
	d.do(pos.DongleState{}).gives("cancelled 000001", "note 1.3.0 failed", "cancel phone-1-1", "ask dongle")

	d = charged(t).do(pos.DeviceDown{Device: "dongle"})
	d.step(dongleWait)
	d.do(key("void")).gives("cancelled 000001", "note 1.3.0 failed", "cancel phone-1-1", "ask dongle")
}

func TestDongleForgot(t *testing.T) {
	d := charged(t, hostUp).do(pos.DongleState{Lives: 2}).gives("arm phone-1-1 79000") // nothing was asked of the host
	d.do(pos.DongleState{Pending: "phone-1-1"}).gives()
	d.do(swipe("phone-1-1")).do(pos.DongleState{Lives: 3}).gives() // the till has the card
}

func TestFullDisk(t *testing.T) {
	d := charged(t)
	d.full = true
	d.do(swipe("phone-1-1"))
	assert.NotNil(t, d.st.Till().Charge, "nothing happened")
	d.pass(cardWait) // tries again, without haste
	d.full = false
	d.pass(refusedWait)
	assert.Nil(t, d.st.Till().Charge, "and gives up when it can say so")

	d = charged(t, hostUp).do(swipe("phone-1-1"))
	d.full = true
	d.do(reply("authorise", "000001", "00"))
	d.full = false
	d.pass(hostWait).gives("authorise again 000001") // what was lost is asked for once more
	d.do(reply("authorise", "000001", "00"))
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
}

// A disk that lost the card data: the customer owes the shop, and what the host
// may have taken is undone.
func TestCardDataThatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		sent bool
		want []string
	}{
		"before it was sent": {false, []string{"forward settled=false expired=false owed=79000", "note 1.5.0 failed", "drop phone-1-1"}},
		"after it was sent": {true, []string{"reversal 000001 false", "forward settled=false expired=false owed=79000",
			"note 1.5.0 failed", "reverse 000001", "drop phone-1-1"}},
	} {
		d := charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).gives("forward 000001")
		d.e.CardLost(d.now, "phone-1-1", c.sent)
		d.do(pos.Tick{})
		assert.Equal(t, c.want, d.out, name)
		assert.Equal(t, map[string]pos.Amount{"phone-1-1": 79000}, d.st.Receivables(), name)
		d.pass(hostWait).do(reply("reverse", "000001", "25")).pass(noteWait)
		for _, o := range d.st.OpenIntents() {
			assert.Nil(t, o.Host, name)
		}
	}
}

// A host that did not answer the last one is not waited for again: the next
// card is stored at once, until anything is heard of it.
func TestSilentHostCostsOnePatience(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1")).pass(3 * hostWait)
	require.Len(t, d.st.DeferredQueue(), 1)
	d.do(scan("22"), key("card"), swipe("phone-1-2"))
	assert.Contains(t, d.out, "keep phone-1-2")
	d.do(reply("reverse", "000001", "00"), scan("22"), key("card"), swipe("phone-1-3"))
	assert.Contains(t, d.out, "authorise 000004")
}

// Beyond the caps the host is asked all the same.
func TestSilentHostAndNoRoom(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1")).pass(3 * hostWait)
	d.do(scan("11"), scan("11"), scan("11"), scan("11"), key("card"), swipe("phone-1-2"))
	assert.Contains(t, d.out, "authorise 000003")
}

func TestReversalRefusedForGood(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1")).do(reply("authorise", "000001", "06"))
	require.Len(t, d.st.Undo(), 1)
	d.do(reply("reverse", "000001", "96"))
	require.Len(t, d.st.Undo(), 1, "later is not never")
	d.do(reply("reverse", "000001", "58"))
	assert.Empty(t, d.st.Undo())
	assert.Equal(t, "REVERSAL OF phone-1-1 REFUSED: TERMINAL NOT PERMITTED - CALL THE BANK", d.e.Screen(d.st).Lines[0])
	d.pass(time.Minute)
	assert.NotContains(t, d.out, "reverse again 000001")
}

// A stored payment whose first request may stand at the host is not sent
// again when the host refuses for good to undo that: it could be taken twice.
func TestStoredPaymentThatIsUnclear(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1")).pass(time.Minute)
	require.Len(t, d.st.Undo(), 1)
	require.Len(t, d.st.DeferredQueue(), 1)
	d.do(reply("reverse", "000001", "30"))
	assert.Empty(t, d.st.DeferredQueue())
	assert.Contains(t, d.out, "drop phone-1-1")
	assert.Contains(t, d.e.Screen(d.st).Lines[0], "CALL THE BANK")
	d.pass(time.Minute)
	assert.NotContains(t, d.out, "forward 000002")
	assert.Zero(t, d.st.Receivables()["phone-1-1"])
}

// The reader still holds the card of the payment before: it is not silent.
func TestReaderThatHoldsAnOldCard(t *testing.T) {
	d := charged(t).do(pos.DeviceDown{Device: "dongle"}, up("dongle"), swipe("phone-1-0")).gives("arm phone-1-1 79000")
	d.pass(dongleWait)
	assert.NotNil(t, d.st.Till().Charge, "a card is still awaited")
}

func TestNoPriceBeyondBounds(t *testing.T) {
	d := newDesk(t).do(key("edit scarf price 100000000.01")).gives()
	assert.Equal(t, "NOT A PRICE 100000000.01", d.e.Screen(d.st).Lines[0])
	d.do(key("edit scarf price 100000000.00"))
	assert.Equal(t, []string{"edit scarf price 10000000000"}, d.out)
}
