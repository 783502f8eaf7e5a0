package port

import (
	"errors"
	"net"
	"syscall"
)

// isGone tells whether a system's error means that the peer is gone.
func isGone(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.WSAECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, syscall.Errno(10053)) // WSAECONNABORTED
}
