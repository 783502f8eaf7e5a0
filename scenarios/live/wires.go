package live

import (
	"context"
	"fmt"
	"hash/fnv"
	"net"
	"path/filepath"
	"runtime"

	"stormrig/hil/port"
	"stormrig/hil/pump"
	"stormrig/sim"
)

// Ends are what a cable is made of: how a till dials, and how the device's
// emulator listens. Without Listen the device is a real one, and nothing stands
// in for it: what happens to its paper is not known, and its hands are
// Options.Hand.
type Ends struct {
	Dial   func(ctx context.Context) (port.Port, error)
	Listen func() (port.Listener, error)
}

// InMemory makes a cable of memory.
func InMemory(name string) (Ends, error) {
	w := port.NewWire(name)
	return Ends{w.Dial, w.Listen}, nil
}

// OnPTY makes cables of pseudo terminals, with their links in dir.
func OnPTY(dir string) func(string) (Ends, error) {
	return func(name string) (Ends, error) { return between("pty:" + filepath.Join(dir, name)) }
}

// OnTCP makes cables of TCP connections within this machine. dir tells worlds
// apart that are played at one time.
func OnTCP(dir string) func(string) (Ends, error) {
	given := map[string]bool{}
	return func(string) (Ends, error) {
		addr := ""
		for addr == "" || given[addr] { // a number that was let go of may be drawn again
			var err error
			if addr, err = free(dir); err != nil {
				return Ends{}, err
			}
		}
		given[addr] = true
		return between("tcp:" + addr)
	}
}

// free is the address of a free port, which each replug takes again.
func free(dir string) (string, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(dir), "0"))
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Real is the cable to a real device.
func Real(spec port.Spec) Ends { return Ends{Dial: spec.Dial} }

func between(text string) (Ends, error) {
	spec, err := port.Parse(text)
	return Ends{spec.Dial, spec.Listen}, err
}

// loopback is an address of a world's own where the system has more than one:
// between unplug and replug nobody else takes its port, not even a connection
// that somebody dials.
func loopback(dir string) string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(dir))
	n := h.Sum32()
	return net.IPv4(127, 64+byte(n>>16)%64, byte(n>>8), byte(n)|1).String()
}

// wires makes the ports of all units: the first end dials, the second listens.
func (w *World) wires() (map[string][]pump.Port, error) {
	ports := map[string][]pump.Port{}
	tie := func(e Ends, a, b sim.End) {
		near := pump.Port{Name: a.Port, Dial: e.Dial}
		if e.Listen != nil {
			near.Wire = w.clock.NewWire()
			ports[b.Unit] = append(ports[b.Unit], pump.Port{Name: b.Port, Listen: e.Listen, Wire: near.Wire})
		}
		ports[a.Unit] = append(ports[a.Unit], near)
	}
	for _, c := range w.parts.Layout.Cables {
		ends, err := w.options.Cable(c.Name)
		if err != nil {
			return nil, fmt.Errorf("the cable %s: %w", c.Name, err)
		}
		if ends.Listen == nil && !w.options.RealTime {
			return nil, fmt.Errorf("the cable %s leads to a real device, which knows only real time", c.Name)
		}
		w.cables[c.Name], w.real[c.Device.Unit] = c, ends.Listen == nil
		tie(ends, c.Host, c.Device)
	}
	for _, l := range w.parts.Layout.Links {
		ends, _ := InMemory(l.Name)
		tie(ends, l.A, l.B)
	}
	return ports, nil
}
