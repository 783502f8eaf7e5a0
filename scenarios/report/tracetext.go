package report

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"
	"unicode"

	"stormrig/sim/history"
)

// text is what an event says, in words, on one line.
func (t *tracer) text(e *history.Event) string {
	switch e.Kind {
	case history.KindHeader:
		return headerText(e.Header)
	case history.KindBasket:
		return t.basketText(e)
	case history.KindScreen:
		return strings.Join(append([]string{e.Text}, e.Lines...), " | ")
	case history.KindPaper:
		return t.paperText(e)
	case history.KindCut:
		return cutText(e.Cut)
	case history.KindDisk:
		return strings.TrimSpace(e.State + " " + e.Text + " " + cutText(e.Cut))
	case history.KindDiskWork:
		return strings.Join(append([]string{e.Text}, e.Lines...), " | ")
	case history.KindFault:
		return with(faultID(e.Fault), t.faultText(e.Fault))
	case history.KindClock:
		return fmt.Sprintf("%s -> %s %s", wallText(e.Wall), wallText(e.WallTo), e.Text)
	case history.KindCommit, history.KindReplicated, history.KindAcknowledged:
		return entryText(e)
	case history.KindStarted:
		return fmt.Sprintf("%s%s found, %d folded %s", cond(e.Inc > 0, fmt.Sprintf("incarnation %d, ", e.Inc), ""), r2(int(e.Done), "entry", "entries"), e.Total, e.Text)
	case history.KindSpan:
		return "begins"
	case history.KindCheckpointed:
		return r2(int(e.Done), "record", "records")
	case history.KindProgress:
		return fmt.Sprintf("session %s: %d of %d", e.Ref, e.Done, e.Total)
	case history.KindScannedForLeaks:
		return fmt.Sprintf("%d canaries in %d places", e.Done, e.Total)
	case history.KindLeak:
		return fmt.Sprintf("%s at offset %d", e.Text, e.Done)
	case history.KindState:
		return fmt.Sprintf("digest %.12s, %d articles, %d conflicts", e.Text, len(e.Stock), e.Done)
	case history.KindPower:
		return strings.TrimSpace(cond(e.On, "on ", "OFF ") + e.Text)
	}
	return t.plainText(e)
}

// plainText names the fields that most kinds share, in one order.
func (t *tracer) plainText(e *history.Event) string {
	var words []string
	add := func(yes bool, format string, args ...any) {
		if yes {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(e.Basket != 0, "basket %d", e.Basket)
	add(e.State != "", "%s", e.State)
	add(e.Number != 0, "sale %d", e.Number)
	add(e.Ref != "", "ref %s", e.Ref)
	add(e.STAN != "", "stan %s", e.STAN)
	add(e.Amount != 0, "%s", t.money(e.Amount))
	add(e.Code != "", "%s", e.Code)
	add(e.Job != 0, "job %d", e.Job)
	add(e.Text != "", "%s", e.Text)
	return strings.Join(words, " ")
}

func headerText(h *history.Header) string {
	if h == nil {
		return ""
	}
	return fmt.Sprintf("scenario %s, rig %s, seed %d, level %d, %s, %s", h.Scenario, h.Rig, h.Seed, h.Level, h.Currency, h.Zone)
}

func (t *tracer) basketText(e *history.Event) string {
	goods := make([]string, len(e.Items))
	for i, it := range e.Items {
		goods[i] = fmt.Sprintf("%d %s", it.Qty, it.SKU)
	}
	text := fmt.Sprintf("%d pays by %s: %s", e.Basket, e.State, strings.Join(goods, ", "))
	if e.Amount != 0 {
		text += ", tags say " + t.money(e.Amount)
	}
	return text
}

func (t *tracer) paperText(e *history.Event) string {
	var words []string
	if e.Number != 0 {
		words = append(words, fmt.Sprintf("sale %d", e.Number))
	}
	if e.Job != 0 {
		words = append(words, fmt.Sprintf("job %d", e.Job))
	}
	words = append(words, e.State)
	for _, line := range e.Lines {
		if text := strings.Join(strings.Fields(line), " "); strings.IndexFunc(text, isWord) >= 0 {
			words = append(words, "| "+text) // rules and blank lines say nothing here
		}
	}
	return strings.Join(words, " ")
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func cutText(c *history.Cut) string {
	if c == nil {
		return ""
	}
	text := "in " + cond(c.Span == "", "no disk work", c.Span)
	if c.Ops > 0 {
		text += fmt.Sprintf(", %d begun and %d ended of %d operations", c.Begun, c.Ended, c.Ops)
	}
	text += cond(c.At != "", ", "+c.At, "") + cond(c.Synced, ", synced", "")
	if c.Pending > 0 {
		text += ", " + r2(c.Pending, "sector", "sectors") + " pending"
	}
	return text + cond(c.Torn, ", torn", "") + cond(c.Reordered, ", reordered", "") + cond(c.Image != "", ": "+c.Image, "")
}

func wallText(ns int64) string { return time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000Z") }

// entryText names an entry and, of a commit, the kinds of its facts and what
// it orders: enough to follow the story, without the money of it twice.
func entryText(e *history.Event) string {
	text := fmt.Sprintf("%s/%d/%d", e.Device, e.Inc, e.Seq)
	if e.Payload == nil {
		return text
	}
	var entry struct {
		Facts   []map[string]json.RawMessage `json:"facts"`
		Intents []map[string]json.RawMessage `json:"intents"`
	}
	if json.Unmarshal(e.Payload, &entry) != nil {
		return text + fmt.Sprintf(" %d bytes that are no entry", len(e.Payload))
	}
	for _, f := range entry.Facts {
		text += " " + strings.Join(names(f, ""), "+")
	}
	for _, in := range entry.Intents {
		text += " ->" + strings.Join(names(in, "id"), "+")
	}
	return text
}

func names(m map[string]json.RawMessage, without string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		if k != without {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	return keys
}
