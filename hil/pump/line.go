package pump

import (
	"sync"
	"time"

	"stormrig/hil/port"
)

// line is one port of a pump. Its fields belong to the pump's goroutine, but
// for what stands under mu.
type line struct {
	pump    *Pump
	port    Port
	plugged bool
	up      bool     // the machine was told Opened, and not Closed since
	session *session // whose events count; nil: none

	mu    sync.Mutex
	count int // bytes that the present connection has brought
	cut   int // of them, when the cable is pulled; negative: it is not
	deaf  bool
}

func newLine(p *Pump, b Port) *line {
	if b.DialWithin == 0 {
		b.DialWithin = 5 * time.Second
	}
	if b.WriteWithin == 0 {
		b.WriteWithin = 30 * time.Second
	}
	return &line{pump: p, port: b, plugged: !b.Unplugged, cut: -1}
}

func (l *line) side() int {
	if l.port.Listen != nil {
		return listening
	}
	return dialling
}

// power begins to listen, if the port is one that listens and is plugged in.
func (l *line) power() error {
	if l.port.Listen == nil || !l.plugged || l.session != nil {
		return nil
	}
	listener, err := l.port.Listen()
	if err != nil {
		return err
	}
	l.begin(listener)
	return nil
}

func (l *line) begin(listener port.Listener) {
	s := &session{line: l, stop: make(chan struct{}), listener: listener, some: make(chan struct{}, 1), pace: pace{perByte: l.port.PerByte}}
	l.session = s
	release := func() {}
	if listener == nil { // until it has been dialled
		release = l.pump.clock.Hold()
	}
	l.pump.wg.Add(1)
	go s.keep(release)
}

// open is the machine's wish for a peer.
func (l *line) open() {
	switch {
	case l.port.Listen != nil: // who listens takes whoever comes
	case l.session == nil:
		l.begin(nil)
	case l.up: // opened again: it is still there
		l.pump.box.put(item{kind: itemOpened, port: l.port.Name, session: l.session})
	}
}

// hangUp is the machine's Close; a port that is listened on waits for the next.
func (l *line) hangUp() {
	if l.port.Listen == nil {
		l.end("hung up")
		return
	}
	if l.up {
		l.up = false
		l.pump.see(Seen{Kind: Down, Port: l.port.Name, Why: "hung up"})
		l.session.dropPeer()
	}
}

// end gives up the session; was tells whether the machine knew of a peer.
func (l *line) end(why string) (was bool) {
	was, l.up = l.up, false
	if l.session != nil {
		l.session.end()
		l.session = nil
	}
	if was {
		l.pump.see(Seen{Kind: Down, Port: l.port.Name, Why: why})
	}
	return was
}

// setCut says after how many bytes of a connection the cable is pulled; more
// says that n counts from now. Negative: it is not pulled.
func (l *line) setCut(n int, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut = n; more && n >= 0 {
		l.cut += l.count
	}
}

// setDeaf lets everything that comes be lost, or arrive again.
func (l *line) setDeaf(deaf bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deaf = deaf
}

// arrived counts bytes against the cut: how many of them get through, and
// whether the cable is out with them.
func (l *line) arrived(n int) (through int, out bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deaf {
		return 0, false
	}
	if l.cut < 0 || l.count+n < l.cut {
		l.count += n
		return n, false
	}
	through = max(l.cut-l.count, 0)
	l.cut, l.count = -1, 0
	return through, true
}

// parted begins a new count; what a cut still wants it wants of the next
// connection.
func (l *line) parted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut >= 0 {
		l.cut = max(l.cut-l.count, 0)
	}
	l.count = 0
}
