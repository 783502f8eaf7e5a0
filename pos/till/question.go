package till

import (
	"strings"
	"time"

	"stormrig/pos"
)

// question is what the display asks. A key that was pressed while the till was
// busy with what led to the question answers another one, or none: the same yes
// pressed twice would put a receipt into a customer's hand that nobody has seen.
type question struct {
	words string        // empty: nothing is asked
	since time.Duration // it was put in the handling of then
	seen  time.Duration // of the first handling after that: it was on the display; negative: none yet
}

// shown takes what the display shows from the end of this handling on.
func (q *question) shown(now time.Duration, s *pos.Screen) {
	words := strings.Join(append([]string{s.Title}, s.Lines...), "\n")
	switch {
	case s.Title != pos.TitleReceipt && s.Title != pos.TitleBacklog:
		*q = question{}
	case words != q.words:
		*q = question{words: words, since: now, seen: -1}
	}
}

// typedAhead tells of an answer that was pressed before the question stood on
// the display. It is no answer; the question stays.
func (q *question) typedAhead(now time.Duration, ev pos.Event) bool {
	if q.words == "" {
		return false
	}
	if q.seen < 0 && now > q.since {
		q.seen = now
	}
	k, pressed := ev.(pos.Pressed)
	if !pressed || k.Word != pos.WordYes && k.Word != pos.WordNo {
		return false
	}
	return q.seen < 0 || now-k.Waited < q.seen
}
