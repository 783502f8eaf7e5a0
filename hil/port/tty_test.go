//go:build linux || darwin

package port_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

// soon is a deadline that a test waits for, late one that it must not need.
const (
	soon = 20 * time.Millisecond
	late = 10 * time.Second
)

func parse(t *testing.T, text string) port.Spec {
	t.Helper()
	s, err := port.Parse(text)
	require.NoError(t, err)
	return s
}

// line is both ends of a pseudo terminal, as a serial line is opened.
func line(t *testing.T, options string) (host, dev port.Port, l port.Listener) {
	t.Helper()
	porttest.Need(t, port.PTY)
	path := filepath.Join(t.TempDir(), "line")
	l, err := parse(t, "pty:"+path).Listen()
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	host, err = parse(t, "serial:"+path+options).Dial(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { _ = host.Close() })
	return host, accept(t, l), l
}

func accept(t *testing.T, l port.Listener) port.Port {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), late)
	defer cancel()
	p, err := l.Accept(ctx)
	require.NoError(t, err)
	return p
}

func read(t *testing.T, p port.Port, n int) []byte {
	t.Helper()
	require.NoError(t, p.SetReadDeadline(time.Now().Add(late)))
	var got []byte
	buf := make([]byte, 4096)
	for len(got) < n {
		m, err := p.Read(buf)
		require.NoError(t, err, "after %q", got)
		got = append(got, buf[:m]...)
	}
	return got
}

// every byte there is
func allBytes() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// No byte is echoed, cooked or eaten, in either direction.
func TestTTYIsRaw(t *testing.T) {
	host, dev, _ := line(t, "")
	for _, way := range [][2]port.Port{{host, dev}, {dev, host}} {
		_, err := way[0].Write(allBytes())
		require.NoError(t, err)
		assert.Equal(t, allBytes(), read(t, way[1], 256))
	}
}

// What an emulator says before anybody has opened its line is not echoed back
// to it.
func TestTTYIsRawBeforeItIsOpened(t *testing.T) {
	porttest.Need(t, port.PTY)
	path := filepath.Join(t.TempDir(), "line")
	l, err := parse(t, "pty:"+path).Listen()
	require.NoError(t, err)
	defer l.Close()
	early, err := os.OpenFile(path, os.O_RDWR, 0) // a host that sets nothing
	require.NoError(t, err)
	defer early.Close()
	dev := accept(t, l)
	_, err = dev.Write([]byte("hello\r\n"))
	require.NoError(t, err)
	require.NoError(t, dev.SetReadDeadline(time.Now().Add(soon)))
	_, err = dev.Read(make([]byte, 16))
	require.ErrorIs(t, err, port.ErrTimeout)
}

func TestTTYTellsTimeoutFromHangUp(t *testing.T) {
	host, _, l := line(t, "")
	for range 3 {
		require.NoError(t, host.SetReadDeadline(time.Now().Add(soon)))
		_, err := host.Read(make([]byte, 16))
		require.ErrorIs(t, err, port.ErrTimeout)
		require.NotErrorIs(t, err, port.ErrHangUp)
	}
	require.NoError(t, host.SetReadDeadline(time.Now().Add(late)))
	ended := make(chan error, 1)
	go func() { _, err := host.Read(make([]byte, 16)); ended <- err }()
	require.NoError(t, l.Close()) // unplugged, with a read under way
	require.ErrorIs(t, <-ended, port.ErrHangUp)
	for range 2 { // and it stays so
		_, err := host.Read(make([]byte, 16))
		require.ErrorIs(t, err, port.ErrHangUp)
		_, err = host.Write([]byte("x"))
		require.ErrorIs(t, err, port.ErrHangUp)
	}
}

// A device reads what its host had written before it hung up, then the hang-up.
func TestTTYHostHangsUp(t *testing.T) {
	host, dev, l := line(t, "")
	_, err := host.Write([]byte("last words"))
	require.NoError(t, err)
	require.NoError(t, host.Close())
	assert.Equal(t, "last words", string(read(t, dev, 10)))
	_, err = dev.Read(make([]byte, 16))
	require.ErrorIs(t, err, port.ErrHangUp)
	require.NoError(t, dev.Close())

	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	_, err = l.Accept(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "nobody is there")
	again, err := parse(t, l.Addr()).Dial(context.Background())
	require.NoError(t, err)
	defer again.Close()
	dev = accept(t, l)
	_, err = again.Write([]byte("hello"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(read(t, dev, 5)))
}

// What was under way to or from a host that is gone is gone with it: the next one
// begins with an empty line.
func TestTTYForgetsWithItsHost(t *testing.T) {
	host, dev, l := line(t, "")
	_, err := dev.Write([]byte("for the first"))
	require.NoError(t, err)
	_, err = host.Write([]byte("of the first"))
	require.NoError(t, err)
	require.NoError(t, host.Close())
	require.True(t, dev.(interface{ Gone() bool }).Gone())
	require.NoError(t, dev.Close())

	again, err := parse(t, l.Addr()).Dial(context.Background())
	require.NoError(t, err)
	defer again.Close()
	dev = accept(t, l)
	for _, way := range [][2]port.Port{{again, dev}, {dev, again}} {
		_, err = way[0].Write([]byte("second"))
		require.NoError(t, err)
		assert.Equal(t, "second", string(read(t, way[1], 6)))
	}
}

// A device that ends a session takes nothing from a host that is still there.
func TestTTYKeepsWhatItsHostMayRead(t *testing.T) {
	host, dev, _ := line(t, "")
	_, err := dev.Write([]byte("last words"))
	require.NoError(t, err)
	require.NoError(t, dev.Close())
	assert.Equal(t, "last words", string(read(t, host, 10)))
}

// A write that nobody reads is bounded: the kernel takes some, then the deadline
// comes.
func TestTTYWriteIsBounded(t *testing.T) {
	host, dev, _ := line(t, "")
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	require.NoError(t, host.SetWriteDeadline(time.Now().Add(soon)))
	n, err := host.Write(big)
	require.ErrorIs(t, err, port.ErrTimeout)
	assert.Positive(t, n)
	assert.Less(t, n, len(big))
	// What was taken arrives, and the line is as good as before.
	assert.Equal(t, big[:n], read(t, dev, n))
	require.NoError(t, host.SetWriteDeadline(time.Now().Add(late)))
	_, err = host.Write([]byte("more"))
	require.NoError(t, err)
	assert.Equal(t, "more", string(read(t, dev, 4)))
}

// A device that holds XOFF stops the host's kernel; only XON lets it go on, not
// any byte of its status.
func TestTTYXOff(t *testing.T) {
	host, dev, _ := line(t, "?flow=xonxoff")
	say := func(s string) {
		_, err := dev.Write([]byte(s))
		require.NoError(t, err)
	}
	say("\x13")
	// The line discipline acts on it when it has it, which no call waits for:
	// write until the deadline tells that the line is stopped.
	buf, taken := []byte("x"), 0
	stopped := false
	for give := time.Now().Add(late); !stopped && time.Now().Before(give); {
		require.NoError(t, host.SetWriteDeadline(time.Now().Add(soon)))
		n, err := host.Write(buf)
		taken += n
		stopped = errors.Is(err, port.ErrTimeout)
		buf = bytes.Repeat([]byte("x"), 4096)
	}
	require.True(t, stopped)
	read(t, dev, 0)
	say("\x12status") // a status byte
	assert.Equal(t, "\x12status", string(read(t, host, 7)), "answers come through all the same")
	require.NoError(t, host.SetWriteDeadline(time.Now().Add(soon)))
	_, err := host.Write([]byte("x"))
	require.ErrorIs(t, err, port.ErrTimeout, "still stopped")
	say("\x11")
	require.NoError(t, host.SetWriteDeadline(time.Now().Add(late)))
	done := make(chan error, 1)
	go func() { _, err := host.Write([]byte("y")); done <- err }()
	got := read(t, dev, 1)
	for !bytes.Contains(got, []byte("y")) {
		got = append(got, read(t, dev, 1)...)
	}
	require.NoError(t, <-done)
	assert.Equal(t, taken, bytes.Count(got, []byte("x")), "nothing was lost")
}

func TestTTYCloseEndsRead(t *testing.T) {
	host, _, _ := line(t, "")
	ended := make(chan error, 1)
	go func() { _, err := host.Read(make([]byte, 16)); ended <- err }()
	require.NoError(t, host.Close())
	require.ErrorIs(t, <-ended, port.ErrHangUp)
}

// A replug has another number; the link always leads to the line of the moment.
func TestPTYReplug(t *testing.T) {
	porttest.Need(t, port.PTY)
	spec := parse(t, "pty:"+filepath.Join(t.TempDir(), "line"))
	_, err := spec.Dial(context.Background())
	require.ErrorIs(t, err, port.ErrAbsent)
	first, err := spec.Listen()
	require.NoError(t, err)
	other, err := parse(t, spec.String()+"2").Listen() // takes the next number
	require.NoError(t, err)
	defer other.Close()
	was, err := os.Readlink(spec.Addr)
	require.NoError(t, err)
	second, err := spec.Listen() // before the first is gone: the link changes in one step
	require.NoError(t, err)
	defer second.Close()
	is, err := os.Readlink(spec.Addr)
	require.NoError(t, err)
	assert.NotEqual(t, was, is)
	require.NoError(t, first.Close())
	host, err := spec.Dial(context.Background())
	require.NoError(t, err, "the first took only its own link with it")
	defer host.Close()
	require.NoError(t, second.Close())
	_, err = spec.Dial(context.Background())
	require.ErrorIs(t, err, port.ErrAbsent)
	nobody, err := second.Accept(context.Background())
	require.ErrorIs(t, err, port.ErrHangUp)
	assert.Nil(t, nobody, "who takes it for a host goes round for ever")
}

func TestPTYLeavesFilesAlone(t *testing.T) {
	porttest.Need(t, port.PTY)
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	_, err := parse(t, "pty:"+path).Listen()
	require.ErrorContains(t, err, "is there and is no link")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(data))
}

func TestSerialRefusesWhatIsNoLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err := parse(t, "serial:"+path).Dial(context.Background())
	require.ErrorContains(t, err, "setting the line")
}
