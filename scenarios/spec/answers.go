package spec

import (
	"errors"
	"slices"
)

// What a card host is asked for.
const (
	AskAuthorise = "authorise"
	AskForward   = "forward"
	AskReverse   = "reverse"
)

// AnswerKinds lists the kinds of request that a host answers.
func AnswerKinds() []string { return []string{AskAuthorise, AskForward, AskReverse} }

// AnswerCodes lists the response codes that a host may be told to give to a kind
// of request; stormrig/sim/acquirer says what it books with each.
func AnswerCodes(kind string) []string {
	if kind == AskReverse {
		return []string{"06", "19", "25", "30", "91", "94", "96"}
	}
	codes := []string{"06", "08", "10", "19", "30", "91", "96"}
	if kind == AskForward {
		codes = slices.Insert(codes, 6, "94")
	}
	return codes
}

// unsettled are the codes after which the same is asked again.
var unsettled = []string{"06", "19", "91", "96"}

func (b *builder) answers() {
	f := &b.f.Payment.Answers
	for i, of := range []Named[Percent]{f.Authorise, f.Forward, f.Reverse} {
		kind := AnswerKinds()[i]
		path := "payment.answers." + kind
		var all, again Percent
		for _, e := range of {
			if codes := AnswerCodes(kind); !slices.Contains(codes, e.Name) {
				b.failKey(path+"."+e.Name, wrong("it can be "+listed(codes), "no host answers to %s with %s", kind, e.Name))
			}
			if slices.Contains(unsettled, e.Name) {
				again += e.Value
			}
			all += e.Value
			b.s.Payment.Answers = append(b.s.Payment.Answers, Answer{Kind: kind, Code: e.Name, Share: e.Value})
		}
		const most = Whole * 9 / 10
		switch {
		case all > Whole:
			b.failAt(path, errors.New("the shares are more than 100% together"))
		case again > most && kind != AskAuthorise:
			b.failAt(path, wrong("leave 10% for a last word", "%s of 06, 19, 91 and 96: what is asked again and again would never end", again))
		}
	}
}
