package certify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/scan"
)

// ScannerChecks are the checks of a scanner that sends lines of text (serial,
// or a port that turns reports and keys into the same).
func ScannerChecks() []Check {
	const second = time.Second
	return []Check{
		{ID: "scan.exact", Title: "What was scanned is what arrives", Cost: Cost{Time: 40 * second, Hands: 5}, Run: scanExact},
		{ID: "scan.layout", Title: "Letters and signs arrive as they are", Cost: Cost{Time: 10 * second, Hands: 1}, Run: scanLayout},
		{ID: "scan.frame", Title: "One line a scan, nothing around it", Cost: Cost{Time: 10 * second, Hands: 2}, Run: scanFrame},
		{ID: "scan.aim", Title: "It says which kind of code it read", Cost: Cost{Time: 20 * second, Hands: 3}, Run: scanAIM},
		{ID: "scan.repeat", Title: "The same code again is a second scan", Cost: Cost{Time: 10 * second, Hands: 3}, Run: scanRepeat},
		{ID: "scan.row", Title: "Scans in a row", Cost: Cost{Time: 60 * second, Hands: 20}, Run: scanRow},
		{ID: "scan.nak", Title: "What the host refuses is sent again", Cost: Cost{Time: 15 * second, Hands: 1}, Run: scanNAK},
		{ID: "scan.unplugged", Title: "What was scanned while unplugged", Cost: Cost{Time: 30 * second, Hands: 5}, Run: scanUnplugged},
		{ID: "scan.power", Title: "It keeps its settings without power", Cost: Cost{Time: 30 * second, Hands: 5}, Run: scanPower},
		{ID: "scan.beep", Title: "It sounds as the till tells it", Cost: Cost{Time: 20 * second, Hands: 2}, Run: scanBeep},
		{ID: "scan.latency", Title: "Time from trigger to line", Cost: Cost{Time: 10 * second, Hands: 3}, Run: scanLatency},
	}
}

// lineLimit is how long a line may take after a trigger. A person needs time
// to aim; a Twin's time costs nothing.
const lineLimit = 30 * time.Second

// tailQuiet is how long the line must be quiet for a scan to be over: longer
// than a slow wedge takes between two keys, shorter than a second trigger.
const tailQuiet = 400 * time.Millisecond

// trigger has one code scanned and returns every byte that came of it.
func (x *Exam) trigger(code string) (raw []byte, done bool) {
	x.Drain(50 * time.Millisecond)
	if !x.DoWith("trigger", code, "Scan the code of: "+code) {
		return nil, false
	}
	raw, _ = x.Await(lineLimit, func(p []byte) bool { return len(x.scans(p)) > 0 })
	if x.Options.Acks && len(raw) > 0 {
		x.Send([]byte{ack}, time.Second)
	}
	return append(raw, x.Drain(tailQuiet)...), true
}

// Handshake of scanners that want one (LS2208 product reference guide).
const (
	ack = 0x06
	nak = 0x15
)

// scans are the scans in bytes, as the till's own parsers cut them. A line
// whose end never came counts for what there is of it.
func (x *Exam) scans(raw []byte) []scan.Scan {
	switch x.Options.Speaks {
	case "hid-pos":
		var p scan.POS
		return p.Feed(raw)
	case "keyboard":
		k := scan.Keyboard{Layout: x.Options.Layout}
		raw = []byte(k.Feed(raw))
	}
	p := scan.NewParser(scan.Settings{Suffix: "\r", AIM: x.Options.AIM})
	return p.Feed(slices.Concat(raw, []byte{'\r'}))
}

// text is the code of a line, without identifier and control characters.
func text(s scan.Scan) string {
	_, code := scan.CutAIM(s.Code)
	return code
}

// expect has codes scanned; each must come as one line that says just that.
func (x *Exam) expect(codes []string) Result {
	for _, c := range codes {
		raw, done := x.trigger(c)
		if !done {
			return incomplete("not scanned: " + c)
		}
		if bad, defect := judge(c, x.scans(raw)); bad != "" {
			return fails(bad, defect)
		}
	}
	return Result{Verdict: Pass, Measured: len(codes), Limit: len(codes), Unit: "scans"}
}

// judge compares one scan with what arrived.
func judge(code string, got []scan.Scan) (bad, defect string) {
	switch {
	case len(got) == 0:
		return fmt.Sprintf("%q was scanned, nothing arrived", code), "loses scans"
	case len(got) > 1:
		return fmt.Sprintf("%q was scanned once, %d lines arrived", code, len(got)), "sends a scan twice"
	}
	switch t := text(got[0]); {
	case t == code:
		return "", ""
	case len(t) > len(code):
		return fmt.Sprintf("%q was scanned, %q arrived", code, t), "doubles characters"
	case len(t) < len(code):
		return fmt.Sprintf("%q was scanned, %q arrived", code, t), "drops characters"
	default:
		return fmt.Sprintf("%q was scanned, %q arrived", code, t), "changes characters"
	}
}

func scanExact(x *Exam) Result {
	return x.expect([]string{"4006381333931", "96385074", "0036000291452", "1122334455667788", "https://example.test/r/0117?t=storm"})
}

// scanLayout sends what a wrong keyboard layout swaps: y and z, and the signs
// of the upper row.
func scanLayout(x *Exam) Result {
	r := x.expect([]string{"YZyz-/+#:;_=&?%$"})
	if r.Verdict == Fail {
		r.Defects = []string{"wrong keyboard layout"}
	}
	return r
}

// scanFrame looks at the bytes: a printable prefix is a setting, bytes that no
// setting sends are not.
func scanFrame(x *Exam) Result {
	if s := x.Options.Speaks; s != "" && s != "serial" {
		return Result{Verdict: NotApplicable, Detail: "it sends reports, not lines"}
	}
	const code = "4006381333931"
	for range 2 {
		raw, done := x.trigger(code)
		if !done {
			return incomplete("not scanned")
		}
		rest := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
		if strings.HasSuffix(rest, "\r") || strings.HasSuffix(rest, "\n") {
			return fails(fmt.Sprintf("a scan ends with % x: more than one end of line", raw[max(0, len(raw)-4):]), "ends a line twice")
		}
		for _, b := range []byte(rest) {
			if b < 0x20 || b > 0x7E {
				return fails(fmt.Sprintf("a byte %02x stands in the line", b), "stray bytes")
			}
		}
		if len(rest) == len(raw) {
			return fails("no end of line after a scan", "does not end a line")
		}
	}
	return Result{Verdict: Pass}
}

func scanAIM(x *Exam) Result {
	for _, c := range [][2]string{{"4006381333931", scan.EAN13}, {"96385074", scan.EAN8}, {"STORM-1", scan.Code128}} {
		code, id := c[0], c[1]
		raw, done := x.trigger(code)
		if !done {
			return incomplete("not scanned: " + code)
		}
		got := x.scans(raw)
		if x.Options.AIM && (len(got) == 0 || got[0].Symbology == "") {
			return fails(fmt.Sprintf("%q came without an AIM identifier, and they are set", code), "no AIM identifier")
		}
		if len(got) == 0 || got[0].Symbology == "" {
			return Result{Verdict: NotApplicable, Detail: "it sends no AIM identifiers; a till must guess the kind of code"}
		}
		if got[0].Symbology != id {
			return fails(fmt.Sprintf("%q is announced as %q, not %q", code, got[0].Symbology, id), "wrong AIM identifier")
		}
	}
	return Result{Verdict: Pass}
}

func scanRepeat(x *Exam) Result {
	r := x.expect([]string{"4006381333931", "4006381333931", "4006381333931"})
	if r.Verdict == Fail && slices.Contains(r.Defects, "loses scans") {
		r.Defects = []string{"swallows the same code"}
	}
	return r
}

func scanRow(x *Exam) Result {
	var codes []string
	for i := range 20 {
		digits := fmt.Sprintf("400638133%03d", i*37)
		d, _ := scan.CheckDigit(digits) // twelve digits always have one
		codes = append(codes, digits+string(d))
	}
	return x.expect(codes)
}

// scanNAK refuses a line once.
func scanNAK(x *Exam) Result {
	if !x.Options.Acks {
		return Result{Verdict: NotApplicable, Detail: "it waits for no answer"}
	}
	const code = "4006381333931"
	x.Drain(50 * time.Millisecond)
	if !x.DoWith("trigger", code, "Scan the code of: "+code) {
		return incomplete("not scanned")
	}
	one := func(p []byte) bool { return len(x.scans(p)) > 0 && text(x.scans(p)[0]) == code }
	x.Await(lineLimit, one)
	x.Drain(100 * time.Millisecond)
	x.Send([]byte{nak}, time.Second)
	again, _ := x.Await(10*time.Second, one)
	if !one(again) {
		return fails("a line was refused (NAK) and never sent again", "ignores a NAK")
	}
	x.Send([]byte{ack}, time.Second)
	x.Drain(3 * time.Second)
	return Result{Verdict: Pass}
}

// scanUnplugged: a scan without a host must not come up in a later sale.
func scanUnplugged(x *Exam) Result {
	x.Hang()
	x.Do("unplug", "Take the scanner's cable out, or switch its radio off.")
	if !x.DoWith("trigger", "5901234123457", "Scan the code of: 5901234123457") {
		return incomplete("not scanned")
	}
	x.DoWith(Wait, "2s", "Wait two seconds.")
	x.Do("plug", "Connect it again.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again", "does not reconnect")
	}
	if late := x.scans(x.Drain(3 * time.Second)); len(late) > 0 && text(late[0]) != "" {
		return fails(fmt.Sprintf("connected again it sent %q, which had been scanned before: it would be in another customer's sale", text(late[0])), "sends old scans")
	}
	return x.expect([]string{"4006381333931"})
}

func scanPower(x *Exam) Result {
	before, done := x.trigger("4006381333931")
	if !done || !x.Do(PowerOff, "Take the scanner's power.") || !x.Do(PowerOn, "Give it power again.") {
		return incomplete("not done: power off and on")
	}
	x.DoWith(Wait, "3s", "Wait until it is ready.")
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again after its power was lost", "does not reconnect")
	}
	x.Drain(time.Second)
	after, done := x.trigger("4006381333931")
	switch {
	case !done:
		return incomplete("not scanned")
	case string(before) != string(after):
		return fails(fmt.Sprintf("before the loss of power it sent %q, after it %q", before, after), "forgets its settings")
	}
	return Result{Verdict: Pass}
}

// scanBeep has the scanner sound for a good and for a refused scan.
func scanBeep(x *Exam) Result {
	if s := x.Options.Speaks; s != "" && s != "serial" {
		return Result{Verdict: NotApplicable, Detail: "nothing can be sent to it"}
	}
	for _, s := range []struct {
		send []byte
		want string
	}{{scan.AppendGood(nil), "good beep"}, {scan.AppendBad(nil), "bad beep"}} {
		x.Send(s.send, time.Second)
		x.Drain(time.Second)
		got, ok := x.Ask(Question{Prompt: "Which sound did the scanner make: 'good beep' (one high), 'bad beep' (two low), or nothing (empty)?",
			See: func(sc Scene) string { return sc.newest() }})
		switch {
		case !ok:
			return incomplete("nobody listened")
		case got == "":
			return Result{Verdict: NotApplicable, Detail: "it makes no sound for its host"}
		case got != s.want:
			return fails(fmt.Sprintf("told to make a %s it made a %s: the cashier hears that a refused scan was taken", s.want, got), "wrong sound")
		}
	}
	return Result{Verdict: Pass}
}

func (s Scene) newest() string {
	if len(s.Shown) == 0 {
		return ""
	}
	return s.Shown[len(s.Shown)-1]
}

func scanLatency(x *Exam) Result {
	const limit, edge = 300, 200
	var worst time.Duration
	for range 3 {
		x.Drain(50 * time.Millisecond)
		if !x.DoWith("trigger", "4006381333931", "Scan the code of: 4006381333931") {
			return incomplete("not scanned")
		}
		began := x.Now()
		_, at := x.Await(lineLimit, func(p []byte) bool { return len(x.scans(p)) > 0 && text(x.scans(p)[0]) == "4006381333931" })
		worst = max(worst, at-began)
		if x.Options.Acks {
			x.Send([]byte{ack}, time.Second)
		}
		x.Drain(tailQuiet)
	}
	if x.ByHand {
		return Result{Verdict: NotApplicable, Measured: worst.Milliseconds(), Unit: "ms", Detail: "the time includes the hand's"}
	}
	r := Result{Verdict: Pass, Measured: worst.Milliseconds(), Limit: limit, Unit: "ms", Marginal: worst.Milliseconds() > edge}
	if worst.Milliseconds() > limit {
		r.Verdict, r.Defects = Fail, []string{"slow"}
	}
	return r
}
