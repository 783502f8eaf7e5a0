package fault

import (
	"fmt"
	"slices"
	"time"
)

// When is the moment of a fault: a Point if its Span is set, else world time
// At (since the shop's opening).
type When struct {
	At    time.Duration
	Point Point
}

// At makes a When of a world time.
func At(t time.Duration) When { return When{At: t} }

// On makes a When of a point.
func On(p Point) When { return When{Point: p} }

// IsPoint tells whether it names a point.
func (w When) IsPoint() bool { return w.Point.Span != "" }

// Place says how a point lies within its span.
type Place string

// The places.
const (
	// Within: at Permille of the whole span.
	Within Place = ""
	// InOp, InWrite, InSync: at Permille of the Op-th disk operation, write or
	// sync (1 is the first, -1 the last). Permille 0 is before it began.
	InOp    Place = "op"
	InWrite Place = "write"
	InSync  Place = "sync"
	// Unsynced: at Permille between the begin of the first operation and the
	// end of the last sync.
	Unsynced Place = "unsynced"
	// Held: at Permille between the end of the last sync and the moment when
	// the effects leave.
	Held Place = "held"
	// Acted: After the effects have left.
	Acted Place = "acted"
	// AtByte: when exactly Byte bytes have arrived. On a cable of packets
	// only the whole packets among them count.
	AtByte Place = "byte"
)

// Point is an exact place in the work of a unit.
type Point struct {
	Span   string `json:"span"`             // "commit", "recovery", "checkpoint", "pull", "receipt", "approval", "idle", ...
	Unit   string `json:"unit,omitempty"`   // whose span; empty: anyone's
	Basket int    `json:"basket,omitempty"` // the harness's n-th basket; 0: any
	// Nth is which of the spans that match, from 1, those that broke off
	// included; 0: the first that the fault can strike.
	Nth      int           `json:"nth,omitempty"`
	Place    Place         `json:"place,omitempty"`
	Op       int           `json:"op,omitempty"`
	Permille int           `json:"permille,omitempty"` // 0 to 1000
	Byte     int           `json:"byte,omitempty"`
	After    time.Duration `json:"-"` // added to the place
	From     time.Duration `json:"-"` // no span counts that begins before this world time; 0: all do
}

// String says it in words: "at opening +4:02:00".
func (w When) String() string {
	if w.IsPoint() {
		return w.Point.String()
	}
	return "at " + SinceOpening(w.At)
}

// String says it in words: "in the 2nd write of the commit of sale 12".
func (p Point) String() string {
	span := p.spanWords()
	words := ""
	switch p.Place {
	case Within:
		words = p.within(span)
	case InOp:
		words = p.opWords("operation") + span
		if p.Byte > 0 {
			words = fmt.Sprintf("at byte %d of the %s operation of %s", p.Byte, ordinal(p.Op), span)
		}
	case InWrite, InSync:
		words = p.opWords(string(p.Place)) + span
	case Unsynced:
		words = fmt.Sprintf("between write and sync (%s) of %s", share(p.Permille), span)
	case Held:
		words = fmt.Sprintf("between the sync and the effects (%s) of %s", share(p.Permille), span)
	case Acted:
		words = "after the effects of " + span
	case AtByte:
		words = fmt.Sprintf("at byte %d of %s", p.Byte, span)
	default:
		words = fmt.Sprintf("at an unknown place %q of %s", string(p.Place), span)
	}
	if p.From != 0 {
		words += ", begun at " + SinceOpening(p.From) + " or later"
	}
	switch {
	case p.After > 0:
		words += ", " + Length(p.After) + " later"
	case p.After < 0:
		words += ", " + Length(-p.After) + " earlier"
	}
	return words
}

// within says how far into a span; most are moments, and have no middle.
func (p Point) within(span string) string {
	lasts := slices.Contains([]string{SpanRecovery, SpanCheckpoint, SpanPull, SpanCommit, SpanApproval, SpanReceipt, SpanIdle}, p.Span)
	switch {
	case p.Permille == 0:
		return cond(lasts, "at the start of ", "at ") + span
	case p.Permille == 1000:
		return "at the end of " + span
	}
	return share(p.Permille) + " into " + span
}

// spanNames are those that do not speak for themselves.
var spanNames = map[string]string{
	SpanHostRequest: "request to the card host", SpanHostReply: "answer of the card host", SpanIdle: "quiet time", "done": "DONE screen", "committed": "end of the commit",
}

func (p Point) spanWords() string {
	words := "the "
	if p.Nth > 0 {
		words += ordinal(p.Nth) + " "
	}
	words += cond(spanNames[p.Span] != "", spanNames[p.Span], p.Span)
	if p.Basket > 0 {
		words += fmt.Sprintf(" of sale %d", p.Basket)
	}
	if p.Unit != "" {
		words += " on " + p.Unit
	}
	return words
}

func (p Point) opWords(what string) string {
	where := "in"
	if p.Permille == 0 {
		where = "before"
	} else if p.Permille == 1000 {
		where = "at the end of"
	}
	return fmt.Sprintf("%s the %s %s of ", where, cond(p.Op < 0, "last", ordinal(p.Op)), what)
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
