package acquirer

import (
	"strings"

	"stormrig/pos/payment/iso"
)

// Answer is a response code that the host gives to a share of the requests of a
// kind. What it books differs by the code, as in the field (ISO 8583:1987, field
// 39, and what acquirers write of it):
//
//	10, 08       an approval of a part, or on a condition: that is taken
//	06, 68       decided and booked as ever, and the answer does not say so
//	94           to a request for money: the same, for good: it is called a duplicate
//	             whatever was decided
//	25, 94       to a reversal, and where it is true: there is nothing to undo,
//	             or it was undone before
//	any other    nothing is decided and nothing booked: 19, 30, 91, 96
type Answer struct {
	Kind     iso.Kind
	Code     string
	Permille int
}

// What becomes of a request that is answered with a code.
type booked int

const (
	booksAsEver booked = iota
	booksInSilence
	booksNothing
)

func booking(code string) booked {
	switch code {
	case "", inPart, onCondition, notFound, duplicate:
		return booksAsEver
	case hostError, lateReply:
		return booksInSilence
	}
	return booksNothing
}

// answers draws the code for the request just counted; empty leaves the host to
// its judgement.
func (h *Host) answers(kind iso.Kind) string {
	for _, a := range h.hand {
		if a.Kind == kind {
			return a.Code
		}
	}
	drawn := int(mix(h.cfg.Seed^mix(h.seen+1<<32)) % 1000)
	for _, a := range h.cfg.Answers {
		if a.Kind != kind {
			continue
		}
		if drawn -= a.Permille; drawn < 0 {
			return a.Code
		}
	}
	return ""
}

// ordered is a hand's "answer".
func (h *Host) ordered(data string) {
	kind, code, _ := strings.Cut(data, " ")
	switch {
	case data == "":
		h.forced, h.hand = "", nil
	case len(data) == 2:
		h.forced = data
	case code == "" || len(code) == 2:
		h.hand = without(h.hand, iso.Kind(kind))
		if code != "" {
			h.hand = append(h.hand, Answer{Kind: iso.Kind(kind), Code: code})
		}
	}
}

func without(list []Answer, kind iso.Kind) (kept []Answer) {
	for _, a := range list {
		if a.Kind != kind {
			kept = append(kept, a)
		}
	}
	return kept
}
