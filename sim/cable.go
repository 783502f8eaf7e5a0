package sim

import (
	"slices"
	"time"

	"stormrig/hil/machine"
)

// cable is a cable in its present state.
type cable struct {
	unplugged int           // how many operations hold it unplugged
	blocked   [2]int        // by sending side: how many operations lose what it sends
	late      time.Duration // added to what the device says
	waiting   bool          // the host has asked and the device was not there
	up        bool
	session   uint64
	told      [2]bool // which side heard Opened in this session
	flight    [2][]transfer
	free      [2]time.Duration // by sending side: when the line is free again
	serial    uint64
}

// transfer is one Write on its way: a single event at its end, its bytes
// placed in time.
type transfer struct {
	serial     uint64
	data       []byte
	first, per time.Duration // world time
	end        time.Duration
}

func newCable(c Cable) cable {
	if c.Unplugged {
		return cable{unplugged: 1}
	}
	return cable{}
}

func (c *cable) detach() {
	for d := range c.flight {
		c.flight[d] = append([]transfer(nil), c.flight[d]...)
	}
}

// arrived returns how many bytes are there at world time now.
func (t *transfer) arrived(now time.Duration, packet int) int {
	switch {
	case now < t.first:
		return 0
	case now >= t.end || t.per == 0:
		return len(t.data)
	}
	n := min(int((now-t.first)/t.per)+1, len(t.data))
	if packet > 1 && n < len(t.data) {
		n -= n % packet
	}
	return n
}

// openCable is a side's Open. A device does not dial.
func (w *World) openCable(ci, side int) {
	c := &w.cables[ci]
	if side != sideHost {
		return
	}
	if !c.up {
		c.waiting = true
		w.connect(ci)
		return
	}
	if c.told[sideHost] { // opened again: it is still there
		w.later(w.top.ends[ci][sideHost], machine.Input{Kind: machine.Opened, Port: w.top.cables[ci].Host.Port})
	}
}

// connect brings a cable up if the host waits and all is in place.
func (w *World) connect(ci int) {
	c, spec, ends := &w.cables[ci], &w.top.cables[ci], w.top.ends[ci]
	if c.up || !c.waiting || c.unplugged > 0 || !w.units[ends[0]].on || !w.units[ends[1]].on {
		return
	}
	c.up, c.waiting, c.told = true, false, [2]bool{}
	c.session++
	c.free = [2]time.Duration{}
	w.observe(Connected{At: w.now, Wire: spec.Name, Up: true})
	for _, side := range [2]int{sideDevice, sideHost} {
		w.queue.push(w.now+spec.Latency, event{kind: evPlugged, who: int32(ci), side: int8(side), stamp: c.session})
	}
}

// pluggedDue tells one side that its peer is there.
func (w *World) pluggedDue(ci, side int, session uint64) bool {
	c := &w.cables[ci]
	if !c.up || c.session != session {
		return false
	}
	c.told[side] = true
	w.arrive(w.top.ends[ci][side], machine.Input{Kind: machine.Opened, Port: w.top.cables[ci].end(side).Port}, 0)
	return true
}

func (c *Cable) end(side int) End {
	if side == sideHost {
		return c.Host
	}
	return c.Device
}

// sendBytes puts bytes on a cable behind those already on it.
func (w *World) sendBytes(ci, side int, data []byte) {
	c, spec := &w.cables[ci], &w.top.cables[ci]
	if len(data) == 0 {
		return
	}
	from, to := spec.end(side), spec.end(1-side)
	if !c.up {
		w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(data), Why: "not connected"})
		return
	}
	if c.blocked[side] > 0 {
		w.observe(Lost{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Bytes: len(data), Why: "the line carries one way"})
		return
	}
	begin, n := max(w.now, c.free[side]), time.Duration(len(data))
	c.free[side] = begin + n*spec.PerByte
	if side == sideDevice {
		begin += c.late
	}
	if k := len(c.flight[side]); k > 0 { // a slow device that is prompt again overtakes nothing
		begin = max(begin, c.flight[side][k-1].end-spec.Latency)
	}
	c.serial++
	t := transfer{serial: c.serial, data: data, first: begin + spec.Latency + spec.PerByte, per: spec.PerByte, end: begin + spec.Latency + n*spec.PerByte}
	c.flight[side] = append(c.flight[side], t)
	w.observe(TransferBegun{At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Port: from.Port, Data: data, First: t.first, Per: t.per})
	w.queue.push(t.end, event{kind: evTransfer, who: int32(ci), side: int8(side), stamp: t.serial})
}

// transferDue ends a transfer: all its bytes are there.
func (w *World) transferDue(ci, side int, serial uint64) bool {
	c := &w.cables[ci]
	if len(c.flight[side]) == 0 || c.flight[side][0].serial != serial {
		return false
	}
	t := c.flight[side][0]
	c.flight[side] = slices.Delete(c.flight[side], 0, 1) // few, and their room is used again
	w.bring(ci, side, t, len(t.data))
	return true
}

// bring hands the first n bytes of a transfer to the receiving unit.
func (w *World) bring(ci, side int, t transfer, n int) {
	spec := &w.top.cables[ci]
	from, to := spec.end(side), spec.end(1-side)
	w.observe(Delivered{
		At: w.now, Wire: spec.Name, From: from.Unit, To: to.Unit, Port: to.Port,
		Data: t.data[:n:n], First: t.first, Per: t.per, Whole: n == len(t.data),
	})
	w.arrive(w.top.ends[ci][1-side], machine.Input{Kind: machine.Data, Port: to.Port, Data: t.data[:n:n], First: t.first, Per: t.per}, 0)
}

// part takes a cable down. What had arrived of each transfer is delivered to
// a receiver that still can take it; then the sides hear Closed. A side that
// hung up (quiet) hears nothing.
func (w *World) part(ci, quiet int, why string) {
	c, spec := &w.cables[ci], &w.top.cables[ci]
	if !c.up {
		return
	}
	flight, told := c.flight, c.told
	c.up, c.told, c.flight = false, [2]bool{}, [2][]transfer{}
	w.observe(Connected{At: w.now, Wire: spec.Name, Up: false, Why: why})
	for side := range flight {
		w.breakOff(ci, side, flight[side], why)
	}
	for side, heard := range told {
		ui := w.top.ends[ci][side]
		if heard && side != quiet && w.units[ui].on {
			w.arrive(ui, machine.Input{Kind: machine.Closed, Port: spec.end(side).Port}, 0)
		}
	}
}

// breakOff ends transfers in the middle: the prefix is delivered, the rest is
// lost. A dying appliance still takes what had reached it; a dying computer
// does not, since what it had not handled is gone with it.
func (w *World) breakOff(ci, side int, flight []transfer, why string) {
	spec, lost := &w.top.cables[ci], 0
	to := &w.units[w.top.ends[ci][1-side]]
	takes := to.on || to.nature == Appliance
	for _, t := range flight {
		n := 0
		if takes {
			n = t.arrived(w.now, spec.Packet)
		}
		if n > 0 {
			w.bring(ci, side, t, n)
		}
		lost += len(t.data) - n
	}
	if lost > 0 {
		w.observe(Lost{At: w.now, Wire: spec.Name, From: spec.end(side).Unit, To: spec.end(1 - side).Unit, Bytes: lost, Why: why})
	}
}

// closeCable is a side's Close.
func (w *World) closeCable(ci, side int) {
	if side == sideHost {
		w.cables[ci].waiting = false
	}
	w.part(ci, side, "hung up")
}

// partCables takes down the cables of a unit that is dying.
func (w *World) partCables(ui int, why string) {
	for _, p := range w.top.cabled[ui] {
		if p.side == sideHost {
			w.cables[p.index].waiting = false
		}
		w.part(p.index, p.side, why)
	}
}
