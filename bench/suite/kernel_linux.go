package suite

import (
	"os"
	"strings"
)

// kernel is the release of the system below.
func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return ""
	}
	return " " + strings.TrimSpace(string(b))
}
