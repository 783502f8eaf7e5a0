package store

import (
	"errors"
	"runtime"
	"syscall"
)

// Windows says so with numbers of its own (winerror.h): the volume is full, the
// file reached the end of it.
const (
	windowsDiskFull       = syscall.Errno(112) // ERROR_DISK_FULL
	windowsHandleDiskFull = syscall.Errno(39)  // ERROR_HANDLE_DISK_FULL
)

// IsFull tells whether an error means that there is no room on the disk: what
// failed may succeed once there is.
func IsFull(err error) bool {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return false
	}
	if runtime.GOOS == "windows" && (no == windowsDiskFull || no == windowsHandleDiskFull) {
		return true
	}
	return no == syscall.ENOSPC || no == syscall.EDQUOT
}
