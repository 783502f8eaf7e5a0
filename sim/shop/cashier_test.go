package shop

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/seat"
	"stormrig/sim"
)

// reaction is long enough to think twice and too short to look again.
const reaction = 4 * time.Second

// counter is a cashier in front of a display that the test writes by hand.
type counter struct {
	t    *testing.T
	c    *Cashier
	now  machine.Now
	wake time.Duration
	said []string // deeds since the last look
}

func newCounter(t *testing.T, baskets ...Basket) *counter {
	k := &counter{t: t, c: NewCashier("phone", sim.NewStream(1, "cashier", 0), true), wake: -1}
	k.handle(machine.Input{Kind: machine.Boot})
	k.handle(machine.Input{Kind: machine.Opened, Port: PortSeat})
	for _, b := range baskets {
		data, err := json.Marshal(b)
		require.NoError(t, err)
		k.handle(machine.Input{Kind: machine.Do, Action: ActBasket, Data: data})
	}
	return k
}

func (k *counter) handle(in machine.Input) {
	for _, o := range k.c.Handle(k.now, in) {
		switch o.Kind {
		case machine.WakeAt:
			k.wake = o.At
		case machine.Tell:
			if w := words(o.Tell); w != "" {
				k.said = append(k.said, w)
			}
		}
	}
}

func words(v any) string {
	switch v := v.(type) {
	case StepsUp:
		return fmt.Sprintf("basket %d", v.Basket.N)
	case Trigger:
		return "scan " + v.Code
	case Keyed:
		return v.Text
	case Swipe:
		return "swipe"
	case Rung:
		return fmt.Sprintf("rung %d %d", v.Number, v.Amount)
	case Served:
		return fmt.Sprintf("served %d %t", v.Number, v.Receipt)
	case Walkout:
		return "walks out"
	case Rering:
		return "rings again"
	case RefusedCard:
		return "card refused"
	case TaskDone:
		return "task done"
	case Tear:
		return "tear"
	}
	return ""
}

// waits lets time go by, with the display as it is.
func (k *counter) waits(d time.Duration) *counter {
	k.t.Helper()
	end, n := k.now.Mono+d, 0
	for k.wake >= 0 && k.wake <= end {
		k.now.Mono = max(k.now.Mono, k.wake)
		k.wake = -1
		k.handle(machine.Input{Kind: machine.Wake})
		n++
		require.Less(k.t, n, 1000, "he works without a pause")
	}
	k.now.Mono = end
	return k
}

// shows puts a screen on the display, "TITLE / line / ... / PROMPT", and lets
// him react once.
func (k *counter) shows(text string) *counter {
	k.t.Helper()
	parts := strings.Split(text, " / ")
	k.handle(machine.Input{Kind: machine.Data, Port: PortSeat,
		Data: seat.AppendScreen(nil, seat.Screen{Title: parts[0], Lines: parts[1 : len(parts)-1], Prompt: parts[len(parts)-1]})})
	return k.waits(reaction)
}

func (k *counter) dark() *counter {
	k.handle(machine.Input{Kind: machine.Closed, Port: PortSeat})
	k.handle(machine.Input{Kind: machine.Opened, Port: PortSeat})
	return k
}

func (k *counter) paper(text string) *counter {
	k.handle(machine.Input{Kind: machine.Do, Action: ActPaper, Data: []byte(text)})
	return k.waits(reaction)
}

// does compares what he did since the last time.
func (k *counter) does(want ...string) *counter {
	k.t.Helper()
	assert.Equal(k.t, want, k.said)
	k.said = nil
	return k
}

const (
	ready0 = "READY / NO SALE YET / SCAN"
	ready1 = "READY / LAST SALE 1 / TOTAL PHP 790.00 / CASH / SCAN"
	scarf  = "SALE / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY"
	done1  = "DONE / SALE 1 / TOTAL PHP 790.00 / CHANGE PHP 10.00 / NEXT"
	paper1 = "cut\nBOUTIQUE\nRECEIPT 1\nScarf 790.00\nTOTAL PHP 790.00\nTHANK YOU"
)

func cash(n int, codes ...string) Basket {
	b := Basket{N: n, PatienceMS: 600_000}
	for _, c := range codes {
		b.Items = append(b.Items, Item{Code: c, Qty: 1})
	}
	return b
}

func card(n int, codes ...string) Basket {
	b := cash(n, codes...)
	b.Track = "4242"
	return b
}

func TestCashSale(t *testing.T) {
	k := newCounter(t, cash(1, "22")).shows(ready0).does("basket 1", "scan 22")
	k.shows(scarf).does("cash 800.00")
	k.shows(done1).does("rung 1 79000")
	k.paper(paper1).does("served 1 true")
	assert.Zero(t, k.c.Waiting())
}

func TestCardSale(t *testing.T) {
	k := newCounter(t, card(1, "22")).shows(ready0).shows(scarf).does("basket 1", "scan 22", "card")
	k.shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD").does("swipe")
	k.shows("CARD / AMOUNT PHP 790.00 / WAIT").waits(time.Minute).does()
	k.shows("DONE / SALE 1 / TOTAL PHP 790.00 / NEXT").does("rung 1 79000")
	k.waits(paperWait).does("served 1 false") // no paper comes
}

func TestDeclinedCardPaysCash(t *testing.T) {
	k := newCounter(t, card(1, "22")).shows(ready0).shows(scarf).shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD").
		does("basket 1", "scan 22", "card", "swipe")
	k.shows("DECLINED / INSUFFICIENT FUNDS / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY").
		does("card refused", "cash 800.00")
}

func TestCardAgainWhereNothingWasCharged(t *testing.T) {
	declined := "DECLINED / NO ANSWER FROM THE BANK - NOTHING WAS CHARGED / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 790.00 / SCAN OR PAY"
	k := newCounter(t, card(1, "22")).shows(ready0).shows(scarf).does("basket 1", "scan 22", "card")
	for _, next := range []string{"card", "card", "cash 800.00"} {
		k.shows("CARD / AMOUNT PHP 790.00 / PRESENT CARD").does("swipe")
		k.shows(declined).does("card refused", next)
	}
}

func TestNotOnFileIsPutAside(t *testing.T) {
	k := newCounter(t, cash(1, "99", "22")).shows(ready0).does("basket 1", "scan 99")
	k.shows("REFUSED / NOT ON FILE 99 / NO SALE YET / SCAN").does("scan 22")
	// The scan did not get through; the display still speaks of the other.
	k.waits(lookAfter).does("scan 22")
	k.shows(scarf).does("cash 800.00")
}

func TestNothingOnFile(t *testing.T) {
	k := newCounter(t, cash(1, "99")).shows(ready0).shows("REFUSED / NOT ON FILE 99 / NO SALE YET / SCAN").
		does("basket 1", "scan 99", "walks out")
	assert.Zero(t, k.c.Waiting())
}

func TestAScanThatIsLost(t *testing.T) {
	newCounter(t, cash(1, "22")).shows(ready0).does("basket 1", "scan 22").waits(lookAfter).does("scan 22")
}

// After the dark he looks first: what the display says is done is done, and
// what it knows nothing of is rung again.
func TestAfterTheDark(t *testing.T) {
	for name, tc := range map[string]struct {
		back string
		does []string
	}{
		"the sale is the last one":          {ready1, []string{"rung 1 79000"}},
		"the cart is there, it is not paid": {scarf, []string{"cash 800.00"}},
		"the till knows nothing of it":      {ready0, []string{"rings again", "scan 22"}},
		"another sale, of another amount":   {"READY / LAST SALE 1 / TOTAL PHP 5.00 / CASH / SCAN", []string{"rings again", "scan 22"}},
	} {
		k := newCounter(t, cash(1, "22")).shows(ready0).shows(scarf).does("basket 1", "scan 22", "cash 800.00")
		k.dark().waits(time.Minute).does()
		k.shows(tc.back)
		assert.Equal(t, tc.does, k.said, name)
	}
}

// The answer to the tender comes late, when he has looked and was about to
// ask for the money again. There is one sale.
func TestSlowTill(t *testing.T) {
	for _, late := range []string{done1, ready1, "REFUSED / NOTHING TO PAY / LAST SALE 1 / TOTAL PHP 790.00 / CASH / SCAN"} {
		for wait := time.Second; wait < 12*time.Second; wait += time.Second / 2 {
			k := newCounter(t, cash(1, "22")).shows(ready0).shows(scarf).waits(wait).shows(late)
			assert.NotContains(t, k.said, "rings again", "%s after %s", late, wait)
			assert.Contains(t, k.said, "rung 1 79000", "%s after %s", late, wait)
		}
	}
}

func TestReceiptQuestion(t *testing.T) {
	question := "RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO"
	k := newCounter(t, cash(1, "22")).shows(ready0).shows(scarf).shows(done1).does("basket 1", "scan 22", "cash 800.00", "rung 1 79000")
	k.shows(question).does("no").shows(ready1)
	k.paper(paper1).does("served 1 true")
	k.shows(question).does("yes").shows(ready1)
	report := "RECEIPT? / REPORT 2026-07-18 / IN THE CUSTOMER'S HAND? / YES OR NO"
	k.shows(report).does("no").shows(ready1)
	k.paper("cut\nBOUTIQUE\nZ REPORT 2026-07-18\nTOTAL PHP 790.00")
	k.shows(report).does("yes")
}

// What hangs out of a printer without a cutter he tears off, and has it before he
// says whether he has it.
func TestPaperThatHangsOut(t *testing.T) {
	k := newCounter(t, cash(1, "22")).shows(ready0).shows(scarf).shows(done1).does("basket 1", "scan 22", "cash 800.00", "rung 1 79000")
	k.handle(machine.Input{Kind: machine.Do, Action: ActHangs})
	k.shows("RECEIPT? / SALE 1 / IN THE CUSTOMER'S HAND? / YES OR NO").does("tear")
	k.waits(lookAfter).does("tear")
	k.paper(strings.Replace(paper1, "cut", "torn off", 1)).does("yes").shows(ready1).waits(time.Minute)
	assert.NotContains(t, k.said, "tear")
	assert.Zero(t, k.c.Waiting())
	k.handle(machine.Input{Kind: machine.Do, Action: ActHangs})
	assert.Equal(t, 1, k.c.Waiting(), "the day is not over before he has it")
}

func TestPaperThatIsNoReceipt(t *testing.T) {
	for _, piece := range []string{
		strings.Replace(paper1, "cut", "open", 1),
		strings.Replace(paper1, "TOTAL", "TOTA~", 1),
		"cut\nRECEIPT 1\nScarf 790.00",
		"cut\nTOTAL PHP 790.00\nRECEIPT 1",
		"cut\nRECEIPT 2\nTOTAL PHP 790.00",
		"cut\nRECEIPT 1\nScar~\nTOTAL PHP 790.00",
	} {
		k := newCounter(t, cash(1, "22")).shows(ready0).shows(scarf).shows(done1)
		k.said = nil
		k.paper(piece).does()
		k.waits(paperWait).does("served 1 false")
	}
}

func TestWalkout(t *testing.T) {
	b := cash(1, "22", "33")
	b.PatienceMS = 60_000
	k := newCounter(t, b, cash(2, "22")).shows(ready0).shows(scarf)
	k.said = nil
	k.waits(40 * time.Second)
	k.said = nil
	k.dark().waits(time.Minute).does("walks out")
	k.shows(scarf).does("void") // what he left behind
	k.shows("READY / NO SALE YET / SCAN").does("basket 2", "scan 22")
}

// The till has taken the money when the patience ends: he takes his goods.
func TestNobodyWalksOutOfASaleThatIsDone(t *testing.T) {
	b := cash(1, "22")
	b.PatienceMS = 60_000
	k := newCounter(t, b).shows(ready0).shows(scarf).does("basket 1", "scan 22", "cash 800.00")
	k.dark().waits(2 * time.Minute).does()
	k.shows(done1).does("rung 1 79000")

	for wait := time.Second; wait < 15*time.Second; wait += time.Second / 4 {
		b.PatienceMS = (wait + reaction - time.Second).Milliseconds() // it ends about now
		k := newCounter(t, b).shows(ready0)
		k.shows(scarf).waits(wait)
		if said := strings.Join(k.said, " "); strings.Contains(said, "cash") && !strings.Contains(said, "walks out") {
			k.shows(done1)
			assert.NotContains(t, k.said, "walks out", wait)
		}
	}
}

func TestStoppedTill(t *testing.T) {
	b := cash(1, "22")
	b.PatienceMS = 60_000
	k := newCounter(t, b).shows(ready0).does("basket 1", "scan 22")
	k.shows("STOPPED / DISK FAULT / why / -").waits(2 * time.Minute).does("walks out")
}

func TestTooManyRung(t *testing.T) {
	b := cash(1, "22")
	b.Voids = 1
	k := newCounter(t, b).shows(ready0).shows(scarf).does("basket 1", "scan 22", "scan 22")
	k.shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / 2 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 1580.00 / SCAN OR PAY").does("void 1")
	k.shows(scarf).does("cash 800")
}

// Whoever is in a hurry leaves out zeros behind the point that say nothing.
func TestAmountTypedInAHurry(t *testing.T) {
	for total, want := range map[string]string{"PHP 1300.00": "cash 1300", "PHP 1290.50": "cash 1290.5", "PHP 185.75": "cash 185.75", "JPY 1300": "cash 1300"} {
		b := cash(exact, "22")
		b.Voids = 1
		screen := "SALE / 1 Scarf /   1 x 790.00 = 790.00 / TOTAL " + total + " / SCAN OR PAY"
		newCounter(t, b).shows(ready0).shows(screen).shows(screen).does("basket 4", "scan 22", "scan 22", want)
	}
}

// What is too many is what was rung last; of two of it the first goes.
func TestTheRightArticleIsTakenOut(t *testing.T) {
	b := cash(1, "22", "33")
	b.Voids = 1
	k := newCounter(t, b).shows(ready0).shows(scarf)
	k.shows("SALE / 1 Scarf /   1 x 790.00 = 790.00 / 2 Fan /   1 x 90.00 = 90.00 / TOTAL PHP 880.00 / SCAN OR PAY")
	k.said = nil
	k.shows("SALE / 3 Fan /   1 x 90.00 = 90.00 / 4 Scarf /   1 x 790.00 = 790.00 / 5 Scarf /   1 x 790.00 = 790.00 / TOTAL PHP 1670.00 / SCAN OR PAY").does("void 4")
}

func TestTasks(t *testing.T) {
	k := newCounter(t).shows(ready0)
	data, _ := json.Marshal(Task{Word: "edit", Args: []string{"scarf", "price", "800.00"}})
	k.handle(machine.Input{Kind: machine.Do, Action: ActTask, Data: data})
	k.waits(2 * time.Second).does("edit scarf price 800.00")
	k.shows("MESSAGE / CHANGED scarf price / TO 800.00 / SCAN").does("task done")
	assert.Zero(t, k.c.Waiting())
}

func TestYenHaveNoDecimals(t *testing.T) {
	k := newCounter(t, cash(1, "22")).shows(ready0).shows("SALE / 1 Scarf /   1 x 790 = 790 / TOTAL JPY 790 / SCAN OR PAY")
	k.does("basket 1", "scan 22", "cash 800")
}

func TestCopyOfACashier(t *testing.T) {
	k := newCounter(t, cash(1, "22"), cash(2, "33")).shows(ready0)
	c := k.c.Clone().(*Cashier)
	k.shows(scarf).shows(done1).paper(paper1)
	assert.Equal(t, 2, c.Waiting())
	assert.Empty(t, c.papers)
}

// A sale that the display calls not paid has its end when the next shopper comes:
// the money came, or it is given up, or it stays owed; he asks once.
func TestSalesThatAreNotPaid(t *testing.T) {
	k := newCounter(t, cash(1, "22"))
	not := func(status string, parts ...string) {
		k.handle(machine.Input{Kind: machine.Data, Port: PortSeat, Data: seat.AppendScreen(nil,
			seat.Screen{Title: parts[0], Lines: parts[1:], Prompt: "SCAN", Status: status})})
		k.waits(reaction)
	}
	not("NOT PAID: SALE 3, 4, 5; SYNC 0%", "READY", "LAST SALE 5")
	k.does("settle 4 cash")
	not("NOT PAID: SALE 3, 5; ASK THE BANK: phone-1-4", "MESSAGE", "SALE 4 SETTLED: CASH")
	k.does("task done", "settle 5 loss")
	not("NOT PAID: SALE 3, 4", "REFUSED", "NOT OPEN 5")
	k.does("task done", "look")
	not("NOT PAID: SALE 3, 4", "READY", "LAST SALE 5")
	k.does("basket 1", "scan 22")
}
