package capture

import (
	"os"

	"golang.org/x/sys/unix"
)

// memoryFile returns an empty file that exists in memory only. Each has a lock
// of its own, so that any number of books can be open at once.
func memoryFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("book", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), "book"), nil
}

// forget removes what Close leaves of a memory file: here nothing.
func forget(*os.File) {}
