package certify

import (
	"bytes"
	"fmt"
	"time"

	"stormrig/hil/wire/card"
)

// Kinds of card reader, and who knows what in each: a swiper sends tracks and
// knows no amount, a reader holds a request and its card, a terminal
// authorises by itself.
const (
	KindSwiper   = "swiper"
	KindReader   = "reader"
	KindTerminal = "terminal"
)

// SwiperChecks are the checks of a swiper.
func SwiperChecks() []Check {
	const second = time.Second
	return []Check{
		{ID: "swipe.read", Title: "One report a swipe, with the card's number", Cost: Cost{Time: 20 * second, Hands: 1}, Run: swipeRead},
		{ID: "swipe.unreadable", Title: "A swipe that cannot be read is reported as such", Cost: Cost{Time: 20 * second, Hands: 1}, Run: swipeUnreadable},
		{ID: "swipe.clear", Title: "No card number in clear on the wire", Cost: Cost{Time: 20 * second, Hands: 1}, Run: swipeClear},
		{ID: "swipe.expiry", Title: "The date of expiry is the card's", Cost: Cost{Time: 20 * second, Hands: 1}, Run: swipeExpiry},
		{ID: "swipe.counter", Title: "No key is used twice", Cost: Cost{Time: 30 * second, Hands: 2}, Run: swipeCounter},
		{ID: "swipe.unplugged", Title: "What was swiped while unplugged", Cost: Cost{Time: 30 * second, Hands: 5}, Run: swipeUnplugged},
	}
}

// swipe has a card swiped and returns the report; ok is false when none came.
func (x *Exam) swipe(action, track, prompt string) (s card.Swipe, raw []byte, done, ok bool) {
	x.Drain(100 * time.Millisecond)
	if !x.DoWith(action, track, prompt) {
		return s, nil, false, false
	}
	raw, _ = x.Await(lineLimit, func(p []byte) bool { return len(p) > 0 })
	raw = append(raw, x.Drain(tailQuiet)...)
	s, err := card.ParseSwipe(raw)
	return s, raw, true, err == nil
}

// swiped is swipe with the test card; bad is the result of a swipe that was not
// made, or that gave no report.
func (x *Exam) swiped() (s card.Swipe, raw []byte, bad Result, ok bool) {
	s, raw, done, ok := x.swipe("swipe", testCard, useTestCard)
	switch {
	case !done:
		return s, raw, incomplete(noSwipe), false
	case !ok:
		return s, raw, fails("a card was swiped, and no report came that can be read", "loses swipes"), false
	}
	return s, raw, Result{}, true
}

func swipeRead(x *Exam) Result {
	s, _, bad, ok := x.swiped()
	switch {
	case !ok:
		return bad
	case !s.Readable():
		return fails("a good card was reported as unreadable", "cannot read")
	case !bytes.Contains([]byte(s.Tracks[1]), []byte("4242")):
		return fails("the report does not show the card's last four digits", "wrong number")
	}
	x.Identity.Serial = s.Serial
	return Result{Verdict: Pass}
}

func swipeUnreadable(x *Exam) Result {
	s, raw, done, ok := x.swipe("swipe-bad", "", "Swipe the test card too slowly, or the wrong way round.")
	switch {
	case !done:
		return incomplete(noSwipe)
	case len(raw) == 0:
		return fails("a swipe that cannot be read gives no report: the till cannot ask for another", "silent about bad swipes")
	case !ok || s.Readable():
		return fails("a swipe that cannot be read was reported as a card", "invents cards")
	}
	return Result{Verdict: Pass}
}

func swipeClear(x *Exam) Result {
	s, raw, bad, ok := x.swiped()
	switch {
	case !ok:
		return bad
	case bytes.Contains(raw, []byte(testPAN)):
		return fails("the whole card number is readable on the wire", "card data in clear")
	case !s.Encrypting():
		return fails("its head does not encrypt", "card data in clear")
	}
	return Result{Verdict: Pass}
}

func swipeExpiry(x *Exam) Result {
	s, _, bad, ok := x.swiped()
	if !ok {
		return bad
	}
	if s.Encrypting() {
		return x.sealedExpiry(s.Serial, s.Sealed)
	}
	return expiry(s.Tracks[1])
}

// sealedExpiry opens a track before it looks.
func (x *Exam) sealedExpiry(serial string, sealed []byte) Result {
	if x.Options.Unseal == nil {
		return Result{Verdict: NotApplicable, Detail: "the track is sealed for the card host, and its key is not here"}
	}
	track, err := x.Options.Unseal(serial, sealed)
	if err != nil {
		return fails("the sealed track does not open: "+err.Error(), "seals wrongly")
	}
	return expiry(track)
}

// expiry wants the test card's, December 2028 as YYMM.
func expiry(track string) Result {
	if !bytes.Contains([]byte(track), []byte("=2812")) && !bytes.Contains([]byte(track), []byte("^2812")) {
		return fails("the card expires in December 2028; the track says another month", "expiry turned round")
	}
	return Result{Verdict: Pass}
}

// swipeCounter swipes one card twice: an encrypting head must use another key,
// or who listens can tell that it is the same card.
func swipeCounter(x *Exam) Result {
	a, _, bad, ok := x.swiped()
	if !ok {
		return bad
	}
	b, _, bad, ok := x.swiped()
	switch {
	case !ok:
		return bad
	case !a.Encrypting():
		return Result{Verdict: NotApplicable, Detail: "its head does not encrypt"}
	case len(a.Sealed) < counterBytes || len(b.Sealed) < counterBytes || bytes.Equal(a.Sealed[:counterBytes], b.Sealed[:counterBytes]):
		return fails(fmt.Sprintf("two swipes have the counter %x", a.Sealed[:min(len(a.Sealed), counterBytes)]), "uses a key twice")
	}
	return Result{Verdict: Pass}
}

// counterBytes begin what a head seals (package card).
const counterBytes = 8

func swipeUnplugged(x *Exam) Result {
	x.Hang()
	x.Do("unplug", "Take the reader's cable out.")
	if !x.DoWith("swipe", testCard, useTestCard) {
		return incomplete(noSwipe)
	}
	x.DoWith(Wait, "2s", "Wait two seconds.")
	x.Do("plug", "Connect it again.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again", "does not reconnect")
	}
	if late := x.Drain(3 * time.Second); len(late) > 0 {
		return fails("connected again it sent a card that had been swiped before: it would pay another customer's sale", "sends old swipes")
	}
	return swipeRead(x)
}
