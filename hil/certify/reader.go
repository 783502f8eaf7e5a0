package certify

import (
	"bytes"
	"fmt"
	"time"

	"stormrig/hil/wire/card"
)

// ReaderChecks are the checks of a card reader of the reader class (package
// card): it holds a request and the card read for it.
func ReaderChecks() []Check {
	const second = time.Second
	return []Check{
		{ID: "card.status", Title: "It answers", Cost: Cost{Time: 5 * second}, Run: cardStatus},
		{ID: "card.read", Title: "A card is read for the request that is shown", Cost: Cost{Time: 20 * second, Hands: 2}, Run: cardRead},
		{ID: "card.once", Title: "One swipe is one report", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardOnce},
		{ID: "card.clear", Title: "No card number in clear on the wire", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardClear},
		{ID: "card.expiry", Title: "The date of expiry is the card's", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardExpiry},
		{ID: "card.replace", Title: "A new request takes the old one's place", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardReplace},
		{ID: "card.cancel", Title: "A request that was cancelled takes no card", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardCancel},
		{ID: "card.unreadable", Title: "A swipe that cannot be read is no card", Cost: Cost{Time: 20 * second, Hands: 2}, Run: cardUnreadable},
		{ID: "card.host", Title: "The host forgets, the reader does not", Cost: Cost{Time: 30 * second, Hands: 2}, Run: cardHost},
		{ID: "card.power", Title: "It tells that it has started anew", Cost: Cost{Time: 40 * second, Hands: 3}, Run: cardPower},
		{ID: "card.noise", Title: "A frame that was damaged does nothing", Cost: Cost{Time: 10 * second}, Run: cardNoise},
		{ID: "card.repeat", Title: "A frame that came twice is done once", Cost: Cost{Time: 20 * second, Hands: 1}, Run: cardRepeat},
	}
}

func cardStatus(x *Exam) Result {
	t := x.talk()
	began := x.Now()
	m, ok := t.state()
	if !ok {
		return fails(noAnswer, "no status")
	}
	took := (x.Now() - began).Milliseconds()
	if !t.armed("C-STATUS", 100) {
		return fails(noAnswer, "no status")
	}
	if m, ok = t.state(); !ok || m.Ref != "C-STATUS" {
		return fails(fmt.Sprintf("it holds a request, and its status speaks of %q", m.Ref), "status false")
	}
	t.say(card.Message{Verb: card.Cancel, Ref: "C-STATUS"})
	return Result{Verdict: Pass, Measured: took, Limit: 2000, Unit: "ms"}
}

func cardRead(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-READ", 129000) {
		return fails(noAnswer, "no status")
	}
	shown, seen := x.Ask(Question{Kind: AsNumber, Prompt: "Which amount does the reader show, in the smallest unit of money? (Enter: it has no display)",
		See: func(s Scene) string { return s.last("shows C-READ ") }})
	if seen && shown != "" && shown != "129000" {
		return fails("129000 was asked for, the reader shows "+shown, "wrong amount")
	}
	if !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	m, ok := t.until(lineLimit, func(m card.Message) bool { return m.Verb == card.Card })
	switch {
	case !ok:
		return fails(noCard, "loses cards")
	case m.Ref != "C-READ":
		return fails(fmt.Sprintf("the card was reported for %q, the request was C-READ", m.Ref), "wrong reference")
	case m.Masked != card.Mask(testPAN):
		return fails(fmt.Sprintf("the card ends in 4242, it is reported as %q", m.Masked), "wrong number")
	}
	x.Identity.Serial = m.Serial
	return Result{Verdict: Pass}
}

// cardOnce counts how often one swipe is told as a message of its own; a frame
// that is repeated for want of an ACK is none.
func cardOnce(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-ONCE", 100) || !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	t.until(8*time.Second, func(card.Message) bool { return false })
	n := 0
	for _, m := range t.got {
		if m.Verb == card.Card && m.Ref == "C-ONCE" {
			n++
		}
	}
	switch n {
	case 0:
		return fails(noCard, "loses cards")
	case 1:
		return Result{Verdict: Pass, Measured: 1, Limit: 1, Unit: "reports"}
	}
	return fails(fmt.Sprintf("one swipe was reported %d times", n), "reports a swipe twice")
}

func cardClear(x *Exam) Result {
	t := x.talk()
	if _, bad, ok := t.read("C-CLEAR"); !ok {
		return bad
	}
	if bytes.Contains(t.raw, []byte(testPAN)) {
		return fails("the whole card number is readable on the wire", "card data in clear")
	}
	return Result{Verdict: Pass}
}

func cardExpiry(x *Exam) Result {
	m, bad, ok := x.talk().read("C-EXPIRY")
	if !ok {
		return bad
	}
	return x.sealedExpiry(m.Serial, m.Sealed)
}

func cardReplace(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-OLD", 100) || !t.armed("C-NEW", 20000) {
		return fails(noAnswer, "no status")
	}
	if !t.swipe(testCard, "The reader must show 200.00. "+useTestCard) {
		return incomplete(noSwipe)
	}
	m, ok := t.until(lineLimit, func(m card.Message) bool { return m.Verb == card.Card })
	if !ok || m.Ref != "C-NEW" {
		return fails(fmt.Sprintf("the request C-NEW took the place of C-OLD, the card was reported for %q: the customer pays another's amount", m.Ref), "keeps an old request")
	}
	return Result{Verdict: Pass}
}

func cardCancel(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-GONE", 100) || !t.say(card.Message{Verb: card.Cancel, Ref: "C-GONE"}) {
		return fails(noAnswer, "no status")
	}
	if !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	if _, ok := t.until(5*time.Second, cardOf("C-GONE")); ok {
		return fails("a card was taken for a request that had been cancelled", "ignores a cancel")
	}
	return Result{Verdict: Pass}
}

func cardUnreadable(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-BAD", 100) || !x.Do("swipe-bad", "Swipe the test card too slowly, or the wrong way round.") {
		return incomplete(noSwipe)
	}
	if m, ok := t.until(5*time.Second, cardOf("C-BAD")); ok {
		return fails(fmt.Sprintf("a swipe that could not be read was reported as card %q", m.Masked), "invents cards")
	}
	if !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	if _, ok := t.until(lineLimit, cardOf("C-BAD")); !ok {
		return fails("after a swipe that could not be read it takes no other", "hangs after a bad swipe")
	}
	return Result{Verdict: Pass}
}

func cardHost(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-HOST", 100) {
		return fails(noAnswer, "no status")
	}
	x.Hang()
	if !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	x.DoWith(Wait, "2s", "Wait two seconds.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again", "does not reconnect")
	}
	t = x.talk()
	m, ok := t.state()
	if ok && m.Verb == card.State {
		m, ok = t.until(8*time.Second, cardOf("C-HOST"))
	}
	if !ok || m.Ref != "C-HOST" || m.Verb != card.Card {
		return fails("a card that was read while the host was away is not known any more, and nobody says so", "forgets cards")
	}
	return Result{Verdict: Pass}
}

func cardPower(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-POWER", 100) {
		return fails(noAnswer, "no status")
	}
	before, _ := t.state()
	if !x.Do(PowerOff, "Switch the reader off.") || !x.Do(PowerOn, "Switch it on again.") {
		return incomplete("not done: switch off and on")
	}
	x.DoWith(Wait, "3s", "Wait until it is ready.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again after its power was lost", "does not reconnect")
	}
	t = x.talk()
	after, ok := t.state()
	switch {
	case !ok:
		return fails("it does not answer after its power was lost", "no status")
	case after.Ref == "C-POWER":
		return Result{Verdict: Pass, Measured: "keeps its request without power"}
	case after.Lives == before.Lives:
		return fails("it forgot its request, and nothing says that it has started anew", "forgets in silence")
	}
	return Result{Verdict: Pass, Measured: "forgets its request without power, and says that it has started anew"}
}

func cardNoise(x *Exam) Result {
	t := x.talk()
	if !t.armed("C-NOISE", 100) {
		return fails(noAnswer, "no status")
	}
	for i := range 40 {
		p := card.AppendMessage(nil, '7', card.Message{Verb: card.Cancel, Ref: "C-NOISE"})
		p[1+i%(len(p)-1)] ^= byte(1 << (i % 7))
		x.Send(p, time.Second)
		x.Drain(20 * time.Millisecond)
	}
	x.Drain(2 * time.Second)
	x.Hang()
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again", "does not reconnect")
	}
	t = x.talk()
	if m, ok := t.state(); !ok || m.Ref != "C-NOISE" {
		return fails("a damaged frame was taken for a cancel", "acts on damaged frames")
	}
	return Result{Verdict: Pass}
}

func cardRepeat(x *Exam) Result {
	t := x.talk()
	if _, bad, ok := t.read("C-TWICE"); !ok {
		return bad
	}
	// The frame that armed it comes once more, as after a lost ACK.
	x.Send(card.AppendMessage(nil, '0', card.Message{Verb: card.Arm, Ref: "C-TWICE", Amount: 100}), time.Second)
	x.Drain(time.Second)
	t = x.talk()
	if m, ok := t.state(); !ok || m.Verb != card.Card || m.Ref != "C-TWICE" {
		return fails("a repeated frame made it forget the card that it had read: the customer would pay twice", "acts twice on a frame")
	}
	return Result{Verdict: Pass}
}
