package device

import (
	"fmt"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
)

func (d *Terminal) do(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	switch in.Action {
	case "swipe", "insert":
		return d.card(out, now, in)
	case "swipe-bad":
		return append(out, tell(SwipeFailed{Why: "nothing could be read"}))
	case "remove":
		if !d.inside {
			return append(out, tell(Refused{in.Action, "there is no card in the reader"}))
		}
		return d.remove(out, now)
	case "restart":
		out = append(d.power(out, now, false), machine.Output{Kind: machine.Close, Port: Port})
		if d.bank != nil {
			out = append(out, machine.Output{Kind: machine.Close, Port: PortBank})
		}
		return d.power(out, now, true)
	case "lose-link":
		d.loseLink = true
	case "low-battery":
		d.low = true
	case "charge":
		d.low = false
	default:
		return append(out, tell(Refused{in.Action, "a terminal has no such thing"}))
	}
	return out
}

// card reads a card and asks the host.
func (d *Terminal) card(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	if d.low {
		out = d.power(out, now, false)
		return append(out, tell(Refused{in.Action, "the battery is empty: it went off"}), machine.Output{Kind: machine.Close, Port: Port})
	}
	text, track, why := testTrack(string(in.Data), d.Profile.format())
	switch {
	case why == "unreadable":
		return append(out, tell(SwipeFailed{Why: "nothing could be read"}))
	case why != "":
		return append(out, tell(Refused{in.Action, why}))
	case d.pay.ref == "" || d.pay.outcome != "" || d.deciding():
		return append(out, tell(SwipedIdle{}))
	}
	d.pay.pan, d.pay.masked, d.pay.hash = track.PAN, card.Mask(track.PAN), card.HashPAN(track.PAN)
	if d.Profile.Defects.Has(ShowsNumber) {
		d.pay.masked = track.PAN
	}
	d.inside = true
	out = append(out, tell(Swiped{Ref: d.pay.ref, Amount: d.pay.amount, PANHash: d.pay.hash, Masked: card.Mask(track.PAN)}))
	if d.loseLink {
		d.loseLink, d.open = false, false
		d.link.Reset()
		out = append(out, machine.Output{Kind: machine.Close, Port: Port})
	}
	if d.bank == nil {
		d.stan = d.stan%999_999 + 1
		d.pay.stan, d.decideAt = fmt.Sprintf("%06d", d.stan), now.Mono+d.Profile.Authorises
		return d.due(out, now)
	}
	d.pay.pan = ""
	out, asked := d.bank.authorise(out, now, &d.pay, text)
	if !asked {
		return d.decided(out, now, verdict{card.OutcomeFailed, "no line", ""})
	}
	return out
}

// due is what time brings: the host's answer, the end of patience.
func (d *Terminal) due(out []machine.Output, now machine.Now) []machine.Output {
	if d.decideAt >= 0 && now.Mono >= d.decideAt {
		d.decideAt = -1
		out = d.decided(out, now, d.within())
	}
	if d.bank != nil {
		var v verdict
		var over bool
		if out, v, over = d.bank.due(out, now); over {
			out = d.decided(out, now, v)
		}
	}
	if d.confirmBy >= 0 && now.Mono >= d.confirmBy {
		d.confirmBy = -1
		out = d.unconfirmed(out)
		out = d.result(out, now)
	}
	return out
}

// within is the word of the host within.
func (d *Terminal) within() verdict {
	behaviour, _ := card.Behaviour(d.pay.pan)
	d.pay.pan = ""
	if behaviour == card.Approves {
		return verdict{card.OutcomeApproved, "00", d.pay.stan}
	}
	code := map[string]string{card.Declines: "05", card.Insufficient: "51", card.Lost: "41", card.Expired: "54"}[behaviour]
	return verdict{card.OutcomeDeclined, code, ""}
}

// decided: the host has spoken, or will not.
func (d *Terminal) decided(out []machine.Output, now machine.Now, v verdict) []machine.Output {
	d.pay.auth = v.auth
	out = d.settle(out, v.outcome, v.code, "host")
	if v.outcome == card.OutcomeApproved && d.Profile.Confirms {
		d.confirmBy = now.Mono + d.Profile.ConfirmWithin
	}
	return d.result(out, now)
}

// remove takes the card out; while the host decides it ends the payment.
func (d *Terminal) remove(out []machine.Output, now machine.Now) []machine.Output {
	d.inside = false
	out = append(out, tell(CardGone{Ref: d.pay.ref}))
	if d.deciding() {
		d.decideAt, d.pay.pan = -1, ""
		if d.bank != nil {
			d.bank.abandon("4000")
		}
		out = d.settle(out, card.OutcomeFailed, "card removed", "terminal")
		return d.result(out, now)
	}
	return out
}
