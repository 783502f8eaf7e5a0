package pump

import (
	"context"
	"errors"
	"sync"
	"time"

	"stormrig/hil/port"
)

// session is the time in which a port is wanted: from Open to Close by the
// machine, or from power to its end where the port is listened on. Peers may
// come and go in it.
type session struct {
	line *line
	stop chan struct{}
	once sync.Once
	pace pace

	mu       sync.Mutex
	listener port.Listener
	conn     port.Port
	queue    [][]byte
	some     chan struct{}
	linked   bool // the wire counts this side as up
	ended    bool
}

// Pauses between attempts to dial, in the clock's time.
const (
	dialFirst = 50 * time.Millisecond
	dialMost  = 2 * time.Second
)

// keep finds a peer, reads from it until it is gone, and finds the next. Who
// dials is not at rest until the wire knows of the connection, or the time of the
// next attempt is set: release says so to the clock.
func (s *session) keep(release func()) {
	defer s.line.pump.wg.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-s.stop; cancel() }()
	for pause := dialFirst; ; pause = min(2*pause, dialMost) {
		if conn := s.peer(ctx); conn != nil && s.link(conn) {
			pause = dialFirst
			s.post(item{kind: itemOpened})
			release()
			release = s.serve(conn)
		}
		again := !s.over()
		if again && s.listener == nil {
			release, again = s.line.pump.clock.pause(pause, s.stop, release)
		} else {
			release()
		}
		if !again {
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
	ctx, cancel := context.WithTimeout(ctx, s.line.port.DialWithin)
	defer cancel()
	conn, err := s.line.port.Dial(ctx)
	if err != nil {
		return nil
	}
	return conn
}

// link lets the wire count this side as up; false if the session is over.
func (s *session) link(conn port.Port) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		_ = conn.Close()
		return false
	}
	s.conn, s.queue, s.linked = conn, nil, true
	s.line.port.Wire.opened(s.line.side())
	return true
}

// unlink lets it be down: at once where this side hangs up, since until the
// other has heard of that the clock must not skip. mu is held.
func (s *session) unlink() {
	if s.linked {
		s.linked = false
		s.line.port.Wire.closed(s.line.side())
	}
}

// serve reads from a peer until it is gone. The clock is held then.
func (s *session) serve(conn port.Port) (release func()) {
	gone := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() { s.writeTo(conn, gone) })
	if line, ok := conn.(port.Status); ok {
		others.Go(func() { s.watch(line, gone) })
	}
	last := s.readFrom(conn)
	close(gone)
	_ = conn.Close()
	others.Wait()
	s.mu.Lock()
	s.conn, s.queue = nil, nil
	s.mu.Unlock()
	s.line.parted()
	s.post(last)
	release = s.line.pump.clock.Hold()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlink()
	return release
}

// readFrom hands on what comes, and returns how it ended.
func (s *session) readFrom(conn port.Port) item {
	buf := make([]byte, 1<<16)
	packets, _ := conn.(port.Packets)
	speed := &s.pace
	speed.stopped.Store(false)
	for {
		var data []byte
		var err error
		if packets != nil {
			data, err = packets.ReadPacket()
		} else {
			var n int
			if !speed.wait(conn, s.stop) {
				return item{kind: itemClosed, why: "hung up while it was stopped"}
			}
			n, err = conn.Read(speed.chunk(buf))
			data = append([]byte(nil), buf[:n]...)
			if speed.perByte > 0 && n > 0 {
				s.line.pump.clock.Sleep(time.Duration(n)*speed.perByte, s.stop)
			}
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

// statusEvery is how often a status line is looked at. More often, some
// printers mix the answer with what they print (usblp.c, on its quirks).
const statusEvery = 2 * time.Second

// watch hands on what a status line says, when it says something else. That it
// cannot be asked just now is no news: who is gone, the reader finds out.
func (s *session) watch(line port.Status, gone <-chan struct{}) {
	said := -1
	for {
		if now, err := line.Status(); err == nil && int(now) != said {
			said = int(now)
			s.post(item{kind: itemStatus, data: []byte{now}})
		}
		if !s.line.pump.clock.Sleep(statusEvery, gone) {
			return
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
				s.pace.said(conn, data)
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
		s.unlink()
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
		s.unlink()
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
