//go:build !unix

package growth

import (
	"os"
	"time"
)

var began = time.Now()

// CPU is the time that has passed: what of it was this process's is not
// measured here.
func CPU() time.Duration { return time.Since(began) }

// Peak is not measured here.
func Peak(*os.ProcessState) int64 { return 0 }
