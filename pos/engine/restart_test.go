package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

func TestRestartBeforeTheCard(t *testing.T) {
	d := charged(t, hostUp)
	d.step(time.Minute)
	d.start()
	d.gives("boot", "outage till 1m0s", "ask dongle")
	d.shows("CARD / AMOUNT PHP 790.00 / WAIT")
	d.do(up("dongle"), hostUp, pos.DongleState{Pending: "phone-1-1", Lives: 1}).gives()
	d.shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD")
	d.do(swipe("phone-1-1")).gives("note 1.3.0 done", "authorise 000001")
}

// The request had left; the reader still holds the card: the same request
// once more.
func TestRestartAfterTheRequest(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	d.start()
	d.gives("boot", "outage till 0s", "ask dongle")
	d.do(up("dongle"), hostUp, swipe("phone-1-1")).gives("authorise again 000001")
	d.do(reply("authorise", "000001", "00"))
	d.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT")
}

func TestRestartAndTheReaderForgot(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	d.start()
	d.do(up("dongle"), hostUp, pos.DongleState{}).
		gives("reversal 000001 false", "unknown 000001", "note 1.4.0 unknown", "reverse 000001")
	assert.Equal(t, "CARD READER FORGOT - NOTHING WAS CHARGED", d.e.Screen(d.st).Lines[0])
	d.start()
	d.do(hostUp).pass(hostWait).gives("reverse again 000001") // for ever, until it is acknowledged
}

func TestRestartAndTheReaderIsSilent(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	d.start()
	d.pass(dongleWait).gives("reversal 000001 false", "unknown 000001", "note 1.4.0 unknown", "reverse 000001")
	d.do(swipe("phone-1-1")).gives() // it wakes up: too late
	d.shows("DECLINED / CARD READER SILENT - NOTHING WAS CHARGED / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY")
}

// A reader whose answer had no room was not silent.
func TestRestartAndNoRoomForTheReadersAnswer(t *testing.T) {
	for _, spoke := range []bool{true, false} {
		d := charged(t, hostUp)
		d.start()
		d.do(up("dongle"), hostUp)
		want := "CARD READER SILENT"
		if spoke {
			want = "DISK FULL OR FAILING"
			d.full = true
			d.do(swipe("phone-1-1")).shows("CARD / AMOUNT PHP 790.00 / DISK FULL / WAIT")
			d.full = false
		}
		d.pass(dongleWait).gives("cancelled 000001", "note 1.3.0 failed", "cancel phone-1-1", "ask dongle")
		assert.Equal(t, want, d.e.Screen(d.st).Lines[0])
	}
}

// Nor was one that had forgotten what was asked of the host; it is asked again.
func TestRestartAndNoRoomForWhatTheReaderForgot(t *testing.T) {
	d := charged(t, hostUp).do(swipe("phone-1-1"))
	d.start()
	d.do(up("dongle"), hostUp)
	d.full = true
	d.do(pos.DongleState{})
	d.full = false
	d.pass(dongleWait).gives("ask dongle").do(pos.DongleState{})
	assert.Equal(t, "CARD READER FORGOT - NOTHING WAS CHARGED", d.e.Screen(d.st).Lines[0])
}

func TestRestartWhileACancelIsUnderWay(t *testing.T) {
	d := charged(t).do(key("void"))
	d.start()
	d.gives("boot", "outage till 0s", "cancel phone-1-1", "ask dongle")
	d.do(pos.DongleState{}).pass(noteWait).gives("note 1.4.0 done")
}

func TestRestartWhileForwarding(t *testing.T) {
	d := charged(t).do(swipe("phone-1-1"), hostUp).pass(forwardWait).gives("forward 000001")
	d.start()
	d.do(hostUp).pass(hostWait).gives("forward again 000001")
	d.now.Wall += int64(72 * time.Hour) // however old it gets: the host may hold it
	d.pass(hostWait).gives("clock 72h0m0s", "forward again 000001")
}

func TestRestartAfterCash(t *testing.T) {
	d := newDesk(t).do(up("printer"), scan("22"), key("cash 1000.00")).
		gives("sale 1 of 79000 on 2026-07-18", "drawer", "kick", "print 1 job 1")
	d.start()
	d.gives("boot", "outage till 0s", "note 1.3.0 unknown") // the drawer stays shut
	d.shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO")
	d.do(scan("11")).gives()
	d.shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / ANSWER FIRST - NOT ADDED 11 / YES OR NO")
	d.do(key("no")).gives("note 1.3.1 copied", "print 1 POSSIBLE DUPLICATE job 2")
	d.do(key("no")).gives()
	d.shows("REFUSED / NOTHING WAS ASKED / LAST SALE 1 / TOTAL PHP 790.00 / CASH / SCAN")
	d.do(printed(2, pos.OutcomeDone)).pass(noteWait).gives("note 1.5.0 done")
	assert.Empty(t, d.st.OpenIntents())
}

func TestRestartAndTheCompletionStillComes(t *testing.T) {
	d := newDesk(t).do(scan("22"), key("cash 1000.00"))
	d.start()
	d.do(printed(1, pos.OutcomeDone))
	d.shows("READY / LAST SALE 1 / TOTAL PHP 790.00 / CASH / SCAN")
}

// The question of an old receipt is not on the display while a card is
// pending, and a key pressed for something else does not answer it.
func TestQuestionBehindAPendingCard(t *testing.T) {
	d := newDesk(t).do(up("dongle"), hostUp, scan("22"), key("cash 1000.00"), scan("11"), key("card"))
	d.start()
	d.shows("CARD / AMOUNT PHP 1290.00 / WAIT")
	d.do(key("yes")).gives()
	d.do(up("dongle"), hostUp, swipe("phone-1-1"), reply("authorise", "000001", "00"))
	d.shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO")
	d.do(key("yes"))
	d.shows("READY / LAST SALE 2 / TOTAL PHP 1290.00 / CARD / SCAN")
}

func TestTheDraftSurvives(t *testing.T) {
	d := newDesk(t).do(scan("22"), scan("33"))
	d.start()
	d.shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / 2 Book /   1 x 5.00 = 5.00 / TOTAL PHP 795.00 / SCAN OR PAY")
}

func TestRestartUnderAnotherClock(t *testing.T) {
	d := newDesk(t).do(scan("22"))
	back := d.now.Wall
	d.now.Wall = time.Date(1970, 1, 1, 0, 0, 5, 0, time.UTC).UnixNano()
	d.start()
	assert.Contains(t, d.out[1], "clock -")
	d.do(key("cash 790.00"))
	assert.Equal(t, "sale 1 of 79000 on 2026-07-18", d.out[0], "a doubtful clock does not move the day")
	d.now.Wall = back + int64(time.Minute)
	d.start()
	d.do(scan("22"), key("cash 790.00"))
	s, _ := d.st.Sale(2)
	assert.Equal(t, pos.ClockGood, s.Clock)
}

// TestRestartYearsAhead: a till that wakes up in 2099 must doubt it, though
// nobody saw the clock move; and believe the clock again when it is set right.
func TestRestartYearsAhead(t *testing.T) {
	d := newDesk(t).do(scan("22"))
	back := d.now.Wall
	d.now.Wall = time.Date(2099, 7, 18, 0, 0, 0, 0, time.UTC).UnixNano()
	d.start()
	assert.Contains(t, d.out[1], "clock 6399")
	d.do(key("cash 790.00"))
	assert.Equal(t, "sale 1 of 79000 on 2026-07-18", d.out[0], "a doubtful clock does not move the day")
	s, _ := d.st.Sale(1)
	assert.Equal(t, pos.ClockDoubtful, s.Clock)
	d.now.Wall = back + int64(time.Hour)
	d.start()
	d.do(scan("22"), key("cash 790.00"))
	s, _ = d.st.Sale(2)
	assert.Equal(t, pos.ClockGood, s.Clock)
}

// TestRestartAt1970Sharp: an entry written when the clock showed 0 is a life
// before, too.
func TestRestartAt1970Sharp(t *testing.T) {
	d := newDesk(t)
	d.now.Wall = 0
	d.start()
	d.now.Wall = 0
	d.start()
	assert.Contains(t, strings.Join(d.out, "\n"), "outage", d.out)
}
