//go:build linux || darwin

package main

import (
	"os"
	"syscall"
)

// lockDir locks a directory until the file is closed, or this process ends in
// whatever way; false if another one holds it, or it cannot be locked.
func lockDir(path string) (*os.File, bool) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, false
	}
	return f, true
}
