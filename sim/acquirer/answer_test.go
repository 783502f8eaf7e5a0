package acquirer

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/pos/payment/iso"
)

// What each code books, and what the same request is told when it comes again.
func TestAnswers(t *testing.T) {
	authorise, forward, reverse := ask(iso.Authorise, good), ask(iso.Forward, good), ask(iso.Reverse, "")
	no := ask(iso.Authorise, bad)
	for name, tc := range map[string]struct {
		hand string
		in   []iso.Request
		want []string
	}{
		"a part of a stored payment":    {"forward 10", []iso.Request{forward, repeated(forward), reverse}, []string{"10 settled", "10", "00 reversed"}},
		"a part, online":                {"authorise 10", []iso.Request{authorise, reverse}, []string{"10 captured", "00 reversed"}},
		"on a condition":                {"forward 08", []iso.Request{forward, repeated(forward), reverse}, []string{"08 settled", "08", "00 reversed"}},
		"not now":                       {"forward 91", []iso.Request{forward, repeated(forward)}, []string{"91", "91"}},
		"booked, and does not say so":   {"authorise 06", []iso.Request{authorise, reverse}, []string{"06 captured", "00 reversed"}},
		"called a duplicate":            {"forward 94", []iso.Request{forward, repeated(forward), reverse}, []string{"94 settled", "94", "00 reversed"}},
		"declined, and does not say so": {"authorise 06", []iso.Request{no}, []string{"06 declined"}},
		"undone, and does not say so":   {"reverse 06", []iso.Request{authorise, reverse, repeated(reverse)}, []string{"00 captured", "06 reversed", "06"}},
		"a reversal, not now":           {"reverse 96", []iso.Request{authorise, reverse}, []string{"00 captured", "96"}},
		"a reversal not understood":     {"reverse 30", []iso.Request{authorise, reverse}, []string{"00 captured", "30"}},
		"nothing to undo":               {"reverse 25", []iso.Request{reverse, authorise}, []string{"25 declined", "21"}},
		"something to undo":             {"reverse 25", []iso.Request{authorise, reverse}, []string{"00 captured", "00 reversed"}},
		"undone before":                 {"reverse 94", []iso.Request{authorise, reverse, repeated(reverse)}, []string{"00 captured", "00 reversed", "94"}},
		"a decline is one all the same": {"authorise 10", []iso.Request{no}, []string{"05 declined"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := New(Config{Base: base})
			h.Handle(at(0), do("answer", tc.hand))
			assert.Equal(t, tc.want, story(t, h, tc.in...))
		})
	}
}

// A hand that lets go of one kind leaves the others.
func TestAnswersOfAHandEnd(t *testing.T) {
	h := New(Config{Base: base})
	for _, hand := range []string{"forward 91", "reverse 91", "forward"} {
		h.Handle(at(0), do("answer", hand))
	}
	assert.Equal(t, []string{"00 settled", "91"}, story(t, h, ask(iso.Forward, good), ask(iso.Reverse, "")))
}

// Shares are drawn for each request from the seed.
func TestAnswersAreDrawn(t *testing.T) {
	codes := func(seed uint64) map[string]int {
		h := New(Config{Base: base, Seed: seed, Answers: []Answer{{iso.Forward, "91", 300}, {iso.Forward, "96", 300}, {iso.Reverse, "30", 1000}}})
		count := map[string]int{}
		for i := range 300 {
			r := ask(iso.Forward, good)
			r.STAN, r.Ref, r.Sealed = fmt.Sprintf("%06d", i+1), fmt.Sprintf("phone-%d", i), sealed(good, uint64(i+1))
			count[replies(t, h.Handle(at(0), input(t, r)))[0].Response]++
		}
		return count
	}
	a := codes(1)
	assert.Equal(t, a, codes(1))
	assert.NotEqual(t, a, codes(2))
	for _, code := range []string{"00", "91", "96"} {
		assert.InDelta(t, 100, a[code], 35, code)
	}
}
