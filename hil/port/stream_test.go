package port_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
)

type dialler interface {
	Dial(ctx context.Context) (port.Port, error)
}

// streams are the ports that every machine has: dial, and listen again at the
// same place.
func streams(t *testing.T) map[string]func() (dialler, port.Listener) {
	listen := func(l port.Listener, err error) port.Listener {
		require.NoError(t, err)
		return l
	}
	w := port.NewWire("w")
	free := listen(mustParse(t, "tcp:127.0.0.1:0").Listen())
	addr := mustParse(t, free.Addr())
	require.NoError(t, free.Close())
	return map[string]func() (dialler, port.Listener){
		"tcp": func() (dialler, port.Listener) { return addr, listen(addr.Listen()) },
		"mem": func() (dialler, port.Listener) { return w, listen(w.Listen()) },
	}
}

func mustParse(t *testing.T, text string) port.Spec {
	t.Helper()
	s, err := port.Parse(text)
	require.NoError(t, err)
	return s
}

// ends connects both ends.
func ends(t *testing.T, d dialler, l port.Listener) (host, dev port.Port) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	got := make(chan port.Port, 1)
	go func() {
		p, err := l.Accept(ctx)
		assert.NoError(t, err)
		got <- p
	}()
	host, err := d.Dial(ctx)
	require.NoError(t, err)
	return host, <-got
}

func TestStreams(t *testing.T) {
	for name, listen := range streams(t) {
		t.Run(name, func(t *testing.T) {
			d, l := listen()
			host, dev := ends(t, d, l)

			_, err := host.Write([]byte("hello"))
			require.NoError(t, err)
			buf := make([]byte, 16)
			require.NoError(t, dev.SetReadDeadline(time.Now().Add(10*time.Second)))
			n, err := dev.Read(buf)
			require.NoError(t, err)
			assert.Equal(t, "hello", string(buf[:n]))

			// Nothing comes: a time-out, and the port is as good as before.
			require.NoError(t, dev.SetReadDeadline(time.Now().Add(5*time.Millisecond)))
			_, err = dev.Read(buf)
			require.ErrorIs(t, err, port.ErrTimeout)

			// Nobody reads: a write is bounded.
			require.NoError(t, host.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
			chunk := bytes.Repeat([]byte("x"), 1<<16)
			for err = nil; err == nil; {
				_, err = host.Write(chunk)
			}
			require.ErrorIs(t, err, port.ErrTimeout)

			// The device goes.
			require.NoError(t, dev.Close())
			require.NoError(t, l.Close())
			require.NoError(t, host.SetReadDeadline(time.Now().Add(10*time.Second)))
			for err = nil; err == nil; {
				_, err = host.Read(buf)
			}
			require.ErrorIs(t, err, port.ErrHangUp)
			require.NoError(t, host.Close())
			_, err = d.Dial(context.Background())
			require.ErrorIs(t, err, port.ErrAbsent)
			_, err = l.Accept(context.Background())
			require.ErrorIs(t, err, port.ErrHangUp)

			// And is there again.
			d, l = listen()
			host, dev = ends(t, d, l)
			require.NoError(t, host.Close())
			require.NoError(t, dev.SetReadDeadline(time.Now().Add(10*time.Second)))
			_, err = dev.Read(buf)
			require.ErrorIs(t, err, port.ErrHangUp)
			require.NoError(t, l.Close())
		})
	}
}

func TestAcceptEndsWithItsContext(t *testing.T) {
	for name, listen := range streams(t) {
		t.Run(name, func(t *testing.T) {
			d, l := listen()
			defer l.Close()
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
			defer cancel()
			_, err := l.Accept(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			host, dev := ends(t, d, l) // the next is not hurt by it
			require.NoError(t, host.Close())
			require.NoError(t, dev.Close())
		})
	}
}

// Pieces stay pieces in memory: a network link's messages.
func TestWireKeepsPackets(t *testing.T) {
	w := port.NewWire("w")
	l, err := w.Listen()
	require.NoError(t, err)
	_, err = w.Listen()
	require.Error(t, err, "one device at a time")
	host, dev := ends(t, w, l)
	for _, s := range []string{"one", "two"} {
		_, err := host.Write([]byte(s))
		require.NoError(t, err)
	}
	p := dev.(port.Packets)
	one, err := p.ReadPacket()
	require.NoError(t, err)
	two, err := p.ReadPacket()
	require.NoError(t, err)
	assert.Equal(t, []string{"one", "two"}, []string{string(one), string(two)})
}

// A deadline that is moved bounds the read that is under way.
func TestDeadlineMoves(t *testing.T) {
	for name, listen := range streams(t) {
		t.Run(name, func(t *testing.T) {
			d, l := listen()
			defer l.Close()
			host, dev := ends(t, d, l)
			defer host.Close()
			ended := make(chan error, 1)
			go func() { _, err := dev.Read(make([]byte, 1)); ended <- err }()
			require.NoError(t, dev.SetReadDeadline(time.Unix(1, 0)))
			require.ErrorIs(t, <-ended, port.ErrTimeout)
		})
	}
}
