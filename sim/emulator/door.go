package emulator

import (
	"context"
	"sync"

	"stormrig/hil/port"
)

// door is a listener that lets one host in at a time. It decides what the next
// one meets, and holds bytes back while the device has no room for them.
type door struct {
	inner port.Listener
	wait  int // how many may wait for their turn
	gauge *gauge
	note  func(string)

	mu    sync.Mutex
	busy  bool
	queue []port.Port
	in    *guest // the last that was let in
	turn  chan port.Port
	done  chan struct{}
	once  sync.Once
}

// waiters is how many connections wait behind the one that prints (UB-E02:
// three in all).
const waiters = 2

func openDoor(inner port.Listener, wait int, g *gauge, note func(string)) *door {
	d := &door{inner: inner, wait: wait, gauge: g, note: note, turn: make(chan port.Port, 1), done: make(chan struct{})}
	go d.admit()
	return d
}

// admit takes everyone who comes.
func (d *door) admit() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-d.done; cancel() }()
	for {
		p, err := d.inner.Accept(ctx)
		if p == nil {
			if err != nil && ctx.Err() == nil {
				_ = d.Close()
			}
			return
		}
		d.place(p)
	}
}

func (d *door) place(p port.Port) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case !d.busy:
		d.busy = true
		d.turn <- p
	case len(d.queue) < d.wait:
		d.queue = append(d.queue, p)
		d.note("a second connection waits until the first is closed")
	default:
		_ = p.Close()
		d.note("a second connection was closed: the device takes one at a time")
	}
}

// next lets the next in.
func (d *door) next() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.queue) == 0 {
		d.busy = false
		return
	}
	d.turn <- d.queue[0]
	d.queue = d.queue[1:]
}

// Addr is where hosts find the device.
func (d *door) Addr() string { return d.inner.Addr() }

// Accept returns whoever's turn it is.
func (d *door) Accept(ctx context.Context) (port.Port, error) {
	select {
	case p := <-d.turn:
		g := &guest{Port: p, door: d, gone: make(chan struct{}), handed: d.gauge.start()}
		d.mu.Lock()
		d.in = g
		d.mu.Unlock()
		return g, nil
	case <-d.done:
		return nil, port.ErrHangUp
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// left tells whether the host that is in has closed its line, which the device
// may not have heard yet.
func (d *door) left() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.in == nil {
		return false
	}
	line, ok := d.in.Port.(interface{ Gone() bool })
	return ok && line.Gone()
}

// Close unplugs: all connections, also those that wait, end.
func (d *door) Close() error {
	var err error
	d.once.Do(func() {
		close(d.done)
		err = d.inner.Close()
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, p := range d.queue {
			_ = p.Close()
		}
		d.queue = nil
		select {
		case p := <-d.turn:
			_ = p.Close()
		default:
		}
	})
	return err
}

// guest is the host that is in.
type guest struct {
	port.Port
	door   *door
	once   sync.Once
	gone   chan struct{}
	handed int // bytes given to the device, in the gauge's count
}

// Read waits for room before it takes bytes from the host.
func (g *guest) Read(p []byte) (int, error) {
	room, ok := g.door.gauge.wait(g.handed, g.gone)
	if !ok {
		return 0, port.ErrHangUp
	}
	n, err := g.Port.Read(p[:min(len(p), room)])
	g.handed += n
	return n, err
}

// Close lets the next in, and hangs up: a line that were free before the door is
// would have its next host turned away.
func (g *guest) Close() error {
	g.once.Do(func() {
		close(g.gone)
		g.door.next()
	})
	return g.Port.Close()
}

// gauge says how much room a device has, and how much of what was handed to it
// it has taken.
type gauge struct {
	mu     sync.Mutex
	room   int
	got    int
	change chan struct{}
}

func newGauge() *gauge { return &gauge{room: 1, change: make(chan struct{})} }

// set is called after each input of the device.
func (g *gauge) set(room, got int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.room == room && g.got == got {
		return
	}
	g.room, g.got = room, got
	close(g.change)
	g.change = make(chan struct{})
}

// start is the count at which a new host begins.
func (g *gauge) start() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.got
}

// wait returns the room there is once the device has taken all that was handed
// to it; false when the host is gone before.
func (g *gauge) wait(handed int, gone <-chan struct{}) (int, bool) {
	for {
		g.mu.Lock()
		room, got, change := g.room, g.got, g.change
		g.mu.Unlock()
		if got >= handed && room > 0 {
			return room, true
		}
		select {
		case <-change:
		case <-gone:
			return 0, false
		}
	}
}
