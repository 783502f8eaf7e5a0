package driver

import (
	"fmt"

	"stormrig/hil/machine"
	"stormrig/pos"
	"stormrig/pos/payment/iso"
)

// Host is the driver of the link to the card host: ISO 8583 messages as
// pos/payment/iso defines them, each in its frame.
//
// It sends what it is told and reports what comes back, nothing else: no
// time-out, no retry, no memory of requests. Those belong to the engine, which
// decides them durably. A reply that is late or comes twice is an event like
// any other. A request while the link is down is dropped; the engine hears of
// the link by LinkUp and LinkDown and has a time-out of its own anyway.
//
// The request's card data is in no event, Tell or error.
type Host struct {
	terminal string
	merchant string
	currency pos.Currency
	link     redial
	frames   iso.Frames
}

// HostTrouble is told (machine.Tell) when a request could not be made into a
// message, or a message not into a reply. It holds no card data.
type HostTrouble struct {
	STAN string // of the request; empty for what came in
	Why  string
}

// NewHost returns the driver for one terminal: at most 8 characters, as the
// host knows it. The merchant's name has at most 15.
func NewHost(terminal, merchant string, currency pos.Currency) *Host {
	return &Host{terminal: terminal, merchant: merchant, currency: currency, link: redial{far: true}}
}

// Port implements Driver.
func (h *Host) Port() string { return PortHost }

// Clone implements Driver.
func (h *Host) Clone() Driver {
	c := *h
	c.frames = h.frames.Clone()
	return &c
}

// Handle implements Driver.
func (h *Host) Handle(now machine.Now, in machine.Input) Step {
	var s Step
	switch in.Kind {
	case machine.Boot:
		h.link.dial(&s, now, PortHost)
	case machine.Opened:
		h.frames.Reset()
		if h.link.opened(&s, PortHost) {
			s.Event(pos.LinkUp{Link: PortHost})
		}
	case machine.Closed:
		h.hungUp(&s, now)
	case machine.Wake:
		if h.link.due(&s, now, PortHost) {
			s.Event(pos.LinkDown{Link: PortHost})
		}
	case machine.Data:
		h.read(&s, now, in.Data)
	}
	return s
}

func (h *Host) hungUp(s *Step, now machine.Now) {
	h.frames.Reset()
	if h.link.closed(s, now, PortHost) {
		s.Event(pos.LinkDown{Link: PortHost})
	}
}

// read takes bytes from the host.
func (h *Host) read(s *Step, now machine.Now, data []byte) {
	messages, err := h.frames.Push(data)
	for _, m := range messages {
		h.reply(s, m)
	}
	if err != nil {
		// Nothing after a broken length can be believed; only a new
		// connection has a known beginning.
		h.trouble(s, "", err)
		s.Close(PortHost)
		h.hungUp(s, now)
	}
}

func (h *Host) reply(s *Step, message []byte) {
	r, err := iso.DecodeReply(message)
	switch {
	case err != nil:
		h.trouble(s, "", err)
	case r.Terminal != h.terminal:
		h.trouble(s, "", fmt.Errorf("a reply for terminal %q came to %q", r.Terminal, h.terminal))
	case r.Kind != iso.Echo:
		s.Event(pos.HostReply{STAN: r.STAN, Kind: string(r.Kind), Response: r.Response, Auth: r.Auth})
	}
}

// Do implements Driver: it sends an AskHost.
func (h *Host) Do(_ machine.Now, e pos.Effect) Step {
	var s Step
	ask, ok := e.(pos.AskHost)
	if !ok || !h.link.up {
		return s
	}
	request := h.request(ask)
	message, err := request.Encode()
	if err != nil {
		h.trouble(&s, ask.Order.STAN, err)
		return s
	}
	s.Write(PortHost, iso.AppendFrame(make([]byte, 0, len(message)+2), message))
	return s
}

func (h *Host) request(ask pos.AskHost) iso.Request {
	o := ask.Order
	taken := o.Taken
	if taken == 0 {
		taken = ask.Wall
	}
	serial := ask.Serial
	if len(ask.Sealed) == 0 {
		serial = "" // a serial names the key of card data and means nothing alone
	}
	return iso.Request{
		Kind: iso.Kind(o.Kind), Repeat: ask.Repeat,
		STAN: o.STAN, Ref: o.Ref, Amount: int64(o.Amount), Currency: string(h.currency),
		Terminal: h.terminal, Merchant: h.merchant,
		Sent: iso.StampAt(ask.Wall), Taken: iso.StampAt(taken),
		Sealed: ask.Sealed, Serial: serial,
		Reason: o.Reason,
	}
}

func (h *Host) trouble(s *Step, stan string, err error) {
	s.Out = append(s.Out, machine.Output{
		Kind: machine.Tell, Port: PortHost, Tell: HostTrouble{STAN: stan, Why: err.Error()},
	})
}
