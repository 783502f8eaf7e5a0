package acquirer

import (
	"crypto/sha256"
	"slices"
	"time"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos/payment/iso"
)

// Repeat is how a host recognises repeated requests.
type Repeat string

// The kinds of repeat detection seen in the field.
const (
	RepeatForEver Repeat = "for-ever"
	RepeatWindow  Repeat = "window" // for Config.Window after the first
	RepeatNever   Repeat = "never"
)

// Config is what a host is set up with. The zero value approves every
// approving test card at once and recognises repeats for ever.
type Config struct {
	Base     card.BaseKey // from which the keys of all heads derive
	Merchant string       // the only one served; empty: any

	Repeat Repeat        // empty: for ever
	Window time.Duration // of RepeatWindow

	// DeclineForwarded lists card numbers that are declined (51) when the
	// payment was deferred, though they would be approved online. New keeps
	// hashes of them only.
	DeclineForwarded []string

	// ApproveInPart lists card numbers of which an online request takes half of
	// what it asks for (10). New keeps hashes of them only.
	ApproveInPart []string

	// Answers are codes that the host gives now and then, whatever it would have
	// said. Those of a kind of request share its requests: together at most 1000.
	Answers []Answer

	// Dialect maps a request's type to the type of its answer where it
	// differs from the standard's: {"0400": "0430"}.
	Dialect map[string]string

	// Delay is the time that each answer takes, Spread is added to it in part:
	// the n-th request draws from Seed and n.
	Delay, Spread time.Duration
	Seed          uint64
}

// Host is the card host, a machine.Machine. Its hands (machine.Do):
//
//	"delay"   DURATION  every answer takes so much longer, "0s" ends it
//	"answer"  KIND CODE every request of a kind is answered with this response
//	                    code ("forward 10"; [Answer] says what it books); KIND
//	                    alone ends it
//	"answer"  CODE      every request is answered with this response code and
//	                    nothing is booked ("91", "96"); "" ends all of it
type Host struct {
	cfg      Config
	dialect  map[string]string // never changed
	declines [][sha256.Size]byte
	parts    [][sha256.Size]byte

	lines   []line
	rows    []Row
	index   map[key]int // into rows; looked up, never walked
	heads   map[counter]owner
	queue   []answer
	seen    uint64 // requests so far
	granted uint64 // approvals so far
	slow    time.Duration
	forced  string
	hand    []Answer // what a hand wants, before Config.Answers
}

// line is what the host knows of a port.
type line struct {
	port   string
	frames iso.Frames
}

// answer waits for its time.
type answer struct {
	at   time.Duration
	port string
	data []byte
}

// New returns a host with an empty ledger.
func New(cfg Config) *Host {
	h := &Host{index: map[key]int{}, heads: map[counter]owner{}, dialect: map[string]string{
		"0100": "0110", "0101": "0110", "0400": "0410", "0401": "0410",
		"0420": "0430", "0421": "0430", "0800": "0810", "0801": "0810",
	}}
	for ask, reply := range cfg.Dialect {
		h.dialect[ask] = reply
	}
	for _, pan := range cfg.DeclineForwarded {
		h.declines = append(h.declines, sha256.Sum256([]byte(pan)))
	}
	for _, pan := range cfg.ApproveInPart {
		h.parts = append(h.parts, sha256.Sum256([]byte(pan)))
	}
	cfg.DeclineForwarded, cfg.ApproveInPart, cfg.Dialect = nil, nil, nil
	h.cfg = cfg
	return h
}

// Clone implements machine.Machine.
func (h *Host) Clone() machine.Machine {
	c := *h
	c.declines = slices.Clone(h.declines)
	c.parts = slices.Clone(h.parts)
	c.lines = slices.Clone(h.lines)
	for i := range c.lines {
		c.lines[i].frames = c.lines[i].frames.Clone()
	}
	c.rows = slices.Clone(h.rows)
	c.queue = slices.Clone(h.queue) // the bytes are never altered
	c.hand = slices.Clone(h.hand)
	c.index = make(map[key]int, len(h.index))
	for k, i := range h.index {
		c.index[k] = i
	}
	c.heads = make(map[counter]owner, len(h.heads))
	for k, o := range h.heads {
		c.heads[k] = o
	}
	return &c
}

// Handle implements machine.Machine.
func (h *Host) Handle(now machine.Now, in machine.Input) []machine.Output {
	var out output
	switch in.Kind {
	case machine.Opened:
		h.line(in.Port).frames.Reset()
	case machine.Closed:
		h.closed(in.Port)
	case machine.Data:
		h.read(now, in, &out)
	case machine.Do:
		h.do(in)
	}
	h.send(now, &out)
	return out.list
}

func (h *Host) do(in machine.Input) {
	switch in.Action {
	case "delay":
		if d, err := time.ParseDuration(string(in.Data)); err == nil && d >= 0 {
			h.slow = d
		}
	case "answer":
		h.ordered(string(in.Data))
	}
}

// line returns what is known of a port, which may be nothing yet.
func (h *Host) line(port string) *line {
	for i := range h.lines {
		if h.lines[i].port == port {
			return &h.lines[i]
		}
	}
	h.lines = append(h.lines, line{port: port})
	return &h.lines[len(h.lines)-1]
}

// closed drops what was meant for a caller that hung up. The books stay.
func (h *Host) closed(port string) {
	h.line(port).frames.Reset()
	h.queue = slices.DeleteFunc(h.queue, func(a answer) bool { return a.port == port })
}

func (h *Host) read(now machine.Now, in machine.Input, out *output) {
	messages, err := h.line(in.Port).frames.Push(in.Data)
	for _, m := range messages {
		h.message(now, in.Port, m, out)
	}
	if err != nil {
		out.tell(Garbled{Port: in.Port, Why: err.Error()})
		out.list = append(out.list, machine.Output{Kind: machine.Close, Port: in.Port})
		h.closed(in.Port)
	}
}

// message answers one request. What cannot be read has no answer: there is
// nothing to address one to.
func (h *Host) message(now machine.Now, port string, m []byte, out *output) {
	r, err := iso.DecodeRequest(m)
	if err != nil {
		out.tell(Garbled{Port: port, Why: err.Error()})
		return
	}
	h.seen++
	out.port = port
	out.tell(Requested{Port: port, MTI: r.MTI, Kind: string(r.Kind), Terminal: r.Terminal,
		STAN: r.STAN, Ref: r.Ref, Amount: r.Amount, Repeat: r.Repeat})
	v := h.decide(now, r, out)
	wait := h.delay()
	reply := iso.AnswerTo(r, v.response)
	reply.MTI, reply.Auth, reply.RRN = h.dialect[r.MTI], v.auth, v.rrn
	if v.amount > 0 {
		reply.Amount = v.amount
	}
	reply.Sent = iso.StampAt(now.Wall + int64(wait))
	data, err := reply.Encode()
	if err != nil { // a dialect that answers with a type of another kind
		out.tell(Garbled{Port: port, Why: "own answer: " + err.Error()})
		return
	}
	h.queue = append(h.queue, answer{at: now.Mono + wait, port: port, data: iso.AppendFrame(nil, data)})
}

// delay draws how long the answer to the request just counted takes.
func (h *Host) delay() time.Duration {
	d := h.cfg.Delay + h.slow
	if h.cfg.Spread > 0 {
		d += time.Duration(mix(h.cfg.Seed^mix(h.seen)) % uint64(h.cfg.Spread))
	}
	return d
}

// mix is SplitMix64's output function (Steele, Lea, Flood 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// send lets out the answers whose time has come, in the order of their times
// (the earlier request first where those are equal), and asks for the next.
func (h *Host) send(now machine.Now, out *output) {
	if len(h.queue) == 0 {
		return
	}
	slices.SortStableFunc(h.queue, func(a, b answer) int { return int(min(max(a.at-b.at, -1), 1)) })
	n := 0
	for ; n < len(h.queue) && h.queue[n].at <= now.Mono; n++ {
		out.list = append(out.list, machine.Output{Kind: machine.Write, Port: h.queue[n].port, Data: h.queue[n].data})
	}
	h.queue = slices.Delete(h.queue, 0, n)
	if len(h.queue) > 0 {
		out.list = append(out.list, machine.Output{Kind: machine.WakeAt, At: h.queue[0].at})
	}
}

// output collects what a Handle lets out.
type output struct {
	list []machine.Output
	port string // of the request being answered
}

func (o *output) tell(v any) {
	o.list = append(o.list, machine.Output{Kind: machine.Tell, Tell: v})
}
