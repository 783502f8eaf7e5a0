package device

import (
	"strconv"
	"time"

	"stormrig/hil/machine"
)

// Cable is a device with the line between it and its host, and what goes wrong
// on it. It passes everything through until a hand does:
//
//	garble         Data is n: one byte in n is altered, both ways; 0 none
//	wrong-baud     both sides at different speeds: what arrives is noise
//	right-baud
//	baud           Data is bits per second of the line; 0 as fast as it goes
//	deaf, hear     what the host sends does not arrive
//	mute, speak    what the device answers does not arrive
//	late           Data is milliseconds that answers take longer; 0 none
//	drop-at        Data is n: the link drops after n more bytes of the host
//	power-cut-at   Data is n: the device has no power after n more bytes
//	brown-out-at   Data is n: its supply dips there (printers)
//
// All other actions are the device's. Noise comes from the seed, so that the
// same bytes meet the same fate.
type Cable struct {
	Device machine.Machine
	seed   uint64

	garble          int
	noise           bool
	perByte         time.Duration
	deaf, mute      bool
	late            time.Duration
	drop, cut, dip  int // bytes to go; negative: never
	got             int // bytes of the host that came to this end of the line
	on, dead, open  bool
	lineFree        time.Duration
	toDevice, later []parcel
	inner           time.Duration // Wake that the device asked for; negative: none
	alarm           alarm
}

// parcel is bytes on their way.
type parcel struct {
	at, first time.Duration
	data      []byte
}

// What a cable tells.
type (
	// LinkDropped: the link went away after so many bytes as ordered.
	LinkDropped struct{}
	// PowerCut: the device lost its power at a byte, as ordered. Whoever
	// drives it takes the power away (Off) and may give it back (Boot).
	PowerCut struct{}
)

// NewCable ties a device to a line; seed decides its noise.
func NewCable(d machine.Machine, seed uint64) *Cable {
	return &Cable{Device: d, seed: seed*2 + 1, drop: -1, cut: -1, dip: -1, inner: -1}
}

// CableActions are what a hand can do to a line.
func CableActions(printer bool) []Action {
	out := []Action{
		{"power-cut-at", "bytes", "pull the plug after so many more bytes of the host"},
		{"drop-at", "bytes", "the link drops after so many more bytes of the host"},
		{"deaf", "", "what the host sends does not arrive"},
		{"hear", "", "it arrives again"},
		{"mute", "", "what the device answers does not arrive"},
		{"speak", "", "it arrives again"},
		{"late", "milliseconds", "answers take so much longer; 0 none"},
		{"garble", "n", "one byte in n is altered, both ways; 0 none"},
		{"wrong-baud", "", "both sides at different speeds: what arrives is noise"},
		{"right-baud", "", "both sides at the same speed again"},
		{"baud", "bits per second", "speed of the line; 0 as fast as it goes"},
	}
	if printer {
		out = append(out, Action{"brown-out-at", "bytes", "the supply dips after so many more bytes of the host"})
	}
	return out
}

// Got is how many bytes of the host have come to this end since the power did.
func (c *Cable) Got() int { return c.got }

// Ordered is something that a hand has ordered for a byte to come.
type Ordered struct {
	Action string `json:"action"`
	Bytes  int    `json:"bytes"` // of the host, until then
}

// Ordered lists that. It goes with the power.
func (c *Cable) Ordered() (out []Ordered) {
	for _, a := range []Ordered{{"power-cut-at", c.cut}, {"drop-at", c.drop}, {"brown-out-at", c.dip}} {
		if a.Bytes >= 0 {
			out = append(out, a)
		}
	}
	return out
}

// Room is how many more bytes the line takes now.
func (c *Cable) Room() int {
	d, ok := c.Device.(interface{ Room() int })
	if !ok || c.dead || c.deaf || !c.on {
		return 1 << 20
	}
	room := d.Room()
	for _, p := range c.toDevice {
		room -= len(p.data)
	}
	return max(room, 0)
}

// Handle takes one input.
func (c *Cable) Handle(now machine.Now, in machine.Input) (out []machine.Output) {
	switch in.Kind {
	case machine.Boot, machine.Off:
		if in.Kind == machine.Off && c.dead {
			c.reset(false)
			return nil
		}
		c.reset(in.Kind == machine.Boot)
		out = c.pass(now, c.Device.Handle(now, in), out)
	case machine.Do:
		if c.setting(in) {
			break
		}
		out = c.pass(now, c.Device.Handle(now, in), out)
	case machine.Opened, machine.Closed:
		c.open = in.Kind == machine.Opened
		c.toDevice, c.later, c.lineFree = nil, nil, 0
		if !c.dead {
			out = c.pass(now, c.Device.Handle(now, in), out)
		}
	case machine.Data:
		c.got += len(in.Data)
		out = c.arrived(now, in, out)
	case machine.Wake:
		c.alarm.rang()
		out = c.due(now, out)
	}
	return c.alarm.want(out, c.next())
}

func (c *Cable) reset(on bool) {
	if !on { // what waits for a byte of this life does not wait for one of the next
		c.cut, c.drop, c.dip = -1, -1, -1
	}
	c.on, c.dead, c.open, c.got = on, false, false, 0
	c.toDevice, c.later, c.inner, c.alarm, c.lineFree = nil, nil, -1, alarm{}, 0
}

func (c *Cable) next() time.Duration {
	t := c.inner
	if len(c.toDevice) > 0 {
		t = earlier(t, c.toDevice[0].at)
	}
	if len(c.later) > 0 {
		t = earlier(t, c.later[0].at)
	}
	return t
}

// due lets what has taken its time arrive.
func (c *Cable) due(now machine.Now, out []machine.Output) []machine.Output {
	for len(c.toDevice) > 0 && c.toDevice[0].at <= now.Mono {
		p := c.toDevice[0]
		c.toDevice = c.toDevice[1:]
		out = c.deliver(now, machine.Input{Kind: machine.Data, Port: Port, Data: p.data, First: p.first, Per: c.perByte}, out)
	}
	for len(c.later) > 0 && c.later[0].at <= now.Mono {
		out = append(out, write(c.later[0].data))
		c.later = c.later[1:]
	}
	if c.inner >= 0 && now.Mono >= c.inner && !c.dead {
		c.inner = -1
		out = c.pass(now, c.Device.Handle(now, machine.Input{Kind: machine.Wake}), out)
	}
	return out
}

// chunk is how many bytes of a slow line arrive together.
const chunk = 16

// arrived takes bytes of the host.
func (c *Cable) arrived(now machine.Now, in machine.Input, out []machine.Output) []machine.Output {
	if c.deaf || c.dead {
		return out
	}
	in.Data = c.spoiled(in.Data)
	if c.perByte == 0 && len(c.toDevice) == 0 {
		return c.deliver(now, in, out)
	}
	for data := in.Data; len(data) > 0; {
		n := min(chunk, len(data))
		start := max(now.Mono, c.lineFree)
		c.lineFree = start + time.Duration(n)*c.perByte
		c.toDevice = append(c.toDevice, parcel{c.lineFree, start + c.perByte, append([]byte(nil), data[:n]...)})
		data = data[n:]
	}
	return out
}

// deliver hands bytes to the device, and stops where something happens.
func (c *Cable) deliver(now machine.Now, in machine.Input, out []machine.Output) []machine.Output {
	for len(in.Data) > 0 && !c.dead && c.open {
		n := len(in.Data)
		for _, left := range []int{c.drop, c.cut, c.dip} {
			if left >= 0 {
				n = min(n, left)
			}
		}
		if n > 0 {
			part := in
			part.Data = in.Data[:n]
			out = c.pass(now, c.Device.Handle(now, part), out)
			in.Data, in.First = in.Data[n:], in.At(n)
		}
		out = c.strike(now, n, out)
	}
	return out
}

// strike counts n bytes down, and does what is due at this byte.
func (c *Cable) strike(now machine.Now, n int, out []machine.Output) []machine.Output {
	down := func(left *int) bool {
		if *left < 0 {
			return false
		}
		if *left -= n; *left > 0 {
			return false
		}
		*left = -1
		return true
	}
	if down(&c.dip) {
		out = c.pass(now, c.Device.Handle(now, machine.Input{Kind: machine.Do, Action: "brown-out"}), out)
	}
	dropped := down(&c.drop)
	if down(&c.cut) {
		out = c.pass(now, c.Device.Handle(now, machine.Input{Kind: machine.Off}), out)
		c.dead, c.open, c.inner = true, false, -1
		return append(out, tell(PowerCut{}), machine.Output{Kind: machine.Close, Port: Port})
	}
	if dropped {
		c.open, c.toDevice, c.later = false, nil, nil
		out = c.pass(now, c.Device.Handle(now, machine.Input{Kind: machine.Closed, Port: Port}), out)
		out = append(out, tell(LinkDropped{}), machine.Output{Kind: machine.Close, Port: Port})
	}
	return out
}

// pass lets the device's outputs through.
func (c *Cable) pass(now machine.Now, from, out []machine.Output) []machine.Output {
	for _, o := range from {
		switch o.Kind {
		case machine.WakeAt:
			c.inner = o.At
		case machine.Write:
			if c.mute {
				continue
			}
			o.Data = c.spoiled(o.Data)
			if c.late == 0 && len(c.later) == 0 {
				out = append(out, o)
				continue
			}
			c.later = append(c.later, parcel{at: now.Mono + c.late, data: o.Data})
		default:
			out = append(out, o)
		}
	}
	return out
}

// spoiled is the data after the line's noise; it never writes to data.
func (c *Cable) spoiled(data []byte) []byte {
	if c.garble == 0 && !c.noise {
		return data
	}
	out := append([]byte(nil), data...)
	for i := range out {
		switch {
		case c.noise: // start and stop bits are looked for in the wrong places
			out[i] = byte(c.draw())<<1 | out[i]>>5
		case c.draw()%uint64(c.garble) == 0:
			out[i] ^= 1 << (c.draw() % 8)
		}
	}
	return out
}

// draw is splitmix64.
func (c *Cable) draw() uint64 {
	c.seed += 0x9e3779b97f4a7c15
	z := c.seed
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// setting takes the actions that are the line's own.
func (c *Cable) setting(in machine.Input) bool {
	n, err := strconv.Atoi(string(in.Data))
	if err != nil || n < 0 {
		n = -1
	}
	switch in.Action {
	case "garble":
		c.garble = max(n, 0)
	case "wrong-baud", "right-baud":
		c.noise = in.Action == "wrong-baud"
	case "baud":
		c.perByte = 0
		if n > 0 {
			c.perByte = 10 * time.Second / time.Duration(n) // start bit, eight bits, stop bit
		}
	case "deaf", "hear":
		c.deaf = in.Action == "deaf"
	case "mute", "speak":
		c.mute = in.Action == "mute"
	case "late":
		c.late = time.Duration(max(n, 0)) * time.Millisecond
	case "drop-at":
		c.drop = n
	case "power-cut-at":
		c.cut = n
	case "brown-out-at":
		c.dip = n
	default:
		return false
	}
	return true
}

// Clone returns a copy that shares nothing changeable.
func (c *Cable) Clone() machine.Machine {
	d := *c
	d.Device = c.Device.Clone()
	d.toDevice = append([]parcel(nil), c.toDevice...)
	d.later = append([]parcel(nil), c.later...)
	return &d
}
