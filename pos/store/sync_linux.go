package store

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// dataSync is fdatasync(2): the bytes and the size, not the times.
func dataSync(_ *os.File, fd uintptr) error {
	for {
		err := unix.Fdatasync(int(fd))
		if !errors.Is(err, unix.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// allocate is fallocate(2): the room is taken, the file grows, nothing is
// written. A file system without it says so by errors.ErrUnsupported.
func allocate(f *os.File, off, n int64) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno error
	if err := conn.Control(func(fd uintptr) {
		for {
			if errno = unix.Fallocate(int(fd), 0, off, n); !errors.Is(errno, unix.EINTR) {
				return
			}
		}
	}); err != nil {
		return err
	}
	if errors.Is(errno, unix.EINVAL) { // what some say for 'not here'
		return errors.ErrUnsupported
	}
	return os.NewSyscallError("fallocate", errno)
}
