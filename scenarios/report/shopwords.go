package report

import (
	"regexp"
	"strconv"
	"time"

	"stormrig/fault"
	"stormrig/sim/history"
)

// A plan counts from the opening and by the sales of the day. Whoever looks for
// a fault thinks in the shop's clock and in baskets.
var (
	sinceOpening = regexp.MustCompile(`\bat opening ([+-])(\d+):(\d\d):(\d\d)`)
	saleOfPlan   = regexp.MustCompile(`\bof sale (\d+)`)
)

// shopWords puts a sentence of a plan into the words of the shop; clock writes
// a time since opening (ns).
func shopWords(text string, clock func(int64) string) string {
	text = sinceOpening.ReplaceAllStringFunc(text, func(s string) string {
		ns, m := int64(0), sinceOpening.FindStringSubmatch(s)
		for _, part := range m[2:] {
			n, _ := strconv.ParseInt(part, 10, 64) // digits
			ns = ns*60 + n*int64(time.Second)
		}
		return "at " + clock(pick(m[1] == "-", -ns, ns))
	})
	return saleOfPlan.ReplaceAllString(text, "of basket $1")
}

// FaultWords says a fault of a plan in the words of the shop: "drop phone at
// 14:02:00, for 8 s".
func FaultWords(f fault.Fault, opens time.Time) string {
	t := &tracer{opens: opens}
	return shopWords(f.String(), t.seconds)
}

// faultID names a fault of a history.
func faultID(f *history.Fault) string {
	if f == nil {
		return "unknown"
	}
	return f.ID
}

// faultText says a fault of a history; an older one has no sentence.
func (t *tracer) faultText(f *history.Fault) string {
	if f == nil {
		return "a fault"
	}
	return shopWords(cond(f.Words != "", f.Words, f.Kind+" "+f.Target+", "+f.When), t.seconds)
}

// NoEffect says of a fault that fired that nothing came of it, where nobody
// would notice: a brown-out may sag too little for any device to go off.
func NoEffect(f fault.Fault, events []history.Event) string {
	if f.Kind != fault.Brownout {
		return ""
	}
	var since *history.Event
	for i := range events {
		switch e := &events[i]; {
		case e.Kind == history.KindFault && e.Fault != nil && e.Fault.ID == f.ID:
			since = e
		case since == nil:
		case e.Kind == history.KindPower && !e.On && e.Text == "brown-out" && (f.For == 0 || e.T <= since.T+int64(f.For)):
			return ""
		}
	}
	if since == nil {
		return ""
	}
	return "nothing went off by it"
}
