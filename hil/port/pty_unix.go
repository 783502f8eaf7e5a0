//go:build linux || darwin

package port

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/pkg/term/termios"
	"golang.org/x/sys/unix"
)

// ptyListener is the master of a pseudo terminal. There is no event for "a
// host has opened the other end", so Accept looks: often at first, at most
// every lookMost.
type ptyListener struct {
	link, line string // the stable name, and where it leads at present
	file       *os.File
	raw        int // descriptor of file, only to look at; valid under mu while not closed

	mu     sync.Mutex
	closed bool
	taken  bool // a session is open
	freed  chan struct{}
}

const (
	lookFirst = 250 * time.Microsecond
	lookMost  = 5 * time.Millisecond
)

// listenPTY makes a pseudo terminal and a link to its line. An older link is
// replaced; any other file is left alone.
func listenPTY(link string) (Listener, error) {
	if link == "" {
		return nil, errors.New("say where the link shall be, as in pty:./printer")
	}
	master, slave, err := termios.Pty()
	if err != nil {
		return nil, &portError{"making a pseudo terminal", ErrLacks, err}
	}
	line := slave.Name()
	// Raw at once: what is sent before would be echoed and cooked. That the
	// line was open once and is closed now is what makes a hang-up visible.
	err = setLine(int(slave.Fd()), line, defaultLine())
	if err := errors.Join(err, slave.Close()); err != nil {
		_ = master.Close()
		return nil, err
	}
	// Fd made the master block; only a copy that does not has deadlines, and a
	// Close that hangs up.
	fd, err := unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = errors.Join(unix.SetNonblock(fd, true), master.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("a master that does not block: %w", err)
	}
	l := &ptyListener{link: link, line: line, file: os.NewFile(uintptr(fd), "master of "+line), raw: fd, freed: make(chan struct{})}
	if err := replaceLink(line, link); err != nil {
		_ = l.file.Close()
		return nil, err
	}
	return l, nil
}

// replaceLink lets link lead to line in one step, so that a host never meets
// a moment in which there is neither the old nor the new one.
func replaceLink(line, link string) error {
	if info, err := os.Lstat(link); err == nil && info.Mode()&os.ModeSymlink == 0 {
		return fmt.Errorf("%s is there and is no link: remove it, or choose another name", link)
	}
	next := fmt.Sprintf("%s.%d", link, os.Getpid())
	_ = os.Remove(next)
	if err := os.Symlink(line, next); err != nil {
		return err
	}
	return os.Rename(next, link)
}

func (l *ptyListener) Addr() string { return "pty:" + l.link }

// Line is the device that the link leads to at present.
func (l *ptyListener) Line() string { return l.line }

func (l *ptyListener) Accept(ctx context.Context) (Port, error) {
	for wait := lookFirst; ; wait = min(2*wait, lookMost) {
		there, freed, err := l.look()
		if err != nil {
			return nil, err
		}
		if there {
			return l.session(), nil
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-freed:
			wait = lookFirst
		case <-pause.C:
		}
		pause.Stop()
	}
}

// look tells whether a host is there who has no session yet.
func (l *ptyListener) look() (bool, chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return false, nil, ErrHangUp
	case l.taken || nobody(l.raw):
		return false, l.freed, nil
	}
	l.taken = true
	return true, nil, nil
}

func (l *ptyListener) session() Port {
	_ = l.file.SetDeadline(time.Time{})
	return &ptySession{listener: l, stream: stream{l.line, l.file}}
}

// Close unplugs: the host's line hangs up, and the link is gone.
func (l *ptyListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if at, err := os.Readlink(l.link); err == nil && at == l.line {
		_ = os.Remove(l.link)
	}
	return l.file.Close()
}

// forget throws away what is in the line's buffers; mu is held. To its host only
// the line itself can do that. What is of the next host already stays.
func (l *ptyListener) forget() {
	if nobody(l.raw) {
		_ = termios.Tcflush(uintptr(l.raw), termios.TCIFLUSH)
	}
	fd, err := unix.Open(l.line, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return // the line is gone, and all in it
	}
	_ = termios.Tcflush(uintptr(fd), termios.TCIFLUSH)
	_ = unix.Close(fd)
}

// ptySession is the time from a host's opening of the line to its closing.
type ptySession struct {
	stream
	listener *ptyListener
	once     sync.Once
	over     bool // the host was found gone; under the listener's mu
}

// Read goes on where a host has closed the line and the next has opened it
// before that was noticed: a line knows no connections, so the session is the
// next one's.
func (s *ptySession) Read(p []byte) (int, error) {
	for {
		n, err := s.stream.Read(p)
		if n > 0 || !errors.Is(err, ErrHangUp) || s.ends() {
			return n, err
		}
	}
}

// ends tells whether a hang-up is the session's end.
func (s *ptySession) ends() bool {
	l := s.listener
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.left()
}

// left tells whether the host is gone, and remembers it; mu is held.
func (s *ptySession) left() bool {
	s.over = s.over || s.listener.closed || nobody(s.listener.raw)
	return s.over
}

// XOff tells whether the host's line stops sending when it reads XOFF: it is set
// so (IXON). A pseudo terminal holds thousands of bytes that a real line would
// not have sent yet when the XOFF comes; who plays a device leaves them unread.
func (s *ptySession) XOff() bool {
	l := s.listener
	l.mu.Lock()
	defer l.mu.Unlock()
	var a unix.Termios // the master answers for its line
	return !l.closed && termios.Tcgetattr(uintptr(l.raw), &a) == nil && a.Iflag&unix.IXON != 0
}

// Gone tells whether the host has closed the line, without reading what it has
// sent before. A session whose Read has told the hang-up stays gone, whoever
// opens the line then.
func (s *ptySession) Gone() bool {
	l := s.listener
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.left()
}

// Close ends the session for this side only: a device cannot make a host close
// its line without being unplugged (Listener.Close does that). What a host that
// is gone has not read, or its device has not taken, is gone with it, as in the
// buffers of a serial line that is closed.
func (s *ptySession) Close() error {
	s.once.Do(func() {
		_ = s.SetReadDeadline(time.Unix(1, 0)) // ends a Read under way
		l := s.listener
		l.mu.Lock()
		defer l.mu.Unlock()
		if s.left() && !l.closed {
			l.forget()
		}
		l.taken = false
		close(l.freed)
		l.freed = make(chan struct{})
	})
	return nil
}
