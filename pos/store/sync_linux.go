package store

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// dataSync is fdatasync(2): the bytes and the size, not the times. It goes
// through SyscallConn so that a file that was closed is told as such.
func dataSync(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var syncErr error
	closed := conn.Control(func(fd uintptr) {
		for {
			if syncErr = unix.Fdatasync(int(fd)); !errors.Is(syncErr, unix.EINTR) {
				return
			}
		}
	})
	if closed != nil { // Control fails for no other reason
		return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: os.ErrClosed}
	}
	return os.NewSyscallError("fdatasync", syncErr)
}
