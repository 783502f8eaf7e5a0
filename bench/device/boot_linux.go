package device

import (
	"os"
	"strings"
)

// Boot names this start of the machine: another one has another name. It is empty
// where the system has none. Linux: random(4), boot_id.
func Boot() string {
	p, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(p))
}
