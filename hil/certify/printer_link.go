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
	if x.plain() {
		return numbered(b, tag, 3, 4).Bytes(), at
	}
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
		x.Do("unplug", fmt.Sprintf("Break %d of %d: take the cable out, or switch the radio off.", i+1, len(at)))
		x.Do("plug", "Connect it again.")
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

// linkOnce loses the link when a receipt has been sent, and again when one is
// on paper: a receipt may be on paper or not, which completion tells, but not
// twice.
func linkOnce(x *Exam) Result {
	const lines = 8
	measured := "prints on"
	for _, tag := range []string{"ONCE", "TWICE"} {
		x.print(numbered(x.builder(), tag, 1, lines).Cut(0))
		if tag == "TWICE" {
			x.settle(30 * time.Second)
		}
		x.Hang()
		if !x.Dial(30 * time.Second) {
			return fails("it does not connect again after the link was lost", "does not reconnect")
		}
		x.settle(30 * time.Second)
		a, ok := x.Ask(wrongNumbers(tag, lines))
		switch {
		case !ok:
			return incomplete("nobody looked at the paper")
		case strings.Contains(a, "doubled"):
			return fails(fmt.Sprintf("of %d numbered lines: %s", lines, a), "prints twice when the link is lost")
		case a != "":
			measured = "forgets what it had not printed"
		}
	}
	return Result{Verdict: Pass, Measured: measured}
}

// powerCut takes the printer's power at chosen bytes. What is on paper must be
// a beginning of what was sent, nothing of it may come after the power came
// back, and the next receipt must be whole.
func powerCut(x *Exam) Result {
	const lines = 40
	for i, share := range []int{5, 30, 60, 90, 100} {
		tag := fmt.Sprintf("GONE%c", 'A'+i)
		job := numbered(x.builder(), tag, 1, lines).Bytes()
		x.Send(job[:len(job)*share/100], time.Minute)
		if !x.Do(PowerOff, "Switch the printer off (a printer with a battery: hold its button).") {
			return incomplete("not done: switch off")
		}
		before, ok := x.Ask(howMany(tag))
		if !ok || !x.Do(PowerOn, "Switch it on again.") {
			return incomplete("not done: look at the paper, switch on")
		}
		x.DoWith(Wait, "5s", "Wait until it is ready.")
		if !x.Dial(30 * time.Second) {
			return fails("it does not connect again after its power was lost", "does not reconnect")
		}
		next := fmt.Sprintf("LIVE%c", 'A'+i)
		x.print(numbered(x.builder().LF(), next, 1, 6))
		x.settle(30 * time.Second)
		if after, ok := x.Ask(howMany(tag)); ok && after != before {
			return fails(fmt.Sprintf("%s lines of a receipt were on paper when the power went, %s when it had come back", before, after), "prints after a loss of power what it had in its buffer")
		}
		if r := x.beginning(tag, lines); r.Verdict != Pass {
			return r
		}
		if r := x.clean(next, 6, "receipt after a loss of power is damaged"); r.Verdict != Pass {
			return r
		}
	}
	return x.noGarbage("GONE", "garbage after a loss of power")
}

// howMany counts whole lines with a tag.
func howMany(tag string) Question {
	return Question{Kind: AsNumber, Prompt: "How many whole lines " + tag + " are on the paper?",
		See: func(s Scene) string { return fmt.Sprint(len(found(s, tag))) }}
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
	// longer than for his change; and a printer may be somewhat slower than
	// its maker says, not by half.
	limit := 5.0
	if o := x.Options.Maker; o.Speed > 0 && o.DotsPerMM > 0 {
		const lineDots = 30
		limit = float64(o.Speed*o.DotsPerMM*10/lineDots/2) / 10
	}
	rate := float64(int(lines/(at-began).Seconds()*10)) / 10
	r := Result{Verdict: Pass, Measured: rate, Limit: limit, Unit: "lines/s", Marginal: rate < limit*6/5}
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
