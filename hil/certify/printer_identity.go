package certify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stormrig/hil/wire/escpos"
)

// What GS I 65 to 68 ask for [Epson].
const (
	askFirmware = 65
	askMaker    = 66
	askModel    = 67
	askSerial   = 68
)

// identity asks who the printer is, and whether it behaves like the maker
// that it names: an Epson answers DLE EOT, GS r and GS a, whatever its model.
func identity(x *Exam) Result {
	ans := map[int]string{}
	for _, n := range []int{askFirmware, askMaker, askModel, askSerial} {
		x.Send(new(escpos.Builder).Identify(n).Bytes(), answerLimit)
		all, _, ok := x.replies(answerLimit, kind(escpos.ReplyText))
		if ok {
			ans[n] = all[slices.IndexFunc(all, kind(escpos.ReplyText))].Text
		}
	}
	x.Identity = Identity{Firmware: ans[askFirmware], Maker: ans[askMaker], Model: ans[askModel], Serial: ans[askSerial]}
	says := strings.TrimSpace(x.Identity.Maker + " " + x.Identity.Model)
	if says == "" {
		return Result{Verdict: Pass, Measured: "nothing", Detail: "it says nothing of itself; what it is stands on its label only"}
	}
	if m := x.Claim.Maker; m != "" && !strings.EqualFold(m, x.Identity.Maker) && x.Identity.Maker != "" {
		return fails(fmt.Sprintf("it calls itself %q, its label says %q", says, m), "impostor")
	}
	if lacks := x.lacksOfEpson(says); lacks != "" {
		return fails(fmt.Sprintf("it calls itself %q and does not behave like one: %s", says, lacks), "impostor")
	}
	return Result{Verdict: Pass, Measured: says}
}

// lacksOfEpson names what every printer by Epson answers and this one, which
// calls itself one, does not. Others may lack it.
func (x *Exam) lacksOfEpson(says string) string {
	up := strings.ToUpper(says)
	if !strings.Contains(up, "EPSON") && !strings.Contains(up, "TM-") {
		return ""
	}
	var lacks []string
	if _, _, ok := x.live(1); !ok {
		lacks = append(lacks, "no answer to DLE EOT")
	}
	x.Send(new(escpos.Builder).Transmit(1).Bytes(), answerLimit)
	if _, _, ok := x.replies(answerLimit, kind(escpos.ReplyByte)); !ok {
		lacks = append(lacks, "no answer to GS r")
	}
	x.Send(new(escpos.Builder).AutoStatus(0xFF).Bytes(), answerLimit)
	if _, _, ok := x.replies(answerLimit, kind(escpos.ReplyAuto)); !ok {
		lacks = append(lacks, "no automatic status after GS a")
	}
	x.Send(new(escpos.Builder).AutoStatus(0).Bytes(), answerLimit)
	x.Drain(100 * time.Millisecond)
	return strings.Join(lacks, ", ")
}
