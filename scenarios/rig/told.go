package rig

import (
	"fmt"
	"slices"

	"stormrig/hil/driver"
	"stormrig/pos/hub"
	"stormrig/pos/till"
	"stormrig/sim"
	"stormrig/sim/acquirer"
	"stormrig/sim/device"
	"stormrig/sim/history"
	"stormrig/sim/shop"
)

// told takes what a machine tells. The types are those documented by the
// machines' packages; one that is not known here would be missing from the
// history, so it is an error.
func (r *Run) told(o sim.Told) error {
	switch v := o.Value.(type) {
	case till.Committed:
		r.commits(o.Who, o.Gen, []entry{{v.Key, v.Prev, v.Hash, v.Payload}})
	case hub.Committed:
		r.commits(o.Who, o.Gen, []entry{{v.Key, v.Prev, v.Hash, v.Payload}})
	case till.Checkpointed:
		r.record(history.Event{Kind: history.KindCheckpointed, Who: o.Who, Gen: o.Gen, Done: int64(v.Records)})
	case till.Span, hub.Span, device.Beeped, device.Vibrated, device.CardForgotten, device.CardGone, device.SwipeReported:
		return nil // seen when handled, or of no consequence
	case till.Started:
		r.record(history.Event{Kind: history.KindStarted, Who: o.Who, Gen: o.Gen, Done: v.Recovered, Total: v.Folded,
			Inc: r.incarnation(o.Who), Text: startedText(v)})
		r.settleHanging(o.Who, o.Gen)
		r.outlived(o.Who, o.Gen)
	case hub.Started:
		held := r.export(o.Who)
		r.record(history.Event{Kind: history.KindStarted, Who: o.Who, Gen: o.Gen, Done: v.Recovered, Total: v.Recovered, Inc: lastOwn(held, o.Who)})
		r.recovered(o, held)
		r.settleHanging(o.Who, o.Gen)
	case till.Replicated:
		r.mark(history.KindReplicated, o, v.Chain.Device, v.Chain.Incarnation, v.Seq)
	case hub.Replicated:
		r.mark(history.KindReplicated, o, v.Chain.Device, v.Chain.Incarnation, v.Seq)
	case till.Acknowledged:
		r.mark(history.KindAcknowledged, o, v.Chain.Device, v.Chain.Incarnation, v.Seq)
		r.acknowledged(o.Who, v.Seq)
	case till.Progress:
		r.record(history.Event{Kind: history.KindProgress, Who: o.Who, Gen: o.Gen, Ref: v.Session, Done: v.Done, Total: v.Total})
	case till.Stopped:
		r.halted(o.Who, o.Gen)
		r.record(history.Event{Kind: history.KindScreen, Who: o.Who, Gen: o.Gen, Text: "STOPPED", Lines: []string{v.Why}})
	case hub.Stopped:
		r.halted(o.Who, o.Gen)
		r.record(history.Event{Kind: history.KindScreen, Who: o.Who, Gen: o.Gen, Text: "STOPPED", Lines: []string{v.Why}})
	case driver.HostTrouble:
		r.record(history.Event{Kind: history.KindRequest, Who: o.Who, Gen: o.Gen, STAN: v.STAN, State: "garbled", Text: v.Why})
	case acquirer.Requested, acquirer.Booked, acquirer.Garbled:
		r.hostTold(o)
	default:
		if known, err := r.deviceTold(o); known {
			return err
		}
		return r.personTold(o)
	}
	return nil
}

// incarnation is that of the till's own chain.
func (r *Run) incarnation(till string) uint32 {
	u, ok := r.world.Unit(till).(*tillUnit)
	if !ok || u.station == nil || u.station.Till().State() == nil {
		return 0
	}
	return u.station.Till().State().Till().Head.Incarnation
}

// lastOwn is the incarnation of the newest of its own entries.
func lastOwn(held []entry, who string) uint32 {
	inc := uint32(0)
	for _, e := range held {
		if e.key.Device == who {
			inc = max(inc, e.key.Incarnation)
		}
	}
	return inc
}

func startedText(v till.Started) string {
	text := ""
	if v.TailBytes > 0 {
		text = fmt.Sprintf("cut a torn tail of %d bytes", v.TailBytes)
	}
	rebuilt := v.Rebuilt
	if rebuilt != "" {
		rebuilt = "book rebuilt: " + rebuilt
	}
	for _, s := range []string{rebuilt, v.Lost} {
		if s != "" {
			if text != "" {
				text += "; "
			}
			text += s
		}
	}
	return text
}

// recovered writes down up to where a hub that started holds each chain: what
// it acknowledged in an earlier life must be there.
func (r *Run) recovered(o sim.Told, held []entry) {
	for _, k := range heads(held) {
		r.record(history.Event{Kind: history.KindReplicated, Who: o.Who, Gen: o.Gen, State: "recovered",
			Device: k.Device, Inc: k.Incarnation, Seq: k.Seq})
	}
}

func (r *Run) mark(kind string, o sim.Told, dev string, inc uint32, seq uint64) {
	r.record(history.Event{Kind: kind, Who: o.Who, Gen: o.Gen, Device: dev, Inc: inc, Seq: seq})
}

func (r *Run) hostTold(o sim.Told) {
	switch v := o.Value.(type) {
	case acquirer.Requested:
		state := string(v.Kind)
		if v.Repeat {
			state = "repeat"
		}
		r.record(history.Event{Kind: history.KindRequest, Who: o.Who, Gen: o.Gen, Basket: r.refs[v.Ref], STAN: v.STAN,
			Ref: v.Ref, Amount: v.Amount, State: state, Text: v.MTI})
		r.moment("request", v.Port, v.Kind == "authorise")
		r.moment("forward", v.Port, v.Kind == "forward")
		r.moment("reverse", v.Port, v.Kind == "reverse")
	case acquirer.Booked:
		r.record(history.Event{Kind: history.KindLedger, Who: o.Who, Gen: o.Gen, Basket: r.refs[v.Ref], STAN: v.STAN,
			Ref: v.Ref, Amount: v.Amount, State: string(v.State), Text: v.Why})
		if v.State == "captured" {
			r.approved(v.Port)
		}
	case acquirer.Garbled:
		r.record(history.Event{Kind: history.KindRequest, Who: o.Who, Gen: o.Gen, State: "garbled", Text: v.Why})
	}
}

// deviceTold takes what a device tells of itself.
func (r *Run) deviceTold(o sim.Told) (bool, error) {
	e := history.Event{Who: o.Who, Gen: o.Gen, Basket: r.basketAt(o.Who)}
	switch v := o.Value.(type) {
	case device.Scanned:
		e.Kind, e.Code = history.KindScan, v.Code
		till := tillOf(o.Who)
		r.scanned[till] = append(slices.Clip(r.scanned[till]), v.Code)
		r.moment("scan", tillOf(o.Who), true)
	case device.Armed:
		e.Kind, e.Ref, e.Amount = history.KindArmed, v.Ref, v.Amount
		r.moment("arm", tillOf(o.Who), true)
	case device.Disarmed:
		e.Kind, e.Ref, e.Text = history.KindDisarmed, v.Ref, v.Why
	case device.Swiped:
		e.Kind, e.Ref, e.Amount = history.KindSwipe, v.Ref, v.Amount
		r.refs[v.Ref] = e.Basket
		r.record(e)
		r.swiped(tillOf(o.Who))
		return true, nil
	case device.Settled:
		e.Kind, e.Ref, e.Amount, e.State, e.Text = history.KindTerminal, v.Ref, v.Amount, v.Outcome, v.By
	case device.SwipedIdle, device.SwipeFailed:
		return true, nil // the shopper's hand was too early; he is asked again
	case device.Refused:
		return true, fmt.Errorf("rig: %s cannot %s: %s", o.Who, v.Action, v.Why)
	case device.PieceBegun:
		e.Kind = history.KindPrintBegin
		r.moment("print", tillOf(o.Who), true)
	case device.AtBar:
		return true, r.hangs(o.Who)
	case device.PieceEnded:
		e.Kind, e.Lines, e.State, e.Job, e.Number = history.KindPaper, v.Lines, v.State, v.Job, receiptNumber(v.Lines)
		r.record(e)
		r.moment("printed", tillOf(o.Who), true)
		if v.State == device.PiecePowerLost && !r.hasCutter(o.Who) {
			return true, r.hangs(o.Who)
		}
		return true, r.world.Schedule(r.world.Now()+afterPaper,
			sim.Act{Unit: cashierOf(tillOf(o.Who)), Action: shop.ActPaper, Data: pieceText(v.State, v.Lines)})
	case device.Completed:
		e.Kind, e.Job = history.KindComplete, v.Job
	case device.Kicked:
		e.Kind = history.KindKick
		r.moment("kick", tillOf(o.Who), true)
	case device.Fixed:
		e.Kind, e.State, e.Text = history.KindFixed, "void", ""
		if v.Valid {
			e.State, e.Text = "fix", fmt.Sprintf("%d %d %d", v.LatE7, v.LonE7, v.AccuracyCM)
		}
	default:
		return false, nil
	}
	r.record(e)
	return true, nil
}

// personTold writes down what a person does and sees, and lets his hands do it.
func (r *Run) personTold(o sim.Told) error {
	t := tillOf(o.Who)
	e := history.Event{Who: o.Who, Gen: o.Gen}
	switch v := o.Value.(type) {
	case shop.StepsUp:
		r.stepsUp(t, v.Basket)
		return nil
	case shop.Trigger:
		return r.apply(sim.Act{Unit: t + ".scanner", Action: "trigger", Data: []byte(v.Code)})
	case shop.Swipe:
		return r.apply(sim.Act{Unit: t + ".dongle", Action: "swipe", Data: []byte(v.Track)})
	case shop.Tear:
		return r.apply(sim.Act{Unit: t + ".printer", Action: "take"})
	case shop.Keyed, shop.Dark, shop.TaskDone:
		return nil
	case shop.Saw:
		r.screen(o.Who, v)
		return nil
	case shop.Tendered:
		e.Kind, e.Basket, e.State, e.Amount = history.KindTendered, v.Basket, v.Kind, v.Amount
	case shop.Rung:
		e.Kind, e.Basket, e.Number, e.Amount = history.KindRung, v.Basket, v.Number, v.Amount
		r.moment("done", t, true)
	case shop.Served:
		e.Kind, e.Basket, e.Number = history.KindServed, v.Basket, v.Number
		if !v.Receipt {
			e.Text = "without a receipt"
		}
		r.record(e)
		r.left(t)
		return nil
	case shop.Walkout:
		e.Kind, e.Basket, e.Text = history.KindWalkout, v.Basket, v.Why
		r.record(e)
		r.left(t)
		return r.another(t, v.Basket)
	case shop.Rering:
		e.Kind, e.Basket, e.Text = history.KindRering, v.Basket, v.Why
	case shop.RefusedCard:
		e.Kind, e.Basket, e.Text = history.KindRefusedCard, v.Basket, v.Why
	case shop.Answered:
		e.Kind, e.Basket, e.Number, e.State = history.KindAnswered, v.Basket, v.Number, yesNo(v.Yes)
	default:
		return fmt.Errorf("rig: %s told a %T, which the history has no kind for", o.Who, o.Value)
	}
	r.record(e)
	return nil
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (r *Run) stepsUp(t string, b shop.Basket) {
	r.serving[t] = b.N
	e := history.Event{Kind: history.KindBasket, Who: t, Basket: b.N, State: "cash"}
	if b.Track != "" {
		e.State = "card"
	}
	for _, it := range b.Items {
		e.Items = append(e.Items, history.Item{SKU: it.SKU, Code: it.Code, Qty: int64(it.Qty)})
	}
	r.record(e)
}

// left: the counter is free.
func (r *Run) left(t string) {
	n := r.serving[t]
	r.serving[t] = 0
	r.idle(t, n)
}

// another shopper takes the place of one who walked out, so that the count of
// a scenario's sales stays what it says.
func (r *Run) another(t string, n int) error {
	b := r.baskets[n]
	b.N = r.nextN
	r.nextN++
	return r.arrive(r.world.Now()+afterWalkout, t, b)
}
