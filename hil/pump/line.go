package pump

import (
	"context"
	"errors"
	"sync"
	"time"

	"stormrig/hil/machine"
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
}

// session is the time in which a port is wanted: from Open to Close by the
// machine, or from power to its end where the port is listened on. Peers may
// come and go in it.
type session struct {
	line *line
	stop chan struct{}
	once sync.Once

	mu       sync.Mutex
	listener port.Listener
	conn     port.Port
	queue    [][]byte
	some     chan struct{}
	ended    bool
}

// Pauses between attempts to dial, in the clock's time.
const (
	dialFirst = 50 * time.Millisecond
	dialMost  = 2 * time.Second
)

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
	s := &session{line: l, stop: make(chan struct{}), listener: listener, some: make(chan struct{}, 1)}
	l.session = s
	l.pump.wg.Add(1)
	go s.keep()
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

// arrived counts bytes against the cut: how many of them get through, and
// whether the cable is out with them.
func (l *line) arrived(n int) (through int, out bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
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

// keep finds a peer, reads from it until it is gone, and finds the next.
func (s *session) keep() {
	defer s.line.pump.wg.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-s.stop; cancel() }()
	for pause := dialFirst; ; pause = min(2*pause, dialMost) {
		conn := s.peer(ctx)
		if conn != nil && s.serve(conn) {
			pause = dialFirst
		}
		if s.over() || s.listener == nil && !s.line.pump.clock.Sleep(pause, s.stop) {
			return
		}
	}
}

// peer makes one attempt.
func (s *session) peer(ctx context.Context) port.Port {
	if s.listener != nil {
		conn, err := s.listener.Accept(ctx)
		if err != nil && !s.over() { // an error that will not go by itself
			s.line.pump.clock.Sleep(dialMost, s.stop)
		}
		return conn
	}
	s.line.pump.clock.work(1) // who dials is not at rest
	defer s.line.pump.clock.work(-1)
	ctx, cancel := context.WithTimeout(ctx, s.line.port.DialWithin)
	defer cancel()
	conn, err := s.line.port.Dial(ctx)
	if err != nil {
		return nil
	}
	return conn
}

// serve reads from a peer until it is gone; false if the session was over
// before it began.
func (s *session) serve(conn port.Port) bool {
	l := s.line
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		_ = conn.Close()
		return false
	}
	s.conn, s.queue = conn, nil
	s.mu.Unlock()
	l.port.Wire.opened(l.side())
	s.post(item{kind: itemOpened})
	gone := make(chan struct{})
	var writer sync.WaitGroup
	writer.Add(1)
	go func() { defer writer.Done(); s.writeTo(conn, gone) }()
	last := s.readFrom(conn)
	close(gone)
	_ = conn.Close()
	writer.Wait()
	s.mu.Lock()
	s.conn, s.queue = nil, nil
	s.mu.Unlock()
	l.parted()
	s.post(last)
	l.port.Wire.closed(l.side())
	return true
}

// readFrom hands on what comes, and returns how it ended.
func (s *session) readFrom(conn port.Port) item {
	buf := make([]byte, 1<<16)
	packets, _ := conn.(port.Packets)
	for {
		var data []byte
		var err error
		if packets != nil {
			data, err = packets.ReadPacket()
		} else {
			var n int
			n, err = conn.Read(buf)
			data = append([]byte(nil), buf[:n]...)
		}
		if len(data) > 0 {
			through, out := s.line.arrived(len(data))
			if out { // the host's side hangs up before anything else happens
				s.end()
			}
			if through > 0 {
				s.post(item{kind: itemData, data: data[:through]})
			}
			s.line.port.Wire.got(s.line.side(), len(data))
			if out {
				return item{kind: itemClosed, why: "unplugged", cut: true}
			}
		}
		if err != nil && !errors.Is(err, port.ErrTimeout) {
			return item{kind: itemClosed, why: err.Error()}
		}
	}
}

func (s *session) post(it item) {
	it.port, it.session = s.line.port.Name, s
	s.line.pump.box.put(it)
}

// write queues bytes for the peer.
func (s *session) write(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil || len(data) == 0 {
		return // gone, and the machine will hear of it
	}
	s.line.port.Wire.sent(s.line.side(), len(data))
	s.queue = append(s.queue, data)
	select {
	case s.some <- struct{}{}:
	default:
	}
}

// writeTo empties the queue into a peer. One that takes nothing for too long
// is hung up, since nothing that was written to it can be relied on.
func (s *session) writeTo(conn port.Port, gone <-chan struct{}) {
	for {
		select {
		case <-gone:
			return
		case <-s.some:
		}
		for data := s.next(conn); len(data) > 0; data = s.next(conn) {
			for len(data) > 0 {
				_ = conn.SetWriteDeadline(time.Now().Add(s.line.port.WriteWithin))
				n, err := conn.Write(data)
				data = data[n:]
				if err != nil && (n == 0 || !errors.Is(err, port.ErrTimeout)) {
					_ = conn.Close()
					return
				}
			}
		}
	}
}

// next takes the next bytes for a peer, none if it is not the present one.
func (s *session) next(conn port.Port) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != conn || len(s.queue) == 0 {
		return nil
	}
	data := s.queue[0]
	s.queue = s.queue[1:]
	return data
}

func (s *session) dropPeer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

func (s *session) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// end closes everything; the goroutines end by themselves.
func (s *session) end() {
	s.once.Do(func() {
		s.mu.Lock()
		s.ended = true
		listener, conn := s.listener, s.conn
		s.mu.Unlock()
		close(s.stop)
		if listener != nil {
			_ = listener.Close()
		}
		if conn != nil {
			_ = conn.Close()
		}
	})
}

var _ Handler = machine.Machine(nil)
