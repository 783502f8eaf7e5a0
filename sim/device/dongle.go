package device

import (
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
)

// What a dongle tells.
type (
	// Armed: it was given a reference and an amount in minor units.
	Armed struct {
		Ref    string
		Amount int64
	}
	// Disarmed: the request is gone without a card. Why is "cancelled",
	// "replaced" or "power lost".
	Disarmed struct{ Ref, Why string }
	// CardForgotten: the reader no longer holds the card read for Ref. Why as
	// above; "replaced" by the next arm is how every sale ends.
	CardForgotten struct{ Ref, Why string }
	// Swiped: a card was read for what the dongle was armed with. PANHash is
	// card.HashPAN of its number.
	Swiped struct {
		Ref     string
		Amount  int64
		PANHash string
		Masked  string
	}
	// SwipedIdle: a card was drawn through and the dongle was not armed, or
	// had a card already; nothing was read.
	SwipedIdle struct{}
	// SwipeFailed: the track could not be read; the dongle waits on.
	SwipeFailed struct{ Why string }
	// CardGone: the card that was read for Ref is out of the reader.
	CardGone struct{ Ref string }
	// Vibrated: it shook once.
	Vibrated struct{}
)

// Dongle is a card reader of the reader class (package card): it remembers
// what it was armed with and the card read for it until a cancel or the next
// arm, however often the till restarts. Hands do:
//
//	swipe        Data is the text of track 1 or 2 of a test card, or its number
//	insert       the same, and the card stays in until it is removed
//	swipe-bad    a card that cannot be read
//	remove       takes the card out, where the profile waits for it
//	restart      as a short loss of power
//	low-battery  it goes off at the next card; charge
//
// Without power the head keeps its key and its counter, the reader how often
// it has started, and the profile says what becomes of the rest.
type Dongle struct {
	Profile ReaderProfile
	serial  string
	key     card.HeadKey
	counter uint64
	lives   uint32

	on, open bool
	link     card.Link
	alarm    alarm

	armed  bool
	ref    string // of the request, or of the card read for it
	amount int64
	read   bool // card holds the answer for ref
	card   card.Message
	told   bool // the till has acknowledged it
	inside bool // the card is still in
	low    bool // the battery is nearly empty
	outAt  time.Duration
	tellAt time.Duration // when a card that the till did not take is sent anew
}

// tellAgain is how long a reader waits after its link went dead under a card.
const tellAgain = 5 * time.Second

// NewDongle returns a reader without power. key is its head's, made by the
// card host's BaseKey from the same serial.
func NewDongle(p ReaderProfile, serial string, key card.HeadKey) *Dongle {
	return &Dongle{Profile: p, serial: serial, key: key, link: p.link(), outAt: -1, tellAt: -1}
}

// Serial is the number that the reader sends with each card.
func (d *Dongle) Serial() string { return d.serial }

// Lives tells how often the reader has started.
func (d *Dongle) Lives() uint32 { return d.lives }

// Handle takes one input.
func (d *Dongle) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	if in.Kind == machine.Boot || in.Kind == machine.Off {
		return d.power(in.Kind == machine.Boot)
	}
	if !d.on {
		if in.Kind == machine.Do && in.Action == "charge" {
			d.low = false
		}
		return nil
	}
	switch in.Kind {
	case machine.Opened, machine.Closed:
		d.open, d.tellAt = in.Kind == machine.Opened, -1
		d.link.Reset()
		if !d.open && d.Profile.Defects.Has(ForgetsRequest) {
			out = d.forget(out, "link lost")
		}
	case machine.Data:
		out = d.data(out, now, in.Data)
	case machine.Do:
		out = d.do(out, now, in)
	case machine.Wake:
		d.alarm.rang()
		out = d.wake(out, now)
	}
	return d.alarm.want(out, earlier(earlier(d.link.At(), d.outAt), d.tellAt))
}

// power switches the reader on or off. It forgets when power goes, or at the
// latest when it comes back.
func (d *Dongle) power(on bool) (out []machine.Output) {
	if d.on {
		d.outAt, d.tellAt, d.inside = -1, -1, false // nobody leaves a card in a dead reader
		if !d.Profile.KeepsMemory {
			out = d.forget(out, "power lost")
		}
	}
	d.on, d.open, d.alarm = on, false, alarm{}
	d.link.Reset()
	if on {
		d.lives++
	}
	return out
}

// forget drops the request and the card.
func (d *Dongle) forget(out []machine.Output, why string) []machine.Output {
	switch {
	case d.armed:
		out = append(out, tell(Disarmed{Ref: d.ref, Why: why}))
	case d.read:
		out = append(out, tell(CardForgotten{Ref: d.ref, Why: why}))
	}
	d.armed, d.read, d.told, d.amount, d.card = false, false, false, 0, card.Message{}
	if !d.inside {
		d.ref = ""
	}
	return out
}

func (d *Dongle) data(out []machine.Output, now machine.Now, data []byte) []machine.Output {
	h := d.link.Feed(now.Mono, data)
	if len(h.Reply) > 0 {
		out = append(out, write(h.Reply))
	}
	for _, m := range h.Acked {
		d.told = d.told || m.Verb == card.Card && m.Ref == d.ref
	}
	for _, r := range h.Got {
		// A status is answered even when it looks like a repeat: a till that
		// restarted unseen numbers its frames from the start again.
		if r.Again && r.Verb != card.Status {
			continue
		}
		switch r.Verb {
		case card.Arm:
			out = d.arm(out, now, r.Ref, r.Amount)
		case card.Cancel:
			if r.Ref == d.ref {
				out = d.forget(out, "cancelled")
			}
		case card.Status:
			out = d.answer(out, now)
		case card.Vibrate:
			out = append(out, tell(Vibrated{}))
		}
	}
	return out
}

// arm takes a request. The same request again changes nothing, and brings the
// card once more if there is one: the till may have missed both.
func (d *Dongle) arm(out []machine.Output, now machine.Now, ref string, amount int64) []machine.Output {
	switch {
	case (d.armed || d.read) && ref == d.ref && amount == d.amount:
		if d.read {
			return d.answer(out, now)
		}
		return out
	case d.armed && (d.Profile.KeepsOld || d.Profile.Defects.Has(KeepsOldRequest)):
		return out
	}
	out = d.forget(out, "replaced")
	if d.Profile.Defects.Has(WrongAmount) {
		amount /= 10
	}
	d.armed, d.ref, d.amount, d.inside, d.outAt = true, ref, amount, false, -1
	return append(out, tell(Armed{Ref: ref, Amount: amount}))
}

// answer says what the reader holds.
func (d *Dongle) answer(out []machine.Output, now machine.Now) []machine.Output {
	if !d.read || d.Profile.Defects.Has(StatusIdle) {
		m := card.Message{Verb: card.State, Lives: d.lives}
		if d.armed && !d.Profile.Defects.Has(StatusIdle) {
			m.Ref = d.ref
		}
		return d.say(out, now, m)
	}
	out = d.say(out, now, d.card)
	if !d.inside {
		out = d.say(out, now, card.Message{Verb: card.Removed, Ref: d.ref})
	}
	return out
}

func (d *Dongle) say(out []machine.Output, now machine.Now, m card.Message) []machine.Output {
	if !d.open {
		return out
	}
	if frame := d.link.Send(now.Mono, m); len(frame) > 0 {
		out = append(out, write(frame))
	}
	return out
}

func (d *Dongle) do(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	switch in.Action {
	case "swipe", "insert":
		return d.swipe(out, now, in)
	case "swipe-bad":
		return append(out, tell(SwipeFailed{Why: "nothing could be read"}))
	case "restart":
		out = append(out, d.power(false)...)
		out = append(out, machine.Output{Kind: machine.Close, Port: Port})
		return append(out, d.power(true)...)
	case "low-battery":
		d.low = true
		return out
	case "charge":
		d.low = false
		return out
	case "remove":
		if !d.inside {
			return append(out, tell(Refused{Action: in.Action, Why: "there is no card in the reader"}))
		}
		return d.remove(out, now)
	}
	return append(out, tell(Refused{Action: in.Action, Why: "a reader has no such thing: cards can be swiped, inserted and removed"}))
}

// swipe reads a card. The number leaves the head only sealed and masked.
func (d *Dongle) swipe(out []machine.Output, now machine.Now, in machine.Input) []machine.Output {
	if d.low {
		out = append(out, d.power(false)...)
		return append(out, tell(Refused{in.Action, "the battery is empty: it went off"}), machine.Output{Kind: machine.Close, Port: Port})
	}
	text := string(in.Data)
	if whole, _, why := testTrack(text, d.Profile.format()); why == "" {
		text = whole // a bare number has become a track
	} else if why != "unreadable" {
		return append(out, tell(Refused{in.Action, why}))
	}
	track, err := card.ParseTrack(text, d.Profile.format())
	if err != nil {
		return append(out, tell(SwipeFailed{Why: err.Error()}))
	}
	if !d.armed {
		return append(out, tell(SwipedIdle{}))
	}
	bad := d.Profile.Defects
	if !bad.Has(CounterRepeats) || d.counter == 0 {
		d.counter++
	}
	masked := card.Mask(track.PAN)
	d.card = card.Message{
		Verb: card.Card, Ref: d.ref, Masked: masked, Serial: d.serial,
		Sealed: card.Seal(d.key, d.serial, d.counter, text),
	}
	if bad.Has(ShowsNumber) {
		d.card.Masked = track.PAN
	}
	d.armed, d.read, d.inside = false, true, true
	if d.Profile.Removal > 0 && in.Action == "swipe" {
		d.outAt = now.Mono + d.Profile.Removal
	}
	out = append(out, tell(Swiped{Ref: d.ref, Amount: d.amount, PANHash: card.HashPAN(track.PAN), Masked: masked}))
	if bad.Has(TellsTwice) {
		out = d.say(out, now, d.card)
	}
	return d.say(out, now, d.card)
}

func (d *Dongle) remove(out []machine.Output, now machine.Now) []machine.Output {
	ref := d.ref
	d.inside, d.outAt = false, -1
	if !d.armed && !d.read {
		d.ref = ""
	}
	out = append(out, tell(CardGone{Ref: ref}))
	return d.say(out, now, card.Message{Verb: card.Removed, Ref: ref})
}

func (d *Dongle) wake(out []machine.Output, now machine.Now) []machine.Output {
	frame, dead := d.link.Due(now.Mono)
	if len(frame) > 0 {
		out = append(out, write(frame))
	}
	again := d.tellAt >= 0 && now.Mono >= d.tellAt
	if again || dead {
		d.tellAt = -1
	}
	if d.read && !d.told && d.open {
		switch {
		case again:
			out = d.answer(out, now)
		case dead:
			d.tellAt = now.Mono + tellAgain
		}
	}
	if d.outAt >= 0 && now.Mono >= d.outAt {
		out = d.remove(out, now)
	}
	return out
}

// Clone returns a copy that shares nothing changeable; a sealed card is never
// written to, so both may hold it.
func (d *Dongle) Clone() machine.Machine {
	c := *d
	c.link = d.link.Clone()
	return &c
}
