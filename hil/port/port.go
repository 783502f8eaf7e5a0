package port

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// Errors that callers decide by; compare with errors.Is.
var (
	// ErrTimeout: the deadline passed; the port is as good as before.
	ErrTimeout = os.ErrDeadlineExceeded
	// ErrHangUp: the other end is gone (unplugged, out of power, hung up).
	// The port is of no more use than to be closed.
	ErrHangUp = errors.New("the other end is gone")
	// ErrAbsent: there is nothing to open now; it may come (a device that is
	// not plugged in).
	ErrAbsent = errors.New("not there")
	// ErrLacks: this machine or this build cannot have such a port at all.
	ErrLacks = errors.New("this machine lacks it")
)

// Port is one open connection of bytes. Read and Write may be called at the
// same time, each by one goroutine; Close by anyone, and it ends both with
// ErrHangUp.
type Port interface {
	// Read returns what has come, at least one byte, or ErrTimeout at the read
	// deadline, or ErrHangUp.
	Read(p []byte) (int, error)
	// Write returns when all is handed to the kernel, or ErrTimeout at the
	// write deadline, or ErrHangUp; n bytes were taken. That they were taken
	// says nothing of the device.
	Write(p []byte) (n int, err error)
	io.Closer
	// SetReadDeadline and SetWriteDeadline take a wall time; the zero time is
	// no deadline. They also bound an operation that is under way.
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// Packets is a Port whose data comes in pieces that belong together: a report,
// a message. Pieces are never joined, and never cut as Read would cut them.
type Packets interface {
	Port
	// ReadPacket returns the next piece; errors as of Read. The caller owns it.
	ReadPacket() ([]byte, error)
}

// Status is a Port with a status line beside its data.
type Status interface {
	Port
	// Status returns the state as the device's driver reports it, a claim like
	// any other: of a USB printer the byte of escpos.PortStatus.
	Status() (byte, error)
}

// Listener waits for hosts: the device's side of a port.
type Listener interface {
	// Accept returns the next connection, or the context's error, or
	// ErrHangUp after Close. On a line that carries one connection at a time
	// (a pseudo terminal) it waits for the end of the one before.
	Accept(ctx context.Context) (Port, error)
	// Addr is what a host dials, in the text form of a Spec.
	Addr() string
	// Close unplugs: connections end with ErrHangUp on both sides, and nobody
	// finds anything at Addr until it is listened on again.
	Close() error
}

// hungUp makes every way in which a system says that a peer is gone into
// ErrHangUp, keeps ErrTimeout, and wraps all else.
func hungUp(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrTimeout):
		return ErrTimeout
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed), errors.Is(err, ErrHangUp), isGone(err):
		return &portError{doing, ErrHangUp, err}
	}
	return &portError{doing, nil, err}
}

// portError is an error with what was being done and, if known, its kind.
type portError struct {
	doing string
	kind  error
	cause error
}

func (e *portError) Error() string {
	if e.kind == nil {
		return e.doing + ": " + e.cause.Error()
	}
	return e.doing + ": " + e.kind.Error() + " (" + e.cause.Error() + ")"
}

func (e *portError) Unwrap() []error {
	if e.kind == nil {
		return []error{e.cause}
	}
	return []error{e.kind, e.cause}
}
