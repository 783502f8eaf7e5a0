package device

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos/payment/iso"
)

// Settled is told when a terminal's payment changes: Outcome is one of card's.
// By says who: "host", "till", "terminal" (it undid or confirmed by itself).
type Settled struct {
	Ref     string
	Amount  int64
	Outcome string
	By      string
	PANHash string
	Masked  string
}

// Terminal is a card reader that authorises by itself. It is armed with a
// reference and an amount, reads a card, asks its own host, and sends a result
// until the till has it. With a line to a card host (Connect) it asks that by
// ISO 8583, and reverses there what it undoes; without one its host is within,
// and answers as card.Behaviour says. Hands do:
//
//	swipe, insert  Data is a track of a test card, or its number
//	swipe-bad      a card that cannot be read: it waits on
//	remove         takes the card out; before the host has answered it ends the payment
//	restart        as a short loss of power
//	lose-link      the link drops at the next card, and the payment goes on
//	low-battery    it goes off at the next card; charge
//
// What it remembers without power is its profile's: with KeepsMemory the
// payment and its outcome. An approval that nobody confirmed is then voided,
// confirmed, or blocks the next payment.
type Terminal struct {
	Profile ReaderProfile

	on, open  bool
	link      card.Link
	alarm     alarm
	lives     uint32
	loseLink  bool
	low       bool
	pay       payment
	inside    bool
	bank      *bank         // nil: its host is within
	stan      int           // last trace number of the host within
	decideAt  time.Duration // when the host within answers; negative: nobody asked
	confirmBy time.Duration // when an open approval is settled by the profile
}

// payment is what a terminal holds.
type payment struct {
	ref     string
	amount  int64
	pan     string // of a test card, while the host decides
	masked  string
	hash    string
	outcome string // empty: waits for a card, or for the host
	code    string
	stan    string    // of the request to the host
	auth    string    // the host's approval code
	taken   iso.Stamp // when the host was asked
	blocks  bool      // an approval from before a loss of power that the till has to settle
}

// NewTerminal returns a terminal without power.
func NewTerminal(p ReaderProfile) *Terminal {
	return &Terminal{Profile: p, link: p.link(), decideAt: -1, confirmBy: -1}
}

// Connect gives a terminal without power a line to a card host, at PortBank.
func (d *Terminal) Connect(l BankLine) *Terminal {
	d.bank = newBank(l)
	return d
}

// Quiet tells whether it owes its card host nothing.
func (d *Terminal) Quiet() bool { return d.bank == nil || !d.bank.asking && len(d.bank.undo) == 0 }

// Handle takes one input.
func (d *Terminal) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot || in.Kind == machine.Off {
		return d.plan(d.power(nil, now, in.Kind == machine.Boot))
	}
	if !d.on {
		if in.Kind == machine.Do && in.Action == "charge" {
			d.low = false
		}
		return nil
	}
	if in.Port == PortBank && d.bank != nil && in.Kind != machine.Wake && in.Kind != machine.Do {
		var v verdict
		var over bool
		if out, v, over = d.bank.handle(out, now, in); over {
			out = d.decided(out, now, v)
		}
		return d.plan(out)
	}
	switch in.Kind {
	case machine.Opened, machine.Closed:
		d.open = in.Kind == machine.Opened
		d.link.Reset()
		if d.open && d.pay.outcome != "" && !d.Profile.Defects.Has(ForgetsRequest) {
			out = d.result(out, now) // what came of a payment while the till was gone
		}
		if !d.open && d.Profile.Defects.Has(ForgetsRequest) {
			d.pay, d.decideAt, d.confirmBy = payment{}, -1, -1
		}
	case machine.Data:
		out = d.data(out, now, in.Data)
	case machine.Do:
		out = d.do(out, now, in)
	case machine.Wake:
		d.alarm.rang()
		if frame, _ := d.link.Due(now.Mono); len(frame) > 0 {
			out = append(out, write(frame))
		}
		out = d.due(out, now)
	}
	if d.bank != nil && d.on {
		out = d.bank.reverse(out, now)
	}
	return d.plan(out)
}

func (d *Terminal) plan(out []machine.Output) []machine.Output {
	at := earlier(d.link.At(), earlier(d.decideAt, d.confirmBy))
	if d.bank != nil && d.on {
		at = earlier(at, d.bank.at())
	}
	return d.alarm.want(out, at)
}

// power goes or comes. What is open is settled when it comes back.
func (d *Terminal) power(out []machine.Output, now machine.Now, on bool) []machine.Output {
	d.on, d.open, d.inside, d.alarm = on, false, false, alarm{}
	d.decideAt, d.confirmBy = -1, -1
	d.link.Reset()
	if d.bank != nil {
		out = d.bank.power(out, now, on)
	}
	if !on {
		return out
	}
	d.lives++
	switch {
	case !d.Profile.KeepsMemory:
		d.pay = payment{}
	case d.pay.outcome == "" && d.pay.ref != "":
		if d.pay.masked == "" {
			out = append(out, tell(Disarmed{Ref: d.pay.ref, Why: "power lost"}))
		}
		d.pay.outcome, d.pay.code, d.pay.pan = card.OutcomeFailed, "restarted", ""
	case d.pay.outcome == card.OutcomeApproved && d.Profile.Confirms:
		out = d.unconfirmed(out)
	}
	return out
}

// deciding tells whether a host is being asked.
func (d *Terminal) deciding() bool { return d.decideAt >= 0 || d.bank != nil && d.bank.asking }

// unconfirmed settles an approval that the till did not settle.
func (d *Terminal) unconfirmed(out []machine.Output) []machine.Output {
	how := d.Profile.Unconfirmed
	if d.Profile.Defects.Has(ApprovesUnasked) {
		how = UnconfirmedConfirms
	}
	switch how {
	case UnconfirmedVoids:
		return d.settle(out, card.OutcomeVoided, card.CodeUnconfirmed, "terminal")
	case UnconfirmedConfirms:
		return d.settle(out, card.OutcomeSettled, card.CodeUnconfirmed, "terminal")
	}
	d.pay.blocks = true
	return out
}

func (d *Terminal) settle(out []machine.Output, outcome, code, by string) []machine.Output {
	d.pay.outcome, d.pay.code, d.pay.blocks, d.confirmBy = outcome, code, false, -1
	if outcome == card.OutcomeVoided && d.bank != nil {
		d.bank.void(&d.pay)
	}
	return append(out, tell(Settled{d.pay.ref, d.pay.amount, outcome, by, d.pay.hash, d.pay.masked}))
}

func (d *Terminal) data(out []machine.Output, now machine.Now, data []byte) []machine.Output {
	h := d.link.Feed(now.Mono, data)
	if len(h.Reply) > 0 {
		out = append(out, write(h.Reply))
	}
	for _, r := range h.Got {
		if r.Again && r.Verb != card.Status {
			continue
		}
		out = d.order(out, now, r.Message)
	}
	return out
}

func (d *Terminal) order(out []machine.Output, now machine.Now, m card.Message) []machine.Output {
	open := d.pay.outcome == card.OutcomeApproved && d.Profile.Confirms && m.Ref == d.pay.ref
	switch m.Verb {
	case card.Arm:
		return d.arm(out, now, m)
	case card.Cancel:
		return d.cancel(out, now, m)
	case card.Confirm:
		if open {
			out = d.settle(out, card.OutcomeSettled, "00", "till")
		}
		return d.holds(out, now)
	case card.Void:
		if d.pay.outcome == "" {
			return d.cancel(out, now, m)
		}
		voidable := m.Ref == d.pay.ref && (d.pay.outcome == card.OutcomeApproved || d.pay.outcome == card.OutcomeSettled)
		if voidable && !d.Profile.Defects.Has(NeverVoids) {
			out = d.settle(out, card.OutcomeVoided, "00", "till")
		}
		return d.result(out, now)
	case card.Status:
		return d.answer(out, now)
	}
	return out
}

// cancel ends a payment for which no card was read; what its host decides is
// too late for that.
func (d *Terminal) cancel(out []machine.Output, now machine.Now, m card.Message) []machine.Output {
	if m.Ref == d.pay.ref && d.pay.outcome == "" && !d.deciding() {
		d.pay.outcome, d.pay.code = card.OutcomeFailed, "cancelled"
		out = append(out, tell(Disarmed{Ref: m.Ref, Why: "cancelled"}))
	}
	return d.holds(out, now)
}

// holds says what came of the payment, or that it is under way.
func (d *Terminal) holds(out []machine.Output, now machine.Now) []machine.Output {
	if d.pay.outcome != "" {
		return d.result(out, now)
	}
	return d.say(out, now, card.Message{Verb: card.State, Ref: d.pay.ref, Lives: d.lives})
}

// answer says what it holds.
func (d *Terminal) answer(out []machine.Output, now machine.Now) []machine.Output {
	if d.pay.outcome != "" && !d.Profile.Defects.Has(StatusIdle) {
		return d.result(out, now)
	}
	m := card.Message{Verb: card.State, Ref: d.pay.ref, Lives: d.lives}
	if d.Profile.Defects.Has(StatusIdle) {
		m.Ref = ""
	}
	return d.say(out, now, m)
}

// arm takes a payment; the same again changes nothing and brings its result.
func (d *Terminal) arm(out []machine.Output, now machine.Now, m card.Message) []machine.Output {
	switch {
	case m.Ref == d.pay.ref && d.pay.ref != "":
		if d.pay.outcome != "" {
			return d.result(out, now)
		}
		return out
	case d.pay.blocks, d.deciding():
		return d.say(out, now, card.Message{Verb: card.Result, Ref: m.Ref, Outcome: card.OutcomeFailed, Code: "busy with " + d.pay.ref})
	case d.pay.outcome == card.OutcomeApproved && d.Profile.Confirms:
		out = d.unconfirmed(out)
		if d.pay.blocks {
			return d.say(out, now, card.Message{Verb: card.Result, Ref: m.Ref, Outcome: card.OutcomeFailed, Code: "busy with " + d.pay.ref})
		}
	}
	amount := m.Amount
	if d.Profile.Defects.Has(WrongAmount) {
		amount /= 10
	}
	if d.Profile.KeepsOld && d.pay.outcome == "" && d.pay.ref != "" {
		return out
	}
	if d.pay.outcome == "" && d.pay.ref != "" {
		out = append(out, tell(Disarmed{Ref: d.pay.ref, Why: "replaced"}))
	}
	d.pay = payment{ref: m.Ref, amount: amount}
	return append(out, tell(Armed{Ref: m.Ref, Amount: amount}))
}

func (d *Terminal) say(out []machine.Output, now machine.Now, m card.Message) []machine.Output {
	if !d.open {
		return out
	}
	if frame := d.link.Send(now.Mono, m); len(frame) > 0 {
		out = append(out, write(frame))
	}
	return out
}

func (d *Terminal) result(out []machine.Output, now machine.Now) []machine.Output {
	m := card.Message{Verb: card.Result, Ref: d.pay.ref, Outcome: d.pay.outcome, Masked: d.pay.masked, Code: d.pay.code,
		STAN: d.pay.stan, Auth: d.pay.auth}
	if d.Profile.Defects.Has(TellsTwice) {
		out = d.say(out, now, m)
	}
	return d.say(out, now, m)
}

// Clone returns a copy that shares nothing changeable.
func (d *Terminal) Clone() machine.Machine {
	c := *d
	c.link = d.link.Clone()
	if d.bank != nil {
		c.bank = d.bank.clone()
	}
	return &c
}
