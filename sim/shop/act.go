package shop

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Titles and prompts that a cashier was taught to read.
const (
	titleReady    = "READY"
	titleSale     = "SALE"
	titleRefused  = "REFUSED"
	titleCard     = "CARD"
	titleDeclined = "DECLINED"
	titleDone     = "DONE"
	titleReceipt  = "RECEIPT?"
	titleBacklog  = "RECEIPTS?"
	titleMessage  = "MESSAGE"
	titleStopped  = "STOPPED"
	promptPresent = "PRESENT CARD"
)

// tearing is how long a hand takes to the tear bar.
const tearing = time.Second

// exact: one shopper in so many counts the money out.
const exact = 4

// act is one moment in which the cashier does the next thing.
func (t *turn) act() {
	if !t.lit {
		t.patience()
		if t.phase != idle {
			t.wait(darkLook)
		}
		return
	}
	switch t.screen.Title {
	case titleReceipt:
		t.answer()
		return
	case titleBacklog: // nobody stands there for them: he does as he feels
		t.press([]string{"yes", "no"}[t.rng.Intn(2)])
		return
	}
	switch t.phase {
	case idle:
		t.begin()
	case tasking:
		t.task()
	case scanning:
		t.scan()
	case paying, carding:
		t.pay()
	case leaving:
		t.leave()
	}
	t.fresh = false
}

// begin takes the next shopper or task.
func (t *turn) begin() {
	switch {
	case t.screen.Title == titleSale && t.cartLines() > 0: // left by somebody who is gone
		t.press("void")
	case t.screen.Title == titleStopped || t.screen.Title == titleCard:
		t.wait(lookAfter)
	case len(t.queue)+len(t.tasks) > 0 && t.settles():
		t.phase = tasking
		t.press(t.tasks[0].Word, t.tasks[0].Args...)
	case len(t.queue) > 0:
		t.stepUp()
	case len(t.tasks) > 0:
		t.phase = tasking
		t.press(t.tasks[0].Word, t.tasks[0].Args...)
	}
}

func (t *turn) stepUp() {
	if t.screen.Title != titleReady && t.screen.Title != titleDone {
		t.press("look")
		return
	}
	t.basket, t.queue = t.queue[0], t.queue[1:]
	t.codes = nil
	for _, it := range t.basket.Items {
		for range it.Qty {
			t.codes = append(t.codes, it.Code)
		}
	}
	t.phase, t.scanned, t.seen, t.voids = scanning, 0, 0, t.basket.Voids
	t.lineBy = 0
	t.before, t.number, t.tries, t.due = t.lastSale(), 0, 0, 0
	t.cash = t.basket.Track == "" || !t.hasCard
	t.since = t.now.Mono
	t.tell(StepsUp{Basket: t.basket})
	t.think()
}

func (t *turn) task() {
	k := t.tasks[0]
	switch t.screen.Title {
	case titleMessage, titleRefused:
		t.tell(TaskDone{Task: k, Text: strings.Join(t.screen.Lines, " / ")})
		t.tasks, t.phase = t.tasks[1:], idle
		t.think()
	default: // the display went dark and came back, or did not react
		t.press(k.Word, k.Args...)
	}
}

// cartLines counts the articles on the display.
func (t *turn) cartLines() int {
	n := 0
	for _, l := range t.screen.Lines {
		if strings.HasPrefix(l, "  ") {
			n++
		}
	}
	return n
}

// scan pulls the trigger on the next article, after a look whether the one
// before it is there.
func (t *turn) scan() {
	if t.taken() || t.patience() {
		return
	}
	switch t.screen.Title {
	case titleStopped:
		t.wait(lookAfter)
		return
	case titleCard: // a payment of before is still under way
		t.wait(lookAfter)
		return
	case titleRefused:
		if t.expectsLine() && slices.Contains(t.screen.Lines, "NOT ON FILE "+t.codes[t.scanned]) {
			t.codes = append(t.codes[:t.scanned:t.scanned], t.codes[t.scanned+1:]...) // put aside
		}
		t.lineBy = 0
	}
	if t.scanned > 0 && t.cartLines() == 0 {
		t.afterDark()
		return
	}
	t.scanned = min(t.cartLines(), len(t.codes))
	switch {
	case t.cartLines() > len(t.codes):
		t.press("void", t.surplus())
	case t.scanned < len(t.codes) && t.scanned == t.seen && t.now.Mono < t.lineBy:
		t.next = t.lineBy // another word on the display is not the line that he waits for
	case t.scanned < len(t.codes):
		t.pull(t.codes[t.scanned])
	case t.voids > 0 && len(t.codes) > 0:
		t.voids--
		t.pull(t.codes[0])
	default:
		t.tender()
	}
}

// pull pulls the scanner's trigger.
func (t *turn) pull(code string) {
	t.seen, t.lineBy = t.scanned, t.now.Mono+lookAfter
	t.tell(Trigger{Basket: t.basket.N, Code: code})
	t.wait(lookAfter)
}

func (t *turn) expectsLine() bool { return t.scanned < len(t.codes) && t.cartLines() == t.seen }

// patience lets the shopper walk out when he has waited too long; then the
// cart is given up as soon as the display is there.
func (t *turn) patience() bool {
	limit := time.Duration(t.basket.PatienceMS) * time.Millisecond
	if t.phase != scanning || limit == 0 || t.now.Mono-t.since < limit {
		return false
	}
	t.tell(Walkout{Basket: t.basket.N, Why: "waited " + limit.String()})
	t.phase = idle
	if t.lit && t.cartLines() > 0 {
		t.press("void")
	} else {
		t.think()
	}
	return true
}

// tender reads the total and asks for money.
func (t *turn) tender() {
	total, _, ok := t.money("TOTAL ")
	if len(t.codes) == 0 || !ok {
		t.tell(Walkout{Basket: t.basket.N, Why: "nothing he wanted was on file"})
		t.phase = idle
		t.think()
		return
	}
	t.due, t.phase = total, paying
	t.looked = false
	if t.cash {
		given := total
		if t.basket.N%exact != 0 {
			given = roundUp(total, t.unit()*100)
		}
		t.tell(Tendered{Basket: t.basket.N, Kind: "cash", Amount: given})
		t.press("cash", t.typed(given))
		return
	}
	t.tries++
	t.press("card")
}

// pay watches the tender through.
func (t *turn) pay() {
	switch t.screen.Title {
	case titleDone:
		t.done()
	case titleDeclined:
		t.refusedCard()
	case titleRefused:
		t.refusedTender()
	case titleCard:
		t.card()
	case titleSale: // back after the dark, the tender was not taken; or no reaction
		if t.phase == carding || t.fresh {
			t.phase = scanning
			t.think()
			return
		}
		if !t.looked { // it may only be slow
			t.looked = true
			t.press("look")
			return
		}
		t.phase = scanning
		t.think()
	case titleReady:
		t.afterDark()
	default:
		t.wait(lookAfter)
	}
}

func (t *turn) card() {
	if t.screen.Prompt != promptPresent {
		t.wait(lookAfter)
		return
	}
	if t.phase == carding && !t.fresh && t.expects {
		t.press("look")
		return
	}
	t.phase, t.expects = carding, true
	t.tell(Tendered{Basket: t.basket.N, Kind: "card", Amount: t.due})
	t.tell(Swipe{Basket: t.basket.N, Track: t.basket.Track})
	t.wait(2 * lookAfter)
}

func (t *turn) refusedCard() {
	t.tell(RefusedCard{Basket: t.basket.N, Why: t.screen.Lines[0]})
	nothing := strings.Contains(t.screen.Lines[0], "NOTHING WAS CHARGED")
	t.cash = !nothing || t.tries >= 3
	t.phase = scanning
	t.think()
}

// refusedTender: the till does not take this tender now.
func (t *turn) refusedTender() {
	if t.cartLines() == 0 {
		t.afterDark()
		return
	}
	t.cash = true // the reader is not connected: cash
	t.phase = scanning
	t.wait(lookAfter)
}

// done: the display says so; the shopper waits for his paper.
func (t *turn) done() {
	total, _, _ := t.money("TOTAL ")
	t.rung(t.saleNumber("SALE "), total)
}

func (t *turn) rung(number, total int64) {
	t.number = number
	t.tell(Rung{Basket: t.basket.N, Number: number, Amount: total})
	t.phase, t.paperBy = leaving, t.now.Mono+paperWait
	t.leave()
}

// taken tells whether the display names a new sale of what was asked for, as
// done or as the last one; then the basket is done, whatever he was about to
// do.
func (t *turn) taken() bool {
	total, _, _ := t.money("TOTAL ")
	last := t.lastSale()
	if t.due == 0 || last <= t.before || total != t.due {
		return false
	}
	t.rung(last, total)
	return true
}

// afterDark reads READY after the display was gone: either the sale is the
// last one, or the till knows nothing of this basket.
func (t *turn) afterDark() {
	if t.taken() {
		return
	}
	last := t.lastSale()
	if t.scanned > 0 || t.phase != scanning {
		t.tell(Rering{Basket: t.basket.N, Why: fmt.Sprintf("the display shows sale %d as the last one", last)})
	}
	t.phase, t.scanned, t.seen, t.before, t.due = scanning, 0, 0, last, 0
	t.lineBy = 0
	t.fresh = false
	t.think()
}

func (t *turn) leave() {
	inHand := t.papers[receipt(t.number)]
	if !inHand && t.now.Mono < t.paperBy {
		t.wait(time.Second)
		return
	}
	t.tell(Served{Basket: t.basket.N, Number: t.number, Receipt: inHand})
	t.phase = idle
	t.think()
}

// answer looks at the paper and says whether the receipt is there.
func (t *turn) answer() {
	if t.hangs { // what he has not got in his hand yet
		t.wait(tearing)
		return
	}
	yes := len(t.screen.Lines) > 0 && t.papers[t.screen.Lines[0]]
	word := "no"
	if yes {
		word = "yes"
	}
	t.tell(Answered{Basket: t.at(), Number: t.saleNumber("SALE "), Yes: yes})
	t.press(word)
}
