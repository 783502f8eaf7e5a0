package engine

import (
	"fmt"
	"strings"

	"stormrig/pos"
	"stormrig/pos/payment"
)

// payCard begins a card payment for the whole cart: the charge is durable
// before the amount leaves for the dongle.
func (t *turn) payCard() {
	till := t.st.Till()
	switch {
	case len(till.Draft) == 0:
		t.refuse("NOTHING TO PAY")
		return
	case !t.up["dongle"]:
		t.refuse("CARD READER NOT CONNECTED - TAKE CASH")
		return
	case t.cfg.Terminal && t.unsettled():
		t.refuse("CARD TERMINAL BUSY - TAKE CASH")
		return
	}
	amount := total(till.Draft)
	if amount <= 0 {
		t.refuse("NOTHING TO CHARGE - TAKE CASH")
		return
	}
	if amount > mostCharge {
		t.refuse("TOO MUCH FOR ONE CARD PAYMENT")
		return
	}
	ref := fmt.Sprintf("%s-%d-%d", t.cfg.Device, t.d.next.Incarnation, till.Payments+1)
	t.fact(pos.Fact{Charge: &pos.Charge{Ref: ref, STAN: t.nextSTAN(), Amount: amount, Cart: len(till.Draft)}})
	t.order(pos.Intent{Arm: &pos.ArmOrder{Ref: ref, Amount: amount}})
	t.cardBy = t.now.Mono + cardWait
}

// cardRead: the dongle has a card for what it was armed with. Whether the
// host or, in the dark, the till itself approves is decided here.
func (t *turn) cardRead(ev pos.CardRead) {
	t.cancelled(ev.Ref)
	c := t.charge()
	if t.cfg.Terminal { // a reader where a terminal was set up: the till has no line to the host
		t.cancelCharge("card reader is no terminal")
		return
	}
	if c == nil || c.Ref != ev.Ref {
		t.askForCancels() // remembered from a payment that ended
		t.armAnew()
		return
	}
	t.dongleBy, t.cardBy = never, never
	first := t.card == nil || t.card.Ref != ev.Ref
	if first {
		t.refusal = "" // a swipe before it could not be read
	}
	t.card = &Card{Name: ev.Ref, Ref: ev.Ref, Serial: ev.Serial, Sealed: ev.Sealed}
	switch {
	case c.Host != "" && first && t.cfg.Sabotage.NotFoundIsNotCharged:
		t.notFound()
	case c.Host != "" && first: // after a restart: the same request again
		t.d.Again = append(t.d.Again, c.Host)
		t.hostBy, t.tries = t.now.Mono+hostWait, 1
	case c.Host != "":
	case t.up["host"] && !t.spared(c.Amount):
		t.noted(c.Arm, pos.OutcomeDone, ev.Masked)
		t.order(pos.Intent{Host: &pos.HostOrder{Kind: "authorise", Ref: c.Ref, STAN: c.STAN, Amount: c.Amount, Taken: t.now.Wall}})
		t.hostBy, t.tries = t.now.Mono+hostWait, 1
	default:
		t.noted(c.Arm, pos.OutcomeDone, ev.Masked)
		t.storeAndForward(c.STAN, "")
	}
}

// cardUnread: the card must be drawn through again, or something else be done.
func (t *turn) cardUnread(ev pos.CardUnread) {
	if c := t.charge(); c != nil && c.Ref == ev.Ref && t.card == nil {
		t.refuse(ev.Why)
	}
}

// spared tells whether a payment is not to wait for a host that has not
// answered the last one: it is stored, if the caps let it. What is being undone
// or forwarded is repeated meanwhile, and finds out when the host is back.
func (t *turn) spared(amount pos.Amount) bool {
	if _, silent := t.st.Till().Down["host"]; !silent {
		return false
	}
	ok, _ := t.mayStore(amount)
	return ok
}

// storeAndForward approves the payment by the till's own rules, or declines
// it. The card data is in the vault before the entry that names it.
func (t *turn) storeAndForward(stanNumber, because string) {
	c := t.charge()
	if ok, why := t.mayStore(c.Amount); !ok {
		t.declined(pos.Declined, strings.ToUpper(why))
		return
	}
	t.d.Keep = t.card
	t.approved(pos.Result{Ref: c.Ref, State: pos.Deferred, STAN: stanNumber, Reason: because, Vault: t.card.Name})
}

// approved closes the charge with money, and with it the sale.
func (t *turn) approved(r pos.Result) {
	c := t.charge()
	t.fact(pos.Fact{Result: &r})
	s := t.finish([]pos.Tender{{Kind: pos.Card, Amount: c.Amount, Ref: c.Ref, Auth: r.Auth, State: r.State}})
	t.print(s.Number, "")
	t.close()
}

// close lets go of what belonged to the charge. None of its deadlines may
// strike any more, not even in this decision.
func (t *turn) close() {
	t.soft(pos.Vibrate{})
	t.card = nil
	t.hostBy, t.cardBy, t.dongleBy, t.unheard = never, never, never, false
}

// declined closes the charge without money; the cart stays.
func (t *turn) declined(state pos.ResultState, why string) {
	c := t.charge()
	t.fact(pos.Fact{Result: &pos.Result{Ref: c.Ref, State: state, STAN: c.STAN, Reason: why}})
	t.fresh()
	t.decline, t.tone = why, pos.ToneBad
	t.close()
}

// cancelCharge gives up a payment for which no card was read.
func (t *turn) cancelCharge(why string) {
	c := t.charge()
	if c == nil || c.Host != "" {
		return
	}
	t.noted(c.Arm, pos.OutcomeFailed, why)
	t.order(pos.Intent{Cancel: &pos.CancelOrder{Ref: c.Ref}})
	t.soft(pos.AskDongle{}) // its answer proves that the cancel was heard
	t.declined(pos.Cancelled, strings.ToUpper(why))
}

// hostReply takes the card host's word, whenever it comes.
func (t *turn) hostReply(ev pos.HostReply) {
	t.back("host", noAnswer)
	switch ev.Kind {
	case "authorise":
		t.authorised(ev)
	case "forward":
		t.forwarded(ev)
	case "reverse":
		t.reversed(ev)
	}
}

func (t *turn) authorised(ev pos.HostReply) {
	c := t.charge()
	if c == nil || c.Host == "" || c.STAN != ev.STAN && !t.cfg.Sabotage.BlindRetry {
		return // late: a reversal for it is on its way, and stands
	}
	t.hostBy = never
	switch payment.Classify(ev.Response) {
	case payment.ClassApproved:
	case payment.ClassDeclined:
		t.noted(c.Host, pos.OutcomeDone, ev.Response)
		t.declined(pos.Declined, payment.Words(ev.Response))
		return
	case payment.ClassReverse:
		if t.cfg.Sabotage.PartKept {
			t.keepPart(ev)
			return
		}
		fallthrough
	default: // nothing is certain, something that cannot be sold on, or a message refused whose first copy may not have been
		t.undo()
		t.declined(pos.Unknown, payment.Words(ev.Response)+" - NOTHING WAS CHARGED")
		return
	}
	t.noted(c.Host, pos.OutcomeDone, ev.Response)
	t.approved(pos.Result{Ref: c.Ref, State: pos.Approved, STAN: c.STAN, Auth: ev.Auth})
}

// hostSilent: no answer in time. The same request again; then the outcome is
// unknown, and what the host may have done is undone before anything else.
func (t *turn) hostSilent() {
	c := t.charge()
	if c == nil || c.Host == "" {
		return
	}
	if t.tries < hostTries && t.up["host"] {
		t.tries++
		if t.cfg.Sabotage.BlindRetry {
			t.blindRetry()
			return
		}
		t.d.Again = append(t.d.Again, c.Host)
		t.hostBy = t.now.Mono + hostWait
		return
	}
	t.gone("host", noAnswer)
	t.undo()
	if t.card == nil {
		t.declined(pos.Unknown, "NO ANSWER FROM THE BANK - NOTHING WAS CHARGED")
		return
	}
	t.storeAndForward(t.nextSTAN(), "host silent, reversal queued")
}

// undo queues the reversal of the charge under way.
func (t *turn) undo() {
	c := t.charge()
	t.noted(c.Host, pos.OutcomeUnknown, "no answer")
	t.reverse(pos.Reversal{Ref: c.Ref, STAN: c.STAN, Amount: c.Amount, Reason: "4021", Taken: t.taken(c.Host)})
	t.forwardAt = t.now.Mono + hostWait
}

// dongleState: the dongle holds no card for us. What that proves depends on
// how far the payment had come: before the request to the host nothing was
// charged, whatever the dongle forgot; after it only a reversal helps.
func (t *turn) dongleState(ev pos.DongleState) {
	if t.cfg.Terminal {
		t.terminalState(ev)
		return
	}
	t.dongleBy = never
	t.cancelled(ev.Pending)
	c := t.charge()
	if c == nil {
		return
	}
	if c.Host != "" {
		if t.card == nil {
			t.undo()
			t.declined(pos.Unknown, "CARD READER FORGOT - NOTHING WAS CHARGED")
		}
		return
	}
	if ev.Pending != c.Ref {
		t.d.Again = append(t.d.Again, c.Arm)
	}
	if t.cardBy < 0 {
		t.cardBy = t.now.Mono + cardWait
	}
}

// armAnew: the reader speaks and holds the card of another payment. One that
// was asked whether it waits for ours does not.
func (t *turn) armAnew() {
	c := t.charge()
	if c == nil || c.Host != "" || t.dongleBy < 0 {
		return
	}
	t.dongleBy = never
	t.d.Again = append(t.d.Again, c.Arm)
	if t.cardBy < 0 {
		t.cardBy = t.now.Mono + cardWait
	}
}

// cancelled closes the cancels that the dongle has carried out: it waits for
// something else, or for nothing.
func (t *turn) cancelled(pending string) {
	for _, o := range t.st.OpenIntents() {
		if o.Cancel != nil && o.Cancel.Ref != pending {
			t.noted(o.ID, pos.OutcomeDone, "")
		}
	}
}

// askForCancels asks once more while a cancel is open: a reader that holds a
// card tells of it and not of what else it was asked.
func (t *turn) askForCancels() {
	for _, o := range t.st.OpenIntents() {
		if o.Cancel != nil && !t.knows(o.ID) {
			t.soft(pos.AskDongle{})
			return
		}
	}
}

// dongleSilent: after a restart the dongle did not say what it holds.
func (t *turn) dongleSilent() {
	c := t.charge()
	switch {
	case c == nil || t.card != nil:
		return
	case t.unheard && (t.cfg.Terminal || c.Host != ""): // it spoke, and money may have been taken
		t.unheard = false
		t.dongleBy = t.now.Mono + dongleWait
		t.soft(pos.AskDongle{})
		return
	case t.cfg.Terminal:
		t.terminalSilent()
		return
	case c.Host == "" && t.unheard:
		t.cancelCharge("disk full or failing")
		return
	case c.Host == "":
		t.cancelCharge("card reader silent")
		return
	}
	t.undo()
	t.declined(pos.Unknown, "CARD READER SILENT - NOTHING WAS CHARGED")
}

// reverse orders that a request be undone; it stays open until acknowledged.
func (t *turn) reverse(r pos.Reversal) {
	t.fact(pos.Fact{Reversal: &r})
	t.orderReversal(r)
}

func (t *turn) orderReversal(r pos.Reversal) {
	t.order(pos.Intent{Host: &pos.HostOrder{Kind: "reverse", Ref: r.Ref, STAN: r.STAN, Amount: r.Amount, Reason: r.Reason, Taken: r.Taken}})
}

// nextSTAN gives a trace number that nothing open uses.
func (t *turn) nextSTAN() string {
	var inUse []string
	last := t.st.Till().STAN
	if t.cfg.Sabotage.NumbersByCharge {
		last = t.st.Till().Payments
	}
	for _, d := range t.st.DeferredQueue() {
		inUse = append(inUse, d.STAN)
	}
	for _, r := range t.st.Undo() {
		inUse = append(inUse, r.STAN)
	}
	return payment.NextSTAN(last, inUse...)
}

// taken is when the request that an intent ordered was made: a reversal must
// name its original's time.
func (t *turn) taken(intent string) int64 {
	if o, ok := t.st.Open(intent); ok && o.Host != nil {
		return o.Host.Taken
	}
	return t.now.Wall
}
