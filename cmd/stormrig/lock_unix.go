//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile keeps others out until the file is closed, or the process ends.
func lockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
