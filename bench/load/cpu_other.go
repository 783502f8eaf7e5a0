//go:build !unix && !windows

package load

import "time"

// CPU is not measured here.
func CPU() time.Duration { return 0 }
