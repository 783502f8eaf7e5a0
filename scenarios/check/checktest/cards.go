package checktest

import (
	"fmt"

	"stormrig/sim/history"
)

// presentCard charges the cart and reads a card for it.
func (v *visit) presentCard() {
	v.d.refs++
	v.d.stan++
	v.ref, v.stan = fmt.Sprintf("%s-1-%d", v.d.name, v.d.refs), fmt.Sprintf("%06d", v.d.stan)
	v.event("", history.KindKey, history.Event{Text: "card"})
	v.commit(v.d, v.n, []object{{"charge": object{"ref": v.ref, "stan": v.stan, "amount": v.total, "cart": len(v.skus)}}},
		object{"arm": object{"ref": v.ref, "amount": v.total}})
	v.show("CARD", "AMOUNT PHP "+decimal(v.total))
	v.add(history.Event{Who: v.d.name + ".dongle", Kind: history.KindArmed, Ref: v.ref, Amount: v.total})
	v.wait(3)
	v.event(".cashier", history.KindTendered, history.Event{State: "card", Amount: v.total})
	v.event(".dongle", history.KindSwipe, history.Event{Ref: v.ref, Amount: v.total})
}

// ask sends the request to the host; answer, when not empty, is what the
// host's books say afterwards.
func (v *visit) ask(state, answer string) {
	mti := map[string]string{"authorise": "0100", "repeat": "0101", "forward": "0120", "reverse": "0420"}[state]
	v.add(history.Event{Who: "host", Kind: history.KindRequest, STAN: v.stan, Ref: v.ref, Amount: v.total, State: state, Text: mti})
	if answer != "" {
		v.add(history.Event{Who: "host", Kind: history.KindLedger, STAN: v.stan, Ref: v.ref, Amount: v.total, State: answer})
	}
}

// authorise orders the request to the host.
func (v *visit) authorise(answer string) {
	arm := v.d.seq
	v.commit(v.d, v.n, []object{{"note": object{"intent": fmt.Sprintf("1.%d.0", arm), "outcome": "done"}}},
		object{"host": object{"kind": "authorise", "ref": v.ref, "stan": v.stan, "amount": v.total}})
	v.ask("authorise", answer)
}

// commitCard finishes the sale by a card in the given state.
func (v *visit) commitCard(state string) {
	tender := object{"kind": "card", "amount": v.total, "ref": v.ref, "state": state}
	v.tendered = map[string]string{"approved": "CARD", "deferred": "CARD (to be authorised)"}[state]
	result := object{"result": object{"ref": v.ref, "state": state, "stan": v.stan}}
	v.commit(v.d, v.n, []object{result, v.sale(tender)}, v.printOrder(""))
	v.rung()
	v.print("", 0)
	v.commit(v.d, v.n, []object{{"note": object{"intent": fmt.Sprintf("1.%d.0", v.d.seq), "outcome": "done"}}})
	v.serve()
}

// payCard is the online case without a hitch.
func (v *visit) payCard() {
	v.presentCard()
	v.authorise("captured")
	v.commitCard("approved")
}

// payAtTerminal is the same on a terminal that waits for the till's word.
func (v *visit) payAtTerminal() {
	v.payCard()
	v.event(".dongle", history.KindTerminal, history.Event{Ref: v.ref, Amount: v.total, State: "settled", Text: "till"})
}

// declined: the host refuses, the shopper leaves.
func (v *visit) declined() {
	v.presentCard()
	v.authorise("declined")
	v.commit(v.d, v.n, []object{{"result": object{"ref": v.ref, "state": "declined", "stan": v.stan}}})
	v.show("DECLINED", "DECLINED")
	v.event(".cashier", history.KindRefusedCard, history.Event{Text: "declined"})
	v.commit(v.d, v.n, []object{{"void": object{"reason": "seat"}}})
	v.event(".cashier", history.KindWalkout, history.Event{Text: "no other card"})
}
