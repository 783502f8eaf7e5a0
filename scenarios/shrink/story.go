package shrink

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// storyLines is how long a story is at most.
const storyLines = 10

// Story tells a run in at most ten lines: what was sold, what went wrong and
// where it struck, what came of it. It is made of the history alone.
func Story(events []history.Event, invariant, detail string) []string {
	t := &teller{labels: map[string]string{}, classes: map[int64]string{}}
	if v, err := check.NewView(events); err == nil {
		for _, c := range v.Cuts() {
			t.classes[c.Event.N] = c.Class
		}
	}
	for i := range events {
		t.event(&events[i])
	}
	t.flush()
	last := fmt.Sprintf("%s: %s", invariant, detail)
	return append(shorten(t.lines, storyLines-1), last)
}

// shorten drops what lies in the middle: how it began and how it ended say
// most.
func shorten(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	head := most / 2
	tail := most - head - 1
	out := append([]string{}, lines[:head]...)
	out = append(out, fmt.Sprintf("... (%d more)", len(lines)-head-tail))
	return append(out, lines[len(lines)-tail:]...)
}

// teller makes the lines.
type teller struct {
	labels  map[string]string // of articles
	classes map[int64]string  // of cuts
	lines   []string
	line    []string // parts of the line under way
	fault   bool     // which is a fault's
}

func (t *teller) flush() {
	if len(t.line) > 0 {
		line := t.line[0]
		if len(t.line) > 1 { // what came of a fault is apart from its own words
			line += cond(t.fault, "; ", ", ") + strings.Join(counted(t.line[1:]), ", ")
		}
		t.lines = append(t.lines, line)
		t.line = nil
	}
}

// counted tells what comes again and again once, with how often.
func counted(list []string) []string {
	var out []string
	for i, n := 0, 0; i < len(list); i += n {
		for n = 1; i+n < len(list) && list[i+n] == list[i]; n++ {
		}
		out = append(out, list[i]+cond(n > 2, fmt.Sprintf(" %d times", n), ""))
		if n == 2 {
			out = append(out, list[i])
		}
	}
	return out
}

func (t *teller) begin(text string) { t.flush(); t.line, t.fault = []string{text}, false }

func (t *teller) add(text string) { t.line = append(t.line, text) }

func (t *teller) event(e *history.Event) {
	switch e.Kind {
	case history.KindHeader:
		for _, a := range e.Header.Articles {
			t.labels[a.SKU] = a.Label
		}
	case history.KindFault:
		t.begin(clockWords(e.T) + " " + faultWords(e.Fault))
		t.fault = true
	case history.KindCut:
		t.add(fmt.Sprintf("%s is cut %s%s", e.Who, cutWords(t.classes[e.N], e.Cut), imageWords(e.Cut)))
	case history.KindBasket:
		t.begin(fmt.Sprintf("%s sale %d: %s, %s", clockWords(e.T), e.Basket, t.items(e.Items), e.State))
	case history.KindStarted:
		if e.Gen > 1 {
			t.add(strings.TrimSuffix(e.Who+" starts again ("+e.Text+")", " ()"))
		}
	case history.KindRung:
		t.add("done")
	case history.KindPaper:
		if e.Number > 0 {
			t.add(fmt.Sprintf("receipt %d%s", e.Number, paperWords(e)))
		}
	case history.KindWalkout, history.KindRering, history.KindRefusedCard:
		t.add(strings.TrimSuffix(e.Kind+" ("+e.Text+")", " ()"))
	case history.KindAct:
		if e.State == "calm" {
			t.begin(clockWords(e.T) + " the faults stop")
		}
	case history.KindScreen:
		if till, seat := strings.CutSuffix(e.Who, ".cashier"); seat && e.Text == "STOPPED" && len(e.Lines) > 0 {
			if stops := till + " stops: " + e.Lines[0]; !slices.Contains(t.line, stops) {
				t.add(stops) // its last line may change while it stands
			}
		}
	}
}

func (t *teller) items(items []history.Item) string {
	if len(items) == 0 {
		return "nothing"
	}
	first := t.labels[items[0].SKU]
	if first == "" {
		first = items[0].SKU
	}
	if items[0].Qty > 1 {
		first = fmt.Sprintf("%d x %s", items[0].Qty, first)
	}
	if len(items) > 1 {
		return fmt.Sprintf("%s and %d more", first, len(items)-1)
	}
	return first
}

func paperWords(e *history.Event) string {
	words := ""
	for _, l := range e.Lines {
		if strings.Contains(l, "COPY") {
			words = " (copy)"
		}
	}
	if e.State != "cut" && e.State != "torn off" {
		words += " (" + e.State + ")"
	}
	return words
}

// atTime is said by the line's own clock; the one of "begun at" is another.
var atTime = regexp.MustCompile(`( begun)? at opening [+-][0-9:]+`)

func faultWords(f *history.Fault) string {
	if f.Words == "" { // of an older history
		return f.Kind + " " + f.Target + " " + f.When
	}
	return atTime.ReplaceAllStringFunc(f.Words, func(at string) string {
		if strings.HasPrefix(at, " begun") {
			return at
		}
		return ""
	})
}

var cellWords = map[string]string{
	"recovery": "while it recovers", "checkpoint": "inside a checkpoint", "pull": "inside a pull",
	"approval_to_record": "between an approval and its record", "before_write": "before the write of a commit",
	"write_to_sync": "between write and sync of a commit", "sync_to_effect": "between sync and effect",
	"effect_to_note": "with an effect under way", "idle": "at rest",
}

func cutWords(class string, c *history.Cut) string {
	if w := cellWords[class]; w != "" {
		return w
	}
	if c != nil && c.Span != "" {
		return "inside a " + c.Span
	}
	return "at rest"
}

func imageWords(c *history.Cut) string {
	if c == nil || c.Pending == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", c.Image)
}

// clockWords is the time since the opening.
func clockWords(ns int64) string {
	d := time.Duration(ns).Truncate(time.Second)
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d:%02d:%02d", sign, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// words says an event in a few words.
func words(e *history.Event) string {
	parts := []string{clockWords(e.T), e.Who, e.Kind}
	for _, p := range []string{e.State, e.Text, e.Ref} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	switch {
	case e.Fault != nil:
		parts = append(parts, faultWords(e.Fault))
	case e.Device != "":
		parts = append(parts, fmt.Sprintf("%s/%d/%d", e.Device, e.Inc, e.Seq))
	case e.Basket > 0:
		parts = append(parts, fmt.Sprintf("sale %d", e.Basket))
	}
	return strings.Join(parts, " ")
}

func cond(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
