// Package live is a bench with a device on a real port: what hil/certify
// examines when the device is of metal, or an emulator that somebody serves.
package live

import (
	"context"
	"errors"
	"time"

	"stormrig/hil/certify"
	"stormrig/hil/port"
)

// Dialer opens the device's port, looking it up anew: port.Spec.Dial.
type Dialer func(ctx context.Context) (port.Port, error)

// Bench is a device on a port and who operates it. It owns its clock.
type Bench struct {
	certify.Operator
	dial  Dialer
	port  port.Port // nil: not connected
	began time.Time
	buf   [4096]byte
}

// New returns a bench that is not connected yet.
func New(dial Dialer, op certify.Operator) *Bench {
	return &Bench{Operator: op, dial: dial, began: time.Now()}
}

// Now is the time since the bench was built.
func (b *Bench) Now() time.Duration { return time.Since(b.began) }

// Dial connects, hanging up first where it must. It tries until limit.
func (b *Bench) Dial(limit time.Duration) error {
	if err := b.Hang(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		p, err := b.dial(ctx)
		if err == nil {
			b.port = p
			return nil
		}
		if errors.Is(err, port.ErrLacks) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Hang closes the port.
func (b *Bench) Hang() error {
	if b.port == nil {
		return nil
	}
	p := b.port
	b.port = nil
	return p.Close()
}

// Send writes until all is taken or limit has passed.
func (b *Bench) Send(p []byte, limit time.Duration) (int, error) {
	if b.port == nil {
		return 0, certify.ErrClosed
	}
	if err := b.port.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return 0, b.lost(err)
	}
	n, err := b.port.Write(p)
	return n, b.lost(err)
}

// Receive returns what comes first within limit.
func (b *Bench) Receive(limit time.Duration) (certify.Chunk, error) {
	if b.port == nil {
		return certify.Chunk{}, certify.ErrClosed
	}
	if err := b.port.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return certify.Chunk{}, b.lost(err)
	}
	n, err := b.port.Read(b.buf[:])
	c := certify.Chunk{At: b.Now(), Data: append([]byte(nil), b.buf[:n]...)}
	return c, b.lost(err)
}

// lost tells a time-out, which is no error here, from the end of a connection.
func (b *Bench) lost(err error) error {
	switch {
	case err == nil, errors.Is(err, port.ErrTimeout):
		return nil
	case errors.Is(err, port.ErrHangUp):
		b.port = nil
		return certify.ErrClosed
	}
	return err
}

// Close ends the bench.
func (b *Bench) Close() error { return b.Hang() }
