package certify

import (
	"bytes"
	"time"

	"stormrig/hil/wire/escpos"
)

// flowBuffer sends a long job as fast as the link takes it: whatever the
// buffer's size, nothing may be lost. XON and XOFF are obeyed.
func flowBuffer(x *Exam) Result {
	const lines = 200
	p := numbered(x.builder(), "FLOW", 1, lines).Bytes()
	sent, end := 0, x.Now()+3*time.Minute
	for held := false; sent < len(p) && x.Now() < end; {
		if n := min(64, len(p)-sent); !held {
			sent += x.Send(p[sent:sent+n], 5*time.Second)
		}
		got, _ := x.Await(flowWait(held), func(b []byte) bool { return len(b) > 0 })
		held = heldBack(held, got)
	}
	x.settle(time.Minute)
	if sent < len(p) {
		return fails("it stopped taking bytes and did not begin again", "hangs when full")
	}
	return x.clean("FLOW", lines, "loses bytes when full")
}

func flowWait(held bool) time.Duration {
	if held {
		return 5 * time.Second
	}
	return time.Millisecond
}

func heldBack(held bool, got []byte) bool {
	for _, r := range parse(got) {
		switch r.Kind {
		case escpos.ReplyXOff:
			held = true
		case escpos.ReplyXOn:
			held = false
		}
	}
	return held
}

// flowOffline sends a receipt while the cover is open: it must be printed
// whole when the cover is shut, or not be taken.
func flowOffline(x *Exam) Result {
	const lines = 20
	if !x.Do("open-cover", "Open the printer's cover.") {
		return incomplete("not done: open the cover")
	}
	b := numbered(x.builder(), "SHUT", 1, lines)
	taken := x.Send(b.Bytes(), 5*time.Second)
	if !x.Do("close-cover", "Close the cover.") {
		return incomplete("not done: close the cover")
	}
	x.recover()
	if rest := b.Bytes()[taken:]; len(rest) > 0 {
		x.Send(rest, time.Minute)
	}
	x.settle(30 * time.Second)
	return x.clean("SHUT", lines, "loses what comes while offline")
}

// inReceipt brings a fault about in the middle of a job and mends it.
func (x *Exam) inReceipt(job []byte, fault, mend [2]string) Result {
	half := len(job) / 2
	x.Send(job[:half], time.Minute)
	x.Drain(200 * time.Millisecond)
	if !x.Do(fault[0], fault[1]) {
		return incomplete("not done: " + fault[1])
	}
	x.Send(job[half:], 5*time.Second)
	x.Drain(time.Second)
	if !x.Do(mend[0], mend[1]) {
		return incomplete("not done: " + mend[1])
	}
	x.recover()
	x.settle(30 * time.Second)
	return Result{Verdict: Pass}
}

var (
	takePaper  = [2]string{"paper-out", "While it prints: take the paper out."}
	givePaper  = [2]string{"paper-in", "Put the paper in again and close the cover."}
	openCover  = [2]string{"open-cover", "While it prints: open the cover."}
	closeCover = [2]string{"close-cover", "Close the cover."}
)

func recoveryPaperOut(x *Exam) Result {
	const lines = 40
	if r := x.inReceipt(numbered(x.builder(), "ROLL", 1, lines).Bytes(), takePaper, givePaper); r.Verdict != Pass {
		return r
	}
	return x.cleanButOne("ROLL", lines, "loses lines when the paper ends")
}

func recoveryCover(x *Exam) Result {
	const lines = 40
	if r := x.inReceipt(numbered(x.builder(), "LIDS", 1, lines).Bytes(), openCover, closeCover); r.Verdict != Pass {
		return r
	}
	return x.cleanButOne("LIDS", lines, "loses lines when the cover is opened")
}

// recoveryImage takes the paper away inside an image: what follows it must be
// text, not the rest of the image as letters.
func recoveryImage(x *Exam) Result {
	const lines = 6
	pic, width := testImage()
	b := x.builder()
	if err := b.Image(width/8, pic); err != nil {
		return incomplete("the image could not be made: " + err.Error())
	}
	if r := x.inReceipt(numbered(b.LF(), "PICT", 1, lines).Bytes(), takePaper, givePaper); r.Verdict != Pass {
		return r
	}
	r := x.clean("PICT", lines, "loses lines after an image that was interrupted")
	if r.Verdict != Pass {
		return r
	}
	return x.noGarbage("PICT", "garbage after an image that was interrupted")
}

// noGarbage asks whether something stands on the paper that nobody sent.
func (x *Exam) noGarbage(before, defect string) Result {
	a, ok := x.Ask(Question{Kind: AsYesNo,
		Prompt: "Do letters or signs stand on the paper near the " + before + " lines that make no sense?",
		See: func(s Scene) string {
			for _, l := range allLines(s) {
				if nonsense(l) {
					return "yes"
				}
			}
			return "no"
		}})
	switch {
	case !ok:
		return incomplete("nobody looked for garbage")
	case a != "no":
		return fails("letters on paper that nobody sent", defect)
	}
	return Result{Verdict: Pass}
}

// nonsense is a line that is none of those which the checks print.
func nonsense(l string) bool {
	for _, known := range []string{"[", "~"} {
		if bytes.Contains([]byte(l), []byte(known)) {
			return false
		}
	}
	return l != "" && !knownLine.MatchString(l)
}
