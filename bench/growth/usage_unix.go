//go:build unix

package growth

import (
	"os"
	"runtime"
	"syscall"
)

// Peak is the most memory in bytes that a process that ended had at a time.
func Peak(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin": // bytes there, KiB elsewhere
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
