package certify

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"stormrig/hil/wire/card"
)

// TerminalChecks are the checks of a terminal, which authorises by itself.
func TerminalChecks() []Check {
	const second = time.Second
	return []Check{
		{ID: "card.status", Title: "It answers", Cost: Cost{Time: 5 * second}, Run: cardStatus},
		{ID: "pay.approve", Title: "A payment of the amount that was asked for", Cost: Cost{Time: 30 * second, Hands: 2}, Run: payApprove},
		{ID: "pay.decline", Title: "A card that the bank declines is declined", Cost: Cost{Time: 30 * second, Hands: 1}, Run: payDecline},
		{ID: "pay.clear", Title: "No card number in clear on the wire", Cost: Cost{Time: 30 * second, Hands: 1}, Run: payClear},
		{ID: "card.replace", Title: "A new request takes the old one's place", Cost: Cost{Time: 20 * second, Hands: 1}, Run: payReplace},
		{ID: "pay.host", Title: "The host forgets, the terminal does not", Cost: Cost{Time: 40 * second, Hands: 2}, Run: payHost},
		{ID: "pay.unconfirmed", Title: "Who undoes a payment that nobody confirmed", Cost: Cost{Time: 90 * second, Hands: 4}, Run: payUnconfirmed},
		{ID: "pay.void", Title: "A void is carried out", Cost: Cost{Time: 40 * second, Hands: 2}, Run: payVoid},
	}
}

// done leaves no payment open behind a check.
func (t *talk) done(ref string) { t.say(card.Message{Verb: card.Confirm, Ref: ref}) }

func payApprove(x *Exam) Result {
	t := x.talk()
	const amount = 129000
	m, r, ok := t.pay("T-PAY", amount, testCard)
	if !ok {
		return r
	}
	defer t.done("T-PAY")
	switch {
	case m.Outcome != card.OutcomeApproved && m.Outcome != card.OutcomeSettled:
		return fails(fmt.Sprintf("a good card was answered by %q", m.Outcome), "declines good cards")
	case m.Masked != card.Mask(testPAN):
		return fails("the card ends in 4242, it is reported as "+card.Mask(m.Masked), "wrong number")
	}
	charged, seen := x.Ask(Question{Kind: AsNumber, Prompt: "Which amount did the terminal charge (its slip, or its screen), in the smallest unit of money?",
		See: func(s Scene) string { return s.last("charged T-PAY ") }})
	switch {
	case !seen:
		return incomplete("nobody looked at the amount")
	case charged != fmt.Sprint(amount):
		return fails(fmt.Sprintf("%d was asked for, %s was charged", amount, charged), "wrong amount")
	}
	if _, twice := t.until(8*time.Second, func(n card.Message) bool { return resultOf("T-PAY")(n) && n.Outcome != m.Outcome }); twice {
		return fails("one payment has two results", "two results")
	}
	return Result{Verdict: Pass}
}

// last is the rest of the newest thing shown that begins with a word.
func (s Scene) last(begin string) string {
	for i := len(s.Shown) - 1; i >= 0; i-- {
		if rest, ok := strings.CutPrefix(s.Shown[i], begin); ok {
			return rest
		}
	}
	return ""
}

// declined is a test number that card hosts decline.
const declined = ";4000000000000002=28121010000000000000?"

func payDecline(x *Exam) Result {
	t := x.talk()
	m, r, ok := t.pay("T-NO", 100, declined)
	if !ok {
		return r
	}
	if m.Outcome != card.OutcomeDeclined {
		return fails(fmt.Sprintf("a card that its bank declines was answered by %q", m.Outcome), "approves declined cards")
	}
	return Result{Verdict: Pass}
}

func payClear(x *Exam) Result {
	t := x.talk()
	if _, r, ok := t.pay("T-CLEAR", 100, testCard); !ok {
		return r
	}
	t.done("T-CLEAR")
	if bytes.Contains(t.raw, []byte(testPAN)) {
		return fails("the whole card number is readable on the wire", "card data in clear")
	}
	return Result{Verdict: Pass}
}

func payReplace(x *Exam) Result {
	t := x.talk()
	if !t.armed("T-OLD", 100) || !t.armed("T-NEW", 20000) {
		return fails(noAnswer, "no status")
	}
	if !t.swipe(testCard, "The terminal must show 200.00. "+useTestCard) {
		return incomplete(noSwipe)
	}
	m, ok := t.until(lineLimit, func(m card.Message) bool { return m.Verb == card.Result && (m.Ref == "T-OLD" || m.Ref == "T-NEW") })
	defer t.done(m.Ref)
	if !ok || m.Ref != "T-NEW" {
		return fails(fmt.Sprintf("the request T-NEW took the place of T-OLD, the payment was reported for %q", m.Ref), "keeps an old request")
	}
	return Result{Verdict: Pass}
}

func payHost(x *Exam) Result {
	t := x.talk()
	if !t.armed("T-HOST", 100) {
		return fails(noAnswer, "no status")
	}
	x.Hang()
	if !t.swipe(testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	x.DoWith(Wait, "5s", "Wait until the terminal is done.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again", "does not reconnect")
	}
	t = x.talk()
	m, ok := t.state()
	if !ok || m.Verb != card.Result {
		m, ok = t.until(8*time.Second, resultOf("T-HOST"))
	}
	defer t.done("T-HOST")
	if !ok || m.Ref != "T-HOST" {
		return fails("a payment that was made while the host was away is not known any more: the customer has paid and nobody knows", "forgets payments")
	}
	return Result{Verdict: Pass}
}

// payUnconfirmed takes the terminal's power while an approval is open. What it
// does then is written in its certificate; a till must know it (P11).
func payUnconfirmed(x *Exam) Result {
	if !x.Options.Confirms {
		return Result{Verdict: NotApplicable, Detail: "its approvals stand at once: a till that forgets one must void it"}
	}
	t := x.talk()
	if _, r, ok := t.pay("T-OPEN", 100, testCard); !ok {
		return r
	}
	if !x.Do(PowerOff, "Switch the terminal off.") || !x.Do(PowerOn, "Switch it on again.") {
		return incomplete("not done: switch off and on")
	}
	x.DoWith(Wait, "60s", "Wait a minute.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again after its power was lost", "does not reconnect")
	}
	t = x.talk()
	m, ok := t.state()
	if ok && m.Verb == card.State {
		m, ok = t.until(5*time.Second, resultOf("T-OPEN"))
	}
	got := "blocks until it is told"
	switch {
	case ok && m.Outcome == card.OutcomeVoided:
		got = "voids it"
	case ok && m.Outcome == card.OutcomeSettled:
		got = "confirms it"
	}
	t.say(card.Message{Verb: card.Void, Ref: "T-OPEN"})
	if want := x.Options.Unconfirmed; want != "" && !strings.HasPrefix(got, want) {
		return fails(fmt.Sprintf("its maker says that it %ss an approval that nobody confirmed; it %s", strings.TrimSuffix(want, "s"), got), "unconfirmed approvals stand")
	}
	return Result{Verdict: Pass, Measured: got, Detail: "after a loss of power, of an approval that nobody confirmed"}
}

func payVoid(x *Exam) Result {
	t := x.talk()
	if _, r, ok := t.pay("T-VOID", 100, testCard); !ok {
		return r
	}
	if !t.say(card.Message{Verb: card.Void, Ref: "T-VOID"}) {
		return fails("a void is not acknowledged", "no void")
	}
	x.DoWith(Wait, "3s", "Wait three seconds.")
	// What the payment before left behind may still come: only its own counts.
	m, ok := t.until(5*time.Second, func(m card.Message) bool { return resultOf("T-VOID")(m) && m.Outcome == card.OutcomeVoided })
	if !ok {
		m, _ = t.state()
	}
	switch {
	case m.Ref != "T-VOID" || m.Outcome != card.OutcomeVoided:
		return fails(fmt.Sprintf("a void was acknowledged, and the payment is %q", m.Outcome), "void not carried out")
	case m.Code == card.CodeUnconfirmed:
		return fails("a void was acknowledged, and the payment stood until the terminal undid it by itself, as nobody confirmed it", "void not carried out")
	}
	return Result{Verdict: Pass}
}
