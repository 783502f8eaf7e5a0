package pump

import (
	"fmt"
	"slices"
	"time"

	"stormrig/hil/machine"
)

// run is the one goroutine that calls the machine.
func (p *Pump) run() {
	defer close(p.ended)
	for {
		it := p.box.take()
		err := p.handle(it)
		p.clock.work(-1)
		if it.done != nil {
			it.done <- err
		}
		if it.kind == itemEnd {
			p.box.close()
			return
		}
	}
}

func (p *Pump) handle(it item) error {
	switch it.kind {
	case itemBoot:
		return p.boot()
	case itemOff, itemEnd:
		p.off()
	case itemDo:
		return p.do(it)
	case itemLook:
		it.look(p.handler)
	case itemPlug, itemUnplug:
		return p.plug(it)
	case itemWake:
		p.wake()
	default:
		p.event(it)
	}
	return nil
}

// wake hands the machine the Wake that it asked for, unless it has asked for
// another time since the alarm rang.
func (p *Pump) wake() {
	switch {
	case p.handler == nil || p.wanted < 0:
	case p.clock.Now() < p.born+p.wanted:
		p.alarm.Set(p.born + p.wanted)
	default:
		p.wanted = -1
		p.hand(machine.Input{Kind: machine.Wake})
	}
}

// hand gives the machine an input and lets its outputs leave.
func (p *Pump) hand(in machine.Input) { p.emit(p.handler.Handle(p.now(), in)) }

func (p *Pump) now() machine.Now {
	at := p.clock.Now()
	return machine.Now{Mono: at - p.born, Wall: p.clock.epoch + int64(at+p.unit.Ahead)}
}

func (p *Pump) boot() error {
	if p.handler != nil {
		return nil
	}
	h, err := p.unit.Start(p.life + 1)
	if err != nil {
		return fmt.Errorf("starting %s: %w", p.unit.Name, err)
	}
	p.life++
	p.handler, p.born, p.wanted = h, p.clock.Now(), -1
	p.see(Seen{Kind: Switched, On: true})
	p.hand(machine.Input{Kind: machine.Boot})
	for _, l := range p.lines {
		if err := l.power(); err != nil {
			p.off()
			return err
		}
	}
	return nil
}

func (p *Pump) off() {
	if p.handler == nil {
		return
	}
	for _, l := range p.lines {
		l.end("no power")
	}
	h := p.handler
	if p.unit.Lasting {
		for _, o := range h.Handle(p.now(), machine.Input{Kind: machine.Off}) {
			if o.Kind == machine.Tell {
				p.see(Seen{Kind: Told, Value: o.Tell, Port: o.Port})
			}
		}
	}
	p.handler, p.wanted = nil, -1
	p.alarm.Set(-1)
	p.see(Seen{Kind: Switched})
	if p.unit.Stop != nil {
		p.unit.Stop(h)
	}
}

// do lets a hand work on a device even while it has no power (tear the paper
// off): whoever has never had power is not there yet.
func (p *Pump) do(it item) error {
	h := p.handler
	if h == nil && p.unit.Lasting {
		var err error
		if h, err = p.unit.Start(max(p.life, 1)); err != nil {
			return err
		}
	}
	if h == nil {
		return fmt.Errorf("%s: %w", p.unit.Name, ErrOff)
	}
	p.see(Seen{Kind: Did, Why: it.action, Data: it.data})
	p.emit(h.Handle(p.now(), machine.Input{Kind: machine.Do, Action: it.action, Data: it.data}))
	return nil
}

func (p *Pump) plug(it item) error {
	l := p.line(it.port)
	if l == nil {
		return p.noPort(it.port)
	}
	l.plugged = it.kind == itemPlug
	if !l.plugged {
		l.setCut(-1, false)
		if knew := l.end("unplugged"); knew && p.handler != nil {
			p.hand(machine.Input{Kind: machine.Closed, Port: it.port})
		}
		return nil
	}
	if p.handler == nil {
		return nil
	}
	return l.power()
}

// event takes what a port's goroutines saw, if it is of the present session.
func (p *Pump) event(it item) {
	l := p.line(it.port)
	if p.handler == nil || l.session != it.session {
		return
	}
	switch it.kind {
	case itemOpened:
		l.up = true
		p.see(Seen{Kind: Up, Port: it.port})
		p.hand(machine.Input{Kind: machine.Opened, Port: it.port})
	case itemClosed:
		p.lost(l, it)
	case itemStatus:
		p.hand(machine.Input{Kind: machine.Status, Port: it.port, Data: it.data})
	case itemData:
		p.see(Seen{Kind: Got, Port: it.port, Data: it.data})
		last, per := it.at-p.born, l.port.PerByte
		p.hand(machine.Input{Kind: machine.Data, Port: it.port, Data: it.data, First: max(last-per*time.Duration(len(it.data)-1), 0), Per: per})
	}
}

func (p *Pump) lost(l *line, it item) {
	knew := l.up
	switch {
	case it.cut:
		l.plugged = false
		l.end(it.why)
	case knew:
		l.up = false
		p.see(Seen{Kind: Down, Port: it.port, Why: it.why})
	}
	if knew { // else it hung up itself
		p.hand(machine.Input{Kind: machine.Closed, Port: it.port})
	}
}

// emit lets outputs leave. Without power only what is told counts.
func (p *Pump) emit(outs []machine.Output) {
	for _, o := range outs {
		switch {
		case o.Kind == machine.Tell:
			p.see(Seen{Kind: Told, Port: o.Port, Value: o.Tell})
		case p.handler == nil:
		case o.Kind == machine.WakeAt:
			p.wakeAt(o)
		default:
			p.emitPort(o)
		}
	}
}

func (p *Pump) wakeAt(o machine.Output) {
	p.wanted = max(o.At, -1)
	if o.At < 0 {
		p.alarm.Set(-1)
		return
	}
	p.alarm.Set(p.born + o.At)
}

func (p *Pump) emitPort(o machine.Output) {
	l := p.line(o.Port)
	switch {
	case l == nil || o.Kind == machine.Write && !l.up:
		if o.Kind == machine.Write {
			p.see(Seen{Kind: Lost, Port: o.Port, Data: o.Data})
		}
	case o.Kind == machine.Write:
		data := slices.Clone(o.Data)
		p.see(Seen{Kind: Sent, Port: o.Port, Data: data})
		l.session.write(data)
	case o.Kind == machine.Open:
		l.open()
	case o.Kind == machine.Close:
		l.hangUp()
	}
}
