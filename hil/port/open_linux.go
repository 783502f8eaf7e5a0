package port

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// openFile opens a device file that does not block and has deadlines.
func openFile(path string, flags int) (*os.File, int, error) {
	fd, err := unix.Open(path, flags|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, 0, absent(path, err)
	}
	f := os.NewFile(uintptr(fd), path)
	if err := f.SetReadDeadline(time.Time{}); err != nil {
		_ = f.Close()
		return nil, 0, fmt.Errorf("%s takes no deadline, so a read could block for ever: %w", path, err)
	}
	return f, fd, nil
}

// ioctl runs a request on a file while nobody can close it.
func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno unix.Errno
	err = raw.Control(func(fd uintptr) { _, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(arg)) })
	if err == nil && errno != 0 {
		err = errno
	}
	return err
}

// reports is a device that is read report by report.
type reports struct {
	stream
	buf  []byte
	keys *keyDecoder // of an evdev port
}

// hidMost is the longest report that hidraw hands out (HID_MAX_BUFFER_SIZE).
const hidMost = 16384

func openHIDRaw(path string) (Port, error) {
	f, _, err := openFile(path, unix.O_RDWR)
	if errors.Is(err, unix.EACCES) {
		f, _, err = openFile(path, unix.O_RDONLY) // enough for a scanner
	}
	if err != nil {
		return nil, err
	}
	return &reports{stream: stream{path, f}, buf: make([]byte, hidMost)}, nil
}

// eviocgrab is _IOW('E', 0x90, int) of linux/input.h.
const eviocgrab = 1<<30 | 4<<16 | 'E'<<8 | 0x90

// openEvDev takes a keyboard for itself alone: what a scanner types must not
// reach whatever has the focus.
func openEvDev(path string) (Port, error) {
	f, fd, err := openFile(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	// The argument of this one is a number, not a pointer.
	if err := unix.IoctlSetInt(fd, eviocgrab, 1); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("taking %s for this program alone (somebody else may have it): %w", path, err)
	}
	return &reports{stream: stream{path, f}, buf: make([]byte, 64*eventSize), keys: &keyDecoder{}}, nil
}

// ReadPacket implements Packets: one report of hidraw, or the reports that one
// read of evdev makes.
func (r *reports) ReadPacket() ([]byte, error) {
	for {
		n, err := r.stream.Read(r.buf)
		data := append([]byte(nil), r.buf[:n]...)
		if r.keys != nil {
			data = r.keys.feed(data)
		}
		if err != nil || len(data) > 0 {
			return data, err
		}
	}
}

// Read gives whole packets only: a p that is too short is an error.
func (r *reports) Read(p []byte) (int, error) {
	data, err := r.ReadPacket()
	if err == nil && len(data) > len(p) {
		err = fmt.Errorf("%s: a report of %d bytes, room for %d", r.name, len(data), len(p))
	}
	return copy(p, data), err
}

// dialRFCOMM connects to a Bluetooth serial port by its address and channel,
// without a /dev/rfcomm that somebody would have to bind.
func dialRFCOMM(ctx context.Context, text string) (Port, error) {
	addr, channel, err := parseChannel(text)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_BLUETOOTH, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.BTPROTO_RFCOMM)
	if err != nil {
		return nil, &portError{"this kernel has no Bluetooth", ErrLacks, err}
	}
	sa := &unix.SockaddrRFCOMM{Channel: channel}
	for i, b := range addr {
		sa.Addr[len(addr)-1-i] = b // least significant byte first
	}
	if err := connect(ctx, fd, sa); err != nil {
		_ = unix.Close(fd)
		return nil, &portError{"connecting", ErrAbsent, err}
	}
	return newTTY(fd, "rfcomm:"+text)
}

// connect waits for a connection in steps, so that the context ends it.
func connect(ctx context.Context, fd int, sa unix.Sockaddr) error {
	err := unix.Connect(fd, sa)
	for errors.Is(err, unix.EINPROGRESS) || errors.Is(err, unix.EINTR) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if _, pollErr := unix.Poll(p, 50); pollErr != nil || p[0].Revents == 0 {
			continue
		}
		n, optErr := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if optErr != nil {
			return optErr
		}
		if n == 0 {
			return nil
		}
		return unix.Errno(n)
	}
	return err
}
