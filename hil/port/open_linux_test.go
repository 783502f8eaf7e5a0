package port

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fifo stands in for a device file: it can be polled and read in pieces, and
// knows no request.
func fifo(t *testing.T) (path string, write func([]byte)) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "device")
	require.NoError(t, unix.Mkfifo(path, 0o600))
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Close(fd) })
	return path, func(data []byte) {
		n, err := unix.Write(fd, data)
		require.NoError(t, err)
		require.Equal(t, len(data), n)
	}
}

// report2 is a scan of 60 characters as it stands, byte for byte, in Access-IS,
// ATR110 Product Manual (2015), page 33: the first of two reports.
func report2() []byte {
	r := make([]byte, 64)
	copy(r, "\x02\x38]Q0M1GATHERGOOD/MICHAEL YABCDEF LHRDURAK 3542 052Y003D23  ")
	r[61], r[63] = 's', 1
	return r
}

func TestHIDRawGivesReports(t *testing.T) {
	path, write := fifo(t)
	p, err := Spec{Kind: HIDRaw, Addr: path}.Dial(context.Background())
	require.NoError(t, err)
	write(report2())
	got, err := p.(Packets).ReadPacket()
	require.NoError(t, err)
	assert.Equal(t, report2(), got)

	write(report2())
	_, err = p.Read(make([]byte, 8))
	require.ErrorContains(t, err, "a report of 64 bytes, room for 8")

	require.NoError(t, p.SetReadDeadline(time.Now().Add(5*time.Millisecond)))
	_, err = p.(Packets).ReadPacket()
	require.ErrorIs(t, err, ErrTimeout)
	require.NoError(t, p.Close())
	_, err = p.(Packets).ReadPacket()
	require.ErrorIs(t, err, ErrHangUp)
}

// A keyboard that cannot be taken for ourselves alone is not opened at all.
func TestEvDevMustBeGrabbed(t *testing.T) {
	path, _ := fifo(t)
	_, err := Spec{Kind: EvDev, Addr: path}.Dial(context.Background())
	require.ErrorContains(t, err, "for this program alone")
}

func TestEvDevGivesKeyboardReports(t *testing.T) {
	path, write := fifo(t)
	f, _, err := openFile(path, unix.O_RDONLY)
	require.NoError(t, err)
	p := &reports{stream: stream{path, f}, buf: make([]byte, 64*eventSize), keys: &keyDecoder{}}
	write(event(evSyn, synReport, 0)) // nothing changed: not a packet
	write(press(30))
	got, err := p.ReadPacket()
	require.NoError(t, err)
	assert.Equal(t, reportsOf([2]byte{0, 4}, [2]byte{}), got)
	require.NoError(t, p.Close())
}

func TestLPStatusOfWhatHasNone(t *testing.T) {
	path, _ := fifo(t)
	p, err := Spec{Kind: LP, Addr: path}.Dial(context.Background())
	require.NoError(t, err)
	defer p.Close()
	_, err = p.(Status).Status()
	require.ErrorIs(t, err, unix.ENOTTY)
	_, err = p.(*lpPort).DeviceID()
	require.ErrorIs(t, err, unix.ENOTTY)
}

// What usblp.c hands out: the byte in an int for LPGETSTATUS, and EIO when the
// printer does not answer the request, ENODEV when it is gone.
func TestLPStatus(t *testing.T) {
	path, _ := fifo(t)
	opened, err := openLP(path)
	require.NoError(t, err)
	p := opened.(*lpPort)
	defer p.Close()
	for _, c := range []struct {
		status int32
		err    error
		want   byte
	}{{0x18, nil, 0x18}, {0x38, nil, 0x38}, {0, unix.EIO, 0}, {0, unix.ENODEV, 0}} {
		p.ioctl = func(_ *os.File, request uintptr, arg unsafe.Pointer) error {
			require.EqualValues(t, lpGetStatus, request)
			*(*int32)(arg) = c.status
			return c.err
		}
		got, err := p.Status()
		assert.Equal(t, c.want, got)
		require.ErrorIs(t, err, c.err)
		assert.Equal(t, c.err == unix.ENODEV, errors.Is(err, ErrHangUp))
	}
}

// answers is a device file that answers reads in turn.
type answers struct {
	deadlines
	turn []error
}

func (a *answers) Read(p []byte) (int, error) {
	err := a.turn[0]
	if len(a.turn) > 1 {
		a.turn = a.turn[1:]
	}
	if err == nil {
		return copy(p, "\x12"), nil
	}
	return 0, err
}

// An empty read of usblp, and that of a printer without a way back, is no
// hang-up.
func TestLPEmptyReadIsNoHangUp(t *testing.T) {
	path, _ := fifo(t)
	for _, nothing := range []error{io.EOF, unix.EINVAL} {
		opened, err := openLP(path)
		require.NoError(t, err)
		p := opened.(*lpPort)
		p.deadlines = &answers{p.deadlines, []error{nothing, nothing, nil, nothing}}
		buf := make([]byte, 4)
		n, err := p.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, "\x12", string(buf[:n]))
		require.NoError(t, p.SetReadDeadline(time.Now().Add(5*time.Millisecond)))
		_, err = p.Read(buf)
		require.ErrorIs(t, err, ErrTimeout)
		require.NoError(t, p.Close())
		p.readTill.set(time.Time{})
		_, err = p.Read(buf)
		require.ErrorIs(t, err, ErrHangUp)
	}
	opened, err := openLP(path)
	require.NoError(t, err)
	p := opened.(*lpPort)
	p.deadlines = &answers{p.deadlines, []error{unix.ENODEV}}
	_, err = p.Read(make([]byte, 4))
	require.ErrorIs(t, err, ErrHangUp)
	require.NoError(t, p.Close())
}

// The numbers of requests, as linux/lp.h, usblp.c and linux/input.h make them.
func TestRequestNumbers(t *testing.T) {
	assert.EqualValues(t, 0x060b, lpGetStatus)
	assert.EqualValues(t, 0x84005001, uint32(lpGetID))
	assert.EqualValues(t, 0x40044590, eviocgrab)
}

func TestDevicesThatAreNotThere(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "none")
	for _, k := range []Kind{Serial, RFCOMM, LP, HIDRaw, EvDev, PTY} {
		_, err := Spec{Kind: k, Addr: gone, Line: defaultLine()}.Dial(context.Background())
		require.ErrorIs(t, err, ErrAbsent, k)
	}
	for _, k := range []Kind{Serial, LP, HIDRaw, EvDev} {
		_, err := Spec{Kind: k, Want: Identity{Serial: "no such thing"}}.Dial(context.Background())
		require.ErrorIs(t, err, ErrAbsent, k)
	}
}

// A socket is made, or it is said that there is none; either way in bounded
// time.
func TestRFCOMMIsBounded(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := Spec{Kind: RFCOMM, Addr: "00:00:00:00:00:00:1"}.Dial(ctx)
	require.Error(t, err)
	t.Log(err)
}

func TestLook(t *testing.T) {
	for _, k := range Kinds() {
		ok, says := Look(k)
		assert.NotEmpty(t, says, k)
		t.Log(k, ok, says)
	}
}
