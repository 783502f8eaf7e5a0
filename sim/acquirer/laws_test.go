package acquirer

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormrig/hil/machine"
	"stormrig/pos/payment/iso"
)

// In any order and any number of authorisation, repeat (with card data or
// without), deferred request and reversal for one payment, the money is taken
// at most once, and not at all once a reversal was accepted; what was told
// adds up to what the ledger says.
func TestAnyOrderAnyDuplication(t *testing.T) {
	kinds := []iso.Request{
		ask(iso.Authorise, good), repeated(ask(iso.Authorise, good)),
		repeated(but(ask(iso.Authorise, good), func(r *iso.Request) { r.Sealed, r.Serial = nil, "" })),
		ask(iso.Forward, good), repeated(ask(iso.Forward, good)),
		ask(iso.Reverse, ""), repeated(ask(iso.Reverse, "")),
	}
	rapid.Check(t, func(t *rapid.T) {
		repeat := rapid.SampledFrom([]Repeat{RepeatForEver, RepeatForEver, RepeatWindow, RepeatNever}).Draw(t, "repeat")
		h := New(Config{Base: base, Repeat: repeat, Window: 3 * time.Second})
		taken, reversed := 0, false
		for i, r := range rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 12).Draw(t, "requests") {
			if rapid.Bool().Draw(t, "copy") {
				h = h.Clone().(*Host)
			}
			out := h.Handle(at(time.Duration(i)*time.Second), input(t, r))
			for _, o := range out {
				taken += moved(o)
			}
			reversed = reversed || r.Kind == iso.Reverse
			answer := replies(t, out)[0].Response
			row := h.Ledger()[0]
			switch {
			case row.Captures != taken:
				t.Fatalf("the ledger says %d captures, the books told %d", row.Captures, taken)
			case reversed && taken != 0:
				t.Fatal("money is held after a reversal")
			case taken > 1 && repeat == RepeatForEver:
				t.Fatal("taken twice")
			case r.Kind == iso.Reverse && answer != "00":
				t.Fatalf("the reversal was answered with %s", answer)
			case r.Kind != iso.Reverse && answer == "00" && taken == 0:
				t.Fatal("approved, and nothing was taken")
			}
		}
		if len(h.Ledger()) != 1 {
			t.Fatal("one payment, one row")
		}
	})
}

// moved is what one output does to the number of captures.
func moved(o machine.Output) int {
	b, ok := o.Tell.(Booked)
	switch {
	case ok && (b.State == Captured || b.State == Settled):
		return 1
	case ok && b.State == Reversed:
		return -1
	}
	return 0
}

// The same inputs give the same outputs, and a copy goes its own way.
func TestCloneSharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []iso.Request {
			var all []iso.Request
			for i := range rapid.IntRange(1, 6).Draw(t, label) {
				r := ask(rapid.SampledFrom([]iso.Kind{iso.Authorise, iso.Forward, iso.Reverse}).Draw(t, "kind"), good)
				r.STAN = fmt.Sprintf("%06d", rapid.IntRange(1, 3).Draw(t, "stan"))
				r.Sent = iso.StampAt(int64(i) * int64(time.Second))
				all = append(all, r)
			}
			return all
		}
		before, after, other := draw("before"), draw("after"), draw("other")
		cfg := Config{Base: base, Delay: 500 * time.Millisecond, Spread: time.Second, Seed: 9}
		run := func(h *Host, requests []iso.Request) string {
			text := ""
			for i, r := range requests {
				text += fmt.Sprintf("%+v\n", h.Handle(at(time.Duration(i)*time.Second), input(t, r)))
			}
			return text + fmt.Sprintf("%+v", h.Ledger())
		}
		h := New(cfg)
		run(h, before)
		c := h.Clone().(*Host)
		run(c, other)
		d := h.Clone().(*Host)
		if run(h, after) != run(d, after) {
			t.Fatal("a copy behaves differently, or another copy's life reached the original")
		}
	})
}

func BenchmarkAuthorise(b *testing.B) {
	h := New(Config{Base: base})
	r := ask(iso.Authorise, good)
	for i := 0; b.Loop(); i++ {
		r.STAN = fmt.Sprintf("%06d", i%999_999+1)
		if out := h.Handle(at(0), input(b, r)); len(out) == 0 {
			b.Fatal("no answer")
		}
	}
}
