package certify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// flowBuffer sends a job that is larger than the buffer, as fast as the link
// takes it: nothing may be lost. Images fill a buffer with little paper.
func flowBuffer(x *Exam) Result {
	lines, want := 200, max(3*x.Options.Maker.Buffer, 16<<10)
	b := x.builder()
	if x.plain() {
		numbered(b, "FLOW", 1, lines)
	} else {
		const rows = 8
		blank := make([]byte, x.width()/8*rows)
		lines = want/len(blank) + 1
		for i := 1; i <= lines; i++ {
			if err := numbered(b, "FLOW", i, i).Image(x.width()/8, blank); err != nil {
				return incomplete("the job could not be made: " + err.Error())
			}
		}
	}
	p := b.Bytes()
	sent := x.Send(p, 4*time.Minute)
	x.settle(2 * time.Minute)
	if sent < len(p) {
		return fails(fmt.Sprintf("it took %d of %d bytes, stopped the line and did not begin again", sent, len(p)), "hangs when full")
	}
	r := x.clean("FLOW", lines, "loses bytes when full")
	if r.Verdict == Pass {
		r = x.noGarbage("FLOW", "loses bytes when full")
	}
	r.Measured, r.Limit, r.Unit = len(p), nil, "bytes at once"
	if n := x.Options.Maker.Buffer; n > 0 {
		r.Unit += fmt.Sprintf(", to a buffer of %d", n)
	}
	if r.Verdict == Fail {
		r.Detail += "; it takes bytes that its buffer has no room for, and forgets them: send no receipt faster than it prints, or none longer than its buffer"
	}
	x.resync()
	return r
}

// resync ends whatever command the printer is still reading, as a careful
// driver does when bytes were lost.
func (x *Exam) resync() {
	x.Drain(2 * time.Second)
	x.Send(new(escpos.Builder).Nuls(residueMax).Init().Bytes(), 10*time.Second)
	x.Drain(time.Second)
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
	taken := half + x.Send(job[half:], 5*time.Second)
	x.Drain(time.Second)
	if !x.Do(mend[0], mend[1]) {
		return incomplete("not done: " + mend[1])
	}
	x.recover()
	x.Send(job[taken:], time.Minute)
	x.settle(30 * time.Second)
	return Result{Verdict: Pass}
}

var (
	takePaper  = [2]string{"paper-out", "In the middle of the receipt: take the paper out."}
	givePaper  = [2]string{"paper-in", "Put the paper in again and close the cover."}
	openCover  = [2]string{"open-cover", "In the middle of the receipt: open the cover."}
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
	const rows = 24 // small enough for any buffer
	if x.plain() {
		return notDrawn
	}
	b := numbered(x.builder(), "PICS", 1, 1)
	if err := b.Image(width/8, pic[:width/8*rows]); err != nil {
		return incomplete("the image could not be made: " + err.Error())
	}
	if r := x.inReceipt(numbered(b.LF(), "PICT", 1, lines).Bytes(), takePaper, givePaper); r.Verdict != Pass {
		return r
	}
	r := x.clean("PICT", lines, "loses lines after an image that was interrupted")
	if r.Verdict != Pass {
		return r
	}
	return x.noGarbage("PICS", "garbage after an image that was interrupted")
}

// recoveryClear opens the cover in a receipt and then clears it (DLE ENQ 2):
// the host prints it anew, so its rest must not come.
func recoveryClear(x *Exam) Result {
	if x.Options.Maker.Known && !x.Options.Maker.Recovery {
		return Result{Verdict: NotApplicable, Detail: "its maker documents no error that waits for the host"}
	}
	const lines = 40
	x.Send(numbered(x.builder(), "OLDS", 1, lines).Bytes(), time.Minute)
	x.Drain(100 * time.Millisecond)
	if !x.Do(openCover[0], openCover[1]) || !x.Do(closeCover[0], closeCover[1]) {
		return incomplete("not done: open and close the cover")
	}
	x.Drain(300 * time.Millisecond)
	if b, _, ok := x.live(1); !ok || b&liveOffline == 0 {
		x.settle(30 * time.Second)
		return Result{Verdict: NotApplicable, Detail: "it goes on by itself after the cover was opened"}
	}
	x.Send(new(escpos.Builder).LiveEnquiry(2).Bytes(), answerLimit)
	x.Drain(300 * time.Millisecond)
	x.print(numbered(x.builder().LF(), "NEWS", 1, 6))
	x.settle(30 * time.Second)
	a, ok := x.Ask(Question{Kind: AsYesNo, Prompt: fmt.Sprintf("Is the line OLDS %03d on the paper?", lines),
		See: func(s Scene) string {
			for _, v := range found(s, "OLDS") {
				if v == lines {
					return "yes"
				}
			}
			return "no"
		}})
	switch {
	case !ok:
		return incomplete("nobody looked at the paper")
	case a == "yes":
		return fails("DLE ENQ 2 was sent, and the receipt went on: printed anew it stands there twice", "does not clear")
	}
	return x.clean("NEWS", 6, "receipt after a clear is damaged")
}

// noGarbage asks whether something stands on the paper, below the first line
// with a tag, that nobody sent.
func (x *Exam) noGarbage(tag, defect string) Result {
	a, ok := x.Ask(Question{Kind: AsYesNo,
		Prompt: "Do letters or signs that make no sense stand on the paper below the first line " + tag + "?",
		See: func(s Scene) string {
			all := allLines(s)
			from := slices.IndexFunc(all, func(l string) bool { return strings.HasPrefix(l, tag) })
			for _, l := range all[max(from, 0):] {
				if nonsense(l) {
					return "yes: " + l
				}
			}
			return "no"
		}})
	switch {
	case !ok:
		return incomplete("nobody looked for garbage")
	case a != "no":
		return fails("letters on paper that nobody sent: "+a, defect)
	}
	return Result{Verdict: Pass}
}

// nonsense is a line that is none of those which the checks print.
func nonsense(l string) bool {
	return l != "" && !strings.ContainsAny(l, "[~") && !knownLine.MatchString(l)
}
