package device_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/sim/device"
)

const (
	serial = "R-0001"
	ref    = "S-12"
	amount = pos.Amount(129000)
	track  = ";4242424242424242=27122010000000000?"
)

var headKey = card.BaseKey{7}.HeadKey(serial)

// payment is one payment at a reader, with the least of a till and of a
// customer: the till arms until it holds a card, the customer swipes whenever
// the display shows an amount.
type payment struct {
	*pump
	card  *pos.CardRead
	shown bool // the display shows an amount and the customer has seen it
}

func newPayment(p device.ReaderProfile) *payment {
	pay := &payment{pump: newPump(driver.NewDongle(), device.NewDongle(p, serial, headKey))}
	pay.bind()
	return pay
}

// bind puts till and customer behind the pump's hooks.
func (p *payment) bind() {
	p.onEvent = func(_ machine.Now, e pos.Event) {
		switch e := e.(type) {
		case pos.CardRead:
			if e.Ref == ref {
				p.card = &e
			}
		case pos.DongleState:
			if p.card == nil && e.Pending != ref {
				p.do(pos.Arm{Ref: ref, Amount: amount})
			}
		}
	}
	p.onTell = func(v any) {
		if _, ok := v.(device.Armed); ok {
			p.shown = true
		}
	}
	p.onByte = func(int) {
		if p.shown {
			p.shown = false
			p.hand("swipe", track)
		}
	}
}

func (p *payment) clone() *payment {
	c := &payment{pump: p.pump.clone(), card: p.card, shown: p.shown}
	c.bind()
	return c
}

// finish lets everything settle and checks what must hold after any fault.
func (p *payment) finish(t require.TestingT, msg ...any) {
	p.run(90 * time.Second)
	require.NotNil(t, p.card, msg...)
	text, _, err := card.Open(headKey, serial, p.card.Sealed)
	require.NoError(t, err, msg...)
	assert.Equal(t, track, text, msg...)
	assert.Equal(t, "************4242", p.card.Masked, msg...)
	assert.Equal(t, serial, p.card.Serial, msg...)
	for _, a := range find[device.Armed](p.tells) {
		assert.Equal(t, device.Armed{Ref: ref, Amount: int64(amount)}, a, msg...)
	}
}

func TestDonglePayment(t *testing.T) {
	p := newPayment(device.DefaultDongle())
	p.boot()
	p.finish(t)
	p.do(pos.Vibrate{})
	p.do(pos.AskDongle{})
	p.run(time.Second)
	p.do(pos.Cancel{Ref: ref})
	p.do(pos.AskDongle{})
	p.run(time.Second)
	require.Equal(t, []pos.Event{
		pos.DeviceUp{Device: "dongle"},
		pos.DongleState{Lives: 1},
		*p.card, pos.CardRemoved{Ref: ref},
		*p.card, pos.CardRemoved{Ref: ref}, // asked again
		pos.DongleState{Lives: 1},
	}, p.events)
	hash := card.HashPAN("4242424242424242")
	require.Equal(t, []any{
		device.Armed{Ref: ref, Amount: int64(amount)},
		device.Swiped{Ref: ref, Amount: int64(amount), PANHash: hash, Masked: "************4242"},
		device.CardGone{Ref: ref},
		device.Vibrated{},
		device.CardForgotten{Ref: ref, Why: "cancelled"},
	}, p.tells)
}

// baseline runs an undisturbed payment and tells how many bytes it takes.
func baseline(t *testing.T) int {
	p := newPayment(device.DefaultDongle())
	p.boot()
	p.finish(t)
	require.Greater(t, p.bytes, 200)
	return p.bytes
}

// The cable is pulled at every byte of the exchange and put back a second
// later: the card is read once, and the till gets it.
func TestDongleUnplugAtEveryByte(t *testing.T) {
	for n := range baseline(t) {
		p := newPayment(device.DefaultDongle())
		swipe := p.onByte
		p.onByte = func(i int) {
			swipe(i)
			if i == n {
				p.unplug()
			}
		}
		p.boot()
		p.run(time.Second)
		p.plug()
		p.finish(t, "byte", n)
		assert.Len(t, find[device.Swiped](p.tells), 1, "byte %d", n)
	}
}

// The reader's battery falls out at every byte. A reader that keeps its memory
// has the card still; one that does not is armed and swiped again.
func TestDonglePowerLossAtEveryByte(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		profile := device.DefaultDongle()
		profile.KeepsMemory = keeps
		for n := range baseline(t) {
			p := newPayment(profile)
			swipe := p.onByte
			p.onByte = func(i int) {
				swipe(i)
				if i == n {
					p.powerOff()
				}
			}
			p.boot()
			p.run(time.Second)
			p.powerOn()
			p.finish(t, "keeps", keeps, "byte", n)
			assert.Equal(t, uint32(2), p.dev.(*device.Dongle).Lives())
			if keeps {
				assert.Len(t, find[device.Swiped](p.tells), 1, "byte %d", n)
			}
		}
	}
}

// One byte of the exchange is altered, lost or doubled. The LRC or a time-out
// finds it, and nothing that was altered reaches till or reader.
func TestDongleBadByte(t *testing.T) {
	faults := map[string]func(b byte) []byte{
		"lost":          func(byte) []byte { return nil },
		"doubled":       func(b byte) []byte { return []byte{b, b} },
		"turned to STX": func(byte) []byte { return []byte{0x02} },
		"turned to ACK": func(byte) []byte { return []byte{0x06} },
	}
	for bit := range 8 {
		faults["bit "+strconv.Itoa(bit)] = func(b byte) []byte { return []byte{b ^ 1<<bit} }
	}
	for name, bad := range faults {
		for n := range baseline(t) {
			p := newPayment(device.DefaultDongle())
			p.mangle = func(i int, b byte) []byte {
				if i == n {
					return bad(b)
				}
				return []byte{b}
			}
			p.boot()
			p.finish(t, name, "byte", n)
			assert.Len(t, find[device.Swiped](p.tells), 1, "%s, byte %d", name, n)
			assert.Len(t, find[pos.CardRemoved](p.events), 1, "%s, byte %d", name, n)
		}
	}
}

// A wire on which many bytes are wrong carries nothing for long, but it must
// not carry anything false, and it recovers when it is mended: the slowest way
// there is a redial every eleven seconds while the bad bytes are used up.
func TestDongleStormOnTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPayment(device.DefaultDongle())
		draws := rapid.SliceOfN(rapid.IntRange(0, 40), 300, 300).Draw(t, "bytes")
		p.mangle = func(i int, b byte) []byte {
			if i >= len(draws) {
				return []byte{b}
			}
			switch draws[i] {
			case 0:
				return nil
			case 1:
				return []byte{b, b}
			case 2:
				return []byte{b ^ 0x04}
			}
			return []byte{b}
		}
		p.boot()
		p.run(10 * time.Minute)
		p.finish(t)
	})
}

// An unacknowledged cancel outlives the link; the arm that it takes back does
// not come again.
func TestDongleCancelOutlivesTheLink(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
	p.boot()
	p.run(time.Second)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(time.Second)
	p.unplug()
	p.do(pos.Cancel{Ref: ref})
	p.do(pos.Cancel{Ref: ref})
	p.do(pos.Arm{Ref: "S-13", Amount: 5})
	p.plug()
	p.run(20 * time.Second)
	assert.Equal(t, []pos.Event{
		pos.DeviceUp{Device: "dongle"}, pos.DongleState{Lives: 1},
		pos.DeviceDown{Device: "dongle", Reason: "link closed"},
		pos.DeviceDown{Device: "dongle", Reason: "not connected"},
		pos.DeviceUp{Device: "dongle"}, pos.DongleState{Lives: 1},
	}, p.events)
	assert.Equal(t, []any{device.Armed{Ref: ref, Amount: int64(amount)}, device.Disarmed{Ref: ref, Why: "cancelled"}}, p.tells)
	p.unplug()
	p.plug()
	before := p.bytes
	p.run(20 * time.Second)
	assert.Less(t, p.bytes-before, 45, "the cancel was acknowledged and is not sent again")
}

// A status that was under way when the till armed would say 'nothing pending'
// of a reader that is armed; it is asked again instead.
func TestDongleStaleState(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
	p.boot() // the opening's status is on its way
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(5 * time.Second)
	assert.Equal(t, []pos.DongleState{{Pending: ref, Lives: 1}}, find[pos.DongleState](p.events))
}

// A reader that opens and says nothing is never up, and is tried less and
// less often.
func TestDongleSilent(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
	p.mangle = func(int, byte) []byte { return nil }
	p.boot()
	p.run(10 * time.Minute)
	assert.Empty(t, p.events)
	assert.Less(t, p.bytes, 60*4*17, "about one opening in eleven seconds, four frames of seventeen bytes each")
	p.mangle = nil
	p.run(time.Minute)
	assert.Equal(t, []pos.Event{pos.DeviceUp{Device: "dongle"}, pos.DongleState{Lives: 1}}, p.events)
	p.mangle = func(int, byte) []byte { return nil }
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(10 * time.Second)
	assert.Equal(t, pos.DeviceDown{Device: "dongle", Reason: "no answer"}, p.events[2])
}

func TestDongleHands(t *testing.T) {
	profile := device.DefaultDongle()
	profile.Removal = 0
	d := device.NewDongle(profile, serial, headKey)
	p := newPump(driver.NewDongle(), d)
	p.hand("swipe", track) // no power yet
	p.boot()
	p.run(time.Second)
	p.hand("swipe", track)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(time.Second)
	p.hand("swipe", "%B4242424242424242")
	p.hand("swipe", ";4929000000006=27122010000000000?")
	p.hand("remove", "")
	p.hand("hold", "upside down")
	p.hand("swipe", track)
	p.hand("swipe", track)
	p.run(time.Minute)
	p.hand("remove", "")
	p.run(time.Second)
	p.do(pos.Arm{Ref: "S-13", Amount: 5})
	p.run(time.Second)
	kinds := []any{}
	for _, v := range p.tells {
		switch v := v.(type) {
		case device.SwipeFailed:
			kinds = append(kinds, "failed")
		case device.Refused:
			kinds = append(kinds, "refused "+v.Action)
		default:
			kinds = append(kinds, v)
		}
	}
	assert.Equal(t, []any{
		device.SwipedIdle{}, device.Armed{Ref: ref, Amount: int64(amount)},
		"failed", "refused swipe", "refused remove", "refused hold",
		device.Swiped{Ref: ref, Amount: int64(amount), PANHash: card.HashPAN("4242424242424242"), Masked: "************4242"},
		device.SwipedIdle{},
		device.CardGone{Ref: ref},
		device.CardForgotten{Ref: ref, Why: "replaced"}, device.Armed{Ref: "S-13", Amount: 5},
	}, kinds)
	assert.Len(t, find[pos.CardRead](p.events), 1)
	assert.Len(t, find[pos.CardRemoved](p.events), 1)
}

// The same arm again brings the card again: a till that lost both and did not
// ask gets them all the same.
func TestDongleArmedTwice(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
	p.boot()
	p.run(time.Second)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(time.Second)
	p.hand("swipe", track)
	p.run(time.Minute)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(time.Second)
	assert.Len(t, find[device.Armed](p.tells), 1)
	cards := find[pos.CardRead](p.events)
	require.Len(t, cards, 2)
	assert.Equal(t, cards[0], cards[1])
	p.do(pos.Arm{Ref: ref, Amount: amount + 1})
	p.run(time.Second)
	assert.Len(t, find[device.Armed](p.tells), 2, "another amount is another request")
}

// A cable that does not tell the reader of a new till: its first status bears
// the number of the last till's, and is answered all the same.
func TestDongleTillRestartsUnseen(t *testing.T) {
	d := device.NewDongle(device.DefaultDongle(), serial, headKey)
	now := machine.Now{}
	d.Handle(now, machine.Input{Kind: machine.Boot})
	d.Handle(now, machine.Input{Kind: machine.Opened, Port: device.Port})
	status := card.AppendMessage(nil, '1', card.Message{Verb: card.Status})
	state := func(seq byte) []byte {
		return card.AppendMessage(nil, seq, card.Message{Verb: card.State, Lives: 1})
	}
	for seq := byte('1'); seq <= '2'; seq++ {
		var wrote []byte
		for _, o := range d.Handle(now, machine.Input{Kind: machine.Data, Port: device.Port, Data: status}) {
			wrote = append(wrote, o.Data...)
		}
		assert.Equal(t, append(card.AppendAck(nil, '1'), state(seq)...), wrote)
		d.Handle(now, machine.Input{Kind: machine.Data, Port: device.Port, Data: card.AppendAck(nil, seq)})
	}
}

// A swipe while the till is away, or does not listen, is kept and told when it
// is back.
func TestDongleSwipeWhileTillIsAway(t *testing.T) {
	for _, silent := range []bool{false, true} {
		p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
		p.boot()
		p.run(time.Second)
		p.do(pos.Arm{Ref: ref, Amount: amount})
		p.run(time.Second)
		if silent {
			p.mangle = func(int, byte) []byte { return nil }
		} else {
			p.unplug()
		}
		p.hand("swipe", track)
		p.run(time.Minute)
		assert.Empty(t, find[pos.CardRead](p.events))
		p.mangle = nil
		p.plug()
		p.run(time.Minute) // nobody asks, and it comes all the same
		assert.NotEmpty(t, find[pos.CardRead](p.events), "silent %v", silent)
		assert.NotEmpty(t, find[pos.CardRemoved](p.events), "silent %v", silent)
	}
}

func TestDongleKeepsOldAmount(t *testing.T) {
	profile := device.DefaultDongle()
	profile.KeepsOld = true
	p := newPump(driver.NewDongle(), device.NewDongle(profile, serial, headKey))
	p.boot()
	p.run(time.Second)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.do(pos.Arm{Ref: "S-13", Amount: 5})
	p.run(time.Second)
	p.do(pos.AskDongle{})
	p.run(time.Second)
	states := find[pos.DongleState](p.events)
	assert.Equal(t, ref, states[len(states)-1].Pending)
	p.do(pos.Cancel{Ref: ref})
	p.do(pos.Arm{Ref: "S-13", Amount: 5})
	p.run(time.Second)
	assert.Contains(t, p.tells, any(device.Armed{Ref: "S-13", Amount: 5}))
}

// The head's counter never comes twice, whatever becomes of power and memory.
func TestDongleCounterOutlivesPower(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewDongle(device.DefaultDongle(), serial, headKey))
	p.boot()
	for i := range 3 {
		p.run(30 * time.Second)
		p.do(pos.Arm{Ref: ref, Amount: amount})
		p.run(time.Second)
		p.hand("swipe", track)
		p.run(time.Second)
		cards := find[pos.CardRead](p.events)
		require.NotEmpty(t, cards)
		_, counter, err := card.Open(headKey, serial, cards[len(cards)-1].Sealed)
		require.NoError(t, err)
		assert.Equal(t, uint64(i+1), counter)
		p.powerOff()
		p.powerOn()
	}
}

// A copy made at any byte ends like the original; a copy that meets a fault
// leaves the original alone.
func TestDongleClone(t *testing.T) {
	whole := newPayment(device.DefaultDongle())
	whole.boot()
	whole.run(time.Minute)
	for n := range whole.bytes {
		p := newPayment(device.DefaultDongle())
		var same, cut *payment
		swipe := p.onByte
		p.onByte = func(i int) {
			swipe(i)
			if i == n {
				same, cut = p.clone(), p.clone()
				cut.unplug()
			}
		}
		p.boot()
		for same == nil {
			p.run(p.perByte)
		}
		cut.run(time.Minute)
		same.run(time.Minute)
		p.run(time.Minute)
		require.Equal(t, whole.events, p.events, "original, byte %d", n)
		require.Equal(t, whole.events, same.events, "copy, byte %d", n)
		require.Equal(t, whole.tells, same.tells, "copy, byte %d", n)
	}
}
