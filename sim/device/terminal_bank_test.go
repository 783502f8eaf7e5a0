package device_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/pos/payment/iso"
	"stormrig/sim/device"
)

// banked is a terminal between a till and a card host, both played by hand.
type banked struct {
	t     *testing.T
	dev   *device.Terminal
	now   time.Duration
	wake  time.Duration
	link  card.Link      // the till's
	heard []card.Message // by the till, since its last message
	asked []*iso.Request // of the host, since its last answer
	line  iso.Frames
}

func newBanked(t *testing.T, profile string) *banked {
	key := card.BaseKey{7}.HeadKey("D-1")
	c := &banked{t: t, wake: -1, link: card.NewLink(card.Timing{AckWait: time.Hour, Tries: 1}), dev: device.NewTerminal(device.BuiltInReader(profile)).
		Connect(device.BankLine{Terminal: "PHONE", Merchant: "SHOP", Currency: "PHP", Serial: "D-1", Key: key})}
	c.power()
	return c
}

func (c *banked) input(in machine.Input) {
	for _, o := range c.dev.Handle(machine.Now{Mono: c.now, Wall: 1_784_354_400_000_000_000 + int64(c.now)}, in) {
		switch {
		case o.Kind == machine.WakeAt:
			c.wake = o.At
		case o.Kind == machine.Write && o.Port == device.PortBank:
			c.reads(o.Data)
		case o.Kind == machine.Write:
			h := c.link.Feed(c.now, o.Data)
			for _, r := range h.Got {
				c.heard = append(c.heard, r.Message)
			}
			if len(h.Reply) > 0 {
				c.input(machine.Input{Kind: machine.Data, Port: device.Port, Data: h.Reply})
			}
		}
	}
}

// reads is what the host does with bytes.
func (c *banked) reads(data []byte) {
	messages, err := c.line.Push(data)
	require.NoError(c.t, err)
	for _, m := range messages {
		r, err := iso.DecodeRequest(m)
		require.NoError(c.t, err)
		assert.NotContains(c.t, string(m), "4242424242424242")
		c.asked = append(c.asked, r)
	}
}

func (c *banked) pass(d time.Duration) {
	for end := c.now + d; ; {
		if c.wake < 0 || c.wake > end {
			c.now = end
			return
		}
		c.now, c.wake = max(c.now, c.wake), -1
		c.input(machine.Input{Kind: machine.Wake})
	}
}

func (c *banked) power() {
	c.input(machine.Input{Kind: machine.Boot})
	c.link.Reset()
	c.input(machine.Input{Kind: machine.Opened, Port: device.Port})
	c.input(machine.Input{Kind: machine.Opened, Port: device.PortBank})
}

// tell is the till's message.
func (c *banked) tell(verb card.Verb, amount int64) {
	c.heard = nil
	c.input(machine.Input{Kind: machine.Data, Port: device.Port,
		Data: c.link.Send(c.now, card.Message{Verb: verb, Ref: "S-1", Amount: amount})})
}

// last is what the till heard last.
func (c *banked) last() card.Message {
	require.NotEmpty(c.t, c.heard)
	return c.heard[len(c.heard)-1]
}

// result is a result for the till.
func result(outcome, code, stan, auth string) card.Message {
	return card.Message{Verb: card.Result, Ref: "S-1", Outcome: outcome, Masked: "************4242", Code: code, STAN: stan, Auth: auth}
}

// pay arms it, draws a card through and returns the request.
func (c *banked) pay() *iso.Request {
	c.tell(card.Arm, 129000)
	c.input(machine.Input{Kind: machine.Do, Action: "swipe", Data: []byte("4242424242424242")})
	require.Len(c.t, c.asked, 1)
	return c.asked[0]
}

// answer is the host's to the newest request.
func (c *banked) answer(code string) {
	r := c.asked[len(c.asked)-1]
	c.asked = nil
	reply := iso.AnswerTo(r, code)
	if code == "00" && r.Kind == iso.Authorise {
		reply.Auth = "483692"
	}
	reply.Sent = iso.StampAt(1_784_354_400_000_000_000)
	data, err := reply.Encode()
	require.NoError(c.t, err)
	c.input(machine.Input{Kind: machine.Data, Port: device.PortBank, Data: iso.AppendFrame(nil, data)})
}

func TestTerminalAsksItsHost(t *testing.T) {
	c := newBanked(t, "terminal-confirm")
	r := c.pay()
	assert.Equal(t, []any{iso.Authorise, "S-1", int64(129000), "PHONE", "000001", false}, []any{r.Kind, r.Ref, r.Amount, r.Terminal, r.STAN, r.Repeat})
	c.pass(6 * time.Second)
	require.Len(t, c.asked, 2)
	assert.True(t, c.asked[1].Repeat)
	assert.Equal(t, r.STAN, c.asked[1].STAN, "the same request again")
	c.answer("00")
	assert.Equal(t, result("approved", "00", "000001", "483692"), c.last())
	c.tell(card.Confirm, 0)
	assert.Equal(t, result("settled", "00", "000001", "483692"), c.last())
	c.pass(time.Minute)
	assert.Empty(t, c.asked, "what is confirmed stays")
}

func TestTerminalHostSaysNo(t *testing.T) {
	c := newBanked(t, "terminal")
	c.pay()
	c.answer("51")
	c.pass(time.Second)
	assert.Equal(t, result("declined", "51", "000001", ""), c.last())
	assert.Empty(t, c.asked)
}

// A network that carries a request twice brings the refusal of the copy before the
// approval of the first: the host has the money, and the till was told that nothing
// was charged.
func TestTerminalReversesAnApprovalAfterItsRefusal(t *testing.T) {
	for _, word := range []string{"00", "06", "08", "10", "68", "94"} {
		c := newBanked(t, "terminal-confirm")
		first := c.pay()
		c.answer("30")
		assert.Equal(t, card.OutcomeDeclined, c.last().Outcome)
		for range 2 { // the word on it is doubled as well
			c.asked = append(c.asked[:0], first)
			c.answer(word)
		}
		require.Len(t, c.asked, 0)
		c.pass(time.Minute)
		require.NotEmpty(t, c.asked, word)
		for _, r := range c.asked {
			assert.Equal(t, []any{iso.Reverse, "000001", int64(129000)}, []any{r.Kind, r.STAN, r.Amount})
		}
		c.answer("00")
		c.pass(time.Minute)
		assert.Empty(t, c.asked, "once")
	}
}

// A host that cannot read the repeat says nothing of the request before it.
func TestTerminalRepeatIsRefused(t *testing.T) {
	c := newBanked(t, "terminal")
	r := c.pay()
	c.pass(6 * time.Second)
	c.answer("30")
	assert.Equal(t, result("declined", "30", "000001", ""), c.last())
	require.Len(t, c.asked, 1)
	assert.Equal(t, []any{iso.Reverse, r.STAN}, []any{c.asked[0].Kind, c.asked[0].STAN})
}

// Whatever the host may have taken and the terminal does not sell on, it
// reverses under the original's number and time, again and again until that is
// acknowledged, through every loss of power.
func TestTerminalReverses(t *testing.T) {
	for name, lose := range map[string]func(c *banked){
		"a part of the amount":    func(c *banked) { c.answer("10") },
		"no answer":               func(c *banked) { c.pass(15 * time.Second) },
		"power lost":              func(c *banked) { c.input(machine.Input{Kind: machine.Off}); c.power() },
		"the card is taken out":   func(c *banked) { c.input(machine.Input{Kind: machine.Do, Action: "remove"}) },
		"voided by the till":      func(c *banked) { c.answer("00"); c.tell(card.Void, 0) },
		"not confirmed, 30 s":     func(c *banked) { c.answer("00"); c.pass(31 * time.Second) },
		"not confirmed, no power": func(c *banked) { c.answer("00"); c.input(machine.Input{Kind: machine.Off}); c.power() },
	} {
		c := newBanked(t, "terminal-confirm")
		asked := c.pay()
		lose(c)
		c.pass(10 * time.Second)
		require.NotEmpty(t, c.asked, name)
		r := c.asked[len(c.asked)-1]
		assert.Equal(t, []any{iso.Reverse, asked.STAN, asked.Ref, asked.Taken, asked.Amount}, []any{r.Kind, r.STAN, r.Ref, r.Taken, r.Amount}, name)
		c.input(machine.Input{Kind: machine.Off})
		c.power()
		assert.False(t, c.dev.Quiet(), name)
		c.pass(time.Second)
		c.answer("00")
		c.pass(time.Minute)
		assert.Empty(t, c.asked, name)
		assert.True(t, c.dev.Quiet(), name)
	}
}

// Who voids, confirms or holds an approval of before, at the host.
func TestTerminalUnconfirmedAtItsHost(t *testing.T) {
	for profile, reverses := range map[string]bool{"terminal-confirm": true, "terminal-confirm-stands": false, "terminal-confirm-blocks": false} {
		c := newBanked(t, profile)
		c.pay()
		c.answer("00")
		c.pass(time.Minute)
		assert.Equal(t, reverses, len(c.asked) > 0, profile)
	}
}

func TestTerminalWithoutALine(t *testing.T) {
	c := newBanked(t, "terminal")
	c.input(machine.Input{Kind: machine.Closed, Port: device.PortBank})
	c.tell(card.Arm, 100)
	c.input(machine.Input{Kind: machine.Do, Action: "swipe", Data: []byte("4242424242424242")})
	c.pass(2 * time.Second)
	assert.Equal(t, result("failed", "no line", "", ""), c.last())
	assert.True(t, c.dev.Quiet())
}

// While its host decides, a cancel and an undo are too late, and are told so.
func TestTerminalTooLateToCancel(t *testing.T) {
	for _, verb := range []card.Verb{card.Cancel, card.Void} {
		c := newBanked(t, "terminal")
		c.pay()
		c.pass(3 * time.Second)
		c.tell(verb, 0)
		c.pass(time.Second)
		assert.Equal(t, card.Message{Verb: card.State, Ref: "S-1", Lives: 1}, c.last(), verb)
		c.answer("00")
		c.pass(2 * time.Second)
		assert.Equal(t, "approved", c.last().Outcome, verb)
	}
}

// A copy's reversals are its own.
func TestTerminalCloneOwes(t *testing.T) {
	c := newBanked(t, "terminal")
	c.pay()
	c.pass(15 * time.Second)
	copied := c.dev.Clone().(*device.Terminal)
	c.answer("00")
	assert.True(t, c.dev.Quiet())
	assert.False(t, copied.Quiet())
}

// Driver and terminal between them: an approval, its confirmation, and an undo.
func TestTerminalWithItsDriver(t *testing.T) {
	p := newPump(driver.NewDongle(), device.NewTerminal(device.BuiltInReader("terminal-confirm")))
	p.boot()
	p.run(time.Second)
	p.do(pos.Arm{Ref: ref, Amount: amount})
	p.run(time.Second)
	p.hand("swipe", track)
	p.run(5 * time.Second)
	last := func() pos.TerminalResult { r := find[pos.TerminalResult](p.events); return r[len(r)-1] }
	assert.Equal(t, pos.TerminalResult{Ref: ref, Outcome: pos.TerminalApproved, Masked: "************4242", Code: "00", STAN: "000001", Auth: "000001"}, last())
	p.unplug()
	p.do(pos.Confirm{Ref: ref}) // nobody hears it
	p.plug()
	p.run(20 * time.Second)
	assert.Equal(t, pos.TerminalApproved, last().Outcome)
	p.do(pos.Confirm{Ref: ref})
	p.run(time.Second)
	assert.Equal(t, pos.TerminalSettled, last().Outcome)
	p.do(pos.Undo{Ref: ref})
	p.run(time.Second)
	assert.Equal(t, pos.TerminalVoided, last().Outcome)
}
