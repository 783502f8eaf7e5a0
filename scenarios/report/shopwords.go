package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"stormrig/fault"
)

// How a plan names moments is exact and made for a machine: time since
// opening, shares of a span, nanoseconds. Whoever looks for a fault thinks in
// the shop's clock and in baskets.
var (
	sinceOpening = regexp.MustCompile(`\bat (-?(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ns|µs|ms|s))(\s|,|\)|$)`)
	shareOf      = regexp.MustCompile(`\bat (\d+\.\d) % of the ((?:\d+(?:st|nd|rd|th) )?[a-z-]+)`)
	nanoseconds  = regexp.MustCompile(` \(([+-]\d+) ns\)`)
	saleOfPlan   = regexp.MustCompile(`\bof sale (\d+)`)
)

// lasting are the spans that take time; the others are moments.
var lasting = map[string]bool{
	fault.SpanRecovery: true, fault.SpanCheckpoint: true, fault.SpanPull: true, fault.SpanCommit: true,
	fault.SpanApproval: true, fault.SpanReceipt: true, fault.SpanIdle: true,
}

// shopWords puts a sentence of a plan into the words of the shop; clock writes
// a time since opening (ns).
func shopWords(text string, clock func(int64) string) string {
	text = sinceOpening.ReplaceAllStringFunc(text, func(s string) string {
		m := sinceOpening.FindStringSubmatch(s)
		d, err := time.ParseDuration(m[1])
		if err != nil {
			return s
		}
		return "at " + clock(int64(d)) + m[2]
	})
	text = shareOf.ReplaceAllStringFunc(text, func(s string) string {
		m := shareOf.FindStringSubmatch(s)
		words := strings.Fields(m[2])
		switch share := m[1]; {
		case !lasting[words[len(words)-1]]:
			return "at the " + m[2]
		case share == "0.0":
			return "at the start of the " + m[2]
		case share == "100.0":
			return "at the end of the " + m[2]
		default:
			return strings.TrimSuffix(share, ".0") + " % into the " + m[2]
		}
	})
	text = nanoseconds.ReplaceAllStringFunc(text, func(s string) string {
		n, err := strconv.ParseInt(nanoseconds.FindStringSubmatch(s)[1], 10, 64)
		if err != nil {
			return s
		}
		if n < 0 {
			return ", " + shortly(-n) + " earlier"
		}
		return ", " + shortly(n) + " later"
	})
	return saleOfPlan.ReplaceAllString(text, "of basket $1")
}

// shortly writes a short time to two digits or so: "7.8 ms", "11 s".
func shortly(ns int64) string {
	switch d := time.Duration(ns); {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(ns)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return lengthWords(ns)
}

// FaultWords says a fault of a plan in the words of the shop, without how long
// it lasts: "drop phone at 14:02:00".
func FaultWords(f fault.Fault, opens time.Time) string {
	when := f.When.String()
	text := what(f.String(), when)
	if f.Args.Data != "" {
		text += ": " + readable(f.Args.Data)
	}
	t := &tracer{opens: opens}
	return text + " " + shopWords(when, t.seconds)
}
