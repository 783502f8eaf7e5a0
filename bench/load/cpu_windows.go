package load

import (
	"syscall"
	"time"
)

// CPU is what this process has had of all processors, collector included
// (GetProcessTimes counts in 100 ns).
func CPU() time.Duration {
	var created, ended, kernel, user syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err == nil {
		err = syscall.GetProcessTimes(self, &created, &ended, &kernel, &user)
	}
	if err != nil {
		return 0
	}
	had := func(f syscall.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
	return time.Duration(had(kernel)+had(user)) * 100
}
