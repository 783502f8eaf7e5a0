package certify

import (
	"slices"
	"time"

	"stormrig/hil/wire/card"
)

// testCard is a well-known test number.
const (
	testCard = ";4242424242424242=28121010000000000000?"
	testPAN  = "4242424242424242"
)

// What a person is asked for, and what was seen instead.
const (
	useTestCard = "Swipe the test card 4242 4242 4242 4242. Never use a real card."
	noAnswer    = "it does not answer"
	noSwipe     = "no card was swiped"
	noCard      = "a card was swiped for a request, and none was reported"
)

// talk is the till's end of the link.
type talk struct {
	x    *Exam
	link card.Link
	got  []card.Message
	raw  []byte
}

func (x *Exam) talk() *talk {
	x.Drain(200 * time.Millisecond)
	t := &talk{x: x, link: card.NewLink(card.Timing{AckWait: time.Second, Tries: 3})}
	t.link.Reset()
	return t
}

// say sends a message and hears for a while; true when it was acknowledged.
func (t *talk) say(m card.Message) (acked bool) {
	t.x.Send(t.link.Send(t.x.Now(), m), time.Second)
	return t.hear(5*time.Second, func() bool { return acked }, func(a card.Message) { acked = acked || a.Verb == m.Verb })
}

// until hears until a message satisfies want.
func (t *talk) until(limit time.Duration, want func(card.Message) bool) (m card.Message, ok bool) {
	from := 0
	find := func() bool {
		i := slices.IndexFunc(t.got[from:], want)
		if i >= 0 {
			m, ok = t.got[from+i], true
		}
		return ok
	}
	t.hear(limit, find, func(card.Message) {})
	return m, ok
}

func (t *talk) hear(limit time.Duration, done func() bool, acked func(card.Message)) bool {
	for end := t.x.Now() + limit; !done(); {
		wait := end - t.x.Now()
		if at := t.link.At(); at >= 0 {
			wait = min(wait, at-t.x.Now())
		}
		if end <= t.x.Now() {
			return false
		}
		got, _ := t.x.Await(max(wait, time.Millisecond), func(p []byte) bool { return len(p) > 0 })
		t.raw = append(t.raw, got...)
		h := t.link.Feed(t.x.Now(), got)
		for _, r := range h.Got {
			if !r.Again {
				t.got = append(t.got, r.Message)
			}
		}
		for _, m := range h.Acked {
			acked(m)
		}
		if len(h.Reply) > 0 {
			t.x.Send(h.Reply, time.Second)
		}
		if at := t.link.At(); at >= 0 && at <= t.x.Now() {
			again, dead := t.link.Due(t.x.Now())
			if dead {
				return false
			}
			t.x.Send(again, time.Second)
		}
	}
	return true
}

// state asks what the reader holds.
func (t *talk) state() (card.Message, bool) {
	t.got = nil
	if !t.say(card.Message{Verb: card.Status}) {
		return card.Message{}, false
	}
	return t.until(2*time.Second, func(m card.Message) bool { return m.Verb == card.State || m.Verb == card.Card || m.Verb == card.Result })
}

func (t *talk) swipe(track, prompt string) bool { return t.x.DoWith("swipe", track, prompt) }

func cardOf(ref string) func(card.Message) bool {
	return func(m card.Message) bool { return m.Verb == card.Card && m.Ref == ref }
}

func resultOf(ref string) func(card.Message) bool {
	return func(m card.Message) bool { return m.Verb == card.Result && m.Ref == ref }
}

// armed begins a request.
func (t *talk) armed(ref string, amount int64) bool {
	t.got, t.raw = nil, nil
	return t.say(card.Message{Verb: card.Arm, Ref: ref, Amount: amount})
}

// read begins a request and has the test card read for it; bad is the result
// of a request that came to no card.
func (t *talk) read(ref string) (m card.Message, bad Result, ok bool) {
	return t.carry(ref, 100, testCard, cardOf(ref), noCard, "loses cards")
}

// pay is read for a terminal, which reports a result.
func (t *talk) pay(ref string, amount int64, track string) (m card.Message, bad Result, ok bool) {
	return t.carry(ref, amount, track, resultOf(ref), "a card was swiped for a payment, and no result came", "loses results")
}

func (t *talk) carry(ref string, amount int64, track string, want func(card.Message) bool, lost, defect string) (m card.Message, bad Result, ok bool) {
	if !t.armed(ref, amount) {
		return m, fails(noAnswer, "no status"), false
	}
	if !t.swipe(track, useTestCard) {
		return m, incomplete(noSwipe), false
	}
	if m, ok = t.until(lineLimit, want); !ok {
		return m, fails(lost, defect), false
	}
	return m, Result{}, true
}
