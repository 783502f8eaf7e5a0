package device

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos/payment/iso"
)

// PortBank is a terminal's second port: its own line to the card host.
const PortBank = "bank"

// BankLine says how a terminal is known to its card host.
type BankLine struct {
	Terminal, Merchant string // ISO 8583 fields 41 and 42
	Currency           string // ISO 4217
	Serial             string // of its head
	Key                card.HeadKey
}

// Patience of the line.
const (
	bankTry      = 5 * time.Second // from a request to its repeat
	bankPatience = 14 * time.Second
	bankUndo     = 8 * time.Second // from a reversal to its repeat
	bankDial     = time.Second
	bankDialMost = 15 * time.Second
)

// bank is a terminal's side of its line to the card host: ISO 8583 as the host
// speaks it, one message a payment, so that approval is capture. What it asked
// and got no answer to it reverses. Trace numbers, the head's counter and what
// is to be reversed outlive a loss of power in every make; a terminal that
// forgot its reversals would leave money behind.
type bank struct {
	BankLine
	counter uint64        // of sealed tracks
	stan    int           // last trace number
	undo    []iso.Request // reversals that the host has not acknowledged, the first under way
	asking  bool
	ask     iso.Request // the authorisation under way
	refused iso.Request // the one that was refused last, without card data

	up     bool
	frames iso.Frames
	delay  time.Duration // before the next attempt to dial
	dialAt time.Duration // negative: not wanted, as the others
	askAt  time.Duration // of the next repeat
	askBy  time.Duration // when patience ends
	undoAt time.Duration
}

// verdict is how an authorisation ended.
type verdict struct {
	outcome, code string // as in card.Result
	auth          string
}

func newBank(l BankLine) *bank {
	return &bank{BankLine: l, dialAt: -1, askAt: -1, askBy: -1, undoAt: -1}
}

func (b *bank) clone() *bank {
	c := *b
	c.undo, c.frames = slices.Clone(b.undo), b.frames.Clone()
	return &c
}

// power: what was asked and not answered is reversed.
func (b *bank) power(out []machine.Output, now machine.Now, on bool) []machine.Output {
	b.abandon("4021")
	b.up, b.dialAt, b.undoAt, b.delay = false, -1, -1, 0
	b.frames.Reset()
	if on {
		return b.dial(out, now)
	}
	return out
}

func (b *bank) dial(out []machine.Output, now machine.Now) []machine.Output {
	b.delay = min(max(2*b.delay, bankDial), bankDialMost)
	b.dialAt = now.Mono + b.delay
	return append(out, machine.Output{Kind: machine.Open, Port: PortBank})
}

// handle takes an input of the line; over when it brought the authorisation's end.
func (b *bank) handle(out []machine.Output, now machine.Now, in machine.Input) (_ []machine.Output, v verdict, over bool) {
	switch in.Kind {
	case machine.Opened:
		b.up, b.dialAt, b.delay = true, -1, 0
		b.frames.Reset()
		if b.asking {
			b.ask.Repeat = true
			out = b.send(out, now, &b.ask)
		}
		out = b.reverse(out, now)
	case machine.Closed:
		b.up, b.undoAt = false, -1
		b.frames.Reset()
		out = b.dial(out, now)
	case machine.Data:
		messages, err := b.frames.Push(in.Data)
		for _, m := range messages {
			if r, bad := iso.DecodeReply(m); bad == nil && r.Terminal == b.Terminal {
				v, over = b.reply(r, v, over)
			}
		}
		if err != nil { // nothing after a broken length can be believed
			b.up = false
			b.frames.Reset()
			out = b.dial(append(out, machine.Output{Kind: machine.Close, Port: PortBank}), now)
		}
		out = b.reverse(out, now)
	}
	return out, v, over
}

// refusals say that the host cannot use the message: nothing of what an earlier
// copy of it did.
var refusals = []string{"03", "12", "13", "30", "58", "63"}

// taking say that the host took something, or leave it open.
var taking = []string{"00", "06", "08", "10", "68", "94"}

// reply takes the host's word. A code that leaves the outcome open, or takes a
// part of the amount, is reversed; so is what was repeated and then refused.
func (b *bank) reply(r *iso.Reply, v verdict, over bool) (verdict, bool) {
	switch {
	case r.Kind == iso.Reverse && len(b.undo) > 0 && b.undo[0].STAN == r.STAN:
		if slices.Contains([]string{"00", "25", "94"}, r.Response) {
			b.undo, b.undoAt = slices.Delete(b.undo, 0, 1), -1
		}
	case r.Kind == iso.Authorise && b.asking && b.ask.STAN == r.STAN:
		switch r.Response {
		case "00":
			b.settled()
			return verdict{card.OutcomeApproved, r.Response, r.Auth}, true
		case "06", "08", "10", "19", "68", "91", "92", "94", "96":
			b.abandon("4020")
			return verdict{card.OutcomeFailed, r.Response, ""}, true
		}
		if b.ask.Repeat && slices.Contains(refusals, r.Response) {
			b.abandon("4020")
		}
		b.refused = iso.Request{STAN: b.ask.STAN, Ref: b.ask.Ref, Amount: b.ask.Amount, Taken: b.ask.Taken}
		b.settled()
		return verdict{card.OutcomeDeclined, r.Response, ""}, true
	case r.Kind == iso.Authorise && slices.Contains(taking, r.Response) && r.STAN != "" && r.STAN == b.refused.STAN:
		b.owe(b.refused, "4020") // the refusal was of a copy, and came before the word on the first
		b.refused = iso.Request{}
	}
	return v, over
}

// authorise asks for money; false when there is no line to ask over.
func (b *bank) authorise(out []machine.Output, now machine.Now, p *payment, track string) ([]machine.Output, bool) {
	if !b.up {
		return out, false
	}
	b.counter++
	b.stan = b.stan%999_999 + 1
	p.stan, p.taken = fmt.Sprintf("%06d", b.stan), iso.StampAt(now.Wall)
	b.ask = iso.Request{Kind: iso.Authorise, STAN: p.stan, Ref: p.ref, Amount: p.amount, Currency: b.Currency,
		Terminal: b.Terminal, Merchant: b.Merchant, Taken: p.taken,
		Serial: b.Serial, Sealed: card.Seal(b.Key, b.Serial, b.counter, track)}
	b.asking, b.askBy = true, now.Mono+bankPatience
	return b.send(out, now, &b.ask), true
}

// settled ends the authorisation; its card data is gone.
func (b *bank) settled() { b.asking, b.ask, b.askAt, b.askBy = false, iso.Request{}, -1, -1 }

// abandon gives the authorisation up and owes its reversal.
func (b *bank) abandon(reason string) {
	if b.asking {
		b.owe(b.ask, reason)
		b.settled()
	}
}

// void owes the reversal of a payment that the host approved.
func (b *bank) void(p *payment) {
	if p.stan != "" {
		b.owe(iso.Request{STAN: p.stan, Ref: p.ref, Amount: p.amount, Taken: p.taken}, "4000")
	}
}

func (b *bank) owe(r iso.Request, reason string) {
	b.undo = append(b.undo, iso.Request{Kind: iso.Reverse, STAN: r.STAN, Ref: r.Ref, Amount: r.Amount,
		Currency: b.Currency, Terminal: b.Terminal, Merchant: b.Merchant, Taken: r.Taken, Reason: reason})
}

// reverse sends the first of the reversals, unless it is under way.
func (b *bank) reverse(out []machine.Output, now machine.Now) []machine.Output {
	if !b.up || len(b.undo) == 0 || b.undoAt > now.Mono {
		return out
	}
	b.undoAt = now.Mono + bankUndo
	r := b.undo[0]
	b.undo[0].Repeat = true
	return b.send(out, now, &r)
}

func (b *bank) send(out []machine.Output, now machine.Now, r *iso.Request) []machine.Output {
	if r.Kind == iso.Authorise {
		b.askAt = now.Mono + bankTry
	}
	r.Sent = iso.StampAt(now.Wall)
	message, err := r.Encode()
	if err != nil {
		panic("device: a terminal's request: " + err.Error()) // made of what the rig set up and the till armed
	}
	return append(out, machine.Output{Kind: machine.Write, Port: PortBank, Data: iso.AppendFrame(nil, message)})
}

// due does what it is time for.
func (b *bank) due(out []machine.Output, now machine.Now) (_ []machine.Output, v verdict, over bool) {
	if b.dialAt >= 0 && now.Mono >= b.dialAt {
		out = b.dial(out, now)
	}
	switch {
	case b.asking && now.Mono >= b.askBy:
		b.abandon("4021")
		v, over = verdict{card.OutcomeFailed, "no answer", ""}, true
	case b.asking && b.up && now.Mono >= b.askAt:
		b.ask.Repeat = true
		out = b.send(out, now, &b.ask)
	}
	return b.reverse(out, now), v, over
}

// at is when due has to be called next; negative for never.
func (b *bank) at() time.Duration {
	at := b.dialAt
	if b.asking {
		at = earlier(at, b.askBy)
		if b.up {
			at = earlier(at, b.askAt)
		}
	}
	if b.up && len(b.undo) > 0 {
		at = earlier(at, b.undoAt)
	}
	return at
}
