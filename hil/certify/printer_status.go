package certify

import (
	"fmt"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// Bits of DLE EOT's answers [Epson].
const (
	livePin      = 0x04 // n=1: pin 3 of the drawer's connector is high
	liveOffline  = 0x08 // n=1
	liveCover    = 0x04 // n=2
	liveStopped  = 0x20 // n=2: stopped by the end of the paper
	liveNearEnd  = 0x0C // n=4
	liveNoPaper  = 0x60 // n=4
	liveFixed    = 0x12 // bits 1 and 4 are set
	liveFixMask  = 0x93 // bits 0, 1, 4 and 7 are fixed
	autoPaperEnd = 0x0C // third byte
	autoDrawer   = 0x04 // first byte: pin 3 is high
)

func statusIdle(x *Exam) Result {
	var got []byte
	for n := 1; n <= 4; n++ {
		b, _, ok := x.live(n)
		if !ok {
			return fails(fmt.Sprintf("no answer to DLE EOT %d within %v: it cannot be asked how it is", n, answerLimit), "no status")
		}
		if b&liveFixMask != liveFixed {
			return fails(fmt.Sprintf("DLE EOT %d is answered by %02x: the fixed bits are wrong", n, b), "status malformed")
		}
		got = append(got, b)
	}
	if bad := got[0]&liveOffline | got[1]&(liveCover|liveStopped) | got[3]&(liveNearEnd|liveNoPaper); bad != 0 {
		return fails(fmt.Sprintf("idle with paper and the cover shut it answers % x: something is wrong with it, or with what it says", got), "status false")
	}
	return Result{Verdict: Pass, Measured: fmt.Sprintf("% x", got)}
}

// state is a state of the printer that a hand can bring about, and what its
// answers must then say.
type state struct {
	bring, undo [2]string // action, prompt
	n           int       // of DLE EOT
	bits        byte
	offline     bool
	defect      string
}

func statusCover(x *Exam) Result {
	return x.truthIn(state{
		bring: [2]string{"open-cover", "Open the printer's cover."}, undo: [2]string{"close-cover", "Close the cover."},
		n: 2, bits: liveCover, offline: true, defect: "cover not reported"})
}

func statusPaperOut(x *Exam) Result {
	return x.truthIn(state{
		bring: [2]string{"paper-out", "Take the paper out of the printer and close the cover."}, undo: [2]string{"paper-in", "Put the paper in again and close the cover."},
		n: 4, bits: liveNoPaper, offline: true, defect: "paper out not reported"})
}

func statusNearEnd(x *Exam) Result {
	r := x.truthIn(state{
		bring: [2]string{"near-end", "Put in a roll that is nearly at its end."}, undo: [2]string{"paper-in", "Put in a full roll."},
		n: 4, bits: liveNearEnd, defect: "near end not reported"})
	if r.Verdict == Fail && len(r.Defects) == 1 && r.Defects[0] == "no status" {
		return Result{Verdict: NotApplicable, Detail: "it has no status"}
	}
	return r
}

// truthIn brings the printer into a state and back; its answers must say so
// each time.
func (x *Exam) truthIn(s state) Result {
	if _, _, ok := x.live(s.n); !ok {
		return fails(fmt.Sprintf("no answer to DLE EOT %d", s.n), "no status")
	}
	if !x.Do(s.bring[0], s.bring[1]) {
		return incomplete("not done: " + s.bring[1])
	}
	var say []string
	if b, _, ok := x.live(s.n); !ok || b&s.bits != s.bits {
		say = append(say, fmt.Sprintf("DLE EOT %d is %02x with it, bits %02x must be set", s.n, b, s.bits))
	}
	if b, _, ok := x.live(1); s.offline && (!ok || b&liveOffline == 0) {
		say = append(say, fmt.Sprintf("DLE EOT 1 is %02x with it, and it cannot print", b))
	}
	if !x.Do(s.undo[0], s.undo[1]) {
		return incomplete("not done: " + s.undo[1])
	}
	x.recover()
	if b, _, ok := x.live(s.n); !ok || b&s.bits != 0 {
		say = append(say, fmt.Sprintf("DLE EOT %d is still %02x after it", s.n, b))
	}
	if b, _, ok := x.live(1); !ok || b&liveOffline != 0 {
		say = append(say, fmt.Sprintf("DLE EOT 1 is still %02x after it", b))
	}
	if len(say) > 0 {
		return fails(strings.Join(say, "; "), s.defect)
	}
	return Result{Verdict: Pass}
}

func statusAuto(x *Exam) Result {
	x.Drain(100 * time.Millisecond)
	x.Send(new(escpos.Builder).AutoStatus(0xFF).Bytes(), answerLimit)
	all, _, ok := x.replies(answerLimit, kind(escpos.ReplyAuto))
	switch {
	case !ok && x.Options.Maker.AutoStatus:
		return fails("its maker documents an automatic status, and GS a 255 is not answered", "no automatic status")
	case !ok:
		return Result{Verdict: NotApplicable, Detail: "no automatic status after GS a 255"}
	}
	defer func() {
		x.Send(new(escpos.Builder).AutoStatus(0).Bytes(), answerLimit)
		x.Drain(100 * time.Millisecond)
	}()
	first := last(all)
	first[0] &^= autoDrawer // its level differs by drawer
	if first != [4]byte{0x10, 0, 0, 0} {
		return fails(fmt.Sprintf("idle, automatic status is % x, not 10 00 00 00", first[:]), "automatic status false")
	}
	var bad Result
	for _, s := range []struct {
		action, prompt string
		holds          func([4]byte) bool
	}{
		{"open-cover", "Open the printer's cover.", func(a [4]byte) bool { return a[0]&0x28 == 0x28 }},
		{"close-cover", "Close the cover.", func(a [4]byte) bool { return a[0]&0x28 == 0 }},
		{"paper-out", "Take the paper out and close the cover.", func(a [4]byte) bool { return a[2]&autoPaperEnd == autoPaperEnd }},
		{"paper-in", "Put the paper in again and close the cover.", func(a [4]byte) bool { return a[2]&autoPaperEnd == 0 }},
	} {
		if !x.Do(s.action, s.prompt) {
			return incomplete("not done: " + s.prompt)
		}
		all, _, _ := x.replies(answerLimit, func(r escpos.Reply) bool { return r.Kind == escpos.ReplyAuto && s.holds(r.Auto) })
		if a := last(all); !s.holds(a) && bad.Verdict == "" {
			bad = fails(fmt.Sprintf("after %s it says % x by itself", s.action, a[:]), "automatic status silent")
		}
	}
	x.recover()
	if bad.Verdict != "" {
		return bad
	}
	return Result{Verdict: Pass}
}

func last(all []escpos.Reply) (a [4]byte) {
	for _, r := range all {
		if r.Kind == escpos.ReplyAuto {
			a = r.Auto
		}
	}
	return a
}

// orderLines of 30 dots at 8 dots/mm are 45 mm of paper; the fastest receipt
// printers move 350 mm/s [TM-T88VII], so that an answer behind them cannot come
// before soonest.
const (
	orderLines = 12
	soonest    = 120 * time.Millisecond
)

// statusTransmit sends GS r behind lines: its answer must come after them.
func statusTransmit(x *Exam) Result {
	x.Drain(100 * time.Millisecond)
	began := x.Now()
	if !x.print(numbered(x.builder(), "ORDER", 1, orderLines).Transmit(1)) {
		return fails("it does not take a job of twelve lines", "takes nothing")
	}
	all, at, ok := x.replies(10*time.Second, kind(escpos.ReplyByte))
	if !ok {
		return Result{Verdict: NotApplicable, Detail: "GS r 1 is not answered"}
	}
	if at-began < soonest {
		x.Drain(5 * time.Second)
		return fails(fmt.Sprintf("GS r behind twelve lines is answered after %v: before they can be on paper", at-began), "answers out of turn")
	}
	for _, r := range all {
		if r.Kind == escpos.ReplyByte && r.B != 0 {
			return fails(fmt.Sprintf("GS r 1 is answered by %02x with paper in it", r.B), "status false")
		}
	}
	return Result{Verdict: Pass}
}
