//go:build unix

package port

import (
	"errors"
	"net"
	"syscall"
)

// isGone tells whether a system's error means that the peer is gone. EIO is
// what a tty answers after a hang-up; ENODEV and ENXIO come from USB drivers
// whose device was pulled out.
func isGone(err error) bool {
	for _, gone := range []error{syscall.EIO, syscall.ENODEV, syscall.ENXIO, syscall.EPIPE, syscall.ECONNRESET,
		syscall.ECONNABORTED, syscall.ENOTCONN, syscall.ESHUTDOWN, syscall.EHOSTDOWN, net.ErrClosed} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}
