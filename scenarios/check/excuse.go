package check

import (
	"fmt"
	"math"
	"strings"

	"stormrig/sim/history"
)

var a1 = Checker{
	ID: "A1", Level: 2, Check: checkA1,
	Title:   "What a till gives as its reason not to work is so: a device, a line, a disk, a bank or a shopper that it blames is to blame",
	Premise: "reason that a till gave",
}

const (
	// grace is how long after a device or a line is back, or a till is, the till
	// may still say that it is not: a driver that has lost its device asks,
	// hangs up and asks anew within 12 s, a host is asked three times for 8 s.
	grace = 60e9
	// inVain is how long a host has been asked without an answer by then.
	inVain = 20e9
)

// blamed says whom the words of a display blame, by their beginning.
var blamed = []struct{ words, whom string }{
	{"CARD READER IS NO TERMINAL", ""}, // the shop's own doing
	{"CARD READER", "dongle"}, {"CARD TERMINAL SILENT", "dongle"},
	{"NO ANSWER", "host"}, {"OVER OFFLINE", "host"}, {"OFFLINE TOTAL", "host"}, {"OFFLINE COUNT", "host"},
	{"PAPER OUT", "printer"}, {"PRINTER COVER OPEN", "printer"},
	{"DISK FULL", "disk"}, {tooLittle, "cash"},
}

// tooLittle begins a refusal of cash; the total follows.
const tooLittle = "NOT ENOUGH, TOTAL "

// personal are declines in which a person or a terminal has decided; what a
// terminal says is P11's.
var personal = []string{"VOIDED AT THE SEAT", "NO CARD PRESENTED", "CARD READER IS NO TERMINAL", "NOTHING TO CHARGE", "UNDONE BY THE TERMINAL", "TERMINAL:"}

// checkA1 looks at each reason when a display first gives it.
func checkA1(v *View) Result {
	var r Result
	for _, u := range v.tills() {
		troubles := make(map[string][]stretch)
		said := make(map[string]bool)
		for _, e := range u.kind[history.KindScreen] {
			now := make(map[string]bool)
			for _, reason := range reasons(e) {
				now[reason] = true
				if said[reason] || u.fresh(e) {
					continue
				}
				whom := whomOf(reason)
				if whom == "" {
					v.declinedByBank(&r, u, e, reason)
					continue
				}
				if whom == "cash" {
					v.tooLittle(&r, u, e, reason)
					continue
				}
				if troubles[whom] == nil {
					troubles[whom] = v.troubles(u, whom)
				}
				r.Checked++
				if !amid(troubles[whom], e.T) && !(whom == "host" && v.askedInVain(u, e)) {
					r.fail(Finding{Basket: e.Basket, Text: fmt.Sprintf("%s said %q, and for %d s nothing had been wrong with its %s",
						u.name, reason, int(grace/1e9), whom)}, e)
				}
			}
			said = now
		}
	}
	return r
}

// reasons are what a screen gives as reasons: below a refusal or a decline, and
// in the status line.
func reasons(e *event) []string {
	var out []string
	switch e.Text {
	case "REFUSED", "DECLINED", "STOPPED":
		if len(e.Lines) > 0 && (e.Text == "DECLINED" || whomOf(e.Lines[0]) != "") {
			out = append(out, e.Lines[0])
		}
	}
	for _, line := range e.Lines {
		if status, is := strings.CutPrefix(line, "# "); is && whomOf(status) != "" {
			out = append(out, status)
		}
	}
	return out
}

func whomOf(reason string) string {
	for _, b := range blamed {
		if strings.HasPrefix(reason, b.words) {
			return b.whom
		}
	}
	return ""
}

// fresh tells whether the till's life is so young that it may not have met its
// devices. One that stopped for want of room and goes on has heard of them, unless
// it had no room for its first word: then it has asked them nothing.
func (u *unit) fresh(e *event) bool {
	first := last(u.kind[history.KindStarted], e.N)
	for s := first; s != nil && s.Gen == first.Gen; s = last(u.kind[history.KindStarted], s.N) {
		if word := next(u.kind[history.KindCommit], s.N); word != nil && word.N < first.N {
			first = s
		}
	}
	return first == nil || e.T-first.T < grace
}

// stretch is a time in which something was wrong.
type stretch struct{ from, to int64 }

func amid(troubles []stretch, t int64) bool {
	for _, s := range troubles {
		if s.from <= t && t <= s.to+grace || s.to == math.MaxInt64 && s.from <= t {
			return true
		}
	}
	return false
}

// troubles are the times in which something was wrong with what a till blames,
// as the world saw it.
func (v *View) troubles(u *unit, whom string) []stretch {
	out := []stretch{}
	switch whom {
	case "disk":
		out = append(out, u.diskTroubles()...)
	case "host":
		out = append(out, away(u.links["host"])...)
		out = append(out, away(v.unitOf("host").kind[history.KindPower])...)
		out = append(out, away(u.of(history.KindLink, u.name+".dongle-host"))...)
	default:
		out = append(out, away(u.of(history.KindLink, u.name+"."+whom))...)
		out = append(out, away(u.of(history.KindPower, u.name+"."+whom))...)
	}
	for _, e := range v.kind[history.KindFault] {
		if e.Fault != nil && e.Fault.Kind != "drop" && e.Fault.Kind != "kill" && e.Fault.Kind != "clock" && strikes(e.Fault, u.name, whom) {
			out = append(out, v.lasting(u, e))
		}
	}
	return out
}

// of returns the unit's events of a kind that are told of who.
func (u *unit) of(kind, who string) []*event {
	var out []*event
	for _, e := range u.kind[kind] {
		if e.Who == who {
			out = append(out, e)
		}
	}
	return out
}

// away turns events of power or of a line into the times without it.
func away(events []*event) []stretch {
	var out []stretch
	for _, e := range events {
		n := len(out)
		gone := n > 0 && out[n-1].to == math.MaxInt64
		switch down := isDown(e); {
		case down && !gone:
			out = append(out, stretch{e.T, math.MaxInt64})
		case !down && gone:
			out[n-1].to = e.T
		}
	}
	return out
}

// diskTroubles: a till learns that there is room, or that its disk is well, when
// it next writes.
func (u *unit) diskTroubles() []stretch {
	var out []stretch
	for _, e := range u.kind[history.KindDisk] {
		if e.Who != u.name || e.State == "killed" || e.State == "lie" {
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].to = min(out[n-1].to, e.T)
		}
		s := stretch{e.T, math.MaxInt64}
		if commit := next(u.kind[history.KindCommit], e.N); e.State == "healed" && commit != nil {
			s.to = commit.T
		}
		out = append(out, s)
	}
	return out
}

// strikes tells whether a fault is aimed at what a till blames, or at all that
// the till is tied to. A roll that is near its end is not at it: that keeps no
// printer from printing.
func strikes(f *history.Fault, till, whom string) bool {
	if f.Action == "near-end" {
		return false
	}
	for _, target := range strings.Split(f.Target, ",") {
		switch {
		case target == till+"."+whom, whom == "disk" && target == till && f.Kind == "disk",
			whom == "host" && (target == "host" || target == "network" || target == till+"-host" || strings.HasPrefix(target, till+".dongle")):
			return true
		}
	}
	return false
}

// lasting is how long a fault lasts: as written; for ever where nothing says it;
// and where a hand came in vain because the device had no power, too.
func (v *View) lasting(u *unit, e *event) stretch {
	s := stretch{e.T, math.MaxInt64}
	if e.Fault.For > 0 {
		s.to = e.T + e.Fault.For
	}
	if e.Fault.Kind == "device" && strings.Contains(e.Fault.Target, ".") {
		for _, off := range away(u.of(history.KindPower, e.Fault.Target)) {
			if off.from <= s.to && s.to <= off.to {
				return stretch{e.T, math.MaxInt64}
			}
		}
	}
	return s
}

// askedInVain tells whether the host was asked for a payment of before, for so
// long that its silence is what the till speaks of.
func (v *View) askedInVain(u *unit, at *event) bool {
	p := v.chargedBefore(u, at)
	return p != nil && len(p.requests) > 0 && p.requests[0].N < at.N && at.T-p.requests[0].T >= inVain
}

// tooLittle holds a refusal of cash against what the shopper handed over, each time
// that he was asked.
func (v *View) tooLittle(r *Result, u *unit, e *event, reason string) {
	_, text, _ := strings.Cut(strings.TrimPrefix(reason, tooLittle), " ")
	total, ok := minor(text)
	var least *event
	for _, b := range u.baskets {
		for _, t := range b.tendered {
			if b.n == e.Basket && t.N < e.N && t.State == "cash" && (least == nil || t.Amount < least.Amount) {
				least = t
			}
		}
	}
	if !ok || least == nil {
		return
	}
	r.Checked++
	if least.Amount >= total {
		r.fail(Finding{Basket: e.Basket, Text: fmt.Sprintf("%s said %q, and the shopper had handed over %s", u.name, reason, u.money(least.Amount))}, least, e)
	}
}

// declinedByBank holds a decline in the bank's words against the bank's books.
func (v *View) declinedByBank(r *Result, u *unit, e *event, reason string) {
	p := v.chargedBefore(u, e)
	if p == nil {
		return // an import, or a till that names no charges
	}
	for _, words := range personal {
		if strings.HasPrefix(reason, words) {
			v.nobodyCould(r, u, p, e, reason)
			return
		}
	}
	r.Checked++
	f := Finding{Basket: e.Basket, Ref: p.ref}
	asked := last(p.requests, e.N)
	booked := last(p.ledger, e.N)
	switch {
	case asked == nil:
		f.Text = fmt.Sprintf("%s said %q of %s, and the card host was never asked", u.name, reason, p.ref)
	case strings.HasSuffix(reason, "NOTHING WAS CHARGED"): // the bank's answer was none: what it did is undone
		return
	case booked != nil && booked.State == "captured" && booked.Amount == p.charge.Amount && !amid(v.troubles(u, "host"), e.T):
		f.Text = fmt.Sprintf("%s said %q of %s, and the card host had approved all of it", u.name, reason, p.ref)
	default:
		return
	}
	r.fail(f, e, asked, booked)
}

// nobodyCould: a till that says that no card was presented blames the customer,
// who can present one only while the reader waits for this payment. A reader that
// has lost what it was armed with is in no trouble any more once it is back.
func (v *View) nobodyCould(r *Result, u *unit, p *payment, e *event, reason string) {
	if !strings.HasPrefix(reason, "NO CARD PRESENTED") || len(p.armed) == 0 || len(p.results) == 0 {
		return
	}
	given := p.results[len(p.results)-1].record.at // until then the till let it wait
	held := last(merged(p.armed, u.disarmed(p.ref)), given)
	r.Checked++
	if held == nil || held.Kind != history.KindDisarmed || e.T-held.T < grace || amid(v.troubles(u, "dongle"), e.T) || amid(v.troubles(u, "disk"), e.T) {
		return
	}
	r.fail(Finding{Basket: e.Basket, Ref: p.ref, Text: fmt.Sprintf("%s said %q of %s, and for %d s its card reader had waited for no card (%s)",
		u.name, reason, p.ref, (e.T-held.T)/1e9, held.Text)}, held, e)
}

// disarmed returns when the unit's reader let go of a payment without a card.
func (u *unit) disarmed(ref string) []*event {
	var out []*event
	for _, e := range u.kind[history.KindDisarmed] {
		if e.Ref == ref {
			out = append(out, e)
		}
	}
	return out
}

// chargedBefore is the payment that a till began last before an event.
func (v *View) chargedBefore(u *unit, e *event) *payment {
	var found *payment
	for _, p := range v.payments {
		if p.unit == u && p.charged != nil && p.charged.at < e.N && (found == nil || p.charged.at > found.charged.at) {
			found = p
		}
	}
	return found
}
