package device_test

import (
	"sort"
	"time"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/pos"
	"stormrig/sim/device"
)

// printerRig ties the printer driver to a printer on virtual time. A transfer
// is delivered in pieces of chunk bytes, each one input with its bytes placed
// in time, as the simulated cables do it.
type printerRig struct {
	now     time.Duration
	per     time.Duration // a byte
	chunk   int
	drv     driver.Driver
	dev     *device.Printer
	devBorn time.Duration

	plugged, powered, open, deaf bool
	line                         int // generation of the connection
	toDev                        int // bytes given to the printer in all
	cutAt                        int // toDev at which cut is called; 0 never
	cut                          func()
	free                         [2]time.Duration // when each direction of the cable is free
	wakeDrv, wakeDev             int              // which WakeAt counts

	queue  []rigEvent
	seq    int
	events []pos.Event
	tells  []any
}

type rigEvent struct {
	at  time.Duration
	seq int
	do  func()
}

func newPrinterRig(host driver.PrinterProfile, dev device.PrinterProfile) *printerRig {
	return &printerRig{per: 20 * time.Microsecond, chunk: 1 << 20, drv: driver.NewPrinter(host),
		dev: device.NewPrinter(dev), plugged: true}
}

// rigWith is a rig with everything switched on and in step.
func rigWith(host driver.PrinterProfile, dev device.PrinterProfile) *printerRig {
	r := newPrinterRig(host, dev)
	r.powerOn()
	r.start()
	return r
}

// start switches the till on, and lets it get in step.
func (r *printerRig) start() {
	r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Boot}))
	r.run(time.Second)
}

func (r *printerRig) clock() machine.Now { return machine.Now{Mono: r.now, Wall: int64(r.now)} }

func (r *printerRig) devClock() machine.Now { return machine.Now{Mono: r.now - r.devBorn} }

func (r *printerRig) at(t time.Duration, do func()) {
	r.seq++
	r.queue = append(r.queue, rigEvent{t, r.seq, do})
	sort.SliceStable(r.queue, func(i, j int) bool { return r.queue[i].at < r.queue[j].at })
}

func (r *printerRig) run(d time.Duration) {
	end := r.now + d
	for len(r.queue) > 0 && r.queue[0].at <= end {
		e := r.queue[0]
		r.queue = r.queue[1:]
		r.now = max(r.now, e.at)
		e.do()
	}
	r.now = end
}

func (r *printerRig) do(e pos.Effect) { r.fromDrv(r.drv.Do(r.clock(), e)) }

func (r *printerRig) hand(action, data string) {
	r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Do, Action: action, Data: []byte(data)}))
}

func (r *printerRig) fromDrv(s driver.Step) {
	for _, o := range s.Out {
		switch o.Kind {
		case machine.Open:
			r.at(r.now, r.connect)
		case machine.Write:
			r.transfer(0, o.Data)
		case machine.WakeAt:
			r.wakeDrv++
			if n := r.wakeDrv; o.At >= 0 {
				r.at(o.At, func() {
					if n == r.wakeDrv {
						r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Wake, Port: driver.PortPrinter}))
					}
				})
			}
		}
	}
	r.events = append(r.events, s.Events...)
}

func (r *printerRig) fromDev(out []machine.Output) {
	for _, o := range out {
		switch o.Kind {
		case machine.Tell:
			r.tells = append(r.tells, o.Tell)
		case machine.Write:
			r.transfer(1, o.Data)
		case machine.WakeAt:
			r.wakeDev++
			if n, born := r.wakeDev, r.devBorn; o.At >= 0 {
				r.at(born+o.At, func() {
					if n == r.wakeDev && born == r.devBorn && r.powered {
						r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Wake}))
					}
				})
			}
		}
	}
}

// transfer places bytes on the cable, chunk by chunk.
func (r *printerRig) transfer(dir int, data []byte) {
	if !r.open {
		return
	}
	start := max(r.now, r.free[dir])
	line := r.line
	for i := 0; i < len(data); i += r.chunk {
		part := data[i:min(i+r.chunk, len(data))]
		first := start + time.Duration(i+1)*r.per
		last := start + time.Duration(i+len(part))*r.per
		r.free[dir] = last
		r.at(last, func() { r.deliver(dir, line, first, part) })
	}
}

func (r *printerRig) deliver(dir, line int, first time.Duration, data []byte) {
	if line != r.line || !r.open || r.deaf {
		return
	}
	in := machine.Input{Kind: machine.Data, Data: data, Per: r.per}
	if dir == 1 {
		in.Port, in.First = driver.PortPrinter, first
		r.fromDrv(r.drv.Handle(r.clock(), in))
		return
	}
	in.Port = device.Port
	in.First = first - r.devBorn
	cut := r.cutAt > 0 && r.toDev+len(data) >= r.cutAt
	if cut {
		in.Data = data[:r.cutAt-r.toDev]
		r.now = first + time.Duration(len(in.Data)-1)*r.per // the cut is in the middle of the transfer
	}
	r.toDev += len(in.Data)
	if len(in.Data) > 0 {
		r.fromDev(r.dev.Handle(r.devClock(), in))
	}
	if cut {
		r.cutAt = 0
		r.cut()
	}
}

func (r *printerRig) connect() {
	if r.open || !r.plugged || !r.powered {
		return
	}
	r.open, r.free = true, [2]time.Duration{}
	r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Opened, Port: device.Port}))
	r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Opened, Port: driver.PortPrinter}))
}

func (r *printerRig) disconnect() {
	if !r.open {
		return
	}
	r.open = false
	r.line++
	if r.powered {
		r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Closed, Port: device.Port}))
	}
	r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Closed, Port: driver.PortPrinter}))
}

func (r *printerRig) unplug() { r.plugged = false; r.disconnect() }

func (r *printerRig) powerOff() {
	r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Off}))
	r.powered = false
	r.disconnect()
}

func (r *printerRig) powerOn() {
	r.powered, r.devBorn = true, r.now
	r.wakeDev++
	r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Boot}))
}

// rebootTill throws the driver away, as a loss of power does, and starts a
// new one.
func (r *printerRig) rebootTill(host driver.PrinterProfile) {
	if r.open {
		r.open = false
		r.line++
		r.fromDev(r.dev.Handle(r.devClock(), machine.Input{Kind: machine.Closed, Port: device.Port}))
	}
	r.wakeDrv++
	r.drv = driver.NewPrinter(host)
	r.fromDrv(r.drv.Handle(r.clock(), machine.Input{Kind: machine.Boot}))
}

// ended returns the outcomes of a job.
func (r *printerRig) ended(job int) (out []string) {
	for _, e := range r.events {
		if p, ok := e.(pos.PrintEnded); ok && p.Job == job {
			out = append(out, p.Outcome)
		}
	}
	return out
}

// told counts the tells of type T.
func toldBy[T any](r *printerRig) (out []T) {
	for _, v := range r.tells {
		if t, ok := v.(T); ok {
			out = append(out, t)
		}
	}
	return out
}
