package certify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// knownLine is what the checks print: a word in capitals and a number, or
// the lines of the checks of glyphs and looks.
var knownLine = regexp.MustCompile(`^([A-Z]{4,6} \d{3}|(GLYPH|LOOK)( .*)?|(0123456789)+\d*)$`)

// residueMax is how many NULs complete any command that stormrig sends.
const residueMax = escpos.MaxData + 16

// broken makes a job whose commands are long, and the places where it breaks:
// inside text, inside a code's data and inside an image.
func broken(x *Exam, tag string) (job []byte, at []int) {
	b := numbered(x.builder(), tag, 1, 2)
	at = append(at, b.Len()-3)
	if err := b.QR("https://example.test/r/0117?t=storm&c=9f3a", 4, 'M'); err != nil {
		return b.Bytes(), at
	}
	at = append(at, b.Len()-30)
	pic, width := testImage()
	if err := b.Image(width/8, pic); err != nil {
		return b.Bytes(), at
	}
	at = append(at, b.Len()-200)
	return numbered(b.LF(), tag, 3, 4).Bytes(), at
}

// linkCut breaks the connection inside commands. The host then does what a
// careful driver does (NULs complete what was half sent, then ESC @), and the
// next receipt must be whole and clean.
func linkCut(x *Exam) Result {
	const lines = 6
	job, at := broken(x, "TORN")
	for i, n := range at {
		x.Send(job[:n], time.Minute)
		x.Hang()
		x.Do("plug-out", fmt.Sprintf("Break %d of %d: take the cable out, or switch the radio off.", i+1, len(at)))
		x.Do("plug-in", "Connect it again.")
		if !x.Dial(30 * time.Second) {
			return fails("it does not connect again after the link was lost", "does not reconnect")
		}
		tag := fmt.Sprintf("NEXT%c", 'A'+i)
		next := numbered(new(escpos.Builder).Nuls(residueMax).Init().LF(), tag, 1, lines)
		x.print(next)
		x.settle(30 * time.Second)
		if r := x.clean(tag, lines, "receipt after a lost link is damaged"); r.Verdict != Pass {
			return r
		}
	}
	return Result{Verdict: Pass, Measured: len(at), Limit: len(at), Unit: "breaks"}
}

// linkOnce loses the link when a receipt has been sent and comes back: the
// receipt must be on paper once.
func linkOnce(x *Exam) Result {
	const lines = 8
	x.print(numbered(x.builder(), "ONCE", 1, lines).Cut(0))
	x.Hang()
	if !x.Dial(30 * time.Second) {
		return fails("it does not connect again after the link was lost", "does not reconnect")
	}
	x.settle(30 * time.Second)
	return x.clean("ONCE", lines, "prints twice, or not at all, when the link is lost")
}

// powerCut takes the printer's power at chosen bytes. What is on paper must be
// a beginning of what was sent, and the next receipt must be whole.
func powerCut(x *Exam) Result {
	const lines = 12
	for i, share := range []int{10, 40, 70, 90, 100} {
		tag := fmt.Sprintf("CUTOFF%c", 'A'+i)[3:]
		job := numbered(x.builder(), tag, 1, lines).Bytes()
		x.Send(job[:len(job)*share/100], time.Minute)
		if !x.Do(PowerOff, "Switch the printer off (a printer with a battery: hold its button).") || !x.Do(PowerOn, "Switch it on again.") {
			return incomplete("not done: switch off and on")
		}
		x.DoWith(Wait, "5s", "Wait until it is ready.")
		if !x.Dial(30 * time.Second) {
			return fails("it does not connect again after its power was lost", "does not reconnect")
		}
		next := fmt.Sprintf("LIVE%c", 'A'+i)
		x.print(numbered(x.builder().LF(), next, 1, lines))
		x.settle(30 * time.Second)
		if r := x.beginning(tag, lines); r.Verdict != Pass {
			return r
		}
		if r := x.clean(next, lines, "receipt after a loss of power is damaged"); r.Verdict != Pass {
			return r
		}
	}
	return x.noGarbage("LIVE", "garbage after a loss of power")
}

// beginning asks whether what is on paper of an interrupted receipt is its
// beginning.
func (x *Exam) beginning(tag string, lines int) Result {
	a, ok := x.Ask(Question{Kind: AsYesNo,
		Prompt: fmt.Sprintf("Of the receipt %s 001 to %s %03d that was interrupted: are the lines on paper its first ones, in order, each once (none at all is fine)?", tag, tag, lines),
		See: func(s Scene) string {
			got := found(s, tag)
			for i, v := range got {
				if v != i+1 {
					return "no: " + strings.Trim(fmt.Sprint(got), "[]")
				}
			}
			return "yes"
		}})
	switch {
	case !ok:
		return incomplete("nobody looked at the interrupted receipt")
	case a != "yes":
		return fails("of the interrupted receipt, on paper: "+a, "prints what it had forgotten")
	}
	return Result{Verdict: Pass}
}

// speed measures lines a second over a long receipt.
func speed(x *Exam) Result {
	const lines = 100
	x.settle(10 * time.Second)
	began := x.Now()
	x.print(numbered(x.builder(), "FAST", 1, lines).Transmit(1))
	_, at, ok := x.replies(2*time.Minute, kind(escpos.ReplyByte))
	if !ok {
		return Result{Verdict: NotApplicable, Detail: "it does not tell when it has printed"}
	}
	// Below 5 lines a second a customer waits for a receipt of 25 lines
	// longer than for his change.
	const limit, edge = 5.0, 6.0
	rate := float64(int(lines/(at-began).Seconds()*10)) / 10
	r := Result{Verdict: Pass, Measured: rate, Limit: limit, Unit: "lines/s", Marginal: rate < edge}
	if rate < limit {
		r.Verdict, r.Defects = Fail, []string{"slow"}
	}
	return r
}

// latency measures 20 real-time answers; the slowest but one counts.
func latency(x *Exam) Result {
	var took []time.Duration
	for range 20 {
		_, d, ok := x.live(1)
		if !ok {
			return Result{Verdict: NotApplicable, Detail: "DLE EOT is not answered"}
		}
		took = append(took, d)
	}
	slices.Sort(took)
	const limit, edge = 500, 300
	ms := took[len(took)-2].Milliseconds()
	r := Result{Verdict: Pass, Measured: ms, Limit: limit, Unit: "ms", Marginal: ms > edge}
	if ms > limit {
		r.Verdict, r.Defects = Fail, []string{"answers late"}
	}
	return r
}

// soak prints receipts as a shop does, one after the other.
func soak(x *Exam) Result {
	n := x.Options.Soak
	if n == 0 {
		n = 50
	}
	for i := 1; i <= n; i++ {
		b := x.builder()
		b.Align(1).Size(1, 2).Text("stormrig").LF().Size(1, 1).Align(0)
		numbered(b, "SOAK", i, i)
		for k := range 8 {
			b.Text(fmt.Sprintf("%d x item %c", k+1, 'A'+k)).LF()
		}
		if !x.print(b.Cut(0)) {
			return fails(fmt.Sprintf("it took no more at receipt %d of %d", i, n), "hangs")
		}
		x.Drain(50 * time.Millisecond)
	}
	x.settle(time.Minute)
	return x.clean("SOAK", n, "loses receipts in a row")
}
