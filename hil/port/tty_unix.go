//go:build linux || darwin

package port

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/pkg/term"
	"github.com/pkg/term/termios"
	"golang.org/x/sys/unix"
)

// openTTY opens a serial line, raw.
//
// The line is set by pkg/term and its bytes go by a descriptor of our own,
// which does not block. pkg/term's own Read answers a time-out and a hang-up
// alike with io.EOF, its Write has no bound, and its Close does not end a Read
// that is under way. A descriptor that does not block has none of these: an
// empty read of it is a hang-up and nothing else, and the runtime's poller
// gives it deadlines.
func openTTY(path string, l Line) (Port, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, absent(path, err)
	}
	if err := setLine(fd, path, l); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("setting the line %s: %w", path, err)
	}
	return newTTY(fd, path)
}

// newTTY makes a Port of a descriptor that does not block, and owns it.
func newTTY(fd int, name string) (Port, error) {
	f := os.NewFile(uintptr(fd), name)
	if err := f.SetReadDeadline(time.Time{}); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s takes no deadline, so a read could block for ever: %w", name, err)
	}
	return &stream{name, f}, nil
}

// absent tells a device that is not there from one that may not be opened.
func absent(path string, err error) error {
	for _, gone := range []error{unix.ENOENT, unix.ENXIO, unix.ENODEV, unix.EIO} {
		if errors.Is(err, gone) {
			return &portError{path, ErrAbsent, err}
		}
	}
	if errors.Is(err, unix.EACCES) {
		return fmt.Errorf("%s: %w (on Linux the group dialout, lp or input has the right)", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

var flowOf = map[Flow]int{FlowNone: term.NONE, FlowXOnXOff: term.XONXOFF, FlowRTSCTS: term.HARDWARE}

// setLine sets speed and flow by pkg/term, then what it does not know of.
func setLine(fd int, path string, l Line) error {
	t, err := term.Open(path, term.RawMode, term.Speed(l.Baud), term.FlowControl(flowOf[l.Flow]))
	if err != nil {
		return err
	}
	defer t.Close() // the line stays set while fd holds it open
	var a unix.Termios
	if err := termios.Tcgetattr(uintptr(fd), &a); err != nil {
		return err
	}
	// With IXANY, which pkg/term sets beside XON/XOFF, any status byte of a
	// printer would lift its own XOFF.
	a.Iflag &^= unix.IXANY | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.ISTRIP | unix.BRKINT
	a.Iflag |= unix.IGNBRK
	a.Cflag &^= unix.CSIZE | unix.PARENB | unix.PARODD | unix.CSTOPB
	a.Cflag |= unix.CLOCAL | unix.CREAD
	switch l.Data {
	case 7:
		a.Cflag |= unix.CS7
	default:
		a.Cflag |= unix.CS8
	}
	switch l.Parity {
	case 'e':
		a.Cflag |= unix.PARENB
	case 'o':
		a.Cflag |= unix.PARENB | unix.PARODD
	}
	if l.Stop == 2 {
		a.Cflag |= unix.CSTOPB
	}
	a.Cc[unix.VMIN], a.Cc[unix.VTIME] = 1, 0
	return termios.Tcsetattr(uintptr(fd), termios.TCSANOW, &a)
}

// nobody tells whether no host has the other end of a pseudo terminal open.
func nobody(fd int) bool {
	for {
		p := []unix.PollFd{{Fd: int32(fd)}}
		_, err := unix.Poll(p, 0)
		if !errors.Is(err, syscall.EINTR) {
			return err == nil && p[0].Revents&unix.POLLHUP != 0
		}
	}
}
