package port

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// stream makes the errors of a file or socket into those of a Port.
type stream struct {
	name string
	deadlines
}

// deadlines is what *os.File and net.Conn have in common.
type deadlines interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Close() error
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.deadlines.Read(p)
	return n, hungUp("reading "+s.name, err)
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.deadlines.Write(p)
	return n, hungUp("writing "+s.name, err)
}

func (s *stream) Close() error { return hungUp("closing "+s.name, s.deadlines.Close()) }

// alive finds a peer that was carried away, or whose cable was; a quiet one is
// fine.
var alive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

// vanished is when a peer is taken for gone that says nothing to that.
const vanished = 25 * time.Second

func dialTCP(ctx context.Context, addr string) (Port, error) {
	d := net.Dialer{KeepAliveConfig: alive}
	c, err := d.DialContext(ctx, "tcp", addr)
	switch {
	case err == nil:
		return &stream{"tcp:" + addr, c}, nil
	case errors.Is(err, context.Canceled):
		return nil, err
	}
	return nil, &portError{"dialling", ErrAbsent, err}
}

// tcpListener takes one connection after the other, as a receipt printer does.
type tcpListener struct {
	l *net.TCPListener
}

// lingers is how long an address that was let go of may look as if in use: a
// process that this one is starting has for a moment what this one had open.
const lingers = time.Second

func listenTCP(addr string) (Listener, error) {
	c := net.ListenConfig{KeepAliveConfig: alive}
	l, err := c.Listen(context.Background(), "tcp", addr)
	for end := time.Now().Add(lingers); errors.Is(err, syscall.EADDRINUSE) && time.Now().Before(end); {
		time.Sleep(lingers / 100)
		l, err = c.Listen(context.Background(), "tcp", addr)
	}
	if err != nil {
		return nil, err
	}
	return &tcpListener{l.(*net.TCPListener)}, nil
}

func (l *tcpListener) Addr() string { return "tcp:" + l.l.Addr().String() }

func (l *tcpListener) Close() error { return l.l.Close() }

func (l *tcpListener) Accept(ctx context.Context) (Port, error) {
	// A deadline in the past ends an Accept that is under way.
	stop := context.AfterFunc(ctx, func() { _ = l.l.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := l.l.AcceptTCP()
	if err != nil {
		if ctx.Err() != nil {
			return nil, errors.Join(ctx.Err(), l.l.SetDeadline(time.Time{}))
		}
		if errors.Is(err, os.ErrDeadlineExceeded) { // of a context before
			_ = l.l.SetDeadline(time.Time{})
			return l.Accept(ctx)
		}
		return nil, hungUp("accepting", err)
	}
	bound(c)
	return &stream{"tcp:" + c.RemoteAddr().String(), &accepted{TCPConn: c}}, nil
}

// accepted is a host's connection. What a device has not read when it dies is
// gone: it does not linger. A host that has ended by itself gets no reset.
type accepted struct {
	*net.TCPConn
	ended atomic.Bool
}

func (a *accepted) Read(p []byte) (int, error) {
	n, err := a.TCPConn.Read(p)
	if errors.Is(err, io.EOF) {
		a.ended.Store(true)
	}
	return n, err
}

func (a *accepted) Close() error {
	if !a.ended.Load() {
		_ = a.SetLinger(0)
	}
	return a.TCPConn.Close()
}
