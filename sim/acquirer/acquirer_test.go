package acquirer

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos/payment/iso"
)

var base = card.BaseKey{1, 2, 3}

const (
	good    = "4242424242424242"
	bad     = "4000000000000002"
	serial  = "HEAD0001"
	counted = 7
)

func sealed(pan string, n uint64) []byte {
	track := card.Track{Number: 2, PAN: pan, Year: 30, Month: 12, Service: "101"}.Text(card.TrackFormat{}, false)
	return card.Seal(base.HeadKey(serial), serial, n, track)
}

// ask is a request for 12.90 from the card pan.
func ask(kind iso.Kind, pan string) iso.Request {
	r := iso.Request{
		Kind: kind, STAN: "000017", Ref: "phone-1", Amount: 1290, Currency: "PHP", Terminal: "PHONE",
		Merchant: "BOUTIQUE", Sent: "0718060203", Taken: "0718060203",
	}
	if kind == iso.Reverse {
		r.Reason = iso.ReasonTimeout
		return r
	}
	r.Sealed, r.Serial = sealed(pan, counted), serial
	return r
}

func but(r iso.Request, change func(*iso.Request)) iso.Request {
	change(&r)
	return r
}

func repeated(r iso.Request) iso.Request {
	r.Repeat = true
	return r
}

func at(mono time.Duration) machine.Now {
	return machine.Now{Mono: mono, Wall: 1_784_354_523_000_000_000 + int64(mono)}
}

func input(t require.TestingT, r iso.Request) machine.Input {
	b, err := r.Encode()
	require.NoError(t, err)
	return machine.Input{Kind: machine.Data, Port: "phone", Data: iso.AppendFrame(nil, b)}
}

// replies decodes what leaves, in order.
func replies(t require.TestingT, out []machine.Output) (got []*iso.Reply) {
	for _, o := range out {
		if o.Kind == machine.Write {
			var f iso.Frames
			messages, err := f.Push(o.Data)
			require.NoError(t, err)
			for _, m := range messages {
				r, err := iso.DecodeReply(m)
				require.NoError(t, err)
				got = append(got, r)
			}
		}
	}
	return got
}

// story runs requests one a second and writes what they were answered with
// and what was booked: "00 captured", "51 declined", "00" when nothing was.
func story(t require.TestingT, h *Host, requests ...iso.Request) (lines []string) {
	for i, r := range requests {
		out := h.Handle(at(time.Duration(i)*time.Second), input(t, r))
		got := replies(t, out)
		require.Len(t, got, 1)
		assert.Equal(t, r.Kind, got[0].Kind)
		line := got[0].Response
		for _, o := range out {
			if b, ok := o.Tell.(Booked); ok {
				line += " " + string(b.State)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestFlows(t *testing.T) {
	authorise, forward, reverse := ask(iso.Authorise, good), ask(iso.Forward, good), ask(iso.Reverse, "")
	noCard := repeated(but(authorise, func(r *iso.Request) { r.Sealed, r.Serial = nil, "" }))
	later := Config{DeclineForwarded: []string{good}}
	for name, tc := range map[string]struct {
		cfg  Config
		in   []iso.Request
		want []string
	}{
		"approved":                        {in: []iso.Request{authorise}, want: []string{"00 captured"}},
		"doubled by the network":          {in: []iso.Request{authorise, authorise}, want: []string{"00 captured", "00"}},
		"repeated":                        {in: []iso.Request{authorise, repeated(authorise)}, want: []string{"00 captured", "00"}},
		"only the repeat arrives":         {in: []iso.Request{repeated(authorise)}, want: []string{"00 captured"}},
		"the repeat overtakes":            {in: []iso.Request{repeated(authorise), authorise}, want: []string{"00 captured", "00"}},
		"repeat without card":             {in: []iso.Request{authorise, noCard}, want: []string{"00 captured", "00"}},
		"the same, overtaking":            {in: []iso.Request{noCard, authorise}, want: []string{"25 declined", "25"}},
		"reversed":                        {in: []iso.Request{authorise, reverse, repeated(reverse)}, want: []string{"00 captured", "00 reversed", "00"}},
		"late repeat after reversal":      {in: []iso.Request{authorise, reverse, repeated(authorise)}, want: []string{"00 captured", "00 reversed", "21"}},
		"reversal first":                  {in: []iso.Request{reverse, authorise, repeated(authorise)}, want: []string{"00 declined", "21", "21"}},
		"declined reversed":               {in: []iso.Request{ask(iso.Authorise, bad), reverse, ask(iso.Authorise, bad)}, want: []string{"05 declined", "00", "21"}},
		"deferred":                        {in: []iso.Request{forward, repeated(forward)}, want: []string{"00 settled", "00"}},
		"deferred and reversed":           {in: []iso.Request{forward, reverse}, want: []string{"00 settled", "00 reversed"}},
		"deferred, declined":              {cfg: later, in: []iso.Request{forward, repeated(forward)}, want: []string{"51 declined", "51"}},
		"the same card online":            {cfg: later, in: []iso.Request{authorise}, want: []string{"00 captured"}},
		"online, then deferred":           {in: []iso.Request{authorise, forward}, want: []string{"00 captured", "00"}},
		"another amount":                  {in: []iso.Request{authorise, but(authorise, func(r *iso.Request) { r.Amount++ })}, want: []string{"00 captured", "13"}},
		"another amount reversed":         {in: []iso.Request{authorise, but(reverse, func(r *iso.Request) { r.Amount-- }), reverse}, want: []string{"00 captured", "13", "00 reversed"}},
		"same STAN, other payment":        {in: []iso.Request{authorise, but(authorise, func(r *iso.Request) { r.Ref, r.Sealed = "phone-2", sealed(good, 8) })}, want: []string{"00 captured", "00 captured"}},
		"same payment, other STAN":        {in: []iso.Request{authorise, reverse, but(forward, func(r *iso.Request) { r.STAN = "000018" })}, want: []string{"00 captured", "00 reversed", "00 settled"}},
		"card data replayed":              {in: []iso.Request{authorise, but(authorise, func(r *iso.Request) { r.STAN, r.Ref = "000018", "phone-2" })}, want: []string{"00 captured", "63 declined"}},
		"card data of another head":       {in: []iso.Request{but(authorise, func(r *iso.Request) { r.Serial = "HEAD0002" })}, want: []string{"63 declined"}},
		"altered, then whole":             {in: []iso.Request{but(authorise, func(r *iso.Request) { r.Sealed = []byte("?") }), authorise}, want: []string{"63 declined", "63"}},
		"not a test card":                 {in: []iso.Request{ask(iso.Authorise, "4539578763621486")}, want: []string{"14 declined"}},
		"no funds":                        {in: []iso.Request{ask(iso.Authorise, "4000000000009995")}, want: []string{"51 declined"}},
		"lost":                            {in: []iso.Request{ask(iso.Authorise, "4000000000009987")}, want: []string{"41 declined"}},
		"expired":                         {in: []iso.Request{ask(iso.Authorise, "4000000000000069")}, want: []string{"54 declined"}},
		"window, inside":                  {cfg: Config{Repeat: RepeatWindow, Window: time.Second}, in: []iso.Request{authorise, repeated(authorise)}, want: []string{"00 captured", "00"}},
		"window, over":                    {cfg: Config{Repeat: RepeatWindow, Window: time.Second}, in: []iso.Request{authorise, noCard, repeated(authorise), reverse}, want: []string{"00 captured", "00", "00 captured", "00 reversed reversed"}},
		"never":                           {cfg: Config{Repeat: RepeatNever}, in: []iso.Request{authorise, repeated(authorise), reverse, authorise}, want: []string{"00 captured", "00 captured", "00 reversed reversed", "21"}},
		"never, repeat without card":      {cfg: Config{Repeat: RepeatNever}, in: []iso.Request{authorise, noCard, reverse}, want: []string{"00 captured", "25", "00 reversed"}},
		"never, but a decline stands":     {cfg: Config{Repeat: RepeatNever}, in: []iso.Request{ask(iso.Authorise, bad), repeated(ask(iso.Authorise, bad))}, want: []string{"05 declined", "05"}},
		"wrong merchant":                  {cfg: Config{Merchant: "OTHER"}, in: []iso.Request{authorise, reverse}, want: []string{"03", "03"}},
		"plain reversal (0400)":           {in: []iso.Request{authorise, but(reverse, func(r *iso.Request) { r.MTI = "0400" })}, want: []string{"00 captured", "00 reversed"}},
		"original's number, not its own":  {in: []iso.Request{authorise, but(reverse, func(r *iso.Request) { r.STAN, r.Original.STAN = "000099", "000017" })}, want: []string{"00 captured", "00 reversed"}},
		"reversal of another's payment":   {in: []iso.Request{authorise, but(reverse, func(r *iso.Request) { r.Terminal = "OTHER" })}, want: []string{"00 captured", "00 declined"}},
		"an expiry date the other way is": {in: []iso.Request{but(authorise, func(r *iso.Request) { r.Sealed = mmyy() })}, want: []string{"00 captured"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.cfg.Base = base
			assert.Equal(t, tc.want, story(t, New(tc.cfg), tc.in...))
		})
	}
}

func mmyy() []byte {
	f := card.TrackFormat{ExpiryMMYY: true}
	track := card.Track{Number: 2, PAN: good, Year: 30, Month: 12, Service: "101"}.Text(f, true)
	return card.Seal(base.HeadKey(serial), serial, counted, track)
}

func TestDialect(t *testing.T) {
	reverse := but(ask(iso.Reverse, ""), func(r *iso.Request) { r.MTI = "0400" })
	for want, cfg := range map[string]Config{
		"0410": {},
		"0430": {Dialect: map[string]string{"0400": "0430"}},
	} {
		got := replies(t, New(cfg).Handle(at(0), input(t, reverse)))
		require.Len(t, got, 1)
		assert.Equal(t, want, got[0].MTI)
	}
	out := New(Config{Dialect: map[string]string{"0400": "0110"}}).Handle(at(0), input(t, reverse))
	assert.Empty(t, replies(t, out), "an impossible dialect answers nothing")
	assert.IsType(t, Garbled{}, out[len(out)-1].Tell)
}

func TestTells(t *testing.T) {
	h := New(Config{Base: base})
	out := h.Handle(at(0), input(t, ask(iso.Authorise, good)))
	require.Len(t, out, 3)
	assert.Equal(t, Requested{Port: "phone", MTI: "0100", Kind: "authorise", Terminal: "PHONE", STAN: "000017",
		Ref: "phone-1", Amount: 1290}, out[0].Tell)
	assert.Equal(t, Booked{Port: "phone", Terminal: "PHONE", STAN: "000017", Ref: "phone-1", Amount: 1290,
		State: Captured, Why: "00 approves"}, out[1].Tell)
	assert.Equal(t, machine.Write, out[2].Kind, "approval comes before the answer leaves")
	assert.Equal(t, "phone", out[2].Port)
	require.Len(t, h.Ledger(), 1)
	row := h.Ledger()[0]
	assert.Equal(t, "************4242", row.Card)
	assert.Equal(t, 1, row.Captures)
	reply := replies(t, out)[0]
	assert.Equal(t, []string{row.Auth, row.RRN}, []string{reply.Auth, reply.RRN})
	again := replies(t, h.Handle(at(time.Hour), input(t, repeated(ask(iso.Authorise, good)))))[0]
	assert.Equal(t, reply.Auth, again.Auth)
	assert.Equal(t, reply.RRN, again.RRN)
}

func TestNoCardNumberAnywhere(t *testing.T) {
	h := New(Config{Base: base, DeclineForwarded: []string{good, bad}})
	text := ""
	for i, r := range []iso.Request{ask(iso.Authorise, good), ask(iso.Forward, bad), ask(iso.Reverse, "")} {
		r.STAN = fmt.Sprintf("%06d", i+1)
		for _, o := range h.Handle(at(0), input(t, r)) {
			text += fmt.Sprintf("%+v %s", o.Tell, o.Data)
		}
	}
	rows, err := json.Marshal(h.Ledger())
	require.NoError(t, err)
	text += string(rows) + fmt.Sprintf("%+v", h)
	for _, pan := range []string{good, bad} {
		assert.NotContains(t, text, pan)
		assert.NotContains(t, text, pan[:12])
	}
}

func TestGarbled(t *testing.T) {
	h := New(Config{})
	in := machine.Input{Kind: machine.Data, Port: "x", Data: iso.AppendFrame(nil, []byte("hello"))}
	out := h.Handle(at(0), in)
	require.Len(t, out, 1)
	assert.IsType(t, Garbled{}, out[0].Tell)
	in.Data = []byte{0, 0}
	out = h.Handle(at(0), in)
	require.Len(t, out, 2)
	assert.Equal(t, machine.Close, out[1].Kind)
	assert.Empty(t, h.Ledger())
}

func TestEcho(t *testing.T) {
	echo := iso.Request{Kind: iso.Echo, STAN: "000001", Terminal: "PHONE", Sent: "0718060203"}
	assert.Equal(t, []string{"00"}, story(t, New(Config{}), echo))
}

func do(action, arg string) machine.Input {
	return machine.Input{Kind: machine.Do, Action: action, Data: []byte(arg)}
}

func TestOutOfOrder(t *testing.T) {
	h := New(Config{Base: base})
	h.Handle(at(0), do("answer", "91"))
	assert.Equal(t, []string{"91", "91"}, story(t, h, ask(iso.Authorise, good), ask(iso.Reverse, "")))
	assert.Empty(t, h.Ledger(), "nothing was decided")
	h.Handle(at(0), do("answer", ""))
	assert.Equal(t, []string{"00 captured"}, story(t, h, ask(iso.Authorise, good)))
}

func TestLatency(t *testing.T) {
	h := New(Config{Base: base, Delay: 2 * time.Second})
	first := h.Handle(at(0), input(t, ask(iso.Authorise, good)))
	last := first[len(first)-1]
	assert.Equal(t, []any{machine.WakeAt, 2 * time.Second}, []any{last.Kind, last.At})
	assert.Empty(t, replies(t, first))
	assert.Len(t, h.Ledger(), 1, "approved at once, told later")

	h.Handle(at(0), do("delay", "60s"))
	second := input(t, ask(iso.Reverse, ""))
	second.Port = "assistant"
	out := h.Handle(at(time.Second), second)
	assert.Equal(t, 2*time.Second, out[len(out)-1].At, "the earlier answer is still the next")

	c := h.Clone()
	out = c.Handle(at(2*time.Second), machine.Input{Kind: machine.Wake})
	require.Len(t, replies(t, out), 1)
	assert.Equal(t, "phone", out[0].Port)
	assert.Equal(t, 63*time.Second, out[1].At)
	out = c.Handle(at(63*time.Second), machine.Input{Kind: machine.Wake})
	require.Len(t, replies(t, out), 1)
	assert.Equal(t, "assistant", out[0].Port)
	assert.Len(t, out, 1, "nothing left to wake for")

	h.Handle(at(time.Second), machine.Input{Kind: machine.Closed, Port: "phone"})
	out = h.Handle(at(time.Hour), machine.Input{Kind: machine.Wake})
	require.Len(t, replies(t, out), 1, "who hung up gets no answer, the books stay")
	assert.Equal(t, "assistant", out[0].Port)
	assert.Len(t, h.Ledger(), 1)
}

func TestSpreadIsDrawnFromTheSeed(t *testing.T) {
	waits := func(seed uint64) (all []time.Duration) {
		h := New(Config{Base: base, Delay: time.Second, Spread: time.Second, Seed: seed})
		for i := range 20 {
			r := ask(iso.Authorise, good)
			r.STAN = fmt.Sprintf("%06d", i+1)
			out := h.Handle(at(0), input(t, r))
			all = append(all, h.queue[len(h.queue)-1].at)
			assert.Equal(t, h.queue[0].at, out[len(out)-1].At)
		}
		return all
	}
	a := waits(1)
	assert.Equal(t, a, waits(1))
	assert.NotEqual(t, a, waits(2))
	for _, d := range a {
		assert.True(t, d >= time.Second && d < 2*time.Second, d)
	}
}
