package port

import (
	"context"
	"sync"
	"time"
)

// Wire is a port in memory with two ends. Each Write arrives as one packet,
// which makes it a network link, too. It exists while it is listened on.
type Wire struct {
	mu     sync.Mutex
	calls  chan *memPort // to the Listener of the moment; nil while nobody listens
	closed chan struct{}
	name   string
}

// NewWire returns a wire on which nobody listens yet.
func NewWire(name string) *Wire { return &Wire{name: name} }

// Dial connects to who listens; ErrAbsent if nobody does.
func (w *Wire) Dial(ctx context.Context) (Port, error) {
	w.mu.Lock()
	calls, closed := w.calls, w.closed
	w.mu.Unlock()
	if calls == nil {
		return nil, &portError{"dialling mem:" + w.name, ErrAbsent, ErrHangUp}
	}
	a, b := memPair()
	select {
	case calls <- b:
		return a, nil
	case <-closed:
		return nil, &portError{"dialling mem:" + w.name, ErrAbsent, ErrHangUp}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Listen makes this end the one that is dialled.
func (w *Wire) Listen() (Listener, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls != nil {
		return nil, &portError{"listening on mem:" + w.name, nil, ErrLacks}
	}
	w.calls, w.closed = make(chan *memPort), make(chan struct{})
	return &memListener{wire: w, calls: w.calls, closed: w.closed}, nil
}

type memListener struct {
	wire   *Wire
	calls  chan *memPort
	closed chan struct{}
	once   sync.Once
}

func (l *memListener) Addr() string { return "mem:" + l.wire.name }

func (l *memListener) Accept(ctx context.Context) (Port, error) {
	select {
	case p := <-l.calls:
		return p, nil
	case <-l.closed:
		return nil, ErrHangUp
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *memListener) Close() error {
	l.once.Do(func() {
		l.wire.mu.Lock()
		l.wire.calls = nil
		l.wire.mu.Unlock()
		close(l.closed)
	})
	return nil
}

// memRoom is how many bytes one direction holds, as much as a tty.
const memRoom = 1 << 16

// half is one direction of a connection.
type half struct {
	mu      sync.Mutex
	packets [][]byte
	bytes   int
	change  chan struct{} // closed and replaced at each change
	done    bool
}

func newHalf() *half { return &half{change: make(chan struct{})} }

// changed wakes who waits; mu is held.
func (h *half) changed() {
	close(h.change)
	h.change = make(chan struct{})
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.done {
		h.done = true
		h.changed()
	}
}

type memPort struct {
	in, out             *half
	readTill, writeTill deadline
}

func memPair() (*memPort, *memPort) {
	ab, ba := newHalf(), newHalf()
	return &memPort{in: ba, out: ab}, &memPort{in: ab, out: ba}
}

// Close cuts both directions; what was not read yet is lost.
func (p *memPort) Close() error {
	p.in.close()
	p.out.close()
	return nil
}

func (p *memPort) Read(buf []byte) (int, error) {
	packet, err := p.take(len(buf))
	return copy(buf, packet), err
}

func (p *memPort) ReadPacket() ([]byte, error) { return p.take(1 << 30) }

// take returns at most n bytes of the next packet.
func (p *memPort) take(n int) (packet []byte, err error) {
	err = p.in.wait(&p.readTill, func() bool {
		if len(p.in.packets) == 0 {
			return false
		}
		first := p.in.packets[0]
		packet = first[:min(n, len(first))]
		if len(packet) == len(first) {
			p.in.packets = p.in.packets[1:]
		} else {
			p.in.packets[0] = first[len(packet):]
		}
		p.in.bytes -= len(packet)
		return true
	})
	return packet, err
}

func (p *memPort) Write(data []byte) (int, error) {
	own := append([]byte(nil), data...)
	err := p.out.wait(&p.writeTill, func() bool {
		if p.out.bytes > 0 && p.out.bytes+len(own) > memRoom {
			return false
		}
		p.out.packets = append(p.out.packets, own)
		p.out.bytes += len(own)
		return true
	})
	if err != nil {
		return 0, err
	}
	return len(data), nil
}

// wait runs try until it is true, the half is closed, or the deadline is over.
func (h *half) wait(till *deadline, try func() bool) error {
	for {
		expired, moved := till.channels()
		h.mu.Lock()
		if h.done {
			h.mu.Unlock()
			return ErrHangUp
		}
		if try() {
			h.changed()
			h.mu.Unlock()
			return nil
		}
		change := h.change
		h.mu.Unlock()
		select {
		case <-change:
		case <-moved:
		case <-expired:
			return ErrTimeout
		}
	}
}

func (p *memPort) SetReadDeadline(t time.Time) error  { p.readTill.set(t); return nil }
func (p *memPort) SetWriteDeadline(t time.Time) error { p.writeTill.set(t); return nil }

// deadline is a moment that can be moved while somebody waits for it.
type deadline struct {
	mu             sync.Mutex
	timer          *time.Timer
	expired, moved chan struct{}
}

// channels returns one that is closed at the deadline, and one that is closed
// when it is moved.
func (d *deadline) channels() (expired, moved chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.moved == nil {
		d.expired, d.moved = make(chan struct{}), make(chan struct{})
	}
	return d.expired, d.moved
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	if d.moved != nil {
		close(d.moved)
	}
	expired := make(chan struct{})
	d.expired, d.moved = expired, make(chan struct{})
	if !t.IsZero() {
		d.timer = time.AfterFunc(time.Until(t), func() { close(expired) })
	}
}
