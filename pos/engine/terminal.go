package engine

import (
	"strconv"
	"strings"

	"stormrig/pos"
	"stormrig/pos/fold"
	"stormrig/pos/payment"
)

// A card terminal authorises by itself and remembers one payment, its last.
// What the till decides by that is durable before the terminal hears of it: the
// sale before its confirmation leaves, and the order to undo what it has no
// sale for. Both stay open until the terminal says what it did, and before that
// it gets no other payment.

// terminalResult takes a terminal's word on its last payment, whenever it comes
// and however often.
func (t *turn) terminalResult(ev pos.TerminalResult) {
	t.cancelled("")
	t.settle(ev.Ref, ev.Outcome)
	t.doubt = pos.TerminalResult{}
	switch c := t.charge(); {
	case c != nil && c.Ref == ev.Ref && t.cfg.Terminal:
		t.terminalEnded(ev)
	case t.ofAnotherDisk(ev):
		t.doubt = ev
	case ev.Outcome.Took() && !t.sold(ev.Ref):
		t.undoAtTerminal(ev.Ref)
	default:
		t.armAnew()
	}
}

// terminalEnded closes the charge as its terminal says.
func (t *turn) terminalEnded(ev pos.TerminalResult) {
	c := t.charge()
	t.noted(c.Arm, pos.OutcomeDone, ev.Masked)
	switch ev.Outcome {
	case pos.TerminalApproved, pos.TerminalSettled:
		t.approved(pos.Result{Ref: c.Ref, State: pos.Approved, STAN: ev.STAN, Auth: ev.Auth})
		if t.cfg.Confirms && ev.Outcome == pos.TerminalApproved {
			t.order(pos.Intent{Confirm: &pos.ConfirmOrder{Ref: c.Ref, Number: t.done, Amount: c.Amount}})
			t.settleBy = t.now.Mono + dongleWait
		}
	case pos.TerminalDeclined:
		t.declined(pos.Declined, payment.Words(ev.Code))
	case pos.TerminalVoided:
		t.declined(pos.Cancelled, "UNDONE BY THE TERMINAL - NOTHING WAS CHARGED")
	default:
		t.declined(pos.Cancelled, "TERMINAL: "+strings.ToUpper(ev.Code)+" - NOTHING WAS CHARGED")
		t.soft(pos.AskDongle{}) // it may be busy with a payment that nobody here knows
	}
}

// terminalState: the terminal is at work on a payment, or never had one. It
// keeps its last payment without power (certify: pay.host), so that one which it
// does not know was never begun.
func (t *turn) terminalState(ev pos.DongleState) {
	t.dongleBy = never
	unknown := ev.Pending != ""
	for _, o := range t.st.OpenIntents() {
		unknown = unknown && !(o.Undo != nil && o.Undo.Ref == ev.Pending || o.Cancel != nil && o.Cancel.Ref == ev.Pending)
	}
	t.cancelled(ev.Pending)
	t.settle(ev.Pending, "")
	c := t.charge()
	switch {
	case c != nil && c.Ref == ev.Pending:
	case unknown:
		t.undoAtTerminal(ev.Pending)
		t.dongleBy = t.now.Mono + dongleWait // what the charge waits for, if there is one
	case c != nil && ev.Pending == "":
		t.d.Again = append(t.d.Again, c.Arm)
	}
	if c != nil && t.cardBy < 0 {
		t.cardBy = t.now.Mono + cardWait
	}
}

// settle closes what is open about other payments than the one that the
// terminal speaks of, and about that one as it stands; an empty outcome is one
// under way.
func (t *turn) settle(ref string, outcome pos.TerminalOutcome) {
	for _, o := range t.st.OpenIntents() {
		switch {
		case t.knows(o.ID):
		case o.Confirm != nil:
			t.settleConfirm(o, ref, outcome)
		case o.Undo == nil:
		case o.Undo.Ref != ref: // it keeps its last payment: what it does not speak of is not there to be undone
			t.noted(o.ID, pos.OutcomeDone, "the terminal does not know the payment")
		case outcome != "" && !outcome.Took():
			t.noted(o.ID, pos.OutcomeDone, string(outcome))
		case outcome.Took():
			t.d.Again = append(t.d.Again, o.ID)
		}
	}
	if !t.unsettled() {
		t.settleBy = never
	}
}

// settleConfirm: what became of an approval whose sale is durable. One that
// still waits is confirmed now; one that is undone makes the sale a claim.
func (t *turn) settleConfirm(o fold.OpenIntent, ref string, outcome pos.TerminalOutcome) {
	c := o.Confirm
	switch {
	case c.Ref != ref || outcome == "":
		t.except(o, pos.Exception{Reason: "the terminal does not know the payment"})
	case outcome == pos.TerminalApproved:
		t.d.Again = append(t.d.Again, o.ID)
	case outcome == pos.TerminalSettled || t.cfg.Sabotage.UndoneTakenForPaid:
		t.noted(o.ID, pos.OutcomeDone, string(outcome))
	default:
		t.except(o, pos.Exception{Reason: "undone by the terminal", Receivable: c.Amount})
	}
}

// except leaves the payment of a finished sale to a person.
func (t *turn) except(o fold.OpenIntent, x pos.Exception) {
	x.Ref, x.Number = o.Confirm.Ref, o.Confirm.Number
	t.fact(pos.Fact{Exception: &x})
	t.noted(o.ID, pos.OutcomeFailed, x.Reason)
	t.tone = pos.ToneBad
}

// undoAtTerminal orders that the terminal undo a payment, once.
func (t *turn) undoAtTerminal(ref string) {
	if t.cfg.Sabotage.UnsoldKept {
		return
	}
	for _, o := range t.st.OpenIntents() {
		if o.Undo != nil && o.Undo.Ref == ref && !t.knows(o.ID) {
			return
		}
	}
	t.order(pos.Intent{Undo: &pos.UndoOrder{Ref: ref}})
	t.settleBy = t.now.Mono + dongleWait
}

// terminalSilent gives up a payment of which the terminal does not say what
// came of it. Whatever that is, it is undone.
func (t *turn) terminalSilent() {
	c := t.charge()
	t.noted(c.Arm, pos.OutcomeUnknown, "terminal silent")
	t.undoAtTerminal(c.Ref)
	t.declined(pos.Unknown, "CARD TERMINAL SILENT - PAYMENT IS UNDONE LATER")
}

// ofAnotherDisk tells whether a terminal speaks of a payment that this device took
// before its journal begins, and that may be sold: only the hub knows.
func (t *turn) ofAnotherDisk(ev pos.TerminalResult) bool {
	chain, ok := chainOf(ev.Ref)
	return ok && (ev.Outcome.Took() || ev.Outcome == pos.TerminalVoided) && t.elsewhere != ev.Ref &&
		chain.Device == t.cfg.Device && chain.Incarnation != t.d.next.Incarnation && t.st.High(chain) == 0 && !t.st.Claimed(ev.Ref)
}

// chainOf reads the chain that a payment's reference names: "phone-2-17".
func chainOf(ref string) (pos.Chain, bool) {
	parts := strings.Split(ref, "-")
	if len(parts) < 3 {
		return pos.Chain{}, false
	}
	inc, err := strconv.ParseUint(parts[len(parts)-2], 10, 32)
	return pos.Chain{Device: strings.Join(parts[:len(parts)-2], "-"), Incarnation: uint32(inc)}, err == nil
}

// Doubt returns the payment of which the engine must know what the hub holds, and
// its chain; an empty one for none.
func (e *Engine) Doubt() (pos.Chain, string) {
	chain, _ := chainOf(e.doubt.Ref)
	return chain, e.doubt.Ref
}

// wasRecalled: the hub's word on the payment in doubt. What is sold stands, and is
// confirmed, or owed where the terminal gave it back; anything else is undone.
func (t *turn) wasRecalled(ev pos.Recalled) {
	was := t.doubt
	if ev.Ref == "" || ev.Ref != was.Ref {
		return
	}
	t.doubt = pos.TerminalResult{}
	switch {
	case ev.Number == 0 && was.Outcome.Took():
		t.undoAtTerminal(was.Ref)
		return
	case was.Outcome == pos.TerminalApproved && t.cfg.Confirms && ev.Number > 0:
		t.order(pos.Intent{Confirm: &pos.ConfirmOrder{Ref: ev.Ref, Number: ev.Number, Amount: ev.Amount}})
		t.settleBy = t.now.Mono + dongleWait
	case was.Outcome == pos.TerminalVoided && ev.Number > 0 && !ev.Claimed:
		t.fact(pos.Fact{Exception: &pos.Exception{Ref: ev.Ref, Number: ev.Number, Reason: "undone by the terminal", Receivable: ev.Amount}})
		t.tone = pos.ToneBad
	}
	t.elsewhere = ev.Ref
	t.armAnew()
}

// sold tells whether the newest sale paid by card was paid by this payment: a
// terminal speaks of no older one.
func (t *turn) sold(ref string) bool {
	if t.elsewhere == ref {
		return true
	}
	for n := t.st.Till().Number; n > 0; n-- {
		s, ok := t.st.Sale(n)
		if ok && len(s.Tenders) > 0 && s.Tenders[0].Kind == pos.Card {
			return s.Tenders[0].Ref == ref
		} else if t.cfg.Sabotage.SoldIfNewest {
			return false
		}
	}
	return false
}

// unsettled tells whether the terminal still owes its word on something.
func (t *turn) unsettled() bool {
	if t.doubt.Ref != "" {
		return true
	}
	for _, o := range t.st.OpenIntents() {
		if (o.Confirm != nil || o.Undo != nil || o.Cancel != nil) && !t.knows(o.ID) {
			return true
		}
	}
	return false
}

// askTerminal asks again while anything is open, or its last word could not be
// written down; to undo can be said at any time.
func (t *turn) askTerminal() {
	t.soft(pos.AskDongle{})
	for _, o := range t.st.OpenIntents() {
		if o.Undo != nil && !t.knows(o.ID) {
			t.d.Again = append(t.d.Again, o.ID)
		}
	}
	t.settleBy = t.now.Mono + dongleWait
}
