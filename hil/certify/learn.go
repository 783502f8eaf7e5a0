package certify

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// Learned is one setting of a printer's profile as it was measured: the key and
// the value of a profile file, and how it was found.
type Learned struct {
	Key   string
	Value any
	How   string
}

// Words are the value for people.
func (l Learned) Words() string {
	switch v := l.Value.(type) {
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return strings.Join(v, ", ")
	case map[int]string:
		var pages []string
		for _, n := range slices.Sorted(maps.Keys(v)) {
			pages = append(pages, fmt.Sprintf("%d:%s", n, v[n]))
		}
		return strings.Join(pages, ", ")
	}
	return fmt.Sprint(l.Value)
}

// LearnPrinter measures how a printer answers, and how fast: what an emulated
// printer needs to follow it. What the wire and the paper do not show (a second
// connection, a battery) is not among it. An error is one of the bench.
func LearnPrinter(b Bench, o Options) (out []Learned, transcript []byte, err error) {
	var log Transcript
	x := &Exam{bench: b, Options: o, log: &log}
	l := &learner{x: x}
	for _, step := range []func(){l.identity, l.answers, l.paper, l.codes, l.glyphs, l.images, l.motion, l.buffer, l.recovery, l.live, l.link} {
		if step(); x.err != nil {
			return nil, log.Bytes(), x.err
		}
	}
	return l.out, log.Bytes(), nil
}

// learner collects what is learned.
type learner struct {
	x   *Exam
	out []Learned
}

func (l *learner) found(key string, v any, how string) {
	l.out = append(l.out, Learned{Key: key, Value: v, How: "measured: " + how})
}

// truth is what was learned of a yes-or-no setting.
func (l *learner) truth(key string) bool {
	for _, s := range l.out {
		if s.Key == key {
			return s.Value == true
		}
	}
	return false
}

func (l *learner) number(key string) int {
	for _, s := range l.out {
		if n, ok := s.Value.(int); ok && s.Key == key {
			return n
		}
	}
	return 0
}

func (l *learner) identity() {
	identity(l.x)
	id := l.x.Identity
	if id == (Identity{}) {
		return
	}
	l.found("maker", id.Maker, "GS I 66")
	l.found("name", id.Model, "GS I 67")
	l.found("firmware", id.Firmware, "GS I 65")
}

func (l *learner) answers() {
	x := l.x
	_, _, live := x.live(1)
	l.found("answers", live, "DLE EOT 1")
	x.Send(new(escpos.Builder).AutoStatus(0xFF).Bytes(), answerLimit)
	_, _, auto := x.replies(answerLimit, kind(escpos.ReplyAuto))
	x.Send(new(escpos.Builder).AutoStatus(0).Bytes(), answerLimit)
	x.Drain(100 * time.Millisecond)
	l.found("asb", auto, "GS a 255")
	x.Send(new(escpos.Builder).Complete(7).Bytes(), answerLimit)
	_, done := x.completes(7, answerLimit)
	l.found("completion", done, "GS ( H, function 48")
}

// paper measures the width of what is printed.
func (l *learner) paper() {
	x := l.x
	x.print(x.builder().Text("WIDTH").LF())
	x.settle(5 * time.Second)
	dots := l.ask("How many dots wide is the print head (its manual; 80 mm paper mostly 576, 58 mm 384)?", func(s Scene) string {
		for _, sh := range s.Sheets {
			return strconv.Itoa(sh.Width)
		}
		return "0"
	})
	x.Options.Width = dots
	l.found("dots", dots, "looking at the paper")
}

// ask asks for a number; 0 when nobody can tell.
func (l *learner) ask(prompt string, see func(Scene) string) int {
	a, ok := l.x.Ask(Question{Kind: AsNumber, Prompt: prompt, See: see})
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(a))
	if err != nil {
		return 0
	}
	return n
}

// took is how long a job takes until GS r behind it is answered.
func (l *learner) took(job *escpos.Builder) time.Duration {
	x := l.x
	x.settle(20 * time.Second)
	began := x.Now()
	x.print(job.Transmit(1))
	_, at, ok := x.replies(time.Minute, kind(escpos.ReplyByte))
	if !ok {
		return 0
	}
	return at - began
}

// motion measures how fast the paper moves and how long a cut takes, as
// differences between jobs, so that what both have cancels out.
func (l *learner) motion() {
	x := l.x
	if !l.truth("answers") {
		return
	}
	feed := func(times int) *escpos.Builder {
		b := x.builder()
		for range times {
			b.FeedLines(8) // of 30 dots; what ESC J counts in differs by make
		}
		return b
	}
	perMM := l.x.Options.Maker.DotsPerMM
	if perMM == 0 {
		perMM = 8
	}
	if d := l.took(feed(12)) - l.took(feed(2)); d > 0 {
		mm := float64(10*240) / float64(perMM)
		l.found("speed", int(math.Round(mm/d.Seconds())), "time of 2400 dots of paper")
	}
	// A cut feeds to the cutter (ESC J would not): both have the feed.
	cutting := l.took(x.builder().Text("CUT").LF().Cut(0))
	whole := l.cutDots()
	l.found("head-to-cutter", whole, "white dots from the last line to the cut")
	speed := float64(l.number("speed"))
	if speed == 0 {
		return
	}
	line := l.took(x.builder().Text("CUT").LF())
	feedTime := time.Duration(float64(whole) / float64(perMM) / speed * float64(time.Second))
	cutter := max(cutting-line-feedTime, 0).Round(10 * time.Millisecond)
	l.found("cutter", cutter.String(), "time of a cut, less its feed")
}

// cutDots is how far the paper is fed behind the last line before a cut.
func (l *learner) cutDots() int {
	x := l.x
	x.print(x.builder().Text("EDGE").LF().Cut(0))
	x.settle(10 * time.Second)
	return l.ask("How many dots of white paper are between the line EDGE and the cut (or the tear bar; 8 a millimetre)?", func(s Scene) string {
		for i := len(s.Sheets) - 1; i >= 0; i-- {
			if n := whiteBelow(s.Sheets[i], "EDGE"); n >= 0 {
				return strconv.Itoa(n)
			}
		}
		return "0"
	})
}

// whiteBelow counts the white rows at the end of a sheet that ends with a line,
// less those of the line itself; -1 for another sheet.
func whiteBelow(s Sheet, text string) int {
	n := len(s.Lines)
	for n > 0 && strings.TrimSpace(s.Lines[n-1]) == "" {
		n--
	}
	if n == 0 || strings.TrimSpace(s.Lines[n-1]) != text || s.Width == 0 {
		return -1
	}
	wide := s.Width / 8
	rows := len(s.Rows) / wide
	ink := len(trimmedEnd(s.Rows, wide)) / wide
	const below = 12 // white rows of a line of 30 dots below its capitals
	return max(rows-ink-below, 0)
}

func trimmedEnd(rows []byte, wide int) []byte {
	for len(rows) >= wide && strings.Trim(string(rows[len(rows)-wide:]), "\x00") == "" {
		rows = rows[:len(rows)-wide]
	}
	return rows
}

func (l *learner) recovery() {
	x := l.x
	x.Send(numbered(x.builder(), "LEARN", 1, 60).Bytes(), 10*time.Second)
	x.Drain(50 * time.Millisecond)
	x.Do(openCover[0], openCover[1])
	x.Do(closeCover[0], closeCover[1])
	x.Drain(300 * time.Millisecond)
	if b, _, ok := x.live(1); ok {
		l.found("cover-needs-recovery", b&liveOffline != 0, "DLE EOT 1 after the cover was opened in mid-print")
	}
	x.recover()
	x.settle(20 * time.Second)
}

// live learns the drawer, and whether a status request acts inside the data of
// an image.
func (l *learner) live() {
	x := l.x
	if b, _, ok := x.live(1); ok {
		l.found("drawer-pin-high", b&livePin != 0, "DLE EOT 1 without a drawer")
	}
	x.Do("drawer", "Connect a cash drawer and shut it.")
	kicks := func(s Scene) string { return strconv.Itoa(s.Kicks) }
	before := l.ask("How often has the drawer opened so far?", kicks)
	x.Send(new(escpos.Builder).LiveKick(0, 1).Bytes(), answerLimit)
	x.Drain(time.Second)
	l.found("live-kick", l.ask("How often has the drawer opened now?", kicks) > before, "DLE DC4 1")
	x.Do("shut-drawer", "Shut the drawer.")

	if !l.truth("answers") {
		return
	}
	x.Drain(100 * time.Millisecond)
	const rows, wide = 4, 8
	x.Send([]byte{0x1D, 'v', '0', 0, wide, 0, rows, 0, 0, 0x10, 0x04, 0x01}, answerLimit)
	_, _, acts := x.replies(answerLimit, kind(escpos.ReplyLive))
	x.Send(make([]byte, rows*wide-4), answerLimit)
	x.settle(10 * time.Second)
	l.found("live-in-data", acts, "DLE EOT 1 inside an image's data")
}

// link loses the connection behind a receipt that is not yet printed.
func (l *learner) link() {
	x := l.x
	const lines = 30
	x.Send(numbered(x.builder(), "LINK", 1, lines).Bytes(), 10*time.Second)
	x.Hang()
	x.Dial(30 * time.Second)
	x.settle(20 * time.Second)
	x.DoWith(Wait, "20s", "Wait until it has printed.")
	a, ok := x.Ask(wrongNumbers("LINK", lines))
	how := "a receipt whose link was lost"
	if a != "" {
		how += ": lines " + a
	}
	l.found("forgets-on-close", ok && strings.Contains(a, "missing"), how)
}
