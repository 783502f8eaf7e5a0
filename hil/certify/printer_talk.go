package certify

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// answerLimit is how long a printer may take for a real-time answer. Epson
// says 'immediately'; a radio link adds tens of milliseconds.
const answerLimit = 1500 * time.Millisecond

// pagesOf are the code pages to print with.
func (x *Exam) pages() []escpos.Page {
	if x.Options.Pages != nil {
		return x.Options.Pages
	}
	return escpos.EpsonPages()
}

func (x *Exam) builder() *escpos.Builder { return (&escpos.Builder{Pages: x.pages()}).Init() }

// print sends all of a job; false when the printer did not take it.
func (x *Exam) print(b *escpos.Builder) bool {
	return x.Send(b.Bytes(), time.Minute) == len(b.Bytes())
}

// replies awaits answers until one satisfies want.
func (x *Exam) replies(limit time.Duration, want func(escpos.Reply) bool) (all []escpos.Reply, at time.Duration, ok bool) {
	_, at = x.Await(limit, func(p []byte) bool {
		all = parse(p)
		ok = slices.ContainsFunc(all, want)
		return ok
	})
	return all, at, ok
}

func parse(p []byte) (out []escpos.Reply) {
	var r escpos.Replies
	for _, b := range p {
		out = r.Feed(b, out)
	}
	return out
}

func kind(k escpos.ReplyKind) func(escpos.Reply) bool {
	return func(r escpos.Reply) bool { return r.Kind == k }
}

// live asks DLE EOT n.
func (x *Exam) live(n int) (status byte, took time.Duration, ok bool) {
	x.Drain(20 * time.Millisecond)
	began := x.Now()
	x.Send(new(escpos.Builder).LiveStatus(n).Bytes(), answerLimit)
	all, at, ok := x.replies(answerLimit, kind(escpos.ReplyLive))
	if !ok {
		return 0, 0, false
	}
	i := slices.IndexFunc(all, kind(escpos.ReplyLive))
	return all[i].B, at - began, true
}

// settle waits until what was sent is printed, as well as this printer can
// tell: by an answer that comes in the order of the buffer, or by waiting.
func (x *Exam) settle(limit time.Duration) {
	x.Send(new(escpos.Builder).Transmit(1).Bytes(), limit)
	if _, _, ok := x.replies(limit, kind(escpos.ReplyByte)); !ok {
		return // the limit has passed, and that is all that can be had
	}
	x.Drain(500 * time.Millisecond)
}

// numbered adds lines "TAG 001" to "TAG n" to a job.
func numbered(b *escpos.Builder, tag string, from, to int) *escpos.Builder {
	for i := from; i <= to; i++ {
		b.Text(fmt.Sprintf("%s %03d", tag, i)).LF()
	}
	return b
}

// wrongNumbers asks which of the lines "TAG 001" to "TAG n" are not on the
// paper exactly once and in order.
func wrongNumbers(tag string, n int) Question {
	return Question{
		Prompt: fmt.Sprintf("On the paper: which of the lines %s 001 to %s %03d are missing, doubled or out of order? (numbers)", tag, tag, n),
		See:    func(s Scene) string { return wrong(found(s, tag), n) },
	}
}

// found is the numbers of whole lines with a tag, in the order of the paper.
func found(s Scene, tag string) (out []int) {
	re := regexp.MustCompile(`^\s*` + regexp.QuoteMeta(tag) + ` (\d+)$`)
	for _, sh := range s.Sheets {
		for _, l := range sh.Lines {
			if m := re.FindStringSubmatch(l); m != nil {
				v, _ := strconv.Atoi(m[1]) // digits by the pattern
				out = append(out, v)
			}
		}
	}
	return out
}

func wrong(got []int, n int) string {
	var bad []string
	times := make([]int, n+2)
	last := 0
	for _, v := range got {
		if v < 1 || v > n {
			bad = append(bad, fmt.Sprintf("%d unknown", v))
			continue
		}
		times[v]++
		if v < last && times[v] == 1 {
			bad = append(bad, fmt.Sprintf("%d late", v))
		}
		last = max(last, v)
	}
	times[n+1] = -1
	for from, v := 1, 1; v <= n; v++ {
		if fate(times[v]) == fate(times[v+1]) {
			continue
		}
		if f := fate(times[v]); f != "" {
			bad = append(bad, span(from, v)+" "+f)
		}
		from = v + 1
	}
	return strings.Join(bad, ", ")
}

// fate says what is wrong with a line that is on paper so many times.
func fate(times int) string {
	switch {
	case times < 0:
		return "end"
	case times == 0:
		return "missing"
	case times > 1:
		return "doubled"
	}
	return ""
}

func span(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}

// cleanButOne is clean for a fault in mid-line: a printer that prints the line
// again which it was at may have had it whole on the paper [Epson, DLE ENQ 1].
func (x *Exam) cleanButOne(tag string, n int, defect string) Result {
	r := x.clean(tag, n, defect)
	if r.Verdict == Fail && oneAgain.MatchString(r.Detail) {
		return Result{Verdict: Pass, Measured: 1, Limit: 1, Unit: "line printed again", Detail: r.Detail}
	}
	return r
}

var oneAgain = regexp.MustCompile(`: \d+ doubled$`)

// clean turns the answer to wrongNumbers into a result.
func (x *Exam) clean(tag string, n int, defect string) Result {
	a, ok := x.Ask(wrongNumbers(tag, n))
	switch {
	case !ok:
		return Result{Verdict: Incomplete, Detail: "nobody looked at the paper"}
	case a != "":
		return fails(fmt.Sprintf("of %d numbered lines: %s", n, a), defect)
	}
	return Result{Verdict: Pass, Measured: n, Limit: n, Unit: "lines"}
}

func incomplete(why string) Result { return Result{Verdict: Incomplete, Detail: why} }

func fails(detail string, defects ...string) Result {
	return Result{Verdict: Fail, Detail: detail, Defects: defects}
}
