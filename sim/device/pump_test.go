package device_test

import (
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/pos"
)

// pump ties one driver to one device on virtual time, byte by byte: a smaller
// world than sim's, so that these tests stand on nothing but the two.
type pump struct {
	now       time.Duration
	perByte   time.Duration
	drv       driver.Driver
	dev       machine.Machine
	unplugged bool
	open      bool
	toDev     []flying
	toDrv     []flying
	drvWake   time.Duration
	devWake   time.Duration
	bytes     int // delivered so far, both ways

	events []pos.Event
	tells  []any

	// hooks of a test
	onByte  func(n int)                // before the n-th byte is delivered
	mangle  func(n int, b byte) []byte // what arrives instead of the n-th byte
	onEvent func(now machine.Now, e pos.Event)
	onTell  func(v any)
}

type flying struct {
	at time.Duration
	b  byte
}

func newPump(drv driver.Driver, dev machine.Machine) *pump {
	return &pump{perByte: 100 * time.Microsecond, drv: drv, dev: dev, drvWake: -1, devWake: -1}
}

func (p *pump) clock() machine.Now {
	return machine.Now{Mono: p.now, Wall: 1_784_354_400_000_000_000 + int64(p.now)}
}

func (p *pump) boot() {
	p.device(machine.Input{Kind: machine.Boot})
	p.driver(machine.Input{Kind: machine.Boot})
}

func (p *pump) driver(in machine.Input) {
	in.Port = p.drv.Port()
	p.step(p.drv.Handle(p.clock(), in))
}

func (p *pump) do(e pos.Effect) { p.step(p.drv.Do(p.clock(), e)) }

func (p *pump) step(s driver.Step) {
	for _, o := range s.Out {
		switch o.Kind {
		case machine.Write:
			if p.open {
				p.toDev = fly(p.toDev, p.now, p.perByte, o.Data)
			}
		case machine.Open:
			if !p.unplugged && !p.open {
				p.open = true
				p.device(machine.Input{Kind: machine.Opened, Port: "host"})
				p.driver(machine.Input{Kind: machine.Opened})
			}
		case machine.Close:
			if p.open {
				p.hangUp()
				p.device(machine.Input{Kind: machine.Closed, Port: "host"})
			}
		case machine.WakeAt:
			p.drvWake = o.At
		}
	}
	for _, e := range s.Events {
		p.events = append(p.events, e)
		if p.onEvent != nil {
			p.onEvent(p.clock(), e)
		}
	}
}

func (p *pump) hand(action, data string) {
	p.device(machine.Input{Kind: machine.Do, Action: action, Data: []byte(data)})
}

func (p *pump) device(in machine.Input) {
	for _, o := range p.dev.Handle(p.clock(), in) {
		switch o.Kind {
		case machine.Write:
			if p.open && in.Kind != machine.Off {
				p.toDrv = fly(p.toDrv, p.now, p.perByte, o.Data)
			}
		case machine.WakeAt:
			p.devWake = o.At
		case machine.Tell:
			p.tells = append(p.tells, o.Tell)
			if p.onTell != nil {
				p.onTell(o.Tell)
			}
		}
	}
}

func fly(q []flying, now, per time.Duration, data []byte) []flying {
	at := now
	if len(q) > 0 {
		at = max(at, q[len(q)-1].at)
	}
	for _, b := range data {
		at += per
		q = append(q, flying{at, b})
	}
	return q
}

func (p *pump) hangUp() { p.open, p.toDev, p.toDrv = false, nil, nil }

func (p *pump) unplug() {
	p.unplugged = true
	if p.open {
		p.hangUp()
		p.device(machine.Input{Kind: machine.Closed, Port: "host"})
		p.driver(machine.Input{Kind: machine.Closed})
	}
}

func (p *pump) plug() { p.unplugged = false }

// powerOff takes the device's power and with it the link.
func (p *pump) powerOff() {
	p.device(machine.Input{Kind: machine.Off})
	p.devWake, p.unplugged = -1, true
	if p.open {
		p.hangUp()
		p.driver(machine.Input{Kind: machine.Closed})
	}
}

func (p *pump) powerOn() {
	p.unplugged = false
	p.device(machine.Input{Kind: machine.Boot})
}

// run lets time pass.
func (p *pump) run(d time.Duration) {
	end := p.now + d
	for {
		at, what := end, ""
		pick := func(t time.Duration, w string) {
			if t >= 0 && t <= at && (t < at || what == "") {
				at, what = t, w
			}
		}
		if len(p.toDev) > 0 {
			pick(p.toDev[0].at, "dev byte")
		}
		if len(p.toDrv) > 0 {
			pick(p.toDrv[0].at, "drv byte")
		}
		pick(p.devWake, "dev wake")
		pick(p.drvWake, "drv wake")
		p.now = max(at, p.now)
		switch what {
		case "":
			return
		case "dev wake":
			p.devWake = -1
			p.device(machine.Input{Kind: machine.Wake})
		case "drv wake":
			p.drvWake = -1
			p.driver(machine.Input{Kind: machine.Wake})
		default:
			p.deliver(what == "dev byte")
		}
	}
}

func (p *pump) deliver(toDev bool) {
	n := p.bytes
	p.bytes++
	if p.onByte != nil {
		p.onByte(n)
	}
	q := &p.toDrv
	if toDev {
		q = &p.toDev
	}
	if len(*q) == 0 {
		return // the byte was on the cable that was just pulled
	}
	data := []byte{(*q)[0].b}
	*q = (*q)[1:]
	if p.mangle != nil {
		data = p.mangle(n, data[0])
	}
	if len(data) == 0 {
		return
	}
	in := machine.Input{Kind: machine.Data, Port: "host", Data: data, First: p.now}
	if toDev {
		p.device(in)
	} else {
		p.driver(in)
	}
}

// clone copies pump, driver and device; the hooks stay behind.
func (p *pump) clone() *pump {
	c := *p
	c.drv, c.dev = p.drv.Clone(), p.dev.Clone()
	c.toDev = append([]flying(nil), p.toDev...)
	c.toDrv = append([]flying(nil), p.toDrv...)
	c.events = append([]pos.Event(nil), p.events...)
	c.tells = append([]any(nil), p.tells...)
	c.onByte, c.mangle, c.onEvent, c.onTell = nil, nil, nil, nil
	return &c
}

// find returns the values of type T among some events or tells.
func find[T any, S ~[]E, E any](list S) (out []T) {
	for _, v := range list {
		if t, ok := any(v).(T); ok {
			out = append(out, t)
		}
	}
	return out
}
