//go:build unix

package load

import (
	"syscall"
	"time"
)

// CPU is what this process has had of all processors, collector included. A
// wall clock would count what the neighbours do, too.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
