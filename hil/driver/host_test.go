package driver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/pos"
	"stormrig/pos/payment/iso"
)

const hostWall = int64(1_784_354_523_000_000_000) // 2026-07-18 06:02:03 UTC

func hostAt(mono time.Duration) machine.Now {
	return machine.Now{Mono: mono, Wall: hostWall + int64(mono)}
}

func openHost(t *testing.T) *Host {
	t.Helper()
	h := NewHost("PHONE", "BOUTIQUE", "PHP")
	s := h.Handle(hostAt(0), machine.Input{Kind: machine.Boot})
	assert.Equal(t, machine.Open, s.Out[0].Kind)
	s = h.Handle(hostAt(time.Millisecond), machine.Input{Kind: machine.Opened, Port: PortHost})
	assert.Equal(t, []pos.Event{pos.LinkUp{Link: "host"}}, s.Events)
	return h
}

func ask(kind string) pos.AskHost {
	return pos.AskHost{
		Order:  pos.HostOrder{Kind: kind, Ref: "phone-1", STAN: "000017", Amount: 129000, Reason: "4021", Taken: hostWall - int64(time.Hour)},
		Sealed: []byte("sealed"), Serial: "HEAD0001", Wall: hostWall,
	}
}

// sent decodes the one message in a step.
func sent(t *testing.T, s Step) *iso.Request {
	t.Helper()
	require.Len(t, s.Out, 1)
	require.Equal(t, machine.Write, s.Out[0].Kind)
	var f iso.Frames
	messages, err := f.Push(s.Out[0].Data)
	require.NoError(t, err)
	require.Len(t, messages, 1)
	r, err := iso.DecodeRequest(messages[0])
	require.NoError(t, err)
	return r
}

func answer(t *testing.T, r *iso.Request, response, auth string) []byte {
	t.Helper()
	a := iso.AnswerTo(r, response)
	a.Sent, a.Auth = "0718060204", auth
	b, err := a.Encode()
	require.NoError(t, err)
	return iso.AppendFrame(nil, b)
}

func hostData(b []byte) machine.Input {
	return machine.Input{Kind: machine.Data, Port: PortHost, Data: b}
}

func TestHostAsksAndHears(t *testing.T) {
	for kind, mti := range map[string]string{"authorise": "0100", "forward": "0100", "reverse": "0420"} {
		h := openHost(t)
		r := sent(t, h.Do(hostAt(0), ask(kind)))
		assert.Equal(t, mti, r.MTI)
		assert.Equal(t, []any{kind, "PHONE", "BOUTIQUE", "PHP", int64(129000), "000017", "phone-1"},
			[]any{string(r.Kind), r.Terminal, r.Merchant, r.Currency, r.Amount, r.STAN, r.Ref})
		assert.Equal(t, iso.Stamp("0718060203"), r.Sent)
		assert.Equal(t, iso.Stamp("0718050203"), r.Taken)
		if kind == "reverse" {
			assert.Empty(t, r.Sealed)
			assert.Equal(t, "000017", r.Original.STAN)
		} else {
			assert.Equal(t, []byte("sealed"), r.Sealed)
		}
		b := answer(t, r, "00", "004711")
		want := pos.HostReply{STAN: "000017", Kind: kind, Response: "00", Auth: "004711"}
		// Twice in one delivery, and once more later: each is an event.
		s := h.Handle(hostAt(1), hostData(append(b[:len(b):len(b)], b...)))
		assert.Equal(t, []pos.Event{want, want}, s.Events)
		assert.Equal(t, []pos.Event{want}, h.Handle(hostAt(time.Hour), hostData(b)).Events)
	}
}

func TestHostRepeats(t *testing.T) {
	h := openHost(t)
	a := ask("authorise")
	a.Repeat, a.Wall = true, hostWall+int64(5*time.Second)
	r := sent(t, h.Do(hostAt(0), a))
	assert.Equal(t, "0101", r.MTI)
	assert.Equal(t, iso.Stamp("0718060208"), r.Sent)
	assert.Equal(t, iso.Stamp("0718050203"), r.Taken, "the payment's own time stays")
	a.Sealed = nil
	assert.Empty(t, sent(t, h.Do(hostAt(0), a)).Serial, "without card data its serial means nothing")
	a.Order.Taken = 0
	assert.Equal(t, iso.Stamp("0718060208"), sent(t, h.Do(hostAt(0), a)).Taken)
}

func TestHostInPieces(t *testing.T) {
	h := openHost(t)
	b := answer(t, sent(t, h.Do(hostAt(0), ask("authorise"))), "05", "")
	var events []pos.Event
	for i := range b {
		if i == len(b)/2 { // a copy made in mid-message goes on by itself
			c := h.Clone()
			assert.Len(t, c.Handle(hostAt(1), hostData(b[i:])).Events, 1)
		}
		events = append(events, h.Handle(hostAt(1), hostData(b[i:i+1])).Events...)
	}
	assert.Equal(t, []pos.Event{pos.HostReply{STAN: "000017", Kind: "authorise", Response: "05"}}, events)
}

func TestHostTrouble(t *testing.T) {
	h := openHost(t)
	r := sent(t, h.Do(hostAt(0), ask("authorise")))
	other := *r
	other.Terminal = "OTHER"
	bad := ask("authorise")
	bad.Order.STAN = "17"
	for name, s := range map[string]Step{
		"unsendable":     h.Do(hostAt(0), bad),
		"garbage":        h.Handle(hostAt(1), hostData(iso.AppendFrame(nil, []byte("hello")))),
		"for another":    h.Handle(hostAt(1), hostData(answer(t, &other, "00", ""))),
		"own cry echoed": h.Handle(hostAt(1), hostData(h.Do(hostAt(0), ask("authorise")).Out[0].Data)),
	} {
		assert.Empty(t, s.Events, name)
		require.Len(t, s.Out, 1, name)
		trouble, ok := s.Out[0].Tell.(HostTrouble)
		require.True(t, ok, name)
		assert.NotEmpty(t, trouble.Why)
		assert.NotContains(t, trouble.Why, "sealed", name)
	}
}

func TestHostBrokenFrame(t *testing.T) {
	h := openHost(t)
	s := h.Handle(hostAt(time.Second), hostData([]byte{0, 0}))
	assert.Equal(t, []pos.Event{pos.LinkDown{Link: "host"}}, s.Events)
	kinds := make([]machine.OutKind, len(s.Out))
	for i, o := range s.Out {
		kinds[i] = o.Kind
	}
	assert.Equal(t, []machine.OutKind{machine.Tell, machine.Close, machine.WakeAt}, kinds)
}

func TestHostLink(t *testing.T) {
	h := openHost(t)
	s := h.Handle(hostAt(time.Second), machine.Input{Kind: machine.Closed, Port: PortHost})
	assert.Equal(t, []pos.Event{pos.LinkDown{Link: "host"}}, s.Events)
	assert.Empty(t, h.Handle(hostAt(time.Second), machine.Input{Kind: machine.Closed, Port: PortHost}).Events, "once")
	assert.Empty(t, h.Do(hostAt(time.Second), ask("authorise")).Out, "nothing leaves while it is down")
	var opens int
	at := s.Out[len(s.Out)-1].At
	for range 5 {
		s = h.Handle(hostAt(at), machine.Input{Kind: machine.Wake, Port: PortHost})
		for _, o := range s.Out {
			switch o.Kind {
			case machine.Open:
				opens++
			case machine.WakeAt:
				assert.Greater(t, o.At, at)
				at = o.At
			}
		}
	}
	assert.Equal(t, 5, opens)
	assert.Greater(t, at, 5*time.Second, "each attempt waits longer")
	s = h.Handle(hostAt(at), machine.Input{Kind: machine.Opened, Port: PortHost})
	assert.Equal(t, []pos.Event{pos.LinkUp{Link: "host"}}, s.Events)
	assert.Empty(t, h.Do(hostAt(at), pos.Kick{Intent: "1"}).Out, "not ours")
}

// A host that is not there from the start is absent, once, although no link
// was lost.
func TestHostThatNeverCame(t *testing.T) {
	h := NewHost("POS1", "SHOP", pos.Currency("PHP"))
	s := h.Handle(hostAt(0), machine.Input{Kind: machine.Boot})
	var said []time.Duration
	for range 12 {
		at := s.Out[len(s.Out)-1].At
		assert.Empty(t, h.Handle(hostAt(at-1), machine.Input{Kind: machine.Wake, Port: PortHost}).Events, "too early")
		s = h.Handle(hostAt(at), machine.Input{Kind: machine.Wake, Port: PortHost})
		if len(s.Events) > 0 {
			assert.Equal(t, []pos.Event{pos.LinkDown{Link: "host"}}, s.Events)
			said = append(said, at)
		}
	}
	require.Len(t, said, 1)
	assert.Less(t, said[0], 10*time.Second)
}
