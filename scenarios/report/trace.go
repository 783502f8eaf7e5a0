// Package report makes a run readable: the trace of its history, and the
// evidence that a person looks at.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// traceLegend explains the columns and the marks. A mark is what the eye
// should find when it runs down the page.
const traceLegend = `# n           the event's number in history.jsonl
# time        the world's clock in the shop's zone; +N days after the first day
# who         a till, a device of one, hub, host, a person, a link
# life        which life of it: 1 after the first start
# kind        beside those of history.jsonl: incarnation (a chain goes on under a new number, and why),
#             doubt (a clock is no longer trusted, or again)
#             checkpoint (the book begins to be brought up to date; a cut says if it struck inside),
#             checkpointed (it is)
# mark        ! fault, cut or outage   > towards the till   < out of the till
#             $ money                  = durable            ~ sync   . people   ? look here
# lines that come again and again stand once; history.jsonl has them all
`

// Trace writes a history as text: a legend, then one aligned line an event.
// The header line gives scenario, rig and seed. Exported entries and the marks
// of disk work are counted rather than written out: they say nothing that the
// commits do not, but for a checkpoint's.
func Trace(w io.Writer, events []history.Event) error {
	out := bufio.NewWriterSize(w, 64<<10)
	t := newTracer(events)
	fmt.Fprint(out, traceLegend)
	var lines traceLines
	for i := range events {
		e := &events[i]
		if skipped(e) {
			t.skipped[e.Kind]++
			continue
		}
		lines.add(e, t.line(e, mark(e), cond(e.Kind == history.KindSpan, e.State, e.Kind), t.text(e)))
		for _, more := range t.turns(e) {
			lines.add(e, t.line(e, "!", more.kind, more.text))
		}
	}
	lines.write(out, t)
	for _, kind := range []string{history.KindEntry, history.KindSpan} {
		if n := t.skipped[kind]; n > 0 {
			fmt.Fprintf(out, "# and %d of kind %s\n", n, kind)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	return nil
}

func skipped(e *history.Event) bool {
	return e.Kind == history.KindEntry || e.Kind == history.KindSpan && e.State != "checkpoint"
}

// line is an event without its number and time.
func (t *tracer) line(e *history.Event, mark, kind, text string) string {
	return strings.TrimRight(fmt.Sprintf("%-*s %3d %s %-*s %s", t.who, e.Who, e.Gen, mark, t.kind, kind, text), " ")
}

// traceLines are the lines of a trace, each text once.
type traceLines struct {
	events []*history.Event
	says   []int // place in texts
	texts  []string
	place  map[string]int
}

func (l *traceLines) add(e *history.Event, text string) {
	at, known := l.place[text]
	if !known {
		if l.place == nil {
			l.place = make(map[string]int)
		}
		at = len(l.texts)
		l.texts, l.place[text] = append(l.texts, text), at
	}
	l.events, l.says = append(l.events, e), append(l.says, at)
}

// write brings repetitions to a line; the buffer keeps the error.
func (l *traceLines) write(out *bufio.Writer, t *tracer) {
	again := repeats(len(l.says), func(i int) int { return l.says[i] })
	for i := 0; i < len(l.says); i++ {
		if len(again) > 0 && again[0].first == i {
			r := again[0]
			last := l.events[r.last]
			fmt.Fprintf(out, "   ... %s: the same %s more, up to event %d\n", t.clock(last.T), r.words(), last.N)
			again, i = again[1:], r.last
			continue
		}
		e := l.events[i]
		fmt.Fprintf(out, "%6d %s  %s\n", e.N, t.clock(e.T), l.texts[l.says[i]])
	}
}

type tracer struct {
	who, kind int // widths
	opens     time.Time
	money     func(int64) string
	skipped   map[string]int
	turned    map[string]turned // by device
}

func newTracer(events []history.Event) *tracer {
	t := &tracer{who: 8, kind: len("incarnation"), opens: time.Unix(0, 0).UTC(), skipped: make(map[string]int), turned: make(map[string]turned)}
	t.money = func(a int64) string { return fmt.Sprint(a) }
	for i := range events {
		e := &events[i]
		if skipped(e) {
			continue
		}
		t.who, t.kind = max(t.who, len(e.Who)), max(t.kind, len(e.Kind))
		if h := e.Header; h != nil {
			t.opens = time.Unix(0, h.OpensAt).In(zoneOf(h.Zone))
			t.money = moneyIn(h.Currency)
		}
	}
	return t
}

// zoneOf falls back to UTC where the machine knows no zones: a trace must
// never fail for that.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// moneyIn writes minor units with the currency's decimals.
func moneyIn(currency string) func(int64) string {
	return func(a int64) string { return check.Decimal(currency, a) }
}

func (t *tracer) clock(ns int64) string {
	at := t.opens.Add(time.Duration(ns))
	text := at.Format("15:04:05.000000")
	first := time.Date(t.opens.Year(), t.opens.Month(), t.opens.Day(), 0, 0, 0, 0, time.UTC)
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	if n := int(day.Sub(first) / (24 * time.Hour)); n != 0 {
		return fmt.Sprintf("%s%+d", text, n)
	}
	return text
}

// seconds is clock without what nobody reads: "15:04:05", or with days behind.
func (t *tracer) seconds(ns int64) string {
	text, day := t.clock(ns), ""
	if i := strings.IndexAny(text, "+-"); i > 0 {
		text, day = text[:i], " "+text[i:]+" d"
	}
	return text[:len("15:04:05")] + day
}

// mark is one letter by what an event means to a reader.
func mark(e *history.Event) string {
	switch e.Kind {
	case history.KindFault, history.KindCut, history.KindDisk, history.KindDiskWork, history.KindClock:
		return "!"
	case history.KindPower:
		return cond(e.On, " ", "!")
	case history.KindLink:
		return cond(e.State == "down", "!", " ")
	case history.KindScan, history.KindDelivered, history.KindKey, history.KindSwipe:
		return ">"
	case history.KindScreen, history.KindArmed, history.KindDisarmed, history.KindPrintBegin, history.KindPaper,
		history.KindComplete, history.KindKick:
		return "<"
	case history.KindTendered, history.KindTerminal, history.KindRequest, history.KindLedger:
		return "$"
	case history.KindCommit, history.KindStarted, history.KindSpan, history.KindCheckpointed:
		return "="
	case history.KindReplicated, history.KindAcknowledged, history.KindProgress, history.KindState:
		return "~"
	case history.KindWalkout, history.KindRering, history.KindRefusedCard, history.KindLeak:
		return "?"
	case history.KindBasket, history.KindRung, history.KindServed, history.KindAnswered:
		return "."
	}
	return " "
}

func cond(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
