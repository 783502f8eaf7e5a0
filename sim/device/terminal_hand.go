package device

import (
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
		out = append(out, d.power(false)...)
		out = append(out, machine.Output{Kind: machine.Close, Port: Port})
		return append(out, d.power(true)...)
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
		d.power(false)
		return append(out, tell(Refused{in.Action, "the battery is empty: it went off"}), machine.Output{Kind: machine.Close, Port: Port})
	}
	_, track, why := testTrack(string(in.Data), d.Profile.format())
	switch {
	case why == "unreadable":
		return append(out, tell(SwipeFailed{Why: "nothing could be read"}))
	case why != "":
		return append(out, tell(Refused{in.Action, why}))
	case d.pay.ref == "" || d.pay.outcome != "" || d.decideAt >= 0:
		return append(out, tell(SwipedIdle{}))
	}
	d.pay.pan, d.pay.masked, d.pay.hash = track.PAN, card.Mask(track.PAN), card.HashPAN(track.PAN)
	if d.Profile.Defects.Has(ShowsNumber) {
		d.pay.masked = track.PAN
	}
	d.decideAt, d.inside = now.Mono+d.Profile.Authorises, true
	out = append(out, tell(Swiped{Ref: d.pay.ref, Amount: d.pay.amount, PANHash: d.pay.hash, Masked: card.Mask(track.PAN)}))
	if d.loseLink {
		d.loseLink, d.open = false, false
		d.link.Reset()
		out = append(out, machine.Output{Kind: machine.Close, Port: Port})
	}
	return d.due(out, now)
}

// due is what time brings: the host's answer, the end of patience.
func (d *Terminal) due(out []machine.Output, now machine.Now) []machine.Output {
	if d.decideAt >= 0 && now.Mono >= d.decideAt {
		d.decideAt = -1
		behaviour, _ := card.Behaviour(d.pay.pan)
		d.pay.pan = ""
		outcome, code := card.OutcomeDeclined, map[string]string{card.Declines: "05", card.Insufficient: "51", card.Lost: "41", card.Expired: "54"}[behaviour]
		if behaviour == card.Approves {
			outcome, code = card.OutcomeApproved, "00"
		}
		out = d.settle(out, outcome, code, "host")
		if outcome == card.OutcomeApproved && d.Profile.Confirms {
			d.confirmBy = now.Mono + d.Profile.ConfirmWithin
		}
		out = d.result(out, now)
	}
	if d.confirmBy >= 0 && now.Mono >= d.confirmBy {
		d.confirmBy = -1
		out = d.unconfirmed(out)
		out = d.result(out, now)
	}
	return out
}

// remove takes the card out; while the host decides it ends the payment.
func (d *Terminal) remove(out []machine.Output, now machine.Now) []machine.Output {
	d.inside = false
	out = append(out, tell(CardGone{Ref: d.pay.ref}))
	if d.decideAt >= 0 {
		d.decideAt, d.pay.pan = -1, ""
		out = d.settle(out, card.OutcomeFailed, "card removed", "terminal")
		return d.result(out, now)
	}
	return out
}
